import {
  AF_INET,
  AF_INET6,
  NLMSG_HDRLEN,
  RT_TABLE_COMPAT,
  RTA_DST,
  RTA_FLOW,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTN_BLACKHOLE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_OFFLOAD,
  RTNH_F_ONLINK,
  RTNH_F_TRAP,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import { putMetrics } from '../core/route-metrics.ts';
import { finish } from '../rtnetlink/tell.ts';
import type { FibInfo, FibNh, Gateway } from './fib-info.ts';
import type { FibAlias } from './fib-table.ts';

/** Octets that everything but next hops takes at most, and one next hop. */
const FIXED_SIZE = NLMSG_HDRLEN + rtmsg.SIZE + 256;
const NEXTHOP_SIZE = 64;

/** What a message about a route bears beside the route. */
export interface RouteMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
}

/** Octets that a message about a route takes at most: `fib_nlmsg_size`. */
export function routeSize(info: FibInfo): number {
  return FIXED_SIZE + NEXTHOP_SIZE * info.nexthops.length;
}

/** Whether a next hop over a device without carrier counts as dead. */
export type IgnoresLinkdown = (dev: net_device) => boolean;

/** What messages about routes show beside the routes. */
export interface RouteView {
  readonly ignoresLinkdown: IgnoresLinkdown;
  /** Whether the ways of an object are shown besides its number: `nexthop_compat_mode`. */
  readonly isCompatible: (net: Net) => boolean;
}

/**
 * Writes a message about a route. From net/ipv4/fib_semantics.c:fib_dump_info.
 *
 * @param table - its table's number
 * @returns 0, or -EMSGSIZE
 */
export function fillRoute(writer: MessageWriter, alias: FibAlias, table: number, message: RouteMessage, view: RouteView): number {
  const { info } = alias;
  const ignores = view.ignoresLinkdown;
  const isCompatible = info.nexthop === null || view.isCompatible(info.net);
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(rtmsg.SIZE);
  if (at !== -1) {
    const { view: octets } = writer;
    rtmsg.set_rtm_family(octets, at, AF_INET);
    rtmsg.set_rtm_dst_len(octets, at, alias.dstLength);
    rtmsg.set_rtm_tos(octets, at, alias.dscp);
    rtmsg.set_rtm_table(octets, at, table < 256 ? table : RT_TABLE_COMPAT);
    rtmsg.set_rtm_type(octets, at, alias.type);
    rtmsg.set_rtm_flags(octets, at, info.flags);
    rtmsg.set_rtm_scope(octets, at, info.scope);
    rtmsg.set_rtm_protocol(octets, at, info.protocol);
  }
  writer.putU32(RTA_TABLE, table);
  if (alias.dstLength !== 0) writer.putBe32(RTA_DST, alias.dst);
  if (info.priority !== 0) writer.putU32(RTA_PRIORITY, info.priority);
  putMetrics(writer, info.metrics);
  if (info.prefsrc !== 0) writer.putBe32(RTA_PREFSRC, info.prefsrc);
  if (info.nexthop !== null) {
    writer.putU32(RTA_NH_ID, info.nexthop.id);
    if (info.nexthop.isBlackhole && at !== -1 && !writer.overflowed) rtmsg.set_rtm_type(writer.view, at, RTN_BLACKHOLE);
    if (!isCompatible) return finish(writer, mark);
  }
  const [only, second] = info.nexthops;
  if (only !== undefined && second === undefined) {
    putNexthop(writer, only, true);
    // The flags of the only next hop stand for the route's.
    if (at !== -1 && !writer.overflowed) rtmsg.set_rtm_flags(writer.view, at, nexthopFlags(only, ignores));
    if (only.tclassid !== 0) writer.putU32(RTA_FLOW, only.tclassid);
  } else {
    const nest = writer.nestStart(RTA_MULTIPATH);
    for (const nexthop of info.nexthops) putMultipath(writer, nexthop, ignores);
    writer.nestEnd(nest);
  }
  return finish(writer, mark);
}

/** Writes a gateway; one of the other family as `RTA_VIA`. */
export function putGateway(writer: MessageWriter, gateway: Gateway | null): void {
  if (gateway === null) return;
  if (typeof gateway === 'number') {
    writer.putBe32(RTA_GATEWAY, gateway);
    return;
  }
  const at = writer.reserveAttribute(RTA_VIA, 2 + gateway.length);
  if (at === -1) return;
  writer.view.setUint16(at, AF_INET6, true);
  writer.buffer.set(gateway, at + 2);
}

// From net/ipv4/fib_semantics.c:fib_nexthop_info.
function putNexthop(writer: MessageWriter, { gateway, dev }: FibNh, withDevice: boolean): void {
  putGateway(writer, gateway);
  if (withDevice && dev !== null) writer.putU32(RTA_OIF, dev.ifindex);
}

function nexthopFlags({ flags, dev }: FibNh, ignores: IgnoresLinkdown): number {
  let shown = flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_ONLINK | RTNH_F_OFFLOAD | RTNH_F_TRAP);
  if ((flags & RTNH_F_LINKDOWN) !== 0 && dev !== null && ignores(dev)) shown |= RTNH_F_DEAD;
  return shown;
}

// From net/ipv4/fib_semantics.c:fib_add_nexthop.
function putMultipath(writer: MessageWriter, nexthop: FibNh, ignores: IgnoresLinkdown): void {
  const at = writer.reserve(rtnexthop.SIZE);
  putNexthop(writer, nexthop, false);
  if (nexthop.tclassid !== 0) writer.putU32(RTA_FLOW, nexthop.tclassid);
  if (at === -1 || writer.overflowed) return;
  const { view } = writer;
  rtnexthop.set_rtnh_hops(view, at, nexthop.weight - 1);
  rtnexthop.set_rtnh_ifindex(view, at, nexthop.dev?.ifindex ?? 0);
  rtnexthop.set_rtnh_flags(view, at, nexthopFlags(nexthop, ignores));
  rtnexthop.set_rtnh_len(view, at, writer.position - at);
}
