// One program under one load: what each packet cost it, in bursts and in a flood.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../turns.mjs';

/** A program that took no time for so long has done all that there is to do. */
const IDLE_MS = 150;
const PATIENCE_MS = 30_000;
/** Between portions. */
const PAUSE_MS = 15;

/**
 * Runs a program until it has begun, sends it bursts and a flood, and ends it by SIGTERM.
 *
 * @param {readonly string[]} command
 * @param {{
 *   hasBegun(stderr: string): boolean,
 *   begun?(): void,
 *   flood: readonly string[], octets: number, portions?: number, portion?: number, bursts?: number, burst?: number, packets: number,
 * }} load - how it is known that it has begun, and what is done then; the sender, which gets a number of packets and how many octets each
 * has; how many portions, of how many packets, it gets with time between them; how many bursts: it is stopped meanwhile; then how many
 * are sent while it runs
 * @returns {Promise<{ bursts: number[], seconds: number, taken: number, stdout: string, stderr: string }>} nanoseconds of processors for a
 * packet of each burst; how long the flood was sent, and the nanoseconds of processors that all of it took; what was said
 */
export async function trial([program, ...args], { hasBegun, begun, flood: [sender, ...to], octets, portions = 0, portion = 0, bursts = 0, burst = 0, packets }) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const send = (count) => run(sender, ...to, count, octets);
  try {
    for (const end = performance.now() + PATIENCE_MS; !hasBegun(stderr); await sleep(20)) {
      if (child.exitCode !== null || performance.now() > end) throw new Error('it does not begin');
    }
    begun?.();
    for (let sent = 0; sent < portions; sent++) {
      send(portion);
      await sleep(PAUSE_MS);
    }
    const cost = [];
    for (let before = await idle(child.pid); cost.length < bursts; ) {
      child.kill('SIGSTOP');
      send(burst);
      child.kill('SIGCONT');
      const after = await idle(child.pid);
      cost.push((after - before) / burst);
      before = after;
    }
    const before = taken(child.pid);
    const { seconds } = send(packets);
    const after = await idle(child.pid);
    child.kill('SIGTERM');
    if ((await ended) !== 0) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    return { bursts: cost, seconds, taken: after - before, stdout, stderr };
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw new Error(`${program} ${args.join(' ')}: ${error.message}: ${stderr}`, { cause: error });
  }
}

/** Waits until a process takes no time any more; gives how much it took so far, all its threads together, in nanoseconds. */
async function idle(pid) {
  let last = -1;
  for (let time = taken(pid), since = performance.now(); ; time = taken(pid)) {
    // Who waits for a processor takes no time, either.
    if (time - last > 2_000_000 || isRunnable(pid)) [last, since] = [time, performance.now()];
    else if (performance.now() - since > IDLE_MS) return time;
    await sleep(20);
  }
}

/** How much processor time all threads of a process took so far, in nanoseconds. */
function taken(pid) {
  return threads(pid).reduce((sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, 'latin1').split(' ')[0]), 0);
}

function isRunnable(pid) {
  return threads(pid).some((thread) => /\) [RD] /.test(readFileSync(`${thread}/stat`, 'latin1')));
}

function threads(pid) {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((thread) => `${folder}/${thread}`);
}

/** Compiles a program of a part of the benchmark. */
export function compile(source, target) {
  const { status, stderr, error } = spawnSync('gcc', ['-O2', '-o', target, source], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc: ${error?.message ?? stderr}`);
}
