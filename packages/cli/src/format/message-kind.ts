import {
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  NETLINK_NAMES,
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NLMSG_MIN_TYPE,
  NLMSG_NAMES,
  RTM_GETSTATS,
  RTM_NAMES,
  RTM_NEWACTION,
  RTM_NEWADDR,
  RTM_NEWADDRLABEL,
  RTM_NEWANYCAST,
  RTM_NEWCHAIN,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWMDB,
  RTM_NEWMULTICAST,
  RTM_NEWNEIGH,
  RTM_NEWNEIGHTBL,
  RTM_NEWNETCONF,
  RTM_NEWNEXTHOP,
  RTM_NEWNSID,
  RTM_NEWQDISC,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_NEWSTATS,
  RTM_NEWTCLASS,
  RTM_NEWTFILTER,
  br_port_msg,
  fib_rule_hdr,
  if_stats_msg,
  ifaddrlblmsg,
  ifaddrmsg,
  ifinfomsg,
  ndmsg,
  ndtmsg,
  netconfmsg,
  nhmsg,
  rtgenmsg,
  rtmsg,
  tcmsg,
} from '@netdevkit/bindings';
import { CONTROLLER_ATTRIBUTES, LINK_ATTRIBUTES, NAMESPACE_ATTRIBUTES, STATS_ATTRIBUTES } from './attribute-sets.ts';
import type { AttributeSet, StructLayout } from './attribute-spec.ts';

/** What is known of the inside of a kind of message. */
export interface MessageKind {
  /** The length in octets of what stands before the attributes. */
  readonly headerLength: number;
  /** That header, where its members are shown by name. */
  readonly header?: StructLayout;
  /** The attributes, where they are shown by name. */
  readonly attributes: AttributeSet;
}

const link: MessageKind = { headerLength: ifinfomsg.SIZE, header: ifinfomsg, attributes: LINK_ATTRIBUTES };

/** A kind of message whose attributes are shown by number. */
export function numbered(headerLength: number): MessageKind {
  return { headerLength, attributes: {} };
}


/** Messages of rtnetlink: four numbers (new, del, get, set) belong together. */
const ROUTE: Readonly<Record<number, MessageKind | undefined>> = {
  [RTM_NEWLINK]: link,
  [RTM_NEWLINKPROP]: link,
  [RTM_NEWNSID]: {
    headerLength: rtgenmsg.SIZE,
    header: { SIZE: 1, FIELDS: { family: rtgenmsg.FIELDS.rtgen_family } },
    attributes: NAMESPACE_ATTRIBUTES,
  },
  [RTM_NEWSTATS]: { headerLength: if_stats_msg.SIZE, header: if_stats_msg, attributes: STATS_ATTRIBUTES },
  [RTM_NEWADDR]: numbered(ifaddrmsg.SIZE),
  [RTM_NEWROUTE]: numbered(rtmsg.SIZE),
  [RTM_NEWNEIGH]: numbered(ndmsg.SIZE),
  [RTM_NEWRULE]: numbered(fib_rule_hdr.SIZE),
  [RTM_NEWQDISC]: numbered(tcmsg.SIZE),
  [RTM_NEWTCLASS]: numbered(tcmsg.SIZE),
  [RTM_NEWTFILTER]: numbered(tcmsg.SIZE),
  [RTM_NEWCHAIN]: numbered(tcmsg.SIZE),
  // A struct tcamsg: a family and padding.
  [RTM_NEWACTION]: numbered(4),
  [RTM_NEWMULTICAST]: numbered(ifaddrmsg.SIZE),
  [RTM_NEWANYCAST]: numbered(ifaddrmsg.SIZE),
  [RTM_NEWNEIGHTBL]: numbered(ndtmsg.SIZE),
  [RTM_NEWADDRLABEL]: numbered(ifaddrlblmsg.SIZE),
  [RTM_NEWNETCONF]: numbered(netconfmsg.SIZE),
  [RTM_NEWMDB]: numbered(br_port_msg.SIZE),
  [RTM_NEWNEXTHOP]: numbered(nhmsg.SIZE),
};
// What asks for statistics has other attributes than what tells them.
const STATS_REQUEST: MessageKind = { headerLength: if_stats_msg.SIZE, header: if_stats_msg, attributes: {} };

const CONTROLLER: MessageKind = { headerLength: GENL_HDRLEN, attributes: CONTROLLER_ATTRIBUTES };
// A struct nfgenmsg.
const NETFILTER = numbered(4);

/**
 * What is known of the inside of a message; of generic netlink, only of the controller's.
 *
 * @param protocol - the netlink protocol
 * @param type - `nlmsg_type`
 * @returns `undefined` when nothing is
 */
export function messageKind(protocol: number, type: number): MessageKind | undefined {
  if (type < NLMSG_MIN_TYPE) return undefined;
  if (protocol === NETLINK_ROUTE) return type === RTM_GETSTATS ? STATS_REQUEST : ROUTE[type & ~3];
  if (protocol === NETLINK_GENERIC) return type === GENL_ID_CTRL ? CONTROLLER : undefined;
  return protocol === NETLINK_NETFILTER ? NETFILTER : undefined;
}

/**
 * C's name of a type of message.
 *
 * @param protocol - the netlink protocol
 * @param type - `nlmsg_type`
 * @returns `undefined` when it has none that this package knows
 */
export function messageTypeName(protocol: number, type: number): string | undefined {
  if (type < NLMSG_MIN_TYPE) return NLMSG_NAMES[type];
  if (protocol === NETLINK_ROUTE) return RTM_NAMES[type];
  return protocol === NETLINK_GENERIC && type === GENL_ID_CTRL ? 'GENL_ID_CTRL' : undefined;
}

/**
 * C's name of a netlink protocol.
 *
 * @param protocol - its number, or an ethertype
 * @returns the number when it has none
 */
export function protocolName(protocol: number): string {
  return NETLINK_NAMES[protocol] ?? String(protocol);
}
