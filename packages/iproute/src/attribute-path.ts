import {
  AF_INET,
  AF_INET6,
  FRA_NAMES,
  IFA_NAMES,
  IFLA_AF_SPEC,
  IFLA_BOND_NAMES,
  IFLA_BRPORT_NAMES,
  IFLA_BR_NAMES,
  IFLA_INET6_NAMES,
  IFLA_INET_NAMES,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_NAMES,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINKINFO,
  IFLA_MACVLAN_NAMES,
  IFLA_NAMES,
  IFLA_PROP_LIST,
  IFLA_STATS_GETSET_NAMES,
  IFLA_VLAN_NAMES,
  IFLA_VXLAN_NAMES,
  IFLA_XDP,
  IFLA_XDP_NAMES,
  NDA_NAMES,
  NETNSA_NAMES,
  NLA_HDRLEN,
  NLA_TYPE_MASK,
  NLMSG_HDRLEN,
  RTAX_NAMES,
  RTA_METRICS,
  RTA_NAMES,
  RTM_DELADDR,
  RTM_DELLINKPROP,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNEIGH,
  RTM_GETNSID,
  RTM_GETQDISC,
  RTM_GETROUTE,
  RTM_GETSTATS,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWNEIGH,
  RTM_NEWNSID,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_SETLINK,
  TCA_NAMES,
  fib_rule_hdr,
  if_stats_msg,
  ifaddrmsg,
  ifinfomsg,
  ndmsg,
  rtgenmsg,
  rtmsg,
  tcmsg,
  type NameTable,
} from '@netdevkit/bindings';
import { align, AttributeCursor } from '@netdevkit/netlink';

// Deeper than any family nests; what comes from outside could nest thousands of levels.
const MAX_DEPTH = 16;

/**
 * Finds the attribute that starts at an offset, or inside whose payload the offset lies, without knowing what nests: an
 * attribute is entered when the offset lies beyond its header.
 *
 * @param view - holds the message
 * @param message - where its `nlmsghdr` starts
 * @param length - its `nlmsg_len`; all of it is inside `view`
 * @param headerLength - the length of the family's header in octets, unpadded
 * @param offset - octets from the `nlmsghdr`: an extended acknowledgement's `NLMSGERR_ATTR_OFFS`
 * @returns the types without flags from the outermost to the attribute itself; empty when no attribute is there
 */
export function attributeTypesAt(view: DataView, message: number, length: number, headerLength: number, offset: number): number[] {
  const types: number[] = [];
  const target = message + offset;
  let at = message + NLMSG_HDRLEN + align(headerLength);
  let end = message + length;
  if (target < at) return types;
  while (types.length < MAX_DEPTH && end - at >= NLA_HDRLEN) {
    const size = view.getUint16(at, true);
    if (size < NLA_HDRLEN || size > end - at) return [];
    if (target >= at + align(size)) {
      at += align(size);
      continue;
    }
    types.push(view.getUint16(at + 2, true) & NLA_TYPE_MASK);
    if (target === at) return types;
    if (target < at + NLA_HDRLEN) return [];
    end = at + size;
    at += NLA_HDRLEN;
  }
  return [];
}

/** The attributes of one level: their names, and the levels inside them. */
interface Level {
  readonly names: NameTable;
  readonly inside: Readonly<Record<number, Level | undefined>>;
}

const leaf = (names: NameTable): Level => ({ names, inside: {} });

/** What is inside `IFLA_INFO_DATA`, by kind, where C has names for it. */
const DATA: ReadonlyMap<string, Level> = new Map([
  ['bond', leaf(IFLA_BOND_NAMES)],
  ['bridge', leaf(IFLA_BR_NAMES)],
  ['macvlan', leaf(IFLA_MACVLAN_NAMES)],
  ['macvtap', leaf(IFLA_MACVLAN_NAMES)],
  ['vlan', leaf(IFLA_VLAN_NAMES)],
  ['vxlan', leaf(IFLA_VXLAN_NAMES)],
]);
/** The same of `IFLA_INFO_SLAVE_DATA`. */
const MEMBER_DATA: ReadonlyMap<string, Level> = new Map([['bridge', leaf(IFLA_BRPORT_NAMES)]]);

const INFO = leaf(IFLA_INFO_NAMES);
const LINK: Level = {
  names: IFLA_NAMES,
  inside: {
    [IFLA_LINKINFO]: INFO,
    [IFLA_PROP_LIST]: leaf(IFLA_NAMES),
    [IFLA_XDP]: leaf(IFLA_XDP_NAMES),
    [IFLA_AF_SPEC]: {
      names: { [AF_INET]: 'AF_INET', [AF_INET6]: 'AF_INET6' },
      inside: { [AF_INET]: leaf(IFLA_INET_NAMES), [AF_INET6]: leaf(IFLA_INET6_NAMES) },
    },
  },
};
const ADDRESS = leaf(IFA_NAMES);
const ROUTE: Level = { names: RTA_NAMES, inside: { [RTA_METRICS]: leaf(RTAX_NAMES) } };
const NEIGHBOUR = leaf(NDA_NAMES);
const RULE = leaf(FRA_NAMES);
const NAMESPACE = leaf(NETNSA_NAMES);

/** What the requests of this package carry: the length of the family's header, and the attributes after it. */
const REQUESTS: Readonly<Record<number, { readonly headerLength: number; readonly level: Level } | undefined>> = {
  [RTM_NEWLINK]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_NEWLINK + 1]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_GETLINK]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_SETLINK]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_NEWLINKPROP]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_DELLINKPROP]: { headerLength: ifinfomsg.SIZE, level: LINK },
  [RTM_GETSTATS]: { headerLength: if_stats_msg.SIZE, level: leaf(IFLA_STATS_GETSET_NAMES) },
  [RTM_NEWADDR]: { headerLength: ifaddrmsg.SIZE, level: ADDRESS },
  [RTM_DELADDR]: { headerLength: ifaddrmsg.SIZE, level: ADDRESS },
  [RTM_GETADDR]: { headerLength: ifaddrmsg.SIZE, level: ADDRESS },
  [RTM_NEWROUTE]: { headerLength: rtmsg.SIZE, level: ROUTE },
  [RTM_DELROUTE]: { headerLength: rtmsg.SIZE, level: ROUTE },
  [RTM_GETROUTE]: { headerLength: rtmsg.SIZE, level: ROUTE },
  [RTM_NEWNEIGH]: { headerLength: ndmsg.SIZE, level: NEIGHBOUR },
  [RTM_DELNEIGH]: { headerLength: ndmsg.SIZE, level: NEIGHBOUR },
  [RTM_GETNEIGH]: { headerLength: ndmsg.SIZE, level: NEIGHBOUR },
  [RTM_NEWRULE]: { headerLength: fib_rule_hdr.SIZE, level: RULE },
  [RTM_DELRULE]: { headerLength: fib_rule_hdr.SIZE, level: RULE },
  [RTM_GETQDISC]: { headerLength: tcmsg.SIZE, level: leaf(TCA_NAMES) },
  [RTM_NEWNSID]: { headerLength: rtgenmsg.SIZE, level: NAMESPACE },
  [RTM_NEWNSID + 1]: { headerLength: rtgenmsg.SIZE, level: NAMESPACE },
  [RTM_GETNSID]: { headerLength: rtgenmsg.SIZE, level: NAMESPACE },
};

/**
 * Names the attribute of a request of this package that an extended acknowledgement points at.
 *
 * @param bytes - holds the request
 * @param message - where its `nlmsghdr` starts
 * @param offset - octets from there: `NLMSGERR_ATTR_OFFS`
 * @param missing - the type of an attribute that the one at `offset` lacks: `NLMSGERR_ATTR_MISS_TYPE`
 * @returns C's names from the outermost level in, such as `'IFLA_LINKINFO.IFLA_INFO_KIND'`, with `#77` for a type that has
 * none; `undefined` when nothing is there
 */
export function attributePath(bytes: Uint8Array, message: number, offset: number | undefined, missing?: number): string | undefined {
  if (bytes.length - message < NLMSG_HDRLEN) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const request = REQUESTS[view.getUint16(message + 4, true)];
  if (request === undefined) return undefined;
  const length = Math.min(view.getUint32(message, true), bytes.length - message);
  const types = offset === undefined ? [] : attributeTypesAt(view, message, length, request.headerLength, offset);
  if (offset !== undefined && types.length === 0) return undefined;
  if (missing !== undefined) types.push(missing);
  if (types.length === 0) return undefined;

  let level: Level | undefined = request.level;
  const names: string[] = [];
  for (const type of types) {
    names.push(level?.names[type] ?? `#${String(type)}`);
    level = level === INFO ? levelOfKind(type, bytes, message + NLMSG_HDRLEN + align(request.headerLength), message + length) : level?.inside[type];
  }
  return names.join('.');
}

/** What is inside an attribute of `IFLA_LINKINFO`, which another one says. */
function levelOfKind(type: number, bytes: Uint8Array, start: number, end: number): Level | undefined {
  if (type !== IFLA_INFO_DATA && type !== IFLA_INFO_SLAVE_DATA) return undefined;
  const wanted = type === IFLA_INFO_DATA ? IFLA_INFO_KIND : IFLA_INFO_SLAVE_KIND;
  const levels = type === IFLA_INFO_DATA ? DATA : MEMBER_DATA;
  const cursor = new AttributeCursor();
  const inside = new AttributeCursor();
  cursor.reset(bytes, start, end);
  while (cursor.next()) {
    if (cursor.type !== IFLA_LINKINFO) continue;
    cursor.enter(inside);
    while (inside.next()) if (inside.type === wanted) return levels.get(inside.string());
  }
  return undefined;
}
