// What main.mjs measures, in a network namespace that is its own. Processor time, but for deletions, which wait.
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addLink, deleteLink, IpRoute } from '@netdevkit/iproute';
import { Host } from '@netdevkit/linux';
import { once } from '../decode/processes.mjs';
import { figure, printFigures } from '../decode/report.mjs';
import { median } from '../measure.mjs';
import { inTurns, run } from '../turns.mjs';
import { Peers } from './peers.mjs';

const TURNS = 5;
const ROUNDS = 9;
const TRIP_ROUNDS = 25;
const LINKS = 5000;
const BATCH = 1000;
const SINGLE = 20;
const SHOWN = 10;
const GROUP = 7;
const KINDS = ['dummy', 'ifb', 'bridge'];

const OURS = fileURLToPath(new URL('ours.mjs', import.meta.url));
const ours = (what, rounds = ROUNDS) => () => run(process.execPath, ...process.execArgv, OURS, what, rounds);

using peers = new Peers();
using host = new Host();
using ip = new IpRoute(() => host.socket(16, 3, 0));
const kind = KINDS.find((one) => host.supports.linkKind(one).supported);
if (kind === undefined) throw new Error(`the kernel has none of ${KINDS.join(', ')}`);

console.log(`  the median of ${TURNS} turns' medians, of processor time; of deletions the least, by the clock; links of kind ${kind}`);
const [load = 0] = loadavg();
if (load > availableParallelism() / 2) console.log(`  the machine is busy (load ${load.toFixed(1)}): read the ratios with care`);
if (peers.missing.length > 0) console.log(`  not there: ${peers.missing.join(', ')}`);

const us = (nanoseconds) => `${(nanoseconds / 1000).toFixed(2)} µs`;
const names = (count) => Array.from({ length: count }, (_, i) => `m${i}`);

function make(count) {
  for (const outcome of ip.batch(names(count).map((name) => addLink({ name, kind, group: GROUP })))) if (!outcome.ok) throw outcome.error;
}

/** Processor time in nanoseconds. */
function processor(action) {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/** Time by the clock in nanoseconds. */
function clock(action) {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start);
}

{
  const file = join(peers.folder, 'links');
  writeFileSync(file, names(BATCH).map((name) => `link add ${name} group ${GROUP} type ${kind}\n`).join(''));
  const clear = () => ip.link.delete({ group: GROUP });
  const mine = [];
  const theirs = [];
  const deleted = [];
  for (let turn = 0; turn < TURNS; turn++) {
    mine.push(processor(() => make(BATCH)) / BATCH);
    deleted.push(clock(clear) / BATCH);
    if (!peers.has('ip') || !peers.has('time')) continue;
    theirs.push((once(['ip', '-batch', file]).cpu * 1e9) / BATCH);
    clear();
  }
  const our = median(mine);
  const their = theirs.length === 0 ? undefined : median(theirs);
  const group = Math.min(...deleted);
  figure('links made, pipelined, per second : ip -batch', '≥ 0.8x', their && their / our, { least: 0.8, times: their ? `${us(our)} : ${us(their)} a link` : '' });
  make(SINGLE);
  const single = clock(() => names(SINGLE).forEach((name) => ip.run(deleteLink(name)))) / SINGLE;
  figure('links deleted by group, per second : one by one', '≥ 100x', single / group, { least: 100, times: `${us(group)} : ${us(single)} a link` });
}

{
  const [mine, theirs] = peers.has('plain') ? inTurns(TURNS, ours('trip', TRIP_ROUNDS), () => peers.c('plain', 'trip', TRIP_ROUNDS)) : [];
  figure("a request's round trip : C", '≤ 1.3x', mine && mine.median / theirs.median, { most: 1.3, times: mine ? `${us(mine.median)} : ${us(theirs.median)}` : '' });
  const [show, libnl] = peers.has('libnl') ? inTurns(TURNS, ours('show', TRIP_ROUNDS), () => peers.c('libnl', 'trip', TRIP_ROUNDS)) : [];
  figure('ip.link.show : rtnl_link_get_kernel', '', show && show.median / libnl.median, { times: show ? `${us(show.median)} : ${us(libnl.median)}` : '' });
}

make(LINKS);
{
  const what = `${LINKS} links dumped`;
  const times = (a, b) => ({ times: a && b ? `${us(a)} : ${us(b)} a link` : '' });
  const [received, plain] = peers.has('plain') ? inTurns(TURNS, ours('receive'), () => peers.c('plain', 'dump', ROUNDS)) : [];
  figure(`${what}, received : C`, '≤ 1.2x', received && received.median / plain.median, { most: 1.2, ...times(received?.median, plain?.median) });
  const [objects, libnl] = peers.has('libnl') ? inTurns(TURNS, ours('objects'), () => peers.c('libnl', 'dump', ROUNDS)) : [ours('objects')()];
  figure(`${what}, objects : libnl's cache`, '≤ 1.0x', libnl && objects.median / libnl.median, { most: 1, ...times(objects.median, libnl?.median) });
  const shown = () => {
    // Several times, since the clock of processes goes by hundredths of a second.
    const nanoseconds = (once(['sh', '-c', 'for i in $(seq "$0"); do ip -j link; done', String(SHOWN)]).cpu * 1e9) / (SHOWN * (LINKS + 1));
    return { median: nanoseconds, min: nanoseconds };
  };
  const [json, text] = peers.has('ip') && peers.has('time') ? inTurns(TURNS, ours('json'), shown) : [];
  figure(`${what}, JSON : ip -j link`, '≤ 1.0x', json && json.median / text.median, { most: 1, ...times(json?.median, text?.median) });
  const theirs = peers.has('pyroute2') ? peers.pyroute2(1) : undefined;
  figure(`${what}, pyroute2 : objects`, '≥ 40x', theirs && theirs.median / objects.median, { least: 40, ...times(theirs?.median, objects.median) });
}
ip.link.delete({ group: GROUP });
printFigures();
