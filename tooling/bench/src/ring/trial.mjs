// One reader under one flood: what it cost, what it got, and what it lost.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../turns.mjs';

/** A reader that took no time for so long has read all that there is. */
const IDLE_MS = 150;
const PATIENCE_MS = 30_000;

/**
 * @param {{ command: readonly string[], file?: string, read(stdout: string, stderr: string): { packets: number, drops: number } }} reader
 * @param {{ flood: string, octets: number, bursts: number, burst: number, packets: number }} load - the sender; how many octets a packet
 * has; how often the ring is filled, and with how many; then how many are sent while it is read
 * @returns nanoseconds of processors for a packet: of each burst, and of the flood; how many were sent, read and dropped
 */
export async function trial({ command: [program, ...args], file, read }, { flood, octets, bursts, burst, packets }) {
  if (file !== undefined) rmSync(file, { force: true });
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise((resolve) => child.on('close', resolve));
  await until(() => child.exitCode !== null || stderr !== '' || (file !== undefined && sizeOf(file) > 0));
  if (child.exitCode !== null) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  const cost = [];
  for (let before = await idle(child.pid); cost.length < bursts; ) {
    child.kill('SIGSTOP');
    run(flood, burst, octets);
    child.kill('SIGCONT');
    const after = await idle(child.pid);
    cost.push((after - before) / burst);
    before = after;
  }
  const before = taken(child.pid);
  const { seconds } = run(flood, packets, octets);
  const after = await idle(child.pid);
  child.kill('SIGTERM');
  if ((await ended) !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  if (file !== undefined) rmSync(file, { force: true });
  const got = read(stdout, stderr);
  return { ...got, sent: bursts * burst + packets, bursts: cost, rate: packets / seconds, flood: (after - before) / Math.max(1, packets - got.drops) };
}

/** Waits until a process takes no time any more; gives how much it took so far, all its threads together, in nanoseconds. */
export async function idle(pid) {
  let last = -1;
  for (let time = taken(pid), since = performance.now(); ; time = taken(pid)) {
    // Who waits for a processor takes no time, either.
    if (time - last > 2_000_000 || isRunnable(pid)) [last, since] = [time, performance.now()];
    else if (performance.now() - since > IDLE_MS) return time;
    await sleep(20);
  }
}

/** How much processor time all threads of a process took so far, in nanoseconds. */
export function taken(pid) {
  return threads(pid).reduce((sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, 'latin1').split(' ')[0]), 0);
}

function isRunnable(pid) {
  return threads(pid).some((thread) => /\) [RD] /.test(readFileSync(`${thread}/stat`, 'latin1')));
}

function threads(pid) {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((thread) => `${folder}/${thread}`);
}

async function until(condition) {
  for (const end = performance.now() + PATIENCE_MS; !condition(); await sleep(20)) if (performance.now() > end) throw new Error('the reader does not begin');
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Compiles a program of this folder. */
export function compile(source, target) {
  const { status, stderr, error } = spawnSync('gcc', ['-O2', '-o', target, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc: ${error?.message ?? stderr}`);
}
