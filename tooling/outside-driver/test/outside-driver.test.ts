import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const driver = fileURLToPath(new URL('../driver', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** Where the packages that are published live, by their names. */
const PUBLISHED = new Map(
  globSync('{packages,drivers,tooling}/*/package.json', { cwd: root }).flatMap((manifest): [string, string][] => {
    // CAST: they are packages of this workspace.
    const { name, private: isPrivate = false } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as Manifest;
    return isPrivate ? [] : [[name, dirname(manifest)]];
  }),
);

// pnpm waits for ever where it does not trust a registry's certificate: what it has said is shown then.
const COMMAND_TIMEOUT = 240_000;

let folder: string;
const tarballs = new Map<string, string>();

function run(command: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: COMMAND_TIMEOUT });
  expect(status, `${command} ${args.join(' ')}:\n${error?.message ?? ''}${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Installs what a project needs; the tarballs stand for the registry, for what depends on them, too. */
function install(project: string): void {
  const overrides = [...tarballs].map(([name, file]) => `  '${name}': 'file:${file}'`).join('\n');
  writeFileSync(join(project, 'pnpm-workspace.yaml'), `packages: []\nignoredBuiltDependencies: [koffi]\noverrides:\n${overrides}\n`);
  run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile', '--config.confirmModulesPurge=false'], project);
}

// Packing and installing all packages takes its time on a busy machine.
const SETUP_TIMEOUT = 300_000;

describe('a driver outside the repository', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'netdevkit-outside-'));
    for (const [name, place] of PUBLISHED) {
      const into = join(folder, 'tarballs', name.replace('/', '-'));
      run('pnpm', ['pack', '--pack-destination', into], join(root, place));
      const [file] = readdirSync(into);
      if (file === undefined) throw new Error(`${name} was not packed`);
      tarballs.set(name, join(into, file));
    }
    cpSync(driver, join(folder, 'project'), { recursive: true });
    install(join(folder, 'project'));
  }, SETUP_TIMEOUT);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('type-checks against the packed packages, declarations included', () => {
    run(join('node_modules', '.bin', 'tsc6'), [], join(folder, 'project'));
  });

  it('passes the lint rules for drivers', () => {
    run(join('node_modules', '.bin', 'eslint'), ['--max-warnings', '0', '.'], join(folder, 'project'));
  });

  it('runs', () => {
    const said = JSON.parse(run('node', [join('dist', 'try.js')], join(folder, 'project'))) as unknown;
    // Before the counters were read: the answer about lo; the requests and the acknowledgement were too short.
    expect(said).toEqual({ kind: 'meter', least: 0xe8, packets: '1', dropped: { PKT_TOO_SMALL: 3 } });
  });

  it('is what npm create netdev-driver makes: its own tests, types and lint pass', () => {
    const created = join(folder, 'netdev-my-echo');
    const tool = join(folder, 'tool');
    mkdirSync(tool);
    run('tar', ['-xzf', tarballs.get('create-netdev-driver') ?? '', '-C', tool], folder);
    run('node', [join(tool, 'package', 'dist', 'main.js'), created], folder);
    install(created);
    run('npm', ['test'], created);
    run('npm', ['run', 'build'], created);
    expect(readdirSync(join(created, 'dist'))).toContain('index.d.ts');
  }, SETUP_TIMEOUT);

  it('finds nothing but documents, sources, builds and licences in a tarball', () => {
    for (const [name, file] of tarballs) {
      const files = run('tar', ['-tzf', file], folder).trim().split('\n');
      expect(files, name).toContain('package/LICENSE');
      expect(files, name).toContain('package/README.md');
      expect(files.some((entry) => entry.startsWith('package/dist/')), name).toBe(true);
      expect(files.filter((entry) => /^package\/(?:test|\.cache|node_modules)\//.test(entry)), name).toEqual([]);
    }
  });
});
