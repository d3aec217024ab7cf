import { IFF_UP, PACKET_OUTGOING } from '@netdevkit/bindings';
import { NETDEV_TX_OK, NET_XMIT_CN, NET_XMIT_MASK, type net_device, type netdev_queue, type packet_type, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Clock, Timespec } from '../../clock.ts';
import type { Printk } from '../../printk.ts';
import { CORE_TX_DROPPED, countCore } from './dev-stats.ts';
import { flowHash } from './flow-hash.ts';
import type { SkBuffs } from './skbuff.ts';
import type { SoftIrq } from './softirq.ts';

/** How deep a transmission may transmit: XMIT_RECURSION_LIMIT. */
const RECURSION_LIMIT = 8;

/**
 * The way of a packet out of the core and into a driver, and of what packet sockets see of it: net/core/dev.c.
 */
export class Transmit {
  readonly #skbs: SkBuffs;
  readonly #clock: Clock;
  readonly #log: Printk;
  readonly #time: Timespec = { sec: 0, nsec: 0 };
  /** Packet handlers for all devices, newest first. */
  readonly #ptypeAll: packet_type[] = [];
  readonly #softirq: SoftIrq;

  constructor(skbs: SkBuffs, clock: Clock, softirq: SoftIrq, log: Printk) {
    this.#skbs = skbs;
    this.#clock = clock;
    this.#softirq = softirq;
    this.#log = log;
  }

  /** `dev_add_pack` for ETH_P_ALL. */
  addPacketHandler(handler: packet_type): void {
    (handler.dev === null ? this.#ptypeAll : handler.dev.ptype_all).unshift(handler);
  }

  /** `dev_remove_pack`. */
  removePacketHandler(handler: packet_type): void {
    const list = handler.dev === null ? this.#ptypeAll : handler.dev.ptype_all;
    const at = list.indexOf(handler);
    if (at !== -1) list.splice(at, 1);
  }

  /**
   * `dev_queue_xmit`: hands a packet to its device. The skb is settled when this returns, whatever the result.
   *
   * @returns 0, `NET_XMIT_*`, or a negative errno
   */
  queue(skb: sk_buff): number {
    const dev = skb.dev;
    if (dev === null) {
      this.#skbs.drop(skb, 'NOT_SPECIFIED');
      return -errno.ENODEV;
    }
    skb.mac_header = skb.data;
    if ((dev.flags & IFF_UP) === 0 || !dev.qdisc_active) return this.#refuse(skb, dev);
    const txq = dev.real_num_tx_queues === 1 ? dev.tx0 : pickTx(dev, skb);
    if (txq.qdisc !== null) return txq.qdisc.enqueue(skb);
    if (this.#softirq.depth > RECURSION_LIMIT || txq.xmit_lock_depth > 0) {
      this.#log.write(2, `Dead loop on virtual device ${dev.name}, fix it urgently!`);
      return this.#drop(skb, dev);
    }
    if (txq.stopped) return this.#busy(skb, dev);
    const result = this.start(skb, dev, txq);
    if (result < NET_XMIT_MASK) return result === NETDEV_TX_OK ? 0 : result;
    return this.#busy(skb, dev);
  }

  /**
   * `dev_hard_start_xmit`: packet sockets see the packet, then the driver takes it.
   *
   * @returns what the driver says: from `NET_XMIT_MASK` on, the skb is the caller's again
   */
  start(skb: sk_buff, dev: net_device, txq: netdev_queue): number {
    const softirq = this.#softirq;
    const locks = !dev.lltx;
    softirq.depth++;
    if (locks) txq.xmit_lock_depth++;
    if (this.#ptypeAll.length !== 0 || dev.ptype_all.length !== 0) this.#show(skb, dev, PACKET_OUTGOING);
    const xmit = dev.netdev_ops?.ndo_start_xmit ?? null;
    const result = xmit === null ? NET_XMIT_MASK : xmit(skb, dev);
    if (locks) txq.xmit_lock_depth--;
    if (--softirq.depth === 0 && softirq.pending) softirq.run();
    return result;
  }

  /**
   * Shows a packet that came in to packet sockets.
   *
   * @returns whether there is any
   */
  showReceived(skb: sk_buff, dev: net_device): boolean {
    if (this.#ptypeAll.length === 0 && dev.ptype_all.length === 0) return false;
    this.#show(skb, dev, skb.pkt_type);
    return true;
  }

  /**
   * `dev_queue_xmit_nit`: gives packet sockets their clone. The packet type becomes OUTGOING whatever it was, so that
   * netlink's KERNEL and USER are never seen in a capture: as on Linux.
   */
  #show(skb: sk_buff, dev: net_device, pktType: number): void {
    if (skb.tstamp_sec === 0) {
      this.#clock.now(this.#time);
      skb.tstamp_sec = this.#time.sec;
      skb.tstamp_nsec = this.#time.nsec;
    }
    this.#showTo(this.#ptypeAll, skb, dev, pktType);
    this.#showTo(dev.ptype_all, skb, dev, pktType);
  }

  #showTo(handlers: readonly packet_type[], skb: sk_buff, dev: net_device, pktType: number): void {
    for (let i = 0; i < handlers.length; i++) {
      const handler = handlers[i];
      if (handler === undefined) continue;
      // A socket does not hear what it says, but it does hear what comes back.
      if (pktType === PACKET_OUTGOING && (handler.ignore_outgoing || handler.sk === skb.sk)) continue;
      const twin = this.#skbs.clone(skb);
      if (twin === null) continue;
      twin.dev = dev;
      twin.pkt_type = pktType;
      // A packet that goes out has its hardware header in front; of one that came in, the driver has said where it was.
      if (pktType === PACKET_OUTGOING) twin.mac_header = twin.data;
      handler.func(twin);
    }
  }

  /** The device is down, or between opening and activation, where the noop discipline drops what comes. */
  #refuse(skb: sk_buff, dev: net_device): number {
    if ((dev.flags & IFF_UP) === 0) return this.#drop(skb, dev);
    countCore(dev, CORE_TX_DROPPED);
    this.#skbs.drop(skb, 'QDISC_DROP');
    return NET_XMIT_CN;
  }

  #busy(skb: sk_buff, dev: net_device): number {
    this.#log.write(2, `Virtual device ${dev.name} asks to queue packet!`);
    return this.#drop(skb, dev);
  }

  #drop(skb: sk_buff, dev: net_device): number {
    countCore(dev, CORE_TX_DROPPED);
    this.#skbs.drop(skb, 'NOT_SPECIFIED');
    return -errno.ENETDOWN;
  }
}

/** `netdev_core_pick_tx`: which of several queues a packet goes to. */
function pickTx(dev: net_device, skb: sk_buff): netdev_queue {
  const select = dev.netdev_ops?.ndo_select_queue ?? null;
  const wanted = select === null ? flowHash(skb) % dev.real_num_tx_queues : select(dev, skb);
  skb.queue_mapping = wanted >= 0 && wanted < dev.real_num_tx_queues ? wanted : 0;
  return dev._tx[skb.queue_mapping] ?? dev.tx0;
}
