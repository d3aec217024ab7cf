/**
 * Loadable kernel modules: names, aliases, init and exit.
 *
 * @packageDocumentation
 */

export type {
  BoolParameter,
  IntParameter,
  NoParameters,
  ParameterDefinitions,
  ParameterValues,
  TextParameter,
} from './parameters.ts';
export { Module, defineModule, type ModuleDeclaration, type ThisModule } from './module.unsafe.ts';
