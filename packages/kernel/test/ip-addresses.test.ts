import { AF_INET, AF_INET6, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, RTM_DELADDR, RTM_DELLINK, RTM_GETADDR, RTM_NEWADDR, ifaddrmsg } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { D0, D1, RouteBench } from './route-bench.ts';
import { address, dumpOf, linkMtu, linkUp } from './route-requests.ts';
import { ask } from './rtnetlink-rig.ts';

const MAKE = NLM_F_CREATE | NLM_F_EXCL;
const make = (index: number, text: string, options = {}): Uint8Array => address(RTM_NEWADDR, MAKE, index, text, options);
const list = (family: number): Uint8Array => dumpOf(RTM_GETADDR, family, ifaddrmsg.SIZE);

describe('IPv4 addresses', () => {
  it('come with their routes, and take them along', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0));
    bench.told();
    bench.must(make(D0, '192.0.2.1/24'));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "192.0.2.1/24 dev 2 flags 0x80",
        "local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
        "unicast 192.0.2.0/24 dev 2 src 192.0.2.1 table 254",
        "broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 255",
      ]
    `);
    bench.must(address(RTM_DELADDR, 0, D0, '192.0.2.1/24'));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: 192.0.2.1/24 dev 2 flags 0x80",
        "gone: unicast 192.0.2.0/24 dev 2 src 192.0.2.1 table 254",
        "gone: broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 255",
        "gone: local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
      ]
    `);
  });

  it('of the same network are secondary, and go with the first', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '192.0.2.1/24'), make(D0, '192.0.2.2/24'), make(D0, '192.0.2.3/25'));
    expect(bench.list(list(AF_INET))).toMatchInlineSnapshot(`
      [
        "127.0.0.1/8 dev 1 flags 0x80",
        "192.0.2.1/24 dev 2 flags 0x80",
        "192.0.2.3/25 dev 2 flags 0x80",
        "192.0.2.2/24 dev 2 flags 0x81",
      ]
    `);
    bench.told();
    bench.must(address(RTM_DELADDR, 0, D0, '192.0.2.1/24'));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: 192.0.2.2/24 dev 2 flags 0x81",
        "gone: local 192.0.2.2/32 dev 2 src 192.0.2.1 table 255",
        "gone: 192.0.2.1/24 dev 2 flags 0x80",
        "gone: unicast 192.0.2.0/24 dev 2 src 192.0.2.1 table 254",
        "gone: broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 255",
        "gone: local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
      ]
    `);
  });

  it('are deprecated and go when their time has come', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '192.0.2.1/24', { lifetime: [10, 20] }));
    bench.told();
    bench.wait(9);
    expect(bench.told()).toEqual([]);
    bench.wait(2);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "192.0.2.1/24 dev 2 flags 0x20 preferred 0 valid 10",
      ]
    `);
    bench.wait(9);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: 192.0.2.1/24 dev 2 flags 0x20 preferred 0 valid 0",
        "gone: unicast 192.0.2.0/24 dev 2 src 192.0.2.1 table 254",
        "gone: broadcast 192.0.2.255/32 dev 2 src 192.0.2.1 table 255",
        "gone: local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
      ]
    `);
    expect(bench.list(list(AF_INET))).toMatchInlineSnapshot(`
      [
        "127.0.0.1/8 dev 1 flags 0x80",
      ]
    `);
  });

  it('may live longer by another request', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '192.0.2.1/24', { lifetime: [10, 20] }));
    bench.wait(9);
    bench.must(address(RTM_NEWADDR, NLM_F_REPLACE, D0, '192.0.2.1/24', { lifetime: [100, 200] }));
    bench.told();
    bench.wait(50);
    expect(bench.told()).toEqual([]);
    bench.wait(150);
    expect(bench.told().filter((line) => line.startsWith('gone: 192'))).toHaveLength(1);
  });

  it.each([
    ['a second time', make(D0, '192.0.2.1/24'), 'EEXIST: ipv4: Address already assigned'],
    ['with more bits than it has', make(D0, '192.0.2.1/33'), 'EINVAL: ipv4: Invalid prefix length'],
    ['of no device', make(99, '192.0.2.9/24'), 'ENODEV: ipv4: Device not found'],
    ['preferred for longer than valid', make(D0, '192.0.2.9/24', { lifetime: [20, 10] }), 'EINVAL: ipv4: address lifetime invalid'],
    ['valid for no time', make(D0, '192.0.2.9/24', { lifetime: [0, 0] }), 'EINVAL: ipv4: address lifetime invalid'],
    ['that is not there', address(RTM_DELADDR, 0, D0, '192.0.2.99/24'), 'EADDRNOTAVAIL: ipv4: Address not found'],
  ])('are refused: %s', (_what, request, expected) => {
    const bench = new RouteBench();
    bench.must(make(D0, '192.0.2.1/24'));
    bench.told();
    expect(bench.ask(request)).toBe(expected);
    expect(bench.told()).toEqual([]);
  });

  it('go with their link', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '192.0.2.1/24'));
    bench.told();
    expect(ask(bench.socket, { type: RTM_DELLINK, index: D0 })).toBe('ok');
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: unicast fe80::/64 dev 2 metric 256 table 254",
        "gone: local fe80::ff:fe00:a/128 dev 2 metric 0 table 255",
        "gone: multicast ff00::/8 dev 2 metric 256 table 255",
        "gone: fe80::ff:fe00:a/64 dev 2 flags 0x80",
        "gone: 192.0.2.1/24 dev 2 flags 0x80",
        "gone: local 192.0.2.1/32 dev 2 src 192.0.2.1 table 255",
      ]
    `);
  });
});

describe('IPv6 addresses', () => {
  it('come by themselves when a link goes up, and go when it goes down', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "multicast ff00::/8 dev 2 metric 256 table 255",
        "unicast fe80::/64 dev 2 metric 256 table 254",
        "fe80::ff:fe00:a/64 dev 2 flags 0x80",
        "local fe80::ff:fe00:a/128 dev 2 metric 0 table 255",
      ]
    `);
    bench.must(linkUp(D0, false));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: unicast fe80::/64 dev 2 metric 256 table 254",
        "gone: local fe80::ff:fe00:a/128 dev 2 metric 0 table 255",
        "gone: multicast ff00::/8 dev 2 metric 256 table 255",
        "gone: fe80::ff:fe00:a/64 dev 2 flags 0x80",
      ]
    `);
  });

  it('go when the MTU is too small for them, and the link’s own comes back with a larger one', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '2001:db8::1/64'), linkMtu(D0, 1000));
    expect(bench.list(list(AF_INET6))).toEqual(['::1/128 dev 1 flags 0x80']);
    bench.must(linkMtu(D0, 1500));
    expect(bench.list(list(AF_INET6))).toEqual(['::1/128 dev 1 flags 0x80', 'fe80::ff:fe00:a/64 dev 2 flags 0x80']);
  });

  it('are tentative until nobody has objected', () => {
    const bench = new RouteBench(true);
    bench.must(linkUp(D0));
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "multicast ff00::/8 dev 2 metric 256 table 255",
        "unicast fe80::/64 dev 2 metric 256 table 254",
      ]
    `);
    expect(bench.list(list(AF_INET6))).toMatchInlineSnapshot(`
      [
        "::1/128 dev 1 flags 0x80",
        "fe80::ff:fe00:a/64 dev 2 flags 0xc0",
      ]
    `);
    bench.wait(3);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "fe80::ff:fe00:a/64 dev 2 flags 0x80",
        "local fe80::ff:fe00:a/128 dev 2 metric 0 table 255",
      ]
    `);
    expect(bench.list(list(AF_INET6))).toMatchInlineSnapshot(`
      [
        "::1/128 dev 1 flags 0x80",
        "fe80::ff:fe00:a/64 dev 2 flags 0x80",
      ]
    `);
  });

  it('are deprecated and go when their time has come', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '2001:db8::1/64', { lifetime: [10, 20] }));
    bench.told();
    bench.wait(11);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "2001:db8::1/64 dev 2 flags 0x20 preferred 0 valid 10",
      ]
    `);
    bench.wait(11);
    expect(bench.told()).toMatchInlineSnapshot(`
      [
        "gone: 2001:db8::1/64 dev 2 flags 0x20 preferred 0 valid 0",
        "gone: local 2001:db8::1/128 dev 2 metric 0 table 255",
      ]
    `);
  });

  it('are kept by the other link', () => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), linkUp(D1), make(D0, '2001:db8::1/64'), make(D1, '2001:db8:1::1/64'), linkUp(D0, false));
    expect(bench.list(list(AF_INET6))).toMatchInlineSnapshot(`
      [
        "::1/128 dev 1 flags 0x80",
        "2001:db8:1::1/64 dev 3 flags 0x80",
        "fe80::ff:fe00:b/64 dev 3 flags 0x80",
      ]
    `);
  });

  it.each([
    ['a second time', make(D0, '2001:db8::1/64'), 'EEXIST: ipv6: address already assigned'],
    ['with more bits than it has', make(D0, '2001:db8::2/129'), 'EINVAL: ipv6: Invalid prefix length'],
    ['of no device', make(99, '2001:db8::2/64'), 'ENODEV: ipv6: Unable to find the interface'],
    ['of a group', make(D0, 'ff02::5/64'), 'EADDRNOTAVAIL: ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag'],
    ['that is not there', address(RTM_DELADDR, 0, D0, '2001:db8::9/64'), 'EADDRNOTAVAIL: ipv6: address not found'],
  ])('are refused: %s', (_what, request, expected) => {
    const bench = new RouteBench();
    bench.must(linkUp(D0), make(D0, '2001:db8::1/64'));
    bench.told();
    expect(bench.ask(request)).toBe(expected);
    expect(bench.told()).toEqual([]);
  });
});
