import type { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { houseRules, testRules } from './house.ts';

const TYPESCRIPT = ['**/*.{ts,mts,cts}'];

/** Configurations that only set rules, in ESLint's own type: the presets are declared in a looser one. */
function preset(configs: readonly object[]): Linter.Config[] {
  return configs.map((config): Linter.Config => ({ ...config, files: TYPESCRIPT }));
}

/** The configuration of this repository, for a flat config file at its root. */
export const workspace: Linter.Config[] = [
  {
    name: 'netdevkit/workspace/ignores',
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/generated/**',
      '**/.cache/**',
      '**/.turbo/**',
      '**/coverage/**',
      '**/golden/**',
      '**/test/fixtures/**',
      'tooling/eslint-plugin/test/bad-drivers/**',
      'tooling/eslint-plugin/test/good-drivers/**',
    ],
  },
  {
    name: 'netdevkit/workspace/options',
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
  },
  ...preset(tseslint.configs.strictTypeChecked),
  ...preset(tseslint.configs.stylisticTypeChecked),
  {
    name: 'netdevkit/workspace/typescript',
    files: TYPESCRIPT,
    languageOptions: { parserOptions: { projectService: true } },
    rules: houseRules,
  },
  {
    name: 'netdevkit/workspace/libraries',
    files: ['packages/*/src/**', 'drivers/*/src/**'],
    ignores: ['packages/cli/**'],
    rules: { 'no-console': 'error' },
  },
  { name: 'netdevkit/workspace/tests', files: ['**/test/**', '**/bench/**'], rules: testRules },
  {
    ...preset([tseslint.configs.disableTypeChecked])[0],
    name: 'netdevkit/workspace/configuration-files',
    // Of no project: test/tsconfig.json has them, which is not in a folder above them.
    files: ['**/*.config.{ts,mts,cts}'],
    languageOptions: { parserOptions: { projectService: false } },
  },
];
