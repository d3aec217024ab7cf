import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
  RTA_DPORT,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_EXPIRES,
  RTA_GATEWAY,
  RTA_IIF,
  RTA_IP_PROTO,
  RTA_MARK,
  RTA_MAX,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SPORT,
  RTA_SRC,
  RTA_TABLE,
  RTA_UID,
  RTA_VIA,
  RTM_F_CLONED,
  RTM_NEWROUTE,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNREACHABLE,
  RTNH_F_ONLINK,
  nlmsghdr,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseMessageAttributes, strictFrom, Validation } from '@netdevkit/netlink';
import { refuseEncapsulation } from '../core/lwtunnel.ts';
import type { Span } from '../core/route-metrics.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import { nexthopsOf, type NexthopSpan } from '../ipv4/fib-multipath.ts';
import { spanOf } from '../ipv4/fib-requests.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { requesterOf } from '../rtnetlink/newlink.ts';
import type { Fib6Create } from './fib6-create.ts';
import { canShare, flagsOfPreference, isDuplicate, PRIO_USER, RTF, type Fib6Config, type Fib6Info } from './fib6-info.ts';
import type { Fib6Routes } from './fib6-routes.ts';
import { prefixOf, type In6 } from './ipv6-address.ts';

/** What the attributes of an IPv6 route may hold. From net/ipv6/route.c:rtm_ipv6_policy. */
export const RTM_IPV6_POLICY: nla_policies = policies(RTA_MAX, {
  0: strictFrom(RTA_DPORT + 1),
  [RTA_GATEWAY]: { type: 'NLA_UNSPEC', len: 16 },
  [RTA_PREFSRC]: { type: 'NLA_UNSPEC', len: 16 },
  [RTA_OIF]: { type: 'NLA_U32' },
  [RTA_IIF]: { type: 'NLA_U32' },
  [RTA_PRIORITY]: { type: 'NLA_U32' },
  [RTA_METRICS]: { type: 'NLA_NESTED' },
  [RTA_MULTIPATH]: { type: 'NLA_UNSPEC', len: rtnexthop.SIZE },
  [RTA_PREF]: { type: 'NLA_U8' },
  [RTA_ENCAP_TYPE]: { type: 'NLA_U16' },
  [RTA_ENCAP]: { type: 'NLA_NESTED' },
  [RTA_EXPIRES]: { type: 'NLA_U32' },
  [RTA_UID]: { type: 'NLA_U32' },
  [RTA_MARK]: { type: 'NLA_U32' },
  [RTA_TABLE]: { type: 'NLA_U32' },
  [RTA_IP_PROTO]: { type: 'NLA_U8' },
  [RTA_SPORT]: { type: 'NLA_U16' },
  [RTA_DPORT]: { type: 'NLA_U16' },
  [RTA_NH_ID]: { type: 'NLA_U32' },
});

const REJECTS: readonly number[] = [RTN_UNREACHABLE, RTN_BLACKHOLE, RTN_PROHIBIT, RTN_THROW];
const PREF_MEDIUM = 0;
const PREF_HIGH = 1;
const PREF_LOW = 3;

/**
 * RTM_NEWROUTE and RTM_DELROUTE of IPv6: net/ipv6/route.c.
 */
export class Fib6Requests {
  readonly #routes: Fib6Routes;
  readonly #create: Fib6Create;
  readonly #objects: NexthopObjects;
  readonly #table = new AttributeTable(RTA_MAX);

  constructor(routes: Fib6Routes, create: Fib6Create, objects: NexthopObjects) {
    this.#routes = routes;
    this.#objects = objects;
    this.#create = create;
  }

  // From net/ipv6/route.c:inet6_rtm_newroute.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const parsed = this.#parse(request, extack);
    if (typeof parsed === 'number') return parsed;
    const config = parsed.metric === 0 ? { ...parsed, metric: PRIO_USER } : parsed;
    return config.multipath === null ? this.#routes.add(config, extack) : this.#addMultipath(request, config, config.multipath, extack);
  };

  // From net/ipv6/route.c:inet6_rtm_delroute.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const config = this.#parse(request, extack);
    if (typeof config === 'number') return config;
    if (config.nhId !== 0 && this.#objects.find(config.net, config.nhId) === undefined) {
      return refuse(extack, 'EINVAL', 'Nexthop id does not exist');
    }
    if (config.multipath === null) return this.#routes.delete(config, true, extack);
    // From net/ipv6/route.c:ip6_route_multipath_del: all are tried, and the last failure counts.
    let last = 0;
    for (const hop of nexthopsOf(config.multipath).nexthops) {
      const own = hopConfig(config, hop, extack);
      const error = typeof own === 'number' ? own : this.#routes.delete(own, false, extack);
      if (error < 0) last = error;
    }
    return last;
  };

  // From net/ipv6/route.c:ip6_route_multipath_add.
  #addMultipath({ view, offset }: NetlinkRequest, config: Fib6Config, multipath: Span, extack: netlink_ext_ack): number {
    const made: { readonly info: Fib6Info; readonly config: Fib6Config }[] = [];
    for (const hop of nexthopsOf(multipath).nexthops) {
      const own = hopConfig(config, hop, extack);
      if (typeof own === 'number') return own;
      const info = this.#create.create(own, extack);
      if (typeof info === 'number') return info;
      if (!canShare(info)) return refuse(extack, 'EINVAL', 'Device only routes can not be added for IPv6 using the multipath API.');
      info.nh.weight = hop.hops + 1;
      if (made.some((other) => isDuplicate(other.info, info))) return -errno.EEXIST;
      made.push({ info, config: own });
    }
    const [first] = made;
    if (first === undefined) return refuse(extack, 'EINVAL', 'Invalid nexthop configuration - no valid nexthops');
    let nlflags = config.nlflags ?? 0;
    const replaces = (nlflags & NLM_F_REPLACE) !== 0;
    const appends = (nlflags & NLM_F_APPEND) !== 0;
    const done: Fib6Config[] = [];
    let lastAdded: Fib6Info | null = null;
    let error = 0;
    for (const { info, config: own } of made) {
      error = this.#routes.insert(info, { nlflags, requester: null, silent: true }, extack);
      if (error < 0) {
        if (replaces && done.length > 0) extack._msg = 'ipv6: multipath route replace failed (check consistency of installed routes)';
        break;
      }
      lastAdded = info;
      done.push(own);
      // The first has met what it had to meet; the others are to stand beside it.
      nlflags = (nlflags & ~(NLM_F_EXCL | NLM_F_REPLACE)) | NLM_F_CREATE;
      // NB: changed in the request itself, as its acknowledgement then shows.
      const asked = nlmsghdr.nlmsg_flags(view, offset);
      nlmsghdr.set_nlmsg_flags(view, offset, (asked & ~(NLM_F_EXCL | NLM_F_REPLACE)) | NLM_F_CREATE);
    }
    // Told even when it is taken back, so that what is told of the deletion makes sense.
    if (lastAdded !== null) {
      const shown = appends && lastAdded.siblings !== null ? (lastAdded.siblings[0] ?? first.info) : first.info;
      this.#routes.tell(RTM_NEWROUTE, shown, config.requester, (replaces ? NLM_F_REPLACE : NLM_F_CREATE) | (appends ? NLM_F_APPEND : 0));
    }
    if (error < 0) for (const own of done) this.#routes.delete(own, false, extack);
    return error;
  }

  // From net/ipv6/route.c:rtm_to_fib6_config.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): Fib6Config | number {
    const { bytes, offset, view, namespace } = request;
    const tb = this.#table;
    const error = parseMessageAttributes(tb, bytes, offset, rtmsg.SIZE, RTM_IPV6_POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    if (rtmsg.rtm_tos(view, at) !== 0) return refuse(extack, 'EINVAL', 'Invalid dsfield (tos): option not available for IPv6');
    const named = tb.has(RTA_GATEWAY) || tb.has(RTA_OIF) || tb.has(RTA_MULTIPATH) || tb.has(RTA_ENCAP);
    if (tb.has(RTA_NH_ID) && named) return refuse(extack, 'EINVAL', 'Nexthop specification and nexthop id are mutually exclusive');
    if (tb.has(RTA_VIA)) return refuse(extack, 'EINVAL', 'IPv6 does not support RTA_VIA attribute');
    const dstLength = rtmsg.rtm_dst_len(view, at);
    const srcLength = rtmsg.rtm_src_len(view, at);
    const dst = this.#prefix(RTA_DST, dstLength);
    if (dst === null || this.#prefix(RTA_SRC, srcLength) === null) return -errno.EINVAL;
    if (tb.has(RTA_ENCAP_TYPE)) return refuseEncapsulation(tb.u16(RTA_ENCAP_TYPE) ?? 0, extack);
    const type = rtmsg.rtm_type(view, at);
    const expires = tb.u32(RTA_EXPIRES) ?? INFINITY_LIFE_TIME;
    let flags = RTF.UP | (rtmsg.rtm_flags(view, at) & RTNH_F_ONLINK);
    if (REJECTS.includes(type)) flags |= RTF.REJECT;
    if (type === RTN_LOCAL) flags |= RTF.LOCAL;
    if ((rtmsg.rtm_flags(view, at) & RTM_F_CLONED) !== 0) flags |= RTF.CACHE;
    if (tb.has(RTA_GATEWAY)) flags |= RTF.GATEWAY;
    if (tb.has(RTA_PREF)) flags |= flagsOfPreference(preference(tb.u8(RTA_PREF) ?? 0));
    if (expires !== INFINITY_LIFE_TIME) flags |= RTF.EXPIRES;
    return {
      net: namespace,
      table: tb.u32(RTA_TABLE) ?? rtmsg.rtm_table(view, at),
      dst,
      dstLength,
      srcLength,
      flags: flags >>> 0,
      protocol: rtmsg.rtm_protocol(view, at),
      type,
      metric: tb.u32(RTA_PRIORITY) ?? 0,
      ifindex: tb.s32(RTA_OIF) ?? 0,
      gateway: this.#address(RTA_GATEWAY),
      prefsrc: this.#address(RTA_PREFSRC),
      expires,
      metrics: spanOf(tb, RTA_METRICS),
      multipath: spanOf(tb, RTA_MULTIPATH),
      encap: tb.has(RTA_ENCAP),
      nhId: tb.u32(RTA_NH_ID) ?? 0,
      ignoreDown: false,
      nlflags: request.flags,
      requester: requesterOf(request),
    };
  }

  #address(type: number): In6 | null {
    return this.#table.octets(type)?.slice(0, 16) ?? null;
  }

  /** The address of a prefix, of which only as many octets need be there as it has; `null` when they are not. */
  #prefix(type: number, length: number): In6 | null {
    const octets = this.#table.octets(type);
    const needed = Math.ceil(length / 8);
    const address = new Uint8Array(16);
    if (octets === undefined) return address;
    if (octets.length < needed) return null;
    address.set(octets.subarray(0, Math.min(16, needed)));
    return prefixOf(address, length);
  }
}

function preference(asked: number): number {
  return asked === PREF_LOW || asked === PREF_HIGH ? asked : PREF_MEDIUM;
}

/** What a request says of one of its next hops. */
function hopConfig(config: Fib6Config, hop: NexthopSpan, extack: netlink_ext_ack | null): Fib6Config | number {
  const { bytes, offset, length } = hop.attributes;
  const cursor = new AttributeCursor();
  cursor.reset(bytes, offset, offset + length);
  let gateway: In6 | null = null;
  let encap = false;
  while (cursor.next()) {
    if (cursor.type === RTA_ENCAP) encap = true;
    if (cursor.type !== RTA_GATEWAY || gateway !== null) continue;
    if (cursor.length < 16) return refuse(extack, 'EINVAL', 'Invalid IPv6 address in RTA_GATEWAY');
    gateway = cursor.octets().slice(0, 16);
  }
  const flags = config.flags | (hop.flags & RTNH_F_ONLINK) | (gateway === null ? 0 : RTF.GATEWAY);
  const ifindex = hop.ifindex === 0 ? config.ifindex : hop.ifindex;
  return { ...config, multipath: null, ifindex, gateway: gateway ?? config.gateway, encap, flags: flags >>> 0 };
}
