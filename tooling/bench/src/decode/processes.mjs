// Whole processes: how long they take from start to end, and how much memory at most. What they print is thrown away.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command as it is published. */
const NLMON = fileURLToPath(new URL('../../../../packages/cli/dist/bin/main.js', import.meta.url));
const TIME = '/usr/bin/time';
const hasTime = existsSync(TIME);

export const node = (...args) => [process.execPath, ...args];
export const nlmon = (...args) => node(NLMON, ...args);

/**
 * Runs a command once: seconds by the clock, seconds of processors, and MiB at most; the latter two where GNU time is there.
 *
 * @param {readonly string[]} command - and its arguments
 * @param {number} expected - the status that it ends with
 */
export function once([command, ...args], expected = 0) {
  const [program, ...rest] = hasTime ? [TIME, '-f', '%U %S %M', command, ...args] : [command, ...args];
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== expected) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  if (!hasTime) return { seconds, cpu: seconds, mebibytes: undefined };
  const [user = 0, system = 0, kibibytes = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpu: user + system, mebibytes: kibibytes / 1024 };
}

/** Runs commands in turns; gives the least of each. */
export function together(turns, ...commands) {
  const results = commands.map(() => []);
  for (let turn = 0; turn < turns; turn++) commands.forEach((command, i) => results[i].push(once(command)));
  return results.map((list) => ({ seconds: Math.min(...list.map(({ seconds }) => seconds)), cpu: Math.min(...list.map(({ cpu }) => cpu)) }));
}
