import {
  AF_INET6,
  AF_UNSPEC,
  FR_ACT_TO_TBL,
  IFA_ADDRESS,
  IFA_LOCAL,
  NDA_DST,
  NLMSG_HDRLEN,
  NLM_F_ACK,
  NLM_F_REQUEST,
  NUD_PERMANENT,
  RTA_DST,
  RTN_UNICAST,
  RTPROT_BOOT,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  fib_rule_hdr,
  genlmsghdr,
  if_stats_msg,
  ifaddrlblmsg,
  ifaddrmsg,
  ifinfomsg,
  ndmsg,
  netconfmsg,
  nlmsghdr,
  rtgenmsg,
  rtmsg,
  tcmsg,
} from '@netdevkit/bindings';
import { parseIpPrefix } from '@netdevkit/iproute';
import { octets, writeAttributes, type Attribute } from './attributes.ts';

/** `NLM_F_REQUEST | NLM_F_ACK`: what most requests have. */
export const ACK: number = NLM_F_REQUEST | NLM_F_ACK;

/** Octets of a structure of C. */
export function structure(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/**
 * A message. Its sequence number is given when it is sent.
 *
 * @param type - `nlmsg_type`
 * @param flags - `nlmsg_flags`, all of them
 * @param header - the family's own
 * @param attributes - behind it
 */
export function message(type: number, flags: number, header: Uint8Array, ...attributes: readonly Attribute[]): Uint8Array {
  const body = writeAttributes(attributes);
  const start = NLMSG_HDRLEN + ((header.length + 3) & ~3);
  const bytes = new Uint8Array(body.length === 0 ? NLMSG_HDRLEN + header.length : start + body.length);
  const view = new DataView(bytes.buffer);
  nlmsghdr.set_nlmsg_len(view, 0, bytes.length);
  nlmsghdr.set_nlmsg_type(view, 0, type);
  nlmsghdr.set_nlmsg_flags(view, 0, flags);
  bytes.set(header, NLMSG_HDRLEN);
  if (body.length > 0) bytes.set(body, start);
  return bytes;
}

/** Several messages in one datagram. */
export function together(...messages: readonly Uint8Array[]): Uint8Array {
  const parts = messages.flatMap((bytes) => [bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A message with another length in its header. */
export function saying(length: number, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  nlmsghdr.set_nlmsg_len(new DataView(copy.buffer), 0, length);
  return copy;
}

/** The members of `struct ifinfomsg`. */
export interface LinkHeader {
  readonly family?: number;
  readonly type?: number;
  readonly index?: number;
  readonly flags?: number;
  readonly change?: number;
}

/** A message about a link. */
export function link(type: number, flags: number, header: LinkHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(ifinfomsg.SIZE, (view) => {
    ifinfomsg.set_ifi_family(view, 0, header.family ?? AF_UNSPEC);
    ifinfomsg.set_ifi_type(view, 0, header.type ?? 0);
    ifinfomsg.set_ifi_index(view, 0, header.index ?? 0);
    ifinfomsg.set_ifi_flags(view, 0, header.flags ?? 0);
    ifinfomsg.set_ifi_change(view, 0, header.change ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** The members of `struct ifaddrmsg`. */
export interface AddressHeader {
  readonly family?: number;
  readonly length?: number;
  readonly flags?: number;
  readonly scope?: number;
  readonly index?: number;
}

/** A message about an address, all of it as given. */
export function rawAddress(type: number, flags: number, header: AddressHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(ifaddrmsg.SIZE, (view) => {
    ifaddrmsg.set_ifa_family(view, 0, header.family ?? AF_UNSPEC);
    ifaddrmsg.set_ifa_prefixlen(view, 0, header.length ?? 0);
    ifaddrmsg.set_ifa_flags(view, 0, header.flags ?? 0);
    ifaddrmsg.set_ifa_scope(view, 0, header.scope ?? 0);
    ifaddrmsg.set_ifa_index(view, 0, header.index ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/**
 * A message about an address.
 *
 * @param prefix - `192.0.2.1/24`: local, and the address unless the options name a peer
 */
export function address(
  type: number,
  flags: number,
  index: number,
  prefix: string,
  options: Pick<AddressHeader, 'flags' | 'scope'> & { readonly peer?: string } = {},
  ...attributes: readonly Attribute[]
): Uint8Array {
  const { family, octets: local, length } = parseIpPrefix(prefix);
  const peer = options.peer === undefined ? local : parseIpPrefix(options.peer).octets;
  return rawAddress(type, flags, { ...options, family, length, index }, octets(IFA_LOCAL, local), octets(IFA_ADDRESS, peer), ...attributes);
}

/** The members of `struct rtmsg`. */
export interface RouteHeader {
  readonly family?: number;
  readonly length?: number;
  readonly sourceLength?: number;
  readonly tos?: number;
  readonly table?: number;
  readonly protocol?: number;
  readonly scope?: number;
  readonly type?: number;
  readonly flags?: number;
}

/** A message about a route, all of it as given. */
export function rawRoute(type: number, flags: number, header: RouteHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(rtmsg.SIZE, (view) => {
    rtmsg.set_rtm_family(view, 0, header.family ?? AF_UNSPEC);
    rtmsg.set_rtm_dst_len(view, 0, header.length ?? 0);
    rtmsg.set_rtm_src_len(view, 0, header.sourceLength ?? 0);
    rtmsg.set_rtm_tos(view, 0, header.tos ?? 0);
    rtmsg.set_rtm_table(view, 0, header.table ?? 0);
    rtmsg.set_rtm_protocol(view, 0, header.protocol ?? 0);
    rtmsg.set_rtm_scope(view, 0, header.scope ?? 0);
    rtmsg.set_rtm_type(view, 0, header.type ?? 0);
    rtmsg.set_rtm_flags(view, 0, header.flags ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** A message about a route to a prefix: of the main table, of protocol boot, unicast. */
export function route(type: number, flags: number, prefix: string, header: RouteHeader = {}, ...attributes: readonly Attribute[]): Uint8Array {
  const { family, octets: to, length } = parseIpPrefix(prefix);
  const whole = { family, length, table: RT_TABLE_MAIN, protocol: RTPROT_BOOT, scope: RT_SCOPE_UNIVERSE, type: RTN_UNICAST, ...header };
  return rawRoute(type, flags, whole, ...(length === 0 ? [] : [octets(RTA_DST, to)]), ...attributes);
}

/** The members of `struct ndmsg`. */
export interface NeighbourHeader {
  readonly family?: number;
  readonly index?: number;
  readonly state?: number;
  readonly flags?: number;
  readonly type?: number;
}

/** A message about a neighbour, all of it as given. */
export function rawNeighbour(type: number, flags: number, header: NeighbourHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(ndmsg.SIZE, (view) => {
    ndmsg.set_ndm_family(view, 0, header.family ?? AF_UNSPEC);
    ndmsg.set_ndm_ifindex(view, 0, header.index ?? 0);
    ndmsg.set_ndm_state(view, 0, header.state ?? 0);
    ndmsg.set_ndm_flags(view, 0, header.flags ?? 0);
    ndmsg.set_ndm_type(view, 0, header.type ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** A message about the neighbour with an address: permanent, unless the header says otherwise. */
export function neighbour(type: number, flags: number, index: number, to: string, header: NeighbourHeader = {}, ...attributes: readonly Attribute[]): Uint8Array {
  const { family, octets: destination } = parseIpPrefix(to);
  return rawNeighbour(type, flags, { family, index, state: NUD_PERMANENT, ...header }, octets(NDA_DST, destination), ...attributes);
}

/** The members of `struct fib_rule_hdr`. */
export interface RuleHeader {
  readonly family?: number;
  readonly length?: number;
  readonly sourceLength?: number;
  readonly tos?: number;
  readonly table?: number;
  readonly action?: number;
  readonly flags?: number;
}

/** A message about a rule: it looks up, unless the header says otherwise. */
export function rule(type: number, flags: number, header: RuleHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(fib_rule_hdr.SIZE, (view) => {
    fib_rule_hdr.set_family(view, 0, header.family ?? AF_UNSPEC);
    fib_rule_hdr.set_dst_len(view, 0, header.length ?? 0);
    fib_rule_hdr.set_src_len(view, 0, header.sourceLength ?? 0);
    fib_rule_hdr.set_tos(view, 0, header.tos ?? 0);
    fib_rule_hdr.set_table(view, 0, header.table ?? 0);
    fib_rule_hdr.set_action(view, 0, header.action ?? FR_ACT_TO_TBL);
    fib_rule_hdr.set_flags(view, 0, header.flags ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** `RTM_GETSTATS`. */
export function stats(type: number, flags: number, header: { readonly family?: number; readonly index?: number; readonly mask?: number }, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(if_stats_msg.SIZE, (view) => {
    if_stats_msg.set_family(view, 0, header.family ?? AF_UNSPEC);
    if_stats_msg.set_ifindex(view, 0, header.index ?? 0);
    if_stats_msg.set_filter_mask(view, 0, header.mask ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** A message that begins with a family alone: namespace ids, and dumps of anything. */
export function general(type: number, flags: number, family: number = AF_UNSPEC, ...attributes: readonly Attribute[]): Uint8Array {
  return message(type, flags, structure(rtgenmsg.SIZE, (view) => { rtgenmsg.set_rtgen_family(view, 0, family); }), ...attributes);
}

/** A message about settings of a family. */
export function netconf(type: number, flags: number, family: number, ...attributes: readonly Attribute[]): Uint8Array {
  return message(type, flags, structure(netconfmsg.SIZE, (view) => { netconfmsg.set_ncm_family(view, 0, family); }), ...attributes);
}

/** The members of `struct ifaddrlblmsg`. */
export interface LabelHeader {
  readonly family?: number;
  readonly length?: number;
  readonly index?: number;
  readonly flags?: number;
}

/** A message about a label of addresses. */
export function label(type: number, flags: number, header: LabelHeader, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(ifaddrlblmsg.SIZE, (view) => {
    ifaddrlblmsg.set_ifal_family(view, 0, header.family ?? AF_INET6);
    ifaddrlblmsg.set_ifal_prefixlen(view, 0, header.length ?? 0);
    ifaddrlblmsg.set_ifal_flags(view, 0, header.flags ?? 0);
    ifaddrlblmsg.set_ifal_index(view, 0, header.index ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** A message about traffic control. */
export function traffic(type: number, flags: number, header: { readonly index?: number; readonly handle?: number; readonly parent?: number }, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(tcmsg.SIZE, (view) => {
    tcmsg.set_tcm_ifindex(view, 0, header.index ?? 0);
    tcmsg.set_tcm_handle(view, 0, header.handle ?? 0);
    tcmsg.set_tcm_parent(view, 0, header.parent ?? 0);
  });
  return message(type, flags, bytes, ...attributes);
}

/** A message of a generic family. */
export function generic(family: number, flags: number, command: number, version: number, ...attributes: readonly Attribute[]): Uint8Array {
  const bytes = structure(genlmsghdr.SIZE, (view) => {
    genlmsghdr.set_cmd(view, 0, command);
    genlmsghdr.set_version(view, 0, version);
  });
  return message(family, flags, bytes, ...attributes);
}
