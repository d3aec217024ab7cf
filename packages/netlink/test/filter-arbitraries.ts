import fc from 'fast-check';
import { it } from 'vitest';
import { printFilter, type Comparison, type Expression, type FieldName, type Literal, type Range } from '../src/index.ts';

export { fc };

/** How many cases a property is tried on. */
const RUNS = Number(process.env['FC_RUNS'] ?? 2000);

/** Properties as tests. */
export const test = {
  prop<T extends [unknown, ...unknown[]]>(name: string, arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }, check: (...values: T) => void): void {
    it(name, () => {
      fc.assert(fc.property(...arbitraries, check), { numRuns: RUNS });
    });
  },
};

const WORD_CHARACTERS = Array.from('abcXYZ019_:/@#+%-.');

const plainWord = fc
  .string({ unit: fc.constantFrom(...WORD_CHARACTERS), minLength: 1, maxLength: 12 })
  .filter((word) => !word.includes('..') && !/^(?:and|or|not|in|has)$/i.test(word));

const fieldPart = fc.string({ unit: fc.constantFrom(...Array.from('abcZ09_-#')), minLength: 1, maxLength: 8 });
const keyword = /^(?:and|or|not|in|has)$/i;

const fieldName: fc.Arbitrary<FieldName> = fc
  .array(fieldPart, { minLength: 1, maxLength: 4 })
  .filter((path) => !keyword.test(path.join('.')))
  .map((path) => ({ path, at: 0 }));

const literal: fc.Arbitrary<Literal> = fc.oneof(
  plainWord.map((text) => ({ text, isQuoted: false, at: 0 })),
  fc.string({ unit: 'binary', maxLength: 10 }).map((text) => ({ text, isQuoted: true, at: 0 })),
  fc.integer().map((number) => ({ text: String(number), isQuoted: false, at: 0 })),
);

const range: fc.Arbitrary<Range> = fc.record({ from: literal, to: literal });
const comparison: fc.Arbitrary<Comparison> = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');

/** Expressions as the parser makes them. */
export function expression(): fc.Arbitrary<Expression> {
  const { tree } = fc.letrec<{ tree: Expression; leaf: Expression }>((tie) => ({
    leaf: fc.oneof(
      plainWord.map((word): Expression => ({ kind: 'word', word, at: 0 })),
      fc.record({ field: fieldName, operator: comparison, value: literal }).map((parts): Expression => ({ kind: 'compare', ...parts })),
      fc.record({ field: fieldName, pattern: literal }).map((parts): Expression => ({ kind: 'like', ...parts })),
      fc.record({ field: fieldName, value: literal }).map((parts): Expression => ({ kind: 'has', ...parts })),
      fc
        .record({ field: fieldName, choices: fc.array(fc.oneof(literal, range), { minLength: 1, maxLength: 4 }) })
        .map((parts): Expression => ({ kind: 'in', ...parts })),
    ),
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), operands: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }) }),
      tie('tree').map((operand): Expression => ({ kind: 'not', operand })),
    ),
  }));
  return tree;
}

/** Texts that are nearly, or really, expressions. */
export function expressionText(): fc.Arbitrary<string> {
  return expression().map((tree) => printFilter(tree));
}
