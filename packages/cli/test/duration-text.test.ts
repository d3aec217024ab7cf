import { describe, expect, it } from 'vitest';
import { durationText } from '../src/print/duration-text.ts';

describe('durationText', () => {
  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [999.6, '1.00 µs'],
    [1234, '1.23 µs'],
    [9994, '9.99 µs'],
    [9996, '10.0 µs'],
    [99_960, '100 µs'],
    [999_499, '999 µs'],
    [999_600, '1.00 ms'],
    [12_345_678, '12.3 ms'],
    [1.5e9, '1.50 s'],
    [7.2e12, '7200 s'],
    [-1500, '-1.50 µs'],
  ])('writes %d as %s', (nanoseconds, text) => {
    expect(durationText(nanoseconds)).toBe(text);
  });
});
