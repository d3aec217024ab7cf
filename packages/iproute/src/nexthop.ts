import {
  NHA_BLACKHOLE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_MASTER,
  NHA_OIF,
  NHA_RES_GROUP,
  NHA_RES_GROUP_BUCKETS,
  NHA_RES_GROUP_IDLE_TIMER,
  NHA_RES_GROUP_UNBALANCED_TIME,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  nexthop_grp,
  nhmsg,
} from '@netdevkit/bindings';
import { AttributeCursor, type Message } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import type { RawAttribute } from './link.ts';
import { USER_HZ } from './user-hz.ts';

/** A next hop object in a group. C twin: `struct nexthop_grp`. */
export interface NexthopMember {
  /** The number of the object. */
  readonly id: number;
  /** Its share in the group, from 1. */
  readonly weight: number;
}

/** What makes a group resilient: packets of one flow keep to their way as long as it is there. Times are in seconds. */
export interface ResilientParts {
  /** How many buckets flows are spread over. */
  readonly buckets: number;
  /** How long a bucket has to be without packets before it may be given to another way. */
  readonly idleTimer: number;
  /** How long the group may be out of balance before buckets are given away all the same; 0: for ever. */
  readonly unbalancedTimer: number;
}

/** A resilient group as the kernel tells of it. */
export interface ResilientGroup extends ResilientParts {
  /** For how long it has been out of balance. */
  readonly unbalancedTime: number;
}

/**
 * A next hop by itself, which routes refer to by its number: what `ip nexthop` shows. Not to be confused with `NextHop`, one of the
 * ways of a route. C twin: `struct nhmsg` and the `NHA_*` attributes.
 */
export interface NexthopObject {
  /** Its number. */
  readonly id: number;
  /** `AF_INET` or `AF_INET6`; 0 for a group. */
  readonly family: number;
  /** `RT_SCOPE_*`. */
  readonly scope: number;
  /** `RTPROT_*`: who made it. */
  readonly protocol: number;
  /** `RTNH_F_*`. */
  readonly flags: number;
  /** The index of its link. */
  readonly index: number | undefined;
  /** The next router. */
  readonly gateway: string | undefined;
  /** Whether what comes this way is dropped. */
  readonly blackhole: boolean;
  /** Whether it is for forwarding entries of devices, not for routes. */
  readonly fdb: boolean;
  /** Those that it is a group of; none for a single one. */
  readonly group: readonly NexthopMember[];
  /** `NEXTHOP_GRP_TYPE_*` of a group. */
  readonly groupType: number | undefined;
  /** What makes a group resilient. */
  readonly resilient: ResilientGroup | undefined;
  /** The index of the link that its link belongs to, in an answer that was asked for by that. */
  readonly master: number | undefined;
  /** What this package does not decode: encapsulations, counters. */
  readonly others: readonly RawAttribute[];
}

/**
 * Reads a next hop object out of an `RTM_NEWNEXTHOP` or `RTM_DELNEXTHOP`.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for an `nhmsg`
 */
export function parseNexthop(message: Message): NexthopObject | undefined {
  if (message.payloadLength < nhmsg.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, nhmsg.SIZE);
  return {
    id: has.u32(NHA_ID) ?? 0,
    family: nhmsg.nh_family(view, at),
    scope: nhmsg.nh_scope(view, at),
    protocol: nhmsg.nh_protocol(view, at),
    flags: nhmsg.nh_flags(view, at),
    index: has.u32(NHA_OIF),
    gateway: has.ip(NHA_GATEWAY),
    blackhole: has.octets(NHA_BLACKHOLE) !== undefined,
    fdb: has.octets(NHA_FDB) !== undefined,
    group: membersOf(has.octets(NHA_GROUP)),
    groupType: has.view(NHA_GROUP_TYPE, 2)?.getUint16(0, true),
    resilient: resilientOf(has.octets(NHA_RES_GROUP)),
    master: has.u32(NHA_MASTER),
    others: has.others(),
  };
}

function membersOf(octets: Uint8Array | undefined): NexthopMember[] {
  const members: NexthopMember[] = [];
  if (octets === undefined) return members;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  for (let at = 0; at + nexthop_grp.SIZE <= octets.length; at += nexthop_grp.SIZE) {
    // From include/uapi/linux/nexthop.h of 6.12: what was reserved is the upper half of the weight.
    members.push({ id: nexthop_grp.id(view, at), weight: (nexthop_grp.weight(view, at) | (nexthop_grp.resvd1(view, at) << 8)) + 1 });
  }
  return members;
}

function resilientOf(octets: Uint8Array | undefined): ResilientGroup | undefined {
  if (octets === undefined) return undefined;
  const cursor = new AttributeCursor();
  cursor.reset(octets);
  let [buckets, idleTimer, unbalancedTimer, unbalancedTime] = [0, 0, 0, 0];
  while (cursor.next()) {
    if (cursor.type === NHA_RES_GROUP_BUCKETS) buckets = cursor.u16() ?? 0;
    else if (cursor.type === NHA_RES_GROUP_IDLE_TIMER) idleTimer = (cursor.u32() ?? 0) / USER_HZ;
    else if (cursor.type === NHA_RES_GROUP_UNBALANCED_TIMER) unbalancedTimer = (cursor.u32() ?? 0) / USER_HZ;
    else if (cursor.type === NHA_RES_GROUP_UNBALANCED_TIME) unbalancedTime = Number(cursor.u64() ?? 0n) / USER_HZ;
  }
  return { buckets, idleTimer, unbalancedTimer, unbalancedTime };
}
