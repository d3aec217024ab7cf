import { requireCastComment } from '../../src/rules/require-cast-comment.ts';
import { plainTester } from '../support/tester.ts';

plainTester().run('require-cast-comment', requireCastComment, {
  valid: [
    'declare const a: unknown;\n// CAST: it is.\nexport const b = a as string;',
    'declare const a: unknown;\nexport const b = a as string; // CAST: it is.',
    'declare const a: unknown;\nexport const b = [\n  // CAST: it is.\n  a as string,\n  1,\n];',
    'declare const a: unknown;\nexport const b = [\n  1,\n  a as string, // CAST: it is.\n];',
    'declare const a: unknown;\n// CAST: it is, for\n// a long reason.\nexport const b = (a as string)\n  .length;',
    'declare const a: unknown;\n// SAFETY: an index was made by its registration.\nexport const b = a as number & { readonly __brand: "Index" };',
    'export const a = [1] as const; export const b = <const>[2]; export const c = 1 satisfies number;',
    'declare const a: number[];\nexport const b = a[0]!;',
    'declare const a: Map<number, number>;\n// CAST: set above.\nexport const b = a.get(1)!;',
    'declare const a: unknown;\nexport function f(): string {\n  // CAST: it is.\n  if (a !== null) return a as string;\n  return "";\n}',
    'declare const a: unknown;\nexport class A {\n  // CAST: it is.\n  b = a as string;\n}',
    'declare const a: unknown;\nexport const f = (n: number): string => {\n  switch (n) {\n    // CAST: it is.\n    case a as number:\n      return "";\n    default:\n      return "";\n  }\n};',
    'declare const a: unknown;\n// CAST: it is.\nfor (let b = a as number; b < 1; b++) void b;\n/* CAST: it is. */\nl: for (const c of a as string[]) void c;',
  ],
  invalid: [
    { code: 'declare const a: unknown;\nexport const b = a as string;', errors: [{ messageId: 'assertion', line: 2, column: 18, endColumn: 29 }] },
    { code: 'declare const a: unknown;\nexport const b = <string>a;', errors: [{ messageId: 'assertion', line: 2, column: 18 }] },
    { code: 'declare const a: Map<number, number>;\nexport const b = a.get(1)!;', errors: [{ messageId: 'nonNull', line: 2, column: 18, endColumn: 27 }] },
    { code: 'declare const a: unknown;\n// CAST: it is.\n\nexport const b = a as string;', errors: [{ messageId: 'assertion', line: 4, column: 18 }] },
    { code: 'declare const a: unknown;\n// CAST:\nexport const b = a as string;', errors: [{ messageId: 'empty', line: 3, column: 18 }] },
    { code: 'declare const a: unknown; // CAST: of the line above.\nexport const b = a as string;', errors: [{ messageId: 'assertion', line: 2, column: 18 }] },
    { code: 'declare const a: unknown;\n// CAST: of the function.\nexport function f(): string {\n  return a as string;\n}', errors: [{ messageId: 'assertion', line: 4, column: 10 }] },
    { code: 'declare const a: unknown;\n// A CAST: in a sentence.\nexport const b = a as string;', errors: [{ messageId: 'assertion', line: 3, column: 18 }] },
  ],
});
