import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { device, hasFlag, seconds, type Rules } from './rules.ts';

/** What `ip` prints of a neighbour. */
const neighbour: Rules = {
  dev: device('ndm-ifindex'),
  state: 'ndm-state',
  used: seconds('cacheinfo.used'),
  confirmed: seconds('cacheinfo.confirmed'),
  updated: seconds('cacheinfo.updated'),
  refcnt: 'cacheinfo.refcnt',
  extern_learn: hasFlag('ndm-flags', 'ext-learned'),
  router: hasFlag('ndm-flags', 'router'),
};

/** What `bridge` prints of an entry of a forwarding database. */
const forwarding: Rules = {
  mac: 'lladdr',
  ifname: device('ndm-ifindex'),
  master: device('master'),
  used: seconds('cacheinfo.used'),
  updated: seconds('cacheinfo.updated'),
  // What `bridge` has a word for elsewhere it leaves out.
  flags: ({ ours }) => (Array.isArray(ours['ndm-flags']) ? ours['ndm-flags'].filter((flag) => flag !== 'master') : undefined),
  state: ({ ours }) => stateOf(ours['ndm-state']),
};

/** From iproute2's manual: an entry that was made by hand is `static` if it has no lifetime, `permanent` if it is local. */
function stateOf(states: unknown): unknown {
  if (!Array.isArray(states)) return undefined;
  if (states.includes('permanent')) return 'permanent';
  return states.includes('noarp') ? 'static' : states[0];
}

/** Compares neighbours, in their order: those whose state nobody asked about are not printed. */
export const compareNeighbours: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type }) => type === 'RTM_NEWNEIGH').map(contentsOf);
  comparison.list('neigh', objectsIn(json), ours.filter((one) => !(Array.isArray(one['ndm-state']) && one['ndm-state'].includes('noarp'))), neighbour, world);
};

/** Compares entries of a forwarding database, in their order. */
export const compareForwarding: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type }) => type === 'RTM_NEWNEIGH').map(contentsOf);
  comparison.list('fdb', objectsIn(json), ours, forwarding, world);
};
