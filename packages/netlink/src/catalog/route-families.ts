import { NETLINK_ROUTE } from '@netdevkit/bindings';
import { raw, type CodeLoader, type FamilyEntry, type FilterTypes, type Loader } from './family-entry.ts';

const family = (name: string, types: FilterTypes, load: Loader, code?: CodeLoader): FamilyEntry => raw(name, NETLINK_ROUTE, types, load, code);

const linkCode: CodeLoader = async () => (await import('../generated/code/rt-link.ts')).rtLinkCode;

/** The families of `NETLINK_ROUTE`. From include/uapi/linux/rtnetlink.h: `RTM_*`. */
export const routeFamilies: readonly FamilyEntry[] = [
  family('rt-link', [[16, 19]], async () => (await import('./family/rt-link.ts')).rtLink, linkCode),
  family('rt-linkprop', [[108, 110]], async () => (await import('./family/rt-linkprop.ts')).rtLinkprop, linkCode),
  family('rt-stats', [[92, 95]], async () => (await import('./family/rt-stats.ts')).rtStats, async () => (await import('../generated/code/rt-stats.ts')).rtStatsCode),
  family('rt-addr', [[20, 22]], async () => (await import('./family/rt-addr.ts')).rtAddr, async () => (await import('../generated/code/rt-addr.ts')).rtAddrCode),
  family('rt-route', [[24, 26]], async () => (await import('./family/rt-route.ts')).rtRoute, async () => (await import('../generated/code/rt-route.ts')).rtRouteCode),
  family('rt-rule', [[32, 34]], async () => (await import('./family/rt-rule.ts')).rtRule, async () => (await import('../generated/code/rt-rule.ts')).rtRuleCode),
  family('rt-neigh', [[28, 30], [64, 67]], async () => (await import('./family/rt-neigh.ts')).rtNeigh, async () => (await import('../generated/code/rt-neigh.ts')).rtNeighCode), // prettier-ignore
  family('tc', [[36, 50], [100, 102]], async () => (await import('./family/tc.ts')).tc, async () => (await import('../generated/code/tc.ts')).tcCode), // prettier-ignore
  family('rt-nexthop', [[104, 106], [116, 118]], async () => (await import('./family/rt-nexthop.ts')).rtNexthop), // prettier-ignore
  family('rt-mdb', [[84, 86]], async () => (await import('./family/rt-mdb.ts')).rtMdb),
  family('rt-bridge-vlan', [[112, 114]], async () => (await import('./family/rt-bridge-vlan.ts')).rtBridgeVlan),
  family('rt-tunnel', [[120, 122]], async () => (await import('./family/rt-tunnel.ts')).rtTunnel),
  family('rt-netconf', [[80, 82]], async () => (await import('./family/rt-netconf.ts')).rtNetconf, async () => (await import('../generated/code/rt-netconf.ts')).rtNetconfCode),
  family('rt-nsid', [[88, 90]], async () => (await import('./family/rt-nsid.ts')).rtNsid),
  family('rt-addrlabel', [[72, 74]], async () => (await import('./family/rt-addrlabel.ts')).rtAddrlabel),
  family('rt-nd', [[52, 52], [68, 68]], async () => (await import('./family/rt-nd.ts')).rtNd), // prettier-ignore
  family('rt-maddr', [[56, 62]], async () => (await import('./family/rt-maddr.ts')).rtMaddr),
  family('rt-cache-report', [[96, 96]], async () => (await import('./family/rt-cache-report.ts')).rtCacheReport),
  family('dcb', [[78, 79]], async () => (await import('./family/dcb.ts')).dcb),
];
