import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../src/diff/digest.ts';
import { NumberList } from '../src/diff/number-list.ts';
import { NumberTable } from '../src/diff/number-table.ts';

describe('NumberTable', () => {
  it('numbers what comes as a map would', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.maxSafeInteger(), fc.constant(-0)), { maxLength: 3000 });
    fc.assert(
      fc.property(numbers, (list) => {
        const [table, map] = [new NumberTable(), new Map<number, number>()];
        for (const number of list) {
          if (!map.has(number)) map.set(number, map.size);
          expect(table.of(number)).toBe(map.get(number));
        }
        expect(table.size).toBe(map.size);
      }),
    );
  });
});

describe('NumberList', () => {
  it('keeps what was added, also beyond what it grows by', () => {
    const list = new NumberList();
    for (let i = 0; i < 100_000; i++) list.push(i * 7 - 50_000);
    expect(list.length).toBe(100_000);
    for (const i of [0, 1, 32_767, 32_768, 65_535, 65_536, 99_999]) expect(list.at(i)).toBe(i * 7 - 50_000);
  });

  it('keeps small numbers in less room, and whatever comes between them', () => {
    const value = (i: number): number => (i >> 15 === 1 && i % 1000 === 7 ? [65_536, -1, 2 ** 31 - 1, -(2 ** 31)][i % 4] ?? 0 : i % 65_536);
    const list = new NumberList();
    for (let i = 0; i < 140_000; i++) list.push(value(i));
    for (let i = 0; i < 140_000; i += i % 1000 === 6 ? 1 : 3) if (list.at(i) !== value(i)) expect(list.at(i), String(i)).toBe(value(i));
    expect(list.length).toBe(140_000);
  });
});

describe('Digest', () => {
  it('tells apart what is joined in another way', () => {
    const of = (...parts: readonly (string | number)[]): number => {
      const digest = new Digest();
      for (const part of parts) digest.add(part);
      return digest.value;
    };
    const all = [of(), of(''), of('', ''), of('ab'), of('a', 'b'), of('a', ''), of('', 'a'), of(0), of(1), of(-1), of(2 ** 32), of(2 ** 53 - 1), of(0, 0)];
    expect(new Set(all).size).toBe(all.length);
    expect(of('a', 7)).toBe(of('a', 7));
  });
});
