import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { called, device, hasFlag, realm, scaled, seconds, type Inside, type Read, type Rules } from './rules.ts';

/** An address with the length of its prefix, where that is not all of it. */
function prefix(address: string, length: string): Read {
  return ({ ours }) => {
    const bits = ours[length];
    if (bits === 0) return 'default';
    const text = String(ours[address]);
    return bits === (text.includes(':') ? 128 : 32) ? text : `${text}/${String(bits)}`;
  };
}

const metrics: Inside = {
  at: ({ ours }) => [ours['metrics']],
  rules: { congestion: 'cc-algo', ecn: hasFlag('features', 'ecn'), rtt: scaled('rtt', 8) },
};

const nexthops: Inside = {
  at: 'multipath',
  rules: { dev: device('rtnh-ifindex'), weight: ({ ours }) => Number(ours['rtnh-hops']) + 1, flags: 'rtnh-flags' },
};

/** What `ip` prints of a route. */
const route: Rules = {
  type: 'rtm-type',
  dst: prefix('dst', 'rtm-dst-len'),
  from: prefix('src', 'rtm-src-len'),
  dev: device('oif'),
  protocol: 'rtm-protocol',
  scope: called('rtm-scope', { universe: 'global' }),
  metric: 'priority',
  nhid: 'nh-id',
  tos: 'rtm-tos',
  // Those that are the route's own are not printed among its flags.
  flags: ({ ours }) => (Array.isArray(ours['rtm-flags']) ? ours['rtm-flags'].filter((flag) => flag !== 'cloned') : undefined),
  flow: { at: '', rules: { from: realm(16), to: realm(0) } },
  cache: () => [],
  expires: seconds('cacheinfo.rta-expires'),
  metrics,
  nexthops,
};

/** Compares routes, in their order. */
export const compareRoutes: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type }) => type === 'RTM_NEWROUTE').map(contentsOf);
  comparison.list('route', objectsIn(json), ours, route, world);
};
