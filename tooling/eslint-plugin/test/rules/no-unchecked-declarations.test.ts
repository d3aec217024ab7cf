import { noUncheckedDeclarations } from '../../src/rules/no-unchecked-declarations.ts';
import { plainTester } from '../support/tester.ts';

plainTester().run('no-unchecked-declarations', noUncheckedDeclarations, {
  valid: [
    'export interface A { a: number } export type B = A; let a: number; a = 1; void a;',
    'export class A { a = 1; accessor b = 2; } export function f(a: number): void; export function f(a: string): void; export function f(a: unknown): void { void a; }',
  ],
  invalid: [
    {
      code: 'let a!: number;\nexport class A { b!: number; accessor c!: number; }\nvoid a;',
      errors: [
        { messageId: 'definite', line: 1, column: 5, endColumn: 15 },
        { messageId: 'definite', line: 2, column: 18, endColumn: 29 },
        { messageId: 'definite', line: 2, column: 30 },
      ],
    },
    {
      code: "declare const a: number;\ndeclare function f(): void;\ndeclare class A {}\nexport class B { declare c: number; }\ndeclare global { var d: number; }\ndeclare module 'm' { const e: number; }",
      errors: [
        { messageId: 'ambient', line: 1, column: 1 },
        { messageId: 'ambient', line: 2, column: 1 },
        { messageId: 'ambient', line: 3, column: 1 },
        { messageId: 'ambient', line: 4, column: 18 },
        { messageId: 'ambient', line: 5, column: 1 },
        { messageId: 'ambient', line: 6, column: 1 },
      ],
    },
    {
      code: 'export function isA(a: unknown): a is number { return true; }\nexport function check(a: unknown): asserts a {}',
      errors: [
        { messageId: 'predicate', line: 1, column: 34, endColumn: 45 },
        { messageId: 'predicate', line: 2, column: 36 },
      ],
    },
  ],
});
