import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Tests that share a machine. What is done to its kernel is there for all of them: modules that were loaded, settings, load. */
export interface Suite {
  /** Of one file: the part of its path that says which. */
  readonly name: string;
  /** Paths below the repository. */
  readonly files: readonly string[];
}

/** Folders whose tests need a kernel of Linux, and which of their tests. */
const FOLDERS: readonly { readonly name: string; readonly folder: string; readonly files: RegExp }[] = [
  { name: 'linux', folder: 'packages/linux/test', files: /\.test\.ts$/u },
  { name: 'kernel', folder: 'packages/kernel/test', files: /-host\.integration\.test\.ts$/u },
  { name: 'conformance', folder: 'tooling/conformance/test', files: /^conformance\.integration\.test\.ts$/u },
];
/** Tests that run nowhere else: each has a machine of its own, which it may do with as it likes. */
const OWN_FOLDER = 'tooling/oracle/vm';

/**
 * The tests that run in machines.
 *
 * @param repository - its root
 * @param patterns - parts of paths; without any, all tests
 * @returns those that are left of each suite, of which none is empty
 */
export function findSuites(repository: string, patterns: readonly string[]): Suite[] {
  const find = (folder: string, files: RegExp): string[] => {
    const path = join(repository, folder);
    const names = existsSync(path) ? readdirSync(path).filter((name) => files.test(name)) : [];
    return names.sort().map((name) => `${folder}/${name}`).filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
  };
  const shared = FOLDERS.map(({ name, folder, files }) => ({ name, files: find(folder, files) }));
  const alone = find(OWN_FOLDER, /\.test\.ts$/u).map((file) => ({ name: `vm/${basename(file, '.test.ts')}`, files: [file] }));
  return [...shared, ...alone].filter(({ files }) => files.length > 0);
}
