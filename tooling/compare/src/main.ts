/// <reference types="node" />
import { count, emptyCensus } from './census/census.ts';
import { UNNAMED } from './census/unnamed.ts';
import { readCapture } from './capture.ts';
import { capturePath, goldenOf, goldens, hasTranscript } from './golden.ts';
import { compareWithJson } from './json/compare-capture.ts';
import { roundTrip } from './round-trip.ts';
import { compareScripts } from './scripts/command.ts';
import { compareWithStrace } from './strace/compare-capture.ts';
import { TsharkComparison } from './tshark/compare-capture.ts';
import { tsharkVersion } from './tshark/run.ts';

const USAGE = `usage: node --conditions=@netdevkit/source src/main.ts census|strace|json|round-trip
       node --conditions=@netdevkit/source src/main.ts tshark [NAME|FILE ...]
       node --conditions=@netdevkit/source src/main.ts scripts [--update] FOLDER [SCRIPT ...]`;

/** How many captures tshark dissects at a time. */
const JOBS = 2;

function census(): boolean {
  const result = emptyCensus();
  for (const golden of goldens()) count(result, golden.workload, readCapture(capturePath(golden)));
  const { messages, attributes, unnamedAttributes, unnamed } = result;
  console.log(`${String(messages)} messages, ${String(attributes)} attributes, ${String(unnamedAttributes)} of them without a name`);
  for (const [where, times] of unnamed) console.log(`${String(times)} ${where}: ${UNNAMED[where] ?? 'NOT EXPLAINED'}`);
  return [...unnamed.keys()].every((where) => where in UNNAMED);
}

function tryRoundTrips(): boolean {
  const results = goldens().map((golden) => [golden.name, roundTrip(golden)] as const);
  const sum = (key: 'messages' | 'plain' | 'opaque'): string => String(results.reduce((total, [, result]) => total + result[key], 0));
  console.log(`${sum('messages')} messages, ${sum('plain')} need no layout, ${sum('opaque')} keep their octets`);
  for (const [name, { lost }] of results) for (const where of lost) console.log(`${name} ${where}: comes back otherwise`);
  return results.every(([, { lost }]) => lost.length === 0);
}

function json(): boolean {
  let isSame = true;
  const equal = new Map<string, number>();
  for (const golden of goldens().filter(hasTranscript)) {
    const result = compareWithJson(golden);
    for (const [name, count] of result.equal) equal.set(name, (equal.get(name) ?? 0) + count);
    for (const { command, path, theirs, ours } of result.differences) {
      console.log(`${golden.name} ${command}: ${path}: it says ${JSON.stringify(theirs)}, here ${JSON.stringify(ours)}`);
    }
    for (const command of result.left) console.log(`${golden.name} ${command}: not compared`);
    isSame &&= result.differences.length === 0 && result.left.length === 0;
  }
  for (const [name, count] of equal) console.log(`${name}: ${String(count)} values equal`);
  return isSame;
}

function strace(): boolean {
  let isSame = true;
  for (const name of ['strace.k6.12', 'strace.k7.2']) {
    const { messages, equal, opaque, explained, differences, lost } = compareWithStrace(goldenOf(name));
    console.log(`${name}: ${String(messages)} messages, ${String(equal)} equal, ${String(opaque)} not decoded by strace, ${String(explained)} explained`);
    for (const { frame, path, theirs, ours } of differences) console.log(`  ${String(frame)} ${path}: strace ${theirs}, here ${ours}`);
    for (const line of lost) console.log(`  not captured: ${line}`);
    isSame &&= differences.length + lost.length === 0;
  }
  return isSame;
}

async function tshark(names: readonly string[]): Promise<boolean> {
  const version = tsharkVersion();
  if (version === undefined) {
    console.error('tshark is not installed');
    return false;
  }
  const comparison = new TsharkComparison();
  const todo = names.length > 0 ? [...names] : goldens().map(({ name }) => name);
  let isSame = true;
  const work = async (): Promise<void> => {
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      const path = /\.pcap(?:ng)?(?:\.gz)?$/.test(name) ? name : capturePath(goldenOf(name));
      const { packets, equal, explained, differences } = await comparison.compare(path, readCapture(path));
      console.log(`${name}: ${String(packets)} packets, ${String(equal)} fields equal, ${String(explained)} explained, ${String(differences.length)} different`);
      for (const { frame, at, field, theirs, ours } of differences) {
        console.log(`  ${String(frame)} at ${String(at)} ${field}: tshark ${theirs}, here ${ours}`);
      }
      isSame &&= differences.length === 0;
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
  if (names.length === 0) for (const { why } of comparison.unused) console.log(`no longer needed: ${why}`);
  return isSame && (names.length > 0 || comparison.unused.length === 0);
}

const [what, ...names] = process.argv.slice(2);
if (what === 'census') process.exitCode = census() ? 0 : 1;
else if (what === 'json') process.exitCode = json() ? 0 : 1;
else if (what === 'round-trip') process.exitCode = tryRoundTrips() ? 0 : 1;
else if (what === 'strace') process.exitCode = strace() ? 0 : 1;
else if (what === 'scripts' && names.length > 0) process.exitCode = (await compareScripts(names)) ? 0 : 1;
else if (what === 'tshark') process.exitCode = (await tshark(names)) ? 0 : 1;
else {
  console.error(USAGE);
  process.exitCode = 2;
}
