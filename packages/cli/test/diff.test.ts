import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_INET, IFA_CACHEINFO, NETLINK_ROUTE, RTM_NEWADDR } from '@netdevkit/bindings';
import { afterAll, describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { answer, capture, link, message, type TestPacket } from './capture-files.ts';
import { lines, MAIN, NODE_ARGS, nlmon, type Run } from './run-command.ts';
import { ended, until } from './waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-diff-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What differs from run to run. */
interface Chance {
  readonly port: number;
  readonly seq: number;
  readonly index: number;
  readonly at: number;
}

/** A conversation: a link is made, told of, changed. */
function conversation({ port, seq, index, at }: Chance, mtu = 1400): TestPacket[] {
  const make = link('veth1', { seq });
  const change = link('veth1', { seq: seq + 1, index, mtu });
  const told = link('veth1', { index, seq: 0, flags: 0, mtu });
  return [make, link('veth1', { index, seq: 0, flags: 0 }), answer(make, 0, port), change, told, answer(change, 0, port)].map((packet, i) => ({ ...packet, at: at + i * 1000 }));
}

function file(name: string, packets: readonly TestPacket[], device = 'nlmon0'): string {
  const path = join(folder, name);
  writeFileSync(path, capture(packets, device));
  return path;
}

const diff = (...args: string[]): Promise<Run> => nlmon(['diff', ...args]);

const a = file('a.pcapng', conversation({ port: 100, seq: 1, index: 4, at: 0 }));
const b = file('b.pcapng', conversation({ port: 4711, seq: 900, index: 17, at: 123_456 }), 'nlmon7');
const c = file('c.pcapng', conversation({ port: 4711, seq: 900, index: 17, at: 123_456 }, 1300));

describe('nlmon diff', () => {
  it('finds nothing between two runs of the same: ports, numbers, indexes and times do not count', async () => {
    const run = await diff(a, b);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout.toString()).toBe('');
  });

  it('shows where conversations differ, as diff -u does', async () => {
    const run = await diff(a, c);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    const all = lines(run);
    expect(all.slice(0, 2)).toEqual([`--- ${a}`, `+++ ${c}`]);
    expect(all[2]).toMatch(/^@@ -\d+,\d+ \+\d+,\d+ @@ request ROUTE RTM_NEWLINK REQUEST\|ACK$/);
    expect(all.slice(3, 10)).toEqual(['   ifi-flags', '   ifi-change 0', '   ifname veth1', '-  mtu 1400', '+  mtu 1300', ' answer ROUTE NLMSG_ERROR CAPPED', '   error 0']);
    // The event is a conversation of its own, and comes behind the one that it came into.
    expect(all.slice(-3)).toEqual(['   ifname veth1', '-  mtu 1400', '+  mtu 1300']);
    expect(lines(run).filter((line) => /^[-+] /.test(line))).toEqual(['-  mtu 1400', '+  mtu 1300', '-  mtu 1400', '+  mtu 1300']);
  });

  it('compares what is arbitrary when asked to', async () => {
    for (const [kind, removed, added] of [
      ['port', '-answer ROUTE NLMSG_ERROR CAPPED port 100', '+answer ROUTE NLMSG_ERROR CAPPED port 4711'],
      ['ifindex', '-  ifi-index 4', '+  ifi-index 17'],
    ] as const) {
      const run = await diff('--keep', kind, a, b);
      expect(run.code).toBe(1);
      expect(lines(run)).toEqual(expect.arrayContaining([removed, added]));
    }
  });

  it('does not count what is left of a lifetime, but whether it ends', async () => {
    const address = (prefered: number, valid: number): TestPacket[] => {
      const bytes = message(RTM_NEWADDR, 0, (writer) => {
        writer.view.setUint8(writer.reserve(8), AF_INET);
        writer.putBytes(IFA_CACHEINFO, new Uint8Array(new Uint32Array([prefered, valid, 0, 0]).buffer));
      });
      return [{ protocol: NETLINK_ROUTE, bytes }];
    };
    const [early, late, endless] = [address(500, 1000), address(497, 997), address(497, 0xffff_ffff)].map((packets, at) => file(`lifetime-${String(at)}.pcapng`, packets));
    expect(await diff(early ?? '', late ?? '')).toMatchObject({ code: 0, stderr: '' });
    expect((await diff('--keep', 'time', early ?? '', late ?? '')).code).toBe(1);
    const run = await diff(late ?? '', endless ?? '');
    expect(lines(run)).toEqual(expect.arrayContaining(['-  cacheinfo.ifa-valid *', '+  cacheinfo.ifa-valid 4294967295']));
  });

  it('keeps conversations together that were interleaved', async () => {
    const [one, other] = [conversation({ port: 1, seq: 10, index: 4, at: 0 }), conversation({ port: 2, seq: 50, index: 4, at: 500 }, 1200)];
    const apart = file('apart.pcapng', [...one.slice(0, 1), ...other.slice(0, 1), ...one.slice(1, 3), ...other.slice(1, 3)].filter((_, i) => i !== 2 && i !== 4));
    const mixed = file('mixed.pcapng', [...one.slice(0, 1), ...other.slice(0, 1), ...other.slice(2, 3), ...one.slice(2, 3)]);
    expect(await diff(apart, mixed)).toMatchObject({ code: 0, stderr: '' });
  });

  it('finds two runs of the demonstration equal, and sees a request that only one has', async () => {
    const [first, second] = [join(folder, 'demo-1.pcapng'), join(folder, 'demo-2.pcapng')];
    for (const demo of await Promise.all([nlmon(['demo', '-w', first]), nlmon(['demo', '-w', second])])) expect(demo).toMatchObject({ code: 0 });
    const same = await diff(first, second);
    expect(same.stdout.toString()).toBe('');
    expect(same).toMatchObject({ code: 0, stderr: '' });
    const less = join(folder, 'demo-3.pcapng');
    await nlmon(['decode', first, '-w', less, '--filter', 'not frame == 20']);
    const run = await diff('--color', 'always', first, less);
    expect(run.code).toBe(1);
    expect(run.stdout.toString()).toContain('\u001b[31m-');
    expect(run.stdout.toString()).not.toContain('\u001b[32m+');
  });

  it('reads one of them from a pipe, and leaves nothing behind', async () => {
    // A folder of its own: in that of the system other tests have theirs come and go.
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const run = await nlmon(['diff', '-', c], { input: readFileSync(a), env: { TMPDIR: temporary } });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(lines(run)[0]).toBe('--- standard input');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.runIf(process.platform === 'linux').each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing behind of a pipe that it was reading at %s', async (signal) => {
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'diff', '-', c], { env: { ...process.env, TMPDIR: temporary }, stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin?.write(readFileSync(a));
    const has = (fd: string): boolean => {
      try {
        return readlinkSync(`/proc/${String(child.pid)}/fd/${fd}`).startsWith(temporary);
      } catch {
        // It has been closed meanwhile.
        return false;
      }
    };
    // The copy is open and its name is gone: until then SIGKILL leaves the name, since nobody can take it away.
    await until(() => readdirSync(`/proc/${String(child.pid)}/fd`).some(has) && readdirSync(temporary).length === 0);
    child.kill(signal);
    expect(await ended(child)).toEqual({ code: null, signal });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says where there can be no copy of what comes from a pipe', async () => {
    const none = await nlmon(['diff', '-', c], { input: readFileSync(a), env: { TMPDIR: '/nonexistent' } });
    expect(none).toMatchObject({ code: 2, stderr: 'nlmon: write a copy of standard input in /nonexistent: no such file or directory (ENOENT)\n' });
  });

  it.runIf(process.platform === 'linux')('says where what comes from a pipe finds no room', () => {
    const { status, stderr } = spawnSync('prlimit', ['--fsize=100', process.execPath, ...NODE_ARGS, MAIN, 'diff', '-', c], { input: readFileSync(a), encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^nlmon: write a copy of standard input in \S+: file too large \(EFBIG\)\n$/);
  });

  it('prints nothing when asked to, and to a reader that goes early no more', async () => {
    const quiet = await diff('-q', a, c);
    expect([quiet.code, quiet.stdout.toString()]).toEqual([1, '']);
    expect(await nlmon(['diff', GOLDEN, c], { closeAfter: 1 })).toMatchObject({ code: 1, stderr: '' });
  });

  it('shows as much as there is room for, and says how much more there is', async () => {
    const many = (mtu: number): TestPacket[] => Array.from({ length: 4000 }, (_, i) => link(`x${String(i)}`, { mtu, seq: 0, flags: 0 }));
    const run = await diff(file('many-1.pcapng', many(1)), file('many-2.pcapng', many(2)));
    expect(run).toMatchObject({ code: 1, stderr: 'nlmon: 5952 more messages differ\n' });
    const shown = (start: string): number => lines(run).filter((line) => line === start).length;
    expect([shown('-  mtu 1'), shown('+  mtu 2')]).toEqual([1024, 1024]);
  });

  it('ends with 2 when something is wrong', async () => {
    const cut = join(folder, 'cut.pcap');
    writeFileSync(cut, readFileSync(GOLDEN).subarray(0, 5000));
    expect(await diff(a, '/nonexistent')).toMatchObject({ code: 2, stderr: 'nlmon: read /nonexistent: no such file or directory (ENOENT)\n' });
    const run = await diff(cut, GOLDEN);
    expect(run).toMatchObject({ code: 2, stderr: `nlmon: ${cut}: truncated after octet 4720: at least 808 octets are missing\n` });
    expect(run.stdout.length).toBeGreaterThan(0);
    expect(await nlmon(['diff', '-', '-'])).toMatchObject({ code: 2, stderr: 'nlmon: standard input cannot be both captures\n' });
    expect(await diff('--keep', 'nonsense', a, b)).toMatchObject({ code: 2, stderr: expect.stringContaining('It is some of port, ifindex') });
    expect(await diff(a)).toMatchObject({ code: 2 });
    expect(existsSync(cut)).toBe(true);
  });
});
