/**
 * Loadable kernel modules: names, aliases, init and exit.
 *
 * @packageDocumentation
 */

export { Module, defineModule, type ModuleDeclaration, type ThisModule } from './module.unsafe.ts';
