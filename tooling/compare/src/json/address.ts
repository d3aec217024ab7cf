import type { Compare } from './printed.ts';
import { linkOfKind } from './link.ts';
import { contentsOf, linkMessage, objectsIn } from './links.ts';
import { called, hasFlag, type Read, type Rules } from './rules.ts';
import { valueAt } from './value.ts';

/** The longer of the two fields for flags has all of them. */
const flag = (name: string): Read => hasFlag('flags', name);

/** What `ip` prints of an address. */
const address: Rules = {
  family: 'ifa-family',
  // Where both are there `IFA_LOCAL` is this end of a link between two points.
  local: ({ ours }) => ours['local'] ?? ours['address'],
  prefixlen: 'ifa-prefixlen',
  metric: 'rt-priority',
  scope: called('ifa-scope', { universe: 'global' }),
  protocol: 'proto',
  secondary: flag('secondary'),
  deprecated: flag('deprecated'),
  tentative: flag('tentative'),
  nodad: flag('nodad'),
  home: flag('homeaddress'),
  mngtmpaddr: flag('managetempaddr'),
  noprefixroute: flag('noprefixroute'),
  dynamic: ({ ours }) => Array.isArray(ours['flags']) && !ours['flags'].includes('permanent'),
  valid_life_time: 'cacheinfo.ifa-valid',
  preferred_life_time: 'cacheinfo.ifa-prefered',
};

/** Compares links with their addresses. */
export const compareAddresses: Compare = (comparison, printed) => {
  for (const theirs of objectsIn(printed.json)) {
    const { addr_info: infos, ...rest } = theirs;
    const index = theirs['ifindex'];
    comparison.object('addr', rest, linkMessage(printed, index), linkOfKind(valueAt(rest, 'linkinfo.info_kind')), printed.world);
    const ours = printed.answers.filter(({ type, header }) => type === 'RTM_NEWADDR' && header?.['ifa-index'] === index).map(contentsOf);
    comparison.list('addr.addr_info', objectsIn(infos), ours, address, printed.world);
  }
};
