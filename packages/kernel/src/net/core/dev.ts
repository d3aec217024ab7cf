import { ARPHRD_LOOPBACK } from '@netdevkit/bindings';
import {
  DEFAULT_TX_QUEUE_LEN,
  IFF_NO_QUEUE,
  IFF_XMIT_DST_RELEASE,
  IFF_XMIT_DST_RELEASE_PERM,
  IFNAMSIZ,
  LINK_STATE,
  NETDEV_EVENT,
  NETDEV_PCPU_STAT,
  NETIF_F,
  NETREG,
  NET_ADDR_PERM,
  net_device,
  type kernel,
} from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import { AddressLists } from './dev-addr-lists.ts';
import { computeFeatures } from './dev-features.ts';
import { byteLength, NameTable } from './dev-name.ts';
import { DeviceStates } from './dev-state.ts';
import { ROW } from './dev-stats.ts';
import type { LinkMessages, Requester } from './link-messages.ts';
import { LinkWatch, setState } from './link-watch.ts';
import type { Namespaces, Net } from './net-namespace.ts';
import type { Receive } from './dev-receive.ts';
import type { NetdevChain } from './notifier.ts';
import type { Sched } from '../sched/sch-generic.ts';
import type { Rtnl } from './rtnl.ts';

const SOFT_FEATURES = NETIF_F.GSO | NETIF_F.GRO;
const SOFT_FEATURES_OFF = NETIF_F.GRO_FRAGLIST | NETIF_F.GRO_UDP_FWD;
const MAX_IFINDEX = 0x7fff_ffff;

/** What the device core stands on. */
export interface DevicesDeps {
  readonly kernel: kernel;
  readonly namespaces: Namespaces;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly messages: LinkMessages;
  readonly sched: Sched;
  readonly receive: Receive;
  readonly faults: Faults;
  readonly log: Printk;
  /** How many CPUs have counters. */
  readonly cpus: number;
}

/**
 * The life of devices from allocation to freeing: net/core/dev.c.
 */
export class Devices {
  readonly states: DeviceStates;
  readonly linkWatch: LinkWatch;
  /** What devices listen to beside their own addresses. */
  readonly lists: AddressLists = new AddressLists();
  readonly #deps: DevicesDeps;
  readonly #names = new Map<Net, NameTable>();
  /** Devices that exist, registered or not. */
  readonly #allocated = new Set<net_device>();

  constructor(deps: DevicesDeps) {
    this.#deps = deps;
    this.states = new DeviceStates(deps.chain, deps.messages, deps.sched, deps.faults, deps.log);
    this.linkWatch = new LinkWatch(deps.rtnl, deps.sched, (dev) => {
      this.states.stateChange(dev);
    });
  }

  /** How many devices exist, registered or not. */
  get live(): number {
    return this.#allocated.size;
  }

  /** The devices that exist, registered or not. */
  allocated(): net_device[] {
    return [...this.#allocated];
  }

  /** The names of a namespace. */
  names(namespace: Net): NameTable {
    let table = this.#names.get(namespace);
    if (table === undefined) this.#names.set(namespace, (table = new NameTable(namespace)));
    return table;
  }

  /** Forgets a namespace that has gone. */
  forget(namespace: Net): void {
    this.#names.delete(namespace);
  }

  /** `alloc_netdev_mqs`: a device that nobody knows yet, filled by `setup`. */
  alloc(namespace: Net, name: string, setup: (dev: net_device) => number, txqs: number, rxqs: number): net_device | number {
    if (byteLength(name) >= IFNAMSIZ || txqs < 1 || rxqs < 1) return -errno.EINVAL;
    const { faults, kernel } = this.#deps;
    if (faults.shouldFail('alloc_netdev')) return -errno.ENOMEM;
    const dev = new net_device(kernel, namespace, name, txqs, rxqs);
    dev.priv_flags = IFF_XMIT_DST_RELEASE | IFF_XMIT_DST_RELEASE_PERM;
    this.#allocated.add(dev);
    const error = faults.refusal('setup') || setup(dev);
    if (error < 0) {
      this.#destroyPrivate(dev);
      this.free(dev);
      return error;
    }
    if (dev.tx_queue_len === 0) {
      dev.priv_flags |= IFF_NO_QUEUE;
      dev.tx_queue_len = DEFAULT_TX_QUEUE_LEN;
    }
    return dev;
  }

  /** `free_netdev`. */
  free(dev: net_device): void {
    if (dev.reg_state === NETREG.UNREGISTERING) {
      // From net/core/dev.c:free_netdev: whoever frees a device that is on its way out leaves it to the core.
      dev.needs_free_netdev = true;
      return;
    }
    if (dev.reg_state === NETREG.REGISTERED || dev.reg_state === NETREG.RELEASED) {
      this.#deps.log.warn(`free_netdev: ${dev.name} is ${dev.reg_state === NETREG.RELEASED ? 'freed already' : 'registered'}`);
      return;
    }
    if (dev.reg_state === NETREG.UNINITIALIZED) this.#destroyPrivate(dev);
    dev.reg_state = NETREG.RELEASED;
    dev.pcpu_stats = null;
    this.#allocated.delete(dev);
  }

  /** `register_netdevice`. On an error the caller still owns the device and frees it. */
  register(dev: net_device): number {
    const { chain, faults, messages, log } = this.#deps;
    const namespace = this.namespaceOf(dev);
    const names = this.names(namespace);
    if (dev.reg_state !== NETREG.UNINITIALIZED) return -errno.EINVAL;
    const name = names.resolve(dev.name, errno.EEXIST);
    if (typeof name === 'number') return name;
    dev.name = name;
    if (faults.shouldFail('name_node')) return -errno.ENOMEM;

    const ops = dev.netdev_ops;
    const initialised = faults.refusal('ndo_init') || (ops?.ndo_init?.(dev) ?? 0);
    if (initialised !== 0) return initialised > 0 ? -errno.EIO : initialised;
    let error = this.#allocStats(dev);
    if (error === 0) error = this.#takeIndex(namespace, dev);
    if (error < 0) return this.#undoInit(dev, error);

    dev.hw_features |= SOFT_FEATURES | SOFT_FEATURES_OFF;
    dev.features |= SOFT_FEATURES;
    dev.wanted_features = dev.features & dev.hw_features;
    if (dev.type !== ARPHRD_LOOPBACK) dev.hw_features |= NETIF_F.NOCACHE_COPY;

    error = chain.call(NETDEV_EVENT.POST_INIT, dev);
    if (error === 0 && faults.shouldFail('sysfs')) {
      chain.call(NETDEV_EVENT.PRE_UNINIT, dev);
      error = -errno.ENOMEM;
    }
    if (error < 0) {
      namespace.indexes.delete(dev.ifindex);
      return this.#undoInit(dev, error);
    }
    dev.reg_state = NETREG.REGISTERED;
    computeFeatures(dev, log);
    setState(dev, LINK_STATE.PRESENT);
    this.linkWatch.init(dev);
    this.#list(namespace, dev);
    if (dev.addr_assign_type === NET_ADDR_PERM) dev.perm_addr.set(dev.dev_addr.subarray(0, dev.addr_len));

    error = chain.call(NETDEV_EVENT.REGISTER, dev);
    if (error < 0) {
      // From net/core/dev.c:register_netdevice: after a veto the caller frees the device, so the core must not.
      dev.needs_free_netdev = false;
      this.unregister([dev], null);
      return error;
    }
    if (dev.rtnl_link_ops === null || !dev.rtnl_link_initializing) messages.changed(dev, 0xffff_ffff, null);
    return 0;
  }

  /** `unregister_netdevice_many`: they go when RTNL is released. */
  unregister(devices: readonly net_device[], requester: Requester | null): void {
    const { chain, log, messages, rtnl } = this.#deps;
    const going = [...new Set(devices)].filter((dev) => dev.reg_state === NETREG.REGISTERED);
    for (const dev of devices) {
      if (dev.reg_state === NETREG.UNINITIALIZED) log.warn(`unregister_netdevice: device ${dev.name} never was registered`);
    }
    this.states.close(going);
    for (const dev of going) {
      this.#unlist(this.namespaceOf(dev), dev);
      dev.reg_state = NETREG.UNREGISTERING;
    }
    for (const dev of going) {
      this.#deps.sched.shutdown(dev);
      this.#deps.receive.flush(dev);
      chain.call(NETDEV_EVENT.UNREGISTER, dev);
      const announced = dev.rtnl_link_ops === null || !dev.rtnl_link_initializing;
      const tell = announced ? messages.deleting(dev, requester, null) : null;
      dev.altnames.length = 0;
      chain.call(NETDEV_EVENT.PRE_UNINIT, dev);
      dev.netdev_ops?.ndo_uninit?.(dev);
      tell?.();
    }
    for (const dev of going) {
      rtnl.defer(() => {
        this.#finish(dev);
      });
    }
  }

  /**
   * Moves a device to another namespace: `__dev_change_net_namespace`.
   *
   * @param pattern - the name to take when the device's own is in use there
   * @param index - the index to take there, 0 to keep the own one where it is free
   */
  changeNamespace(dev: net_device, target: Net, pattern: string | null, index: number): number {
    const { chain, messages, namespaces } = this.#deps;
    const source = this.namespaceOf(dev);
    // Later kernels have words for each refusal here, 6.12.107 none.
    if (dev.netns_immutable || dev.reg_state !== NETREG.REGISTERED) return -errno.EINVAL;
    if (source === target) return 0;

    const names = this.names(target);
    let name = dev.name;
    if (names.inUse(name)) {
      if (pattern === null) return -errno.EEXIST;
      const resolved = names.resolve(pattern, errno.EEXIST);
      if (typeof resolved === 'number') return resolved;
      name = resolved;
    }
    if (dev.altnames.some((altname) => names.inUse(altname))) return -errno.EEXIST;
    if (index !== 0 && target.indexes.has(index)) return -errno.EBUSY;
    let ifindex = index !== 0 ? index : dev.ifindex;
    if (target.indexes.has(ifindex)) ifindex = this.#nextIndex(target);
    if (ifindex < 0) return ifindex;

    this.states.close([dev]);
    this.#unlist(source, dev);
    this.#deps.sched.shutdown(dev);
    this.#deps.receive.flush(dev);
    chain.call(NETDEV_EVENT.UNREGISTER, dev);
    const nsid = namespaces.allocNsid(source, target);
    messages.deleting(dev, null, { nsid, ifindex })();
    dev.nd_net = target;
    dev.ifindex = ifindex;
    dev.name = name;
    target.indexes.set(ifindex, dev);
    this.#list(target, dev);
    chain.call(NETDEV_EVENT.REGISTER, dev);
    messages.changed(dev, 0xffff_ffff, null);
    return 0;
  }

  /** The namespace record of a device. */
  namespaceOf(dev: net_device): Net {
    // CAST: every device of this kernel was made by alloc() with a Net.
    return dev.nd_net as Net;
  }

  #finish(dev: net_device): void {
    if (dev.refcnt > 0) {
      // C waits here. Whoever holds a reference lets go on UNREGISTER, which has been sent: this is a defect.
      this.#deps.log.write(0, `unregister_netdevice: waiting for ${dev.name} to become free. Usage count = ${String(dev.refcnt + 1)}`);
    }
    dev.reg_state = NETREG.UNREGISTERED;
    dev.pcpu_stats = null;
    this.#destroyPrivate(dev);
    if (dev.needs_free_netdev) this.free(dev);
  }

  #destroyPrivate(dev: net_device): void {
    const destructor = dev.priv_destructor;
    dev.priv_destructor = null;
    destructor?.(dev);
  }

  #undoInit(dev: net_device, error: number): number {
    dev.netdev_ops?.ndo_uninit?.(dev);
    this.#destroyPrivate(dev);
    dev.pcpu_stats = null;
    return error;
  }

  #allocStats(dev: net_device): number {
    if (dev.pcpu_stat_type === NETDEV_PCPU_STAT.NONE) return 0;
    if (dev.pcpu_stat_type < 0 || dev.pcpu_stat_type > NETDEV_PCPU_STAT.DSTATS) return -errno.EINVAL;
    if (this.#deps.faults.shouldFail('pcpu_stats')) return -errno.ENOMEM;
    dev.pcpu_stats = new BigUint64Array(this.#deps.cpus * ROW);
    return 0;
  }

  /** `dev_index_reserve`. */
  #takeIndex(namespace: Net, dev: net_device): number {
    if (dev.ifindex < 0) return -errno.EINVAL;
    if (dev.ifindex !== 0) {
      if (namespace.indexes.has(dev.ifindex)) return -errno.EBUSY;
    } else {
      const index = this.#nextIndex(namespace);
      if (index < 0) return index;
      dev.ifindex = index;
    }
    namespace.indexes.set(dev.ifindex, dev);
    return 0;
  }

  /** The next index after the last one given, around once. An index asked for by number does not move the counter. */
  #nextIndex(namespace: Net): number {
    for (let tries = 0; tries <= namespace.indexes.size; tries++) {
      namespace.ifindex = namespace.ifindex === MAX_IFINDEX ? 1 : namespace.ifindex + 1;
      if (!namespace.indexes.has(namespace.ifindex)) return namespace.ifindex;
    }
    return -errno.ENOSPC;
  }

  #list(namespace: Net, dev: net_device): void {
    const { devices } = namespace;
    let at = devices.length;
    while (at > 0 && (devices[at - 1]?.ifindex ?? 0) > dev.ifindex) at--;
    devices.splice(at, 0, dev);
    const names = this.names(namespace);
    names.add(dev.name, dev);
    for (const altname of dev.altnames) names.add(altname, dev);
    bump(namespace);
  }

  #unlist(namespace: Net, dev: net_device): void {
    const at = indexOf(namespace.devices, dev.ifindex);
    if (at !== -1) namespace.devices.splice(at, 1);
    namespace.indexes.delete(dev.ifindex);
    const names = this.names(namespace);
    names.remove(dev.name);
    for (const altname of dev.altnames) names.remove(altname);
    bump(namespace);
  }
}

/** Where the device with this index stands in a list by ascending index, or -1. */
function indexOf(devices: readonly net_device[], ifindex: number): number {
  let low = 0;
  let high = devices.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = devices[middle]?.ifindex ?? 0;
    if (found === ifindex) return middle;
    if (found < ifindex) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** `dev_base_seq_inc`: never 0, which means "no dump is going on". */
function bump(namespace: Net): void {
  namespace.devBaseSeq = namespace.devBaseSeq === 0xffff_ffff ? 1 : namespace.devBaseSeq + 1;
}
