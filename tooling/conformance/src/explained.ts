import type { JsonValue } from '@netdevkit/netlink';
import type { AddedAttribute } from './decoded.ts';
import type { VersionRange } from './version.ts';

/** A difference that is to be. */
export interface Explanation extends VersionRange {
  /** The scenario's name, or several, with `*` for anything; by default all of them. */
  readonly scenario?: string | readonly string[];
  /** The step, or several, in the same way. */
  readonly step?: string | readonly string[];
  /** What differs, in the same way. */
  readonly path: string;
  /** What the real kernel has there, if that matters. */
  readonly real?: JsonValue;
  /** What the embedded kernel has there, if that matters. */
  readonly embedded?: JsonValue;
  /** What it takes that not every kernel has; it may be idle then. */
  readonly dependsOn?: string;
  /** Why. */
  readonly reason: string;
}

const LINKS = ['RTM_NEWLINK', 'RTM_DELLINK'];

/** Attributes that kernels after the one that is the specification put into their messages. */
export const ADDED: readonly AddedAttribute[] = [
  { messages: LINKS, attribute: 'netns-immutable', since: [6, 15], reason: 'IFLA_NETNS_IMMUTABLE' },
  { messages: LINKS, attribute: 'max-pacing-offload-horizon', since: [6, 14], reason: 'IFLA_MAX_PACING_OFFLOAD_HORIZON' },
  { messages: LINKS, attribute: 'headroom', since: [6, 18], reason: 'IFLA_HEADROOM' },
  { messages: LINKS, attribute: 'tailroom', since: [6, 18], reason: 'IFLA_TAILROOM' },
  { messages: ['RTM_NEWLINK'], attribute: 'af-spec.inet6.conf', keep: 236, since: [6, 17], reason: 'DEVCONF_FORCE_FORWARDING' },
  { messages: ['RTM_NEWLINK'], attribute: 'protinfo.conf', keep: 236, since: [6, 17], reason: 'DEVCONF_FORCE_FORWARDING' },
  { messages: ['RTM_NEWRULE', 'RTM_DELRULE'], attribute: 'dport-mask', since: [6, 14], reason: 'FRA_DPORT_MASK' },
];

/** Steps about types of messages, as the scenarios of framing name them. */
function ofTypes(...types: readonly number[]): readonly string[] {
  return types.flatMap((type) => [`type ${String(type)}`, `${String(type)} of *`, `dump ${String(type)} of *`]);
}

const DEFAULT_QDISC = 'The queueing discipline that links get is a setting of the machine, which no namespace can change.';
const NO_MPLS = 'There is no MPLS.';
const NO_BRIDGES = 'There are no bridges: no multicast databases.';

/** Messages of what the embedded kernel is without. */
const ABSENT: readonly Explanation[] = [
  { scenario: 'framing: every type*', step: ofTypes(36, 37, 38, 40, 41, 42, 44, 45, 46, 48, 49, 50, 100, 101, 102), path: '*', reason: 'There is no traffic control but the list of queueing disciplines.' },
  { scenario: 'framing: every type*, of AF_BRIDGE', step: ofTypes(84, 85, 86), path: '*', reason: NO_BRIDGES },
  { scenario: 'framing: every type to a socket with strict checks', step: '*86 of AF_BRIDGE*', path: '*', reason: NO_BRIDGES },
  { scenario: 'framing: every type*', step: ofTypes(112, 113, 114, 120, 121, 122), path: '*', dependsOn: 'the modules bridge and vxlan', reason: 'There are no VLANs of bridges and VXLANs.' },
  { scenario: 'framing: every type*', step: ofTypes(34), path: '*.RTM_NEWRULE', reason: 'There are no multicast routes, whose rules kernels with CONFIG_IP_MROUTE_MULTIPLE_TABLES have.' },
];

/** What kernels are built with, set to, or mended of. */
const BUILT: readonly Explanation[] = [
  { scenario: 'route: IPv6, what it may have', step: '*: a source prefix', path: '*', reason: 'There are no routes by source: kernels are built with CONFIG_IPV6_SUBTREES.' },
  { scenario: 'route: *', step: ['*: an encapsulation', '*: an encapsulation that is not known'], path: '*', dependsOn: 'the modules mpls_iptunnel and others', reason: 'There are no encapsulations.' },
  { path: '*.attrs.qdisc', real: 'fq_codel', embedded: 'pfifo_fast', dependsOn: 'net.core.default_qdisc', reason: DEFAULT_QDISC },
  { scenario: 'qdisc: listed', path: '*.RTM_NEWQDISC.attrs.*', dependsOn: 'net.core.default_qdisc', reason: DEFAULT_QDISC },
  { scenario: ['stats: *', 'driver: *'], path: '*.RTM_NEWSTATS.attrs.af-spec.mpls', dependsOn: 'the module mpls_router', reason: NO_MPLS },
  { scenario: 'netconf: *', path: '*.RTM_NEWNETCONF', dependsOn: 'the module mpls_router', reason: NO_MPLS },
  { scenario: '*TXQLEN*', path: '*', dependsOn: 'a kernel in which IFLA_TXQLEN has no greatest value: 6.12.107 and 6.18, not 6.12.117', reason: 'IFLA_TXQLEN has a greatest value here.' },
  { scenario: 'neighbour: *', step: 'dump what is proxied', path: 'client.RTM_NEWNEIGH', dependsOn: 'entries that a namespace left behind which had its place in memory before', reason: 'Linux does not delete proxied neighbours of all links with their namespace.' },
  { scenario: 'generic: *', step: ['a dump of policies*', 'of one command'], path: 'client.getpolicy.attrs.op-policy.op-id', real: 0, embedded: 10, dependsOn: 'a kernel before the fix, which 6.12.117 has and 6.12.107 has not', reason: 'A command that only dumps was told as number 0.' },
];

/** What later kernels do otherwise: seen on 6.18; where the change is not known to be younger, `since` is what follows 6.12. */
const LATER: readonly Explanation[] = [
  { step: ofTypes(30), path: '*.NLMSG_ERROR.error.*', since: [6, 17], reason: 'neigh_get looks for the device before the address.' },
  { step: ofTypes(58), path: '*', since: [6, 15], reason: 'RTM_GETMULTICAST has the groups of IPv4, too.' },
  { path: '*.attrs.tso-max-size', real: 524_280, embedded: 65_536, since: [6, 13], reason: 'The ifb of the embedded kernel is that of 6.12.' },
  { scenario: ['*GSO_MAX_SIZE*', '*GSO_IPV4_MAX_SIZE*', '*GRO*MAX_SIZE*'], path: '*', since: [6, 13], reason: 'ifb has another greatest size, and MAX_TCP_HEADER depends on what the kernel is built with.' },
  { scenario: 'namespace: a link moves', step: ['move it after', 'move lo', 'move it to where it is'], path: '*.NLMSG_ERROR.*', since: [6, 15], reason: 'Moves that are refused are explained, and one to where the link is is none.' },
  { scenario: 'address: lifetimes of 2001:db8::1/64', path: 'client.NLMSG_ERROR.*', since: [6, 13], reason: 'A lifetime of 0 for an address that is there is refused in words.' },
  { scenario: 'route: IPv6, several next hops', step: ['delete: a length that is too *', 'delete: none', 'delete: four octets'], path: '*', since: [6, 13], reason: 'Next hops that are none are refused when a route is deleted, too.' },
  { scenario: 'namespace: a pair in two', step: ['make one whose other end is there', 'the end'], path: '*', since: [6, 13], reason: 'The other end of a pair is made where the request says, not where the link is said to lead.' },
  { scenario: 'ethtool: *', step: 'the family', path: 'client.getfamily.attrs.ops', since: [6, 13], reason: 'There are more commands.' },
  { scenario: 'ethtool: hardware that no link has', step: 'PHY_GET *', path: 'client.NLMSG_ERROR.*', since: [6, 13], reason: 'A link without a PHY is EOPNOTSUPP; before it was nothing at all.' },
  { scenario: 'ethtool: hardware that no link has', step: 'PSE_GET of all*', path: 'client.NLMSG_DONE.*', since: [6, 13], reason: 'A dump does not say that a link has no PHY.' },
  { scenario: 'ethtool: *', path: 'client.*-get.*', since: [6, 13], reason: 'There are more features, link modes and kinds of timestamps.' },
];

/** All other differences. One that does not occur any more fails the test. */
export const EXPLAINED: readonly Explanation[] = [...ABSENT, ...BUILT, ...LATER];
