import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');
const IMAGE = 'netdevkit-test';
/** What a distribution has at the root, as folders or as links into /usr. */
const SYSTEM = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'usr'];
/** Not the runtime's own: whoever runs it may have fewer to give. */
const LIMITS = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4096:4096'];

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Containers with the system's own programs, this repository, which they can only read, and no network; as the runtime makes
 * them unless told otherwise.
 */
export class ContainerRuntime implements Disposable {
  readonly name: string;
  readonly #mounts: readonly string[];

  private constructor(name: string, mounts: readonly string[]) {
    this.name = name;
    this.#mounts = mounts;
  }

  /** @returns the runtime; or why there is none */
  static open(name: string): ContainerRuntime | string {
    const info = spawnSync(name, ['info'], { encoding: 'utf8', timeout: 20_000 });
    if (info.error !== undefined) return `${name}: ${info.error.message}`;
    // Docker's own command exits with 0 where it reaches no daemon.
    if (info.status !== 0 || /^ERROR:|Cannot connect/m.test(info.stdout + info.stderr)) return `${name}: ${info.stderr.trim() || `exit status ${String(info.status)}`}`;
    const folder = mkdtempSync(join(tmpdir(), 'container-'));
    try {
      const paths = [...layOut(folder), REPOSITORY];
      if (!paths.some((path) => process.execPath.startsWith(`${path}/`))) paths.push(dirname(process.execPath));
      const mounts = paths.flatMap((path) => ['-v', `${path}:${path}:ro`]);
      const tar = spawnSync('tar', ['-C', folder, '-c', '.']);
      const made = spawnSync(name, ['import', '-', IMAGE], { input: tar.stdout, encoding: 'utf8', timeout: 60_000 });
      if (made.status !== 0) return `${name} import: ${made.stderr.trim()}`;
      const runtime = new ContainerRuntime(name, mounts);
      // Where the runtime is on another machine, its folders are others.
      const tried = runtime.run([], 'test', '-e', fileURLToPath(import.meta.url));
      if (tried.status === 0) return runtime;
      runtime[Symbol.dispose]();
      return `${name} run: ${tried.stderr.trim() || 'it does not see the files of this machine'}`;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Runs a command in a container that ends with it. */
  run(options: readonly string[], ...command: readonly string[]): Ended {
    return spawnSync(this.name, ['run', '--rm', '--network', 'none', ...LIMITS, ...this.#mounts, ...options, IMAGE, ...command], { encoding: 'utf8', timeout: 300_000 });
  }

  [Symbol.dispose](): void {
    spawnSync(this.name, ['rmi', '-f', IMAGE], { timeout: 20_000 });
  }
}

/** Makes the root of a container; what it says is to be mounted. */
function layOut(folder: string): string[] {
  const mounts: string[] = [];
  for (const name of SYSTEM) {
    const stat = lstatSync(join('/', name), { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() === true) symlinkSync(readlinkSync(join('/', name)), join(folder, name));
    if (stat?.isDirectory() === true) mounts.push(join('/', name));
  }
  // Everybody's, as a root is.
  chmodSync(folder, 0o755);
  for (const name of ['proc', 'sys', 'dev', 'etc']) mkdirSync(join(folder, name));
  mkdirSync(join(folder, 'tmp'));
  chmodSync(join(folder, 'tmp'), 0o1777);
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
  return mounts;
}
