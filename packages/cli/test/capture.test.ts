import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_PACKET, IF_OPER_UP, SOCK_RAW } from '@netdevkit/bindings';
import { CaptureReader, type CaptureEnd, type CaptureStatistics } from '@netdevkit/capture';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { numbered } from '../src/capture/capture-files.ts';
import { StatusLine, statusText } from '../src/capture/status-line.ts';
import { Rig, Running } from './capture-rig.ts';
import { canHaveNamespace } from './host-namespace.ts';
import { canBeNobody } from './nobody.ts';
import { MAIN, NODE_ARGS, nlmon } from './run-command.ts';
import { pause, until } from './waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-capture-'));
symlinkSync('loop', join(folder, 'loop'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a capture holds. */
interface Content {
  readonly end: CaptureEnd;
  readonly packets: { readonly length: number; readonly originalLength: number }[];
  readonly statistics: CaptureStatistics[];
}

function read(path: string): Content {
  const packets: { length: number; originalLength: number }[] = [];
  const statistics: CaptureStatistics[] = [];
  const reader = new CaptureReader({
    packet: ({ length, originalLength }) => void packets.push({ length, originalLength }),
    statistics: (one) => void statistics.push(one),
  });
  reader.feed(readFileSync(path));
  return { end: reader.end(), packets, statistics };
}

describe('nlmon capture: its command line', () => {
  it.each([
    [['-i', 'lo', '--groups'], /-i names an interface/],
    [['-W', '2', '-w', 'x'], /-C says when the next begins/],
    [['-C', '1M'], /are about the capture that -w writes/],
    [['-C', '1M', '-w', '-'], /standard output is not a file of several/],
    [['--prime'], /are about the capture that -w writes/],
    [['--filter', 'type =='], /--filter: /],
    [['--duration', '10x'], /a time such as/],
    [['--duration', '900h'], /at most 24 days/],
    [['--buffer', '8G'], /less than 4G/],
    [['--groups', 'nonsense'], /there is no protocol "nonsense"; there are route, /],
    [['--groups', 'route', '--fields', 'nonsense', '--duration', '1ms'], /^nlmon: --fields: /],
  ])('%j makes no sense', async (args, message) => {
    const { code, stderr } = await nlmon(['capture', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    [['-i', 'no-such-link'], /there is no interface no-such-link/],
    [['--netns', 'no-such-namespace'], /there is no network namespace no-such-namespace/],
    [['--netns', '/etc/passwd'], /is no network namespace/],
    [['--groups', 'route', '-w', '/nonexistent/x'], /open \/nonexistent\/x: /],
    [['--groups', 'route', '-w', join(folder, 'loop')], /open \S+loop: too many symbolic links encountered \(ELOOP\)/],
    // What this test reads it by is a socket.
    [['--groups', 'route', '-w', '/dev/stdout'], /open \/dev\/stdout: no such device or address \(ENXIO\)/],
  ])('%j cannot be done', async (args, message) => {
    const { code, stderr } = await nlmon(['capture', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });
});

describe.runIf(canHaveNamespace)('nlmon capture --groups', () => {
  it('prints what the kernel tells, and writes it', async () => {
    using rig = new Rig();
    const file = join(folder, 'groups.pcapng');
    const running = new Running(['capture', ...rig.args, '--groups', 'route,generic', '--filter', 'route', '--format', 'json', '-w', file, '--prime', '--snaplen', '40', '-c', '1'], 'text');
    await running.begun();
    rig.ip.link.add({ kind: 'ifb', name: 'told0' });
    expect(await running.ended).toEqual({ code: 0, signal: null });
    // CAST: what is printed are JSON objects.
    const [line] = running.stdout.split('\n').map((text) => (text === '' ? {} : JSON.parse(text)) as { protocol?: string; interface?: string });
    expect(line).toMatchObject({ protocol: 'NETLINK_ROUTE', interface: 'groups' });
    expect(running.stderr).toMatch(/listening to \d+ multicast groups of route, generic: requests and their answers are not seen/);
    expect(running.stderr).toMatch(/1 message, 0 packets lost/);
    const { end, packets, statistics } = read(file);
    expect(end.kind).toBe('complete');
    // The names of generic families come first.
    expect(packets.length).toBeGreaterThan(2);
    // What is added is whole, and tcpdump does not mind.
    expect(packets.at(-1)).toMatchObject({ length: 56 });
    const { error, status, stderr } = spawnSync('tcpdump', ['-r', file], { encoding: 'utf8' });
    if (error === undefined) expect([status, stderr]).toEqual([0, stderr]);
    expect(statistics[0]).toMatchObject({ received: 1n, dropped: 0n });
    const decoded = await nlmon(['decode', '--filter', 'attr.ifname == told0 or not RTM_NEWLINK', file]);
    expect(decoded.code).toBe(0);
  });

  it('falls back to groups where the kernel has no nlmon, and says what is missing', async () => {
    using rig = new Rig();
    if (rig.host.supports.nlmon(rig.namespace).supported) return;
    const running = new Running(['capture', ...rig.args, '--duration', '100ms'], 'text');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.stderr).toMatch(/has no nlmon: it needs CONFIG_NLMON.*; listening to \d+ multicast groups of route, .*: requests and their answers are not seen/);
  });

  it('counts what was lost while it could not read', async () => {
    using rig = new Rig();
    const file = join(folder, 'lost.pcapng');
    const running = new Running(['capture', ...rig.args, '--groups', 'route', '--buffer', '8K', '-w', file], 'text');
    await running.begun();
    running.child.kill('SIGSTOP');
    const SENT = 300;
    // Each is one message to the group of links, since lo is up.
    for (let round = 0; round < SENT; round += 1) rig.ip.link.set('lo', { alias: `round ${String(round)}` });
    running.child.kill('SIGCONT');
    running.child.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    const { end, packets, statistics } = read(file);
    const lost = SENT - packets.length;
    expect([end.kind, lost > 0, packets.length > 0]).toEqual(['complete', true, true]);
    expect(statistics).toMatchObject([{ received: BigInt(packets.length), dropped: BigInt(lost) }]);
    expect(running.stderr).toContain(`${String(packets.length)} packets, ${String(lost)} packets lost`);
  });

  it('ends well at a signal', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      using rig = new Rig();
      const file = join(folder, `${signal}.pcapng`);
      const running = new Running(['capture', ...rig.args, '--groups', 'route', '-w', file], 'text');
      await running.begun();
      rig.ip.link.set('lo', { alias: 'seen' });
      running.child.kill(signal);
      expect(await running.ended).toEqual({ code: 0, signal: null });
      const { end, statistics, packets } = read(file);
      expect([end.kind, statistics.length]).toEqual(['complete', 1]);
      expect(packets.length).toBeGreaterThan(0);
    }
  });

  it('ends when nobody reads any more', async () => {
    using rig = new Rig();
    const running = new Running(['capture', ...rig.args, '--groups', 'route', '--format', 'summary'], 'text');
    await running.begun();
    running.child.stdout?.destroy();
    for (let round = 0; round < 100 && running.child.exitCode === null; round += 1) {
      rig.ip.link.set('lo', { alias: `round ${String(round)}` });
      await pause(20);
    }
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  it.runIf(canBeNobody || process.getuid?.() !== 0)('names what it may not see, without rights', async () => {
    using _rig = new Rig();
    const text = `process.setgroups([]); process.setgid(65534); process.setuid(65534); process.argv = ['node', 'nlmon', 'capture', '--duration', '50ms']; await import(${JSON.stringify(MAIN)});`;
    const child = spawn(process.execPath, [...NODE_ARGS, '--input-type=module', '--eval', process.getuid?.() === 0 ? text : text.replace(/process\.set\w+\([^)]*\); /g, '')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(stderr).toMatch(/making a link of kind nlmon needs CAP_NET_ADMIN.*listening to \d+ multicast groups of route/);
    expect(stderr).toMatch(/not allowed to listen to .*audit/);
  });
});

describe.runIf(canHaveNamespace)('nlmon capture -i', () => {
  it('writes every packet of an interface that is no nlmon', async () => {
    using rig = new Rig();
    const file = join(folder, 'lo.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file, '--snaplen', '60', '-c', '2000'], 'text');
    await running.begun(file);
    rig.send(2000);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    const { end, packets, statistics } = read(file);
    expect(end.kind).toBe('complete');
    expect(packets.length).toBe(2000);
    expect(packets[0]).toEqual({ length: 60, originalLength: 100 });
    expect(statistics).toMatchObject([{ received: 2000n, dropped: 0n }]);
  });

  it('begins another file when one is full, and writes the oldest anew', async () => {
    using rig = new Rig();
    const base = join(folder, 'many.pcapng');
    const first = join(folder, 'many.0.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', base, '-C', '16K', '-W', '3', '-c', '1000'], 'text');
    await running.begun(first);
    rig.send(1000);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    const files = readdirSync(folder).filter((name) => name.startsWith('many.'));
    expect(files.sort()).toEqual(['many.0.pcapng', 'many.1.pcapng', 'many.2.pcapng']);
    for (const name of files) {
      const { end, packets } = read(join(folder, name));
      expect(end.kind).toBe('complete');
      // The last may just have begun.
      expect(packets.length).toBeLessThanOrEqual(Math.floor(16_384 / 132));
      expect(statSync(join(folder, name)).size).toBeLessThan(17_500);
    }
  });

  it('has VLAN tags where they were', async () => {
    using rig = new Rig();
    rig.ip.link.add({ kind: 'veth', name: 'v0', data: { peer: { ifname: 'v1' } } });
    for (const name of ['v0', 'v1']) rig.ip.link.set(name, { up: true });
    // A carrier comes a moment later: until then the kernel drops what is sent.
    await expect.poll(() => ['v0', 'v1'].map((name) => rig.ip.link.show(name).operState), { timeout: 60_000 }).toEqual([IF_OPER_UP, IF_OPER_UP]);
    const file = join(folder, 'tagged.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'v1', '-w', file, '--snaplen', '62', '--prime'], 'text');
    await running.begun(file);
    // Two tags, of which Linux takes the first away: 802.1ad, then 802.1Q.
    const frame = new Uint8Array(80).map((_, i) => i);
    frame.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 7, 0x88, 0xa8, 0x20, 0x05, 0x81, 0x00, 0x00, 0x2a, 0x88, 0xb5]);
    using socket = rig.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: rig.namespace });
    const { index } = rig.ip.link.show('v0');
    for (let sent = 0; sent < 3; sent += 1) socket.send(frame, { to: { ifindex: index, protocol: 0x88a8 } });
    const tagged = (): { readonly bytes: Uint8Array; readonly originalLength: number }[] => {
      const seen: { readonly bytes: Uint8Array; readonly originalLength: number }[] = [];
      new CaptureReader({ packet: (view) => void seen.push(view.copy()) }).feed(readFileSync(file));
      return seen.filter(({ bytes }) => bytes[11] === 7);
    };
    // Once they are in the file: what this sends, the kernel may hand over later.
    await until(() => tagged().length === 3);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(tagged()).toMatchObject([1, 2, 3].map(() => ({ bytes: frame.subarray(0, 62), originalLength: 80 })));
  });

  it('says that its interface went down', async () => {
    using rig = new Rig();
    const file = join(folder, 'down.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file], 'text');
    await running.begun(file);
    rig.send(10);
    await until(() => statSync(file).size > 1000);
    rig.ip.link.set('lo', { up: false });
    expect((await running.ended).code).toBe(1);
    expect(running.stderr).toMatch(/lo is down, or was removed/);
    expect(read(file)).toMatchObject({ end: { kind: 'complete' }, statistics: [{ received: 10n }] });
    const again = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file], 'text');
    expect((await again.ended).code).toBe(1);
    expect(again.stderr).toMatch(/lo is down, and sees nothing: ip link set lo up/);
  });

  it('says that the disk is full', async () => {
    using rig = new Rig();
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', '/dev/full'], 'text');
    expect((await running.ended).code).toBe(1);
    expect(running.stderr).toMatch(/write \/dev\/full: no space left on device \(ENOSPC\)/);
  });
});

describe('numbered', () => {
  it('puts numbers before the end of the name', () => {
    expect(numbered('a/nl.pcapng', 0)).toBe('a/nl.pcapng');
    expect(numbered('a/nl.pcapng', 12)).toBe('a/nl.12.pcapng');
    expect(numbered('a/nl.pcapng', 3, 100)).toBe('a/nl.03.pcapng');
    expect(numbered('a/nl.pcapng', 0, 10)).toBe('a/nl.0.pcapng');
    expect(numbered('a.b/nl', 1)).toBe('a.b/nl.1');
    expect(numbered('.hidden', 1)).toBe('.hidden.1');
  });
});

describe('StatusLine', () => {
  const status = { packets: 1, messages: 20, drops: 0 };

  it('says how far it is, now and then, and what came last', () => {
    vi.useFakeTimers();
    try {
      let said = '';
      const line = new StatusLine({ write: (text) => (said += text) });
      expect(statusText(status)).toBe('1 packet, 20 messages, 0 packets lost');
      expect(statusText({ packets: 2, messages: undefined, drops: 1 })).toBe('2 packets, 1 packet lost');
      let packets = 1;
      const words = (): string => statusText({ ...status, packets });
      line.show(words, 1000);
      for (packets = 2; packets < 5; packets += 1) line.show(words, 1000 + packets);
      expect(said).toBe('\r1 packet, 20 messages, 0 packets lost\u001b[K');
      vi.advanceTimersByTime(250);
      expect(said).toBe('\r1 packet, 20 messages, 0 packets lost\u001b[K\r5 packets, 20 messages, 0 packets lost\u001b[K');
      said = '';
      line.show(words, 1300);
      line.clear();
      vi.advanceTimersByTime(1000);
      expect(said).toBe('\r\u001b[K');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is no longer than a line, and says nothing to nobody', () => {
    let said = '';
    const terminal = { columns: 14, write: (text: string): void => void (said += text) };
    const line = new StatusLine(terminal);
    line.show(() => statusText(status), 1000);
    terminal.columns = 11;
    line.show(() => statusText(status), 2000);
    expect(said).toBe('\r1 packet, 2\u001b[K\r1 packet\u001b[K');
    const silent = new StatusLine(undefined);
    silent.show(() => expect.fail('it says something'));
    silent.clear();
  });
});
