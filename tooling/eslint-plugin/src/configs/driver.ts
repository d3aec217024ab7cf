import type { ESLint, Linter } from 'eslint';
import { JAVASCRIPT, typed } from './base.ts';

/**
 * What a driver package has beside its driver: tests may use a kernel. Folders beside `src` only, for no driver's module
 * may be out of sight; `no-unsafe-imports` sees to it that nothing in `src` imports from them.
 */
const BESIDE = ['test/**', 'tests/**', 'bench/**', 'scripts/**', '*.config.*'];

/** Rules that need no types. */
const UNTYPED: Linter.RulesRecord = {
  'netdevkit/no-dynamic-code': 'error',
  'netdevkit/no-suppression-comments': 'error',
  'netdevkit/no-unsafe-dependencies': 'error',
  'netdevkit/no-unsafe-imports': 'error',
};

/** Rules of a driver. */
export const driverRules: Linter.RulesRecord = {
  ...UNTYPED,
  'netdevkit/match-module-alias': 'error',
  'netdevkit/no-escaping-borrow': 'error',
  'netdevkit/no-internal-api': 'error',
  'netdevkit/no-unchecked-declarations': 'error',
  'netdevkit/skb-must-be-settled': 'error',

  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-declaration-merging': 'error',
  '@typescript-eslint/no-unsafe-function-type': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
};

/**
 * The configuration for a driver package, whole: what `#![forbid(unsafe_code)]` is to Rust. Comments cannot switch its
 * rules off. It says nothing of style.
 */
export function driver(plugin: ESLint.Plugin): Linter.Config[] {
  return [
    { name: 'netdevkit/driver/ignores', ignores: ['**/dist/**'] },
    {
      ...typed(plugin),
      name: 'netdevkit/driver',
      ignores: BESIDE,
      linterOptions: { noInlineConfig: true },
      rules: driverRules,
    },
    {
      name: 'netdevkit/driver/javascript',
      files: [...JAVASCRIPT],
      ignores: BESIDE,
      plugins: { netdevkit: plugin },
      linterOptions: { noInlineConfig: true },
      rules: UNTYPED,
    },
  ];
}
