import { AF_INET, AF_INET6 } from '@netdevkit/bindings';
import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { formatIpAddress, parseIpAddress, parseIpPrefix } from '../src/index.ts';

describe('addresses as text', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:1:0:0:0:1:0', '0:0:1::1:0'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s', (text, canonical) => {
    expect(formatIpAddress(parseIpAddress(text))).toBe(canonical);
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', '1.2.3.-4', ':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::', '::1.2.3', '1.2.3.4::', '::1%lo', '1:2:3:4:5:6:7::8:9'])(
    'refuses %j',
    (text) => {
      expect(() => parseIpAddress(text)).toThrow(RangeError);
    },
  );

  it('agrees with Node on what is an address', () => {
    const chars = fc.string({ unit: fc.constantFrom('0', '1', '2', 'f', ':', '::', '.', '255'), maxLength: 12 });
    fc.assert(
      fc.property(chars, (text) => {
        let good = true;
        try {
          parseIpAddress(text);
        } catch {
          good = false;
        }
        // Node takes eight groups with a :: that stands for none or one of them.
        if (good) expect(isIPv4(text) || isIPv6(text)).toBe(true);
        else if (!text.includes('::')) expect(isIPv4(text) || isIPv6(text)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.constantFrom(4, 16), (octets, length) => {
        const address = octets.slice(0, length);
        expect(parseIpAddress(formatIpAddress(address))).toEqual(address);
      }),
    );
  });

  it('reads prefixes', () => {
    expect(parseIpPrefix('10.0.0.0/8')).toEqual({ family: AF_INET, octets: Uint8Array.of(10, 0, 0, 0), length: 8 });
    expect(parseIpPrefix('::/0')).toMatchObject({ family: AF_INET6, length: 0 });
    expect(parseIpPrefix('::1')).toMatchObject({ length: 128 });
    for (const text of ['10.0.0.0/', '10.0.0.0/33', '::/129', '::/x', '::/ 1', '::/-1']) expect(() => parseIpPrefix(text)).toThrow(RangeError);
  });
});
