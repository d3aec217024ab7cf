import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editScript, type Edit } from '../src/diff/edit-script.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 3000);

/** What becomes of the first sequence when the differences are applied. */
function applied<T>(from: readonly T[], to: readonly T[], edits: readonly Edit[]): T[] {
  const result: T[] = [];
  let at = 0;
  for (const { fromStart, fromEnd, toStart, toEnd } of edits) {
    result.push(...from.slice(at, fromStart), ...to.slice(toStart, toEnd));
    at = fromEnd;
  }
  return [...result, ...from.slice(at)];
}

/** The length of the longest sequence that is part of both, by the book. */
function common<T>(a: readonly T[], b: readonly T[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    b.forEach((other, j) => next.push(one === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0)));
    row = next;
  }
  return row[b.length] ?? 0;
}

const few = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 });
const any = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1000 })), { maxLength: 60 });

describe('editScript', () => {
  it('turns the one into the other, whatever they are', () => {
    fc.assert(
      fc.property(any, any, (from, to) => {
        const edits = editScript(from, to);
        expect(applied(from, to, edits)).toEqual(to);
        edits.forEach(({ fromStart, fromEnd, toStart, toEnd }, index) => {
          expect(fromEnd - fromStart + toEnd - toStart).toBeGreaterThan(0);
          const before = edits[index - 1];
          // Something is the same between two differences, and as much on both sides.
          if (before !== undefined) expect(fromStart - before.fromEnd).toBeGreaterThan(0);
          if (before !== undefined) expect(fromStart - before.fromEnd).toBe(toStart - before.toEnd);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('is as short as can be where nothing stands in both just once', () => {
    const doubled = few.map((list) => [...list, ...list]);
    fc.assert(
      fc.property(doubled, doubled, (a, b) => {
        // Each element twice at least, so that nothing ties the sequences together.
        const [from, to] = [[...a, 0, 1, 2, 3, 0, 1, 2, 3], [...b, 3, 2, 1, 0, 3, 2, 1, 0]];
        const changed = editScript(from, to).reduce((sum, { fromStart, fromEnd, toStart, toEnd }) => sum + fromEnd - fromStart + toEnd - toStart, 0);
        expect(changed).toBe(from.length + to.length - 2 * common(from, to));
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('finds nothing between equals', () => {
    fc.assert(
      fc.property(any, (list) => {
        expect(editScript(list, [...list])).toEqual([]);
      }),
    );
  });

  it('finds an insertion in the middle of a long sequence', () => {
    const from = Float64Array.from({ length: 1_000_000 }, (_, i) => i);
    const to = Float64Array.from({ length: 1_000_001 }, (_, i) => (i < 600_000 ? i : i === 600_000 ? -1 : i - 1));
    expect(editScript(from, to)).toEqual([{ fromStart: 600_000, fromEnd: 600_000, toStart: 600_000, toEnd: 600_001 }]);
  });

  it('gives up in time where everything differs', () => {
    const from = Array.from({ length: 50_000 }, (_, i) => i % 7);
    const to = Array.from({ length: 50_000 }, (_, i) => 10 + (i % 5));
    const started = performance.now();
    expect(editScript(from, to)).toEqual([{ fromStart: 0, fromEnd: 50_000, toStart: 0, toEnd: 50_000 }]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
