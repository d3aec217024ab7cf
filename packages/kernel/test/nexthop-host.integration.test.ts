import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_ERROR,
  RTM_DELNEXTHOP,
  RTM_DELROUTE,
  RTM_F_FIB_MATCH,
  RTM_GETNEXTHOP,
  RTM_GETNEXTHOPBUCKET,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  RTN_BLACKHOLE,
  RTN_UNICAST,
  RTNH_F_ONLINK,
} from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askHere, askHost, D0, D1, settled } from './routes-host.ts';
import { address, dumpOf, linkUp, lookup, nexthop, route } from './route-requests.ts';

const pick = <T>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all);
const maybe = <T>(from: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> => fc.option(from, { nil: undefined, freq });

const seldom = <T>(from: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, { arbitrary: from, weight: 1 });

/** Leaves out what has no value, as the builders want it. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // CAST: what has no value is gone.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const IDS = [1, 2, 3, 4, 5, 6, 7, 8];
const GATEWAYS = ['192.0.2.9', '192.0.2.10', '192.0.2.1', '198.51.100.9', '10.9.9.9', '0.0.0.0'];
const GATEWAYS6 = ['2001:db8::9', '2001:db8::a', '2001:db8::1', 'fe80::5', '2001:db8:9::1', '::'];
const making = pick(NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_REPLACE, 0);
const device = pick(D0, D0, D1, 1, 99);

/** One that has a good chance. */
const aWay = fc
  .tuple(making, pick(...IDS), fc.boolean(), pick(D0, D0, D1), pick(0, 1), pick(0, 0, 0, 4))
  .map(([flags, id, six, dev, i, protocol]) =>
    nexthop(RTM_NEWNEXTHOP, flags, { id, family: six ? AF_INET6 : AF_INET, dev, protocol, via: (six ? GATEWAYS6 : dev === D0 ? GATEWAYS : ['198.51.100.9', '198.51.100.10'])[i] ?? '' }),
  );

const anyWay = fc
  .record({
    flags: making,
    id: maybe(pick(0, ...IDS), 5),
    family: pick(AF_INET, AF_INET6, AF_INET, AF_INET6, AF_UNSPEC, 7),
    dev: maybe(device, 5),
    i: maybe(fc.nat(5)),
    blackhole: pick(true, false, false, false),
    fdb: pick(true, false, false, false),
    onlink: pick(0, 0, 0, RTNH_F_ONLINK, 0x80),
    scope: pick(0, 0, 0, 0, 0, 1),
    protocol: pick(0, 3, 186),
  })
  .map(({ flags, id, family, dev, i, onlink, ...rest }) =>
    nexthop(RTM_NEWNEXTHOP, flags, given({ ...rest, id, family, dev: rest.blackhole && i === undefined ? undefined : dev, flags: onlink, via: i === undefined ? undefined : (family === AF_INET6 ? GATEWAYS6 : GATEWAYS)[i] })),
  );

const aGroup = fc
  .record({
    flags: making,
    id: pick(10, 11, 12, 1),
    group: fc.array(fc.tuple(pick(...IDS, 10), pick(0, 0, 1, 9, 254)), { minLength: 1, maxLength: 4 }),
    groupType: maybe(pick(0, 0, 1, 2)),
    fdb: pick(false, false, false, true),
    family: pick(AF_UNSPEC, AF_UNSPEC, AF_UNSPEC, AF_UNSPEC, AF_INET),
    dev: seldom(pick(D0)),
    resilient: maybe(fc.record({ buckets: maybe(pick(0, 4, 8, 8)), idle: maybe(pick(0, 500)), unbalanced: maybe(pick(0, 1000)) }).map(given)),
  })
  .map(({ flags, groupType, resilient, ...rest }) => nexthop(RTM_NEWNEXTHOP, flags, given({ ...rest, groupType, resilient: groupType === 1 ? resilient : undefined })));

const aRoute = fc.boolean().chain((six) =>
  fc
    .record({
      type: pick(RTM_NEWROUTE, RTM_NEWROUTE, RTM_NEWROUTE, RTM_DELROUTE),
      flags: pick(NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_CREATE | NLM_F_APPEND),
      to: six ? pick('2001:db8:a::/48', '2001:db8:b::/48', '2001:db8:a:1::5') : pick('10.0.0.0/8', '10.1.0.0/16', '10.1.1.1/32'),
      nexthop: pick(...IDS, 10, 11, 12, 10, 11, 99),
      metric: maybe(pick(7, 1024)),
      kind: pick(RTN_UNICAST, RTN_UNICAST, RTN_UNICAST, RTN_BLACKHOLE),
      scope: pick(0, 0, 0, 253, 254),
      dev: seldom(pick(D0)),
      source: seldom(pick(six ? '2001:db8::1' : '192.0.2.1')),
      mtu: seldom(pick(1400)),
    })
    .map(({ type, flags, to, kind, ...rest }) => route(type, flags, to, { ...given(rest), type: kind })),
);

const aPlainRoute = fc
  .record({ flags: pick(NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_CREATE | NLM_F_APPEND), to: pick('10.0.0.0/8', '10.1.0.0/16', '2001:db8:a::/48'), dev: pick(D0, D1) })
  .map(({ flags, to, dev }) => route(RTM_NEWROUTE, flags, to, { dev }));

const aDeletion = pick(...IDS, 10, 11, 12, 0, 99).map((id) => nexthop(RTM_DELNEXTHOP, 0, { id }));
const aQuestion = fc
  .tuple(pick(...IDS, 10, 11, 12, 0, 99), maybe(pick(0, 1, 3, 4)), pick(0, 0, 0, 1))
  .map(([id, wanted, scope]) => nexthop(RTM_GETNEXTHOP, 0, given({ id, wanted, scope })));
const dumps = [
  ...[AF_INET, AF_INET6].map((family) => dumpOf(RTM_GETROUTE, family, 12)),
  ...[AF_UNSPEC, AF_INET, AF_INET6].map((family) => dumpOf(RTM_GETNEXTHOP, family, 8)),
];

const aRequest = fc.oneof(
  { arbitrary: aWay, weight: 8 },
  { arbitrary: anyWay, weight: 5 },
  { arbitrary: aGroup, weight: 5 },
  { arbitrary: aRoute, weight: 6 },
  { arbitrary: aPlainRoute, weight: 1 },
  { arbitrary: aDeletion, weight: 2 },
  { arbitrary: aQuestion, weight: 2 },
  { arbitrary: fc.tuple(pick(1, D0, D1), fc.boolean(), fc.boolean()).map(([index, ...ups]) => linkUp(index, ups.includes(true))), weight: 1 },
  { arbitrary: pick(...dumps), weight: 2 },
);
const BEFORE = [
  linkUp(1),
  linkUp(D0),
  linkUp(D1),
  address(RTM_NEWADDR, NLM_F_CREATE, D0, '192.0.2.1/24'),
  address(RTM_NEWADDR, NLM_F_CREATE, D1, '198.51.100.1/24'),
  address(RTM_NEWADDR, NLM_F_CREATE, D0, '2001:db8::1/64', { flags: 2 }),
  address(RTM_NEWADDR, NLM_F_CREATE, D1, '2001:db8:1::1/64', { flags: 2 }),
];

/** Lookups where there is one way. */
const ONE_WAY: readonly Uint8Array[] = [
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 21, family: AF_INET, dev: D0, via: '192.0.2.9' }),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 22, family: AF_INET6, dev: D0, via: '2001:db8::9' }),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 23, family: AF_INET, blackhole: true }),
  // A way of its own: on Linux, what one way found before is found by every route that leads there.
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 26, family: AF_INET6, dev: D0, via: '2001:db8::a' }),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 27, family: AF_INET, dev: D0, encap: 1 }),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 24, group: [[26, 0]] }),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 25, family: AF_INET6, blackhole: true }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.0.0.0/8', { nexthop: 21 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.2.0.0/16', { nexthop: 22 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.3.0.0/16', { nexthop: 23 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.4.0.0/16', { nexthop: 24 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '2001:db8:a::/48', { nexthop: 22 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '2001:db8:b::/48', { nexthop: 25 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '2001:db8:c::/48', { nexthop: 24 }),
  ...['10.1.1.1', '10.2.1.1', '10.3.1.1', '10.4.1.1', '2001:db8:a::1', '2001:db8:b::1', '2001:db8:c::1'].flatMap((place) => [lookup(place), lookup(place, { flags: RTM_F_FIB_MATCH })]),
  nexthop(RTM_NEWNEXTHOP, NLM_F_REPLACE, { id: 21, family: AF_INET6, dev: D1, via: 'fe80::5' }),
  lookup('10.1.1.1'),
  nexthop(RTM_NEWNEXTHOP, NLM_F_CREATE, { id: 30, group: [[21, 0], [22, 1]], groupType: 1, resilient: { buckets: 6 } }),
  ...[0, 5, 6].map((bucket) => nexthop(RTM_GETNEXTHOPBUCKET, 0, { id: 30, bucket })),
  nexthop(RTM_GETNEXTHOPBUCKET, 0, { id: 24, bucket: 0 }),
  nexthop(RTM_GETNEXTHOPBUCKET, 0, { id: 21, bucket: 0 }),
  nexthop(RTM_GETNEXTHOPBUCKET, 0, { id: 30 }),
  nexthop(RTM_DELNEXTHOP, 0, { id: 22 }),
  dumpOf(RTM_GETNEXTHOPBUCKET, AF_UNSPEC, 8),
  ...dumps,
];

/** What depends on devices and on other next hops. Newer kernels look at these last, 6.12 in between. */
const BY_STATE = ['Invalid device index', 'Nexthop device is not up', 'Invalid nexthop id', 'Non FDB nexthop', 'FDB nexthop group', 'can not be a nexthop within a group', 'Blackhole nexthop can not be used'];

/** Whether both kernels refuse a request, each for another of its faults. */
function refusedOtherwise(ours: readonly string[], theirs: readonly string[]): boolean {
  const texts = [ours, theirs].map((answers) => Buffer.from(answers[0] ?? '', 'hex'));
  const refused = texts.every((octets) => octets.readUInt16LE(4) === NLMSG_ERROR && octets.readInt32LE(16) < 0);
  return refused && texts.some((octets) => BY_STATE.some((text) => octets.includes(text)));
}

function compare(play: readonly Uint8Array[], skip: (reason: string) => void): void {
  const here = askHere(play);
  const host = askHost(play, here);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  for (const [at, request] of play.entries()) {
    const [ours, theirs] = [here[at], host[at]];
    if (theirs === undefined || ours === undefined) throw new Error('an answer is missing');
    const what = Buffer.from(request).toString('hex');
    if (refusedOtherwise(ours.answers, theirs.answers)) continue;
    expect(settled(ours.answers), `answers to ${what}`).toEqual(settled(theirs.answers));
    expect(settled(ours.told), `told of ${what}`).toEqual(settled(theirs.told));
  }
}

describe('next hop objects as the host has them', () => {
  it.for([1, 2, 3])('requests drawn by lot: %i', (seed, { skip }) => {
    compare([...BEFORE, ...fc.sample(aRequest, { seed, numRuns: 250 }), ...dumps], skip);
  });

  it('lookups, buckets, and what takes the place of something else', ({ skip }) => {
    compare([...BEFORE, ...ONE_WAY], skip);
  });
});
