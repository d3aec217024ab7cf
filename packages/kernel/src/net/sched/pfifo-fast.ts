import { NET_XMIT_DROP, NET_XMIT_MASK, NETDEV_TX_BUSY, type net_device, type netdev_queue, type qdisc, type sk_buff } from '@netdevkit/bindings/raw';
import type { Printk } from '../../printk.ts';
import type { Transmit } from '../core/dev-xmit.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { SoftIrq } from '../core/softirq.ts';

/** Which band packets of a priority wait in; band 0 goes first. From net/sched/sch_generic.c:sch_default_prio2band. */
export const PRIORITY_BANDS: readonly number[] = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
/** How many bands there are. */
export const BANDS = 3;
/** `TC_PRIO_MAX`. */
const PRIORITY_MASK = 15;
/** How many packets go out before others have a turn: net.core.dev_weight. */
const WEIGHT = 64;
/** The other packets that count as waiting when a driver is asked again. */
const NO_TIME = 0;

/** What disciplines stand on. */
export interface SchedDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly softirq: SoftIrq;
  readonly log: Printk;
  /** Milliseconds since some moment. */
  now(): number;
}

/** Packets in a row. */
class Band {
  #first: sk_buff | null = null;
  #last: sk_buff | null = null;
  length = 0;

  push(skb: sk_buff): void {
    skb.next = null;
    if (this.#last === null) this.#first = skb;
    else this.#last.next = skb;
    this.#last = skb;
    this.length++;
  }

  shift(): sk_buff | null {
    const skb = this.#first;
    if (skb === null) return null;
    this.#first = skb.next;
    if (this.#first === null) this.#last = null;
    skb.next = null;
    this.length--;
    return skb;
  }
}

/**
 * The default discipline of a transmit queue: three bands by priority, each as long as the device's `tx_queue_len`.
 * What the driver gives back waits in front of all. net/sched/sch_generic.c.
 */
export class PfifoFast implements qdisc {
  readonly id = 'pfifo_fast';
  readonly txq: netdev_queue;
  readonly #deps: SchedDeps;
  readonly #dev: net_device;
  readonly #bands: readonly Band[] = Array.from({ length: BANDS }, () => new Band());
  /** `gso_skb`: what the driver gave back. */
  readonly #requeued = new Band();
  #running = false;
  #scheduled = false;
  /** How many packets a band holds; 0 counts as 1. */
  limit: number;
  /** What has gone to the driver. */
  packets = 0n;
  bytes = 0n;
  drops = 0;
  requeues = 0;
  /** What waits: packets and octets. */
  qlen = 0;
  backlog = 0;
  /** When the driver last took a packet, in milliseconds of {@link SchedDeps.now}. */
  transStart: number = NO_TIME;

  constructor(txq: netdev_queue, deps: SchedDeps) {
    this.txq = txq;
    this.#dev = txq.dev;
    this.#deps = deps;
    this.limit = txq.dev.tx_queue_len;
    this.transStart = deps.now();
  }

  /** From net/core/dev.c:__dev_xmit_skb: an empty discipline lets packets pass. */
  enqueue(skb: sk_buff): number {
    if (this.qlen === 0 && !this.#running) {
      this.#running = true;
      this.#count(skb);
      const done = this.#send(skb);
      this.#running = false;
      if (done && this.qlen > 0) this.run();
      return 0;
    }
    const band = this.#bands[PRIORITY_BANDS[skb.priority & PRIORITY_MASK] ?? 1];
    let result = 0;
    if (band === undefined || band.length >= Math.max(this.limit, 1)) {
      this.drops++;
      this.#deps.skbs.drop(skb, 'QDISC_DROP');
      result = NET_XMIT_DROP;
    } else {
      band.push(skb);
      this.qlen++;
      this.backlog += skb.len;
    }
    this.run();
    return result;
  }

  /** Sends what waits, as long as the driver takes it: `__qdisc_run`. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    let quota = WEIGHT;
    while (this.qlen > 0 && !this.txq.stopped) {
      const skb = this.#take();
      if (skb === null || !this.#send(skb)) break;
      if (--quota === 0) {
        this.schedule();
        break;
      }
    }
    this.#running = false;
  }

  /** `__netif_schedule`: {@link run} when what the core is doing is done. */
  schedule(): void {
    if (this.#scheduled || this.qlen === 0) return;
    this.#scheduled = true;
    this.#deps.softirq.raise(() => {
      this.#scheduled = false;
      this.run();
    });
  }

  /** `qdisc_reset`: drops all that waits. */
  reset(): void {
    for (let skb = this.#takeAny(); skb !== null; skb = this.#takeAny()) this.#deps.skbs.drop(skb, 'QUEUE_PURGE');
    this.qlen = 0;
    this.backlog = 0;
  }

  /** What is longer than the new limit stays until it has been sent. */
  resize(): void {
    this.limit = this.#dev.tx_queue_len;
  }

  #takeAny(): sk_buff | null {
    let skb = this.#requeued.shift();
    for (let i = 0; skb === null && i < BANDS; i++) skb = this.#bands[i]?.shift() ?? null;
    return skb;
  }

  #take(): sk_buff | null {
    const again = this.#requeued.shift();
    const skb = again ?? this.#takeAny();
    if (skb === null) return null;
    this.qlen--;
    this.backlog -= skb.len;
    if (again === null) this.#count(skb);
    return skb;
  }

  #count(skb: sk_buff): void {
    this.packets++;
    this.bytes += BigInt(skb.len);
  }

  /** From net/sched/sch_generic.c:sch_direct_xmit. Gives whether the driver took it. */
  #send(skb: sk_buff): boolean {
    const { txq } = this;
    const dev = this.#dev;
    let result: number = NETDEV_TX_BUSY;
    if (!txq.stopped) {
      result = this.#deps.xmit.start(skb, dev, txq);
      if (result < NET_XMIT_MASK) {
        this.transStart = this.#deps.now();
        return true;
      }
      if (result !== NETDEV_TX_BUSY) this.#deps.log.warn(`BUG ${dev.name} code ${String(result)} qlen ${String(this.qlen)}`);
    }
    this.#requeued.push(skb);
    this.qlen++;
    this.backlog += skb.len;
    this.requeues++;
    // A driver that stopped its queue wakes it. One that did not is asked again soon, not at once: it would say the same.
    if (!txq.stopped && !this.#scheduled) {
      this.#scheduled = true;
      this.#deps.softirq.raiseLater(() => {
        this.#scheduled = false;
        this.run();
      });
    }
    return false;
  }
}
