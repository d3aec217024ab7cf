// Starts programs, many at once, and says whether any failed and what was left behind.
//   npm run stress -- [programs] [at once] [descriptors open before]
import { openSync, readFileSync, readdirSync } from 'node:fs';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { Sandbox } from '../../src/index.ts';

const [programs = 2000, lanes = 40, files = 700] = process.argv.slice(2).map(Number);
const descriptors = (): number => readdirSync('/proc/self/fd').length;
/** Children that run, or have ended and were not waited for. */
const children = (): number =>
  readdirSync('/proc/self/task').reduce((sum, tid) => sum + readFileSync(`/proc/self/task/${tid}/children`, 'latin1').split(' ').filter(Boolean).length, 0);

const kernel = new Kernel({ modules: [nlmon] });
const sandbox = await Sandbox.create(kernel);
for (let i = 0; i < files; i++) openSync('/dev/null', 'r');
await sandbox.run('ip', ['link']);

const before = descriptors();
const begin = performance.now();
const failures: unknown[] = [];
let left = programs;
async function lane(): Promise<void> {
  while (left-- > 0) {
    const result = await sandbox.run('ip', ['link', 'show', 'lo']);
    if (result.code !== 0 || result.stderr !== '' || !result.stdout.startsWith('1: lo')) failures.push(result);
  }
}
await Promise.all(Array.from({ length: lanes }, lane));
const took = performance.now() - begin;
const isLeft = (): boolean => sandbox.statistics.sockets + sandbox.statistics.held + children() > 0 || descriptors() > before;
for (let tries = 0; tries < 100 && isLeft(); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
const { calls, sockets, held } = sandbox.statistics;
const zombies = children();
console.log(`${String(programs)} programs, ${String(lanes)} at once, ${String(files)} descriptors open: ${String(failures.length)} failures`);
console.log(`${(took / programs).toFixed(1)} ms each; ${String(calls)} calls; ${String(descriptors() - before)} descriptors, ${String(sockets)} sockets, ${String(held)} calls, ${String(zombies)} children left`);
if (failures.length > 0) console.log(failures.slice(0, 5));
await sandbox.close();
kernel.close();
process.exitCode = failures.length === 0 && sockets + held + zombies === 0 ? 0 : 1;
