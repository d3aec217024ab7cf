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
