import {
  IFF_LOOPBACK,
  IFF_UP,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';
import { IPV4_DEVCONF } from './devconf.ts';
import type { Devinet } from './devinet.ts';
import type { FibInfo, FibNh } from './fib-info.ts';
import type { FibSemantics } from './fib-semantics.ts';
import type { Fib, FibResult, Flow4 } from './fib.ts';
import { isLimitedBroadcast, isLocalMulticast, isLoopback, isMulticast, isZeronet, LOOPBACK_ADDRESS } from './ipv4-address.ts';
import { selectPath } from './route-select.ts';

const LOOPBACK_IFINDEX = 1;
const IPPROTO_IGMP = 2;
/** The only group that every device is in: `IGMP_ALL_HOSTS`. */
const ALL_HOSTS = 0xe000_0001;

/** `RTCF_*` of linux/in_route.h, as far as messages show them. */
const RTCF = { BROADCAST: 0x1000_0000, MULTICAST: 0x2000_0000, LOCAL: 0x8000_0000 } as const;

/** `struct rtable`: how a packet would go. */
export interface Route4 {
  readonly type: number;
  /** `RTCF_*`. */
  readonly flags: number;
  readonly dev: net_device;
  /** What says its metrics and gateway; `null` where no route counted. */
  readonly info: FibInfo | null;
  readonly nexthop: FibNh | null;
  /** What the tables gave; `null` where they were not asked, or had nothing. */
  readonly result: FibResult | null;
  /** Whether the packet comes from a device. */
  readonly isInput: boolean;
}

/** What {@link RouteLookup} stands on. */
export interface RouteLookupDeps {
  readonly fib: Fib;
  readonly semantics: FibSemantics;
  readonly devinet: Devinet;
}

/**
 * How a packet would be routed: net/ipv4/route.c. Nothing is cached.
 */
export class RouteLookup {
  readonly #fib: Fib;
  readonly #semantics: FibSemantics;
  readonly #devinet: Devinet;

  constructor({ fib, semantics, devinet }: RouteLookupDeps) {
    this.#fib = fib;
    this.#semantics = semantics;
    this.#devinet = devinet;
  }

  /**
   * A packet of this system. The flow gets the addresses and the device that were chosen. From
   * net/ipv4/route.c:ip_route_output_key_hash_rcu.
   *
   * @returns a negative errno where no route is
   */
  output(net: Net, flow: Flow4): Route4 | number {
    let out: net_device | undefined;
    if (flow.saddr !== 0) {
      if (isMulticast(flow.saddr) || isLimitedBroadcast(flow.saddr) || isZeronet(flow.saddr)) return -errno.EINVAL;
      const owner = this.#deviceOf(net, flow.saddr);
      if (owner === undefined) return -errno.ENETUNREACH;
      if (flow.oif === 0 && (isMulticast(flow.daddr) || isLimitedBroadcast(flow.daddr))) {
        flow.oif = owner.ifindex;
        return this.#make(flow, owner, RTN_UNICAST, null, 0);
      }
    }
    if (flow.oif !== 0) {
      out = net.byIndex(flow.oif);
      if (out === undefined) return -errno.ENODEV;
      if ((out.flags & IFF_UP) === 0 || this.#devinet.inDevice(out) === undefined) return -errno.ENETUNREACH;
      if (isLocalMulticast(flow.daddr) || isLimitedBroadcast(flow.daddr) || flow.proto === IPPROTO_IGMP) {
        if (flow.saddr === 0) flow.saddr = this.#devinet.selectAddr(out, 0, RT_SCOPE_LINK);
        return this.#make(flow, out, 0, null, 0);
      }
      if (flow.saddr === 0) {
        if (isMulticast(flow.daddr)) flow.saddr = this.#devinet.selectAddr(out, 0, flow.scope);
        else if (flow.daddr === 0) flow.saddr = this.#devinet.selectAddr(out, 0, RT_SCOPE_HOST);
      }
    }
    if (flow.daddr === 0) {
      flow.daddr = flow.saddr;
      if (flow.daddr === 0) flow.daddr = flow.saddr = LOOPBACK_ADDRESS;
      const lo = net.byIndex(LOOPBACK_IFINDEX);
      if (lo === undefined) return -errno.EINVAL;
      flow.oif = LOOPBACK_IFINDEX;
      return this.#make(flow, lo, RTN_LOCAL, null, RTCF.LOCAL);
    }
    return this.#lookup(net, flow, out);
  }

  /**
   * A packet that comes from a device. From net/ipv4/route.c:ip_route_input_slow.
   *
   * @returns a negative errno where it would be dropped
   */
  input(net: Net, flow: Flow4, dev: net_device): Route4 | number {
    const { saddr, daddr } = flow;
    const inDevice = this.#devinet.inDevice(dev);
    if (inDevice === undefined || isMulticast(daddr)) return -errno.EINVAL;
    if (isMulticast(saddr) || isLimitedBroadcast(saddr)) return -errno.EINVAL;
    const broadcast = (result: FibResult | null): Route4 => ({
      type: RTN_BROADCAST,
      flags: RTCF.BROADCAST | RTCF.LOCAL,
      dev: net.byIndex(LOOPBACK_IFINDEX) ?? dev,
      info: null,
      nexthop: null,
      result,
      isInput: true,
    });
    if (isLimitedBroadcast(daddr) || (saddr === 0 && daddr === 0)) return broadcast(null);
    if (isZeronet(saddr) || isZeronet(daddr)) return -errno.EINVAL;
    const localnet = this.#devinet.eitherConf(dev, IPV4_DEVCONF.ROUTE_LOCALNET);
    if (!localnet && (isLoopback(daddr) || isLoopback(saddr))) return -errno.EINVAL;
    const forwards = this.#devinet.conf(dev, IPV4_DEVCONF.FORWARDING) !== 0;
    const found = this.#fib.lookup(net, flow, 0);
    if (typeof found === 'number') return forwards ? found : -errno.EHOSTUNREACH;
    if (found.alias.type === RTN_BROADCAST) return broadcast(found);
    if (this.#devinet.deviceWith(net, saddr) !== undefined && (dev.flags & IFF_LOOPBACK) === 0) return -errno.EINVAL;
    const { info, nexthop } = found;
    if (found.alias.type === RTN_LOCAL) {
      const lo = net.byIndex(LOOPBACK_IFINDEX) ?? dev;
      return { type: RTN_LOCAL, flags: RTCF.LOCAL, dev: lo, info: null, nexthop: null, result: found, isInput: true };
    }
    if (!forwards) return -errno.EHOSTUNREACH;
    if (found.alias.type !== RTN_UNICAST || nexthop.dev === null) return -errno.EINVAL;
    return { type: RTN_UNICAST, flags: 0, dev: nexthop.dev, info, nexthop, result: found, isInput: true };
  }

  #lookup(net: Net, flow: Flow4, out: net_device | undefined): Route4 | number {
    const found = this.#fib.lookup(net, flow, 0);
    if (typeof found === 'number') {
      if (out === undefined) return found;
      // Who names a device may send to it, whatever the tables say.
      if (flow.saddr === 0) flow.saddr = this.#devinet.selectAddr(out, 0, RT_SCOPE_LINK);
      return this.#make(flow, out, RTN_UNICAST, null, 0);
    }
    if (found.alias.type === RTN_LOCAL) {
      if (flow.saddr === 0) flow.saddr = found.info.prefsrc === 0 ? flow.daddr : found.info.prefsrc;
      const lo = net.byIndex(LOOPBACK_IFINDEX);
      if (lo === undefined) return -errno.EINVAL;
      flow.oif = LOOPBACK_IFINDEX;
      return this.#make(flow, lo, RTN_LOCAL, found, RTCF.LOCAL);
    }
    if (flow.oif === 0) selectPath(found, flow);
    if (flow.saddr === 0) flow.saddr = this.#semantics.source(found.info, found.nexthop);
    const { dev } = found.nexthop;
    return dev === null ? -errno.EINVAL : this.#make(flow, dev, found.alias.type, found, 0);
  }

  // From net/ipv4/route.c:__mkroute_output.
  #make(flow: Flow4, dev: net_device, found: number, result: FibResult | null, marks: number): Route4 | number {
    if (this.#devinet.inDevice(dev) === undefined) return -errno.EINVAL;
    const isLoop = (dev.flags & IFF_LOOPBACK) !== 0;
    const localnet = this.#devinet.eitherConf(dev, IPV4_DEVCONF.ROUTE_LOCALNET);
    if (!localnet && isLoopback(flow.saddr) && !isLoop) return -errno.EINVAL;
    if (isZeronet(flow.daddr)) return -errno.EINVAL;
    let type = found;
    let counts = result !== null;
    if (isLimitedBroadcast(flow.daddr)) {
      type = RTN_BROADCAST;
      counts = false;
    } else if (isMulticast(flow.daddr)) {
      type = RTN_MULTICAST;
      // A default route says where multicast goes, and never by which gateway.
      if (result !== null && result.alias.dstLength < 4) counts = false;
    }
    let flags = marks | (isLoop ? RTCF.LOCAL : 0);
    if (type === RTN_BROADCAST) flags |= RTCF.BROADCAST | RTCF.LOCAL;
    else if (type === RTN_MULTICAST) flags = (flags & ~RTCF.LOCAL) | RTCF.MULTICAST | (flow.daddr === ALL_HOSTS ? RTCF.LOCAL : 0);
    const info = counts && result !== null ? result.info : null;
    const nexthop = counts && result !== null ? result.nexthop : null;
    return { type, flags: flags >>> 0, dev, info, nexthop, result, isInput: false };
  }

  /** The device that has an address, be it only as part of a local subnet. From net/ipv4/devinet.c:__ip_dev_find. */
  #deviceOf(net: Net, address: number): net_device | undefined {
    const own = this.#devinet.deviceWith(net, address);
    if (own !== undefined) return own;
    return this.#fib.localDevice(net, address);
  }
}
