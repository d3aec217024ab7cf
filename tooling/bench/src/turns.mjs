// Runs programs in turns.
import { spawnSync } from 'node:child_process';
import { median } from './measure.mjs';

/** Runs a program that prints one JSON object. */
export function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args.map(String), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}

/** Runs each in turns; gives the median of the medians and the least of each. */
export function inTurns(turns, ...runs) {
  const results = runs.map(() => []);
  for (let turn = 0; turn < turns; turn++) runs.forEach((once, i) => results[i].push(once()));
  return results.map((list) => ({ median: median(list.map((result) => result.median)), min: Math.min(...list.map(({ min }) => min)) }));
}
