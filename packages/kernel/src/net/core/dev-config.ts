import { LINK_STATE, MAX_ADDR_LEN, NETDEV_EVENT, NET_ADDR_SET, netlink_ext_ack, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { Devices } from './dev.ts';
import { isValidAltname } from './dev-name.ts';
import { testState } from './link-watch.ts';
import { NET_NAME_RENAMED } from './name-origin.ts';
import type { NetdevChain } from './notifier.ts';
import type { Sched } from '../sched/sch-generic.ts';

const MAX_TX_QUEUE_LEN = 32_767;
const MAX_ALIAS = 255;

/** What {@link DeviceConfig} stands on. */
export interface DeviceConfigDeps {
  readonly devices: Devices;
  readonly chain: NetdevChain;
  readonly sched: Sched;
  readonly faults: Faults;
  readonly log: Printk;
}

/**
 * Changes to a registered device, with their checks, vetoes and announcements: the `dev_set_*` and `dev_change_*` of
 * net/core/dev.c. All under RTNL.
 */
export class DeviceConfig {
  readonly #devices: Devices;
  readonly #chain: NetdevChain;
  readonly #sched: Sched;
  readonly #faults: Faults;
  readonly #log: Printk;

  constructor(deps: DeviceConfigDeps) {
    this.#sched = deps.sched;
    this.#devices = deps.devices;
    this.#chain = deps.chain;
    this.#faults = deps.faults;
    this.#log = deps.log;
  }

  /** `dev_set_mtu`: what a requester would be told goes to the log. */
  setMtuLogged(dev: net_device, mtu: number): number {
    const extack = new netlink_ext_ack();
    const error = this.setMtu(dev, mtu, extack);
    if (error !== 0 && extack._msg !== null) this.#log.write(3, `${dev.name}: ${extack._msg}`);
    return error;
  }

  /** `dev_set_mtu_ext`. */
  setMtu(dev: net_device, mtu: number, extack: netlink_ext_ack | null): number {
    if (mtu === dev.mtu) return 0;
    let error = validateMtu(dev, mtu, extack);
    if (error < 0) return error;
    if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
    error = this.#chain.call(NETDEV_EVENT.PRECHANGEMTU, dev);
    if (error < 0) return error;
    const before = dev.mtu;
    error = this.#applyMtu(dev, mtu);
    if (error !== 0) return error;
    error = this.#chain.call(NETDEV_EVENT.CHANGEMTU, dev);
    if (error < 0) {
      this.#applyMtu(dev, before);
      this.#chain.call(NETDEV_EVENT.CHANGEMTU, dev);
    }
    return error;
  }

  /** `dev_set_mac_address`. */
  setMacAddress(dev: net_device, address: Uint8Array): number {
    const set = dev.netdev_ops?.ndo_set_mac_address ?? null;
    if (set === null) return -errno.EOPNOTSUPP;
    if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
    let error = this.#chain.call(NETDEV_EVENT.PRE_CHANGEADDR, dev);
    if (error < 0) return error;
    if (!hasAddress(dev, address)) error = this.#faults.refusal('ndo_set_mac_address') || set(dev, address);
    if (error !== 0) return error > 0 ? -errno.EIO : error;
    dev.addr_assign_type = NET_ADDR_SET;
    this.#chain.call(NETDEV_EVENT.CHANGEADDR, dev);
    return 0;
  }

  /** `dev_change_carrier`. */
  changeCarrier(dev: net_device, carrier: boolean): number {
    const change = dev.netdev_ops?.ndo_change_carrier ?? null;
    if (change === null) return -errno.EOPNOTSUPP;
    if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
    return this.#faults.refusal('ndo_change_carrier') || change(dev, carrier);
  }

  /** `dev_change_proto_down`. */
  changeProtoDown(dev: net_device, protoDown: boolean): number {
    const change = dev.netdev_ops?.ndo_change_proto_down ?? null;
    if (change === null) return -errno.EOPNOTSUPP;
    const error = change(dev, protoDown);
    if (error === 0) dev.proto_down = protoDown;
    return error;
  }

  /** `dev_change_tx_queue_len`. */
  setTxQueueLen(dev: net_device, length: number): number {
    if (length < 0 || length > MAX_TX_QUEUE_LEN) return -errno.ERANGE;
    if (length === dev.tx_queue_len) return 0;
    const before = dev.tx_queue_len;
    dev.tx_queue_len = length;
    const error = this.#chain.call(NETDEV_EVENT.CHANGE_TX_QUEUE_LEN, dev);
    if (error < 0) dev.tx_queue_len = before;
    else this.#sched.resize(dev);
    return error;
  }

  /** `dev_change_name`. */
  rename(dev: net_device, wanted: string): number {
    if (wanted === dev.name) return 0;
    const before = dev.name;
    const names = this.#devices.names(this.#devices.namespaceOf(dev));
    const name = names.resolve(wanted, errno.EEXIST);
    if (typeof name === 'number') return name;
    if (this.#faults.shouldFail('sysfs')) return -errno.ENOMEM;
    this.#log.write(6, `${name}: renamed from ${before}`);
    const apply = (from: string, to: string): number => {
      names.remove(from);
      dev.name = to;
      names.add(to, dev);
      return this.#chain.call(NETDEV_EVENT.CHANGENAME, dev, from);
    };
    const origin = dev.name_assign_type;
    dev.name_assign_type = NET_NAME_RENAMED;
    const error = apply(before, name);
    if (error < 0) dev.name_assign_type = origin;
    if (error < 0 && apply(name, before) < 0) this.#log.write(3, `${before}: name change rollback failed`);
    return error;
  }

  /** `dev_set_alias`: an empty one takes it away. */
  setAlias(dev: net_device, alias: string, octets: number): number {
    if (octets > MAX_ALIAS) return -errno.EINVAL;
    if (alias !== '' && this.#faults.shouldFail('ifalias')) return -errno.ENOMEM;
    dev.ifalias = alias;
    return 0;
  }

  /** `netdev_name_node_alt_create`. */
  addAltname(dev: net_device, name: string): number {
    const names = this.#devices.names(this.#devices.namespaceOf(dev));
    if (!isValidAltname(name)) return -errno.EINVAL;
    if (names.inUse(name)) return -errno.EEXIST;
    if (this.#faults.shouldFail('altname')) return -errno.ENOMEM;
    dev.altnames.push(name);
    names.add(name, dev);
    return 0;
  }

  /** `netdev_name_node_alt_destroy`. */
  removeAltname(dev: net_device, name: string): number {
    const at = dev.altnames.indexOf(name);
    if (at === -1) {
      // From net/core/dev.c:netdev_name_node_alt_destroy: the main name is no alternative, and another's is not ours.
      return this.#devices.namespaceOf(dev).byName(name) === undefined ? -errno.ENOENT : -errno.EINVAL;
    }
    dev.altnames.splice(at, 1);
    this.#devices.names(this.#devices.namespaceOf(dev)).remove(name);
    return 0;
  }

  #applyMtu(dev: net_device, mtu: number): number {
    const change = dev.netdev_ops?.ndo_change_mtu ?? null;
    const error = this.#faults.refusal('ndo_change_mtu');
    if (error < 0) return error;
    if (change !== null) {
      const result = change(dev, mtu);
      return result > 0 ? -errno.EIO : result;
    }
    dev.mtu = mtu;
    return 0;
  }
}

/** `dev_validate_mtu`: a `max_mtu` of 0 sets no bound. */
export function validateMtu(dev: net_device, mtu: number, extack: netlink_ext_ack | null): number {
  if (mtu < 0 || mtu < dev.min_mtu) {
    if (extack !== null) extack._msg = 'mtu less than device minimum';
    return -errno.EINVAL;
  }
  if (dev.max_mtu > 0 && mtu > dev.max_mtu) {
    if (extack !== null) extack._msg = 'mtu greater than device maximum';
    return -errno.EINVAL;
  }
  return 0;
}

/** Whether a device has this address already. */
function hasAddress(dev: net_device, address: Uint8Array): boolean {
  for (let i = 0; i < dev.addr_len; i++) if (dev.dev_addr[i] !== address[i]) return false;
  return true;
}

/** `dev_addr_set`: the address without its ceremony, for drivers. */
export function setDevAddr(dev: net_device, address: Uint8Array): void {
  dev.dev_addr.fill(0);
  dev.dev_addr.set(address.subarray(0, Math.min(MAX_ADDR_LEN, address.length)));
}
