import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { hasFlag, realm, type Rules } from './rules.ts';

/** What `ip` prints of a rule of routing. */
const rule: Rules = {
  // The kernel does not say that it is 0.
  priority: ({ ours }) => ours['priority'] ?? 0,
  not: hasFlag('flags', 'invert'),
  unresolved: hasFlag('flags', 'unresolved'),
  src: ({ ours }) => ours['src'] ?? 'all',
  srclen: 'src-len',
  dstlen: 'dst-len',
  // The attribute holds tables above 255, too.
  table: 'table',
  iif: 'iifname',
  oif: 'oifname',
  ipproto: 'ip-proto',
  sport_start: 'sport-range.start',
  sport_end: 'sport-range.end',
  dport: 'dport-range.start',
  uid_start: 'uid-range.start',
  uid_end: 'uid-range.end',
  flow_from: realm(16),
  flow_to: realm(0),
  flow: { at: '', rules: { from: realm(16), to: realm(0) } },
  suppress_prefixlen: 'suppress-prefixlen',
};

/** Compares rules, in their order. */
export const compareRules: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type }) => type === 'RTM_NEWRULE').map(contentsOf);
  comparison.list('rule', objectsIn(json), ours, rule, world);
};
