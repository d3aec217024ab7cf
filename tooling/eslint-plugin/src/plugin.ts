import type { ESLint, Linter } from 'eslint';
import { workspace } from './configs/workspace.ts';

/** The plugin's configurations, each an array for a flat config file. */
export interface Configs {
  /** This repository's own. */
  readonly workspace: Linter.Config[];
}

/** The configurations. */
export const configs: Configs = { workspace };

/** The plugin. */
export const plugin: ESLint.Plugin & { readonly configs: Configs } = {
  meta: { name: '@netdevkit/eslint-plugin', namespace: 'netdevkit' },
  configs: { ...configs },
};
