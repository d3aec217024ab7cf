import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arp,
  ethernet,
  icmpEcho,
  icmpv6Echo,
  internetChecksum,
  ipv4,
  ipv6,
  ipv6Octets,
  ipv6Text,
  macOctets,
  neighbourSolicitation,
  rawNetwork,
  rawTransport,
  readFrame,
  udp,
} from '../src/index.ts';

const mac = { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' };
const v4 = { source: '192.0.2.1', destination: '192.0.2.2' };
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const payload = Uint8Array.of(1, 2, 3, 4, 5);
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('internetChecksum', () => {
  it('is that of the example of RFC 1071, section 3', () => {
    // Its sum is ddf2, the checksum the complement.
    expect(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(~0xddf2 & 0xffff);
  });
});

describe('ethernet', () => {
  it('is, with an ARP request in it, the octets that Linux sends', () => {
    const frame = ethernet(
      { source: mac.source, destination: 'ff:ff:ff:ff:ff:ff' },
      arp({ operation: 'request', senderMac: mac.source, senderIp: '10.77.0.1', targetIp: '10.77.0.2' }),
    );
    expect(hex(frame)).toBe('ffffffffffff020000000001080600010800060400010200000000010a4d00010000000000000a4d0002');
  });

  it('carries an echo whose checksums are right', () => {
    const frame = ethernet(mac, ipv4({ ...v4, ttl: 3, id: 9 }, icmpEcho({ id: 7, sequence: 1, payload })));
    expect(readFrame(frame)).toEqual({
      ethernet: { ...mac, type: 0x0800 },
      ipv4: { ...v4, protocol: 1, ttl: 3, id: 9, checksum: 'good' },
      icmp: { type: 8, code: 0, checksum: 'good', id: 7, sequence: 1 },
      rest: payload,
    });
  });

  it('carries ICMPv6 whose checksum covers the addresses', () => {
    const frame = ethernet(mac, ipv6(v6, icmpv6Echo({ kind: 'reply', id: 1, sequence: 65535, payload })));
    expect(readFrame(frame)).toEqual({
      ethernet: { ...mac, type: 0x86dd },
      ipv6: { ...v6, protocol: 58, hopLimit: 64 },
      icmpv6: { type: 129, code: 0, checksum: 'good', id: 1, sequence: 65535 },
      rest: payload,
    });
    frame[14 + 39] = 3;
    expect(readFrame(frame).icmpv6?.checksum).toBe('bad');
  });

  it('carries the question for a neighbour', () => {
    const frame = ethernet(mac, ipv6({ ...v6, hopLimit: 255 }, neighbourSolicitation({ target: 'fe80::2', sourceMac: mac.source })));
    expect(readFrame(frame).icmpv6).toEqual({ type: 135, code: 0, checksum: 'good', target: 'fe80::2', mac: mac.source });
  });

  it('carries UDP, over IPv4 and IPv6', () => {
    const datagram = udp({ sourcePort: 1000, destinationPort: 53, payload });
    for (const layer of [ipv4(v4, datagram), ipv6(v6, datagram)]) {
      const frame = readFrame(ethernet(mac, layer));
      expect(frame.udp).toEqual({ sourcePort: 1000, destinationPort: 53, checksum: 'good' });
      expect(frame.rest).toEqual(payload);
    }
  });

  it('refuses what is no address', () => {
    expect(() => macOctets('02:00:00:00:00')).toThrow(RangeError);
    expect(() => ethernet(mac, ipv4({ ...v4, source: '1.2.3.256' }, rawTransport(1, payload)))).toThrow('IPv4 address: got "1.2.3.256"');
    for (const bad of ['::1::2', '1:2:3:4:5:6:7', '12345::', '1:2:3:4:5:6:7:8::', 'g::']) expect(() => ipv6Octets(bad), bad).toThrow(RangeError);
    expect(() => ipv6Octets(payload)).toThrow('expected 16 octets, got 5');
  });
});

describe('ipv6Text', () => {
  it.each([
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ])('writes %s as RFC 5952 does', (long, short) => {
    expect(ipv6Text(ipv6Octets(long))).toBe(short);
  });

  it('is read back', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => hex(ipv6Octets(ipv6Text(octets))) === hex(octets)));
  });
});

describe('readFrame', () => {
  it('leaves what it does not understand', () => {
    expect(readFrame(ethernet(mac, rawNetwork(0x88cc, payload)))).toEqual({ ethernet: { ...mac, type: 0x88cc }, rest: payload });
    expect(() => readFrame(payload)).toThrow('expected at least 14 octets, got 5');
  });

  it('reads no transport out of a fragment', () => {
    const frame = ethernet(mac, ipv4(v4, udp({ sourcePort: 1, destinationPort: 2, payload })));
    frame[14 + 6] = 0x20;
    const { udp: layer, ipv4: network } = readFrame(frame);
    expect([layer, network?.checksum]).toEqual([undefined, 'bad']);
  });

  it('throws for no octets behind a header, and reads none outside them', () => {
    const kinds = [arp({ operation: 'reply', senderMac: mac.source, senderIp: v4.source, targetIp: v4.destination }), ipv4(v4, udp({ sourcePort: 1, destinationPort: 2 })), ipv6(v6, neighbourSolicitation({ target: 'fe80::1', sourceMac: mac.source }))];
    const changes = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), changes, fc.nat(90), (layer, edits, cut) => {
        const frame = ethernet(mac, layer).slice(0, 14 + cut);
        for (const [at, octet] of edits) if (at + 12 < frame.length) frame[at + 12] = octet;
        const { rest } = readFrame(frame);
        expect(rest.buffer).toBe(frame.buffer);
        expect(rest.byteOffset + rest.length).toBeLessThanOrEqual(frame.length);
      }),
      { numRuns: 5000 },
    );
  });
});
