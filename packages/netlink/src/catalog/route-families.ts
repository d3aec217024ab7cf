import { NETLINK_ROUTE } from '@netdevkit/bindings';
import { raw, type FamilyEntry, type FilterTypes, type Loader } from './family-entry.ts';

const link: Loader = async () => {
  const [base, more, kinds, bridge, can, tunnels, routes] = await Promise.all([
    import('../generated/rt-link.ts'),
    import('../families/rt-link-more.ts'),
    import('../families/rt-link-kinds.ts'),
    import('../families/rt-link-bridge.ts'),
    import('../families/rt-link-can.ts'),
    import('../families/rt-link-tunnels.ts'),
    import('../families/rt-route-more.ts'),
  ]);
  const { rtLinkCode } = await import('../generated/code/rt-link.ts');
  return [rtLinkCode, base.rtLink, more.rtLinkMore, more.rtLinkProp, kinds.rtLinkKinds, bridge.rtLinkBridge, can.rtLinkCan, tunnels.rtLinkTunnels, routes.rtMulticastTables];
};

const stats: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/rt-link.ts'), import('../families/rt-stats.ts')]);
  const { rtStatsCode } = await import('../generated/code/rt-stats.ts');
  return [rtStatsCode, base.rtLink, more.rtStats, more.rtStatsNests];
};

const address: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/rt-addr.ts'), import('../families/rt-route-more.ts')]);
  const { rtAddrCode } = await import('../generated/code/rt-addr.ts');
  return [rtAddrCode, base.rtAddr, more.rtAddrMore];
};

const route: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/rt-route.ts'), import('../families/rt-route-more.ts')]);
  const { rtRouteCode } = await import('../generated/code/rt-route.ts');
  return [rtRouteCode, base.rtRoute, more.rtRouteMessages, more.rtRouteMore];
};

const rule: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/rt-rule.ts'), import('../families/rt-route-more.ts')]);
  const { rtRuleCode } = await import('../generated/code/rt-rule.ts');
  return [rtRuleCode, base.rtRule, more.rtRuleMore];
};

const neighbour: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/rt-neigh.ts'), import('../families/rt-route-more.ts')]);
  const { rtNeighCode } = await import('../generated/code/rt-neigh.ts');
  return [rtNeighCode, base.rtNeigh, more.rtNeighMore];
};

const tc: Loader = async () => {
  const [base, actions, filters, qdiscs] = await Promise.all([
    import('../generated/tc.ts'),
    import('../families/tc-actions.ts'),
    import('../families/tc-filters.ts'),
    import('../families/tc-qdiscs.ts'),
  ]);
  const { tcCode } = await import('../generated/code/tc.ts');
  return [tcCode, base.tc, actions.tcActions, actions.tcActionMessages, filters.tcFilters, qdiscs.tcQdiscs, qdiscs.tcClasses];
};

const family = (name: string, types: FilterTypes, load: Loader): FamilyEntry => raw(name, NETLINK_ROUTE, types, load);

/** The families of `NETLINK_ROUTE`. From include/uapi/linux/rtnetlink.h: `RTM_*`. */
export const routeFamilies: readonly FamilyEntry[] = [
  family('rt-link', [[16, 19]], link),
  family('rt-linkprop', [[108, 110]], link),
  family('rt-stats', [[92, 95]], stats),
  family('rt-addr', [[20, 22]], address),
  family('rt-route', [[24, 26]], route),
  family('rt-rule', [[32, 34]], rule),
  family('rt-neigh', [[28, 30], [64, 67]], neighbour), // prettier-ignore
  family('tc', [[36, 50], [100, 102]], tc), // prettier-ignore
  family('rt-nexthop', [[104, 106], [116, 118]], async () => [(await import('../families/rt-nexthop.ts')).rtNexthop]), // prettier-ignore
  family('rt-mdb', [[84, 86]], async () => [(await import('../families/rt-mdb.ts')).rtMdb]),
  family('rt-bridge-vlan', [[112, 114]], async () => [(await import('../families/rt-bridge-vlan.ts')).rtBridgeVlan]),
  family('rt-tunnel', [[120, 122]], async () => [(await import('../families/rt-tunnel.ts')).rtTunnel]),
  family('rt-netconf', [[80, 82]], async () => [(await import('../generated/code/rt-netconf.ts')).rtNetconfCode, (await import('../families/rt-misc.ts')).rtNetconf]),
  family('rt-nsid', [[88, 90]], async () => [(await import('../families/rt-misc.ts')).rtNsid]),
  family('rt-addrlabel', [[72, 74]], async () => [(await import('../families/rt-misc.ts')).rtAddrlabel]),
  family('rt-nd', [[52, 52], [68, 68]], async () => [(await import('../families/rt-misc.ts')).rtNeighbourDiscovery]), // prettier-ignore
  family('rt-maddr', [[56, 62]], async () => [(await import('../generated/rt-addr.ts')).rtAddr, (await import('../families/rt-misc.ts')).rtMulticastAddresses]),
  family('rt-cache-report', [[96, 96]], async () => [(await import('../families/rt-misc.ts')).rtCacheReport]),
  family('dcb', [[78, 79]], async () => [(await import('../families/dcb.ts')).dcb]),
];
