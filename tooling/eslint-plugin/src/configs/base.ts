import type { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

/** TypeScript sources. */
export const TYPESCRIPT: readonly string[] = ['**/*.{ts,mts,cts,tsx}'];
/** JavaScript sources. */
export const JAVASCRIPT: readonly string[] = ['**/*.{js,mjs,cjs,jsx}'];

/** What every configuration for TypeScript needs: the parser, with the project that each file belongs to, and the plugins. */
export function typed(plugin: ESLint.Plugin): Linter.Config {
  return {
    files: [...TYPESCRIPT],
    plugins: { netdevkit: plugin, '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
  };
}
