import {
  IFLA_ALT_IFNAME,
  IFLA_EXT_MASK,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_PROP_LIST,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  RTEXT_FILTER_SKIP_STATS,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
} from '@netdevkit/bindings';
import type { Message, MessageWriter } from '@netdevkit/netlink';
import type { LinkChanges, LinkGroup, LinkSpec, LinkTarget } from './link-spec.ts';
import { isOfKind, type Link } from './link.ts';
import { parseLink } from './parse-link.ts';
import type { DumpRequest, Request } from './request.ts';
import { flagsOf, integer, putChanges, putHeader, putSpec, putTarget, putText, putU32 } from './write-link.ts';

/** What a request for links asks for beside the links. */
export interface LinkDetail {
  /**
   * `RTEXT_FILTER_*`: what else the kernel is to tell. It ends up in {@link Link.others}.
   *
   * @defaultValue `RTEXT_FILTER_SKIP_STATS`: no counters of IPv6, which this package does not decode
   */
  readonly extMask?: number;
}

/** Which links a dump is about. The kernel is asked to leave out the others; what it sends of them is dropped. */
export interface LinkFilter<Kind extends string = string> extends LinkDetail {
  /** Links of this kind. */
  readonly kind?: Kind;
  /** Members of this link; 0: links that are no members. */
  readonly master?: number;
  /** Links that are up, or down. */
  readonly up?: boolean;
  /** Links of this group. */
  readonly group?: number;
}

// A link that is told with its statistics takes a page of the receive buffer.
const LINK_ANSWER = 4096;

/**
 * The request that makes a link. C twin: `RTM_NEWLINK` with `NLM_F_CREATE | NLM_F_EXCL`; `ip link add`.
 *
 * @param spec - what to make
 * @throws KernelError when it is run: `EOPNOTSUPP` for a kind that the kernel does not know, `EEXIST` for a name or index
 * that is taken, `EINVAL` and `ERANGE` for what it refuses
 */
export function addLink<Kind extends string>(spec: LinkSpec<Kind>): Request<void> {
  return acknowledged('RTM_NEWLINK', RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, (writer) => putNewLink(writer, spec));
}

/**
 * The request that makes a link and has it told: {@link addLink} with `NLM_F_ECHO`. A kernel that does not echo (before
 * 6.2), or that makes the link in another namespace, gives `undefined`.
 *
 * @param spec - what to make
 */
export function addLinkEchoed<Kind extends string>(spec: LinkSpec<Kind>): Request<Link<Kind> | undefined> {
  return {
    ...addLink(spec),
    flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO,
    answerSize: LINK_ANSWER,
    accept: (message) => {
      const link = linkOf(message);
      return link !== undefined && isOfKind(link, spec.kind) ? link : undefined;
    },
    acknowledged: () => undefined,
  };
}

/**
 * The request that changes a link. C twin: `RTM_NEWLINK` without `NLM_F_CREATE`; `ip link set`.
 *
 * The kernel makes the changes one after another and keeps those that it made before an error.
 *
 * @param target - which link; all links of a group
 * @param changes - what is to change
 * @throws TypeError when it is run: a new name for a link that is not given by index, which the kernel would take for the
 * old one
 * @throws KernelError when it is run: `ENODEV`, or what the change is refused with
 */
export function setLink<Kind extends string, MasterKind extends string>(
  target: LinkTarget | LinkGroup,
  changes: LinkChanges<Kind, MasterKind>,
): Request<void> {
  return acknowledged('RTM_NEWLINK', RTM_NEWLINK, 0, (writer) => {
    if (changes.name !== undefined && typeof target !== 'number') {
      throw new TypeError('name: expected a link given by its index to be renamed, got one given by name');
    }
    const { flags, change } = flagsOf(changes);
    putTarget(writer, target, flags, change);
    if (changes.name !== undefined) putText(writer, IFLA_IFNAME, 'name', changes.name);
    putChanges(writer, changes);
  });
}

/**
 * The request that deletes a link, or all links of a group. C twin: `RTM_DELLINK`; `ip link delete`.
 *
 * @param target - which
 * @throws KernelError when it is run: `ENODEV`, `EOPNOTSUPP` for a link that cannot be deleted
 */
export function deleteLink(target: LinkTarget | LinkGroup): Request<void> {
  return acknowledged('RTM_DELLINK', RTM_DELLINK, 0, (writer) => putTarget(writer, target));
}

/**
 * The request that tells of one link. C twin: `RTM_GETLINK`; `ip link show dev`.
 *
 * @param target - which
 * @param detail - what to tell
 * @throws KernelError when it is run: `ENODEV`
 */
export function getLink(target: LinkTarget, detail: LinkDetail = {}): Request<Link> {
  return {
    op: 'RTM_GETLINK',
    type: RTM_GETLINK,
    flags: 0,
    answerSize: LINK_ANSWER,
    encode(writer) {
      putTarget(writer, target);
      putDetail(writer, detail);
    },
    accept: linkOf,
  };
}

/**
 * The request that tells of all links. C twin: `RTM_GETLINK` with `NLM_F_DUMP`; `ip link show`.
 *
 * @param filter - which links the kernel is to tell of: it knows {@link LinkFilter.kind} and {@link LinkFilter.master},
 * and may tell of others all the same: {@link matchesFilter}
 */
export function dumpLinks(filter: LinkFilter = {}): DumpRequest<Link> {
  return {
    op: 'RTM_GETLINK',
    type: RTM_GETLINK,
    answerType: RTM_NEWLINK,
    encode(writer) {
      putHeader(writer, 0, 0, 0);
      putDetail(writer, filter);
      // From net/core/rtnetlink.c:link_master_filtered. No master is asked for as −1: 0 would be no filter.
      if (filter.master !== undefined) writer.putU32(IFLA_MASTER, integer('master', filter.master, 0, 0x7fff_ffff) || 0xffff_ffff);
      const { kind } = filter;
      if (kind !== undefined) writer.putNested(IFLA_LINKINFO, () => putText(writer, IFLA_INFO_KIND, 'kind', kind));
    },
    accept: parseLink,
  };
}

/**
 * Whether a link is one that a filter asks for.
 *
 * @param link - the link
 * @param filter - what is asked for
 */
export function matchesFilter(link: Link, filter: LinkFilter): boolean {
  return (
    (filter.kind === undefined || link.info?.kind === filter.kind) &&
    (filter.master === undefined || (link.master ?? 0) === filter.master) &&
    (filter.up === undefined || (link.flags & 1) === (filter.up ? 1 : 0)) &&
    (filter.group === undefined || link.group === filter.group)
  );
}

/**
 * The request that gives a link alternative names. C twin: `RTM_NEWLINKPROP`; `ip link property add`.
 *
 * @param target - which
 * @param names - of up to 127 octets each
 * @throws KernelError when it is run: `EEXIST` for a name that is taken
 */
export function addAltNames(target: LinkTarget, names: readonly string[]): Request<void> {
  return acknowledged('RTM_NEWLINKPROP', RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, (writer) => putAltNames(writer, target, names));
}

/**
 * The request that takes alternative names away. C twin: `RTM_DELLINKPROP`; `ip link property del`.
 *
 * @param target - which
 * @param names - the names
 * @throws KernelError when it is run: `ENOENT` for a name that the link does not have
 */
export function deleteAltNames(target: LinkTarget, names: readonly string[]): Request<void> {
  return acknowledged('RTM_DELLINKPROP', RTM_DELLINKPROP, 0, (writer) => putAltNames(writer, target, names));
}

/** A request of which nothing comes back but that it was done. */
export function acknowledged(op: string, type: number, flags: number, encode: (writer: MessageWriter) => void): Request<void> {
  return { op, type, flags: NLM_F_ACK | flags, encode, accept: () => undefined, acknowledged: () => undefined };
}

function linkOf(message: Message): Link | undefined {
  return message.type === RTM_NEWLINK ? parseLink(message) : undefined;
}

function putNewLink(writer: MessageWriter, spec: LinkSpec): void {
  const { flags, change } = flagsOf(spec);
  putHeader(writer, spec.index === undefined ? 0 : integer('index', spec.index, -0x8000_0000, 0x7fff_ffff), flags, change);
  if (spec.name !== undefined) putText(writer, IFLA_IFNAME, 'name', spec.name);
  putSpec(writer, spec);
  putChanges(writer, spec);
}

function putDetail(writer: MessageWriter, { extMask = RTEXT_FILTER_SKIP_STATS }: LinkDetail): void {
  putU32(writer, IFLA_EXT_MASK, 'extMask', extMask);
}

function putAltNames(writer: MessageWriter, target: LinkTarget, names: readonly string[]): void {
  putTarget(writer, target);
  // From net/core/rtnetlink.c:rtnl_linkprop. This nest is refused without its flag.
  writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
    for (const name of names) putText(writer, IFLA_ALT_IFNAME, 'name', name);
  });
}
