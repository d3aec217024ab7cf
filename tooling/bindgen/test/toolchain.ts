import { readFileSync } from 'node:fs';
import { Compiler, MissingToolError } from '../src/compiler.ts';
import { generate, type Generated } from '../src/generate.ts';
import { newerConstants } from '../src/newer.ts';

const workspace = new URL('../../../', import.meta.url);

/** Reads a file of the workspace. */
export function committedFile(path: string): string {
  return readFileSync(new URL(path, workspace), 'utf8');
}

/** What the headers of this machine say, or why nobody can tell. */
export type Installed = { readonly generated: Generated } | { readonly missing: string };

let installed: Installed | undefined;

/** Generates everything in memory, once per test file. */
export function regenerate(): Installed {
  installed ??= run();
  return installed;
}

function run(): Installed {
  try {
    using compiler = new Compiler();
    return { generated: generate(compiler, newerConstants(committedFile('packages/bindings/src/newer.ts'))) };
  } catch (error) {
    if (error instanceof MissingToolError) return { missing: error.message };
    throw error;
  }
}
