import type { ESLint, Linter } from 'eslint';
import { abstraction, implementation } from './configs/abstraction.ts';
import { driver } from './configs/driver.ts';
import { workspace } from './configs/workspace.ts';
import { rules } from './rules/index.ts';

/** The plugin's configurations, each a whole array for a flat configuration file. */
export interface Configs {
  /** For a driver package: safe APIs only, whatever the driver says. */
  readonly driver: Linter.Config[];
  /** For a package that wraps the raw layer. */
  readonly abstraction: Linter.Config[];
  /** For a package that is the raw layer, implements it, or never meets it. */
  readonly implementation: Linter.Config[];
  /** For the repository that this plugin lives in. */
  readonly workspace: Linter.Config[];
}

// CAST: typescript-eslint declares rules over its own syntax tree, which ESLint's declarations do not know; it is the
// tree that the parser of each configuration makes.
const eslintRules = rules as unknown as NonNullable<ESLint.Plugin['rules']>;

const bare: ESLint.Plugin = { meta: { name: '@netdevkit/eslint-plugin', namespace: 'netdevkit' }, rules: eslintRules };

/** The configurations. */
export const configs: Configs & Record<string, Linter.Config[]> = {
  driver: driver(bare),
  abstraction: abstraction(bare),
  implementation: implementation(bare),
  workspace: workspace(bare),
};

/** The plugin: its rules under `netdevkit/`, and its configurations. One object throughout, as ESLint wants it. */
export const plugin: ESLint.Plugin & { readonly configs: Configs } = Object.assign(bare, { configs });
