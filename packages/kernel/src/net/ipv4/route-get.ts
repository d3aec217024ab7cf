import {
  AF_INET,
  NLMSG_HDRLEN,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_COMPAT,
  RT_TABLE_MAIN,
  RTA_CACHEINFO,
  RTA_DPORT,
  RTA_DST,
  RTA_FLOW,
  RTA_IIF,
  RTA_IP_PROTO,
  RTA_MARK,
  RTA_MAX,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_SPORT,
  RTA_SRC,
  RTA_TABLE,
  RTA_UID,
  RTM_F_CLONED,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_F_NOTIFY,
  RTM_NEWROUTE,
  rta_cacheinfo,
  rtmsg,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { putMetrics } from '../core/route-metrics.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { finish } from '../rtnetlink/tell.ts';
import { fillRoute, putGateway, routeSize, type RouteView } from './fib-fill.ts';
import { RTM_IPV4_POLICY } from './fib-requests.ts';
import { flowTo, type Flow4 } from './fib.ts';
import type { Route4, RouteLookup } from './route-lookup.ts';

const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const LOOPBACK_IFINDEX = 1;
const TOS_MASK = 0xfc;
/** What a flow's route says when it was asked for with RTM_F_NOTIFY (include/uapi/linux/in_route.h). */
const RTCF_NOTIFY = 0x0001_0000;
/** Octets of an answer, with all metrics. */
const ANSWER_SIZE = 512;
/** What strict requests may have. */
const KNOWN: readonly number[] = [RTA_IIF, RTA_OIF, RTA_SRC, RTA_DST, RTA_IP_PROTO, RTA_SPORT, RTA_DPORT, RTA_MARK, RTA_UID];

/** What a question says, beside the flow. */
interface Question {
  readonly dst: number;
  readonly src: number;
  /** `RTA_UID` of the answer, `null` for none. */
  readonly uid: number | null;
  readonly flags: number;
}

/** What {@link RouteGet} stands on. */
export interface RouteGetDeps {
  readonly lookup: RouteLookup;
  readonly sockets: RtnlSockets;
  readonly view: RouteView;
}

/**
 * RTM_GETROUTE of IPv4: how a packet would go, or which route decides. From net/ipv4/route.c:inet_rtm_getroute.
 */
export class RouteGet {
  readonly #deps: RouteGetDeps;
  readonly #table = new AttributeTable(RTA_MAX);

  constructor(deps: RouteGetDeps) {
    this.#deps = deps;
  }

  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { lookup, sockets, view: shown } = this.#deps;
    const tb = this.#table;
    let error = this.#parse(request, extack);
    if (error < 0) return error;
    const { namespace, portid, seq, view, offset } = request;
    const src = tb.be32(RTA_SRC) ?? 0;
    const dst = tb.be32(RTA_DST) ?? 0;
    const iif = tb.u32(RTA_IIF) ?? 0;
    const proto = tb.u8(RTA_IP_PROTO) ?? IPPROTO_UDP;
    if (proto !== IPPROTO_TCP && proto !== IPPROTO_UDP && proto !== IPPROTO_ICMP) {
      return refuse(extack, 'EOPNOTSUPP', 'Unsupported ip proto');
    }
    const uid = tb.u32(RTA_UID) ?? (iif === 0 ? request.socket.credentials.uid : null);
    const flow = flowTo(dst, {
      saddr: src,
      tos: rtmsg.rtm_tos(view, offset + NLMSG_HDRLEN) & TOS_MASK,
      oif: tb.u32(RTA_OIF) ?? 0,
      iif: iif === 0 ? LOOPBACK_IFINDEX : iif,
      mark: tb.u32(RTA_MARK) ?? 0,
      uid: uid ?? 0,
      proto,
      sport: tb.be16(RTA_SPORT) ?? 0,
      dport: tb.be16(RTA_DPORT) ?? 0,
    });
    const dev = iif === 0 ? undefined : namespace.byIndex(iif);
    if (iif !== 0 && dev === undefined) return -errno.ENODEV;
    const route = dev === undefined ? lookup.output(namespace, flow) : lookup.input(namespace, flow, dev);
    if (typeof route === 'number') return route;
    const flags = rtmsg.rtm_flags(view, offset + NLMSG_HDRLEN);
    const tableId = (flags & RTM_F_LOOKUP_TABLE) === 0 ? RT_TABLE_MAIN : (route.result?.table.id ?? 0);
    const message = { type: RTM_NEWROUTE, flags: 0, portid, seq };
    let fill: (writer: MessageWriter) => number;
    let size = ANSWER_SIZE;
    if ((flags & RTM_F_FIB_MATCH) !== 0) {
      const { result } = route;
      if (result === null) return -errno.EHOSTUNREACH;
      const alias = { ...result.alias, type: route.type };
      size = routeSize(alias.info);
      fill = (writer) => fillRoute(writer, alias, tableId, message, shown);
    } else {
      fill = (writer) => fillAnswer(writer, route, flow, { dst, src, uid, flags }, tableId, seq, portid);
    }
    const skb = sockets.build(size, fill);
    if (typeof skb === 'number') return skb;
    error = sockets.unicast(namespace, skb, portid);
    return error;
  };

  // From net/ipv4/route.c:inet_rtm_valid_getroute_req.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { bytes, offset, length, view, socket } = request;
    const tb = this.#table;
    if (length < NLMSG_HDRLEN + rtmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv4: Invalid header for route get request');
    if (!socket.strictCheck) return parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV4_POLICY, Validation.LIBERAL, extack);
    const at = offset + NLMSG_HDRLEN;
    const srcLength = rtmsg.rtm_src_len(view, at);
    const dstLength = rtmsg.rtm_dst_len(view, at);
    const isOdd = (prefix: number): boolean => prefix !== 0 && prefix !== 32;
    const others = rtmsg.rtm_table(view, at) | rtmsg.rtm_protocol(view, at) | rtmsg.rtm_scope(view, at) | rtmsg.rtm_type(view, at);
    if (isOdd(srcLength) || isOdd(dstLength) || others !== 0) {
      return refuse(extack, 'EINVAL', 'ipv4: Invalid values in header for route get request');
    }
    if ((rtmsg.rtm_flags(view, at) & ~(RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH)) !== 0) {
      return refuse(extack, 'EINVAL', 'ipv4: Unsupported rtm_flags for route get request');
    }
    const error = parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV4_POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    if ((tb.has(RTA_SRC) && srcLength === 0) || (tb.has(RTA_DST) && dstLength === 0)) {
      return refuse(extack, 'EINVAL', 'ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4');
    }
    for (let type = 0; type <= RTA_MAX; type++) {
      if (tb.has(type) && !KNOWN.includes(type)) return refuse(extack, 'EINVAL', 'ipv4: Unsupported attribute in route get request');
    }
    return 0;
  }
}

// From net/ipv4/route.c:rt_fill_info.
function fillAnswer(writer: MessageWriter, route: Route4, flow: Flow4, question: Question, table: number, seq: number, portid: number): number {
  const { dst, src, uid } = question;
  const mark = writer.mark();
  writer.begin(RTM_NEWROUTE, 0, seq, portid);
  const at = writer.reserve(rtmsg.SIZE);
  if (at !== -1) {
    const { view } = writer;
    rtmsg.set_rtm_family(view, at, AF_INET);
    rtmsg.set_rtm_dst_len(view, at, 32);
    rtmsg.set_rtm_src_len(view, at, src === 0 ? 0 : 32);
    rtmsg.set_rtm_tos(view, at, route.result?.alias.dscp ?? 0);
    rtmsg.set_rtm_table(view, at, table < 256 ? table : RT_TABLE_COMPAT);
    rtmsg.set_rtm_type(view, at, route.type);
    rtmsg.set_rtm_scope(view, at, RT_SCOPE_UNIVERSE);
    const notify = (question.flags & RTM_F_NOTIFY) === 0 ? 0 : RTM_F_NOTIFY | RTCF_NOTIFY;
    rtmsg.set_rtm_flags(view, at, ((route.flags & ~0xffff) | RTM_F_CLONED | notify) >>> 0);
  }
  writer.putU32(RTA_TABLE, table);
  writer.putBe32(RTA_DST, dst);
  if (src !== 0) writer.putBe32(RTA_SRC, src);
  writer.putU32(RTA_OIF, route.dev.ifindex);
  const { nexthop } = route;
  if (nexthop !== null && nexthop.tclassid !== 0) writer.putU32(RTA_FLOW, nexthop.tclassid);
  if (!route.isInput && flow.saddr !== src) writer.putBe32(RTA_PREFSRC, flow.saddr);
  if (nexthop?.scope === RT_SCOPE_LINK) putGateway(writer, nexthop.gateway);
  putMetrics(writer, route.info?.metrics ?? null);
  if (flow.mark !== 0) writer.putU32(RTA_MARK, flow.mark);
  if (uid !== null) writer.putU32(RTA_UID, uid);
  if (route.isInput) writer.putU32(RTA_IIF, flow.iif);
  const cache = writer.reserveAttribute(RTA_CACHEINFO, rta_cacheinfo.SIZE);
  if (cache !== -1) rta_cacheinfo.set_rta_clntref(writer.view, cache, 1);
  return finish(writer, mark);
}
