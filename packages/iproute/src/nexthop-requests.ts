import {
  AF_INET,
  AF_UNSPEC,
  NEXTHOP_GRP_TYPE_RES,
  NHA_BLACKHOLE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUPS,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_MASTER,
  NHA_OIF,
  NHA_RES_GROUP,
  NHA_RES_GROUP_BUCKETS,
  NHA_RES_GROUP_IDLE_TIMER,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  nexthop_grp,
  nhmsg,
  RTM_DELNEXTHOP,
  RTM_GETNEXTHOP,
  RTM_NEWNEXTHOP,
  RTPROT_UNSPEC,
} from '@netdevkit/bindings';
import type { Message, MessageWriter } from '@netdevkit/netlink';
import { parseIpPrefix } from './ip-address.ts';
import { acknowledged } from './link-requests.ts';
import { parseNexthop, type NexthopMember, type NexthopObject, type ResilientParts } from './nexthop.ts';
import type { DumpRequest, Request } from './request.ts';
import { USER_HZ } from './user-hz.ts';
import { integer, putU32 } from './write-link.ts';

const MAX_U32 = 0xffff_ffff;
const MOST_WEIGHT = 0x1_0000;
/** What the members of a group take of an attribute, whose length has 16 bits. */
const MOST_MEMBERS = 8191;

/** A next hop object to be made: one way (`index`, `gateway`), none (`blackhole`), or several (`group`). */
export interface NexthopSpec {
  /** Its number. @defaultValue the kernel chooses one, which `Nexthops.create` tells */
  readonly id?: number;
  /** The index of its link. */
  readonly index?: number;
  /** The next router. */
  readonly gateway?: string;
  /** Drops what comes this way. */
  readonly blackhole?: boolean;
  /** For forwarding entries of devices, not for routes. */
  readonly fdb?: boolean;
  /** Those that it is a group of. @defaultValue weights of 1 */
  readonly group?: readonly (Pick<NexthopMember, 'id'> & Partial<NexthopMember>)[];
  /** Makes the group resilient. @defaultValue of its times: 120 seconds, and 0 */
  readonly resilient?: Pick<ResilientParts, 'buckets'> & Partial<ResilientParts>;
  /** `AF_INET` or `AF_INET6`. @defaultValue that of the gateway, else `AF_INET`; none for a group */
  readonly family?: number;
  /** `RTPROT_*`: who makes it. @defaultValue `RTPROT_UNSPEC` */
  readonly protocol?: number;
  /** `RTNH_F_*`, such as `RTNH_F_ONLINK`. */
  readonly flags?: number;
}

/** Which next hop objects a dump is about. */
export interface NexthopFilter {
  /** Those of this link. */
  readonly index?: number;
  /** Those of links that belong to this one. */
  readonly master?: number;
  /** Groups alone. */
  readonly groups?: boolean;
  /** Those for forwarding entries alone. */
  readonly fdb?: boolean;
  /** Those that this one made: `RTPROT_*`. */
  readonly protocol?: number;
}

/**
 * The request that makes a next hop object. C twin: `RTM_NEWNEXTHOP`; `ip nexthop add`.
 *
 * @param spec - the object
 * @throws KernelError when it is run: `EEXIST`: its number is taken; `ENETDOWN`, `ENETUNREACH`, `EHOSTUNREACH`: its link is down or does not
 * reach its gateway; `EINVAL`
 */
export function addNexthop(spec: NexthopSpec): Request<void> {
  return acknowledged('RTM_NEWNEXTHOP', RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL, (writer) => { putNexthop(writer, spec); });
}

/**
 * The request that makes a next hop object and has it told: {@link addNexthop} with `NLM_F_ECHO`.
 *
 * @param spec - the object
 */
export function addNexthopEchoed(spec: NexthopSpec): Request<NexthopObject | undefined> {
  return { ...addNexthop(spec), flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, accept: nexthopOf, acknowledged: () => undefined };
}

/**
 * The request that makes a next hop object, in the place of the one of its number if there is one. C twin: `RTM_NEWNEXTHOP` with
 * `NLM_F_REPLACE`; `ip nexthop replace`.
 *
 * @param spec - the object, with its number
 * @throws KernelError when it is run: `EINVAL`: a group in the place of a single one, or the other way; no number
 */
export function replaceNexthop(spec: NexthopSpec): Request<void> {
  return acknowledged('RTM_NEWNEXTHOP', RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE, (writer) => { putNexthop(writer, spec); });
}

/**
 * The request that deletes a next hop object, and the routes that refer to it. C twin: `RTM_DELNEXTHOP`; `ip nexthop delete`.
 *
 * @param id - its number
 * @throws KernelError when it is run: `ENOENT`: there is none
 */
export function deleteNexthop(id: number): Request<void> {
  return acknowledged('RTM_DELNEXTHOP', RTM_DELNEXTHOP, 0, (writer) => { putId(writer, id); });
}

/**
 * The request for one next hop object. C twin: `RTM_GETNEXTHOP`; `ip nexthop get`.
 *
 * @param id - its number
 * @throws KernelError when it is run: `ENOENT`: there is none
 */
export function getNexthop(id: number): Request<NexthopObject> {
  return { op: 'RTM_GETNEXTHOP', type: RTM_GETNEXTHOP, flags: 0, encode: (writer) => { putId(writer, id); }, accept: nexthopOf };
}

/**
 * The request for next hop objects. C twin: `RTM_GETNEXTHOP` with `NLM_F_DUMP`; `ip nexthop show`.
 *
 * @param filter - which: the kernel is told of all but the protocol, and takes no notice of `fdb`; see {@link matchesNexthop}
 */
export function dumpNexthops(filter: NexthopFilter = {}): DumpRequest<NexthopObject> {
  return {
    op: 'RTM_GETNEXTHOP',
    type: RTM_GETNEXTHOP,
    answerType: RTM_NEWNEXTHOP,
    encode(writer) {
      writer.reserve(nhmsg.SIZE);
      if (filter.index !== undefined) putU32(writer, NHA_OIF, 'index', integer('index', filter.index, 1, MAX_U32));
      if (filter.master !== undefined) putU32(writer, NHA_MASTER, 'master', integer('master', filter.master, 1, MAX_U32));
      if (filter.groups === true) writer.putFlag(NHA_GROUPS);
      if (filter.fdb === true) writer.putFlag(NHA_FDB);
    },
    accept: parseNexthop,
  };
}

/** Whether a next hop object is one that a filter asks for, as far as the kernel does not see to that. */
export function matchesNexthop(nexthop: NexthopObject, { protocol, fdb }: NexthopFilter): boolean {
  return (protocol === undefined || nexthop.protocol === protocol) && (fdb !== true || nexthop.fdb);
}

function nexthopOf(message: Message): NexthopObject | undefined {
  return message.type === RTM_NEWNEXTHOP ? parseNexthop(message) : undefined;
}

function putId(writer: MessageWriter, id: number): void {
  writer.reserve(nhmsg.SIZE);
  putU32(writer, NHA_ID, 'id', integer('id', id, 1, MAX_U32));
}

function putNexthop(writer: MessageWriter, spec: NexthopSpec): void {
  const { id, index, group, resilient } = spec;
  const via = spec.gateway === undefined ? undefined : parseIpPrefix(spec.gateway);
  if (resilient !== undefined && group === undefined) throw new TypeError('resilient: expected a group');
  const at = writer.reserve(nhmsg.SIZE);
  const { view } = writer;
  nhmsg.set_nh_family(view, at, integer('family', spec.family ?? via?.family ?? (group === undefined && spec.fdb !== true ? AF_INET : AF_UNSPEC), 0, 0xff));
  nhmsg.set_nh_protocol(view, at, integer('protocol', spec.protocol ?? RTPROT_UNSPEC, 0, 0xff));
  nhmsg.set_nh_flags(view, at, integer('flags', spec.flags ?? 0, 0, MAX_U32));
  if (id !== undefined) putU32(writer, NHA_ID, 'id', integer('id', id, 1, MAX_U32));
  if (index !== undefined) putU32(writer, NHA_OIF, 'index', integer('index', index, 1, MAX_U32));
  if (via !== undefined) writer.putBytes(NHA_GATEWAY, via.octets);
  if (spec.blackhole === true) writer.putFlag(NHA_BLACKHOLE);
  if (spec.fdb === true) writer.putFlag(NHA_FDB);
  if (group !== undefined) putGroup(writer, group);
  if (resilient !== undefined) putResilient(writer, resilient);
}

function putGroup(writer: MessageWriter, group: NonNullable<NexthopSpec['group']>): void {
  const count = integer('group.length', group.length, 1, MOST_MEMBERS);
  const start = writer.reserveAttribute(NHA_GROUP, nexthop_grp.SIZE * count);
  for (const [nth, member] of group.entries()) {
    const at = start + nexthop_grp.SIZE * nth;
    const weight = integer('group.weight', member.weight ?? 1, 1, MOST_WEIGHT) - 1;
    nexthop_grp.set_id(writer.view, at, integer('group.id', member.id, 1, MAX_U32));
    nexthop_grp.set_weight(writer.view, at, weight & 0xff);
    nexthop_grp.set_resvd1(writer.view, at, weight >>> 8);
  }
}

function putResilient(writer: MessageWriter, { buckets, idleTimer, unbalancedTimer }: NonNullable<NexthopSpec['resilient']>): void {
  writer.putU16(NHA_GROUP_TYPE, NEXTHOP_GRP_TYPE_RES);
  writer.putNested(NHA_RES_GROUP | NLA_F_NESTED, () => {
    writer.putU16(NHA_RES_GROUP_BUCKETS, integer('resilient.buckets', buckets, 1, 0xffff));
    putTime(writer, NHA_RES_GROUP_IDLE_TIMER, 'resilient.idleTimer', idleTimer);
    putTime(writer, NHA_RES_GROUP_UNBALANCED_TIMER, 'resilient.unbalancedTimer', unbalancedTimer);
  });
}

function putTime(writer: MessageWriter, type: number, label: string, seconds: number | undefined): void {
  if (seconds !== undefined) putU32(writer, type, label, Math.round(seconds * USER_HZ));
}
