import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { describe, expect, test, type TestContext } from 'vitest';
import { Sandbox, support, type SandboxOptions, type SandboxedProcess } from '../src/index.ts';
import { hasCapability } from '../src/process-info.ts';

const { available, reasons } = support();

/** Tests that run programs: where the host cannot, they say why. Where it says that it can and does not, they fail. */
export const describePrograms: typeof describe.skip = available ? describe : describe.skip;
if (!available) {
  test('programs are not tested here', ({ skip }) => {
    skip(reasons.join('; '));
  });
}

/** The system's Python: another one in PATH may be readable by its owner alone. */
export const PYTHON: string = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** A program that lies beside the tests. */
export function program(name: string): string {
  return fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
}

/** Skips a test, and says why, where one of the commands that it needs is missing. */
export function needs({ skip }: Pick<TestContext, 'skip'>, ...commands: readonly string[]): void {
  const missing = commands.filter((command) => spawnSync('sh', ['-c', 'command -v "$0"', command]).status !== 0);
  if (missing.length > 0) skip(`not installed: ${missing.join(', ')}`);
}

/** Why programs cannot have a network namespace of their own here; `undefined` where they can. */
export function unshareRefusal(): string | undefined {
  const { error, status, stderr } = spawnSync('unshare', ['-rn', 'true'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no network namespace of one's own: ${error?.message ?? stderr.trim()}`;
}

/** Runs something with a kernel and a sandbox, both of which end without leaving anything behind. */
export async function withSandbox(run: (sandbox: Sandbox, kernel: Kernel) => Promise<void>, options: SandboxOptions = {}): Promise<void> {
  using kernel = new Kernel({ modules: [nlmon], trackLeaks: true });
  await using sandbox = await Sandbox.create(kernel, {
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  await run(sandbox, kernel);
}

/** Whether this process has a capability of the host: in a user namespace of one's own every capability is there, and goes no further. */
export function hasHostCapability(capability: number): boolean {
  return hasCapability(capability) && /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'latin1'));
}

/** How many descriptors this process has. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** The children of this process, whichever of its threads started them. */
export function children(): string[] {
  // A thread may be listed for a moment longer than it is there: a sandbox's has just ended when the sandbox is closed.
  return readdirSync('/proc/self/task').flatMap((tid) => read(`/proc/self/task/${tid}/children`).split(' ').filter(Boolean));
}

/** The children of this process that have ended and that nobody waited for. */
export function zombies(): string[] {
  return children().filter((pid) => /^State:\s*Z/m.test(status(pid)));
}

/** What /proc says of a process; empty when it has gone. */
export function status(pid: string): string {
  return read(`/proc/${pid}/status`);
}

/** A file of /proc; empty when what it tells of has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The number of a program that runs: on a busy machine it may be seen to do something before it is heard to have started. */
export async function pidOf(child: SandboxedProcess): Promise<number> {
  expect(await until(() => child.pid !== undefined)).toBe(true);
  return Number(child.pid);
}

/** Waits until something holds, a minute at most: machines are busy. */
export async function until(condition: () => boolean): Promise<boolean> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return condition();
}
