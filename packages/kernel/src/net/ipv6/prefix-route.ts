import { RT_TABLE_LOCAL, RT_TABLE_MAIN, RTN_ANYCAST, RTN_LOCAL, RTN_MULTICAST, RTN_UNICAST, RTPROT_KERNEL } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import { PRIO_ADDRCONF, RTF, type Fib6Config, type Fib6Info } from './fib6-info.ts';
import type { Fib6 } from './fib6.ts';
import { prefixOf, type In6 } from './ipv6-address.ts';

const MULTICAST_PREFIX = Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** When a prefix route ends: seconds from now, `null` for never. */
export type RouteEnd = number | null;

function kernelRoute(dev: net_device, more: Pick<Fib6Config, 'table' | 'dst' | 'dstLength' | 'flags' | 'type' | 'metric'> & Partial<Fib6Config>): Fib6Config {
  return {
    // CAST: every device of this kernel was made with a Net of this kernel.
    net: dev.nd_net as Net,
    srcLength: 0,
    protocol: RTPROT_KERNEL,
    ifindex: dev.ifindex,
    gateway: null,
    prefsrc: null,
    expires: 0,
    metrics: null,
    multipath: null,
    encap: false,
    nhId: 0,
    ignoreDown: false,
    nlflags: null,
    requester: null,
    ...more,
  };
}

/** The route to an address's subnet. From net/ipv6/addrconf.c:addrconf_prefix_route. */
export function prefixRoute(dev: net_device, prefix: In6, length: number, metric: number, end: RouteEnd): Fib6Config {
  return kernelRoute(dev, {
    table: RT_TABLE_MAIN,
    dst: prefix,
    dstLength: length,
    flags: RTF.UP | (end === null ? 0 : RTF.EXPIRES),
    type: RTN_UNICAST,
    metric: metric === 0 ? PRIO_ADDRCONF : metric,
    expires: end ?? 0,
  });
}

/** The route to an address itself. From net/ipv6/route.c:addrconf_f6i_alloc. */
export function hostRoute(dev: net_device, addr: In6): Fib6Config {
  return kernelRoute(dev, {
    table: RT_TABLE_LOCAL,
    dst: addr,
    dstLength: 128,
    flags: (RTF.UP | RTF.NONEXTHOP | RTF.LOCAL) >>> 0,
    type: RTN_LOCAL,
    metric: 0,
    ignoreDown: true,
  });
}

/** The route to an address that all routers of a subnet answer for. From net/ipv6/route.c:addrconf_f6i_alloc. */
export function anycastRoute(dev: net_device, addr: In6): Fib6Config {
  return { ...hostRoute(dev, addr), flags: RTF.UP | RTF.NONEXTHOP | RTF.ANYCAST, type: RTN_ANYCAST };
}

/** The route to all groups on a link. From net/ipv6/addrconf.c:addrconf_add_mroute. */
export function multicastRoute(dev: net_device): Fib6Config {
  return kernelRoute(dev, {
    table: RT_TABLE_LOCAL,
    dst: MULTICAST_PREFIX,
    dstLength: 8,
    flags: RTF.UP,
    type: RTN_MULTICAST,
    metric: PRIO_ADDRCONF,
  });
}

/**
 * The route to a subnet over a device that is there. From net/ipv6/addrconf.c:addrconf_get_prefix_route.
 *
 * @param without - `RTF_*` that it must not have
 * @param direct - whether it must have no gateway
 */
export function findPrefixRoute(fib6: Fib6, dev: net_device, prefix: In6, length: number, without: number, direct: boolean): Fib6Info | undefined {
  // CAST: every device of this kernel was made with a Net of this kernel.
  const node = fib6.net(dev.nd_net as Net).main.node(prefixOf(prefix, length), length);
  return node?.routes.find(({ nh, flags }) => nh.dev === dev && !(direct && nh.gateway !== null) && (flags & without) === 0);
}
