import type { Linter } from 'eslint';

/**
 * What the typed presets are tuned to in this repository: what is left out would make honest code of this kind (hot
 * loops over typed arrays, C's names, callbacks that may return nothing) longer without making it safer.
 */
export const houseRules: Linter.RulesRecord = {
  // `() => number | void`: a callback of the kernel that may return nothing.
  '@typescript-eslint/no-invalid-void-type': 'off',
  // Bytes that come from outside are checked again where that is cheap, whatever their type says.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Type parameters document relations that the rule cannot see, such as a driver and its state.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  '@typescript-eslint/no-extraneous-class': 'off',
  '@typescript-eslint/no-empty-function': 'off',
  '@typescript-eslint/array-type': 'off',
  '@typescript-eslint/class-literal-property-style': 'off',
  '@typescript-eslint/prefer-for-of': 'off',
  '@typescript-eslint/prefer-function-type': 'off',
  '@typescript-eslint/prefer-regexp-exec': 'off',
  '@typescript-eslint/unified-signatures': 'off',
  // `isolatedDeclarations` wants the types of exported fields written out, on the left.
  '@typescript-eslint/consistent-generic-constructors': 'off',
  '@typescript-eslint/no-inferrable-types': 'off',
  // `() => void advance()` says that an arrow function gives nothing.
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  // `require-cast-comment` asks a reason of each; both forms of the same thing would say it twice.
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/non-nullable-type-assertion-style': 'off',

  '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
  ],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { args: 'all', argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
  ],
  '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { boolean: true, number: true, bigint: true, string: true } }],
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false }],

  'array-callback-return': 'error',
  curly: ['error', 'multi-line'],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'for-direction': 'error',
  'no-cond-assign': ['error', 'except-parens'],
  'no-constant-binary-expression': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': ['error', { allowEmptyCatch: true }],
  'no-fallthrough': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-escape': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'object-shorthand': ['error', 'properties'],
  'prefer-const': ['error', { destructuring: 'all' }],
  'use-isnan': 'error',
  'valid-typeof': 'error',
};

/** What tests need not do: they poke at wrong types on purpose and hand methods to `expect`. */
export const testRules: Linter.RulesRecord = {
  '@typescript-eslint/no-dynamic-delete': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/only-throw-error': 'off',
  '@typescript-eslint/unbound-method': 'off',
  'no-template-curly-in-string': 'off',
};
