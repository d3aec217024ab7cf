// In its own namespace: who answers pings in turns, and a table of what that costs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, printFigures } from '../decode/report.mjs';
import { median } from '../measure.mjs';
import { compile, trial } from '../ring/trial.mjs';
import { run } from '../turns.mjs';

const TURNS = 2;
const SIZES = [64, 512, 1514];
/** Of each turn: the first ones compile what answers. */
const BURSTS = 12;
/** Fits into the interface's queue. */
const BURST = 15_000;
const QUEUE = 16_384;
const FLOOD = 200_000;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'netdevkit-port-'));
try {
  if (!works('ip', 'tuntap', 'add', 'dev', 'bench0', 'mode', 'tap')) console.log('  not measured: it needs ip, and /dev/net/tun');
  else if (!works('gcc', '--version')) console.log('  not measured: it needs gcc');
  else await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  // It was to see whether there can be one.
  works('ip', 'link', 'del', 'bench0');
  const [flood, echo] = ['flood', 'echo'].map((name) => {
    compile(here(`${name}.c`), join(folder, name));
    return join(folder, name);
  });
  const who = { C: [echo], port: [process.execPath, here('ours.mjs')] };
  console.log('\nPings through a TAP interface, answered by the echo driver on the embedded kernel, and by a loop in C');
  console.log(`  for a packet, read, answered and written: processor time, the least of ${TURNS * BURSTS} times that ${BURST} waited; then ${FLOOD} are sent as fast as it goes`);
  const [load = 0] = loadavg();
  if (load > availableParallelism() / 2) console.log(`  the machine is busy (load ${load.toFixed(1)}): what is about the flood says little`);
  for (const octets of SIZES) {
    const results = { C: [], port: [] };
    for (let turn = 0; turn < TURNS; turn++) for (const name of Object.keys(who)) results[name].push(await answer(who[name], flood, octets));
    const cost = (name) => Math.min(...results[name].flatMap(({ bursts }) => bursts));
    const rate = (name) => median(results[name].map((one) => one.rate));
    for (const name of Object.keys(who)) {
      console.log(`  ${String(octets).padStart(4)} octets, ${name.padEnd(4)} ${cost(name).toFixed(0).padStart(5)} ns; flood ${results[name].map((one) => (one.rate / 1000).toFixed(0)).join(' ')} k packets/s`);
    }
    const [ours, theirs] = [cost('port'), cost('C')];
    figure(`${octets} octets, packets of a processor’s second, port : C`, '≥ 0.5x', theirs / ours, { least: 0.5, times: `${(1e6 / ours).toFixed(0)} k : ${(1e6 / theirs).toFixed(0)} k` });
    figure(`${octets} octets, packets a second of a flood, port : C`, '≥ 0.5x', rate('port') / rate('C'), { least: 0.5, times: `${(rate('port') / 1000).toFixed(0)} k : ${(rate('C') / 1000).toFixed(0)} k` });
  }
  printFigures();
}

/** Gives nanoseconds of processors for each packet of a burst, and how many were answered a second in a flood. */
async function answer(who, flood, octets) {
  const hasBegun = (stderr) => stderr.includes('ready\n');
  const begun = () => void run('sh', '-c', `ip link set bench0 txqueuelen ${QUEUE} && ip addr add 10.77.0.1/24 dev bench0 && ip link set bench0 up && echo {}`);
  const { bursts, seconds, taken, stdout } = await trial(who, { hasBegun, begun, flood: [flood], octets, bursts: BURSTS, burst: BURST, packets: FLOOD });
  const { packets } = JSON.parse(stdout);
  const answered = packets - BURSTS * BURST;
  // Of what was in the queue at the end it is not known when it was answered: it counts, with the time that it takes.
  const rest = Math.min(QUEUE, answered) * (taken / answered / 1e9);
  if (answered <= 0) throw new Error(`${who[0]}: ${packets} packets of ${BURSTS * BURST} and more`);
  return { bursts, rate: answered / (seconds + rest) };
}
