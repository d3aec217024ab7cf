import {
  RTA_CACHEINFO,
  RTA_DST,
  RTA_EXPIRES,
  RTA_FLOW,
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
  rta_cacheinfo,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import { AttributeCursor, type Message } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import { formatIpAddress, prefixText } from './ip-address.ts';
import type { RawAttribute } from './link.ts';
import { USER_HZ } from './user-hz.ts';

/** One of the ways of a route. C twin: `struct rtnexthop` and its attributes. */
export interface NextHop {
  /** The index of the link; 0: none. */
  readonly index: number;
  /** The next router; of either family. */
  readonly gateway: string | undefined;
  /** Its share among the ways, from 1. */
  readonly weight: number;
  /** `RTNH_F_*`. */
  readonly flags: number;
}

/** A route, as `ip route` shows it. C twin: `struct rtmsg` and the `RTA_*` attributes. */
export interface Route {
  /** `AF_INET` or `AF_INET6`. */
  readonly family: number;
  /** Where it leads: an address with the length of its prefix, `0.0.0.0/0` for everywhere. */
  readonly destination: string;
  /** Whose packets it is for; `undefined`: everybody's. */
  readonly source: string | undefined;
  /** `RT_TABLE_*`, or any other number. */
  readonly table: number;
  /** `RTN_*`. */
  readonly type: number;
  /** `RTPROT_*`: who made it. */
  readonly protocol: number;
  /** `RT_SCOPE_*`. */
  readonly scope: number;
  /** The type of service that it is for. */
  readonly tos: number;
  /** `RTM_F_*` and `RTNH_F_*`. */
  readonly flags: number;
  /** The index of its link. Of several ways see {@link nextHops}. */
  readonly index: number | undefined;
  /** The next router; of either family. */
  readonly gateway: string | undefined;
  /** The address that packets are sent from by default. */
  readonly prefSource: string | undefined;
  /** Its metric: the lowest wins. */
  readonly metric: number | undefined;
  /** The index of the link that the packet came from, in the answer to a lookup. */
  readonly inputIndex: number | undefined;
  /** `RTAX_*` by their numbers: `metrics.get(RTAX_MTU)`. `RTAX_CC_ALGO`, which is no number, is left out. */
  readonly metrics: ReadonlyMap<number, number>;
  /** Its ways, where it has several. */
  readonly nextHops: readonly NextHop[];
  /** The number of its next hop object. */
  readonly nextHopId: number | undefined;
  /** `ICMPV6_ROUTER_PREF_*`. IPv6. */
  readonly preference: number | undefined;
  /** When it ends, in seconds from now. */
  readonly expires: number | undefined;
  /** The realms that packets are counted by. */
  readonly flow: number | undefined;
  /** The mark of the packet that was looked up. */
  readonly mark: number | undefined;
  /** The user whose packet was looked up. */
  readonly uid: number | undefined;
  /** What this package does not decode. */
  readonly others: readonly RawAttribute[];
}

const VIA_FAMILY = 2;

/**
 * Reads a route out of an `RTM_NEWROUTE` or `RTM_DELROUTE`.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for an `rtmsg`
 */
export function parseRoute(message: Message): Route | undefined {
  if (message.payloadLength < rtmsg.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, rtmsg.SIZE);
  const family = rtmsg.rtm_family(view, at);
  const sourceLength = rtmsg.rtm_src_len(view, at);
  const source = has.octets(RTA_SRC);
  const info = has.view(RTA_CACHEINFO, rta_cacheinfo.SIZE);
  const ends = info === undefined ? 0 : rta_cacheinfo.rta_expires(info, 0);
  return {
    family,
    destination: prefixText(has.octets(RTA_DST), rtmsg.rtm_dst_len(view, at), family),
    source: source === undefined ? undefined : prefixText(source, sourceLength, family),
    // The header has room for the first 256 only.
    table: has.u32(RTA_TABLE) ?? rtmsg.rtm_table(view, at),
    type: rtmsg.rtm_type(view, at),
    protocol: rtmsg.rtm_protocol(view, at),
    scope: rtmsg.rtm_scope(view, at),
    tos: rtmsg.rtm_tos(view, at),
    flags: rtmsg.rtm_flags(view, at),
    index: has.u32(RTA_OIF),
    gateway: has.ip(RTA_GATEWAY) ?? viaOf(has.octets(RTA_VIA)),
    prefSource: has.ip(RTA_PREFSRC),
    metric: has.u32(RTA_PRIORITY),
    inputIndex: has.u32(RTA_IIF),
    metrics: metricsOf(has.octets(RTA_METRICS)),
    nextHops: nextHopsOf(has.octets(RTA_MULTIPATH)),
    nextHopId: has.u32(RTA_NH_ID),
    preference: has.u8(RTA_PREF),
    expires: has.u32(RTA_EXPIRES) ?? (ends === 0 ? undefined : ends / USER_HZ),
    flow: has.u32(RTA_FLOW),
    mark: has.u32(RTA_MARK),
    uid: has.u32(RTA_UID),
    others: has.others(),
  };
}

function viaOf(octets: Uint8Array | undefined): string | undefined {
  return octets === undefined || octets.length <= VIA_FAMILY ? undefined : formatIpAddress(octets.subarray(VIA_FAMILY));
}

function metricsOf(octets: Uint8Array | undefined): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (octets === undefined) return found;
  const cursor = new AttributeCursor();
  cursor.reset(octets);
  while (cursor.next()) {
    const value = cursor.length === 4 ? cursor.u32() : undefined;
    if (value !== undefined) found.set(cursor.type, value);
  }
  return found;
}

function nextHopsOf(octets: Uint8Array | undefined): NextHop[] {
  const hops: NextHop[] = [];
  if (octets === undefined) return hops;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const cursor = new AttributeCursor();
  for (let at = 0; at + rtnexthop.SIZE <= octets.length; ) {
    const length = rtnexthop.rtnh_len(view, at);
    if (length < rtnexthop.SIZE || at + length > octets.length) break;
    let gateway: string | undefined;
    cursor.reset(octets, at + rtnexthop.SIZE, at + length);
    while (cursor.next()) {
      if (cursor.type === RTA_GATEWAY) gateway = formatIpAddress(cursor.octets());
      else if (cursor.type === RTA_VIA) gateway = viaOf(cursor.octets());
    }
    hops.push({ index: rtnexthop.rtnh_ifindex(view, at), gateway, weight: rtnexthop.rtnh_hops(view, at) + 1, flags: rtnexthop.rtnh_flags(view, at) });
    at += (length + 3) & ~3;
  }
  return hops;
}
