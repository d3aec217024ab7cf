import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_NETLINK, NETLINK_ROUTE, NLMSG_NOOP, SOCK_RAW, nlmsghdr } from '@netdevkit/bindings';
import { CaptureReader, LinkType, NETLINK_HEADER_LENGTH, type CaptureStatistics } from '@netdevkit/capture';
import { Host, type HostNetlinkSocket } from '@netdevkit/linux';
import { afterAll, describe, expect, it } from 'vitest';
import { Namespace, Running, sizeOf, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'flood-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** So long that a block of a ring is full before its time is over, emulated processors or not. */
const OCTETS = 16_000;
const PAUSE_MS = 20;

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
function readNumbers(file: string): { readonly numbers: number[]; readonly statistics: CaptureStatistics[] } {
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
  expect(reader.end()).toMatchObject({ kind: 'complete' });
  return { numbers, statistics };
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
    // Each ring is filled twice over while nobody reads it; between, and at the end, there is time.
    for (let round = 0; round < 2; round += 1) {
      for (const child of [nlmon.child, tcpdump.child]) child.kill('SIGSTOP');
      sender.send(3000);
      for (const child of [nlmon.child, tcpdump.child]) child.kill('SIGCONT');
      await pause(3000);
      for (let portion = 0; portion < 20; portion += 1) {
        sender.send(5);
        await pause(PAUSE_MS);
      }
      await pause(1000);
    }
    const lostByTcpdump = await tcpdump.end();
    nlmon.child.kill('SIGTERM');
    expect(await nlmon.ended).toEqual({ code: 0, signal: null });
    const [, packets, lost] = /(\d+) packets?, (\d+) packets? lost/.exec(nlmon.stderr) ?? [];
    const { numbers, statistics } = readNumbers(files.nlmon);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.length + Number(lost)).toBe(sender.sent);
    expect(statistics).toMatchObject([{ received: BigInt(packets ?? -1), dropped: BigInt(lost ?? -1) }]);
    const theirs = readNumbers(files.tcpdump).numbers.length;
    expect(theirs + lostByTcpdump).toBe(sender.sent);
    // It was a flood.
    expect(lostByTcpdump).toBeGreaterThan(1000);
    expect(Number(lost)).toBeLessThanOrEqual(lostByTcpdump);
  });

  it('loses nothing with the ring that it makes by itself', async () => {
    using namespace = new Namespace('flood-default');
    using sender = new Sender(namespace.name);
    const file = join(folder, 'default.pcapng');
    const nlmon = new Running(['capture', '--netns', namespace.name, '-w', file]);
    await nlmon.says(/capturing on/);
    await until(() => namespace.links().some(({ isUp }) => isUp));
    sender.send(1500);
    await pause(200);
    nlmon.child.kill('SIGTERM');
    expect(await nlmon.ended).toEqual({ code: 0, signal: null });
    expect(nlmon.stderr).toMatch(/\d+ packets, 0 packets lost/);
    expect(readNumbers(file).numbers).toEqual(Array.from({ length: sender.sent }, (_, number) => number));
    expect(namespace.links()).toEqual([]);
  });
});
