import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nlmsghdr } from '@netdevkit/bindings';
import { beforeAll, describe, expect, it } from 'vitest';
import { Comparison } from './comparison.ts';
import { conversation, onEmbedded, onLinux, workloadNames, type Conversation } from './conversations.ts';
import { EXPLAINED } from './explained.ts';
import { withoutLot } from './neighbours.ts';
import { betweenMarks, byWorkload, datagramsOf, writeCapture, type Datagram } from './packets.ts';

// Of what differs, there is everything to look at.
const folder = '/out/workloads';
const workloads = workloadNames();
/** All of them take a quarter of an hour, and much longer on a machine that others use. */
const PATIENCE = 3_600_000;
const passed = join(folder, 'run.pcapng');
/** What passed in the namespace of each workload, in their order, from its mark on. */
let run: Datagram[][] = [];

beforeAll(async () => {
  mkdirSync(folder);
  await Promise.all([onLinux(workloads, join(folder, 'linux')), onEmbedded(workloads, join(folder, 'embedded'), passed)]);
  run = byWorkload(datagramsOf(passed));
}, PATIENCE);

/** What lies between the marks of a capture; also as a file of its own, of which nothing is left to chance. */
function cut({ capture }: Conversation): { readonly file: string; readonly datagrams: readonly Datagram[] } {
  const file = `${capture}.cut.pcapng`;
  const datagrams = betweenMarks(datagramsOf(capture));
  writeCapture(file, withoutLot(datagrams));
  return { file, datagrams };
}

describe.concurrent.each(workloads)('%s: the C driver on Linux and ours on the embedded kernel', (workload) => {
  it('show the same, and capture the same', async () => {
    const linux = conversation(join(folder, 'linux'), workload);
    const embedded = conversation(join(folder, 'embedded'), workload);
    expect(linux.commands.length).toBeGreaterThan(0);
    const [theirs, ours] = [cut(linux), cut(embedded)];
    const comparison = new Comparison(EXPLAINED.filter(({ workloads: of }) => of.includes(workload)));
    comparison.commands(linux.commands, embedded.commands);
    await comparison.captures(theirs.file, ours.file);
    expect(comparison.left()).toBe('');
    // Captures of nothing would be equal, too.
    expect(theirs.datagrams.length).toBeGreaterThan(5);
  });

  it.each(['linux', 'embedded'])('count what they capture: %s', (kernel) => {
    const had = conversation(join(folder, kernel), workload);
    const { datagrams } = cut(had);
    expect(had.counted).toEqual({ packets: datagrams.length, octets: datagrams.reduce((sum, { packet, bytes }) => sum + bytes.length + packet.originalLength - packet.bytes.length, 0) });
  });

  it('are shown octet for octet: what passes on the embedded kernel is what our driver captures there', () => {
    const { datagrams } = cut(conversation(join(folder, 'embedded'), workload));
    const theirs = run[workloads.indexOf(workload)] ?? [];
    expect(datagrams.map(line)).toEqual(betweenMarks(theirs).map(line));
  });
});

/** Without the flags of its first message: a kernel changes some in a request while it does it, and who reads it afterwards sees that. */
function line({ protocol, bytes }: Datagram): string {
  const { offset, size } = nlmsghdr.FIELDS.nlmsg_flags;
  return `${String(protocol)} ${bytes.toString('hex', 0, offset)} ${bytes.toString('hex', offset + size)}`;
}
