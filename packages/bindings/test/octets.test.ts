import { describe, expect, it } from 'vitest';
import { element, octets, setOctets } from '../src/octets.ts';

const buffer = Uint8Array.from({ length: 32 }, (_, index) => index);
const view = new DataView(buffer.buffer, 8, 16);

describe('octets', () => {
  it('shares the memory of the view', () => {
    expect(octets(view, 2, 3)).toEqual(Uint8Array.of(10, 11, 12));
    expect(octets(view, 2, 3).buffer).toBe(buffer.buffer);
    expect(octets(view, 16, 0)).toHaveLength(0);
  });

  it.each([
    [14, 3],
    [16, 1],
    [-1, 1],
    [2 ** 53, 1],
    [Number.NaN, 1],
  ])('refuses what lies outside the view, though not outside its buffer: %i, %i octets', (at, size) => {
    expect(() => octets(view, at, size)).toThrow(RangeError);
  });
});

describe('setOctets', () => {
  it('copies, clears the rest and touches nothing else', () => {
    const bytes = new Uint8Array(8).fill(0xff);
    setOctets(new DataView(bytes.buffer), 2, 4, Uint8Array.of(1, 2));
    expect(bytes).toEqual(Uint8Array.of(0xff, 0xff, 1, 2, 0, 0, 0xff, 0xff));
  });

  it('refuses what is too long or lies outside, and writes nothing', () => {
    const bytes = new Uint8Array(8);
    const target = new DataView(bytes.buffer, 0, 4);
    expect(() => setOctets(target, 0, 2, Uint8Array.of(1, 2, 3))).toThrow(new RangeError('expected at most 2 octets, got 3'));
    expect(() => setOctets(target, 3, 2, Uint8Array.of(1))).toThrow(RangeError);
    expect(bytes).toEqual(new Uint8Array(8));
  });
});

describe('element', () => {
  it('finds an element and refuses one that is not there', () => {
    expect(element(16, 3, 4, 2)).toBe(22);
    for (const index of [-1, 4, 0.5, Number.NaN]) expect(() => element(16, index, 4, 2)).toThrow(RangeError);
  });
});
