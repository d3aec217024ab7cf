import { describe, expect, it } from 'vitest';
import { goldens } from '../src/golden.ts';
import { roundTrip } from '../src/round-trip.ts';

describe('every kind of message of the goldens', () => {
  // Those that differ in their sequence number and port alone are tried once; `pnpm compare round-trip` tries each.
  const seen = new Set<string>();
  const results = goldens().map((golden) => [golden.name, roundTrip(golden, seen)] as const);
  const sum = (key: 'messages' | 'plain' | 'opaque'): number => results.reduce((total, [, result]) => total + result[key], 0);

  it('is the same octets when it has been decoded and encoded', () => {
    expect(results.flatMap(([name, { lost }]) => lost.map((where) => `${name} ${where}`))).toEqual([]);
    expect(sum('messages')).toBeGreaterThan(5_000);
  });

  it('mostly needs nothing beside what is decoded, and hardly ever its octets', () => {
    expect(sum('plain') / sum('messages')).toBeGreaterThan(0.55);
    expect(sum('opaque')).toBeLessThan(20);
  });
});
