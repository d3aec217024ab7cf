import { applyCorrections } from './apply-corrections.ts';
import { corrections } from './corrections.ts';
import { emitFamily } from './emit.ts';
import { readSpec } from './read-spec.ts';
import { SpecError } from './spec-node.ts';

/**
 * Generates the modules of all specifications.
 *
 * @param specs - the specifications' texts by name of file
 * @param kernel - the version of Linux that they are from
 * @returns the modules' texts by name of file, in order
 * @throws SpecError: with the file and place of what is not understood
 */
export function generate(specs: ReadonlyMap<string, string>, kernel: string): Map<string, string> {
  const modules = new Map<string, string>();
  for (const [file, text] of [...specs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const family = readSpec(text, file, (document) => applyCorrections(document, corrections[file] ?? []));
    modules.set(`${file.replace(/\.yaml$/, '').replaceAll('_', '-')}.ts`, named(file, () => emitFamily(family, kernel)));
  }
  return modules;
}

/** What is wrong with a specification says which one it is. */
function named(file: string, emit: () => string): string {
  try {
    return emit();
  } catch (error) {
    if (!(error instanceof SpecError) || error.message.startsWith(file)) throw error;
    throw new SpecError(`${file}: ${error.message}`);
  }
}
