/**
 * Lint rules that hold drivers to the safe APIs and abstractions to documented unsafety.
 *
 * @packageDocumentation
 */

export { configs, plugin as default, type Configs } from './plugin.ts';
export { rules } from './rules/index.ts';
