import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../src/index.ts';
import { isPlainPing, turnAround } from '../src/turn.ts';
import { ethernet, icmp, ipv4, octets } from './packets.ts';

const ME = Uint8Array.of(2, 0, 0, 0, 0, 2);
const HOST = { address: Uint8Array.of(2, 0, 0, 0, 0, 3) };

function ping(payload: Uint8Array, more: { flags?: number; ttl?: number; id?: number } = {}): Uint8Array {
  return ethernet(HOST.address, ME, 0x0800, ipv4('10.77.0.1', '10.77.0.2', 1, icmp(8, 0, octets([1, 2, 3, 4], payload)), more));
}

describe('turnAround', () => {
  it('makes of a ping what answer makes of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), fc.integer({ min: 1, max: 255 }), fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 46 }), (payload, ttl, id, padding) => {
        const whole = ping(payload, { ttl, id });
        const frame = octets(whole, new Uint8Array(padding).fill(0x55));
        const expected = answer(frame, HOST);
        expect(isPlainPing(frame, HOST)).toBe(true);
        const length = turnAround(frame, HOST);
        expect(frame.subarray(0, length)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing, and says so, where answer does anything else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.array(fc.tuple(fc.nat(61), fc.nat(255)), { minLength: 1, maxLength: 3 }), (length, changes) => {
        const frame = ping(new Uint8Array(length));
        for (const [at, octet] of changes) if (at < frame.length) frame[at] = octet;
        const before = frame.slice();
        const expected = answer(frame, HOST);
        const end = isPlainPing(frame, HOST) ? turnAround(frame, HOST) : 0;
        if (end > 0) expect(frame.subarray(0, end)).toEqual(expected);
        else expect(frame).toEqual(before);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes none that is cut short, of more than its header, or a fragment', () => {
    const frame = ping(new Uint8Array(20));
    for (let length = 0; length < frame.length; length++) expect(isPlainPing(frame.subarray(0, length), HOST)).toBe(false);
    expect(isPlainPing(ping(new Uint8Array(20), { flags: 0x2000 }), HOST)).toBe(false);
    expect(isPlainPing(frame, { address: ME })).toBe(false);
  });
});
