// The sandbox beside the host: calls that it answers and calls that it leaves alone, a whole `ip`, programs without netlink. And
// beside a seccomp filter that allows everything, which is what a sandbox of this kind cannot do without.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Kernel } from '@netdevkit/kernel';
import { Sandbox, support } from '@netdevkit/sandbox';
import { figure, printFigures } from '../decode/report.mjs';
import { median } from '../measure.mjs';

const CALLS = fileURLToPath(new URL('calls.py', import.meta.url));
const UNDER_FILTER = fileURLToPath(new URL('under-filter.py', import.meta.url));
const PROCESSOR_TIME = fileURLToPath(new URL('processor-time.py', import.meta.url));
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const TURNS = 8;
const STARTS = 60;
const SIDES = ['inside', 'filter', 'host'];
/** Programs that use no netlink: what each does, how often it runs in a turn, the command. */
const PROGRAMS = [
  ['computing', 4, PYTHON, '-c', 'print(sum(i * i % 7 for i in range(1000000)))'],
  ['a loop in a shell', 8, 'sh', '-c', 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done'],
  ['importing modules', 4, PYTHON, '-c', 'import json, socket, subprocess, unittest, email'],
  ['finding files by size', 4, 'find', '/usr/share/zoneinfo', '/usr/share/doc', '-type', 'f', '-size', '+1k'],
  ['compressing', 1, 'sh', '-c', 'head -c 8000000 /dev/urandom | gzip -1 | wc -c'],
  ['copying, 64 KiB at a time', 4, 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64k', 'count=10000', 'status=none'],
  ['copying, 512 octets at a time', 2, 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=512', 'count=100000', 'status=none'],
];

console.log(`\nThe sandbox: Linux ${release()}, ${String(cpus().length)} processors`);
const { available, reasons } = support();
if (!available) console.log(`  not measured: ${reasons.join('; ')}`);
else if (spawnSync(PYTHON, ['-c', '']).status !== 0 || spawnSync('ip', ['-V']).status !== 0) console.log('  not measured: it needs python3 and ip (Debian: iproute2)');
else await measureAll();

async function measureAll() {
  const kernel = new Kernel();
  const begin = performance.now();
  const sandbox = await Sandbox.create(kernel);
  console.log(`  created in ${(performance.now() - begin).toFixed(0)} ms\n`);
  const calls = await measureCalls(sandbox);
  const starts = await measureStarts(sandbox, kernel);
  console.log();
  const intercepted = Math.min(...[...calls].filter(([name]) => !name.includes('_and_') && !name.includes('octet') && name !== 'getppid').map(([, { inside }]) => inside.least));
  figure('an intercepted call, at its quietest', '<= 30 us', intercepted, { most: 30, unit: ' us' });
  figure('ip link show, from start to end', '<= 2x of the host', starts.inside.median / starts.host.median, { most: 2, times: `${starts.inside.median.toFixed(1)} ms, host ${starts.host.median.toFixed(1)} ms` });
  for (const [what, times, ...command] of PROGRAMS) {
    const { host, filter, inside } = await measureProgram(sandbox, times, command);
    const more = (side) => 100 * (side / host - 1);
    const ms = (side) => (side / 1000).toFixed(1);
    figure(`no netlink: ${what}`, '<= 1 % more', more(inside), { most: 1, unit: ' %', times: `${ms(inside)} ms of processor time, host ${ms(host)} ms; under any filter ${more(filter).toFixed(1)} %` });
  }
  printFigures();
  await sandbox.close();
  kernel.close();
}

/** Calls, in turns; the least of the turns and the median of their medians, in microseconds. */
async function measureCalls(sandbox) {
  const found = new Map();
  const note = (side, text) => {
    for (const line of text.trim().split('\n')) {
      const [name, least, middle] = line.split(' ');
      if (!found.has(name)) found.set(name, Object.fromEntries(SIDES.map((each) => [each, []])));
      found.get(name)[side].push({ least: Number(least), middle: Number(middle) });
    }
  };
  for (let turn = 0; turn < 3; turn++) {
    note('inside', (await sandbox.run(PYTHON, [CALLS])).stdout);
    note('filter', spawnSync(PYTHON, [UNDER_FILTER, PYTHON, CALLS], { encoding: 'utf8' }).stdout);
    note('host', spawnSync(PYTHON, [CALLS], { encoding: 'utf8' }).stdout);
  }
  console.log(`  ${'calls, microseconds: least, and median'.padEnd(42)}${'sandbox'.padStart(18)}${'any filter'.padStart(18)}${'host'.padStart(18)}`);
  const results = new Map();
  for (const [name, sides] of found) {
    const of = (list) => ({ least: Math.min(...list.map(({ least }) => least)), median: median(list.map(({ middle }) => middle)) });
    const [inside, filter, host] = SIDES.map((side) => of(sides[side]));
    const show = ({ least, median: middle }) => `${least.toFixed(2)} ${middle.toFixed(2).padStart(8)}`.padStart(18);
    console.log(`  ${name.replaceAll('_', ' ').padEnd(42)}${show(inside)}${show(filter)}${show(host)}`);
    results.set(name, { inside, host });
  }
  return results;
}

/** `ip link show`, started by this process and waited for, in turns: milliseconds. */
async function measureStarts(sandbox, kernel) {
  const reader = await Sandbox.create(kernel, { files: true });
  const ways = {
    host: () => spawn('ip', ['link', 'show'], { stdio: 'ignore' }),
    inside: () => sandbox.spawn('ip', ['link', 'show'], { stdio: 'ignore' }),
    'with its files': () => reader.spawn('ip', ['link', 'show'], { stdio: 'ignore' }),
  };
  const taken = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < STARTS; round++) {
    for (const [name, start] of Object.entries(ways)) {
      const begin = performance.now();
      await once(start(), 'exit');
      taken[name].push(performance.now() - begin);
    }
  }
  await reader.close();
  console.log('\n  ip link show, milliseconds: least, and median');
  const results = {};
  for (const [name, times] of Object.entries(taken)) {
    results[name] = { least: Math.min(...times), median: median(times) };
    console.log(`    ${name.padEnd(16)}${results[name].least.toFixed(2).padStart(8)}${results[name].median.toFixed(2).padStart(8)}`);
  }
  return results;
}

/** Processor time of a program and what it starts, the least of many runs in turns: microseconds. */
async function measureProgram(sandbox, times, command) {
  const taken = Object.fromEntries(SIDES.map((side) => [side, Infinity]));
  const note = (side, { stdout, stderr }) => {
    if (stderr !== '') throw new Error(`${command.join(' ')}: ${stderr}`);
    taken[side] = Math.min(taken[side], ...stdout.trim().split('\n').map(Number));
  };
  for (let turn = 0; turn < TURNS; turn++) {
    const args = [PROCESSOR_TIME, String(times), ...command];
    note('host', spawnSync(PYTHON, args, { encoding: 'utf8' }));
    note('filter', spawnSync(PYTHON, [UNDER_FILTER, PYTHON, ...args], { encoding: 'utf8' }));
    note('inside', await sandbox.run(PYTHON, args));
  }
  return taken;
}
