import {
  NHA_FDB,
  NHA_GROUPS,
  NHA_ID,
  NHA_MASTER,
  NHA_OIF,
  NHA_RES_BUCKET,
  NHA_RES_BUCKET_INDEX,
  NHA_RES_BUCKET_NH_ID,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  nhmsg,
  RTM_NEWNEXTHOP,
  RTM_NEWNEXTHOPBUCKET,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { BUCKET_SIZE, fillBucket, fillNexthop, NHA_OP_FLAGS, OP_FLAG_DUMP_HW_STATS, OP_FLAG_DUMP_STATS } from './nexthop-fill.ts';
import type { Nexthop } from './nexthop.ts';
import type { Nexthops } from './nexthops.ts';
import type { ResilientTable } from './resilient-table.ts';

const INT_MAX = 0x7fff_ffff;

// From net/ipv4/nexthop.c:rtm_nh_policy_dump, rtm_nh_policy_dump_bucket, rtm_nh_policy_get_bucket and those of their nests.
const DUMP_POLICY: nla_policies = policies(NHA_OP_FLAGS, {
  [NHA_OIF]: { type: 'NLA_U32' },
  [NHA_GROUPS]: { type: 'NLA_FLAG' },
  [NHA_MASTER]: { type: 'NLA_U32' },
  [NHA_FDB]: { type: 'NLA_FLAG' },
  [NHA_OP_FLAGS]: { type: 'NLA_U32', mask: OP_FLAG_DUMP_STATS | OP_FLAG_DUMP_HW_STATS },
});
const DUMP_BUCKET_POLICY: nla_policies = policies(NHA_RES_BUCKET, {
  [NHA_ID]: { type: 'NLA_U32' },
  [NHA_OIF]: { type: 'NLA_U32' },
  [NHA_MASTER]: { type: 'NLA_U32' },
  [NHA_RES_BUCKET]: { type: 'NLA_NESTED' },
});
const GET_BUCKET_POLICY: nla_policies = policies(NHA_RES_BUCKET, {
  [NHA_ID]: { type: 'NLA_U32' },
  [NHA_RES_BUCKET]: { type: 'NLA_NESTED' },
});
const DUMP_NEST_POLICY: nla_policies = policies(NHA_RES_BUCKET_NH_ID, { [NHA_RES_BUCKET_NH_ID]: { type: 'NLA_U32' } });
const GET_NEST_POLICY: nla_policies = policies(NHA_RES_BUCKET_INDEX, { [NHA_RES_BUCKET_INDEX]: { type: 'NLA_U16' } });

/** What a dump is of: `struct nh_dump_filter`. */
interface Filter {
  readonly family: number;
  readonly ifindex: number;
  readonly master: number;
  readonly groups: boolean;
  /** `NHA_OP_FLAG_*`. */
  readonly wanted: number;
  /** The only group whose buckets are wanted, and the only member; 0 for all. */
  readonly id: number;
  readonly memberId: number;
}

/** Where a dump stands: at which object, and at which of its buckets. */
class NexthopDump {
  readonly filter: Filter;
  id = 0;
  bucket = 0;

  constructor(filter: Filter) {
    this.filter = filter;
  }
}

/**
 * Dumps of next hops and of buckets, and RTM_GETNEXTHOPBUCKET: net/ipv4/nexthop.c.
 */
export class NexthopDumps {
  readonly #nexthops: Nexthops;
  readonly #sockets: RtnlSockets;

  constructor(nexthops: Nexthops, sockets: RtnlSockets) {
    this.#nexthops = nexthops;
    this.#sockets = sockets;
  }

  // From net/ipv4/nexthop.c:rtm_dump_nexthop.
  readonly dump = (chunk: MessageWriter, callback: DumpCallback): number => {
    const state = callback.state instanceof NexthopDump ? callback.state : begin(callback, DUMP_POLICY);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { namespace, portid, seq } = callback;
    callback.generation = this.#nexthops.seq(namespace);
    const message = { type: RTM_NEWNEXTHOP, flags: NLM_F_MULTI, portid, seq };
    for (const nexthop of this.#nexthops.all(namespace)) {
      if (nexthop.id < state.id || isFiltered(nexthop, state.filter)) continue;
      state.id = nexthop.id;
      const error = fillNexthop(chunk, nexthop, message, state.filter.wanted);
      if (error < 0) return chunk.length > 0 ? 1 : error;
    }
    return 0;
  };

  // From net/ipv4/nexthop.c:rtm_dump_nexthop_bucket.
  readonly dumpBuckets = (chunk: MessageWriter, callback: DumpCallback): number => {
    const state = callback.state instanceof NexthopDump ? callback.state : begin(callback, DUMP_BUCKET_POLICY);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { namespace } = callback;
    callback.generation = this.#nexthops.seq(namespace);
    const only = state.filter.id === 0 ? null : this.#resilient(callback, state.filter.id, callback.extack);
    if (typeof only === 'number') return only;
    for (const nexthop of only === null ? this.#nexthops.all(namespace) : [only.nexthop]) {
      const table = nexthop.content.group?.resilient ?? null;
      if (table === null || nexthop.id < state.id) continue;
      if (nexthop.id !== state.id) state.bucket = 0;
      state.id = nexthop.id;
      const error = dumpBucketsOf(chunk, callback, nexthop, table, state);
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.bucket = 0;
      state.id++;
    }
    return 0;
  };

  // From net/ipv4/nexthop.c:rtm_get_nexthop_bucket.
  readonly getBucket = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { bytes, offset, view, namespace, portid, seq } = request;
    const tb = new AttributeTable(NHA_RES_BUCKET);
    const error = parseMessageAttributes(tb, bytes, offset, nhmsg.SIZE, GET_BUCKET_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    if ((nhmsg.nh_protocol(view, at) | nhmsg.resvd(view, at) | nhmsg.nh_scope(view, at) | nhmsg.nh_flags(view, at)) !== 0) {
      return refuse(extack, 'EINVAL', 'Invalid values in header');
    }
    const id = tb.u32(NHA_ID);
    if (id === undefined) return refuse(extack, 'EINVAL', 'Nexthop id is missing');
    if (id === 0) return refuse(extack, 'EINVAL', 'Invalid nexthop id');
    if (!tb.has(NHA_RES_BUCKET)) return refuse(extack, 'EINVAL', 'Bucket information is missing');
    const nest = new AttributeTable(NHA_RES_BUCKET_INDEX);
    const nested = tb.nested(NHA_RES_BUCKET, nest, GET_NEST_POLICY, Validation.STRICT, extack);
    if (nested < 0) return nested;
    const index = nest.u16(NHA_RES_BUCKET_INDEX);
    if (index === undefined) return refuse(extack, 'EINVAL', 'Bucket index is missing');
    const found = this.#resilient(request, id, extack);
    if (typeof found === 'number') return found;
    if (index >= found.table.buckets.length) return refuse(extack, 'ENOENT', 'Bucket index out of bounds');
    const message = { type: RTM_NEWNEXTHOPBUCKET, flags: 0, portid, seq };
    const skb = this.#sockets.build(BUCKET_SIZE, (writer) => fillBucket(writer, found.nexthop, found.table, index, message));
    return typeof skb === 'number' ? skb : this.#sockets.unicast(namespace, skb, portid);
  };

  // From net/ipv4/nexthop.c:nexthop_find_group_resilient.
  #resilient({ namespace }: Pick<DumpCallback, 'namespace'>, id: number, extack: netlink_ext_ack): { nexthop: Nexthop; table: ResilientTable } | number {
    const nexthop = this.#nexthops.find(namespace, id);
    if (nexthop === undefined) return -errno.ENOENT;
    const { group } = nexthop.content;
    if (group === null) return refuse(extack, 'EINVAL', 'Not a nexthop group');
    const table = group.resilient;
    return table === null ? refuse(extack, 'EINVAL', 'Nexthop group not of type resilient') : { nexthop, table };
  }
}

// From net/ipv4/nexthop.c:rtm_dump_nexthop_bucket_nh.
function dumpBucketsOf(chunk: MessageWriter, { portid, seq }: DumpCallback, nexthop: Nexthop, table: ResilientTable, state: NexthopDump): number {
  const { filter } = state;
  const message = { type: RTM_NEWNEXTHOPBUCKET, flags: NLM_F_MULTI, portid, seq };
  for (; state.bucket < table.buckets.length; state.bucket++) {
    const member = table.buckets[state.bucket]?.nexthop ?? null;
    if (member === null || isFiltered(member, filter) || (filter.memberId !== 0 && member.id !== filter.memberId)) continue;
    const error = fillBucket(chunk, nexthop, table, state.bucket, message);
    if (error < 0) return error;
  }
  return 0;
}

// From net/ipv4/nexthop.c:nh_dump_filtered. No device has a master here.
function isFiltered({ content: { info, group } }: Nexthop, { groups, ifindex, master, family }: Filter): boolean {
  if (groups && group === null) return true;
  if (ifindex === 0 && master === 0 && family === 0) return false;
  if (group !== null || (family !== 0 && info.family !== family)) return true;
  return master !== 0 || (ifindex !== 0 && info.dev?.ifindex !== ifindex);
}

// From net/ipv4/nexthop.c:nh_valid_dump_req, nh_valid_dump_bucket_req.
function begin({ request, extack }: DumpCallback, policy: nla_policies): NexthopDump | number {
  const tb = new AttributeTable(policy.length - 1);
  const isBuckets = policy === DUMP_BUCKET_POLICY;
  // Linux has no words for what is wrong with the attributes of a request for buckets.
  const error = parseMessageAttributes(tb, request, 0, nhmsg.SIZE, policy, Validation.STRICT, isBuckets ? null : extack);
  if (error < 0) return error;
  const has = (type: number): boolean => type < policy.length && tb.has(type);
  const id = isBuckets ? tb.u32(NHA_ID) : undefined;
  if (id === 0) return refuse(extack, 'EINVAL', 'Invalid nexthop id');
  let memberId = 0;
  if (isBuckets && tb.has(NHA_RES_BUCKET)) {
    const nest = new AttributeTable(NHA_RES_BUCKET_NH_ID);
    const nested = tb.nested(NHA_RES_BUCKET, nest, DUMP_NEST_POLICY, Validation.STRICT, extack);
    if (nested < 0) return nested;
    memberId = nest.u32(NHA_RES_BUCKET_NH_ID) ?? 0;
    if (nest.has(NHA_RES_BUCKET_NH_ID) && memberId === 0) return refuse(extack, 'EINVAL', 'Invalid nexthop id');
  }
  const ifindex = tb.u32(NHA_OIF) ?? 0;
  if (ifindex > INT_MAX) return refuse(extack, 'EINVAL', 'Invalid device index');
  const master = tb.u32(NHA_MASTER) ?? 0;
  if (master > INT_MAX) return refuse(extack, 'EINVAL', 'Invalid master device index');
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = NLMSG_HDRLEN;
  if ((nhmsg.nh_protocol(view, at) | nhmsg.resvd(view, at) | nhmsg.nh_scope(view, at) | nhmsg.nh_flags(view, at)) !== 0) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for nexthop dump request');
  }
  const wanted = has(NHA_OP_FLAGS) ? (tb.u32(NHA_OP_FLAGS) ?? 0) : 0;
  return new NexthopDump({ family: nhmsg.nh_family(view, at), ifindex, master, groups: has(NHA_GROUPS), wanted, id: id ?? 0, memberId });
}
