import {
  AF_INET,
  AF_INET6,
  FR_ACT_GOTO,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NLMSG_HDRLEN,
  NTF_PROXY,
  NUD_REACHABLE,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_F_CLONED,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_F_NOTIFY,
  RTM_GETADDR,
  RTM_GETNEIGH,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTN_BLACKHOLE,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNREACHABLE,
  RT_SCOPE_NOWHERE,
  fib_rule_hdr,
  ndmsg,
  rtmsg,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { D0, D1, RouteBench } from './route-bench.ts';
import { address, dumpOf, linkUp, lookup, neighbour, route, rule, type RouteOptions } from './route-requests.ts';
import { checkInvariants, drain, exchange } from './rtnetlink-rig.ts';

const MAKE = NLM_F_CREATE | NLM_F_EXCL;
const make = (to: string, options: RouteOptions = {}): Uint8Array => route(RTM_NEWROUTE, MAKE, to, options);
const routes = (family: number): Uint8Array => dumpOf(RTM_GETROUTE, family, rtmsg.SIZE);
const anything = { scope: RT_SCOPE_NOWHERE, type: 0, protocol: 0 };

/** Two links that are up, with an address of either family each. */
function connected(): RouteBench {
  const bench = new RouteBench();
  bench.must(
    linkUp(D0),
    linkUp(D1),
    address(RTM_NEWADDR, MAKE, D0, '192.0.2.1/24'),
    address(RTM_NEWADDR, MAKE, D1, '198.51.100.1/24'),
    address(RTM_NEWADDR, MAKE, D0, '2001:db8::1/64'),
    address(RTM_NEWADDR, MAKE, D1, '2001:db8:1::1/64'),
  );
  bench.told();
  return bench;
}

describe('IPv4 routes', () => {
  it('are dumped by table and prefix', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { via: '192.0.2.9' }), make('10.1.0.0/16', { via: '198.51.100.9', metric: 5 }), make('0.0.0.0/0', { via: '192.0.2.254' }), make('10.9.0.0/16', { type: RTN_BLACKHOLE, table: 100 }));
    expect(bench.list(routes(AF_INET))).toMatchInlineSnapshot(`
      [
        "blackhole 10.9.0.0/16 table 100",
        "unicast 0.0.0.0/0 via 192.0.2.254 dev 2 table 254",
        "unicast 10.0.0.0/8 via 192.0.2.9 dev 2 table 254",
        "unicast 10.1.0.0/16 via 198.51.100.9 dev 3 metric 5 table 254",
        "unicast 192.0.2.0/24 dev 2 src 192.0.2.1 table 254",
        "unicast 198.51.100.0/24 dev 3 src 198.51.100.1 table 254",
        "local 127.0.0.0/8 dev 1 src 127.0.0.1 table 255",
        "local 127.0.0.1/32 dev 1 src 127.0.0.1 table 255",
        "broadcast 127.255.255.255/32 dev 1 src 127.0.0.1 table 255",
        "local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
        "broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 255",
        "local 198.51.100.1/32 dev 3 src 198.51.100.1 table 255",
        "broadcast 198.51.100.255/32 dev 3 src 198.51.100.1 table 255",
      ]
    `);
  });

  it('are made, appended, replaced and refused as flags say', () => {
    const bench = connected();
    const to = (flags: number, via: string, metric = 0): string => bench.ask(route(RTM_NEWROUTE, flags, '10.0.0.0/8', { via, metric }));
    expect(to(0, '192.0.2.9')).toBe('ENOENT');
    expect(to(NLM_F_REPLACE, '192.0.2.9')).toBe('ENOENT');
    expect(to(MAKE, '192.0.2.9')).toBe('ok');
    expect(to(MAKE, '192.0.2.10')).toBe('EEXIST');
    expect(to(MAKE, '192.0.2.10', 7)).toBe('ok');
    expect(to(NLM_F_CREATE | NLM_F_APPEND, '192.0.2.11')).toBe('ok');
    expect(to(NLM_F_CREATE | NLM_F_APPEND, '192.0.2.11')).toBe('EEXIST');
    expect(to(NLM_F_REPLACE, '192.0.2.12', 7)).toBe('ok');
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "unicast 10.0.0.0/8 via 192.0.2.9 dev 2 table 254",
        "unicast 10.0.0.0/8 via 192.0.2.10 dev 2 metric 7 table 254",
        "unicast 10.0.0.0/8 via 192.0.2.11 dev 2 table 254",
        "unicast 10.0.0.0/8 via 192.0.2.12 dev 2 metric 7 table 254",
      ]
    `);
  });

  it.each<[string, string, RouteOptions, string]>([
    ['a gateway that is not reached', '10.0.0.0/8', { via: '203.0.113.1' }, 'ENETUNREACH: Nexthop has invalid gateway'],
    ['a gateway that is all of the network', '10.0.0.0/8', { via: '192.0.2.255' }, 'EINVAL: Nexthop has invalid gateway'],
    ['no device', '10.0.0.0/8', { dev: 99 }, 'ENODEV'],
    ['bits behind the prefix', '10.0.0.1/8', { via: '192.0.2.9' }, 'EINVAL: Invalid prefix for given prefix length'],
    ['a source that is not here', '10.0.0.0/8', { via: '192.0.2.9', source: '192.0.2.77' }, 'EINVAL: Invalid prefsrc address'],
    ['another device than the gateway has', '10.0.0.0/8', { via: '192.0.2.9', dev: D1 }, 'ENETUNREACH: Nexthop has invalid gateway'],
  ])('are refused: %s', (_what, to, options, expected) => {
    const bench = connected();
    expect(bench.ask(make(to, options))).toContain(expected);
    expect(bench.told()).toEqual([]);
  });

  it('are found', () => {
    const bench = connected();
    bench.must(
      make('10.0.0.0/8', { via: '192.0.2.9' }),
      make('10.1.0.0/16', { type: RTN_BLACKHOLE }),
      make('10.2.0.0/16', { type: RTN_UNREACHABLE }),
      make('10.3.0.0/16', { type: RTN_PROHIBIT }),
      make('10.4.0.0/16', { type: RTN_THROW }),
    );
    const find = (to: string, flags = 0): string => {
      const found = bench.list(lookup(to, { flags }));
      return found.length === 0 ? bench.ask(lookup(to, { flags })) : found.join();
    };
    expect(['10.5.5.5', '192.0.2.1', '192.0.2.77', '192.0.2.255', '127.0.0.9', '10.1.1.1', '10.2.1.1', '10.3.1.1', '10.4.1.1', '8.8.8.8'].map((to) => find(to))).toMatchInlineSnapshot(`
      [
        "unicast 10.5.5.5/32 via 192.0.2.9 dev 2 src 192.0.2.1 table 254",
        "local 192.0.2.1/32 dev 1 src 192.0.2.1 table 254",
        "unicast 192.0.2.77/32 dev 2 src 192.0.2.1 table 254",
        "broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 254",
        "local 127.0.0.9/32 dev 1 src 127.0.0.1 table 254",
        "EINVAL",
        "EHOSTUNREACH",
        "EACCES",
        "ENETUNREACH",
        "ENETUNREACH",
      ]
    `);
    const flags = (asked: number): number[] =>
      exchange(bench.socket, lookup('10.5.5.5', { flags: asked })).filter(({ type }) => type === RTM_NEWROUTE).map(({ view, offset }) => rtmsg.rtm_flags(view, offset + NLMSG_HDRLEN));
    expect(flags(0)).toEqual([RTM_F_CLONED]);
    // Said twice: as it was asked, and among the flags of the way (RTCF_NOTIFY).
    expect(flags(RTM_F_NOTIFY)).toEqual([RTM_F_CLONED | RTM_F_NOTIFY | 0x1_0000]);
    expect(find('10.5.5.5', RTM_F_FIB_MATCH)).toMatchInlineSnapshot(`"unicast 10.0.0.0/8 via 192.0.2.9 dev 2 table 254"`);
    // One table does for both until there is a rule of the user's.
    expect(find('192.0.2.1', RTM_F_LOOKUP_TABLE)).toContain('table 254');
    bench.must(rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 5, table: 100 }));
    expect(find('192.0.2.1', RTM_F_LOOKUP_TABLE)).toContain('table 255');
  });

  it('go when their link goes down, without a word, and do not come back', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { via: '192.0.2.9' }));
    bench.told();
    bench.must(linkUp(D0, false));
    expect(bench.told().filter((line) => line.includes('10.0.0.0'))).toEqual([]);
    bench.must(linkUp(D0));
    expect(bench.list(routes(AF_INET)).filter((line) => line.includes('10.0.0.0'))).toEqual([]);
    expect(bench.list(routes(AF_INET)).filter((line) => line.includes('192.0.2.0/24'))).toHaveLength(1);
  });

  it('of several next hops stay while one of their links is up', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { hops: [[D0, '192.0.2.9'], [D1, '198.51.100.9']] }), linkUp(D0, false));
    expect(bench.list(routes(AF_INET)).filter((line) => line.includes('10.0.0.0'))).toMatchInlineSnapshot(`
      [
        "unicast 10.0.0.0/8 multipath table 254",
      ]
    `);
    bench.must(linkUp(D1, false));
    expect(bench.list(routes(AF_INET)).filter((line) => line.includes('10.0.0.0'))).toEqual([]);
  });

  it('are deleted by what is named of them', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { via: '192.0.2.9' }), make('10.0.0.0/8', { via: '192.0.2.10', metric: 9 }));
    bench.told();
    expect(bench.ask(route(RTM_DELROUTE, 0, '10.0.0.0/8', { ...anything, via: '192.0.2.77' }))).toBe('ESRCH');
    bench.must(route(RTM_DELROUTE, 0, '10.0.0.0/8', { ...anything, metric: 9 }));
    expect(bench.told()).toEqual(['gone: unicast 10.0.0.0/8 via 192.0.2.10 dev 2 metric 9 table 254']);
    expect(bench.ask(route(RTM_DELROUTE, 0, '10.0.0.0/8', { ...anything, table: 77 }))).toBe('ESRCH: FIB table does not exist');
  });

  it('have a next router of IPv6', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { via: 'fe80::5', dev: D0 }), make('10.1.0.0/16', { via: '2001:db8:1::9' }));
    expect(bench.told()).toEqual(['unicast 10.0.0.0/8 via fe80::5 dev 2 table 254', 'unicast 10.1.0.0/16 via 2001:db8:1::9 dev 3 table 254']);
    expect(bench.list(lookup('10.1.2.3'))[0]).toContain('via 2001:db8:1::9 dev 3');
    expect(bench.ask(make('10.2.0.0/16', { via: '2001:db8:1::1' }))).toBe('EINVAL: Gateway can not be a local address');
    expect(bench.ask(make('10.2.0.0/16', { via: '2001:db8:77::1' }))).toBe('EHOSTUNREACH');
  });

  it('follow rules', () => {
    const bench = connected();
    bench.must(make('10.0.0.0/8', { via: '192.0.2.9' }), make('10.0.0.0/8', { via: '198.51.100.9', table: 100 }));
    expect(bench.list(lookup('10.0.0.1'))[0]).toContain('via 192.0.2.9');
    bench.must(rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 5, table: 100, to: '10.0.0.0/8' }));
    expect(bench.list(lookup('10.0.0.1'))[0]).toContain('via 198.51.100.9');
    bench.must(rule(RTM_DELRULE, 0, AF_INET, { priority: 5, action: 0 }));
    expect(bench.list(lookup('10.0.0.1'))[0]).toContain('via 192.0.2.9');
  });
});

describe('IPv6 routes', () => {
  it('are dumped by table and prefix', () => {
    const bench = connected();
    bench.must(make('2001:db8:a::/48', { via: '2001:db8::9' }), make('::/0', { via: 'fe80::5', dev: D0 }), make('2001:db8:b::/48', { type: RTN_UNREACHABLE, table: 100 }));
    expect(bench.list(routes(AF_INET6))).toMatchInlineSnapshot(`
      [
        "unreachable 2001:db8:b::/48 dev 1 metric 1024 table 100",
        "unicast 2001:db8::/64 dev 2 metric 256 table 254",
        "unicast 2001:db8:1::/64 dev 3 metric 256 table 254",
        "unicast 2001:db8:a::/48 via 2001:db8::9 dev 2 metric 1024 table 254",
        "unicast fe80::/64 dev 2 metric 256 table 254",
        "unicast fe80::/64 dev 3 metric 256 table 254",
        "unicast ::/0 via fe80::5 dev 2 metric 1024 table 254",
        "local ::1/128 dev 1 metric 0 table 255",
        "local 2001:db8::1/128 dev 2 metric 0 table 255",
        "local 2001:db8:1::1/128 dev 3 metric 0 table 255",
        "local fe80::ff:fe00:a/128 dev 2 metric 0 table 255",
        "local fe80::ff:fe00:b/128 dev 3 metric 0 table 255",
        "multicast ff00::/8 dev 2 metric 256 table 255",
        "multicast ff00::/8 dev 3 metric 256 table 255",
      ]
    `);
  });

  it('with the same prefix and metric stand together as next hops', () => {
    const bench = connected();
    bench.must(make('2001:db8:a::/48', { via: '2001:db8::9' }), route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, '2001:db8:a::/48', { via: '2001:db8:1::9' }));
    expect(bench.list(routes(AF_INET6)).filter((line) => line.includes(':a::'))).toMatchInlineSnapshot(`
      [
        "unicast 2001:db8:a::/48 metric 1024 multipath table 254",
      ]
    `);
    bench.told();
    bench.must(route(RTM_DELROUTE, 0, '2001:db8:a::/48', { type: 0, protocol: 0, via: '2001:db8::9' }));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: unicast 2001:db8:a::/48 via 2001:db8::9 dev 2 metric 1024 table 254",
      ]
    `);
  });

  it('end when their time has come', () => {
    const bench = connected();
    bench.must(make('2001:db8:a::/48', { via: '2001:db8::9', expires: 10 }));
    bench.told();
    bench.wait(61);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: unicast 2001:db8:a::/48 via 2001:db8::9 dev 2 metric 1024 table 254",
      ]
    `);
  });

  it.each<[string, string, RouteOptions, string]>([
    ['no gateway and no device', '2001:db8:a::/48', {}, 'ENODEV'],
    ['a gateway that is not reached', '2001:db8:a::/48', { via: '2001:db8:77::1' }, 'EHOSTUNREACH'],
    ['a link-local gateway of no link', '2001:db8:a::/48', { via: 'fe80::1' }, 'EINVAL: Egress device not specified'],
    ['a gateway that is the host', '2001:db8:a::/48', { via: '2001:db8::1' }, 'EINVAL: Gateway can not be a local address'],
    ['a tos', '2001:db8:a::/48', { via: '2001:db8::9', tos: 4 }, 'EINVAL: Invalid dsfield (tos): option not available for IPv6'],
  ])('are refused: %s', (_what, to, options, expected) => {
    const bench = connected();
    expect(bench.ask(make(to, options))).toContain(expected);
    expect(bench.told()).toEqual([]);
  });

  it('are found', () => {
    const bench = connected();
    bench.must(make('2001:db8:a::/48', { via: '2001:db8::9' }), make('2001:db8:b::/48', { type: RTN_BLACKHOLE }));
    expect(['2001:db8:a::5', '2001:db8::1', '2001:db8::77', '::1', '2001:db8:b::1'].map((to) => bench.list(lookup(to)).join() || bench.ask(lookup(to)))).toMatchInlineSnapshot(`
      [
        "unicast 2001:db8:a::5/128 via 2001:db8::9 dev 2 src 2001:db8::1 metric 1024 table 254",
        "local 2001:db8::1/128 dev 1 src 2001:db8::1 metric 0 table 255",
        "unicast 2001:db8::77/128 dev 2 src 2001:db8::1 metric 256 table 254",
        "local ::1/128 dev 1 src ::1 metric 0 table 255",
        "EINVAL",
      ]
    `);
  });

  it('to no address in particular are used from the address that reaches least far', () => {
    const bench = connected();
    bench.must(make('::/0', { via: '2001:db8::9' }), address(RTM_NEWADDR, MAKE, D0, 'fe80::5/64'));
    expect(bench.list(lookup('::'))).toEqual(['unicast ::/128 via 2001:db8::9 dev 2 src fe80::5 metric 1024 table 254']);
    expect(bench.list(lookup('3fff::1'))).toEqual(['unicast 3fff::1/128 via 2001:db8::9 dev 2 src 2001:db8::1 metric 1024 table 254']);
  });
});

describe('neighbours', () => {
  const neighbours = (family: number): Uint8Array => dumpOf(RTM_GETNEIGH, family, ndmsg.SIZE);

  it('are added, changed, told of and deleted', () => {
    const bench = new RouteBench(true);
    bench.must(linkUp(D0));
    bench.told();
    bench.must(neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.9', { lladdr: 1 }));
    expect(bench.ask(neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.9', { lladdr: 2 }))).toBe('EEXIST');
    bench.must(neighbour(RTM_NEWNEIGH, NLM_F_REPLACE, D0, '192.0.2.9', { lladdr: 2, state: NUD_REACHABLE }));
    // Its timer holds it, and so does whoever asks for it alone.
    expect(bench.list(neighbours(AF_INET))).toEqual(['192.0.2.9 dev 2 lladdr 020000000102 state 0x2 refcnt 1']);
    expect(bench.list(neighbour(RTM_GETNEIGH, 0, D0, '192.0.2.9', { state: 0 }))).toEqual(['192.0.2.9 dev 2 lladdr 020000000102 state 0x2 refcnt 2']);
    bench.must(neighbour(RTM_DELNEIGH, 0, D0, '192.0.2.9'));
    expect(bench.ask(neighbour(RTM_DELNEIGH, 0, D0, '192.0.2.9'))).toBe('ENOENT');
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "192.0.2.9 dev 2 lladdr 020000000101 state 0x80 refcnt 1",
        "192.0.2.9 dev 2 lladdr 020000000102 state 0x2 refcnt 2",
        "192.0.2.9 dev 2 state 0x20 refcnt 1",
        "gone: 192.0.2.9 dev 2 state 0x20 refcnt 0",
      ]
    `);
  });

  it('are stale when nothing was heard of them', () => {
    const bench = new RouteBench(true);
    bench.must(linkUp(D0), neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.9', { lladdr: 1, state: NUD_REACHABLE }));
    bench.wait(3);
    bench.told();
    bench.wait(60);
    expect(bench.told()).toEqual(['192.0.2.9 dev 2 lladdr 020000000101 state 0x4 refcnt 1']);
  });

  it('go with their link, but for those that stand for others', () => {
    const bench = new RouteBench(true);
    bench.must(linkUp(D0), neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.9', { lladdr: 1, state: NUD_REACHABLE }), neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.50', { flags: NTF_PROXY }));
    bench.told();
    bench.must(linkUp(D0, false));
    expect(bench.told().filter((line) => line.includes('lladdr'))).toMatchInlineSnapshot(`
      [
        "gone: 192.0.2.9 dev 2 lladdr 020000000101 state 0x2 refcnt 0",
      ]
    `);
    expect(bench.list(neighbours(AF_INET))).toEqual([]);
  });
});

describe('rules', () => {
  const rules = (family: number): Uint8Array => dumpOf(RTM_GETRULE, family, fib_rule_hdr.SIZE);

  it('are three to begin with, two for IPv6', () => {
    const bench = new RouteBench();
    expect(bench.list(rules(AF_INET))).toEqual(['0: table 255', '32766: table 254', '32767: table 253']);
    expect(bench.list(rules(AF_INET6))).toEqual(['0: table 255', '32766: table 254']);
  });

  it('get a place before those that are there', () => {
    const bench = new RouteBench();
    bench.must(rule(RTM_NEWRULE, MAKE, AF_INET, { table: 100 }), rule(RTM_NEWRULE, MAKE, AF_INET, { table: 101 }));
    expect(bench.told()).toEqual(['32765: table 100', '32764: table 101']);
    expect(bench.list(rules(AF_INET)).slice(1, 3)).toEqual(['32764: table 101', '32765: table 100']);
  });

  it('are refused', () => {
    const bench = new RouteBench();
    bench.must(rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 10, table: 100 }));
    expect(bench.ask(rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 10, table: 100 }))).toBe('EEXIST');
    expect(bench.ask(rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 10, action: FR_ACT_GOTO, goto: 5 }))).toBe('EINVAL: Backward goto not supported');
    expect(bench.ask(rule(RTM_DELRULE, 0, AF_INET, { priority: 99, action: 0 }))).toBe('ENOENT');
    bench.must(rule(RTM_DELRULE, 0, AF_INET, { priority: 10, action: 0 }));
    expect(bench.told()).toEqual(['10: table 100', 'gone: 10: table 100']);
  });
});

describe('memory that runs out', () => {
  const life = [
    linkUp(D0),
    address(RTM_NEWADDR, MAKE, D0, '192.0.2.1/24'),
    address(RTM_NEWADDR, MAKE, D0, '2001:db8::1/64'),
    make('10.0.0.0/8', { via: '192.0.2.9', mtu: 1400 }),
    make('2001:db8:a::/48', { hops: [[D0, '2001:db8::9'], [D0, '2001:db8::10']] }),
    neighbour(RTM_NEWNEIGH, MAKE, D0, '192.0.2.9', { lladdr: 1 }),
    neighbour(RTM_NEWNEIGH, MAKE, D0, '2001:db8::50', { flags: NTF_PROXY }),
    rule(RTM_NEWRULE, MAKE, AF_INET, { priority: 5, table: 100 }),
    lookup('10.1.1.1'),
    dumpOf(RTM_GETADDR, AF_INET, 8),
    routes(AF_INET6),
    linkUp(D0, false),
  ];

  function run(bench: RouteBench): void {
    for (const request of life) {
      try {
        bench.socket.send(request);
        drain(bench.socket);
      } catch (error) {
        if (!isKernelError(error, 'ENOBUFS')) throw error;
      }
      for (;;) {
        try {
          bench.told();
          break;
        } catch (error) {
          if (!isKernelError(error, 'ENOBUFS')) throw error;
        }
      }
    }
  }

  it('fails cleanly at every single allocation, and the next try succeeds', () => {
    const counted = new RouteBench();
    const start = counted.rig.faults.allocations;
    run(counted);
    const count = counted.rig.faults.allocations - start;
    expect(count).toBeGreaterThan(60);
    for (let nth = 1; nth <= count; nth++) {
      const bench = new RouteBench();
      bench.rig.faults.failAllocation({ nth });
      run(bench);
      checkInvariants(bench.rig);
      // What failed is made now; what was made is refused. Either way all of it is there afterwards.
      run(bench);
      bench.must(linkUp(D0));
      expect(bench.list(dumpOf(RTM_GETADDR, AF_INET, 8)), `allocation ${String(nth)}`).toContain('192.0.2.1/24 dev 2 flags 0x80');
    }
  });
});
