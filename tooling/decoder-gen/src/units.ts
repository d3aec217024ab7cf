/** What one module of generated code is for. */
export interface Unit {
  /** The name of the module. */
  readonly file: string;
  /** What the module exports. */
  readonly constant: string;
  /** The families whose messages it decodes: names of the catalog. */
  readonly families: readonly string[];
  /** The kinds of sub-messages that it decodes; what is rare stays with the tables. */
  readonly kinds: readonly string[];
  /** Sets and structures that stay with the tables, too. */
  readonly without?: RegExp;
}

/** Generated code is for what most messages hold: everything else is decoded by the tables alone. */
export const units: readonly Unit[] = [
  {
    file: 'rt-link',
    constant: 'rtLinkCode',
    families: ['rt-link', 'rt-linkprop'],
    kinds: ['*', 'bridge', 'veth', 'vlan', 'vxlan', 'macvlan', 'bond', 'tun', 'inet', 'inet6'],
    without: /^(?:bridge-(?:cfm|mrp|mst)|vf|port-self|devlink|ifla-vf)/u,
  },
  { file: 'rt-addr', constant: 'rtAddrCode', families: ['rt-addr'], kinds: [] },
  { file: 'rt-route', constant: 'rtRouteCode', families: ['rt-route'], kinds: [] },
  { file: 'rt-neigh', constant: 'rtNeighCode', families: ['rt-neigh'], kinds: [] },
  { file: 'rt-rule', constant: 'rtRuleCode', families: ['rt-rule'], kinds: [] },
  { file: 'rt-netconf', constant: 'rtNetconfCode', families: ['rt-netconf'], kinds: [] },
  { file: 'rt-stats', constant: 'rtStatsCode', families: ['rt-stats'], kinds: [] },
  { file: 'tc', constant: 'tcCode', families: ['tc'], kinds: ['fq_codel', 'htb', 'pfifo_fast', 'noqueue', 'fq', 'tbf', 'prio'] },
  { file: 'sock-diag', constant: 'sockDiagCode', families: ['sock-diag'], kinds: [], without: /^(?:smc|tipc|xdp|packet|vsock)/u },
  { file: 'nlctrl', constant: 'nlctrlCode', families: ['nlctrl'], kinds: [] },
];

/** A message that has a view. */
export interface ViewUnit {
  /** The name of the module. */
  readonly file: string;
  /** The class. */
  readonly name: string;
  /** What it is a view of. */
  readonly what: string;
  /** The family whose messages it reads: a name of the catalog. */
  readonly family: string;
  /** Their `nlmsg_type`. */
  readonly type: number;
  /** The address family, where the format depends on it. */
  readonly addressFamily?: number;
}

/** The messages that programs ask most. */
export const viewUnits: readonly ViewUnit[] = [
  { file: 'link', name: 'LinkView', what: 'A link (`RTM_NEWLINK` and its like)', family: 'rt-link', type: 16 },
  { file: 'address', name: 'AddressView', what: 'An address of an interface (`RTM_NEWADDR` and its like)', family: 'rt-addr', type: 20 },
  { file: 'route', name: 'RouteView', what: 'A route (`RTM_NEWROUTE` and its like)', family: 'rt-route', type: 24 },
  { file: 'neighbour', name: 'NeighbourView', what: 'A neighbour (`RTM_NEWNEIGH` and its like)', family: 'rt-neigh', type: 28 },
  { file: 'rule', name: 'RuleView', what: 'A routing rule (`RTM_NEWRULE` and its like)', family: 'rt-rule', type: 32 },
  { file: 'qdisc', name: 'QdiscView', what: 'A queueing discipline (`RTM_NEWQDISC` and its like)', family: 'tc', type: 36 },
  { file: 'inet-socket', name: 'InetSocketView', what: 'A socket of IPv4 or IPv6 (`SOCK_DIAG_BY_FAMILY`, of the kernel)', family: 'sock-diag', type: 20, addressFamily: 2 },
];
