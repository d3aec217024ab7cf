import { requireSafetySection } from '../../src/rules/require-safety-section.ts';
import { plainTester } from '../support/tester.ts';

const DOC = '/**\n * Wraps.\n *\n * # Safety\n *\n * - It is alive.\n */\n';

plainTester().run('require-safety-section', requireSafetySection, {
  valid: [
    `${DOC}export function wrapUnsafe(): void {}`,
    `${DOC}export const wrapUnsafe = (): void => {};`,
    `${DOC}export default function wrapUnsafe() {}`,
    `${DOC}function wrapUnsafe(): void {}\nexport { wrapUnsafe };`,
    `${DOC}export function wrapUnsafe(a: number): void;\n${DOC}export function wrapUnsafe(a: string): void;\nexport function wrapUnsafe(a: unknown): void {}`,
    `export class A {\n${DOC}static wrapUnsafe(): void {}\nprivate otherUnsafe(): void {}\n#thirdUnsafe(): void {} }`,
    '/** @remarks # Safety\n * It is alive. */\nexport function wrapUnsafe(): void {}',
    '/** Wraps. */\nexport function wrap(): void {}\nfunction innerUnsafe(): void {}\ninnerUnsafe();\nexport const Unsafe = 1, aUnsafe = 2;',
    "export { wrapUnsafe } from './other.ts';",
  ],
  invalid: [
    { code: 'export function wrapUnsafe(): void {}', errors: [{ messageId: 'missing', data: { name: 'wrapUnsafe' }, line: 1, column: 17, endColumn: 27 }] },
    { code: '/** Wraps. */\nexport function wrapUnsafe(): void {}', errors: [{ messageId: 'missing', line: 2, column: 17 }] },
    { code: '/** Wraps.\n *\n * # Safety\n *\n * @param a - b\n */\nexport function wrapUnsafe(): void {}', errors: [{ messageId: 'empty', data: { name: 'wrapUnsafe' }, line: 7, column: 17 }] },
    { code: '/* # Safety\n * - no doc comment */\nexport function wrapUnsafe(): void {}', errors: [{ messageId: 'missing', line: 3, column: 17 }] },
    { code: `${DOC}\nexport function wrapUnsafe(): void {}`, errors: [{ messageId: 'missing', line: 9, column: 17 }] },
    { code: '/** Wraps. */\nexport const wrapUnsafe = function (): void {};', errors: [{ messageId: 'missing', line: 2, column: 14, endColumn: 24 }] },
    { code: 'function wrapUnsafe(): void {}\nexport { wrapUnsafe as wrap };', errors: [{ messageId: 'missing', line: 1, column: 10 }] },
    { code: `${DOC}export function wrapUnsafe(a: number): void;\nexport function wrapUnsafe(a: string): void;\nexport function wrapUnsafe(a: unknown): void {}`, errors: [{ messageId: 'missing', line: 9, column: 17 }] },
    { code: 'export class A {\n  wrapUnsafe(): void {}\n}', errors: [{ messageId: 'missing', line: 2, column: 3 }] },
  ],
});
