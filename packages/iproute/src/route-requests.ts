import {
  AF_INET,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTA_DST,
  RTA_EXPIRES,
  RTA_GATEWAY,
  RTA_IIF,
  RTA_MARK,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SRC,
  RTA_TABLE,
  RTA_UID,
  RTA_VIA,
  RTM_DELROUTE,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTN_ANYCAST,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_NAT,
  RTN_UNICAST,
  RTN_UNSPEC,
  RTPROT_BOOT,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { isAskedFamily, parseIpAddress, parseIpPrefix, type IpPrefix } from './ip-address.ts';
import { acknowledged } from './link-requests.ts';
import type { DumpRequest, Request } from './request.ts';
import { parseRoute, type NextHop, type Route } from './route.ts';
import { integer, putU32, putU8 } from './write-link.ts';

/** A route to be made, changed or deleted. */
export interface RouteSpec {
  /** Where it leads: `10.0.0.0/8`; `0.0.0.0/0` and `::/0` for everywhere. */
  readonly destination: string;
  /** Whose packets it is for. IPv6. */
  readonly source?: string;
  /** The next router; for IPv4 it may be one of IPv6. */
  readonly gateway?: string;
  /** The index of its link. */
  readonly index?: number;
  /** Its ways, when there are several. */
  readonly nextHops?: readonly (Pick<NextHop, 'index'> & Partial<NextHop>)[];
  /** The number of its next hop object. */
  readonly nextHopId?: number;
  /** Its table. @defaultValue `RT_TABLE_LOCAL` for local, broadcast, NAT and anycast routes, else `RT_TABLE_MAIN` */
  readonly table?: number;
  /** `RTN_*`. @defaultValue `RTN_UNICAST`; to delete: any */
  readonly type?: number;
  /** `RTPROT_*`. @defaultValue `RTPROT_BOOT`; to delete: any */
  readonly protocol?: number;
  /** `RT_SCOPE_*`. @defaultValue as far as it leads: to the host, the link or everywhere; to delete: any */
  readonly scope?: number;
  /** The type of service that it is for. IPv4. */
  readonly tos?: number;
  /** Its metric. */
  readonly metric?: number;
  /** The address that packets are to be sent from. */
  readonly prefSource?: string;
  /** `RTAX_*` by their numbers. */
  readonly metrics?: ReadonlyMap<number, number>;
  /** `RTNH_F_*`: `RTNH_F_ONLINK`. */
  readonly flags?: number;
  /** `ICMPV6_ROUTER_PREF_*`. IPv6. */
  readonly preference?: number;
  /** When it is to end, in seconds from now. IPv6. */
  readonly expires?: number;
}

/** What a lookup asks for beside the destination. */
export interface RouteQuery {
  /** Who sends. */
  readonly from?: string;
  /** The index of the link that it is to leave by. */
  readonly index?: number;
  /** The index of the link that it came from: how it would be forwarded. */
  readonly inputIndex?: number;
  /** The mark of the packet. */
  readonly mark?: number;
  /** The user whose packet it is. */
  readonly uid?: number;
  /** Tells of the route that was found, instead of where the packet goes. C twin: `fibmatch`. */
  readonly fibMatch?: boolean;
}

/** Which routes a dump is about. The kernel is asked to leave out the others; what it sends of them is dropped. */
export interface RouteFilter {
  /** `AF_INET`, `AF_INET6`, or `RTNL_FAMILY_IPMR` and its kin. @defaultValue IPv4 and IPv6 */
  readonly family?: number;
  /** Those of this table. */
  readonly table?: number;
  /** Those that lead out of this link. */
  readonly index?: number;
  /** Those of this type. */
  readonly type?: number;
  /** Those made by this protocol. */
  readonly protocol?: number;
}

const VIA_FAMILY = 2;

/**
 * The request that makes a route where there is none. C twin: `RTM_NEWROUTE` with `NLM_F_CREATE | NLM_F_EXCL`;
 * `ip route add`.
 *
 * @param spec - the route
 * @throws RangeError when it is run: what is no address
 * @throws KernelError when it is run: `EEXIST`, `ENETUNREACH` for a gateway that is not reached, `ENODEV`, `EINVAL`
 */
export function addRoute(spec: RouteSpec): Request<void> {
  return newRoute(spec, NLM_F_CREATE | NLM_F_EXCL);
}

/** The request that makes a route after those with its destination. C twin: `ip route append`. @param spec - the route */
export function appendRoute(spec: RouteSpec): Request<void> {
  return newRoute(spec, NLM_F_CREATE | NLM_F_APPEND);
}

/** The request that makes a route before those with its destination. C twin: `ip route prepend`. @param spec - the route */
export function prependRoute(spec: RouteSpec): Request<void> {
  return newRoute(spec, NLM_F_CREATE);
}

/** The request that makes a route in the place of another, if there is one. C twin: `ip route replace`. @param spec - the route */
export function replaceRoute(spec: RouteSpec): Request<void> {
  return newRoute(spec, NLM_F_CREATE | NLM_F_REPLACE);
}

/** The request that makes a route in the place of another. C twin: `ip route change`. @param spec - the route */
export function changeRoute(spec: RouteSpec): Request<void> {
  return newRoute(spec, NLM_F_REPLACE);
}

/**
 * The request that deletes the first route that is as described. C twin: `RTM_DELROUTE`; `ip route delete`.
 *
 * @param spec - what is known of it
 * @throws KernelError when it is run: `ESRCH`: there is none
 */
export function deleteRoute(spec: RouteSpec): Request<void> {
  return acknowledged('RTM_DELROUTE', RTM_DELROUTE, 0, (writer) => {
    const to = parseIpPrefix(spec.destination);
    const any = { type: RTN_UNSPEC, protocol: 0, scope: to.family === AF_INET ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE };
    putRoute(writer, to, { ...any, ...spec });
  });
}

/**
 * The request that tells where a packet goes. C twin: `RTM_GETROUTE`; `ip route get`.
 *
 * @param destination - its address
 * @param query - what is known of it beside
 * @throws KernelError when it is run: `ENETUNREACH`, and what routes of other types answer with
 */
export function getRoute(destination: string, query: RouteQuery = {}): Request<Route> {
  return {
    op: 'RTM_GETROUTE',
    type: RTM_GETROUTE,
    flags: 0,
    encode(writer) {
      const to = parseIpPrefix(destination);
      const from = query.from === undefined ? undefined : parseIpAddress(query.from);
      const at = writer.reserve(rtmsg.SIZE);
      rtmsg.set_rtm_family(writer.view, at, to.family);
      rtmsg.set_rtm_dst_len(writer.view, at, to.length);
      rtmsg.set_rtm_src_len(writer.view, at, (from?.length ?? 0) * 8);
      // From net/ipv6/route.c:inet6_rtm_valid_getroute_req. IPv6 always tells the table, and refuses to be asked to.
      const lookup = to.family === AF_INET ? RTM_F_LOOKUP_TABLE : 0;
      rtmsg.set_rtm_flags(writer.view, at, lookup | (query.fibMatch === true ? RTM_F_FIB_MATCH : 0));
      writer.putBytes(RTA_DST, to.octets);
      if (from !== undefined) writer.putBytes(RTA_SRC, from);
      putU32(writer, RTA_OIF, 'index', query.index);
      putU32(writer, RTA_IIF, 'inputIndex', query.inputIndex);
      putU32(writer, RTA_MARK, 'mark', query.mark);
      putU32(writer, RTA_UID, 'uid', query.uid);
    },
    accept: (message) => (message.type === RTM_NEWROUTE ? parseRoute(message) : undefined),
  };
}

/**
 * The request for routes. C twin: `RTM_GETROUTE` with `NLM_F_DUMP`; `ip route show`.
 *
 * @param filter - which: a kernel from 4.20 on leaves out the others; see {@link matchesRoute}
 */
export function dumpRoutes(filter: RouteFilter = {}): DumpRequest<Route> {
  return {
    op: 'RTM_GETROUTE',
    type: RTM_GETROUTE,
    answerType: RTM_NEWROUTE,
    encode(writer) {
      const at = writer.reserve(rtmsg.SIZE);
      const { view } = writer;
      rtmsg.set_rtm_family(view, at, integer('family', filter.family ?? 0, 0, 0xff));
      rtmsg.set_rtm_type(view, at, integer('type', filter.type ?? 0, 0, 0xff));
      rtmsg.set_rtm_protocol(view, at, integer('protocol', filter.protocol ?? 0, 0, 0xff));
      // A table that one family does not have is an error: when both are asked, what comes is looked through here.
      if (filter.family !== undefined) putU32(writer, RTA_TABLE, 'table', filter.table);
      putU32(writer, RTA_OIF, 'index', filter.index);
    },
    accept: parseRoute,
  };
}

/** Whether a route is one that a filter asks for. */
export function matchesRoute(route: Route, filter: RouteFilter): boolean {
  return (
    isAskedFamily(route.family, filter.family) &&
    (filter.table === undefined || route.table === filter.table) &&
    (filter.index === undefined || route.index === filter.index || route.nextHops.some(({ index }) => index === filter.index)) &&
    (filter.type === undefined || route.type === filter.type) &&
    (filter.protocol === undefined || route.protocol === filter.protocol)
  );
}

function newRoute(spec: RouteSpec, flags: number): Request<void> {
  return acknowledged('RTM_NEWROUTE', RTM_NEWROUTE, flags, (writer) => {
    const type = spec.type ?? RTN_UNICAST;
    const to = parseIpPrefix(spec.destination);
    putRoute(writer, to, { protocol: RTPROT_BOOT, scope: defaultScope(to, type, spec), ...spec, type });
  });
}

function putRoute(writer: MessageWriter, to: IpPrefix, spec: RouteSpec): void {
  const { view } = writer;
  const { metrics, nextHops } = spec;
  const type = spec.type ?? RTN_UNSPEC;
  const source = spec.source === undefined ? undefined : parseIpPrefix(spec.source);
  const table = integer('table', spec.table ?? defaultTable(type), 0, 0xffff_ffff);
  const at = writer.reserve(rtmsg.SIZE);
  rtmsg.set_rtm_family(view, at, to.family);
  rtmsg.set_rtm_dst_len(view, at, to.length);
  rtmsg.set_rtm_src_len(view, at, source?.length ?? 0);
  rtmsg.set_rtm_tos(view, at, integer('tos', spec.tos ?? 0, 0, 0xff));
  rtmsg.set_rtm_table(view, at, table < 256 ? table : 0);
  rtmsg.set_rtm_protocol(view, at, integer('protocol', spec.protocol ?? 0, 0, 0xff));
  rtmsg.set_rtm_scope(view, at, integer('scope', spec.scope ?? 0, 0, 0xff));
  rtmsg.set_rtm_type(view, at, integer('type', type, 0, 0xff));
  rtmsg.set_rtm_flags(view, at, integer('flags', spec.flags ?? 0, 0, 0xffff_ffff));
  if (to.length > 0) writer.putBytes(RTA_DST, to.octets);
  if (source !== undefined) writer.putBytes(RTA_SRC, source.octets);
  if (table >= 256) writer.putU32(RTA_TABLE, table);
  if (spec.gateway !== undefined) putGateway(writer, to.family, spec.gateway);
  putU32(writer, RTA_OIF, 'index', spec.index);
  putU32(writer, RTA_PRIORITY, 'metric', spec.metric);
  if (spec.prefSource !== undefined) writer.putBytes(RTA_PREFSRC, parseIpAddress(spec.prefSource));
  putU32(writer, RTA_NH_ID, 'nextHopId', spec.nextHopId);
  putU8(writer, RTA_PREF, 'preference', spec.preference);
  putU32(writer, RTA_EXPIRES, 'expires', spec.expires);
  if (metrics !== undefined) {
    writer.putNested(RTA_METRICS, () => {
      for (const [metric, value] of metrics) putU32(writer, metric, `metrics[${String(metric)}]`, value);
    });
  }
  if (nextHops !== undefined) writer.putNested(RTA_MULTIPATH, () => nextHops.forEach((hop) => putHop(writer, to.family, hop)));
}

function putHop(writer: MessageWriter, family: number, hop: Pick<NextHop, 'index'> & Partial<NextHop>): void {
  const start = writer.length;
  const at = writer.reserve(rtnexthop.SIZE);
  rtnexthop.set_rtnh_ifindex(writer.view, at, integer('nextHops.index', hop.index, 0, 0x7fff_ffff));
  rtnexthop.set_rtnh_hops(writer.view, at, integer('nextHops.weight', hop.weight ?? 1, 1, 256) - 1);
  rtnexthop.set_rtnh_flags(writer.view, at, integer('nextHops.flags', hop.flags ?? 0, 0, 0xff));
  if (hop.gateway !== undefined) putGateway(writer, family, hop.gateway);
  rtnexthop.set_rtnh_len(writer.view, at, writer.length - start);
}

/** The next router: of another family than the route's it is told by another attribute. */
function putGateway(writer: MessageWriter, family: number, gateway: string): void {
  const via = parseIpPrefix(gateway);
  if (via.family === family) {
    writer.putBytes(RTA_GATEWAY, via.octets);
    return;
  }
  const at = writer.reserveAttribute(RTA_VIA, VIA_FAMILY + via.octets.length);
  writer.view.setUint16(at, via.family, true);
  for (const [offset, octet] of via.octets.entries()) writer.view.setUint8(at + VIA_FAMILY + offset, octet);
}

function defaultTable(type: number): number {
  return [RTN_LOCAL, RTN_BROADCAST, RTN_NAT, RTN_ANYCAST].includes(type) ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
}

/** How far it leads, as iproute2 has it. */
function defaultScope(to: IpPrefix, type: number, spec: RouteSpec): number {
  if (to.family !== AF_INET) return RT_SCOPE_UNIVERSE;
  if (type === RTN_LOCAL || type === RTN_NAT) return RT_SCOPE_HOST;
  if (type === RTN_BROADCAST || type === RTN_MULTICAST || type === RTN_ANYCAST) return RT_SCOPE_LINK;
  const direct = spec.gateway === undefined && spec.nextHops === undefined && spec.nextHopId === undefined;
  return direct && (type === RTN_UNICAST || type === RTN_UNSPEC) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}
