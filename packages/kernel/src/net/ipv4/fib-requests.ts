import {
  NLMSG_HDRLEN,
  RT_TABLE_MAIN,
  RTA_DPORT,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_FLOW,
  RTA_GATEWAY,
  RTA_IIF,
  RTA_IP_PROTO,
  RTA_MARK,
  RTA_MAX,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SPORT,
  RTA_SRC,
  RTA_TABLE,
  RTA_UID,
  RTA_VIA,
  RTN_MAX,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, strictFrom, Validation } from '@netdevkit/netlink';
import { refuseEncapsulation } from '../core/lwtunnel.ts';
import type { Span } from '../core/route-metrics.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { requesterOf } from '../rtnetlink/newlink.ts';
import type { FibConfig, Gateway } from './fib-info.ts';
import { gatewayFromVia } from './fib-multipath.ts';
import type { FibRoutes } from './fib-routes.ts';
import type { Fib } from './fib.ts';

/** What the attributes of an IPv4 route may hold. From net/ipv4/fib_frontend.c:rtm_ipv4_policy. */
export const RTM_IPV4_POLICY: nla_policies = policies(RTA_MAX, {
  0: strictFrom(RTA_DPORT + 1),
  [RTA_DST]: { type: 'NLA_U32' },
  [RTA_SRC]: { type: 'NLA_U32' },
  [RTA_IIF]: { type: 'NLA_U32' },
  [RTA_OIF]: { type: 'NLA_U32' },
  [RTA_GATEWAY]: { type: 'NLA_U32' },
  [RTA_PRIORITY]: { type: 'NLA_U32' },
  [RTA_PREFSRC]: { type: 'NLA_U32' },
  [RTA_METRICS]: { type: 'NLA_NESTED' },
  [RTA_MULTIPATH]: { type: 'NLA_UNSPEC', len: rtnexthop.SIZE },
  [RTA_FLOW]: { type: 'NLA_U32' },
  [RTA_ENCAP_TYPE]: { type: 'NLA_U16' },
  [RTA_ENCAP]: { type: 'NLA_NESTED' },
  [RTA_UID]: { type: 'NLA_U32' },
  [RTA_MARK]: { type: 'NLA_U32' },
  [RTA_TABLE]: { type: 'NLA_U32' },
  [RTA_IP_PROTO]: { type: 'NLA_U8' },
  [RTA_SPORT]: { type: 'NLA_U16' },
  [RTA_DPORT]: { type: 'NLA_U16' },
  [RTA_NH_ID]: { type: 'NLA_U32' },
});

/** The two lower bits of a type of service belong to congestion notification. */
const ECN_MASK = 3;

/**
 * RTM_NEWROUTE and RTM_DELROUTE of IPv4: net/ipv4/fib_frontend.c.
 */
export class FibRequests {
  readonly #fib: Fib;
  readonly #routes: FibRoutes;
  readonly #objects: NexthopObjects;
  readonly #table = new AttributeTable(RTA_MAX);

  constructor(fib: Fib, routes: FibRoutes, objects: NexthopObjects) {
    this.#fib = fib;
    this.#objects = objects;
    this.#routes = routes;
  }

  // From net/ipv4/fib_frontend.c:inet_rtm_newroute.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const config = this.#parse(request, extack);
    if (typeof config === 'number') return config;
    const table = this.#fib.newTable(config.net, config.table);
    return table === undefined ? -errno.ENOBUFS : this.#routes.insert(table, config, extack);
  };

  // From net/ipv4/fib_frontend.c:inet_rtm_delroute.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const config = this.#parse(request, extack);
    if (typeof config === 'number') return config;
    if (config.nhId !== 0 && this.#objects.find(config.net, config.nhId) === undefined) {
      return refuse(extack, 'EINVAL', 'Nexthop id does not exist');
    }
    const table = this.#fib.table(config.net, config.table);
    if (table === undefined) return refuse(extack, 'ESRCH', 'FIB table does not exist');
    return this.#routes.delete(table, config, extack);
  };

  // From net/ipv4/fib_frontend.c:rtm_to_fib_config.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): FibConfig | number {
    const { bytes, offset, view, namespace } = request;
    const tb = this.#table;
    // From include/net/netlink.h:nlmsg_validate_deprecated, which has no words for it.
    if (request.length < NLMSG_HDRLEN + rtmsg.SIZE) return -errno.EINVAL;
    const error = parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV4_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const header = offset + NLMSG_HDRLEN;
    const dscp = rtmsg.rtm_tos(view, header);
    if ((dscp & ECN_MASK) !== 0) return refuse(extack, 'EINVAL', 'Invalid dsfield (tos): ECN bits must be 0');
    const type = rtmsg.rtm_type(view, header);
    if (type > RTN_MAX) return refuse(extack, 'EINVAL', 'Invalid route type');
    const gateway = this.#gateway(extack);
    if (typeof gateway === 'number') return gateway;
    if (tb.has(RTA_ENCAP_TYPE)) return refuseEncapsulation(tb.u16(RTA_ENCAP_TYPE) ?? 0, extack);
    const dst = tb.be32(RTA_DST) ?? 0;
    const dstLength = rtmsg.rtm_dst_len(view, header);
    if (dstLength > 32) return refuse(extack, 'EINVAL', 'Invalid prefix length');
    if (dstLength < 32 && dst << dstLength !== 0) return refuse(extack, 'EINVAL', 'Invalid prefix for given prefix length');
    const config: FibConfig = {
      net: namespace,
      dst,
      dstLength,
      dscp,
      table: (tb.u32(RTA_TABLE) ?? rtmsg.rtm_table(view, header)) || RT_TABLE_MAIN,
      protocol: rtmsg.rtm_protocol(view, header),
      scope: rtmsg.rtm_scope(view, header),
      type,
      flags: rtmsg.rtm_flags(view, header),
      nlflags: request.flags,
      oif: tb.s32(RTA_OIF) ?? 0,
      gateway: gateway.address,
      priority: tb.u32(RTA_PRIORITY) ?? 0,
      prefsrc: tb.be32(RTA_PREFSRC) ?? 0,
      metrics: spanOf(tb, RTA_METRICS),
      multipath: spanOf(tb, RTA_MULTIPATH),
      flow: tb.u32(RTA_FLOW) ?? 0,
      encap: tb.has(RTA_ENCAP),
      nhId: tb.u32(RTA_NH_ID) ?? 0,
      requester: requesterOf(request),
    };
    const named = config.oif !== 0 || config.gateway !== null || config.encap || config.multipath !== null;
    if (config.nhId !== 0 && named) {
      return refuse(extack, 'EINVAL', 'Nexthop specification and nexthop id are mutually exclusive');
    }
    if (tb.has(RTA_GATEWAY) && tb.has(RTA_VIA)) {
      return refuse(extack, 'EINVAL', 'Nexthop configuration can not contain both GATEWAY and VIA');
    }
    return config;
  }

  #gateway(extack: netlink_ext_ack): { readonly address: Gateway | null } | number {
    const via = spanOf(this.#table, RTA_VIA);
    if (via !== null) {
      const read = gatewayFromVia(via, extack);
      return typeof read === 'number' ? read : { address: read.gateway };
    }
    const direct = this.#table.be32(RTA_GATEWAY) ?? 0;
    return { address: direct === 0 ? null : direct };
  }
}

/** Where the contents of an attribute stand. */
export function spanOf(table: AttributeTable, type: number): Span | null {
  const offset = table.offset(type);
  return offset === -1 ? null : { bytes: table.bytes, offset, length: table.length(type) };
}
