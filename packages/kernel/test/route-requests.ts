import {
  AF_INET,
  AF_INET6,
  FRA_DST,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_SRC,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  FR_ACT_TO_TBL,
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_RT_PRIORITY,
  IFLA_MTU,
  NDA_DST,
  NDA_LLADDR,
  NDA_PROTOCOL,
  NHA_BLACKHOLE,
  NHA_ENCAP_TYPE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_OIF,
  NHA_RES_BUCKET,
  NHA_RES_BUCKET_INDEX,
  NHA_RES_GROUP,
  NHA_RES_GROUP_BUCKETS,
  NHA_RES_GROUP_IDLE_TIMER,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NUD_PERMANENT,
  RTA_DST,
  RTA_EXPIRES,
  RTA_GATEWAY,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTAX_MTU,
  RTM_GETROUTE,
  RTM_NEWLINK,
  RTN_UNICAST,
  RTPROT_BOOT,
  RT_TABLE_MAIN,
  fib_rule_hdr,
  ifa_cacheinfo,
  ifaddrmsg,
  ifinfomsg,
  ndmsg,
  nexthop_grp,
  nhmsg,
  rtmsg,
  rtnexthop,
} from '@netdevkit/bindings';
import { MessageWriter } from '@netdevkit/netlink';

/** A prefix as `ip` writes it: `192.0.2.0/24`. Without a length, all of the address. */
export interface Prefix {
  readonly family: number;
  readonly octets: Uint8Array;
  readonly length: number;
}

/** Reads an address or a prefix. */
export function prefix(text: string): Prefix {
  const [address = '', length] = text.split('/');
  const octets = address.includes(':') ? sixteen(address) : Uint8Array.from(address.split('.').map(Number));
  return { family: octets.length === 4 ? AF_INET : AF_INET6, octets, length: length === undefined ? octets.length * 8 : Number(length) };
}

function sixteen(address: string): Uint8Array {
  const [head = '', tail] = address.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

let seq = 1;

/** A message of rtnetlink: `NLM_F_REQUEST` and an acknowledgement are added. */
export function message(type: number, flags: number, fill: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | NLM_F_ACK | flags, seq++, 0);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

/** Sets a link up or down. */
export function linkUp(index: number, up = true): Uint8Array {
  return message(RTM_NEWLINK, 0, (writer) => {
    const at = writer.reserve(ifinfomsg.SIZE);
    ifinfomsg.set_ifi_index(writer.view, at, index);
    ifinfomsg.set_ifi_flags(writer.view, at, up ? 1 : 0);
    ifinfomsg.set_ifi_change(writer.view, at, 1);
  });
}

/** Gives a link another MTU. */
export function linkMtu(index: number, mtu: number): Uint8Array {
  return message(RTM_NEWLINK, 0, (writer) => {
    const at = writer.reserve(ifinfomsg.SIZE);
    ifinfomsg.set_ifi_index(writer.view, at, index);
    writer.putU32(IFLA_MTU, mtu);
  });
}

/** Asks for a table. */
export function dumpOf(type: number, family: number, headerSize: number): Uint8Array {
  return message(type, NLM_F_DUMP, (writer) => {
    const at = writer.reserve(headerSize);
    writer.view.setUint8(at, family);
  });
}

export interface AddressOptions {
  readonly peer?: string;
  readonly broadcast?: string;
  readonly label?: string;
  readonly scope?: number;
  readonly flags?: number;
  readonly metric?: number;
  /** Seconds: preferred, valid. */
  readonly lifetime?: readonly [number, number];
}

/** `RTM_NEWADDR`, `RTM_DELADDR`. */
export function address(type: number, flags: number, index: number, text: string, options: AddressOptions = {}): Uint8Array {
  const local = prefix(text);
  return message(type, flags, (writer) => {
    const at = writer.reserve(ifaddrmsg.SIZE);
    ifaddrmsg.set_ifa_family(writer.view, at, local.family);
    ifaddrmsg.set_ifa_prefixlen(writer.view, at, local.length);
    ifaddrmsg.set_ifa_scope(writer.view, at, options.scope ?? 0);
    ifaddrmsg.set_ifa_index(writer.view, at, index);
    writer.putBytes(IFA_LOCAL, local.octets);
    writer.putBytes(IFA_ADDRESS, options.peer === undefined ? local.octets : prefix(options.peer).octets);
    if (options.broadcast !== undefined) writer.putBytes(IFA_BROADCAST, prefix(options.broadcast).octets);
    if (options.label !== undefined) writer.putString(IFA_LABEL, options.label);
    if (options.flags !== undefined) writer.putU32(IFA_FLAGS, options.flags);
    if (options.metric !== undefined) writer.putU32(IFA_RT_PRIORITY, options.metric);
    if (options.lifetime !== undefined) {
      const place = writer.reserveAttribute(IFA_CACHEINFO, ifa_cacheinfo.SIZE);
      ifa_cacheinfo.set_ifa_prefered(writer.view, place, options.lifetime[0]);
      ifa_cacheinfo.set_ifa_valid(writer.view, place, options.lifetime[1]);
    }
  });
}

export interface RouteOptions {
  readonly via?: string;
  readonly dev?: number;
  readonly table?: number;
  readonly scope?: number;
  readonly type?: number;
  readonly protocol?: number;
  readonly metric?: number;
  readonly source?: string;
  readonly mtu?: number;
  readonly tos?: number;
  readonly flags?: number;
  readonly expires?: number;
  /** The number of a next hop object. */
  readonly nexthop?: number;
  /** Where it leads: an index, and a gateway. */
  readonly hops?: readonly (readonly [number, string])[];
}

/** `RTM_NEWROUTE`, `RTM_DELROUTE`. */
export function route(type: number, flags: number, text: string, options: RouteOptions = {}): Uint8Array {
  const to = prefix(text);
  return message(type, flags, (writer) => {
    const at = writer.reserve(rtmsg.SIZE);
    const { view } = writer;
    rtmsg.set_rtm_family(view, at, to.family);
    rtmsg.set_rtm_dst_len(view, at, to.length);
    rtmsg.set_rtm_tos(view, at, options.tos ?? 0);
    rtmsg.set_rtm_table(view, at, (options.table ?? RT_TABLE_MAIN) > 255 ? 0 : (options.table ?? RT_TABLE_MAIN));
    rtmsg.set_rtm_protocol(view, at, options.protocol ?? RTPROT_BOOT);
    rtmsg.set_rtm_scope(view, at, options.scope ?? 0);
    rtmsg.set_rtm_type(view, at, options.type ?? RTN_UNICAST);
    rtmsg.set_rtm_flags(view, at, options.flags ?? 0);
    if (to.length > 0) writer.putBytes(RTA_DST, to.octets);
    if ((options.table ?? 0) > 255) writer.putU32(RTA_TABLE, options.table ?? 0);
    if (options.via !== undefined) putGateway(writer, to.family, options.via);
    if (options.dev !== undefined) writer.putU32(RTA_OIF, options.dev);
    if (options.metric !== undefined) writer.putU32(RTA_PRIORITY, options.metric);
    if (options.source !== undefined) writer.putBytes(RTA_PREFSRC, prefix(options.source).octets);
    if (options.expires !== undefined) writer.putU32(RTA_EXPIRES, options.expires);
    if (options.nexthop !== undefined) writer.putU32(RTA_NH_ID, options.nexthop);
    const { mtu, hops } = options;
    if (mtu !== undefined) writer.putNested(RTA_METRICS, () => { writer.putU32(RTAX_MTU, mtu); });
    if (hops !== undefined) writer.putNested(RTA_MULTIPATH, () => { for (const hop of hops) putHop(writer, ...hop); });
  });
}

/** A gateway of another family has another attribute, which says its family. */
function putGateway(writer: MessageWriter, family: number, gateway: string): void {
  const via = prefix(gateway);
  if (via.family === family) writer.putBytes(RTA_GATEWAY, via.octets);
  else writer.putBytes(RTA_VIA, Uint8Array.of(via.family, 0, ...via.octets));
}

function putHop(writer: MessageWriter, index: number, gateway: string): void {
  const { octets } = prefix(gateway);
  const at = writer.reserve(rtnexthop.SIZE);
  rtnexthop.set_rtnh_len(writer.view, at, rtnexthop.SIZE + 4 + octets.length);
  rtnexthop.set_rtnh_ifindex(writer.view, at, index);
  writer.putBytes(RTA_GATEWAY, octets);
}

export interface NexthopOptions {
  readonly id?: number;
  readonly family?: number;
  readonly dev?: number;
  /** A gateway of this family; octets as they are. */
  readonly via?: string | Uint8Array;
  readonly blackhole?: boolean;
  readonly fdb?: boolean;
  readonly protocol?: number;
  readonly flags?: number;
  readonly scope?: number;
  /** The members of a group: their numbers, and how heavy they are beyond 1. */
  readonly group?: readonly (readonly [id: number, weight: number])[];
  readonly groupType?: number;
  /** Buckets of a resilient group, and its times in hundredths of a second. */
  readonly resilient?: { readonly buckets?: number; readonly idle?: number; readonly unbalanced?: number };
  readonly encap?: number;
  /** `NHA_OP_FLAGS`. */
  readonly wanted?: number;
  /** The number of a bucket. */
  readonly bucket?: number;
}

const NHA_OP_FLAGS = 14;

/** `RTM_NEWNEXTHOP`, `RTM_DELNEXTHOP`, `RTM_GETNEXTHOP`, `RTM_GETNEXTHOPBUCKET`. */
export function nexthop(type: number, flags: number, options: NexthopOptions): Uint8Array {
  return message(type, flags, (writer) => {
    const at = writer.reserve(nhmsg.SIZE);
    nhmsg.set_nh_family(writer.view, at, options.family ?? 0);
    nhmsg.set_nh_protocol(writer.view, at, options.protocol ?? 0);
    nhmsg.set_nh_scope(writer.view, at, options.scope ?? 0);
    nhmsg.set_nh_flags(writer.view, at, options.flags ?? 0);
    const { id, group, dev, via, resilient, bucket } = options;
    if (id !== undefined) writer.putU32(NHA_ID, id);
    if (group !== undefined) {
      const place = writer.reserveAttribute(NHA_GROUP, nexthop_grp.SIZE * group.length);
      for (const [i, [member, weight]] of group.entries()) {
        nexthop_grp.set_id(writer.view, place + nexthop_grp.SIZE * i, member);
        nexthop_grp.set_weight(writer.view, place + nexthop_grp.SIZE * i, weight & 0xff);
        nexthop_grp.set_resvd1(writer.view, place + nexthop_grp.SIZE * i, weight >> 8);
      }
    }
    if (options.groupType !== undefined) writer.putU16(NHA_GROUP_TYPE, options.groupType);
    if (options.blackhole === true) writer.putFlag(NHA_BLACKHOLE);
    if (dev !== undefined) writer.putU32(NHA_OIF, dev);
    if (via !== undefined) writer.putBytes(NHA_GATEWAY, typeof via === 'string' ? prefix(via).octets : via);
    if (options.encap !== undefined) writer.putU16(NHA_ENCAP_TYPE, options.encap);
    if (options.fdb === true) writer.putFlag(NHA_FDB);
    if (options.wanted !== undefined) writer.putU32(NHA_OP_FLAGS, options.wanted);
    if (bucket !== undefined) writer.putNested(NHA_RES_BUCKET | NLA_F_NESTED, () => { writer.putU16(NHA_RES_BUCKET_INDEX, bucket); });
    if (resilient === undefined) return;
    writer.putNested(NHA_RES_GROUP | NLA_F_NESTED, () => {
      if (resilient.buckets !== undefined) writer.putU16(NHA_RES_GROUP_BUCKETS, resilient.buckets);
      if (resilient.idle !== undefined) writer.putU32(NHA_RES_GROUP_IDLE_TIMER, resilient.idle);
      if (resilient.unbalanced !== undefined) writer.putU32(NHA_RES_GROUP_UNBALANCED_TIMER, resilient.unbalanced);
    });
  });
}

/** `ip route get`. */
export function lookup(text: string, options: { readonly oif?: number; readonly flags?: number; readonly from?: string } = {}): Uint8Array {
  const to = prefix(text);
  return message(RTM_GETROUTE, 0, (writer) => {
    const at = writer.reserve(rtmsg.SIZE);
    rtmsg.set_rtm_family(writer.view, at, to.family);
    rtmsg.set_rtm_dst_len(writer.view, at, to.length);
    rtmsg.set_rtm_flags(writer.view, at, options.flags ?? 0);
    writer.putBytes(RTA_DST, to.octets);
    if (options.oif !== undefined) writer.putU32(RTA_OIF, options.oif);
  });
}

export interface NeighbourOptions {
  readonly state?: number;
  readonly flags?: number;
  /** The last octet of its link-layer address. */
  readonly lladdr?: number;
  readonly protocol?: number;
}

/** `RTM_NEWNEIGH`, `RTM_DELNEIGH`, `RTM_GETNEIGH`. */
export function neighbour(type: number, flags: number, index: number, text: string, options: NeighbourOptions = {}): Uint8Array {
  const to = prefix(text);
  return message(type, flags, (writer) => {
    const at = writer.reserve(ndmsg.SIZE);
    ndmsg.set_ndm_family(writer.view, at, to.family);
    ndmsg.set_ndm_ifindex(writer.view, at, index);
    ndmsg.set_ndm_state(writer.view, at, options.state ?? NUD_PERMANENT);
    ndmsg.set_ndm_flags(writer.view, at, options.flags ?? 0);
    writer.putBytes(NDA_DST, to.octets);
    if (options.lladdr !== undefined) writer.putBytes(NDA_LLADDR, Uint8Array.of(2, 0, 0, 0, 1, options.lladdr));
    if (options.protocol !== undefined) writer.putU8(NDA_PROTOCOL, options.protocol);
  });
}

export interface RuleOptions {
  readonly action?: number;
  readonly priority?: number;
  readonly table?: number;
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly oif?: string;
  readonly mark?: number;
  readonly mask?: number;
  readonly goto?: number;
  readonly suppress?: number;
  readonly flags?: number;
}

/** `RTM_NEWRULE`, `RTM_DELRULE`. */
export function rule(type: number, flags: number, family: number, options: RuleOptions = {}): Uint8Array {
  const from = options.from === undefined ? undefined : prefix(options.from);
  const to = options.to === undefined ? undefined : prefix(options.to);
  return message(type, flags, (writer) => {
    const at = writer.reserve(fib_rule_hdr.SIZE);
    fib_rule_hdr.set_family(writer.view, at, family);
    fib_rule_hdr.set_action(writer.view, at, options.action ?? FR_ACT_TO_TBL);
    fib_rule_hdr.set_flags(writer.view, at, options.flags ?? 0);
    fib_rule_hdr.set_src_len(writer.view, at, from?.length ?? 0);
    fib_rule_hdr.set_dst_len(writer.view, at, to?.length ?? 0);
    if (from !== undefined) writer.putBytes(FRA_SRC, from.octets);
    if (to !== undefined) writer.putBytes(FRA_DST, to.octets);
    if (options.priority !== undefined) writer.putU32(FRA_PRIORITY, options.priority);
    if (options.table !== undefined) writer.putU32(FRA_TABLE, options.table);
    if (options.iif !== undefined) writer.putString(FRA_IIFNAME, options.iif);
    if (options.oif !== undefined) writer.putString(FRA_OIFNAME, options.oif);
    if (options.mark !== undefined) writer.putU32(FRA_FWMARK, options.mark);
    if (options.mask !== undefined) writer.putU32(FRA_FWMASK, options.mask);
    if (options.goto !== undefined) writer.putU32(FRA_GOTO, options.goto);
    if (options.suppress !== undefined) writer.putS32(FRA_SUPPRESS_PREFIXLEN, options.suppress);
  });
}
