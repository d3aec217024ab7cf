import { readFileSync, writeFileSync } from 'node:fs';
import { compareRecordings, describeAll, type Comparison } from './compare.ts';
import { EmbeddedKernel } from './embedded.ts';
import { HostKernel, whyNoHost } from './host.ts';
import { tryRandomly } from './random/run.ts';
import type { Recording } from './record.ts';
import { record } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scenario } from './scene.ts';

const USAGE = `usage: conformance host [NAME ...]           this machine's kernel against the embedded one, here and now
       conformance record FILE [NAME ...]    what this machine's kernel does
       conformance compare FILE [NAME ...]   what such a file says against the embedded kernel
       conformance random [RUNS [SEED]]      requests drawn by lot, here and now
       conformance list [NAME ...]           the scenarios
NAME is a part of scenarios' names; of several one is enough.`;

function chosen(parts: readonly string[]): readonly Scenario[] {
  return parts.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => parts.some((part) => name.includes(part)));
}

async function embedded(scenarios: readonly Scenario[], cpus: number): Promise<Recording> {
  using kernel = new EmbeddedKernel(cpus);
  return await record(kernel, scenarios);
}

async function real(scenarios: readonly Scenario[]): Promise<Recording> {
  const reason = whyNoHost();
  if (reason !== undefined) throw new Error(`no scenario can be played here: ${reason}`);
  using kernel = new HostKernel();
  const expected = await embedded(scenarios, kernel.cpus);
  return await record(kernel, scenarios, expected);
}

async function against(recording: Recording, scenarios: readonly Scenario[]): Promise<Comparison> {
  return compareRecordings(recording, await embedded(scenarios, recording.cpus));
}

function report(isWhole: boolean, { release, scenarios, steps, messages, skipped, differences, explained, idle }: Comparison): boolean {
  for (const line of describeAll(differences)) console.log(line);
  // Of a part of the scenarios it cannot be said.
  const useless = isWhole ? idle : [];
  for (const entry of useless) console.log(`explains nothing any more: ${JSON.stringify(entry)}`);
  for (const { name, reason } of skipped) console.log(`not played: ${name}: ${reason}`);
  console.log(`${release}: ${String(scenarios)} scenarios, ${String(steps)} steps, ${String(messages)} messages; ${String(differences.length)} differences, ${String(explained)} explained`);
  return differences.length + useless.length === 0;
}

async function main([command, ...args]: readonly string[]): Promise<boolean> {
  if (command === 'list') {
    for (const { name, needs = [] } of chosen(args)) console.log([name, ...needs.map((kind) => `[${kind}]`)].join(' '));
    return true;
  }
  if (command === 'host') return report(args.length === 0, await against(await real(chosen(args)), chosen(args)));
  if (command === 'random') {
    const [runs = '100', seed = String(Date.now() % 1_000_000)] = args;
    using kernel = new HostKernel();
    using ours = new EmbeddedKernel(kernel.cpus);
    const found = await tryRandomly(kernel, ours, { runs: Number(runs), seed: Number(seed) });
    console.log(found ?? `${runs} runs from seed ${seed}: nothing differs`);
    return found === undefined;
  }
  const [file, ...parts] = args;
  if (command === 'record' && file !== undefined) {
    writeFileSync(file, JSON.stringify(await real(chosen(parts))));
    return true;
  }
  if (command === 'compare' && file !== undefined) {
    // CAST: what `record` has written.
    const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
    return report(parts.length === 0, await against(recording, chosen(parts)));
  }
  console.error(USAGE);
  return false;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
