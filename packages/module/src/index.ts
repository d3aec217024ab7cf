/**
 * Loadable kernel modules: names, aliases, init and exit.
 *
 * @packageDocumentation
 */

export { Module, ThisModule, defineModule, type ModuleDeclaration } from './module.unsafe.ts';
