import { assert, property, uint8Array, constantFrom, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SKB_DROP_REASON } from '@netdevkit/bindings/raw';
import { answer } from '../src/index.ts';
import { arp, ethernet, icmp, icmp6, ip4, ip6, ipv4, octets, sum16 } from './packets.ts';

const ME = Uint8Array.of(2, 0, 0, 0, 0, 1);
const HOST = { address: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const ALL = new Uint8Array(6).fill(0xff);
const NOBODY = new Uint8Array(6);
const ARP = 0x0806;
const IP = 0x0800;
const IPV6 = 0x86dd;
const PAYLOAD = Uint8Array.from({ length: 56 }, (_, i) => i);
/** Identifier and sequence number, then what `ping` sends. */
const ECHO = octets([0x12, 0x34, 0, 7], PAYLOAD);

const pad = (frame: Uint8Array): Uint8Array => octets(frame, new Uint8Array(Math.max(0, 60 - frame.length)));

describe('ARP', () => {
  const request = (senderIp: string, targetIp: string): Uint8Array => ethernet(ALL, ME, ARP, arp(1, ME, senderIp, NOBODY, targetIp));

  it.each(['10.77.0.2', '1.1.1.1', '223.255.255.255'])('for %s is answered', (address) => {
    const reply = ethernet(ME, HOST.address, ARP, arp(2, HOST.address, address, ME, '10.77.0.1'));
    expect(answer(request('10.77.0.1', address), HOST)).toEqual(reply);
    expect(answer(pad(request('10.77.0.1', address)), HOST)).toEqual(reply);
  });

  it('to the host alone is answered, too: a neighbour that is checked', () => {
    expect(answer(ethernet(HOST.address, ME, ARP, arp(1, ME, '10.77.0.1', HOST.address, '10.77.0.2')), HOST)).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ['a probe', '0.0.0.0', '10.77.0.2'],
    ['a gratuitous one', '10.77.0.1', '10.77.0.1'],
    ['one for everybody', '10.77.0.1', '255.255.255.255'],
    ['one for a group', '10.77.0.1', '224.0.0.1'],
    ['one for nobody', '10.77.0.1', '0.0.0.0'],
    ['one for the asker itself', '10.77.0.1', '127.0.0.1'],
  ])('that is %s is not', (_what, senderIp, targetIp) => {
    expect(answer(request(senderIp, targetIp), HOST)).toBeUndefined();
  });

  it('that is an answer is not', () => {
    expect(answer(ethernet(ALL, ME, ARP, arp(2, ME, '10.77.0.1', HOST.address, '10.77.0.2')), HOST)).toBeUndefined();
  });

  it('of other kinds, and cut short, is dropped', () => {
    const good = request('10.77.0.1', '10.77.0.2');
    for (const at of [14, 16, 18, 19]) {
      const bad = good.slice();
      bad[at] = 99;
      expect(answer(bad, HOST)).toBe('INVALID_PROTO');
    }
    for (let length = 14; length < good.length; length++) expect(answer(good.slice(0, length), HOST)).toBe('PKT_TOO_SMALL');
  });
});

describe('an echo request', () => {
  const ping = (more: Parameters<typeof ipv4>[4] = {}, destination = '10.77.0.2'): Uint8Array =>
    ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', destination, 1, icmp(8, 0, ECHO), more));

  it('is answered by whom it was for', () => {
    const reply = ethernet(ME, HOST.address, IP, ipv4('10.77.0.2', '10.77.0.1', 1, icmp(0, 0, ECHO)));
    expect(answer(ping(), HOST)).toEqual(reply);
    expect(answer(ping({ ttl: 1, id: 4711, flags: 0 }), HOST)).toEqual(reply);
    expect(answer(ping({ options: [1, 1, 1, 0] }), HOST)).toEqual(reply);
    expect(answer(octets(ping(), new Uint8Array(20)), HOST)).toEqual(reply);
  });

  it.each([0, 1, 2, 1472, 1473, 65_507])('of %i octets is answered', (length) => {
    const body = octets([1, 2, 3, 4], Uint8Array.from({ length }, (_, i) => i & 0xff));
    const reply = answer(ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '9.9.9.9', 1, icmp(8, 0, body))), HOST);
    expect(reply).toEqual(ethernet(ME, HOST.address, IP, ipv4('9.9.9.9', '10.77.0.1', 1, icmp(0, 0, body))));
  });

  it('keeps its type of service', () => {
    const frame = ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO));
    frame[1] = 0xb8;
    frame.set([0, 0], 10);
    const sum = 0xffff - sum16(frame.subarray(0, 20));
    frame.set([sum >> 8, sum & 0xff], 10);
    const reply = answer(ethernet(HOST.address, ME, IP, frame), HOST);
    expect(reply).toBeInstanceOf(Uint8Array);
    expect((reply as Uint8Array)[15]).toBe(0xb8);
    expect(sum16((reply as Uint8Array).subarray(14, 34))).toBe(0xffff);
  });

  it('to everybody or a group is not answered', () => {
    expect(answer(ping({}, '255.255.255.255'), HOST)).toBeUndefined();
    expect(answer(ping({}, '224.0.0.1'), HOST)).toBeUndefined();
    expect(answer(ethernet(ALL, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))), HOST)).toBeUndefined();
  });

  it('in fragments is dropped', () => {
    for (const flags of [0x2000, 0x0001, 0x2001]) expect(answer(ping({ flags }), HOST)).toBe('FRAG_TOO_FAR');
  });

  it('with a wrong checksum is dropped, and says which', () => {
    for (let at = 14; at < 34; at++) {
      const bad = ping();
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(answer(bad, HOST), `octet ${String(at)}`).not.toBeInstanceOf(Uint8Array);
    }
    for (let at = 34; at < ping().length; at++) {
      const bad = ping();
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(answer(bad, HOST)).toBe('ICMP_CSUM');
    }
  });

  it('cut short is dropped', () => {
    for (let length = 14; length < ping().length; length++) expect(answer(ping().slice(0, length), HOST)).toBe('PKT_TOO_SMALL');
  });

  it('that is another message needs no answer; that is another protocol is dropped', () => {
    expect(answer(ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(0, 0, ECHO))), HOST)).toBeUndefined();
    expect(answer(ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 1, ECHO))), HOST)).toBeUndefined();
    expect(answer(ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 17, ECHO)), HOST)).toBe('IP_NOPROTO');
    expect(answer(ethernet(HOST.address, ME, IP, ipv4('127.0.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))), HOST)).toBe('IP_INADDRERRORS');
  });
});

describe('neighbour discovery', () => {
  const [me, other] = ['fe80::1', 'fd00::7'];
  const solicit = (source: string, target: string, options: readonly number[] = [1, 1, ...ME], hops = 255, code = 0): Uint8Array =>
    ethernet(Uint8Array.of(0x33, 0x33, 0xff, 0, 0, 7), ME, IPV6, icmp6(source, 'ff02::1:ff00:7', 135, code, octets([0, 0, 0, 0], ip6(target), options), hops));

  it('is answered, solicited and overriding, with the address of the host', () => {
    const body = octets([0x60, 0, 0, 0], ip6(other), [2, 1, ...HOST.address]);
    const reply = ethernet(ME, HOST.address, IPV6, icmp6(other, me, 136, 0, body, 255));
    expect(answer(solicit(me, other), HOST)).toEqual(reply);
    expect(answer(solicit(me, other, []), HOST)).toEqual(reply);
  });

  it('that probes for duplicates is not', () => {
    expect(answer(solicit('::', other, []), HOST)).toBeUndefined();
  });

  it('that is not in order is dropped', () => {
    expect(answer(solicit(me, other, [], 254), HOST)).toBe('IPV6_NDISC_HOP_LIMIT');
    expect(answer(solicit(me, other, [], 255, 1), HOST)).toBe('IPV6_NDISC_BAD_CODE');
    expect(answer(solicit(me, other, [1, 0, 0, 0, 0, 0, 0, 0]), HOST)).toBe('IPV6_NDISC_BAD_OPTIONS');
    expect(answer(solicit(me, other, [1, 2, 0, 0, 0, 0, 0, 0]), HOST)).toBe('IPV6_NDISC_BAD_OPTIONS');
    expect(answer(solicit(me, 'ff02::1'), HOST)).toBe('IP_INADDRERRORS');
    expect(answer(solicit(me, '::'), HOST)).toBe('IP_INADDRERRORS');
    const short = ethernet(HOST.address, ME, IPV6, icmp6(me, other, 135, 0, new Uint8Array(19), 255));
    expect(answer(short, HOST)).toBe('PKT_TOO_SMALL');
  });
});

describe('an ICMPv6 echo request', () => {
  const ping = (destination = 'fd00::2', source = 'fd00::1'): Uint8Array => ethernet(HOST.address, ME, IPV6, icmp6(source, destination, 128, 0, ECHO));

  it('is answered by whom it was for', () => {
    expect(answer(ping(), HOST)).toEqual(ethernet(ME, HOST.address, IPV6, icmp6('fd00::2', 'fd00::1', 129, 0, ECHO)));
  });

  it('to a group, or from nobody, is not answered', () => {
    expect(answer(ping('ff02::1'), HOST)).toBeUndefined();
    expect(answer(ping('fd00::2', '::'), HOST)).toBeUndefined();
    expect(answer(ping('fd00::2', 'ff02::1'), HOST)).toBe('IP_INADDRERRORS');
  });

  it('with a wrong checksum, in fragments, of another protocol or cut short is dropped', () => {
    for (let at = 54; at < ping().length; at++) {
      const bad = ping();
      bad[at] = (bad[at] ?? 0) ^ 1;
      expect(answer(bad, HOST)).toBe('ICMP_CSUM');
    }
    const fragment = ping();
    fragment[20] = 44;
    expect(answer(fragment, HOST)).toBe('FRAG_TOO_FAR');
    fragment[20] = 17;
    expect(answer(fragment, HOST)).toBe('IP_NOPROTO');
    for (let length = 14; length < ping().length; length++) expect(answer(ping().slice(0, length), HOST)).toBe('PKT_TOO_SMALL');
  });
});

describe('any frame', () => {
  it('for another host, or from a group, or of another protocol, is dropped', () => {
    expect(answer(ethernet(Uint8Array.of(2, 9, 9, 9, 9, 9), ME, IP, new Uint8Array(46)), HOST)).toBe('OTHERHOST');
    expect(answer(ethernet(ALL, ALL, IP, new Uint8Array(46)), HOST)).toBe('MAC_INVALID_SOURCE');
    expect(answer(ethernet(HOST.address, ME, 0x8100, new Uint8Array(46)), HOST)).toBe('UNHANDLED_PROTO');
    for (let length = 0; length < 14; length++) expect(answer(new Uint8Array(length), HOST)).toBe('HDR_TRUNC');
  });

  it('is answered to its sender, dropped for a reason that there is, or let go: whatever it holds', () => {
    const good = [
      ethernet(ALL, ME, ARP, arp(1, ME, '10.77.0.1', NOBODY, '10.77.0.2')),
      ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO))),
      ethernet(HOST.address, ME, IPV6, icmp6('fd00::1', 'fd00::2', 128, 0, ECHO)),
      ethernet(HOST.address, ME, IPV6, icmp6('fe80::1', 'fd00::2', 135, 0, octets([0, 0, 0, 0], ip6('fd00::2'), [1, 1, ...ME]), 255)),
    ];
    assert(
      property(constantFrom(...good), integer({ min: 0, max: 120 }), uint8Array({ maxLength: 8 }), integer({ min: 0, max: 200 }), (frame, at, change, length) => {
        const mutant = octets(frame, new Uint8Array(32));
        mutant.set(change.subarray(0, Math.max(0, mutant.length - at)), Math.min(at, mutant.length));
        const result = answer(mutant.subarray(0, length), HOST);
        if (result instanceof Uint8Array) {
          expect(result.subarray(0, 6)).toEqual(mutant.subarray(6, 12));
          expect(result.subarray(6, 12)).toEqual(HOST.address);
          if (result[12] === 8 && result[13] === 0) expect(sum16(result.subarray(14, 34))).toBe(0xffff);
        } else if (result !== undefined) {
          expect(Object.keys(SKB_DROP_REASON)).toContain(result);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has an answer that is not answered: two such hosts do not keep each other busy', () => {
    const request = ethernet(HOST.address, ME, IP, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, ECHO)));
    const reply = answer(request, HOST);
    expect(reply).toBeInstanceOf(Uint8Array);
    if (reply instanceof Uint8Array) expect(answer(reply, { address: ME })).toBeUndefined();
    expect(ip4('10.77.0.1')).toHaveLength(4);
  });
});
