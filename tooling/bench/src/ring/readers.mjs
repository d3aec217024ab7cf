// In its own namespaces: readers in turns, and a table of what they cost.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node } from '../decode/processes.mjs';
import { figure, printFigures } from '../decode/report.mjs';
import { compareLosses } from './losses.mjs';
import { nlmonOn, tcpdumpOn, underLoad } from './programs.mjs';
import { compile } from './trial.mjs';

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
  const [flood, netlinkFlood, reader] = ['flood', 'netlink-flood', 'reader'].map((name) => {
    const target = join(folder, name);
    compile(here(`${name}.c`), target);
    return target;
  });
  const file = join(folder, 'capture');
  const read = (stdout) => JSON.parse(stdout);
  const c = (what, to) => ({ command: [reader, what, 'lo', RING, to], read });
  const ours = (what, to) => ({ command: node(here('reader.mjs'), what, 'lo', RING, to), read });
  const hasTcpdump = works('tcpdump', '--version');
  const readers = {
    'C count': c('count', '-'),
    'C show': c('show', '-'),
    show: ours('show', '-'),
    'C write': c('write', '/dev/null'),
    write: ours('write', '/dev/null'),
    'C file': { ...c('write', file), file },
    file: { ...ours('write', file), file },
    nlmon: nlmonOn('lo', RING, file),
    ...(hasTcpdump ? { tcpdump: tcpdumpOn('lo', RING, file) } : {}),
  };
  const all = Object.entries(readers);
  console.log(`\nThe ring of a packet socket, ${RING / MEBIBYTE} MiB: UDP datagrams of ${OCTETS} octets on lo`);
  console.log(`  processor time of all threads for a packet: the least of ${TURNS * BURSTS} times that ${BURST} were in the ring, and of ${TURNS} floods of ${FLOOD}`);
  const [load = 0] = loadavg();
  if (load > availableParallelism() / 2) console.log(`  the machine is busy (load ${load.toFixed(1)}): what is about the flood says little`);
  const results = Object.fromEntries(all.map(([name]) => [name, []]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, one] of all) results[name].push(await underLoad(one, { octets: OCTETS, flood: [flood], bursts: BURSTS, burst: BURST, packets: FLOOD }));
  }
  const least = (name) => Math.min(...results[name].flatMap(({ bursts }) => bursts));
  const leastOfFlood = (name) => Math.min(...results[name].map((one) => one.flood));
  for (const [name] of all) {
    const each = results[name].map(({ bursts }) => bursts.map((one) => one.toFixed(0)).join(' ')).join(' | ');
    const drops = results[name].reduce((sum, one) => sum + one.drops, 0);
    console.log(`  ${name.padEnd(8)} ${least(name).toFixed(0).padStart(4)} ns (${each}); flood ${leastOfFlood(name).toFixed(0)} ns, ${drops} dropped, ${(Math.max(...results[name].map(({ rate }) => rate)) / 1e6).toFixed(2)} M/s`);
  }
  const compare = (what, time, mine, theirs, floor) => {
    const times = `${time(mine).toFixed(0)} ns : ${time(theirs).toFixed(0)} ns`;
    figure(what, floor === undefined ? '' : `≤ ${floor}x`, time(mine) / time(theirs), { times, ...(floor === undefined ? {} : { most: floor }) });
  };
  compare('nlmon capture -w : C', least, 'nlmon', 'C file', 2.2);
  compare('pcapng to a file : C', least, 'file', 'C file', 2.2);
  compare('shown to a function : C', least, 'show', 'C show', 2.2);
  compare('nlmon capture -w : C, in a flood', leastOfFlood, 'nlmon', 'C file', 2.2);
  compare('shown to a function : C, in a flood', leastOfFlood, 'show', 'C show', 2.2);
  compare('shown to a function : C, headers only', least, 'show', 'C count');
  compare('pcapng to /dev/null : C', least, 'write', 'C write');
  if (hasTcpdump) compare('nlmon capture -w : tcpdump -w', least, 'nlmon', 'tcpdump');
  else console.log('  not there: tcpdump');
  await compareLosses({ floods: { lo: [flood], ...(makesNetlink(netlinkFlood) ? { nl0: [netlinkFlood] } : {}) }, programs: { nlmon: nlmonOn, ...(hasTcpdump ? { tcpdump: tcpdumpOn } : {}) }, file });
  printFigures();
}

/** An interface of netlink's type. */
function makesNetlink(netlinkFlood) {
  if (works(netlinkFlood, 'make') && works('ip', 'link', 'set', 'nl0', 'up')) return true;
  console.log('  no flood of netlink: it needs /dev/net/tun');
  return false;
}
