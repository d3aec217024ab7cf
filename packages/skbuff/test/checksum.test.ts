import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldChecksum, partialChecksum, pseudoHeaderChecksum } from '../src/index.ts';
import { Rig } from './rig.ts';

/** RFC 1071 as it is written: end-around carry, word by word. */
function slow(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return ~sum & 0xffff;
}

describe('the checksum', () => {
  it('of RFC 1071 is as its example says', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(foldChecksum(partialChecksum(bytes))).toBe(~0xddf2 & 0xffff);
  });

  it('is what the slow way gives, whatever the octets, in one piece or in two', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), integer({ min: 0, max: 100 }), (bytes, half) => {
        const cut = Math.min(2 * half, bytes.length & ~1);
        expect(foldChecksum(partialChecksum(bytes))).toBe(slow(bytes));
        expect(foldChecksum(partialChecksum(bytes, partialChecksum(bytes, 0, 0, cut), cut))).toBe(slow(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('does not lose carries in the longest packets', () => {
    const bytes = new Uint8Array(1 << 20).fill(0xff);
    expect(foldChecksum(partialChecksum(bytes))).toBe(0);
    expect(foldChecksum(partialChecksum(bytes, 0xffff_ffff))).toBe(0);
  });

  it('is the same of more octets than are summed in one go', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 31) ^ (i >> 8));
    for (const length of [127, 128, 129, 143, 144, 145, 0x7fff, 0x8007, bytes.length]) {
      expect(foldChecksum(partialChecksum(bytes, 0, 0, length))).toBe(slow(bytes.subarray(0, length)));
      expect(foldChecksum(partialChecksum(bytes, 0, 1, length))).toBe(slow(bytes.subarray(1, length)));
    }
    const most = new Uint8Array(3 << 20).fill(0xff);
    expect(foldChecksum(partialChecksum(most, 0xffff_ffff))).toBe(0);
  });

  it('with a right one among the octets is 0', () => {
    const bytes = Uint8Array.of(1, 2, 0, 0, 5, 6, 7);
    const checksum = foldChecksum(partialChecksum(bytes));
    bytes.set([checksum >> 8, checksum & 0xff], 2);
    expect(foldChecksum(partialChecksum(bytes))).toBe(0);
  });

  it('of a pseudo-header is that of its octets', () => {
    const source = Uint8Array.of(10, 77, 0, 1);
    const destination = Uint8Array.of(10, 77, 0, 2);
    const header = Uint8Array.of(...source, ...destination, 0, 17, 0x12, 0x34);
    expect(foldChecksum(pseudoHeaderChecksum(source, destination, 17, 0x1234))).toBe(slow(header));
    const long = Uint8Array.of(...new Uint8Array(16).fill(0xfd), ...new Uint8Array(16).fill(1), 0, 1, 0x12, 0x34, 0, 0, 0, 58);
    expect(foldChecksum(pseudoHeaderChecksum(long.subarray(0, 16), long.subarray(16, 32), 58, 0x1_1234))).toBe(slow(long));
  });

  it('of a packet is of the octets that are asked for', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(9, 1, 2, 3, 4));
    expect(skb.checksum(1)).toBe(slow(Uint8Array.of(1, 2, 3, 4)));
    expect(skb.checksum(1, 3)).toBe(slow(Uint8Array.of(1, 2)));
    expect(skb.checksum(1, 3, 0x0304)).toBe(slow(Uint8Array.of(1, 2, 3, 4)));
    expect(skb.checksum(5)).toBe(0xffff);
    skb.consume();
  });
});
