import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bars } from '../src/stat/bars.ts';
import { LatencyHistogram } from '../src/stat/latency-histogram.ts';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const nanoseconds = fc.oneof(fc.nat(100), fc.nat(2 ** 31 - 1), fc.maxSafeNat());

describe('LatencyHistogram', () => {
  it('gives quantiles to 3 %, and never beyond what it was given', () => {
    fc.assert(
      fc.property(fc.array(nanoseconds, { minLength: 1, maxLength: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
        const histogram = histogramOf(values);
        const quantile = histogram.quantile(share);
        expect(Math.abs(quantile - exact)).toBeLessThanOrEqual(exact * 0.032);
        expect([histogram.count, histogram.least, histogram.greatest]).toEqual([values.length, sorted[0], sorted.at(-1)]);
        expect(quantile).toBeGreaterThanOrEqual(histogram.least);
        expect(quantile).toBeLessThanOrEqual(histogram.greatest);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 1000) },
    );
  });

  it('counts all that it was given, whatever the bounds', () => {
    fc.assert(
      fc.property(fc.array(nanoseconds), fc.uniqueArray(nanoseconds, { maxLength: 10 }), (values, bounds) => {
        const counts = histogramOf(values).between(bounds.toSorted((a, b) => a - b));
        expect(counts).toHaveLength(bounds.length + 1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  it('merges to what one would have counted', () => {
    const [all, some] = [histogramOf([1, 50, 2000, 3e9]), histogramOf([1, 3e9])];
    some.merge(histogramOf([50, 2000]));
    for (const share of [0, 0.25, 0.5, 0.9, 1]) expect(some.quantile(share)).toBe(all.quantile(share));
    expect([some.count, some.least, some.greatest]).toEqual([4, 1, 3e9]);
  });

  it('takes what cannot be: negative, endless', () => {
    expect(histogramOf([-5]).quantile(0.5)).toBe(0);
    expect(histogramOf([Infinity]).greatest).toBe(2 ** 53 - 1);
    expect(histogramOf([]).quantile(0.99)).toBe(0);
    expect(histogramOf([10, 1000, 1e6]).between([100, 10_000])).toEqual([1, 1, 1]);
  });
});

describe('bars', () => {
  it('shows what is there at all, and the most as the highest', () => {
    expect(bars([0, 1, 500, 1000], true)).toBe(' ▁▄█');
    expect(bars([0, 1, 500, 1000], false)).toBe(' .=@');
    expect(bars([0, 0], true)).toBe('  ');
  });
});
