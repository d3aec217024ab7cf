import { readFileSync } from 'node:fs';
import { committedVersions, versions } from '../src/committed.ts';
import { Compiler, MissingToolError } from '../src/compiler.ts';
import { readConstants } from '../src/constants.ts';
import { generate, type Generated } from '../src/generate.ts';
import { newerConstants } from '../src/newer.ts';

const workspace = new URL('../../../', import.meta.url);

// The others give some constants other numbers, or lay records out otherwise.
const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

/** Reads a file of the workspace. */
export function committedFile(path: string): string {
  return readFileSync(new URL(path, workspace), 'utf8');
}

/** The versions that the committed files were made from. */
export function committedFrom(): string | undefined {
  return committedVersions(committedFile('packages/errno/src/generated/errno.ts'));
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
  if (!ARCHITECTURES.includes(process.arch)) return { missing: `${process.arch} is not ${ARCHITECTURES.join(' or ')}` };
  try {
    using compiler = new Compiler();
    try {
      return { generated: generate(compiler, newerConstants(committedFile('packages/bindings/src/newer.ts'))) };
    } catch (error) {
      // Other headers may have what the generator was not told of. That is for whoever regenerates, not for every reader.
      const found = versions(readConstants(compiler));
      if (found === committedFrom()) throw error;
      return { missing: `the generator refuses the headers ${found}: ${String(error)}` };
    }
  } catch (error) {
    if (error instanceof MissingToolError) return { missing: error.message };
    throw error;
  }
}
