// Decoding, beside other decoders, on captures of this machine's kernel.
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inTurns, run } from '../turns.mjs';
import { makeCaptures } from './captures.mjs';
import { Peers } from './peers.mjs';
import { nlmon, node, once, together } from './processes.mjs';
import { figure, printFigures } from './report.mjs';

const TURNS = 3;
const START_TURNS = 9;
const OURS = fileURLToPath(new URL('ours.mjs', import.meta.url));

using captures = makeCaptures();
using peers = new Peers();
const { some, part, few, small, million, another, how } = captures;
const ours = (what) => () => run(process.execPath, OURS, what, some.path);
const peer = (name) => () => peers.compiled(name, some.path);
/** A walk does so little that it would be a measurement of memory, which others of the machine use, too: of what fits into the processor's own. */
const walks = (what) => () => run(process.execPath, OURS, what, part.path);
const walkOfC = () => peers.compiled('walk', part.path);

console.log(`\nDecoding ${some.messages} messages (${how})`);
console.log(`  the least of ${TURNS} turns: of a message processor time, of a process from its start to its end`);
const [load = 0] = loadavg();
if (load > availableParallelism() / 2) console.log(`  the machine is busy (load ${load.toFixed(1)}): what whole processes took is worth little`);
if (peers.missing.length > 0) console.log(`  not there: ${peers.missing.join(', ')}`);

const ns = ({ min }) => `${min.toFixed(0)} ns`;
const s = ({ seconds }) => `${seconds.toFixed(2)} s`;

/** Our time as a multiple of a peer's. */
function compare(what, floor, most, ourRun, name, theirRun) {
  const [mine, theirs] = name === undefined || peers.has(name) ? inTurns(TURNS, ourRun, theirRun) : [];
  figure(what, floor, mine && mine.min / theirs.min, { most, times: mine ? `${ns(mine)} : ${ns(theirs)}` : '' });
  return mine;
}

{
  // What is compared has to be the same.
  if (peers.has('walk') && walkOfC().sum !== walks('walk')().sum) throw new Error('the walks do not come by the same attributes');
  compare('walk of top-level attributes : C', '≤ 1.3x', 1.3, walks('walk'), 'walk', walkOfC);
  compare('three fields of links : walk in C', '≤ 1.2x', 1.2, walks('lazy'), 'walk', walkOfC);
  const objects = compare('objects : libnl-route', '≤ 1.0x', 1, ours('objects'), 'libnl-route', peer('libnl-route')) ?? ours('objects')();
  compare("objects : Rust's netlink-packet-route", '≤ 1.2x', 1.2, ours('objects'), 'netlink-packet-route', peer('netlink-packet-route'));
  compare('objects, without code at run time : libnl-route', '', Infinity, ours('objects-plain'), 'libnl-route', peer('libnl-route'));
  compare('objects : libmnl, three fields', '', Infinity, ours('objects'), 'libmnl', peer('libmnl'));
  const json = compare('JSON lines : JSON.stringify of objects', '≤ 0.35x', 0.35, ours('json'), undefined, ours('stringify'));
  compare('JSON lines, without code at run time : JSON.stringify', '', Infinity, ours('json-plain'), undefined, ours('stringify'));
  for (const [what, mode, mine] of [['pyroute2 : objects', 'objects', objects], ['pyroute2 and json.dumps : JSON lines', 'json', json]]) {
    const theirs = peers.has('pyroute2') ? peers.pyroute2(mode, some.path) : undefined;
    figure(what, '≥ 100x', theirs && theirs.min / mine.min, { least: 100, times: theirs ? `${ns(theirs)} : ${ns(mine)}` : '' });
  }
  const text = ours('text')();
  const tshark = (...options) => ['tshark', '-n', '-r', options[0], ...options.slice(1)];
  for (const [what, least, options, mine] of [
    ['tshark -T json, hot : JSON lines', 100, ['-T', 'json'], json],
    ['tshark -V, hot : text', 10, ['-V'], text],
  ]) {
    const theirs = peers.has('tshark') ? hot(tshark(some.path, ...options), tshark(few.path, ...options)) : undefined;
    figure(what, `≥ ${least}x`, theirs && theirs / mine.min, { least, times: theirs ? `${theirs.toFixed(0)} ns : ${ns(mine)}` : '' });
  }

  for (const [what, least, theirs, format] of [
    ['tshark -T json : nlmon decode --format json', 20, tshark(some.path, '-T', 'json'), 'json'],
    ['tshark -V : nlmon decode', 3, tshark(some.path, '-V'), 'text'],
    ['tshark -T fields, two : nlmon decode --fields', undefined, tshark(some.path, '-T', 'fields', '-e', 'frame.number', '-e', 'netlink-route.nltype'), 'fields'],
    ['tcpdump, which shows octets : nlmon decode --format summary', undefined, ['tcpdump', '-n', '-r', some.path], 'summary'],
  ]) {
    const mine = format === 'fields' ? nlmon('decode', '--fields', 'frame,type', some.path) : nlmon('decode', '--format', format, some.path);
    const [first, second] = peers.has(theirs[0]) ? together(TURNS, mine, theirs) : [];
    figure(what, least === undefined ? '' : `≥ ${least}x`, first && second.seconds / first.seconds, { least, times: first ? `${s(second)} : ${s(first)}` : '' });
  }
}

/** What a message costs a process that has begun: the difference of a long capture and a short one. */
function hot(long, short) {
  const [many, begin] = together(TURNS, long, short);
  return ((many.cpu - begin.cpu) / (some.messages - few.messages)) * 1e9;
}

const DIFFERS = 1;
for (const [what, args, others = [], status = 0] of [
  ['decode --format json', ['decode', '--format', 'json']],
  ['decode --format text', ['decode']],
  ['decode --format summary', ['decode', '--format', 'summary']],
  ['decode --filter', ['decode', '--format', 'json', '--filter', 'attr.mtu > 1400']],
  ['stat', ['stat']],
  ['diff, with another million', ['diff'], [another], DIFFERS],
]) {
  const { seconds, mebibytes } = million === undefined ? {} : once(nlmon(...args, million.path, ...others.map((other) => other.path)), status);
  const messages = million === undefined ? '' : `${million.messages} messages in ${seconds.toFixed(2)} s`;
  figure(`${what}, a million messages: memory`, '< 100 MiB', mebibytes, { most: 100, unit: ' MiB', times: messages });
}

{
  const [bare, help, decode] = together(START_TURNS, node('-e', '0'), nlmon('--help'), nlmon('decode', small.path));
  const ms = ({ seconds }) => seconds * 1000;
  const times = (one) => `${(one.seconds / bare.seconds).toFixed(1)}x of node -e 0, ${ms(bare).toFixed(0)} ms`;
  figure('nlmon --help', '< 80 ms', ms(help), { most: 80, unit: ' ms', times: times(help) });
  figure('nlmon decode, 15 KB', '< 150 ms', ms(decode), { most: 150, unit: ' ms', times: times(decode) });
}

printFigures();
