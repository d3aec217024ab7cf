import type { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { abstraction, implementation } from './abstraction.ts';
import { TYPESCRIPT } from './base.ts';
import { driver } from './driver.ts';
import { houseRules, testRules } from './house.ts';

/** The packages that wrap the raw layer. */
const ABSTRACTIONS = ['errno', 'module', 'skbuff', 'netdevice', 'stats', 'rtnl', 'netlink-tap', 'ethtool'].map((name) => `packages/${name}/src/**/*.ts`);
const DRIVERS = ['drivers/*/src/**/*.ts'];
const TESTS = ['**/test/**', '**/bench/**'];

/** Configurations of typescript-eslint, for TypeScript files alone and in ESLint's own type: they are declared in a looser one. */
function preset(configs: readonly object[]): Linter.Config[] {
  return configs.map((config): Linter.Config => ({ ...config, files: [...TYPESCRIPT] }));
}

/** What applies to files, of a configuration that applies to more. */
function only(configs: readonly Linter.Config[], files: readonly string[], ignores: readonly string[] = []): Linter.Config[] {
  return configs.filter((config) => config.rules !== undefined).map((config) => ({ ...config, files: [...files], ignores: [...ignores] }));
}

/** The configuration of the repository that this plugin lives in. */
export function workspace(plugin: ESLint.Plugin): Linter.Config[] {
  const [untyped] = preset([tseslint.configs.disableTypeChecked]);
  return [
    {
      name: 'netdevkit/workspace/ignores',
      ignores: [
        '**/dist/**',
        '**/generated/**',
        '**/.cache/**',
        '**/.turbo/**',
        '**/coverage/**',
        '**/golden/**',
        '**/test/fixtures/**',
        '**/test/bad-drivers/**',
        '**/test/good-drivers/**',
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
      files: [...TYPESCRIPT],
      languageOptions: { parserOptions: { projectService: true } },
      rules: houseRules,
    },
    {
      name: 'netdevkit/workspace/libraries',
      files: ['packages/*/src/**', 'drivers/*/src/**'],
      ignores: ['packages/cli/**'],
      rules: { 'no-console': 'error' },
    },
    ...only(driver(plugin).slice(0, 2), DRIVERS),
    ...only(abstraction(plugin), ABSTRACTIONS),
    ...only(implementation(plugin), TYPESCRIPT, [...DRIVERS, ...ABSTRACTIONS, ...TESTS]),
    {
      name: 'netdevkit/workspace/drivers',
      files: DRIVERS,
      rules: { 'netdevkit/require-public-docs': 'error' },
    },
    { name: 'netdevkit/workspace/tests', files: TESTS, rules: testRules },
    {
      ...untyped,
      name: 'netdevkit/workspace/configuration-files',
      // Of no project: test/tsconfig.json has them, which is not in a folder above them.
      files: ['**/*.config.{ts,mts,cts}'],
      languageOptions: { parserOptions: { projectService: false } },
      rules: { ...untyped?.rules, 'netdevkit/require-public-docs': 'off' },
    },
  ];
}
