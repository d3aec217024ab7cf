import { compareAddresses } from './address.ts';
import { compareBridgeLinks, compareGroups, compareVlans } from './bridge.ts';
import { compareDevlink, compareFeatures, compareSettings } from './ethtool.ts';
import { compareLinks } from './links.ts';
import { compareForwarding, compareNeighbours } from './neighbour.ts';
import { compareNamespaces, compareNexthops } from './nexthop.ts';
import { compareRuleset } from './nft.ts';
import { compareRoutes } from './route.ts';
import { compareRules } from './rule.ts';
import { compareClasses, compareFilters, compareQdiscs } from './tc.ts';
import { compareActions } from './tc-actions.ts';
import type { Compare } from './printed.ts';

/** By the command line: what is compared, and how. */
export const COMMANDS: readonly (readonly [pattern: RegExp, name: string, compare: Compare])[] = [
  [/^ip (?:-\S+ )+addr/, 'addr', compareAddresses],
  [/^ip (?:-\S+ )+link show/, 'link', compareLinks],
  [/^ip (?:-\S+ )+route (?:show|get)/, 'route', compareRoutes],
  [/^ip (?:-\S+ )+rule show/, 'rule', compareRules],
  [/^ip (?:-\S+ )+neigh show/, 'neigh', compareNeighbours],
  [/^ip (?:-\S+ )+nexthop show/, 'nexthop', compareNexthops],
  [/^ip (?:-\S+ )+netns list/, 'netns', compareNamespaces],
  [/^bridge (?:-\S+ )+link show/, 'bridge link', compareBridgeLinks],
  [/^bridge (?:-\S+ )+vlan show/, 'bridge vlan', compareVlans],
  [/^bridge (?:-\S+ )+fdb show/, 'bridge fdb', compareForwarding],
  [/^bridge (?:-\S+ )+mdb show/, 'bridge mdb', compareGroups],
  [/^tc (?:-\S+ )+qdisc show/, 'tc qdisc', compareQdiscs],
  [/^tc (?:-\S+ )+class show/, 'tc class', compareClasses],
  [/^tc (?:-\S+ )+filter show|; tc -j filter show/, 'tc filter', compareFilters],
  [/^tc (?:-\S+ )+actions ls/, 'tc actions', compareActions],
  [/^nft -j list ruleset/, 'nft', compareRuleset],
  [/^ethtool --json -k/, 'ethtool -k', compareFeatures],
  [/^ethtool --json \w+$/, 'ethtool', compareSettings],
  [/^devlink .*dev show/, 'devlink', compareDevlink],
];
