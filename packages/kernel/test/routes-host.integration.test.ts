import {
  AF_INET,
  AF_INET6,
  FR_ACT_BLACKHOLE,
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_TO_TBL,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_PROXY,
  NTF_ROUTER,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_STALE,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_GETADDR,
  RTM_GETANYCAST,
  RTM_GETMULTICAST,
  RTM_GETNETCONF,
  RTM_GETNEIGH,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTNH_F_ONLINK,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
} from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askHere, askHost, D0, D1, settled } from './routes-host.ts';
import { address, dumpOf, linkMtu, linkUp, lookup, neighbour, route, rule } from './route-requests.ts';

const ADDRESSES = ['192.0.2.1/24', '192.0.2.2/24', '192.0.2.3/25', '192.0.2.130/25', '198.51.100.1/31', '203.0.113.7/32', '2001:db8::1/64', '2001:db8::2/64', '2001:db8:1::1/128', '2001:db8:2::1/127', 'fe80::77/64'];
const GATEWAYS = ['192.0.2.1', '192.0.2.9', '192.0.2.200', '198.51.100.0', '203.0.113.9', '10.1.1.1'];
const GATEWAYS6 = ['2001:db8::1', '2001:db8::9', '2001:db8:2::', 'fe80::5', '2001:db8:9::1', 'ff02::1'];
const PREFIXES = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.1.0/24', '10.1.1.1/32', '10.1.1.1/24'];
const PREFIXES6 = ['::/0', '2001:db8:a::/48', '2001:db8:a:1::/64', '2001:db8:a:1::5', '2001:db8:b::/48', 'fe80::/64'];
const PLACES = ['10.1.1.1', '10.1.2.3', '10.200.0.1', '192.0.2.1', '192.0.2.77', '192.0.2.255', '127.0.0.1', '8.8.8.8', '2001:db8::1', '2001:db8::77', '2001:db8:a:1::5', '2001:db8:a:2::5', '::1', '2a00::1', 'fe80::77'];
const pick = <T>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all);
const maybe = <T>(from: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(from, { nil: undefined, freq: 2 });
const device = pick(1, D0, D0, D1, 99);
const making = pick(NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE, NLM_F_CREATE | NLM_F_REPLACE, NLM_F_REPLACE, NLM_F_CREATE | NLM_F_APPEND, 0);

/** Leaves out what has no value, as the builders want it. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // CAST: what has no value is gone.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const anAddress = fc
  .record({ type: pick(RTM_NEWADDR, RTM_NEWADDR, RTM_DELADDR), flags: making, dev: device, text: pick(...ADDRESSES), metric: maybe(pick(0, 5)), more: pick(0, 0, 0x2, 0x200), label: maybe(pick('d0:a', 'x')), peer: maybe(pick('192.0.2.77', '203.0.113.8', '2001:db8:3::2')), broadcast: maybe(pick('192.0.2.255', '0.0.0.0')), lifetime: maybe(pick<readonly [number, number]>([5000, 10_000], [0, 9000], [0xffff_ffff, 0xffff_ffff])), scope: pick(0, 0, 0, 253, 254) })
  .map(({ type, flags, dev, text, more, peer, broadcast, lifetime, ...rest }) => {
    const six = text.includes(':');
    return address(type, flags, dev, text, given({
      ...rest,
      flags: more === 0 ? undefined : more,
      peer: peer?.includes(':') === six ? peer : undefined,
      broadcast: six ? undefined : broadcast,
      // Times are told in whole seconds, of which one may pass.
      lifetime: type === RTM_DELADDR ? undefined : lifetime,
    }));
  });

const aRoute = fc.boolean().chain((six) =>
  fc
    .record({
      type: pick(RTM_NEWROUTE, RTM_NEWROUTE, RTM_NEWROUTE, RTM_DELROUTE),
      flags: making,
      to: pick(...(six ? PREFIXES6 : PREFIXES)),
      via: maybe(pick(...(six ? GATEWAYS6 : [...GATEWAYS, '2001:db8::9', 'fe80::5']))),
      dev: maybe(device),
      table: maybe(pick(100, 255, 1000)),
      kind: pick(RTN_UNICAST, RTN_UNICAST, RTN_UNICAST, RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW, RTN_LOCAL, 0),
      scope: pick(0, 0, 253, 254, 255),
      metric: maybe(pick(0, 7, 1024)),
      source: maybe(pick(...(six ? ['2001:db8::1', '2001:db8:77::1'] : ['192.0.2.1', '192.0.2.99']))),
      mtu: maybe(pick(1400, 100_000)),
      tos: pick(0, 0, 0, 4, 16),
      onlink: pick(0, 0, 0, RTNH_F_ONLINK),
      hops: maybe(fc.array(fc.tuple(pick(0, D0, D1), pick(...(six ? GATEWAYS6 : GATEWAYS))), { minLength: 1, maxLength: 3 })),
    })
    .map(({ type, flags, to, kind, scope, tos, onlink, hops, ...rest }) => route(type, flags, to, {
      ...given(rest),
      // Newer kernels take gateways of IPv6 routes that lead nowhere, and pass them over; 6.12 refuses.
      ...(six && kind !== RTN_UNICAST && kind !== RTN_LOCAL ? {} : given({ hops })),
      type: kind,
      scope,
      tos,
      flags: onlink,
    })),
);

const aNeighbour = fc
  .record({ type: pick(RTM_NEWNEIGH, RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH), flags: making, dev: device, text: pick('192.0.2.9', '192.0.2.10', '2001:db8::9', '224.0.0.5'), state: pick(NUD_PERMANENT, NUD_PERMANENT, NUD_STALE, NUD_NOARP), more: pick(0, 0, NTF_PROXY, NTF_ROUTER), lladdr: maybe(pick(1, 2)), protocol: maybe(pick(3)) })
  .map(({ type, flags, dev, text, more, ...rest }) => neighbour(type, flags, dev, text, { ...given(rest), flags: more, ...(type === RTM_GETNEIGH ? { state: 0 } : {}) }));

const aRule = fc
  .record({ type: pick(RTM_NEWRULE, RTM_NEWRULE, RTM_DELRULE), flags: pick(NLM_F_CREATE, NLM_F_CREATE | NLM_F_EXCL), six: fc.boolean(), action: pick(FR_ACT_TO_TBL, FR_ACT_TO_TBL, FR_ACT_GOTO, FR_ACT_NOP, FR_ACT_BLACKHOLE), priority: maybe(pick(0, 10, 20, 30)), table: maybe(pick(100, 254, 1000)), from: maybe(pick('10.0.0.0/8')), to: maybe(pick('10.1.0.0/16')), iif: maybe(pick('lo', 'd0', 'nope')), oif: maybe(pick('d0')), mark: maybe(pick(1)), mask: maybe(pick(3)), goto: maybe(pick(5, 20, 30)), suppress: maybe(pick(-1, 0)) })
  .map(({ type, flags, six, action, from, to, ...rest }) => rule(type, flags, six ? AF_INET6 : AF_INET, { ...given(rest), action, ...(six ? {} : given({ from, to })) }));

const aLookup = fc
  .record({ text: pick(...PLACES), oif: maybe(pick(1, D0, D1)), flags: pick(0, RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH) })
  .map(({ text, ...options }) => lookup(text, given(options)));

const dumps = [AF_INET, AF_INET6].flatMap((family) => [dumpOf(RTM_GETADDR, family, 8), dumpOf(RTM_GETROUTE, family, 12), dumpOf(RTM_GETRULE, family, 12), dumpOf(RTM_GETNEIGH, family, 12), dumpOf(RTM_GETNETCONF, family, 4)]).concat([RTM_GETMULTICAST, RTM_GETANYCAST].map((type) => dumpOf(type, AF_INET6, 8)));

const aRequest = fc.oneof(
  { arbitrary: anAddress, weight: 4 },
  { arbitrary: aRoute, weight: 6 },
  { arbitrary: aNeighbour, weight: 2 },
  { arbitrary: aRule, weight: 2 },
  { arbitrary: aLookup, weight: 3 },
  { arbitrary: fc.tuple(pick(1, D0, D1), fc.boolean(), fc.boolean()).map(([index, ...ups]) => linkUp(index, ups.includes(true))), weight: 1 },
  { arbitrary: fc.tuple(pick(D0, D1), pick(1500, 1300, 1000)).map(([index, mtu]) => linkMtu(index, mtu)), weight: 1 },
  { arbitrary: pick(...dumps), weight: 2 },
);

function play(seed: number, count: number): Uint8Array[] {
  return [linkUp(1), linkUp(D0), linkUp(D1), ...fc.sample(aRequest, { seed, numRuns: count }), ...dumps];
}

describe('addresses, routes, neighbours and rules as the host has them', () => {
  it.each([1, 2, 3])('requests drawn by lot: %i', (seed) => {
    const requests = play(seed, 150);
    const here = askHere(requests);
    const host = askHost(requests, here);
    if ('reason' in host) {
      console.warn(`skipped: ${host.reason}`);
      return;
    }
    for (const [at, request] of requests.entries()) {
      const theirs = host[at];
      const ours = here[at];
      if (theirs === undefined || ours === undefined) throw new Error('an answer is missing');
      const what = Buffer.from(request).toString('hex');
      expect(settled(ours.answers), `answers to ${what}`).toEqual(settled(theirs.answers));
      expect(settled(ours.told), `told of ${what}`).toEqual(settled(theirs.told));
    }
  });
});
