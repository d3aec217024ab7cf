import { RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_NOWHERE, RT_SCOPE_UNIVERSE, RTN_MAX } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import { signatureOf, type RouteMetrics, type Span } from '../core/route-metrics.ts';
import type { Nexthop } from '../nexthop/nexthop.ts';

/** Flags of a next hop that say how it fares, and make no difference between two: `RTNH_COMPARE_MASK`. */
export const RTNH_COMPARE_MASK = 0x59;

/** A gateway: an IPv4 address in host order, or an IPv6 address. */
export type Gateway = number | Uint8Array;

/** What a request says of a route: `struct fib_config`. */
export interface FibConfig {
  readonly net: Net;
  readonly dst: number;
  readonly dstLength: number;
  readonly dscp: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  /** `RTN_*`. */
  readonly type: number;
  /** `RTNH_F_*`, and `RTM_F_*` above them. */
  readonly flags: number;
  /** `NLM_F_*`. */
  readonly nlflags: number;
  readonly oif: number;
  readonly gateway: Gateway | null;
  readonly priority: number;
  readonly prefsrc: number;
  readonly metrics: Span | null;
  readonly multipath: Span | null;
  readonly flow: number;
  /** Whether an encapsulation is asked for, which nothing here can do. */
  readonly encap: boolean;
  readonly nhId: number;
  readonly requester: Requester | null;
}

/** `struct fib_nh`: a next hop. */
export interface FibNh {
  oif: number;
  readonly gateway: Gateway | null;
  scope: number;
  /** `RTNH_F_*`. */
  flags: number;
  readonly weight: number;
  readonly tclassid: number;
  dev: net_device | null;
}

/** `struct fib_info`: what routes to any number of destinations have in common. */
export interface FibInfo {
  readonly net: Net;
  readonly protocol: number;
  readonly scope: number;
  flags: number;
  readonly priority: number;
  readonly prefsrc: number;
  readonly type: number;
  readonly table: number;
  readonly metrics: RouteMetrics | null;
  /** The object that it names instead of next hops of its own. */
  readonly nexthop: Nexthop | null;
  /** Where packets go: its own, or what the object says at the moment. */
  readonly nexthops: readonly FibNh[];
  /** How many routes share it: `fib_treeref`. */
  references: number;
  /** The address that it is the source of has gone. */
  prefsrcRemoved: boolean;
}

/** What a type of route means: the errno that a lookup gives, and the widest scope. */
export interface FibProp {
  readonly error: number;
  readonly scope: number;
}

// From net/ipv4/fib_semantics.c:fib_props, by RTN_*.
const PROPS: readonly FibProp[] = [
  { error: 0, scope: RT_SCOPE_NOWHERE }, // UNSPEC
  { error: 0, scope: RT_SCOPE_UNIVERSE }, // UNICAST
  { error: 0, scope: RT_SCOPE_HOST }, // LOCAL
  { error: 0, scope: RT_SCOPE_LINK }, // BROADCAST
  { error: 0, scope: RT_SCOPE_LINK }, // ANYCAST
  { error: 0, scope: RT_SCOPE_UNIVERSE }, // MULTICAST
  { error: -errno.EINVAL, scope: RT_SCOPE_UNIVERSE }, // BLACKHOLE
  { error: -errno.EHOSTUNREACH, scope: RT_SCOPE_UNIVERSE }, // UNREACHABLE
  { error: -errno.EACCES, scope: RT_SCOPE_UNIVERSE }, // PROHIBIT
  { error: -errno.EAGAIN, scope: RT_SCOPE_UNIVERSE }, // THROW
  { error: -errno.EINVAL, scope: RT_SCOPE_NOWHERE }, // NAT
  { error: -errno.EINVAL, scope: RT_SCOPE_NOWHERE }, // XRESOLVE
];
const NO_PROP: FibProp = { error: -errno.EINVAL, scope: RT_SCOPE_NOWHERE };

/**
 * What a type of route means.
 *
 * @param type - `RTN_*`
 */
export function propOf(type: number): FibProp {
  return (type <= RTN_MAX ? PROPS[type] : undefined) ?? NO_PROP;
}

/** Whether two gateways are the same. */
export function sameGateway(a: Gateway | null, b: Gateway | null): boolean {
  return gatewayKey(a) === gatewayKey(b);
}

/** A text that is equal for infos that routes can share. From net/ipv4/fib_semantics.c:fib_find_info, nh_comp. */
export function infoKey(info: FibInfo): string {
  const own = info.nexthop === null ? info.nexthops : [];
  const hops = own.map(
    ({ oif, gateway, scope, weight, tclassid, flags }) =>
      `${String(oif)}/${gatewayKey(gateway)}/${String(scope)}/${String(weight)}/${String(tclassid)}/${String(flags & ~RTNH_COMPARE_MASK)}`,
  );
  const { protocol, scope, prefsrc, priority, type, table, flags } = info;
  return [protocol, scope, prefsrc, priority, type, table, flags & ~RTNH_COMPARE_MASK, signatureOf(info.metrics), info.nexthop?.id ?? '', ...hops].join(' ');
}

function gatewayKey(gateway: Gateway | null): string {
  if (gateway === null) return '';
  return typeof gateway === 'number' ? String(gateway) : gateway.join(':');
}
