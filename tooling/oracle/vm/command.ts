import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureReader, type CaptureEnd } from '@netdevkit/capture';

/** The command, bundled beside the tests: found there in a tenth of the time. */
export const NLMON: readonly [string, string] = [process.execPath, join(process.cwd(), 'packages/cli/src/main.ts.mjs')];
const PATIENCE = 120_000;

/** A network namespace of the machine's kernel, by name. */
export class Namespace implements Disposable {
  readonly name: string;

  /** @param name - which nobody else uses */
  constructor(name: string) {
    this.name = name;
    run('ip', ['netns', 'add', name]);
  }

  /** Runs `ip` there; throws what it says when it fails. */
  ip(...args: readonly string[]): string {
    return run('ip', ['-n', this.name, ...args]);
  }

  /** The links there, but for `lo`. */
  links(): { readonly name: string; readonly isUp: boolean; readonly alias: string | undefined; readonly kind: string | undefined }[] {
    // CAST: what is not there is undefined.
    const all = JSON.parse(this.ip('-d', '-j', 'link', 'show')) as { ifname: string; flags: string[]; ifalias?: string; linkinfo?: { info_kind?: string } }[];
    return all.filter(({ ifname }) => ifname !== 'lo').map(({ ifname, flags, ifalias, linkinfo }) => ({ name: ifname, isUp: flags.includes('UP'), alias: ifalias, kind: linkinfo?.info_kind }));
  }

  [Symbol.dispose](): void {
    run('ip', ['netns', 'del', this.name]);
  }
}

/** The `nlmon` command, running. */
export class Running {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** What became of it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  /** @param args - of the command */
  constructor(args: readonly string[]) {
    this.child = spawn(NLMON[0], [NLMON[1], ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Waits until it says something. */
  async says(pattern: RegExp): Promise<void> {
    await until(() => pattern.test(this.stderr) || this.child.exitCode !== null);
    if (!pattern.test(this.stderr)) throw new Error(`it ended with ${String(this.child.exitCode)}: ${this.stderr}`);
  }
}

/**
 * Runs the `nlmon` command to its end.
 *
 * @param args - of the command
 */
export async function nlmon(...args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const running = new Running(args);
  const { code } = await running.ended;
  return { code, stdout: running.stdout, stderr: running.stderr };
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > end) throw new Error('it takes too long');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How a capture ends, and how many packets it holds. */
export function readCapture(file: string): { readonly end: CaptureEnd; readonly packets: number } {
  let packets = 0;
  const reader = new CaptureReader({ packet: () => void (packets += 1) });
  reader.feed(readFileSync(file));
  return { end: reader.end(), packets };
}

/** Octets of a file; -1 if there is none. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? -1;
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}${stdout.trim()}`);
  return stdout;
}
