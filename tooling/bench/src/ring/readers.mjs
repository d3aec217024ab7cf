// In its own namespaces: readers in turns, and a table of what they cost.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nlmon, node } from '../decode/processes.mjs';
import { figure, printFigures } from '../decode/report.mjs';
import { compile, trial } from './trial.mjs';

const TURNS = 2;
/** Of each: the first ones compile what reads. */
const BURSTS = 6;
/** Fits into the ring, that of tcpdump too, which has what is sent to `lo` twice. */
const BURST = 60_000;
const FLOOD = 500_000;
const OCTETS = 200;
const MEBIBYTE = 1 << 20;
const RING = 64 * MEBIBYTE;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'netdevkit-ring-'));
try {
  if (!works('ip', 'link', 'set', 'lo', 'up') || !works('mount', '-t', 'tmpfs', 'none', folder)) console.log('  not measured: it needs a network namespace and ip');
  else if (!works('gcc', '--version')) console.log('  not measured: it needs gcc');
  else await measure();
} finally {
  works('umount', folder);
  rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const [flood, reader] = ['flood', 'reader'].map((name) => {
    const target = join(folder, name);
    compile(here(`${name}.c`), target);
    return target;
  });
  const file = join(folder, 'capture');
  const read = (stdout) => JSON.parse(stdout);
  const c = (what, to) => ({ command: [reader, what, 'lo', RING, to], read });
  const ours = (what, to) => ({ command: node(here('reader.mjs'), what, 'lo', RING, to), read });
  const readers = {
    'C count': c('count', '-'),
    count: ours('count', '-'),
    'C write': c('write', '/dev/null'),
    write: ours('write', '/dev/null'),
    'C file': { ...c('write', file), file },
    file: { ...ours('write', file), file },
    nlmon: { command: nlmon('capture', '-i', 'lo', '--buffer', String(RING), '-w', file), file, read: (_, said) => numbers(/(\d+) packets?, (\d+) packets? lost/, said) },
    ...(works('tcpdump', '--version') ? { tcpdump: { command: ['tcpdump', '-n', '-i', 'lo', '-B', String(RING / 1024), ...(process.getuid() === 0 ? ['-Z', 'root'] : []), '-w', file], file, read: (_, said) => numbers(/(\d+) packets captured[^]*?(\d+) packets dropped/, said) } } : {}),
  };
  const all = Object.entries(readers);
  console.log(`\nThe ring of a packet socket, ${RING / MEBIBYTE} MiB: UDP datagrams of ${OCTETS} octets on lo`);
  console.log(`  processor time of all threads for a packet: the least of ${TURNS * BURSTS} times that ${BURST} were in the ring, and of ${TURNS} floods of ${FLOOD}`);
  const [load = 0] = loadavg();
  if (load > availableParallelism() / 2) console.log(`  the machine is busy (load ${load.toFixed(1)}): what is about the flood says little`);
  const results = Object.fromEntries(all.map(([name]) => [name, []]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, one] of all) results[name].push(await trial(one, { flood, octets: OCTETS, bursts: BURSTS, burst: BURST, packets: FLOOD }));
  }
  const least = (name) => Math.min(...results[name].flatMap(({ bursts }) => bursts));
  const drops = (name) => results[name].reduce((sum, one) => sum + one.drops, 0);
  for (const [name] of all) {
    const each = results[name].map(({ bursts }) => bursts.map((one) => one.toFixed(0)).join(' ')).join(' | ');
    const floods = results[name].map((one) => one.flood);
    console.log(`  ${name.padEnd(8)} ${least(name).toFixed(0).padStart(4)} ns (${each}); flood ${Math.min(...floods).toFixed(0)} ns, ${drops(name)} dropped, ${(Math.max(...results[name].map(({ rate }) => rate)) / 1e6).toFixed(2)} M/s`);
    const wrong = results[name].find(({ sent, packets, drops: lost }) => name !== 'tcpdump' && sent !== packets + lost);
    if (wrong !== undefined) throw new Error(`${name}: ${JSON.stringify(wrong)}: what was sent is not what was read and what was dropped`);
  }
  const compare = (what, mine, theirs, floor) => {
    const times = `${least(mine).toFixed(0)} ns : ${least(theirs).toFixed(0)} ns`;
    figure(what, floor === undefined ? '' : `≤ ${floor}x`, least(mine) / least(theirs), { times, ...(floor === undefined ? {} : { most: floor }) });
  };
  compare('nlmon capture -w : C', 'nlmon', 'C file', 2.2);
  compare('pcapng to a file : C', 'file', 'C file', 2.2);
  compare('packets counted : C', 'count', 'C count', 2.2);
  compare('pcapng to /dev/null : C', 'write', 'C write');
  if (results.tcpdump === undefined) console.log('  not there: tcpdump');
  else {
    compare('nlmon capture -w : tcpdump -w', 'nlmon', 'tcpdump');
    figure('nlmon drops more than tcpdump -B', '0', Math.max(0, drops('nlmon') - drops('tcpdump')), { most: 0, unit: '', times: `${drops('nlmon')} : ${drops('tcpdump')}` });
  }
  printFigures();
}

function numbers(pattern, text) {
  const [, packets, drops] = pattern.exec(text) ?? [];
  if (packets === undefined) throw new Error(text);
  return { packets: Number(packets), drops: Number(drops) };
}
