import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';

const SETUP = 'tooling/workspace/vitest.setup.ts';
/** Threads, by the modules that find them beside themselves. */
const THREADS: Readonly<Record<string, string>> = {
  'packages/sandbox/src/spawner': 'packages/sandbox/src/spawner-thread.unsafe',
  'packages/cli/src/live/live-output-thread': 'packages/cli/src/live/live-thread',
};
/** What tests run as programs of their own. */
const PROGRAMS = ['packages/cli/src/main.ts', 'packages/sandbox/test/vm/guest.mjs'];
/** Drivers that `nlmon run` is to find: of the same copies of all packages that it has itself. */
const DRIVERS = ['drivers/nlmon', 'drivers/dummy', 'drivers/veth'];
const driverEntry = (driver: string): string => `${driver}/src/index.ts`;
/** How a test names a module that a process or a thread of its own is to load: that has to be in the bundle, too. */
const OWN_MODULE = /\bnew URL\('(\.[^']+\.ts)', import\.meta\.url\)/gu;

/** What a module says of where it stands is true of its source, but for one that looks for a thread, and for what is in the bundle. */
function ownPlaces(repository: string, folder: string): Plugin {
  const url = (path: string): string => JSON.stringify(pathToFileURL(path).href);
  return {
    name: 'own-places',
    transform: (code: string, id: string): string | undefined => {
      if (!code.includes('import.meta.url')) return undefined;
      const owner = Object.keys(THREADS).find((module) => id === join(repository, `${module}.ts`));
      const place = owner === undefined ? id : join(folder, `${owner}.js`);
      return code
        .replaceAll(OWN_MODULE, (_, path: string) => `new URL(${url(`${join(folder, relative(repository, dirname(id)), path)}.mjs`)})`)
        .replaceAll('import.meta.url', url(place));
    },
  };
}

/** What a test gives to others to load. */
function ownModules(repository: string, test: string): string[] {
  return [...readFileSync(join(repository, test), 'utf8').matchAll(OWN_MODULE)].map(([, path = '']) => join(dirname(test), path));
}

/**
 * Bundles tests with the sources of all that they import, so that the machine has few files to find and no types to strip:
 * its processors are emulated, and would take half a minute for each test.
 *
 * @param repository - its root
 * @param files - tests, below it
 * @param folder - where the bundle goes; `vitest run` works there
 */
export async function bundleTests(repository: string, files: readonly string[], folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  // A stack shows the name of the test's file.
  const threads = Object.values(THREADS);
  const input = Object.fromEntries(threads.map((thread) => [thread, join(repository, `${thread}.ts`)]));
  for (const file of [...files, ...files.flatMap((test) => ownModules(repository, test)), SETUP, ...PROGRAMS, ...DRIVERS.map(driverEntry)]) input[file] = join(repository, file);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [/^vitest(?:\/|$)/u],
    resolve: { conditionNames: ['@netdevkit/source', 'node', 'import', 'module', 'default'] },
    plugins: [ownPlaces(repository, folder)],
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: ({ name }) => (threads.includes(name) ? '[name].js' : '[name].mjs'), chunkFileNames: 'shared/[name]-[hash].mjs' });
  await bundle.close();
  installDrivers(repository, folder);
  const config = {
    include: ['**/*.test.ts.mjs'],
    setupFiles: [`./${SETUP}.mjs`],
    pool: 'forks',
    maxWorkers: 2,
    // Node loads what is bundled by itself.
    experimental: { viteModuleRunner: false },
    cache: false,
    // A machine that others use at the same time takes ten times as long; one that hangs is ended as a whole.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify({ test: config }, undefined, 2)};\n`);
}

/** Makes a project of the folder that depends on the drivers, as the command finds them. */
function installDrivers(repository: string, folder: string): void {
  const dependencies: Record<string, string> = {};
  for (const driver of DRIVERS) {
    // CAST: a manifest of this repository.
    const { name, netdevkit } = JSON.parse(readFileSync(join(repository, driver, 'package.json'), 'utf8')) as { name: string; netdevkit: unknown };
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js', netdevkit }));
    writeFileSync(join(place, 'index.js'), `export { default } from ${JSON.stringify(relative(place, join(folder, `${driverEntry(driver)}.mjs`)))};\n`);
    dependencies[name] = '*';
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
}
