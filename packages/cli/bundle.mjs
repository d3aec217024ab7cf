// Bundles the command for publishing: what reads captures becomes a few files in dist/bin, as loading some two hundred modules
// one by one takes longer than a small capture. See docs/decisions/0007-bundled-command.md. Runs after tsc.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = fileURLToPath(new URL('.', import.meta.url));
const commands = join(here, 'dist', 'commands');
const out = join(here, 'dist', 'bin');

/** Commands that read captures and load no driver. The others stay as tsc has written them, beside the bundle. */
const BUNDLED_COMMANDS = ['decode', 'stat', 'diff', 'families'];
/** A driver that is loaded at run time must meet the same copies of packages as the kernel that loads it: only these are bundled. */
const BUNDLED_PACKAGES = /^(?:@netdevkit\/(?:bindings|capture|errno|netlink)|commander)(?:\/|$)/;

/** Leaves the folders of other commands out, where the program loads them. */
const otherCommands = {
  name: 'other-commands',
  resolveId(id, importer, { kind }) {
    const [, command] = /^\.\.\/([\w-]+)\/[\w-]+\.js$/.exec(id) ?? [];
    if (dirname(importer ?? '') !== commands || kind !== 'dynamic-import' || command === undefined || BUNDLED_COMMANDS.includes(command)) return undefined;
    // The same path leads there from dist/bin.
    return { id, external: true };
  },
};

/**
 * Node's own modules without a copy of all that they export, which is what importing one makes, and which loads whatever each
 * of them would load when it is first used: `node:process` alone loads sockets and streams.
 */
const ownModules = {
  name: 'own-modules',
  transform: (code) => code.replace(/^import (?:\{([^}]*)\}|(\w+)) from ['"](node:[\w/]+)['"];$/gm, (_, names, name, id) => {
    const module = `globalThis.process.getBuiltinModule('${id}')`;
    // Commander can start programs, which nothing here does.
    if (id === 'node:child_process') return `const ${name} = { get spawn() { return ${module}.spawn; } };`;
    return `const ${name ?? `{${names.replaceAll(' as ', ': ')}}`} = ${module};`;
  }),
};

/** Few files, since finding one takes as long as compiling forty kilobytes: what every run needs, what most captures need; beyond that one for each family. */
const groups = [
  { name: 'start', test: /commander|cli\/dist\/(?!main\.)(?:[\w-]+|commands\/[\w-]+|catalog\/own-folder|decode\/options|diff\/arbitrary)\.js$/, priority: 3 },
  { name: 'rtnetlink', test: /netlink\/dist\/(?:families|generated)\/(?:rt-|lwtunnel)/, priority: 2 },
  { name: 'core', test: /^(?!.*\/(?:families|generated)\/).*\/dist\//, priority: 1, minShareCount: 2 },
];

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: join(here, 'dist', 'main.js') },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !isAbsolute(id) && !BUNDLED_PACKAGES.test(id),
  plugins: [otherCommands, ownModules],
});
const { output } = await bundle.write({ dir: out, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', codeSplitting: { groups } });
await bundle.close();
for (const { type, fileName, code } of output) if (type === 'chunk') writeFileSync(join(out, fileName), inAscii(code));
writeLicences(output.flatMap(({ moduleIds = [] }) => moduleIds));

/**
 * Code with other characters is text of two octets a character to V8: it takes longer to read, and twice the memory. They stand in strings and comments
 * alone; a tagged template could tell the difference.
 */
function inAscii(code) {
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What is not ours comes with its licence. */
function writeLicences(files) {
  const folders = new Set(files.filter((file) => file.includes(`${sep}node_modules${sep}`)).map((file) => packageFolder(file)));
  const notices = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
  });
  writeFileSync(join(out, 'LICENSES'), notices.join('\n'));
}

function packageFolder(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
