import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecodeContext, PacketCursor } from '@netdevkit/netlink';
import { afterAll, describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { textReport } from '../src/stat/report.ts';
import { Traffic } from '../src/stat/traffic.ts';
import { answer, capture, generic, link, message, naming, type TestPacket } from './capture-files.ts';
import { lines, nlmon } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-stat-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A hundred requests that take 1.5 µs, 2.5 µs, … until they are answered; every tenth is refused. */
function requests(): TestPacket[] {
  return Array.from({ length: 100 }, (_, i) => {
    const request = link(`eth${String(i)}`, { seq: i + 1 });
    const at = i * 1_000_000;
    return [{ ...request, at }, { ...answer(request, i % 10 === 0 ? -22 : 0), at: at + (i + 1) * 1000 + 500 }];
  }).flat();
}

const orphan = answer(link('x', { seq: 5000 }), -17, 9);
const path = join(folder, 'requests.pcapng');
writeFileSync(path, capture([...requests(), { ...orphan, at: 200_000_000 }, { ...naming(33, 'ethtool'), at: 200_000_001 }, { ...generic(33, 2), at: 200_000_002 }]));

describe('nlmon stat', () => {
  it('counts by type, with errors and latencies', async () => {
    const run = await nlmon(['stat', path, '--format', 'json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const report: unknown = JSON.parse(run.stdout.toString());
    expect(report).toMatchObject({
      packets: 203, messages: 203, requests: 101, answered: 100, failed: 10, interrupted: 0, orphans: 1,
      start: '2026-11-21T17:02:03.000000000Z', duration: 200_000_002,
    }); // prettier-ignore
    expect(report).toHaveProperty('types.length', 4);
    expect(report).toHaveProperty('types.0', { protocol: 'NETLINK_ROUTE', type: 'NLMSG_ERROR', messages: 101, octets: 3636 });
    expect(report).toHaveProperty('types.1', {
      protocol: 'NETLINK_ROUTE', type: 'RTM_NEWLINK', messages: 100, octets: expect.any(Number), errors: { EINVAL: 10, EEXIST: 1 },
      latency: { count: 100, min: 1500, max: 100_500, p50: expect.closeTo(50_000, -4), p90: expect.closeTo(90_000, -4), p99: expect.closeTo(99_000, -4) },
    }); // prettier-ignore
    expect(report).toHaveProperty('types.2.type', 'ethtool linkinfo-get');
    expect(report).toHaveProperty('types.3.type', 'nlctrl getfamily');
  });

  it('prints a table and a histogram, in ASCII where it is no terminal', async () => {
    const run = await nlmon(['stat', path]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const all = lines(run);
    expect(all[0]).toMatch(/^203 packets, 203 messages, \d+ octets; 200 ms from 2026-11-21T17:02:03\.000000000Z$/);
    expect(all[1]).toBe('101 requests, 100 answered, 10 failed; 1 answers without their request');
    expect(all.find((line) => line.includes('RTM_NEWLINK'))).toMatch(/^ROUTE +RTM_NEWLINK +100 +\d+ +100 +(?:49|5[01])\.\d µs +(?:89|9[01])\.\d µs +(?:9[89]\.\d|10\d) µs .*EINVAL 10, EEXIST 1$/);
    expect(all.slice(-4)).toEqual([
      'latency of all requests',
      expect.stringMatching(/^ {2}below 10 µs +9 {2}####$/),
      expect.stringMatching(/^ {2}below 100 µs +90 {2}#{40}$/),
      expect.stringMatching(/^ {2}below 1 ms +1 {2}#$/),
    ]);
    expect(run.stdout.toString().replace(/[µ…]/g, '')).toMatch(/^[\n -~]*$/);
  });

  it('counts the capture of a real kernel, from a file and a pipe alike', async () => {
    const [file, piped] = await Promise.all([nlmon(['stat', GOLDEN]), nlmon(['stat', '-'], { input: readFileSync(GOLDEN) })]);
    expect(file).toMatchObject({ code: 0, stderr: '' });
    expect(lines(file)[0]).toMatch(/^44 packets, /);
    expect(piped.stdout.toString()).toBe(file.stdout.toString());
  });

  it('counts what is whole of a capture that is cut off, and of one without packets', async () => {
    const cut = join(folder, 'cut.pcap');
    writeFileSync(cut, readFileSync(GOLDEN).subarray(0, 5000));
    const run = await nlmon(['stat', cut]);
    expect(run).toMatchObject({ code: 1, stderr: `nlmon: ${cut}: truncated after octet 4720: at least 808 octets are missing\n` });
    expect(lines(run)[0]).toMatch(/^17 packets, /);
    const empty = join(folder, 'empty.pcapng');
    writeFileSync(empty, capture([]));
    expect((await nlmon(['stat', empty])).stdout.toString()).toBe('0 packets, 0 messages, 0 octets\n');
  });
});

describe('Traffic', () => {
  it('counts types beyond a limit together', () => {
    const context = new DecodeContext({ families: [] });
    const traffic = new Traffic(context);
    const cursor = new PacketCursor(context);
    for (let type = 16; type < 5016; type++) {
      cursor.reset({ protocol: 0, bytes: message(type, 0, () => undefined) });
      while (cursor.next()) traffic.add(cursor);
    }
    traffic.finish();
    expect(traffic.rows).toHaveLength(2049);
    expect(traffic.rows[0]).toMatchObject({ type: '(others)', messages: 5000 - 2048 });
    expect(traffic.messages).toBe(5000);
  });

  it('is shown in blocks on a terminal', () => {
    const context = new DecodeContext({ families: [] });
    const traffic = new Traffic(context);
    const cursor = new PacketCursor(context);
    for (const { protocol, bytes, at = 0 } of requests()) {
      cursor.reset({ protocol, bytes, seconds: 0, nanoseconds: at });
      while (cursor.next()) traffic.add(cursor);
    }
    const text = textReport({ packets: 200, others: 3, dropped: 7n }, traffic, true);
    expect(text).toContain('█');
    expect(text).toContain('3 packets without netlink; 7 packets lost');
  });
});
