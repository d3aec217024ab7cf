// What the sandbox costs: a call, a program, and programs that use no netlink, interleaved with the same natively.
//   npm run bench -- [rounds]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Kernel } from '@netdevkit/kernel';
import { Sandbox } from '../../src/index.ts';

const [rounds = 40] = process.argv.slice(2).map(Number);
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const loop = fileURLToPath(new URL('./loop.py', import.meta.url));

using kernel = new Kernel();
const begin = performance.now();
await using sandbox = await Sandbox.create(kernel);
console.log(`Linux ${release()}, Node ${process.version}, ${String(cpus().length)} CPUs; created in ${(performance.now() - begin).toFixed(0)} ms`);

const parse = (text: string): Map<string, readonly [string, string]> =>
  new Map(text.trim().split('\n').map((line) => line.split(' ')).map(([name = '', least = '', median = '']) => [name, [least, median]] as const));
const inside = parse((await sandbox.run(python, [loop])).stdout);
const outside = parse(spawnSync(python, [loop], { encoding: 'utf8' }).stdout);
console.log('\ncalls, microseconds: least and median            sandbox            host');
for (const [name, [least, median]] of inside) {
  const [hostLeast = '', hostMedian = ''] = outside.get(name) ?? [];
  console.log(`  ${name.replaceAll('_', ' ').padEnd(40)} ${least.padStart(8)} ${median.padStart(8)}   ${hostLeast.padStart(6)} ${hostMedian.padStart(6)}`);
}

interface Way {
  readonly name: string;
  readonly start: (file: string, args: readonly string[]) => { once(event: 'exit', listener: () => void): unknown };
}
await using reader = await Sandbox.create(kernel, { files: true });
const ways: readonly Way[] = [
  { name: 'host', start: (file, args) => spawn(file, [...args], { stdio: 'ignore' }) },
  { name: 'sandbox', start: (file, args) => sandbox.spawn(file, args, { stdio: 'ignore' }) },
  { name: 'with files', start: (file, args) => reader.spawn(file, args, { stdio: 'ignore' }) },
];
const commands: readonly (readonly [string, ...string[]])[] = [
  ['ip', 'link', 'show'],
  ['sh', '-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'],
  ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=512', 'count=200000'],
  ['find', '/usr/share/zoneinfo', '-type', 'f', '-size', '+1k'],
  [python, '-c', 'import json, socket, subprocess'],
];
console.log('\nprograms, milliseconds: least and median');
for (const [file, ...args] of commands) {
  const taken = new Map(ways.map(({ name }) => [name, new Array<number>()]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, start } of ways) {
      const before = performance.now();
      await once(start(file, args) as never, 'exit');
      taken.get(name)?.push(performance.now() - before);
    }
  }
  const told = [...taken].map(([name, times]) => {
    times.sort((a, b) => a - b);
    return `${name} ${(times[0] ?? 0).toFixed(2)} ${(times[times.length >> 1] ?? 0).toFixed(2)}`;
  });
  console.log(`  ${[file, ...args].join(' ').slice(0, 60).padEnd(60)} ${told.join('   ')}`);
}
