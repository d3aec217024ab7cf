import {
  AF_UNSPEC,
  NEXTHOP_GRP_TYPE_MPATH,
  NEXTHOP_GRP_TYPE_RES,
  NHA_BLACKHOLE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_OIF,
  NHA_RES_BUCKET,
  NHA_RES_BUCKET_IDLE_TIME,
  NHA_RES_BUCKET_INDEX,
  NHA_RES_BUCKET_NH_ID,
  NHA_RES_GROUP,
  NHA_RES_GROUP_BUCKETS,
  NHA_RES_GROUP_IDLE_TIMER,
  NHA_RES_GROUP_UNBALANCED_TIME,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  NLA_F_NESTED,
  NLMSG_HDRLEN,
  nexthop_grp,
  nhmsg,
} from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import type { RouteMessage } from '../ipv4/fib-fill.ts';
import { finish } from '../rtnetlink/tell.ts';
import type { Nexthop, NexthopGroup } from './nexthop.ts';
import type { ResilientTable } from './resilient-table.ts';

/** Attributes that are newer than the headers that the constants are from. */
export const NHA_OP_FLAGS = 14;
export const NHA_GROUP_STATS = 15;
export const NHA_HW_STATS_ENABLE = 16;
const NHA_GROUP_STATS_ENTRY = 1;
const NHA_GROUP_STATS_ENTRY_ID = 1;
const NHA_GROUP_STATS_ENTRY_PACKETS = 2;
const NHA_GROUP_STATS_ENTRY_PACKETS_HW = 3;
const NHA_HW_STATS_USED = 17;

/** `NHA_OP_FLAG_*`: counters are wanted, those of hardware, too. */
export const OP_FLAG_DUMP_STATS = 1;
export const OP_FLAG_DUMP_HW_STATS = 2;
/** `NHA_OP_FLAG_RESP_GRP_RESVD_0`: what was reserved in entries of groups is 0, or the upper octet of a weight. */
const RESP_GRP_RESVD_0 = 0x8000_0000;

/** User's clock ticks in a second: `USER_HZ`. */
const USER_HZ = 100;

/** Octets that everything but the members of a group takes at most, and a member with its counters. */
const FIXED_SIZE = NLMSG_HDRLEN + nhmsg.SIZE + 128;
const ENTRY_SIZE = nexthop_grp.SIZE + 40;
/** Octets of a message about a bucket. */
export const BUCKET_SIZE: number = NLMSG_HDRLEN + nhmsg.SIZE + 64;

/** Octets that a message about a next hop takes at most: `nh_nlmsg_size`. */
export function nexthopSize(nexthop: Nexthop): number {
  return FIXED_SIZE + ENTRY_SIZE * (nexthop.content.group?.entries.length ?? 0);
}

/** Milliseconds as messages have them. */
export function toTicks(milliseconds: number): number {
  return Math.trunc((milliseconds * USER_HZ) / 1000);
}

/** Milliseconds out of what messages have. */
export function fromTicks(ticks: number): number {
  return (ticks * 1000) / USER_HZ;
}

/**
 * Writes a message about a next hop. From net/ipv4/nexthop.c:nh_fill_node.
 *
 * @param wanted - `NHA_OP_FLAG_*`
 * @returns 0, or -EMSGSIZE
 */
export function fillNexthop(writer: MessageWriter, nexthop: Nexthop, message: RouteMessage, wanted: number): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const { info, group } = nexthop.content;
  const shown = info !== null && !info.blackhole;
  putHeader(writer, nexthop, info?.family ?? AF_UNSPEC, shown ? info.scope : 0, nexthop.flags);
  writer.putU32(NHA_ID, nexthop.id);
  if (group !== null) {
    if (group.fdb) writer.putFlag(NHA_FDB);
    putGroup(writer, group, wanted);
    writer.putU32(NHA_OP_FLAGS, RESP_GRP_RESVD_0);
  } else if (info.blackhole) {
    writer.putFlag(NHA_BLACKHOLE);
  } else {
    if (info.fdb) writer.putFlag(NHA_FDB);
    else if (info.dev !== null) writer.putU32(NHA_OIF, info.dev.ifindex);
    if (typeof info.gateway === 'number') writer.putBe32(NHA_GATEWAY, info.gateway);
    else if (info.gateway !== null) writer.putBytes(NHA_GATEWAY, info.gateway);
  }
  return finish(writer, mark);
}

/** Writes a message about a bucket. From net/ipv4/nexthop.c:nh_fill_res_bucket. */
export function fillBucket(writer: MessageWriter, nexthop: Nexthop, table: ResilientTable, index: number, message: RouteMessage): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  putHeader(writer, nexthop, AF_UNSPEC, 0, 0);
  writer.putU32(NHA_ID, nexthop.id);
  const bucket = table.buckets[index];
  const nest = writer.nestStart(NHA_RES_BUCKET | NLA_F_NESTED);
  if (bucket !== undefined) {
    writer.putU16(NHA_RES_BUCKET_INDEX, index);
    writer.putU32(NHA_RES_BUCKET_NH_ID, bucket.nexthop?.id ?? 0);
    writer.putU64(NHA_RES_BUCKET_IDLE_TIME, BigInt(toTicks(table.idleTime(bucket))));
  }
  writer.nestEnd(nest);
  return finish(writer, mark);
}

function putHeader(writer: MessageWriter, { protocol }: Nexthop, family: number, scope: number, flags: number): void {
  const at = writer.reserve(nhmsg.SIZE);
  if (at === -1) return;
  const { view } = writer;
  nhmsg.set_nh_family(view, at, family);
  nhmsg.set_nh_scope(view, at, scope);
  nhmsg.set_nh_protocol(view, at, protocol);
  nhmsg.set_nh_flags(view, at, flags);
}

// From net/ipv4/nexthop.c:nla_put_nh_group.
function putGroup(writer: MessageWriter, { entries, resilient, hwStats }: NexthopGroup, wanted: number): void {
  writer.putU16(NHA_GROUP_TYPE, resilient === null ? NEXTHOP_GRP_TYPE_MPATH : NEXTHOP_GRP_TYPE_RES);
  const at = writer.reserveAttribute(NHA_GROUP, nexthop_grp.SIZE * entries.length);
  for (const [i, { nexthop, weight }] of entries.entries()) {
    if (at === -1) break;
    const own = at + nexthop_grp.SIZE * i;
    nexthop_grp.set_id(writer.view, own, nexthop.id);
    nexthop_grp.set_weight(writer.view, own, (weight - 1) & 0xff);
    nexthop_grp.set_resvd1(writer.view, own, (weight - 1) >>> 8);
  }
  if (resilient !== null) putResilient(writer, resilient);
  if ((wanted & OP_FLAG_DUMP_STATS) === 0) return;
  writer.putU32(NHA_HW_STATS_ENABLE, hwStats ? 1 : 0);
  if ((wanted & OP_FLAG_DUMP_HW_STATS) !== 0 && hwStats) writer.putU32(NHA_HW_STATS_USED, 0);
  const nest = writer.nestStart(NHA_GROUP_STATS | NLA_F_NESTED);
  for (const { nexthop } of entries) {
    const own = writer.nestStart(NHA_GROUP_STATS_ENTRY | NLA_F_NESTED);
    writer.putU32(NHA_GROUP_STATS_ENTRY_ID, nexthop.id);
    // No packets are routed here.
    writer.putUint(NHA_GROUP_STATS_ENTRY_PACKETS, 0);
    if ((wanted & OP_FLAG_DUMP_HW_STATS) !== 0) writer.putUint(NHA_GROUP_STATS_ENTRY_PACKETS_HW, 0);
    writer.nestEnd(own);
  }
  writer.nestEnd(nest);
}

// From net/ipv4/nexthop.c:nla_put_nh_group_res.
function putResilient(writer: MessageWriter, table: ResilientTable): void {
  const nest = writer.nestStart(NHA_RES_GROUP | NLA_F_NESTED);
  writer.putU16(NHA_RES_GROUP_BUCKETS, table.buckets.length);
  writer.putU32(NHA_RES_GROUP_IDLE_TIMER, toTicks(table.idleTimer));
  writer.putU32(NHA_RES_GROUP_UNBALANCED_TIMER, toTicks(table.unbalancedTimer));
  writer.putU64(NHA_RES_GROUP_UNBALANCED_TIME, BigInt(toTicks(table.unbalancedTime)));
  writer.nestEnd(nest);
}
