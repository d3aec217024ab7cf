import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IFF_UP,
  NEXTHOP_GRP_TYPE_MAX,
  NEXTHOP_GRP_TYPE_RES,
  NHA_BLACKHOLE,
  NHA_ENCAP,
  NHA_ENCAP_TYPE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_OIF,
  NHA_RES_GROUP,
  NHA_RES_GROUP_BUCKETS,
  NHA_RES_GROUP_IDLE_TIMER,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  NLM_F_ECHO,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
  nexthop_grp,
  nhmsg,
  RTM_NEWNEXTHOP,
  RTNH_F_ONLINK,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import { carrierOk } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import type { NexthopCreate, WayConfig } from './nexthop-create.ts';
import { fillNexthop, fromTicks, NHA_HW_STATS_ENABLE, NHA_OP_FLAGS, nexthopSize, OP_FLAG_DUMP_HW_STATS, OP_FLAG_DUMP_STATS } from './nexthop-fill.ts';
import { Nexthop, type GroupEntry } from './nexthop.ts';
import type { NexthopRequester, Nexthops } from './nexthops.ts';
import type { ResilientConfig } from './resilient-table.ts';

/** `NHA_OP_FLAGS_DUMP_ALL`. */
const ALL_STATS = OP_FLAG_DUMP_STATS | OP_FLAG_DUMP_HW_STATS;

// From net/ipv4/nexthop.c:rtm_nh_policy_new, rtm_nh_policy_get, rtm_nh_policy_del, rtm_nh_res_policy_new.
const NEW_POLICY: nla_policies = policies(NHA_HW_STATS_ENABLE, {
  [NHA_ID]: { type: 'NLA_U32' },
  [NHA_GROUP]: { type: 'NLA_BINARY' },
  [NHA_GROUP_TYPE]: { type: 'NLA_U16' },
  [NHA_BLACKHOLE]: { type: 'NLA_FLAG' },
  [NHA_OIF]: { type: 'NLA_U32' },
  [NHA_GATEWAY]: { type: 'NLA_BINARY' },
  [NHA_ENCAP_TYPE]: { type: 'NLA_U16' },
  [NHA_ENCAP]: { type: 'NLA_NESTED' },
  [NHA_FDB]: { type: 'NLA_FLAG' },
  [NHA_RES_GROUP]: { type: 'NLA_NESTED' },
  [NHA_HW_STATS_ENABLE]: { type: 'NLA_U32', max: 1 },
});
const GET_POLICY: nla_policies = policies(NHA_OP_FLAGS, {
  [NHA_ID]: { type: 'NLA_U32' },
  [NHA_OP_FLAGS]: { type: 'NLA_U32', mask: ALL_STATS },
});
const DEL_POLICY: nla_policies = policies(NHA_ID, { [NHA_ID]: { type: 'NLA_U32' } });
const RES_POLICY: nla_policies = policies(NHA_RES_GROUP_UNBALANCED_TIMER, {
  [NHA_RES_GROUP_BUCKETS]: { type: 'NLA_U16' },
  [NHA_RES_GROUP_IDLE_TIMER]: { type: 'NLA_U32' },
  [NHA_RES_GROUP_UNBALANCED_TIMER]: { type: 'NLA_U32' },
});

/** What a request says of a next hop: `struct nh_config`. */
interface NexthopConfig extends WayConfig {
  readonly id: number;
  readonly protocol: number;
  readonly entries: GroupEntry[] | null;
  readonly resilient: ResilientConfig | null;
  readonly hwStats: boolean;
}

/**
 * RTM_NEWNEXTHOP, RTM_DELNEXTHOP and RTM_GETNEXTHOP: net/ipv4/nexthop.c.
 */
export class NexthopRequests {
  readonly #nexthops: Nexthops;
  readonly #create: NexthopCreate;
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(NHA_HW_STATS_ENABLE);
  readonly #idTable = new AttributeTable(NHA_ID);
  readonly #getTable = new AttributeTable(NHA_OP_FLAGS);

  constructor(nexthops: Nexthops, create: NexthopCreate, sockets: RtnlSockets) {
    this.#nexthops = nexthops;
    this.#create = create;
    this.#sockets = sockets;
  }

  // From net/ipv4/nexthop.c:rtm_new_nexthop, nexthop_add.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const config = this.#parse(request, extack);
    if (typeof config === 'number') return config;
    const { namespace, flags } = request;
    if ((flags & NLM_F_REPLACE) !== 0 && config.id === 0) return refuse(extack, 'EINVAL', 'Replace requires nexthop id');
    const id = config.id === 0 ? this.#nexthops.unusedId(namespace) : config.id;
    const nexthop = this.#make(namespace, id, config, extack);
    if (typeof nexthop === 'number') return nexthop;
    return this.#nexthops.insert(nexthop, { nlflags: flags, resilient: config.resilient, requester: requesterOf(request) }, extack);
  };

  // From net/ipv4/nexthop.c:rtm_del_nexthop.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const id = parseId(request, this.#idTable, DEL_POLICY, extack);
    if (id < 0) return id;
    const nexthop = this.#nexthops.find(request.namespace, id);
    if (nexthop === undefined) return -errno.ENOENT;
    this.#nexthops.remove(nexthop, requesterOf(request));
    return 0;
  };

  // From net/ipv4/nexthop.c:rtm_get_nexthop.
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const id = parseId(request, this.#getTable, GET_POLICY, extack);
    if (id < 0) return id;
    const { namespace, portid, seq } = request;
    const nexthop = this.#nexthops.find(namespace, id);
    if (nexthop === undefined) return -errno.ENOENT;
    const wanted = this.#getTable.u32(NHA_OP_FLAGS) ?? 0;
    const message = { type: RTM_NEWNEXTHOP, flags: 0, portid, seq };
    const skb = this.#sockets.build(nexthopSize(nexthop), (writer) => fillNexthop(writer, nexthop, message, wanted));
    return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, portid);
  };

  #make(net: Net, id: number, config: NexthopConfig, extack: netlink_ext_ack): Nexthop | number {
    const { entries, resilient, fdb, hwStats } = config;
    if (entries === null) {
      const made = this.#create.single(net, config, extack);
      return typeof made === 'number' ? made : new Nexthop(net, id, config.protocol, made.flags, { info: made.info, group: null });
    }
    const { buckets } = resilient ?? {};
    const isNew = this.#nexthops.find(net, id) === undefined;
    const table = resilient === null || buckets === undefined || !isNew ? null : this.#nexthops.resilientTable(net, id, { ...resilient, buckets });
    return new Nexthop(net, id, config.protocol, 0, { info: null, group: { entries, fdb, hwStats, resilient: table } });
  }

  // From net/ipv4/nexthop.c:rtm_to_nh_config.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): NexthopConfig | number {
    const { bytes, offset, view, namespace } = request;
    const tb = this.#table;
    const error = parseMessageAttributes(tb, bytes, offset, nhmsg.SIZE, NEW_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    const family = nhmsg.nh_family(view, at);
    const flags = nhmsg.nh_flags(view, at);
    if ((nhmsg.resvd(view, at) | nhmsg.nh_scope(view, at)) !== 0) return refuse(extack, 'EINVAL', 'Invalid values in ancillary header');
    if ((flags & ~RTNH_F_ONLINK) !== 0) return refuse(extack, 'EINVAL', 'Invalid nexthop flags in ancillary header');
    const isKnown = family === AF_INET || family === AF_INET6 || (family === AF_UNSPEC && tb.has(NHA_GROUP));
    if (!isKnown) return refuse(extack, 'EINVAL', 'Invalid address family');
    const fdb = tb.has(NHA_FDB);
    if (fdb && (tb.has(NHA_OIF) || tb.has(NHA_BLACKHOLE) || tb.has(NHA_ENCAP) || tb.has(NHA_ENCAP_TYPE))) {
      return refuse(extack, 'EINVAL', 'Fdb attribute can not be used with encap, oif or blackhole');
    }
    if (fdb && flags !== 0) return refuse(extack, 'EINVAL', 'Unsupported nexthop flags in ancillary header');
    const config: NexthopConfig = {
      id: tb.u32(NHA_ID) ?? 0,
      protocol: nhmsg.nh_protocol(view, at),
      family,
      flags,
      fdb,
      blackhole: tb.has(NHA_BLACKHOLE),
      dev: null,
      gateway: null,
      entries: null,
      resilient: null,
      hwStats: (tb.u32(NHA_HW_STATS_ENABLE) ?? 0) !== 0,
    };
    if (tb.has(NHA_GROUP)) return family === AF_UNSPEC ? this.#group(namespace, config, extack) : refuse(extack, 'EINVAL', 'Invalid family for group');
    if (config.blackhole) {
      const more = [NHA_GATEWAY, NHA_OIF, NHA_ENCAP, NHA_ENCAP_TYPE, NHA_FDB].some((type) => tb.has(type));
      return more ? refuse(extack, 'EINVAL', 'Blackhole attribute can not be used with gateway, oif, encap or fdb') : config;
    }
    return this.#way(namespace, config, extack);
  }

  /** The device and the gateway of one way. */
  #way(net: Net, config: NexthopConfig, extack: netlink_ext_ack): NexthopConfig | number {
    const tb = this.#table;
    let dev: net_device | null = null;
    if (!config.fdb) {
      const ifindex = tb.s32(NHA_OIF);
      if (ifindex === undefined) return refuse(extack, 'EINVAL', 'Device attribute required for non-blackhole and non-fdb nexthops');
      dev = net.byIndex(ifindex) ?? null;
      if (dev === null) return refuse(extack, 'EINVAL', 'Invalid device index');
      if ((dev.flags & IFF_UP) === 0) return refuse(extack, 'ENETDOWN', 'Nexthop device is not up');
      if (!carrierOk(dev)) return refuse(extack, 'ENETDOWN', 'Carrier for nexthop device is down');
    }
    const octets = tb.octets(NHA_GATEWAY);
    if (octets !== undefined && octets.length !== (config.family === AF_INET ? 4 : 16)) return refuse(extack, 'EINVAL', 'Invalid gateway');
    if (octets === undefined && (config.flags & RTNH_F_ONLINK) !== 0) {
      return refuse(extack, 'EINVAL', 'ONLINK flag can not be set for nexthop without a gateway');
    }
    if (tb.has(NHA_ENCAP)) {
      if (!tb.has(NHA_ENCAP_TYPE)) return refuse(extack, 'EINVAL', 'LWT encapsulation type is missing');
      return refuse(extack, 'EOPNOTSUPP', 'CONFIG_LWTUNNEL is not enabled in this kernel');
    }
    if (tb.has(NHA_ENCAP_TYPE)) return refuse(extack, 'EINVAL', 'LWT encapsulation attribute is missing');
    if (tb.has(NHA_HW_STATS_ENABLE)) return refuse(extack, 'EINVAL', 'Cannot enable nexthop hardware statistics for non-group nexthops');
    const gateway = config.family === AF_INET ? tb.be32(NHA_GATEWAY) : octets?.slice();
    const isNone = gateway === undefined || (typeof gateway === 'number' ? gateway === 0 : gateway.every((octet) => octet === 0));
    return { ...config, dev, gateway: isNone ? null : gateway };
  }

  /** The members of a group. From net/ipv4/nexthop.c:nh_check_attr_group. */
  #group(net: Net, config: NexthopConfig, extack: netlink_ext_ack): NexthopConfig | number {
    const tb = this.#table;
    const type = tb.u16(NHA_GROUP_TYPE) ?? 0;
    if (type > NEXTHOP_GRP_TYPE_MAX) return refuse(extack, 'EINVAL', 'Invalid group type');
    const wanted = readEntries(tb, extack);
    if (typeof wanted === 'number') return wanted;
    const entries: GroupEntry[] = [];
    let family: number = AF_UNSPEC;
    for (const { id, weight } of wanted) {
      const nexthop = this.#nexthops.find(net, id);
      if (nexthop === undefined) return refuse(extack, 'EINVAL', 'Invalid nexthop id');
      const error = checkMember(nexthop, wanted.length, config.fdb, family, extack);
      if (error < 0) return error;
      family = nexthop.content.info?.family ?? AF_UNSPEC;
      entries.push({ nexthop, weight });
    }
    for (let other = NHA_GROUP_TYPE + 1; other <= NHA_HW_STATS_ENABLE; other++) {
      const isFine = other === NHA_HW_STATS_ENABLE || other === NHA_FDB || (other === NHA_RES_GROUP && type === NEXTHOP_GRP_TYPE_RES);
      if (tb.has(other) && !isFine) return refuse(extack, 'EINVAL', 'No other attributes can be set in nexthop groups');
    }
    const resilient = type === NEXTHOP_GRP_TYPE_RES ? this.#resilient(extack) : null;
    return typeof resilient === 'number' ? resilient : { ...config, entries, resilient };
  }

  // From net/ipv4/nexthop.c:rtm_to_nh_config_grp_res.
  #resilient(extack: netlink_ext_ack): ResilientConfig | number {
    if (!this.#table.has(NHA_RES_GROUP)) return { buckets: undefined, idleTimer: undefined, unbalancedTimer: undefined };
    const tb = new AttributeTable(NHA_RES_GROUP_UNBALANCED_TIMER);
    const error = this.#table.nested(NHA_RES_GROUP, tb, RES_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    const buckets = tb.u16(NHA_RES_GROUP_BUCKETS);
    if (buckets === 0) return refuse(extack, 'EINVAL', 'Number of buckets needs to be non-0');
    const [idle, unbalanced] = [tb.u32(NHA_RES_GROUP_IDLE_TIMER), tb.u32(NHA_RES_GROUP_UNBALANCED_TIMER)];
    return {
      buckets,
      idleTimer: idle === undefined ? undefined : fromTicks(idle),
      unbalancedTimer: unbalanced === undefined ? undefined : fromTicks(unbalanced),
    };
  }
}

// From net/ipv4/nexthop.c:nh_valid_get_del_req.
function parseId({ bytes, offset, view }: NetlinkRequest, table: AttributeTable, policy: nla_policies, extack: netlink_ext_ack): number {
  const error = parseMessageAttributes(table, bytes, offset, nhmsg.SIZE, policy, Validation.STRICT, extack);
  if (error < 0) return error;
  const at = offset + NLMSG_HDRLEN;
  if ((nhmsg.nh_protocol(view, at) | nhmsg.resvd(view, at) | nhmsg.nh_scope(view, at) | nhmsg.nh_flags(view, at)) !== 0) {
    return refuse(extack, 'EINVAL', 'Invalid values in header');
  }
  const id = table.u32(NHA_ID);
  if (id === undefined) return refuse(extack, 'EINVAL', 'Nexthop id is missing');
  return id === 0 ? refuse(extack, 'EINVAL', 'Invalid nexthop id') : id;
}

/** The members that a request names, if each once. */
function readEntries(tb: AttributeTable, extack: netlink_ext_ack): { readonly id: number; readonly weight: number }[] | number {
  const [length, offset] = [tb.length(NHA_GROUP), tb.offset(NHA_GROUP)];
  if (length === 0 || length % nexthop_grp.SIZE !== 0) return refuse(extack, 'EINVAL', 'Invalid length for nexthop group attribute');
  const view = new DataView(tb.bytes.buffer, tb.bytes.byteOffset, tb.bytes.byteLength);
  const wanted: { readonly id: number; readonly weight: number }[] = [];
  const spots = Array.from({ length: length / nexthop_grp.SIZE }, (_, i) => offset + i * nexthop_grp.SIZE);
  const last = new Map(spots.map((at) => [nexthop_grp.id(view, at), at]));
  for (const at of spots) {
    if (nexthop_grp.resvd2(view, at) !== 0) return refuse(extack, 'EINVAL', 'Reserved field in nexthop_grp must be 0');
    const weight = (nexthop_grp.weight(view, at) | (nexthop_grp.resvd1(view, at) << 8)) + 1;
    if (weight > 0xffff) return refuse(extack, 'EINVAL', 'Invalid value for weight');
    const id = nexthop_grp.id(view, at);
    if (last.get(id) !== at) return refuse(extack, 'EINVAL', 'Nexthop id can not be used twice in a group');
    wanted.push({ id, weight });
  }
  return wanted;
}

// From net/ipv4/nexthop.c:valid_group_nh, nh_check_attr_fdb_group.
function checkMember(nexthop: Nexthop, paths: number, fdb: boolean, family: number, extack: netlink_ext_ack): number {
  const { info, group } = nexthop.content;
  if (group !== null) {
    const kind = group.resilient === null ? 'Hash-threshold' : 'Resilient';
    return refuse(extack, 'EINVAL', `${kind} group can not be a nexthop within a group`);
  }
  if (info.blackhole && paths > 1) return refuse(extack, 'EINVAL', 'Blackhole nexthop can not be used in a group with more than 1 path');
  if (!fdb) return info.fdb ? refuse(extack, 'EINVAL', 'Non FDB nexthop group cannot have fdb nexthops') : 0;
  if (!info.fdb) return refuse(extack, 'EINVAL', 'FDB nexthop group can only have fdb nexthops');
  const isMixed = family !== AF_UNSPEC && family !== info.family;
  return isMixed ? refuse(extack, 'EINVAL', 'FDB nexthop group cannot have mixed family nexthops') : 0;
}

function requesterOf({ portid, seq, flags }: NetlinkRequest): NexthopRequester {
  return { portid, seq, flags, echo: (flags & NLM_F_ECHO) !== 0 };
}
