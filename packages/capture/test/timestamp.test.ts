import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockUnit } from '../src/clock-unit.ts';
import { Timestamp } from '../src/timestamp.ts';

const LAST = 18_446_744_072;
const seconds = fc.oneof(fc.nat(0x7fff_ffff), fc.integer({ min: 0, max: LAST }));

describe('Timestamp', () => {
  it('counts nanoseconds exactly', () => {
    const time = new Timestamp();
    fc.assert(
      fc.property(seconds, fc.nat(999_999_999), (s, ns) => {
        time.set(s, ns);
        const count = BigInt(s) * 1_000_000_000n + BigInt(ns);
        expect(BigInt.asUintN(32, BigInt(time.high))).toBe(count >> 32n);
        expect(BigInt.asUintN(32, BigInt(time.low))).toBe(BigInt.asUintN(32, count));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [-1, 0],
    [LAST + 1, 0],
    [1.5, 0],
    [NaN, 0],
    [0, -1],
    [0, 1e9],
    [0, NaN],
  ])('refuses %d s and %d ns', (s, ns) => {
    expect(() => {
      new Timestamp().set(s, ns);
    }).toThrow(RangeError);
  });
});

describe('ClockUnit', () => {
  const words = fc.nat(0xffff_ffff);

  it.each([0, 3, 6, 7, 8, 9, 10, 12, 19, 127, 0x80, 0x8a, 0x94, 0x9e, 0xa0, 0xbf, 0xff])(
    'turns counts of resolution %i into seconds and nanoseconds',
    (resolution) => {
      const clock = new ClockUnit(resolution, 0);
      const unit = resolution < 0x80 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution & 0x7f);
      fc.assert(
        fc.property(words, words, (high, low) => {
          clock.convert(high, low);
          const count = (BigInt(high) << 32n) | BigInt(low);
          expect(clock.seconds).toBe(Number(count / unit));
          expect(clock.nanoseconds).toBe(Number(((count % unit) * 1_000_000_000n) / unit));
        }),
      );
    },
  );

  it('undoes what Timestamp does', () => {
    const time = new Timestamp();
    const clock = new ClockUnit(9, 0);
    fc.assert(
      fc.property(seconds, fc.nat(999_999_999), (s, ns) => {
        time.set(s, ns);
        clock.convert(time.high >>> 0, time.low >>> 0);
        expect([clock.seconds, clock.nanoseconds]).toEqual([s, ns]);
      }),
    );
  });

  it('adds the offset of its interface', () => {
    const clock = new ClockUnit(6, 1000);
    clock.convert(0, 2_500_000);
    expect([clock.seconds, clock.nanoseconds]).toEqual([1002, 500_000_000]);
  });
});
