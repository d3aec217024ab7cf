import { RTN_BLACKHOLE, RTN_PROHIBIT, RTN_THROW, RTN_UNREACHABLE } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import type { RouteMetrics, Span } from '../core/route-metrics.ts';
import type { Nexthop } from '../nexthop/nexthop.ts';
import type { Fib6Table } from './fib6-table.ts';
import { equal, type In6 } from './ipv6-address.ts';

/** `RTF_*` of linux/route.h and linux/ipv6_route.h, as far as they occur here. */
export const RTF = {
  UP: 0x1,
  GATEWAY: 0x2,
  REJECT: 0x200,
  DEFAULT: 0x1_0000,
  ADDRCONF: 0x4_0000,
  PREFIX_RT: 0x8_0000,
  ANYCAST: 0x10_0000,
  NONEXTHOP: 0x20_0000,
  EXPIRES: 0x40_0000,
  CACHE: 0x100_0000,
  LOCAL: 0x8000_0000,
} as const;

const PREF_SHIFT = 27;
const PREF_MASK = 3;

/** The metric of routes that nobody gave one: `IP6_RT_PRIO_USER`. */
export const PRIO_USER = 1024;
/** The metric of routes that follow addresses: `IP6_RT_PRIO_ADDRCONF`. */
export const PRIO_ADDRCONF = 256;

/** A router preference, as flags of a route: `RTF_PREF`. */
export function flagsOfPreference(preference: number): number {
  return (preference & PREF_MASK) << PREF_SHIFT;
}

/** The router preference of a route: `IPV6_EXTRACT_PREF`. */
export function preferenceOf(flags: number): number {
  return (flags >>> PREF_SHIFT) & PREF_MASK;
}

/** What a request says of a route: `struct fib6_config`. */
export interface Fib6Config {
  readonly net: Net;
  readonly table: number;
  readonly dst: In6;
  readonly dstLength: number;
  readonly srcLength: number;
  /** `RTF_*`, and RTNH_F_ONLINK. */
  readonly flags: number;
  readonly protocol: number;
  readonly type: number;
  readonly metric: number;
  readonly ifindex: number;
  readonly gateway: In6 | null;
  readonly prefsrc: In6 | null;
  /** Seconds until it ends, with RTF_EXPIRES. */
  readonly expires: number;
  readonly metrics: Span | null;
  readonly multipath: Span | null;
  readonly encap: boolean;
  readonly nhId: number;
  /** Whether the device may be down. */
  readonly ignoreDown: boolean;
  /** Of the request; `null` for the kernel's own. */
  readonly nlflags: number | null;
  readonly requester: Requester | null;
}

/** `struct fib6_nh`: where packets go next. */
export interface Fib6Nh {
  readonly dev: net_device;
  readonly gateway: In6 | null;
  /** `RTNH_F_*`. */
  flags: number;
  weight: number;
}

/** `struct fib6_info`: a route with one next hop. */
export interface Fib6Info {
  readonly net: Net;
  readonly table: Fib6Table;
  readonly dst: In6;
  readonly dstLength: number;
  readonly type: number;
  /** `RTF_*`. */
  flags: number;
  readonly protocol: number;
  readonly metric: number;
  metrics: RouteMetrics | null;
  prefsrc: In6 | null;
  /** Milliseconds since boot, with RTF_EXPIRES. */
  expires: number;
  /** The object that it names instead of a next hop of its own. */
  readonly nexthop: Nexthop | null;
  /** Where packets go: its own, or the first way of the object. */
  readonly nh: Fib6Nh;
  /** The routes that make one of several next hops together, itself included, in their order; `null` when it is alone. */
  siblings: Fib6Info[] | null;
  /** Whether it is in its table. */
  linked: boolean;
}

/** Which errno a lookup gives that finds a route of a type: `ip6_rt_type_to_error`. */
export function errorOfType(type: number): number {
  switch (type) {
    case RTN_UNREACHABLE:
      return -errno.EHOSTUNREACH;
    case RTN_PROHIBIT:
      return -errno.EACCES;
    case RTN_THROW:
      return -errno.EAGAIN;
    default:
      return type >= RTN_BLACKHOLE ? -errno.EINVAL : 0;
  }
}

/** Whether a route can be one of several next hops: `rt6_qualify_for_ecmp`. */
export function canShare({ flags, nexthop, nh }: Fib6Info): boolean {
  return (flags & RTF.ADDRCONF) === 0 && nexthop === null && nh.gateway !== null;
}

/** Whether two routes go the same way: `rt6_duplicate_nexthop`. */
export function isDuplicate(a: Fib6Info, b: Fib6Info): boolean {
  if (a.nexthop !== null || b.nexthop !== null) return a.nexthop === b.nexthop;
  if (a.nh.dev !== b.nh.dev) return false;
  if (a.nh.gateway === null || b.nh.gateway === null) return a.nh.gateway === b.nh.gateway;
  return equal(a.nh.gateway, b.nh.gateway);
}

/** The ways that a route leads: its own, or those of the object that it names. */
export function waysOf({ nexthop, nh }: Fib6Info): readonly Fib6Nh[] {
  return nexthop === null ? [nh] : nexthop.hops6();
}

/** A route and its siblings, in the order in which messages show them: itself first. */
export function hopsOf(info: Fib6Info): readonly Fib6Info[] {
  const { siblings } = info;
  if (siblings === null) return [info];
  const at = siblings.indexOf(info);
  return [...siblings.slice(at), ...siblings.slice(0, at)];
}

/** Takes a route out from among its siblings. */
export function leaveSiblings(info: Fib6Info): void {
  const { siblings } = info;
  info.siblings = null;
  if (siblings === null) return;
  siblings.splice(siblings.indexOf(info), 1);
  const [last, another] = siblings;
  if (last !== undefined && another === undefined) last.siblings = null;
}
