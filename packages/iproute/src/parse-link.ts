import {
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_ALLMULTI,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_CARRIER_CHANGES,
  IFLA_CARRIER_DOWN_COUNT,
  IFLA_CARRIER_UP_COUNT,
  IFLA_EVENT,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_HEADROOM,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MAX_MTU,
  IFLA_MAX_PACING_OFFLOAD_HORIZON,
  IFLA_MIN_MTU,
  IFLA_MTU,
  IFLA_NETNS_IMMUTABLE,
  IFLA_NEW_IFINDEX,
  IFLA_NEW_NETNSID,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_NUM_VF,
  IFLA_OPERSTATE,
  IFLA_PAD,
  IFLA_PARENT_DEV_BUS_NAME,
  IFLA_PARENT_DEV_NAME,
  IFLA_PERM_ADDRESS,
  IFLA_PHYS_PORT_ID,
  IFLA_PHYS_PORT_NAME,
  IFLA_PHYS_SWITCH_ID,
  IFLA_PROMISCUITY,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_QDISC,
  IFLA_STATS,
  IFLA_STATS64,
  IFLA_TAILROOM,
  IFLA_TARGET_NETNSID,
  IFLA_TSO_MAX_SEGS,
  IFLA_TSO_MAX_SIZE,
  IFLA_TXQLEN,
  IFLA_XDP,
  ifinfomsg,
  rtnl_link_stats64,
} from '@netdevkit/bindings';
import { attributesOf, type AttributeCursor, type Message } from '@netdevkit/netlink';
import { linkAddressAt } from './link-address.ts';
import { countersAt, readLinkStats, readLinkStats32, type LinkStats } from './link-stats.ts';
import type { Link, RawAttribute } from './link.ts';
import { readAltNames, readInet6, readInfo, readMap, readProtoDownReason, readXdp } from './parse-link-nests.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a link out of an `RTM_NEWLINK`, `RTM_DELLINK` or other message that begins with a `struct ifinfomsg`.
 *
 * An attribute shorter than its type counts as not sent; of several with one type the last counts. What is told as octets
 * is a part of the message's own, which must stay as they are for as long as those are used; all else is the link's.
 *
 * @param message - any message
 * @returns the link; `undefined` when the message is too short for an `ifinfomsg`
 */
export function parseLink(message: Message): Link | undefined {
  if (message.payloadLength < ifinfomsg.SIZE) return undefined;
  const link = emptyLink(message);
  const others: RawAttribute[] = [];
  link.others = others;
  const cursor = attributesOf(message, ifinfomsg.SIZE);
  while (cursor.next()) {
    if (!readAttribute(link, cursor)) others.push({ type: cursor.type, bytes: cursor.octets() });
  }
  return link;
}

/** Takes an attribute into the link; `false` when it is to be kept as it is. */
function readAttribute(link: Mutable<Link>, cursor: AttributeCursor): boolean {
  switch (cursor.type) {
    case IFLA_IFNAME:
      link.name = cursor.string();
      return true;
    case IFLA_IFALIAS:
      link.alias = cursor.string();
      return true;
    case IFLA_ADDRESS:
      link.address = linkAddress(cursor);
      return true;
    case IFLA_BROADCAST:
      link.broadcast = linkAddress(cursor);
      return true;
    case IFLA_PERM_ADDRESS:
      link.permAddress = linkAddress(cursor);
      return true;
    case IFLA_MTU:
      link.mtu = cursor.u32();
      return true;
    case IFLA_MIN_MTU:
      link.minMtu = cursor.u32();
      return true;
    case IFLA_MAX_MTU:
      link.maxMtu = cursor.u32();
      return true;
    case IFLA_LINK:
      link.link = cursor.u32();
      return true;
    case IFLA_LINK_NETNSID:
      link.linkNetnsid = cursor.s32();
      return true;
    case IFLA_MASTER:
      link.master = cursor.u32();
      return true;
    case IFLA_QDISC:
      link.qdisc = cursor.string();
      return true;
    case IFLA_TXQLEN:
      link.txQueueLen = cursor.u32();
      return true;
    case IFLA_NUM_TX_QUEUES:
      link.numTxQueues = cursor.u32();
      return true;
    case IFLA_NUM_RX_QUEUES:
      link.numRxQueues = cursor.u32();
      return true;
    case IFLA_OPERSTATE:
      link.operState = cursor.u8();
      return true;
    case IFLA_LINKMODE:
      link.linkMode = cursor.u8();
      return true;
    case IFLA_GROUP:
      link.group = cursor.u32();
      return true;
    case IFLA_PROMISCUITY:
      link.promiscuity = cursor.u32();
      return true;
    case IFLA_ALLMULTI:
      link.allMulti = cursor.u32();
      return true;
    case IFLA_CARRIER:
      link.carrier = truth(cursor.u8());
      return true;
    case IFLA_CARRIER_CHANGES:
      link.carrierChanges = cursor.u32();
      return true;
    case IFLA_CARRIER_UP_COUNT:
      link.carrierUpCount = cursor.u32();
      return true;
    case IFLA_CARRIER_DOWN_COUNT:
      link.carrierDownCount = cursor.u32();
      return true;
    case IFLA_PROTO_DOWN:
      link.protoDown = truth(cursor.u8());
      return true;
    case IFLA_STATS64:
      link.stats = counters(cursor);
      return true;
    case IFLA_STATS:
      link.stats ??= readLinkStats32(cursor.octets());
      return true;
    case IFLA_MAP:
      link.map = readMap(cursor);
      return true;
    case IFLA_XDP:
      link.xdp = readXdp(cursor);
      return true;
    case IFLA_LINKINFO:
      link.info = readInfo(cursor);
      return true;
    case IFLA_PROP_LIST:
      link.altNames = readAltNames(cursor);
      return true;
    case IFLA_AF_SPEC:
      link.inet6 = readInet6(cursor);
      return false;
    case IFLA_PAD:
      return true;
    default:
      return readLimit(link, cursor) || readIdentity(link, cursor);
  }
}

/** What a device's offloads are limited to. */
function readLimit(link: Mutable<Link>, cursor: AttributeCursor): boolean {
  switch (cursor.type) {
    case IFLA_GSO_MAX_SEGS:
      link.gsoMaxSegs = cursor.u32();
      return true;
    case IFLA_GSO_MAX_SIZE:
      link.gsoMaxSize = cursor.u32();
      return true;
    case IFLA_GSO_IPV4_MAX_SIZE:
      link.gsoIpv4MaxSize = cursor.u32();
      return true;
    case IFLA_GRO_MAX_SIZE:
      link.groMaxSize = cursor.u32();
      return true;
    case IFLA_GRO_IPV4_MAX_SIZE:
      link.groIpv4MaxSize = cursor.u32();
      return true;
    case IFLA_TSO_MAX_SEGS:
      link.tsoMaxSegs = cursor.u32();
      return true;
    case IFLA_TSO_MAX_SIZE:
      link.tsoMaxSize = cursor.u32();
      return true;
    case IFLA_MAX_PACING_OFFLOAD_HORIZON:
      link.maxPacingOffloadHorizon = cursor.uint();
      return true;
    case IFLA_HEADROOM:
      link.headroom = cursor.u16();
      return true;
    case IFLA_TAILROOM:
      link.tailroom = cursor.u16();
      return true;
    default:
      return false;
  }
}

/** What ties a link to hardware, to another namespace, or to an event. */
function readIdentity(link: Mutable<Link>, cursor: AttributeCursor): boolean {
  switch (cursor.type) {
    case IFLA_PROTO_DOWN_REASON:
      link.protoDownReason = readProtoDownReason(cursor);
      return true;
    case IFLA_EVENT:
      link.event = cursor.u32();
      return true;
    case IFLA_NETNS_IMMUTABLE:
      link.netnsImmutable = truth(cursor.u8());
      return true;
    case IFLA_NUM_VF:
      link.numVf = cursor.u32();
      return true;
    case IFLA_PHYS_PORT_ID:
      link.physPortId = hex(cursor);
      return true;
    case IFLA_PHYS_PORT_NAME:
      link.physPortName = cursor.string();
      return true;
    case IFLA_PHYS_SWITCH_ID:
      link.physSwitchId = hex(cursor);
      return true;
    case IFLA_PARENT_DEV_NAME:
      link.parentDevName = cursor.string();
      return true;
    case IFLA_PARENT_DEV_BUS_NAME:
      link.parentDevBusName = cursor.string();
      return true;
    case IFLA_NEW_NETNSID:
      link.newNetnsid = cursor.s32();
      return true;
    case IFLA_NEW_IFINDEX:
      link.newIndex = cursor.s32();
      return true;
    case IFLA_TARGET_NETNSID:
      link.targetNetnsid = cursor.s32();
      return true;
    default:
      return false;
  }
}

function truth(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

function linkAddress({ bytes, offset, length }: AttributeCursor): string {
  return linkAddressAt(bytes, offset, length);
}

function counters(cursor: AttributeCursor): LinkStats {
  return cursor.length >= rtnl_link_stats64.SIZE ? countersAt(cursor.view, cursor.offset) : readLinkStats(cursor.octets());
}

function hex(cursor: AttributeCursor): string {
  return linkAddress(cursor).replaceAll(':', '');
}

/** A link of which only the header is known. Every member is there, so that all links have one shape. */
function emptyLink({ view, payloadOffset }: Message): Mutable<Link> {
  return {
    family: ifinfomsg.ifi_family(view, payloadOffset),
    type: ifinfomsg.ifi_type(view, payloadOffset),
    index: ifinfomsg.ifi_index(view, payloadOffset),
    flags: ifinfomsg.ifi_flags(view, payloadOffset),
    change: ifinfomsg.ifi_change(view, payloadOffset),
    name: '',
    altNames: [],
    alias: undefined,
    address: undefined,
    broadcast: undefined,
    permAddress: undefined,
    mtu: undefined,
    minMtu: undefined,
    maxMtu: undefined,
    link: undefined,
    linkNetnsid: undefined,
    master: undefined,
    qdisc: undefined,
    txQueueLen: undefined,
    numTxQueues: undefined,
    numRxQueues: undefined,
    operState: undefined,
    linkMode: undefined,
    group: undefined,
    promiscuity: undefined,
    allMulti: undefined,
    carrier: undefined,
    carrierChanges: undefined,
    carrierUpCount: undefined,
    carrierDownCount: undefined,
    protoDown: undefined,
    protoDownReason: undefined,
    event: undefined,
    gsoMaxSegs: undefined,
    gsoMaxSize: undefined,
    gsoIpv4MaxSize: undefined,
    groMaxSize: undefined,
    groIpv4MaxSize: undefined,
    tsoMaxSegs: undefined,
    tsoMaxSize: undefined,
    maxPacingOffloadHorizon: undefined,
    headroom: undefined,
    tailroom: undefined,
    netnsImmutable: undefined,
    numVf: undefined,
    physPortId: undefined,
    physPortName: undefined,
    physSwitchId: undefined,
    parentDevName: undefined,
    parentDevBusName: undefined,
    newNetnsid: undefined,
    newIndex: undefined,
    targetNetnsid: undefined,
    map: undefined,
    xdp: undefined,
    info: undefined,
    inet6: undefined,
    stats: undefined,
    others: [],
  };
}
