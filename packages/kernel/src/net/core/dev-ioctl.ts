import {
  AF_UNSPEC,
  SIOCADDMULTI,
  SIOCBONDCHANGEACTIVE,
  SIOCBONDENSLAVE,
  SIOCBONDINFOQUERY,
  SIOCBONDRELEASE,
  SIOCBONDSETHWADDR,
  SIOCBONDSLAVEINFOQUERY,
  SIOCDELMULTI,
  SIOCDEVPRIVATE,
  SIOCETHTOOL,
  SIOCGHWTSTAMP,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMAP,
  SIOCGIFMETRIC,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCGIFSLAVE,
  SIOCGIFTXQLEN,
  SIOCGMIIPHY,
  SIOCGMIIREG,
  SIOCSHWTSTAMP,
  SIOCSIFFLAGS,
  SIOCSIFHWADDR,
  SIOCSIFHWBROADCAST,
  SIOCSIFMAP,
  SIOCSIFMETRIC,
  SIOCSIFMTU,
  SIOCSIFNAME,
  SIOCSIFSLAVE,
  SIOCSIFTXQLEN,
  SIOCSMIIREG,
  SIOCWANDEV,
  ifreq,
} from '@netdevkit/bindings';
import { LINK_STATE, NETDEV_EVENT, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { UserMemory } from '../../user-memory.ts';
import { devEthtool } from '../ethtool/ioctl.ts';
import type { DeviceConfig } from './dev-config.ts';
import type { AddressList } from './dev-addr-lists.ts';
import { reportedFlags, type DeviceStates } from './dev-state.ts';
import type { InterfaceRequest } from './ifreq.ts';
import type { IoctlContext } from './ioctl-context.ts';
import { testState } from './link-watch.ts';
import type { Net } from './net-namespace.ts';
import type { NetdevChain } from './notifier.ts';
import type { Rtnl } from './rtnl.ts';

/** Where the union of a `struct ifreq` starts. */
const UNION = ifreq.FIELDS.ifr_addr.offset;
/** How many octets of an address a `struct sockaddr` has room for. */
const SA_DATA = 14;
/** The last of the commands that belong to drivers. */
const SIOCDEVPRIVATE_LAST = SIOCDEVPRIVATE + 15;

/** `struct hwtstamp_config` (include/uapi/linux/net_tstamp.h), and the greatest values of its members. */
const HWTSTAMP_CONFIG_SIZE = 12;
const HWTSTAMP_FLAG_MASK = 1;
const HWTSTAMP_TX_MAX = 3;
const HWTSTAMP_FILTER_MAX = 15;

/** What {@link DeviceIoctl} stands on. */
export interface DeviceIoctlDeps {
  readonly states: DeviceStates;
  readonly config: DeviceConfig;
  readonly multicast: AddressList;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly modules: { request(alias: string): void };
  /** The kernel's release, which drivers that name no version give for theirs. */
  readonly release: string;
}

/** What becomes of a request that succeeded. */
export interface IoctlResult {
  /** 0 or more, or a negative errno. */
  readonly result: number;
  /** Whether the request goes back to the program. */
  readonly copyOut: boolean;
}

/**
 * Interface requests by `struct ifreq`: net/core/dev_ioctl.c.
 */
export class DeviceIoctl {
  readonly #deps: DeviceIoctlDeps;

  constructor(deps: DeviceIoctlDeps) {
    this.#deps = deps;
  }

  /** `dev_ioctl`. Changes the request in place. */
  run(command: number, request: InterfaceRequest, context: IoctlContext): IoctlResult {
    if (command === SIOCGIFNAME) return back(this.#name(request, context.namespace));
    switch (command) {
      case SIOCGIFHWADDR:
      case SIOCGIFFLAGS:
      case SIOCGIFMETRIC:
      case SIOCGIFMTU:
      case SIOCGIFSLAVE:
      case SIOCGIFMAP:
      case SIOCGIFINDEX:
      case SIOCGIFTXQLEN:
        this.load(request, context);
        return back(this.#get(command, request, context.namespace));
      case SIOCETHTOOL:
        this.load(request, context);
        return back(this.#deps.rtnl.locked(() => devEthtool(request, context, this.#deps.release)));
      case SIOCGMIIPHY:
      case SIOCGMIIREG:
      case SIOCSIFNAME:
        this.load(request, context);
        if (!context.credentials.netAdmin) return back(-errno.EPERM);
        return back(this.#deps.rtnl.locked(() => this.#change(command, request, context)));
      case SIOCSIFMAP:
      case SIOCSIFTXQLEN:
      case SIOCSIFFLAGS:
      case SIOCSIFMETRIC:
      case SIOCSIFMTU:
      case SIOCSIFHWADDR:
      case SIOCSIFSLAVE:
      case SIOCADDMULTI:
      case SIOCDELMULTI:
      case SIOCSIFHWBROADCAST:
      case SIOCSMIIREG:
      case SIOCBONDENSLAVE:
      case SIOCBONDRELEASE:
      case SIOCBONDSETHWADDR:
      case SIOCBONDCHANGEACTIVE:
      case SIOCSHWTSTAMP:
        if (!context.credentials.netAdmin) return back(-errno.EPERM);
        break;
      case SIOCBONDSLAVEINFOQUERY:
      case SIOCBONDINFOQUERY:
        break;
      default: {
        const known = command === SIOCWANDEV || command === SIOCGHWTSTAMP || (command >= SIOCDEVPRIVATE && command <= SIOCDEVPRIVATE_LAST);
        if (!known) return back(-errno.ENOTTY);
        this.load(request, context);
        return back(this.#deps.rtnl.locked(() => this.#change(command, request, context)));
      }
    }
    this.load(request, context);
    return { result: this.#deps.rtnl.locked(() => this.#change(command, request, context)), copyOut: false };
  }

  /** `dev_load`: the module loader is asked for a device that is not there. */
  load(request: InterfaceRequest, { namespace, credentials }: IoctlContext): void {
    const { device } = request;
    if (device === null || !credentials.netAdmin || namespace.byName(device) !== undefined) return;
    this.#deps.modules.request(`netdev-${device}`);
  }

  #name(request: InterfaceRequest, namespace: Net): number {
    const dev = namespace.byIndex(ifreq.ifr_ifindex(request.view, 0));
    if (dev === undefined) return -errno.ENODEV;
    request.rename(dev.name);
    return 0;
  }

  /** `dev_ifsioc_locked` and `dev_get_mac_address`. */
  #get(command: number, request: InterfaceRequest, namespace: Net): number {
    const dev = find(request, namespace);
    if (dev === undefined) return -errno.ENODEV;
    const { view, bytes } = request;
    switch (command) {
      case SIOCGIFHWADDR:
        bytes.fill(0, UNION + 2, UNION + 2 + (dev.addr_len === 0 ? SA_DATA : 0));
        bytes.set(dev.dev_addr.subarray(0, Math.min(SA_DATA, dev.addr_len)), UNION + 2);
        view.setUint16(UNION, dev.type, true);
        return 0;
      case SIOCGIFFLAGS:
        ifreq.set_ifr_flags(view, 0, reportedFlags(dev));
        return 0;
      case SIOCGIFMETRIC:
        ifreq.set_ifr_metric(view, 0, 0);
        return 0;
      case SIOCGIFMTU:
        ifreq.set_ifr_mtu(view, 0, dev.mtu);
        return 0;
      case SIOCGIFSLAVE:
        return -errno.EINVAL;
      case SIOCGIFMAP:
        // No device here is at an address or has an interrupt. The last octets of the struct are padding.
        bytes.fill(0, UNION, UNION + 21);
        return 0;
      case SIOCGIFINDEX:
        ifreq.set_ifr_ifindex(view, 0, dev.ifindex);
        return 0;
      default:
        ifreq.set_ifr_qlen(view, 0, dev.tx_queue_len);
        return 0;
    }
  }

  /** `dev_ifsioc`, under RTNL. */
  #change(command: number, request: InterfaceRequest, { namespace, memory }: IoctlContext): number {
    const { states, config, chain, multicast } = this.#deps;
    const dev = find(request, namespace);
    if (dev === undefined) return -errno.ENODEV;
    const { view, bytes } = request;
    const family = view.getUint16(UNION, true);
    const address = bytes.subarray(UNION + 2, UNION + 2 + SA_DATA);
    switch (command) {
      case SIOCSIFFLAGS:
        return states.changeFlags(dev, ifreq.ifr_flags(view, 0));
      case SIOCSIFMTU:
        return this.#deps.config.setMtuLogged(dev, ifreq.ifr_mtu(view, 0));
      case SIOCSIFHWADDR:
        if (dev.addr_len > SA_DATA + 2) return -errno.EINVAL;
        if ((dev.netdev_ops?.ndo_set_mac_address ?? null) === null) return -errno.EOPNOTSUPP;
        if (family !== dev.type) return -errno.EINVAL;
        return config.setMacAddress(dev, bytes.slice(UNION + 2, UNION + 2 + dev.addr_len));
      case SIOCSIFHWBROADCAST:
        if (family !== dev.type) return -errno.EINVAL;
        dev.broadcast.set(address.subarray(0, dev.addr_len));
        chain.call(NETDEV_EVENT.CHANGEADDR, dev);
        return 0;
      case SIOCADDMULTI:
      case SIOCDELMULTI:
        if ((dev.netdev_ops?.ndo_set_rx_mode ?? null) === null || family !== AF_UNSPEC) return -errno.EINVAL;
        if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
        return command === SIOCADDMULTI ? multicast.addGlobal(dev, address) : multicast.removeGlobal(dev, address);
      case SIOCSIFTXQLEN: {
        const length = ifreq.ifr_qlen(view, 0);
        return length < 0 ? -errno.EINVAL : config.setTxQueueLen(dev, length);
      }
      case SIOCSIFNAME: {
        const name = request.newName;
        return name === null ? -errno.EINVAL : config.rename(dev, name);
      }
      case SIOCSIFSLAVE:
        return -errno.EINVAL;
      case SIOCSHWTSTAMP:
        return checkTimestamping(memory, ifreq.ifr_data(view, 0));
      default:
        // SIOCSIFMETRIC is done by no kernel; the rest asks for operations that no driver here can have.
        return -errno.EOPNOTSUPP;
    }
  }
}

function back(result: number): IoctlResult {
  return { result, copyOut: true };
}

/** `dev_set_hwtstamp`, of a device that stamps nothing: the request is looked at first. */
function checkTimestamping(memory: UserMemory, address: bigint): number {
  const bytes = memory.read(address, HWTSTAMP_CONFIG_SIZE);
  if (bytes === undefined) return -errno.EFAULT;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if ((view.getInt32(0, true) & ~HWTSTAMP_FLAG_MASK) !== 0) return -errno.EINVAL;
  const valid = view.getUint32(4, true) <= HWTSTAMP_TX_MAX && view.getUint32(8, true) <= HWTSTAMP_FILTER_MAX;
  return valid ? -errno.EOPNOTSUPP : -errno.ERANGE;
}

/** The device that a request names. */
function find(request: InterfaceRequest, namespace: Net): net_device | undefined {
  const { device } = request;
  return device === null ? undefined : namespace.byName(device);
}
