import {
  AF_INET6,
  NLMSG_HDRLEN,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_COMPAT,
  RTA_CACHEINFO,
  RTA_DST,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTN_BLACKHOLE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  rta_cacheinfo,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import { putMetrics } from '../core/route-metrics.ts';
import type { IgnoresLinkdown, RouteMessage, RouteView } from '../ipv4/fib-fill.ts';
import { finish } from '../rtnetlink/tell.ts';
import { hopsOf, preferenceOf, RTF, type Fib6Info, type Fib6Nh } from './fib6-info.ts';

/** Octets that everything but next hops takes at most, and one next hop. */
const FIXED_SIZE = NLMSG_HDRLEN + rtmsg.SIZE + 384;
const NEXTHOP_SIZE = 32;
/** User's clock ticks in a second: `USER_HZ`. */
const USER_HZ = 100;

/** Octets that a message about a route takes at most: `rt6_nlmsg_size`. */
export function route6Size(info: Fib6Info): number {
  return FIXED_SIZE + NEXTHOP_SIZE * (info.siblings?.length ?? info.nexthop?.hops6().length ?? 1);
}

/**
 * Writes a message about a route, with all its next hops. From net/ipv6/route.c:rt6_fill_node.
 *
 * @param now - milliseconds since boot
 * @returns 0, or -EMSGSIZE
 */
export function fillRoute6(writer: MessageWriter, info: Fib6Info, message: RouteMessage, now: number, view: RouteView): number {
  const mark = writer.mark();
  const start = writer.begin(message.type, message.flags, message.seq, message.portid);
  const { siblings, nexthop } = info;
  const ignores = view.ignoresLinkdown;
  // Of an object only its number is told, unless programs are to be shown its ways too.
  const ways = nexthop === null ? hopsOf(info).map(({ nh }) => nh) : view.isCompatible(info.net) ? nexthop.hops6() : [];
  const isMultipath = siblings !== null || nexthop?.isGroup === true;
  const [only] = ways;
  putHeader(writer, info, info.dstLength, isMultipath || only === undefined ? 0 : nexthopFlags(only, ignores));
  if (nexthop?.isBlackhole === true && start !== -1) rtmsg.set_rtm_type(writer.view, start + NLMSG_HDRLEN, RTN_BLACKHOLE);
  if (info.dstLength !== 0) writer.putBytes(RTA_DST, info.dst);
  if (info.prefsrc !== null) writer.putBytes(RTA_PREFSRC, info.prefsrc);
  putMetrics(writer, info.metrics);
  writer.putU32(RTA_PRIORITY, info.metric);
  if (nexthop !== null) writer.putU32(RTA_NH_ID, nexthop.id);
  if (isMultipath && only !== undefined) {
    const nest = writer.nestStart(RTA_MULTIPATH);
    for (const way of ways) putHop(writer, way, ignores);
    writer.nestEnd(nest);
  } else if (only !== undefined) {
    if (only.gateway !== null) writer.putBytes(RTA_GATEWAY, only.gateway);
    writer.putU32(RTA_OIF, only.dev.ifindex);
  }
  putCacheinfo(writer, info, now);
  writer.putU8(RTA_PREF, preferenceOf(info.flags));
  return finish(writer, mark);
}

/**
 * Writes the header and the table of a message about a route.
 *
 * @param flags - `rtm_flags`
 */
export function putHeader(writer: MessageWriter, info: Fib6Info, dstLength: number, flags: number): void {
  const { id } = info.table;
  const at = writer.reserve(rtmsg.SIZE);
  if (at !== -1) {
    const { view } = writer;
    rtmsg.set_rtm_family(view, at, AF_INET6);
    rtmsg.set_rtm_dst_len(view, at, dstLength);
    rtmsg.set_rtm_table(view, at, id < 256 ? id : RT_TABLE_COMPAT);
    rtmsg.set_rtm_type(view, at, info.type);
    rtmsg.set_rtm_flags(view, at, flags);
    rtmsg.set_rtm_scope(view, at, RT_SCOPE_UNIVERSE);
    rtmsg.set_rtm_protocol(view, at, info.protocol);
  }
  writer.putU32(RTA_TABLE, id);
}

/** Writes `RTA_CACHEINFO`: when a route ends. */
function putCacheinfo(writer: MessageWriter, info: Fib6Info, now: number): void {
  const at = writer.reserveAttribute(RTA_CACHEINFO, rta_cacheinfo.SIZE);
  if (at === -1 || (info.flags & RTF.EXPIRES) === 0) return;
  // In ticks, negative once it has ended.
  const left = Math.trunc(((info.expires - now) * USER_HZ) / 1000);
  rta_cacheinfo.set_rta_expires(writer.view, at, Math.max(-0x7fff_ffff, Math.min(0x7fff_ffff, left)));
}

// From net/ipv4/fib_semantics.c:fib_nexthop_info.
function nexthopFlags(nh: Fib6Nh, ignores: IgnoresLinkdown): number {
  const isIgnored = (nh.flags & RTNH_F_LINKDOWN) !== 0 && ignores(nh.dev);
  return (nh.flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_ONLINK)) | (isIgnored ? RTNH_F_DEAD : 0);
}

// From net/ipv4/fib_semantics.c:fib_add_nexthop.
function putHop(writer: MessageWriter, hop: Fib6Nh, ignores: IgnoresLinkdown): void {
  const at = writer.reserve(rtnexthop.SIZE);
  if (hop.gateway !== null) writer.putBytes(RTA_GATEWAY, hop.gateway);
  if (at === -1 || writer.overflowed) return;
  const { view } = writer;
  rtnexthop.set_rtnh_hops(view, at, hop.weight - 1);
  rtnexthop.set_rtnh_ifindex(view, at, hop.dev.ifindex);
  rtnexthop.set_rtnh_flags(view, at, nexthopFlags(hop, ignores));
  rtnexthop.set_rtnh_len(view, at, writer.position - at);
}
