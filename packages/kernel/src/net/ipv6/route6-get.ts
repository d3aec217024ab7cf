import {
  NLMSG_HDRLEN,
  RTA_CACHEINFO,
  RTA_DPORT,
  RTA_DST,
  RTA_GATEWAY,
  RTA_IIF,
  RTA_IP_PROTO,
  RTA_MARK,
  RTA_MAX,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SPORT,
  RTA_SRC,
  RTA_UID,
  RTM_F_FIB_MATCH,
  RTM_NEWROUTE,
  rta_cacheinfo,
  rtmsg,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import { putMetrics } from '../core/route-metrics.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { finish } from '../rtnetlink/tell.ts';
import { fillRoute6, putHeader, route6Size } from './fib6-fill.ts';
import { preferenceOf } from './fib6-info.ts';
import { RTM_IPV6_POLICY } from './fib6-requests.ts';
import { deviceOf, flow6To, LOOKUP_IFACE, refusalOf, type Fib6, type Fib6Result, type Flow6 } from './fib6.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { ADDR, ANY, isAny, typeOf, type In6 } from './ipv6-address.ts';
import { selectSource } from './source-address.ts';

const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_ICMPV6 = 58;
const LOOPBACK_IFINDEX = 1;
/** What strict requests may have. */
const KNOWN: readonly number[] = [RTA_SRC, RTA_DST, RTA_IIF, RTA_OIF, RTA_MARK, RTA_UID, RTA_SPORT, RTA_DPORT, RTA_IP_PROTO];

/** What {@link Route6Get} stands on. */
export interface Route6GetDeps {
  readonly fib6: Fib6;
  readonly addresses: Inet6Addresses;
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
}

/**
 * RTM_GETROUTE of IPv6: how a packet would go, or which route decides. From net/ipv6/route.c:inet6_rtm_getroute.
 */
export class Route6Get {
  readonly #deps: Route6GetDeps;
  readonly #table = new AttributeTable(RTA_MAX);

  constructor(deps: Route6GetDeps) {
    this.#deps = deps;
  }

  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { fib6, sockets, timers } = this.#deps;
    const { namespace, portid, seq, view, offset } = request;
    const error = this.#parse(request, extack);
    if (error < 0) return error;
    const flow = this.#flow(request, extack);
    if (typeof flow === 'number') return flow;
    const iif = this.#table.u32(RTA_IIF) ?? 0;
    if (iif !== 0 && namespace.byIndex(iif) === undefined) return -errno.ENODEV;
    const lo = namespace.byIndex(LOOPBACK_IFINDEX);
    const found = fib6.lookup(namespace, flow, needsDevice(flow) ? LOOKUP_IFACE : 0);
    if (typeof found === 'number' || lo === undefined) return typeof found === 'number' ? found : -errno.ENETUNREACH;
    const { info } = found;
    const refusal = refusalOf(info);
    if (refusal < 0) return refusal;
    const message = { type: RTM_NEWROUTE, flags: 0, portid, seq };
    const isMatch = (rtmsg.rtm_flags(view, offset + NLMSG_HDRLEN) & RTM_F_FIB_MATCH) !== 0;
    const skb = sockets.build(route6Size(info), (writer) =>
      isMatch ? fillRoute6(writer, info, message, timers.now(), fib6.view) : this.#fill(writer, found, flow, iif, deviceOf(found, lo), seq, portid),
    );
    return typeof skb === 'number' ? skb : sockets.unicast(namespace, skb, portid);
  };

  // From net/ipv6/route.c:rt6_fill_node, with a destination.
  #fill(writer: MessageWriter, { info, nh }: Fib6Result, flow: Flow6, iif: number, dev: net_device, seq: number, portid: number): number {
    const { addresses } = this.#deps;
    const mark = writer.mark();
    const start = writer.begin(RTM_NEWROUTE, 0, seq, portid);
    putHeader(writer, info, 128, 0);
    if (start !== -1) rtmsg.set_rtm_src_len(writer.view, start + NLMSG_HDRLEN, 128);
    writer.putBytes(RTA_DST, flow.daddr);
    writer.putBytes(RTA_SRC, flow.saddr);
    if (iif !== 0) {
      writer.putU32(RTA_IIF, iif);
    } else {
      const source = info.prefsrc ?? selectSource(addresses, info.net, nh.dev, flow.daddr);
      if (source !== undefined) writer.putBytes(RTA_PREFSRC, source);
    }
    // Linux says it twice.
    if (info.prefsrc !== null) writer.putBytes(RTA_PREFSRC, info.prefsrc);
    putMetrics(writer, info.metrics);
    writer.putU32(RTA_PRIORITY, info.metric);
    if (nh.gateway !== null) writer.putBytes(RTA_GATEWAY, nh.gateway);
    writer.putU32(RTA_OIF, dev.ifindex);
    // From net/ipv6/route.c:rt6_set_from: what was found for a packet has no end of its own.
    writer.reserveAttribute(RTA_CACHEINFO, rta_cacheinfo.SIZE);
    writer.putU8(RTA_PREF, preferenceOf(info.flags));
    return finish(writer, mark);
  }

  #flow(request: NetlinkRequest, extack: netlink_ext_ack): Flow6 | number {
    const tb = this.#table;
    const saddr = this.#address(RTA_SRC);
    const daddr = this.#address(RTA_DST);
    if (saddr === null || daddr === null) return -errno.EINVAL;
    const proto = tb.u8(RTA_IP_PROTO);
    if (proto !== undefined && proto !== IPPROTO_TCP && proto !== IPPROTO_UDP && proto !== IPPROTO_ICMPV6) {
      return refuse(extack, 'EOPNOTSUPP', 'Unsupported ip proto');
    }
    const iif = tb.u32(RTA_IIF) ?? 0;
    return flow6To(daddr, {
      saddr,
      oif: iif === 0 ? (tb.u32(RTA_OIF) ?? 0) : iif,
      iif: iif === 0 ? LOOPBACK_IFINDEX : iif,
      mark: tb.u32(RTA_MARK) ?? 0,
      uid: tb.u32(RTA_UID) ?? request.socket.credentials.uid,
      tos: rtmsg.rtm_tos(request.view, request.offset + NLMSG_HDRLEN),
      proto: proto ?? 0,
      sport: tb.be16(RTA_SPORT) ?? 0,
      dport: tb.be16(RTA_DPORT) ?? 0,
    });
  }

  /** An address of a request, `::` where it has none; `null` for a part of one. */
  #address(type: number): In6 | null {
    const octets = this.#table.octets(type);
    if (octets === undefined) return ANY;
    return octets.length < 16 ? null : octets.slice(0, 16);
  }

  // From net/ipv6/route.c:inet6_rtm_valid_getroute_req.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { bytes, offset, length, view, socket } = request;
    const tb = this.#table;
    if (length < NLMSG_HDRLEN + rtmsg.SIZE) return refuse(extack, 'EINVAL', 'ipv6: Invalid header for get route request');
    if (!socket.strictCheck) return parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV6_POLICY, Validation.LIBERAL, extack);
    const at = offset + NLMSG_HDRLEN;
    const srcLength = rtmsg.rtm_src_len(view, at);
    const dstLength = rtmsg.rtm_dst_len(view, at);
    const isOdd = (prefix: number): boolean => prefix !== 0 && prefix !== 128;
    const others = rtmsg.rtm_table(view, at) | rtmsg.rtm_protocol(view, at) | rtmsg.rtm_scope(view, at) | rtmsg.rtm_type(view, at);
    if (isOdd(srcLength) || isOdd(dstLength) || others !== 0) {
      return refuse(extack, 'EINVAL', 'ipv6: Invalid values in header for get route request');
    }
    if ((rtmsg.rtm_flags(view, at) & ~RTM_F_FIB_MATCH) !== 0) return refuse(extack, 'EINVAL', 'ipv6: Invalid flags for get route request');
    const error = parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV6_POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    if ((tb.has(RTA_SRC) && srcLength === 0) || (tb.has(RTA_DST) && dstLength === 0)) {
      return refuse(extack, 'EINVAL', 'ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6');
    }
    for (let type = 0; type <= RTA_MAX; type++) {
      if (tb.has(type) && !KNOWN.includes(type)) return refuse(extack, 'EINVAL', 'ipv6: Unsupported attribute in get route request');
    }
    return 0;
  }
}

/** Whether only routes over the flow's device count. From net/ipv6/route.c:ip6_route_output_flags_noref. */
function needsDevice({ daddr, saddr, oif }: Flow6): boolean {
  return (typeOf(daddr) & (ADDR.MULTICAST | ADDR.LINKLOCAL | ADDR.LOOPBACK)) !== 0 || (oif !== 0 && isAny(saddr));
}
