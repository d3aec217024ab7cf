import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';

const SETUP = 'tooling/workspace/vitest.setup.ts';
/** The sandbox's thread, which it finds beside itself. */
const THREAD = 'packages/sandbox/src/spawner-thread.unsafe';
const THREAD_OWNER = 'packages/sandbox/src/spawner';
/** What tests run as programs of their own. */
const PROGRAMS = ['packages/cli/src/main.ts', 'packages/sandbox/test/vm/guest.mjs'];

/** What a module says of where it stands is true of its source, but for one that looks for a thread. */
function ownPlaces(repository: string, folder: string): Plugin {
  return {
    name: 'own-places',
    transform: (code: string, id: string): string | undefined => {
      if (!code.includes('import.meta.url')) return undefined;
      const place = id === join(repository, `${THREAD_OWNER}.ts`) ? join(folder, `${THREAD_OWNER}.js`) : id;
      return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(place).href));
    },
  };
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
  const input: Record<string, string> = { [THREAD]: join(repository, `${THREAD}.ts`) };
  for (const file of [...files, SETUP, ...PROGRAMS]) input[file] = join(repository, file);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [/^vitest(?:\/|$)/u],
    resolve: { conditionNames: ['@netdevkit/source', 'node', 'import', 'module', 'default'] },
    plugins: [ownPlaces(repository, folder)],
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: ({ name }) => (name === THREAD ? '[name].js' : '[name].mjs'), chunkFileNames: 'shared/[name]-[hash].mjs' });
  await bundle.close();
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
