import {
  NDA_CACHEINFO,
  NDA_DST,
  NDA_FLAGS_EXT,
  NDA_IFINDEX,
  NDA_LLADDR,
  NDA_MASTER,
  NDA_PROBES,
  NDA_PROTOCOL,
  NDA_VLAN,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_PROXY,
  NUD_PERMANENT,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
  nda_cacheinfo,
  ndmsg,
} from '@netdevkit/bindings';
import type { Message, MessageWriter } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import { parseIpPrefix } from './ip-address.ts';
import { parseLinkAddress } from './link-address.ts';
import { acknowledged } from './link-requests.ts';
import type { RawAttribute } from './link.ts';
import type { DumpRequest, Request } from './request.ts';
import { integer, putU32, putU8 } from './write-link.ts';

/** A neighbour, as `ip neighbour` shows it. C twin: `struct ndmsg` and the `NDA_*` attributes. */
export interface Neighbour {
  /** `AF_INET`, `AF_INET6`, `AF_BRIDGE`. */
  readonly family: number;
  /** The index of the link behind which it is; 0: behind any, of one that is answered for. */
  readonly index: number;
  /** Its address. */
  readonly destination: string | undefined;
  /** Its link-layer address. */
  readonly linkAddress: string | undefined;
  /** `NUD_*`. */
  readonly state: number;
  /** `NTF_*`. */
  readonly flags: number;
  /** `NTF_EXT_*`. */
  readonly extendedFlags: number | undefined;
  /** `RTN_*`. */
  readonly type: number;
  /** `RTPROT_*`: who made it. */
  readonly protocol: number | undefined;
  /** How often it was looked for. */
  readonly probes: number | undefined;
  /** When it was last known to be there, in hundredths of a second ago. */
  readonly confirmed: number | undefined;
  /** When it was last used, likewise. */
  readonly used: number | undefined;
  /** When it changed last, likewise. */
  readonly updated: number | undefined;
  /** The bridge that it belongs to. */
  readonly master: number | undefined;
  /** The VLAN in which it is. */
  readonly vlan: number | undefined;
  /** What this package does not decode. */
  readonly others: readonly RawAttribute[];
}

/** A neighbour to be made, changed or deleted. */
export interface NeighbourSpec {
  /** The index of its link; 0: any, of one that is to be answered for. */
  readonly index: number;
  /** Its address. */
  readonly destination: string;
  /** Its link-layer address. */
  readonly linkAddress?: string | Uint8Array;
  /** `NUD_*`. @defaultValue `NUD_PERMANENT` */
  readonly state?: number;
  /** `NTF_*`. With `NTF_PROXY` it is answered for. */
  readonly flags?: number;
  /** `NTF_EXT_*`. */
  readonly extendedFlags?: number;
  /** `RTPROT_*`: who makes it. */
  readonly protocol?: number;
}

/** Which neighbours a dump is about. */
export interface NeighbourFilter {
  /** `AF_INET` or `AF_INET6`. */
  readonly family?: number;
  /** Those behind this link. */
  readonly index?: number;
  /** Those in one of these states: `NUD_*`, or-ed. */
  readonly state?: number;
  /** Those that are answered for, instead of those that are there. */
  readonly proxy?: boolean;
}

/** The request that makes a neighbour. C twin: `ip neighbour add`. @param spec - which */
export function addNeighbour(spec: NeighbourSpec): Request<void> {
  return newNeighbour(spec, NLM_F_CREATE | NLM_F_EXCL);
}

/** The request that makes a neighbour or changes it. C twin: `ip neighbour replace`. @param spec - which */
export function replaceNeighbour(spec: NeighbourSpec): Request<void> {
  return newNeighbour(spec, NLM_F_CREATE | NLM_F_REPLACE);
}

/** The request that changes a neighbour. C twin: `ip neighbour change`. @param spec - which */
export function changeNeighbour(spec: NeighbourSpec): Request<void> {
  return newNeighbour(spec, NLM_F_REPLACE);
}

/**
 * The request that deletes a neighbour. C twin: `RTM_DELNEIGH`; `ip neighbour delete`.
 *
 * @param spec - which: its link, address and `NTF_PROXY` count
 * @throws KernelError when it is run: `ENOENT`: there is none
 */
export function deleteNeighbour(spec: NeighbourSpec): Request<void> {
  return acknowledged('RTM_DELNEIGH', RTM_DELNEIGH, 0, (writer) => {
    putNeighbour(writer, { index: spec.index, destination: spec.destination, state: 0, flags: (spec.flags ?? 0) & NTF_PROXY });
  });
}

/**
 * The request that tells of one neighbour. C twin: `RTM_GETNEIGH`; `ip neighbour get`.
 *
 * @param spec - which: its link, address and `NTF_PROXY` count
 * @throws KernelError when it is run: `ENOENT`: there is none
 */
export function getNeighbour(spec: NeighbourSpec): Request<Neighbour> {
  return {
    op: 'RTM_GETNEIGH',
    type: RTM_GETNEIGH,
    flags: 0,
    encode(writer) {
      putNeighbour(writer, { index: spec.index, destination: spec.destination, state: 0, flags: (spec.flags ?? 0) & NTF_PROXY });
    },
    accept: (message) => (message.type === RTM_NEWNEIGH ? parseNeighbour(message) : undefined),
  };
}

/**
 * The request for neighbours. C twin: `RTM_GETNEIGH` with `NLM_F_DUMP`; `ip neighbour show`.
 *
 * @param filter - which: the kernel tells of all states; see {@link matchesNeighbour}
 */
export function dumpNeighbours(filter: NeighbourFilter = {}): DumpRequest<Neighbour> {
  return {
    op: 'RTM_GETNEIGH',
    type: RTM_GETNEIGH,
    answerType: RTM_NEWNEIGH,
    encode(writer) {
      const at = writer.reserve(ndmsg.SIZE);
      ndmsg.set_ndm_family(writer.view, at, integer('family', filter.family ?? 0, 0, 0xff));
      ndmsg.set_ndm_flags(writer.view, at, filter.proxy === true ? NTF_PROXY : 0);
      if (filter.index !== undefined && filter.proxy !== true) putU32(writer, NDA_IFINDEX, 'index', filter.index);
    },
    accept: parseNeighbour,
  };
}

/** Whether a neighbour is one that a filter asks for. */
export function matchesNeighbour(neighbour: Neighbour, filter: NeighbourFilter): boolean {
  return (
    (filter.family === undefined || neighbour.family === filter.family) &&
    (filter.index === undefined || neighbour.index === filter.index) &&
    (filter.state === undefined || (neighbour.state & filter.state) !== 0)
  );
}

/**
 * Reads a neighbour out of an `RTM_NEWNEIGH` or `RTM_DELNEIGH`.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for an `ndmsg`
 */
export function parseNeighbour(message: Message): Neighbour | undefined {
  if (message.payloadLength < ndmsg.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, ndmsg.SIZE);
  const times = has.view(NDA_CACHEINFO, nda_cacheinfo.SIZE);
  return {
    family: ndmsg.ndm_family(view, at),
    index: ndmsg.ndm_ifindex(view, at),
    destination: has.ip(NDA_DST),
    linkAddress: has.link(NDA_LLADDR),
    state: ndmsg.ndm_state(view, at),
    flags: ndmsg.ndm_flags(view, at),
    extendedFlags: has.u32(NDA_FLAGS_EXT),
    type: ndmsg.ndm_type(view, at),
    protocol: has.u8(NDA_PROTOCOL),
    probes: has.u32(NDA_PROBES),
    confirmed: times === undefined ? undefined : nda_cacheinfo.ndm_confirmed(times, 0),
    used: times === undefined ? undefined : nda_cacheinfo.ndm_used(times, 0),
    updated: times === undefined ? undefined : nda_cacheinfo.ndm_updated(times, 0),
    master: has.u32(NDA_MASTER),
    vlan: has.view(NDA_VLAN, 2)?.getUint16(0, true),
    others: has.others(),
  };
}

function newNeighbour(spec: NeighbourSpec, flags: number): Request<void> {
  return acknowledged('RTM_NEWNEIGH', RTM_NEWNEIGH, flags, (writer) => putNeighbour(writer, spec));
}

function putNeighbour(writer: MessageWriter, spec: NeighbourSpec): void {
  const to = parseIpPrefix(spec.destination);
  const at = writer.reserve(ndmsg.SIZE);
  const { view } = writer;
  ndmsg.set_ndm_family(view, at, to.family);
  ndmsg.set_ndm_ifindex(view, at, integer('index', spec.index, 0, 0x7fff_ffff));
  ndmsg.set_ndm_state(view, at, integer('state', spec.state ?? NUD_PERMANENT, 0, 0xffff));
  ndmsg.set_ndm_flags(view, at, integer('flags', spec.flags ?? 0, 0, 0xff));
  writer.putBytes(NDA_DST, to.octets);
  const { linkAddress } = spec;
  if (linkAddress !== undefined) writer.putBytes(NDA_LLADDR, typeof linkAddress === 'string' ? parseLinkAddress(linkAddress) : linkAddress);
  putU8(writer, NDA_PROTOCOL, 'protocol', spec.protocol);
  putU32(writer, NDA_FLAGS_EXT, 'extendedFlags', spec.extendedFlags);
}
