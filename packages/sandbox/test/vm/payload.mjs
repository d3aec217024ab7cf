// Puts what guest.sh needs into a folder, for a machine that does not share this repository: Node, the built command with the
// packages that it stands on, and guest.mjs. For another architecture: its Node, and the unpacked package with its koffi.
//   node payload.mjs FOLDER [NODE [PACKAGE…]]
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [to, node = process.execPath, ...more] = process.argv.slice(2);
if (to === undefined) throw new Error('payload.mjs FOLDER [NODE [PACKAGE…]]');
const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(to, 'node_modules');
const done = new Set();

/** Where Node finds a package from a folder, without asking what it exports. */
function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Copies a package and, of ours, no more than what was built; then those that it depends on. */
function take(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (done.has(manifest.name)) return;
  done.add(manifest.name);
  const isOurs = existsSync(join(folder, 'tsconfig.json'));
  cpSync(folder, join(modules, manifest.name), {
    recursive: true,
    filter: (path) => !isOurs || !/\/(?:src|test|node_modules|golden|docs|\.[\w-]+)$|\.(?:map|d\.ts)$/.test(path.slice(folder.length)),
  });
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const found = find(name, folder);
    if (found !== undefined) take(found);
  }
}

rmSync(to, { recursive: true, force: true });
mkdirSync(modules, { recursive: true });
take(realpathSync(join(here, '../../../cli')));
for (const folder of more) take(realpathSync(folder));
cpSync(node, join(to, 'node'));
for (const file of ['guest.mjs', 'guest.sh', '../programs/storm.py']) cpSync(join(here, file), join(to, basename(file)));
console.log(`${basename(to)}: ${String(done.size)} packages`);
