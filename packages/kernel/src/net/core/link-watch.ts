import { IF_LINK_MODE_DORMANT, IF_OPER_DORMANT, IF_OPER_DOWN, IF_OPER_LOWERLAYERDOWN, IF_OPER_TESTING, IF_OPER_UP, IFF_UP } from '@netdevkit/bindings';
import { LINK_STATE, NETREG, type net_device } from '@netdevkit/bindings/raw';
import type { Net } from './net-namespace.ts';
import type { Rtnl } from './rtnl.ts';

/** Whether a bit of `net_device.state` is set. */
export function testState(dev: net_device, bit: number): boolean {
  return (dev.state & (1 << bit)) !== 0;
}

export function setState(dev: net_device, bit: number): void {
  dev.state |= 1 << bit;
}

export function clearState(dev: net_device, bit: number): void {
  dev.state &= ~(1 << bit);
}

export function carrierOk(dev: net_device): boolean {
  return !testState(dev, LINK_STATE.NOCARRIER);
}

/** `netif_running`: between open and stop. */
export function isRunning(dev: net_device): boolean {
  return testState(dev, LINK_STATE.START);
}

/** `dev_get_iflink`: the index of the device at the other end or below; its own for a device that stands alone. */
export function getIflink(dev: net_device): number {
  return dev.netdev_ops?.ndo_get_iflink?.(dev) ?? dev.ifindex;
}

/** Without a carrier, whose fault is it? From net/core/link_watch.c:default_operstate. */
function downState(dev: net_device): number {
  const iflink = getIflink(dev);
  if (iflink === dev.ifindex) return IF_OPER_DOWN;
  // CAST: every device of this kernel was made with a Net of this kernel.
  const peer = (dev.nd_net as Net).byIndex(iflink);
  return peer === undefined || carrierOk(peer) ? IF_OPER_DOWN : IF_OPER_LOWERLAYERDOWN;
}

/** The RFC 2863 state of a device: net/core/link_watch.c. */
export function operstateOf(dev: net_device): number {
  let state: number = IF_OPER_UP;
  if (testState(dev, LINK_STATE.TESTING)) state = IF_OPER_TESTING;
  else if (!carrierOk(dev)) state = downState(dev);
  else if (testState(dev, LINK_STATE.DORMANT)) state = IF_OPER_DORMANT;
  if (dev.link_mode === IF_LINK_MODE_DORMANT && state === IF_OPER_UP) return IF_OPER_DORMANT;
  return state;
}

/** What starts and stops the queues of devices. */
export interface DeviceQueues {
  activate(dev: net_device): void;
  deactivate(dev: net_device): void;
}

/**
 * Carrier changes: recorded at once, told to the listeners when the kernel is left.
 */
export class LinkWatch {
  readonly #rtnl: Rtnl;
  readonly #changed: (dev: net_device) => void;
  readonly #sched: DeviceQueues;

  /**
   * @param sched - whose queues follow the carrier
   * @param changed - `netdev_state_change`: told of a device that is up and whose state moved
   */
  constructor(rtnl: Rtnl, sched: DeviceQueues, changed: (dev: net_device) => void) {
    this.#rtnl = rtnl;
    this.#sched = sched;
    this.#changed = changed;
  }

  /** Sets the first state of a device that is being registered: UNKNOWN unless something already speaks against it. */
  init(dev: net_device): void {
    if (!carrierOk(dev) || testState(dev, LINK_STATE.DORMANT) || testState(dev, LINK_STATE.TESTING)) dev.operstate = operstateOf(dev);
  }

  carrierOn(dev: net_device): void {
    if (carrierOk(dev)) return;
    clearState(dev, LINK_STATE.NOCARRIER);
    if (dev.reg_state === NETREG.UNINITIALIZED) return;
    dev.carrier_up_count++;
    this.fire(dev);
  }

  carrierOff(dev: net_device): void {
    if (!carrierOk(dev)) return;
    setState(dev, LINK_STATE.NOCARRIER);
    if (dev.reg_state === NETREG.UNINITIALIZED) return;
    dev.carrier_down_count++;
    this.fire(dev);
  }

  /** `linkwatch_fire_event`. */
  fire(dev: net_device): void {
    if (testState(dev, LINK_STATE.LINKWATCH_PENDING)) return;
    setState(dev, LINK_STATE.LINKWATCH_PENDING);
    this.#rtnl.schedule(() => {
      this.sync(dev);
    });
  }

  /** Does what is pending for a device now. */
  sync(dev: net_device): void {
    if (!testState(dev, LINK_STATE.LINKWATCH_PENDING)) return;
    clearState(dev, LINK_STATE.LINKWATCH_PENDING);
    if (dev.reg_state !== NETREG.REGISTERED) return;
    dev.operstate = operstateOf(dev);
    if ((dev.flags & IFF_UP) === 0) return;
    if (carrierOk(dev)) this.#sched.activate(dev);
    else this.#sched.deactivate(dev);
    this.#changed(dev);
  }
}
