import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';

const SETUP = 'tooling/workspace/vitest.setup.ts';

/** What a test says of where it stands is true of its source. */
const ownPlaces: Plugin = {
  name: 'own-places',
  transform: (code, id) => (code.includes('import.meta.url') ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) : undefined),
};

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
  const bundle = await rolldown({
    // A stack shows the name of the test's file.
    input: Object.fromEntries([...files, SETUP].map((file) => [file, join(repository, file)])),
    platform: 'node',
    external: [/^vitest(?:\/|$)/u],
    resolve: { conditionNames: ['@netdevkit/source', 'node', 'import', 'module', 'default'] },
    plugins: [ownPlaces],
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' });
  await bundle.close();
  const config = {
    include: ['**/*.test.ts.mjs'],
    setupFiles: [`./${SETUP}.mjs`],
    pool: 'forks',
    maxWorkers: 2,
    // Node loads what is bundled by itself.
    experimental: { viteModuleRunner: false },
    cache: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify({ test: config }, undefined, 2)};\n`);
}
