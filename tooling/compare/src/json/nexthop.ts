import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { called, device, scaled, type Rules } from './rules.ts';

/** What `ip` prints of a nexthop. */
const nexthop: Rules = {
  dev: device('oif'),
  scope: called('nh-scope', { universe: 'global' }),
  protocol: 'nh-protocol',
  flags: 'nh-flags',
  type: called('group-type', { res: 'resilient' }),
  // A weight is one less on the wire.
  group: { at: 'group', rules: { weight: ({ ours }) => Number(ours['weight']) + 1 } },
  resilient_args: {
    at: 'res-group',
    rules: {
      idle_timer: scaled('idle-timer', 100),
      unbalanced_timer: scaled('unbalanced-timer', 100),
      unbalanced_time: scaled('unbalanced-time', 100),
    },
  },
};

/** Compares nexthops, in their order. */
export const compareNexthops: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type }) => type === 'RTM_NEWNEXTHOP').map(contentsOf);
  comparison.list('nexthop', objectsIn(json), ours, nexthop, world);
};

/** Compares the numbers of namespaces; their names are those of files. */
export const compareNamespaces: Compare = (comparison, { json, answers, world }) => {
  const theirs = objectsIn(json);
  // `ip` asks about each namespace twice, the second time to print it.
  const ours = answers.filter(({ type }) => type === 'RTM_NEWNSID').map(contentsOf).slice(-theirs.length);
  comparison.list('netns', theirs, ours, { id: 'nsid', name: ({ value }) => value }, world);
};
