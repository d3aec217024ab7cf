import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Tests that need a kernel of Linux: folders of this repository, and which of their tests. */
const SUITES: readonly { readonly folder: string; readonly files: RegExp }[] = [
  { folder: 'packages/linux/test', files: /\.test\.ts$/u },
  { folder: 'packages/kernel/test', files: /-host\.integration\.test\.ts$/u },
  { folder: 'tooling/conformance/test', files: /^conformance\.integration\.test\.ts$/u },
  { folder: 'tooling/oracle/vm', files: /\.test\.ts$/u },
];

/**
 * The tests that run in the machine.
 *
 * @param repository - its root
 * @param patterns - parts of paths; without any, all tests
 * @returns paths below the repository
 */
export function findTests(repository: string, patterns: readonly string[]): string[] {
  return SUITES.flatMap(({ folder, files }) => {
    const path = join(repository, folder);
    const names = existsSync(path) ? readdirSync(path).filter((name) => files.test(name)) : [];
    return names.sort().map((name) => `${folder}/${name}`);
  }).filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}
