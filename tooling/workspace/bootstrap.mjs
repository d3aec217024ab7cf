// Sets a fresh clone up: installs what the lock file says, with nothing but Node.js 20 and npm on the machine.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.netdevkit-installed');

const env = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

/** What an installation depends on, as one digest. */
function fingerprint() {
  const hash = createHash('sha256');
  const manifests = ['packages', 'drivers', 'tooling'].flatMap((home) => manifestsOf(home));
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', ...manifests]) {
    hash.update(file).update('\0').update(readFileSync(join(root, file))).update('\0');
  }
  return hash.digest('hex');
}

function manifestsOf(home) {
  return readdirSync(join(root, home))
    .map((name) => `${home}/${name}/package.json`)
    .filter((file) => existsSync(join(root, file)))
    .sort();
}

/** Runs a command in the workspace; ends this process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', ...options });
  if (error) {
    console.error(`cannot run ${command}: ${error.message}`);
    process.exit(127);
  }
  if (status !== 0 && !options.allowFailure) process.exit(status ?? (signal ? 130 : 1));
  return status;
}

/** Installs the dependencies unless what is installed is current. */
export function install() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.error(`Installing dependencies with ${packageManager} (the first run takes a minute).`);
  const lock = process.env.CI ? '--frozen-lockfile' : '--prefer-frozen-lockfile';
  // Its progress goes to stderr: stdout is for the command's own output. It warns of commands that are not built yet, and of the
  // Node.js that it runs on itself.
  run('npx', ['-y', packageManager, 'install', lock, '--reporter=append-only', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, fingerprint());
}

/** Builds; says nothing unless it fails, and then everything, on stderr. */
export function build(...args) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const { status, stdout, stderr, error } = spawnSync('turbo', turboArgs(['build'], args), { cwd: root, env, stdio, maxBuffer: 1 << 28 });
  if (status === 0) return;
  process.stderr.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  if (error) console.error(`cannot run turbo: ${error.message}`);
  process.exit(status ?? 1);
}

/** Runs turbo tasks. */
export function turbo(tasks, args = [], options = {}) {
  return run('turbo', turboArgs(tasks, args), options);
}

function turboArgs(tasks, args) {
  return ['run', ...tasks, '--output-logs=errors-only', '--log-order=grouped', ...args];
}
