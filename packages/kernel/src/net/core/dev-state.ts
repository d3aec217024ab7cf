import { IFF_ALLMULTI, IFF_AUTOMEDIA, IFF_DEBUG, IFF_DORMANT, IFF_DYNAMIC, IFF_LOWER_UP, IFF_MULTICAST, IFF_NOARP, IFF_NOTRAILERS, IFF_PORTSEL, IFF_PROMISC, IFF_RUNNING, IFF_UP, IFF_VOLATILE, IF_OPER_UNKNOWN, IF_OPER_UP } from '@netdevkit/bindings';
import { LINK_STATE, NETDEV_EVENT, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { LinkMessages, Requester } from './link-messages.ts';
import { carrierOk, clearState, isRunning, setState, testState } from './link-watch.ts';
import type { NetdevChain } from './notifier.ts';
import type { Sched } from '../sched/sch-generic.ts';

/** The flags that a user may set beside UP, PROMISC and ALLMULTI. */
const SETTABLE = IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_DYNAMIC | IFF_MULTICAST | IFF_PORTSEL | IFF_AUTOMEDIA;

/**
 * Opening, closing and the flags of devices: net/core/dev.c. All under RTNL.
 */
export class DeviceStates {
  readonly #chain: NetdevChain;
  readonly #messages: LinkMessages;
  readonly #faults: Faults;
  readonly #log: Printk;
  readonly #sched: Sched;

  constructor(chain: NetdevChain, messages: LinkMessages, sched: Sched, faults: Faults, log: Printk) {
    this.#chain = chain;
    this.#sched = sched;
    this.#messages = messages;
    this.#faults = faults;
    this.#log = log;
  }

  /** `dev_open`: for callers other than a change of flags. */
  open(dev: net_device): number {
    if ((dev.flags & IFF_UP) !== 0) return 0;
    const error = this.#open(dev);
    if (error < 0) return error;
    this.#messages.changed(dev, IFF_UP | IFF_RUNNING, null);
    this.#chain.call(NETDEV_EVENT.UP, dev);
    return 0;
  }

  /** `dev_close_many`: closes what is up, then tells of each. */
  close(devices: readonly net_device[]): void {
    const closing = devices.filter((dev) => (dev.flags & IFF_UP) !== 0);
    this.#close(closing);
    for (const dev of closing) {
      this.#messages.changed(dev, IFF_UP | IFF_RUNNING, null);
      this.#chain.call(NETDEV_EVENT.DOWN, dev);
    }
  }

  /** `dev_change_flags`. */
  changeFlags(dev: net_device, flags: number): number {
    const before = dev.flags;
    const beforeUser = dev.gflags;
    const error = this.setFlags(dev, flags);
    if (error < 0) return error;
    this.notifyFlags(dev, before, (before ^ dev.flags) | (beforeUser ^ dev.gflags), null);
    return 0;
  }

  /** `__dev_change_flags`: the change without its announcement. */
  setFlags(dev: net_device, flags: number): number {
    const before = dev.flags;
    dev.flags = (flags & SETTABLE) | (before & (IFF_UP | IFF_VOLATILE | IFF_PROMISC | IFF_ALLMULTI));
    this.#setRxMode(dev);
    let error = 0;
    if (((before ^ flags) & IFF_UP) !== 0) {
      if ((before & IFF_UP) !== 0) this.#close([dev]);
      else error = this.#open(dev);
    }
    if (((flags ^ dev.gflags) & IFF_PROMISC) !== 0) {
      dev.gflags ^= IFF_PROMISC;
      this.#count(dev, IFF_PROMISC, (flags & IFF_PROMISC) !== 0 ? 1 : -1);
    }
    if (((flags ^ dev.gflags) & IFF_ALLMULTI) !== 0) {
      dev.gflags ^= IFF_ALLMULTI;
      this.#count(dev, IFF_ALLMULTI, (flags & IFF_ALLMULTI) !== 0 ? 1 : -1);
    }
    return error;
  }

  /** `__dev_notify_flags`: the announcement of a change. */
  notifyFlags(dev: net_device, before: number, told: number, requester: Requester | null): void {
    const changes = dev.flags ^ before;
    if (told !== 0) this.#messages.changed(dev, told >>> 0, requester);
    const up = (dev.flags & IFF_UP) !== 0;
    if ((changes & IFF_UP) !== 0) this.#chain.call(up ? NETDEV_EVENT.UP : NETDEV_EVENT.DOWN, dev);
    if (up && (changes & ~(IFF_UP | IFF_PROMISC | IFF_ALLMULTI | IFF_VOLATILE)) !== 0) this.#chain.call(NETDEV_EVENT.CHANGE, dev);
  }

  /** `dev_set_promiscuity`: one more or one fewer user wants every packet. */
  setPromiscuity(dev: net_device, inc: 1 | -1): void {
    const before = dev.flags;
    this.#count(dev, IFF_PROMISC, inc);
    // From net/core/dev.c:__dev_set_promiscuity: told even when others want every packet already.
    this.notifyFlags(dev, before, IFF_PROMISC, null);
  }

  /** `dev_set_allmulti`. */
  setAllmulti(dev: net_device, inc: 1 | -1): void {
    // From net/core/dev.c:__dev_set_allmulti: told is what users set, which this is not.
    this.#count(dev, IFF_ALLMULTI, inc);
  }

  /** `netdev_state_change`: something about a device changed that listeners of an up device want to know. */
  stateChange(dev: net_device): void {
    if ((dev.flags & IFF_UP) === 0) return;
    this.#chain.call(NETDEV_EVENT.CHANGE, dev);
    this.#messages.changed(dev, 0, null);
  }

  #open(dev: net_device): number {
    if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
    let error = this.#chain.call(NETDEV_EVENT.PRE_UP, dev);
    if (error < 0) return error;
    setState(dev, LINK_STATE.START);
    const ops = dev.netdev_ops;
    error = this.#faults.refusal('ndo_validate_addr') || (ops?.ndo_validate_addr?.(dev) ?? 0);
    if (error === 0) error = this.#faults.refusal('ndo_open') || (ops?.ndo_open?.(dev) ?? 0);
    if (error !== 0) {
      clearState(dev, LINK_STATE.START);
      // C takes any non-zero result for a failure and hands it on; a positive one would reach the user as success.
      return error > 0 ? -errno.EIO : error;
    }
    dev.flags |= IFF_UP;
    this.#setRxMode(dev);
    this.#sched.activate(dev);
    return 0;
  }

  #close(devices: readonly net_device[]): void {
    for (const dev of devices) {
      this.#chain.call(NETDEV_EVENT.GOING_DOWN, dev);
      clearState(dev, LINK_STATE.START);
    }
    for (const dev of devices) {
      this.#sched.deactivate(dev);
      // From net/core/dev.c:__dev_close_many: a device cannot refuse to stop.
      dev.netdev_ops?.ndo_stop?.(dev);
      dev.flags &= ~IFF_UP;
    }
  }

  #count(dev: net_device, flag: number, inc: 1 | -1): void {
    const count = Math.max(0, (flag === IFF_PROMISC ? dev.promiscuity : dev.allmulti) + inc);
    if (flag === IFF_PROMISC) dev.promiscuity = count;
    else dev.allmulti = count;
    const flags = count === 0 ? dev.flags & ~flag : dev.flags | flag;
    if (flags === dev.flags) return;
    dev.flags = flags;
    this.#log.write(6, `${dev.name}: ${count === 0 ? 'left' : 'entered'} ${flag === IFF_PROMISC ? 'promiscuous' : 'allmulticast'} mode`);
    this.#setRxMode(dev);
  }

  #setRxMode(dev: net_device): void {
    if ((dev.flags & IFF_UP) === 0 || !testState(dev, LINK_STATE.PRESENT)) return;
    dev.netdev_ops?.ndo_set_rx_mode?.(dev);
  }
}

/** `dev_get_flags`: the flags as users see them. */
export function reportedFlags(dev: net_device): number {
  let flags =
    (dev.flags & ~(IFF_PROMISC | IFF_ALLMULTI | IFF_RUNNING | IFF_LOWER_UP | IFF_DORMANT)) |
    (dev.gflags & (IFF_PROMISC | IFF_ALLMULTI));
  if (isRunning(dev)) {
    if (dev.operstate === IF_OPER_UP || dev.operstate === IF_OPER_UNKNOWN) flags |= IFF_RUNNING;
    if (carrierOk(dev)) flags |= IFF_LOWER_UP;
    if (testState(dev, LINK_STATE.DORMANT)) flags |= IFF_DORMANT;
  }
  return flags >>> 0;
}
