import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_NETLINK, NETLINK_ROUTE, NLMSG_NOOP, SOCK_RAW, nlmsghdr } from '@netdevkit/bindings';
import { CaptureReader, LinkType, NETLINK_HEADER_LENGTH, type CaptureEnd, type CaptureStatistics } from '@netdevkit/capture';
import { Host, type HostNetlinkSocket } from '@netdevkit/linux';
import { afterAll, describe, expect, it } from 'vitest';
import { Namespace, Running, sizeOf, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'flood-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** So long that a block of a ring is full before its time is over, emulated processors or not. */
const OCTETS = 16_000;
/** So many messages that each ring is filled many times over. */
const FLOOD = 3000;
const PAUSE_MS = 20;
const NEXT_MS = 2000;
const PATIENCE = 300_000;

/** Sends messages that the kernel does not answer, so that each is one packet of an nlmon interface. */
class Sender implements Disposable {
  readonly #host = new Host();
  readonly #socket: HostNetlinkSocket;
  readonly #message = new Uint8Array(OCTETS);
  readonly #view = new DataView(this.#message.buffer);
  sent = 0;

  constructor(namespace: string) {
    using where = this.#host.namespace({ name: namespace });
    this.#socket = this.#host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: where });
    nlmsghdr.set_nlmsg_len(this.#view, 0, OCTETS);
    nlmsghdr.set_nlmsg_type(this.#view, 0, NLMSG_NOOP);
  }

  send(count: number): void {
    for (let sent = 0; sent < count; sent += 1) {
      nlmsghdr.set_nlmsg_seq(this.#view, 0, this.sent + sent);
      this.#socket.send(this.#message);
    }
    this.sent += count;
  }

  [Symbol.dispose](): void {
    this.#host.close();
  }
}

/** What a capture has of {@link Sender}'s messages, in the order of the file. */
interface Seen {
  readonly numbers: readonly number[];
  readonly statistics: readonly CaptureStatistics[];
  readonly end: CaptureEnd;
}

/** Reads a capture, which may still be written. */
function read(file: string): Seen {
  const numbers: number[] = [];
  const statistics: CaptureStatistics[] = [];
  const reader = new CaptureReader({
    packet: ({ bytes, offset, length, linkType }) => {
      const at = offset + NETLINK_HEADER_LENGTH;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (linkType === LinkType.NETLINK && length >= NETLINK_HEADER_LENGTH + OCTETS && nlmsghdr.nlmsg_type(view, at) === NLMSG_NOOP) numbers.push(nlmsghdr.nlmsg_seq(view, at));
    },
    statistics: (one) => void statistics.push(one),
  });
  reader.feed(readFileSync(file));
  return { numbers, statistics, end: reader.end() };
}

/** Reads a capture that is written. */
function readWhole(file: string): Seen {
  const seen = read(file);
  expect(seen.end).toMatchObject({ kind: 'complete' });
  return seen;
}

/** tcpdump, running. */
class Tcpdump {
  readonly child: ChildProcess;
  stderr = '';
  readonly #ended: Promise<unknown>;

  constructor(namespace: string, args: readonly string[]) {
    this.child = spawn('ip', ['netns', 'exec', namespace, 'tcpdump', '-n', '-Z', 'root', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** Ends it; gives how many packets it lost. */
  async end(): Promise<number> {
    this.child.kill('SIGTERM');
    await this.#ended;
    const [, drops] = /(\d+) packets? dropped by kernel/.exec(this.stderr) ?? [];
    if (drops === undefined) throw new Error(this.stderr);
    return Number(drops);
  }
}

/** Waits until everything that was sent is in the files, or was lost. */
async function caughtUp(sender: Sender, ...files: readonly string[]): Promise<void> {
  const end = performance.now() + PATIENCE;
  let next = 0;
  while (!files.every((file) => read(file).numbers.at(-1) === sender.sent - 1)) {
    if (performance.now() > end) throw new Error('it takes too long');
    // A message that finds a full ring is lost, and another one shows when there is room again.
    if (performance.now() >= next) {
      sender.send(1);
      next = performance.now() + NEXT_MS;
    }
    await pause(PAUSE_MS);
  }
}

/** Whether none of its threads runs. */
function isStopped({ pid }: ChildProcess): boolean {
  const folder = `/proc/${String(pid)}/task`;
  return readdirSync(folder).every((thread) => readFileSync(join(folder, thread, 'stat'), 'latin1').includes(') T '));
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe('nlmon capture, in a flood of netlink', () => {
  it('has seen or lost what was sent, and loses no more than tcpdump with such a ring', async () => {
    using namespace = new Namespace('flood');
    namespace.ip('link', 'add', 'mon0', 'type', 'nlmon');
    namespace.ip('link', 'set', 'mon0', 'up');
    using sender = new Sender(namespace.name);
    const RING = 2 << 20;
    const files = { nlmon: join(folder, 'ours.pcapng'), tcpdump: join(folder, 'theirs.pcap') };
    const tcpdump = new Tcpdump(namespace.name, ['-i', 'mon0', '-U', '-B', String(RING / 1024), '-w', files.tcpdump]);
    await until(() => tcpdump.stderr.includes('listening on') || tcpdump.child.exitCode !== null);
    const nlmon = new Running(['capture', '--netns', namespace.name, '-i', 'mon0', '--buffer', String(RING), '-w', files.nlmon]);
    await until(() => sizeOf(files.nlmon) > 0 || nlmon.child.exitCode !== null);
    // Floods come while nobody reads; between, and at the end, there is time.
    const floods: { readonly begin: number; readonly end: number }[] = [];
    for (let round = 0; round < 2; round += 1) {
      for (const child of [nlmon.child, tcpdump.child]) child.kill('SIGSTOP');
      await until(() => isStopped(nlmon.child) && isStopped(tcpdump.child));
      floods.push({ begin: sender.sent, end: sender.sent + FLOOD });
      sender.send(FLOOD);
      for (const child of [nlmon.child, tcpdump.child]) child.kill('SIGCONT');
      await caughtUp(sender, files.nlmon, files.tcpdump);
      for (let portion = 0; portion < 20; portion += 1) {
        sender.send(5);
        await pause(PAUSE_MS);
      }
      await caughtUp(sender, files.nlmon, files.tcpdump);
    }
    const lostByTcpdump = await tcpdump.end();
    nlmon.child.kill('SIGTERM');
    expect(await nlmon.ended).toEqual({ code: 0, signal: null });
    const [, packets, lost] = /(\d+) packets?, (\d+) packets? lost/.exec(nlmon.stderr) ?? [];
    const { numbers, statistics } = readWhole(files.nlmon);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.length + Number(lost)).toBe(sender.sent);
    expect(statistics).toMatchObject([{ received: BigInt(packets ?? -1), dropped: BigInt(lost ?? -1) }]);
    const theirs = readWhole(files.tcpdump).numbers;
    expect(theirs.length + lostByTcpdump).toBe(sender.sent);
    for (const { begin, end } of floods) {
      const [ours, others] = [numbers, theirs].map((all) => all.filter((number) => begin <= number && number < end).length);
      expect(ours).toBeGreaterThanOrEqual(others ?? FLOOD);
      // It was a flood, and something was there to be lost by both.
      expect(others).toBeGreaterThan(0);
      expect(ours).toBeLessThan(FLOOD / 2);
    }
  });

  it('loses nothing with the ring that it makes by itself', async () => {
    using namespace = new Namespace('flood-default');
    using sender = new Sender(namespace.name);
    const file = join(folder, 'default.pcapng');
    const nlmon = new Running(['capture', '--netns', namespace.name, '-w', file]);
    await nlmon.says(/capturing on/);
    await until(() => namespace.links().some(({ isUp }) => isUp));
    sender.send(1500);
    await caughtUp(sender, file);
    nlmon.child.kill('SIGTERM');
    expect(await nlmon.ended).toEqual({ code: 0, signal: null });
    expect(nlmon.stderr).toMatch(/\d+ packets, 0 packets lost/);
    expect(readWhole(file).numbers).toEqual(Array.from({ length: sender.sent }, (_, number) => number));
    expect(namespace.links()).toEqual([]);
  });
});
