import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nlmon } from './command.ts';
import { conversation, onLinux } from './conversations.ts';
import { captureDifferences, outcomeDifferences } from './differences.ts';
import type { Explanation } from './explained.ts';
import { betweenMarks, datagramsOf, writeCapture } from './packets.ts';
import { REPLAY_EXPLAINED } from './replay-explained.ts';
import { replayed, replayedNames } from './replay.ts';

// Of what differs, there is everything to look at.
const folder = '/out/replayed';
const workloads = replayedNames();
/** All of them take a quarter of an hour, and longer on a machine that others use. */
const PATIENCE = 3_600_000;
mkdirSync(folder);

/** Where each conversation with Linux is, once it was had: one after the other, while those before are replayed. */
const recorded = new Map<string, Promise<string>>();
let before: Promise<unknown> = Promise.resolve();
for (const workload of workloads) {
  const place = join(folder, `linux-${basename(workload)}`);
  const had = before.then(() => onLinux([workload], place)).then(() => place);
  // Whoever waits for it is told what went wrong, and the others go on.
  before = had.catch(() => undefined);
  recorded.set(workload, had);
}

// Links and families that the embedded kernel has not: Linux is asked, what it answers is recorded, and then served.
describe.each(workloads)('%s: the C driver on Linux and ours where it is replayed', (workload) => {
  const explanations = REPLAY_EXPLAINED.filter(({ workloads: of }) => of.includes(workload));
  const used = new Set<Explanation>();

  /** What is left of differences when those that are explained are taken away. */
  function unexplained(lines: readonly string[], command?: string): string[] {
    return lines.filter((line) => {
      const explanation = explanations.find((one) => (command === undefined ? one.command === undefined : one.command?.test(command) === true) && one.lines.test(line));
      if (explanation !== undefined) used.add(explanation);
      return explanation === undefined;
    });
  }

  it('show the same, capture the same, and count it', { timeout: PATIENCE }, async () => {
    const place = (await recorded.get(workload)) ?? '';
    const linux = conversation(place, workload);
    const datagrams = betweenMarks(datagramsOf(linux.capture));
    // A recording of nothing would be had again, too.
    expect(datagrams.length).toBeGreaterThan(20);
    const { seen, unanswered } = await replayed(workload, datagrams, join(folder, 'embedded'));
    const embedded = conversation(join(folder, 'embedded'), workload);
    const theirs = join(place, workload, 'spy0.cut.pcapng');
    const ours = join(folder, 'embedded', workload, 'spy0.cut.pcapng');
    writeCapture(theirs, datagrams);
    writeCapture(ours, seen);

    const left: string[] = [];
    expect(embedded.commands.map(({ command }) => command)).toEqual(linux.commands.map(({ command }) => command));
    expect(linux.commands.length).toBeGreaterThan(5);
    for (const [at, outcome] of linux.commands.entries()) {
      const own = embedded.commands[at];
      const lines = own === undefined ? ['- all of it'] : unexplained(outcomeDifferences(outcome, own), outcome.command);
      if (lines.length > 0) left.push(`$ ${outcome.command}`, ...lines);
    }
    const { code, stdout, stderr } = await nlmon('diff', '--color', 'never', theirs, ours);
    expect(stderr).toBe('');
    expect(code === 0 || code === 1).toBe(true);
    const messages = unexplained(captureDifferences(stdout));
    if (messages.length > 0) left.push('messages:', ...stdout.split('\n'));
    left.push(...explanations.filter((one) => one.isSometimes !== true && !used.has(one)).map(({ reason }) => `nothing that this would explain: ${reason}`));
    if (unanswered > 0 && explanations.length === 0) left.push(`${String(unanswered)} requests were not recorded`);
    expect(left.join('\n')).toBe('');
    expect(embedded.counted).toEqual({ packets: seen.length, octets: seen.reduce((sum, { bytes }) => sum + bytes.length, 0) });
  });
});
