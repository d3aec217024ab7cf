import type { ESLint, Linter } from 'eslint';
import { typed } from './base.ts';

/** Rules of every package that is no driver: what overrules the compiler or the linter says why, and what users see says what it is. */
const HOUSE: Linter.RulesRecord = {
  'netdevkit/comment-tags': 'error',
  'netdevkit/no-suppression-comments': ['error', { allowDescribed: true }],
  'netdevkit/require-cast-comment': 'error',
  'netdevkit/require-public-docs': 'error',
};

/** The configuration for a package that wraps the raw layer: unsafe code is in files of its own, and documented. */
export function abstraction(plugin: ESLint.Plugin): Linter.Config[] {
  return [
    {
      ...typed(plugin),
      name: 'netdevkit/abstraction',
      rules: {
        ...HOUSE,
        'netdevkit/confine-unsafe': 'error',
        'netdevkit/no-raw-function-value': 'error',
        'netdevkit/require-invariants-section': 'error',
        'netdevkit/require-safety-comment': 'error',
        'netdevkit/require-safety-section': 'error',
      },
    },
  ];
}

/** The configuration for a package that is the raw layer, implements it, or never meets it. */
export function implementation(plugin: ESLint.Plugin): Linter.Config[] {
  return [{ ...typed(plugin), name: 'netdevkit/implementation', rules: HOUSE }];
}
