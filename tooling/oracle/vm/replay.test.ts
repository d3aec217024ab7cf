import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Comparison } from './comparison.ts';
import { conversation, onLinux } from './conversations.ts';
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

    expect(linux.commands.length).toBeGreaterThan(5);
    const comparison = new Comparison(explanations);
    comparison.commands(linux.commands, embedded.commands);
    await comparison.captures(theirs, ours);
    expect(comparison.left()).toBe('');
    if (explanations.length === 0) expect(unanswered).toBe(0);
    expect(embedded.counted).toEqual({ packets: seen.length, octets: seen.reduce((sum, { bytes }) => sum + bytes.length, 0) });
  });
});
