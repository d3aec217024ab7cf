import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import dummy from '@netdevkit/dummy';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { Sandbox } from '@netdevkit/sandbox';
import veth from '@netdevkit/veth';
import { casesOf, type Case } from './cases.ts';
import { quote, type Suite } from './suite.ts';

/** What became of a script. */
export interface ScriptOutcome {
  readonly script: string;
  readonly result: 'pass' | 'fail' | 'skip' | 'timeout';
  readonly cases: readonly Case[];
  /** All that it wrote. */
  readonly output: string;
  readonly seconds: number;
}

/** Where a script is run. */
export type Where = 'embedded' | 'host';

/** What `timeout` exits with when it had to end a command. */
const TIMED_OUT = 124;
const KILLED = 137;

/**
 * Runs a script in a network namespace of its own.
 *
 * The namespace is all that is adapted: scripts expect to be root in the first one. They are root of a user namespace here, with a
 * fresh network namespace, in which lo is up as in the first one, `ip netns` has a folder of its own for the names that it gives, and sysfs
 * shows the right devices.
 *
 * @param limit - seconds after which it is ended
 */
export async function runScript(suite: Suite, folder: string, script: string, where: Where, limit: number): Promise<ScriptOutcome> {
  const copy = mkdtempSync(join(tmpdir(), 'scripts-'));
  try {
    // Scripts write beside themselves.
    cpSync(folder, copy, { recursive: true });
    const prepare = `mount -t tmpfs none /run && mkdir /run/netns && mount -t sysfs none /sys; ip link set lo up; cd ${quote(join(copy, suite.start))}`;
    const timed = `exec timeout -k 5 ${String(limit)} sh -c ${quote(suite.command(script))}`;
    const args = ['-Urnm', 'sh', '-c', `${prepare}; ${timed}`];
    const started = performance.now();
    const { code, output } = await (where === 'host' ? onHost(args, suite) : embedded(args, suite));
    const timedOut = code === TIMED_OUT || code === KILLED;
    const cases = casesOf(output);
    const result = timedOut ? 'timeout' : code === suite.skipped ? 'skip' : verdict(code, cases, output);
    return { script, result, cases, output, seconds: Math.round((performance.now() - started) / 1000) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What a script says of itself. Some end well although something failed, or was not to be tried here. */
function verdict(code: number | null, cases: readonly Case[], output: string): 'pass' | 'fail' | 'skip' {
  if (code !== 0 || cases.some(({ result }) => result === 'fail')) return 'fail';
  if (cases.some(({ result }) => result === 'pass')) return 'pass';
  return /skip/i.test(output) ? 'skip' : /\berror\b/i.test(output) ? 'fail' : 'pass';
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function embedded(args: readonly string[], suite: Suite): Promise<Ended> {
  using kernel = new Kernel({ modules: [dummy, nlmon, veth], cpus: availableParallelism() });
  await using sandbox = await Sandbox.create(kernel, { files: true });
  return await ended(sandbox.spawn('unshare', args, { env: environmentOf(suite) }));
}

function onHost(args: readonly string[], suite: Suite): Promise<Ended> {
  return ended(spawn('unshare', args, { env: environmentOf(suite) }));
}

function environmentOf({ environment }: Suite): NodeJS.ProcessEnv {
  const path = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  return { ...process.env, ...environment, PATH: path, LC_ALL: 'C' };
}

/** What both kinds of child have in common. */
interface Child {
  readonly stdin: { end(): unknown } | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  once(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'close', listener: (code: number | null) => void): unknown;
}

function ended(child: Child): Promise<Ended> {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin?.end();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
