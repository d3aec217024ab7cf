import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type { Module, ModuleDeclaration, NoParameters, ParameterValues, ThisModule } from '../../src/index.ts';

const declared = { name: 'a', authors: [], description: '', license: 'MIT', alias: [] };

// A module says how it is undone.
expectTypeOf(api.defineModule({ ...declared, init: () => ({ [Symbol.dispose]: () => undefined }) })).toEqualTypeOf<Module>();
// @ts-expect-error: init returns what exit disposes
api.defineModule({ ...declared, init: () => undefined });
// @ts-expect-error: loading is synchronous
api.defineModule({ ...declared, init: async () => ({ [Symbol.dispose]: () => undefined }) });
// @ts-expect-error: what a module is, it says
api.defineModule({ name: 'a', init: () => ({ [Symbol.dispose]: () => undefined }) });

expectTypeOf<Parameters<ModuleDeclaration['init']>>().toEqualTypeOf<[module: ThisModule, parameters: ParameterValues<NoParameters>]>();

// The kernel alone makes handles.
// @ts-expect-error: ThisModule is a type alone
void api.ThisModule;
// @ts-expect-error: the raw side is not of this entry point
void api.imageOfUnsafe;
// @ts-expect-error: the raw side is not of this entry point
void api.rawModuleUnsafe;

export function handles(module: ThisModule, loaded: Module): void {
  expectTypeOf(module.name).toEqualTypeOf<string>();
  // @ts-expect-error: what was declared does not change
  module.name = 'b';
  // @ts-expect-error: what was declared does not change
  loaded.alias.push('b');
}
