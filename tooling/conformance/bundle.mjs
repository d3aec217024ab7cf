// Makes a folder that runs the scenarios on a machine without this repository, such as a virtual one: `node main.js record FILE`.
// Beside the program it has koffi, with its binary for this machine's architecture. Node is not in it.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '.cache', 'bundle'));

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: join(here, 'src', 'main.ts') },
  platform: 'node',
  external: ['koffi'],
  resolve: { conditionNames: ['@netdevkit/source', 'node', 'import', 'default'] },
});
await bundle.write({ dir: out, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
await bundle.close();
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name: 'conformance', private: true, type: 'module' })}\n`);

// Whoever needs koffi finds it: the package that loads the C library. Its binaries are packages beside it, those of other machines absent.
const linux = createRequire(import.meta.url).resolve('@netdevkit/linux/package.json');
const libc = createRequire(linux).resolve('@netdevkit/libc/package.json');
const koffi = dirname(createRequire(libc).resolve('koffi'));
const { optionalDependencies = {} } = JSON.parse(readFileSync(join(koffi, 'package.json'), 'utf8'));
cpSync(koffi, join(out, 'node_modules', 'koffi'), { recursive: true });
for (const name of Object.keys(optionalDependencies)) {
  const folder = join(dirname(koffi), name);
  if (existsSync(folder)) cpSync(folder, join(out, 'node_modules', name), { recursive: true, dereference: true });
}
console.log(out);
