import { IFF_NO_QUEUE, LINK_STATE, NETREG, type net_device, type netdev_queue } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Clock } from '../../clock.ts';
import { carrierOk, isRunning, testState } from '../core/link-watch.ts';
import { PfifoFast, type SchedDeps } from './pfifo-fast.ts';

/** How long a stopped queue may stand, in milliseconds, when the driver does not say: 5 s. */
const WATCHDOG_TIMEO = 5000;

type TxTimeout = (dev: net_device, txqueue: number) => void;

/** What {@link Sched} stands on. */
export interface SchedulerDeps extends Omit<SchedDeps, 'now'> {
  readonly clock: Clock;
}

/**
 * The transmit queues of devices, and the disciplines that packets wait in: net/sched/sch_generic.c.
 */
export class Sched {
  readonly #deps: SchedDeps;
  readonly #clock: Clock;
  /** Alarms of the devices whose drivers want to know of queues that stand still. */
  readonly #watchdogs = new Map<net_device, Disposable>();

  constructor({ skbs, xmit, softirq, log, clock }: SchedulerDeps) {
    this.#clock = clock;
    const time = { sec: 0, nsec: 0 };
    const now = (): number => {
      clock.now(time);
      return time.sec * 1000 + time.nsec / 1e6;
    };
    this.#deps = { skbs, xmit, softirq, log, now };
  }

  /** `dev_activate`: packets reach the driver, if there is a carrier. The first time, the disciplines are made. */
  activate(dev: net_device): void {
    if (dev.qdisc === 'noop') this.#attach(dev);
    if (!carrierOk(dev)) return;
    dev.qdisc_active = true;
    for (const txq of dev._tx) if (txq.qdisc instanceof PfifoFast) txq.qdisc.transStart = this.#deps.now();
    if (dev.tx0.qdisc !== null) this.#watch(dev);
  }

  /** `dev_deactivate`: between now and the next activation, packets meet the noop discipline. What waited is dropped. */
  deactivate(dev: net_device): void {
    dev.qdisc_active = false;
    this.#watchdogs.get(dev)?.[Symbol.dispose]();
    this.#watchdogs.delete(dev);
    for (const txq of dev._tx) if (txq.qdisc instanceof PfifoFast) txq.qdisc.reset();
  }

  /** `dev_shutdown`: the disciplines go. */
  shutdown(dev: net_device): void {
    this.deactivate(dev);
    dev.qdisc = 'noop';
    for (const txq of dev._tx) txq.qdisc = null;
  }

  /** `dev_qdisc_change_tx_queue_len`. */
  resize(dev: net_device): void {
    for (const txq of dev._tx) if (txq.qdisc instanceof PfifoFast) txq.qdisc.resize();
  }

  /** `netif_tx_start_queue`. */
  start(txq: netdev_queue): void {
    txq.stopped = false;
  }

  /** `netif_tx_stop_queue`. */
  stop(txq: netdev_queue): void {
    txq.stopped = true;
  }

  /** `netif_tx_wake_queue`. */
  wake(txq: netdev_queue): void {
    if (!txq.stopped) return;
    txq.stopped = false;
    if (txq.qdisc instanceof PfifoFast) txq.qdisc.schedule();
  }

  /** `netif_set_real_num_tx_queues`: what waits for queues that are not used any more is dropped. */
  setRealNumTxQueues(dev: net_device, count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > dev.num_tx_queues) return -errno.EINVAL;
    for (let i = count; i < dev.real_num_tx_queues; i++) {
      const qdisc = dev._tx[i]?.qdisc;
      if (qdisc instanceof PfifoFast) qdisc.reset();
    }
    dev.real_num_tx_queues = count;
    return 0;
  }

  /** Ends: no alarm goes off any more. */
  close(): void {
    for (const watchdog of this.#watchdogs.values()) watchdog[Symbol.dispose]();
    this.#watchdogs.clear();
  }

  /** `attach_default_qdiscs`. */
  #attach(dev: net_device): void {
    if ((dev.priv_flags & IFF_NO_QUEUE) !== 0) {
      dev.qdisc = 'noqueue';
      return;
    }
    dev.qdisc = dev.num_tx_queues > 1 ? 'mq' : 'pfifo_fast';
    for (const txq of dev._tx) txq.qdisc = new PfifoFast(txq, this.#deps);
  }

  /** `__netdev_watchdog_up`. */
  #watch(dev: net_device): void {
    const timeout = dev.netdev_ops?.ndo_tx_timeout ?? null;
    if (timeout === null || this.#watchdogs.has(dev)) return;
    this.#arm(dev, dev.watchdog_timeo || WATCHDOG_TIMEO, timeout);
  }

  #arm(dev: net_device, delay: number, timeout: TxTimeout): void {
    const alarm = this.#clock.wake?.(delay, () => {
      this.#watchdogs.delete(dev);
      this.#bark(dev, timeout);
    });
    if (alarm !== undefined) this.#watchdogs.set(dev, alarm);
  }

  // From net/sched/sch_generic.c:dev_watchdog.
  #bark(dev: net_device, timeout: TxTimeout): void {
    const { log } = this.#deps;
    const now = (): number => this.#deps.now();
    if (dev.reg_state !== NETREG.REGISTERED || !dev.qdisc_active) return;
    if (!testState(dev, LINK_STATE.PRESENT) || !isRunning(dev) || !carrierOk(dev)) return;
    const limit = dev.watchdog_timeo || WATCHDOG_TIMEO;
    let oldest = now();
    const late = dev._tx.find(({ stopped, qdisc }) => {
      if (!stopped || !(qdisc instanceof PfifoFast)) return false;
      oldest = Math.min(oldest, qdisc.transStart);
      return now() - qdisc.transStart >= limit;
    });
    if (late?.qdisc instanceof PfifoFast) {
      const waited = Math.round(now() - late.qdisc.transStart);
      log.write(2, `${dev.name}: NETDEV WATCHDOG: transmit queue ${String(late.index)} timed out ${String(waited)} ms`);
      late.qdisc.transStart = oldest = now();
      timeout(dev, late.index);
    }
    if (dev.qdisc_active) this.#arm(dev, Math.max(oldest + limit - now(), 1), timeout);
  }
}
