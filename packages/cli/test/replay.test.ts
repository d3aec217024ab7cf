import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { support } from '@netdevkit/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nlmon } from './run-command.ts';

const { available } = support();
const folder = mkdtempSync(join(tmpdir(), 'nlmon-replay-'));
const file = join(folder, 'talk.pcapng');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.runIf(available)('nlmon replay', () => {
  let recorded: string;

  beforeAll(async () => {
    const script = 'ip link add tap0 type nlmon; ip link add tap0 type nlmon; ip -d link show tap0; ip -br link';
    const { stdout, stderr } = await nlmon(['run', '--record', file, '--', 'sh', '-c', script]);
    recorded = stdout.toString() + stderr;
    expect(recorded).toContain('RTNETLINK answers: File exists');
  });

  it('answers as the kernel did', async () => {
    const script = 'ip link add tap0 type nlmon; ip link add tap0 type nlmon; ip -d link show tap0; ip -br link';
    const { code, stdout, stderr } = await nlmon(['replay', '-q', file, '--', 'sh', '-c', script]);
    expect([code, stdout.toString() + stderr]).toEqual([0, recorded]);
  });

  it('names what it has no answer to', async () => {
    const { code, stderr } = await nlmon(['replay', '-q', file, 'ip', 'link', 'del', 'tap9']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('nlmon: no answer is recorded to NETLINK_ROUTE RTM_GETLINK');
  });

  it('names it once, however often it is asked', async () => {
    const script = 'for name in a b c d e f g; do ip link show dev $name; done; ip link show dev a; ip link show dev a';
    const { stderr } = await nlmon(['replay', '-q', file, '--', 'sh', '-c', script]);
    const told = stderr.split('\n').filter((line) => line.startsWith('nlmon: '));
    expect(told).toEqual([
      expect.stringMatching(/^nlmon: no answer is recorded to NETLINK_ROUTE RTM_GETLINK \{.*"ifname":"a"\}, asked 3 times$/),
      ...['b', 'c', 'd', 'e'].map((name) => expect.stringMatching(`^nlmon: no answer is recorded to NETLINK_ROUTE RTM_GETLINK \\{.*"ifname":"${name}"\\}$`) as string),
      'nlmon: nor to 2 others',
    ]);
  });

  it('shows and writes the conversation, as a run does', async () => {
    const { stderr } = await nlmon(['replay', '--format', 'summary', file, 'ip', '-br', 'link']);
    expect(stderr).toMatch(/ netlink request ROUTE RTM_GETLINK REQUEST\|DUMP /);
    expect((await nlmon(['replay', '-w', file, file, 'true'])).stderr).toContain('which is to be read');
  });

  it('tells of a file that is no capture', async () => {
    expect(await nlmon(['replay', join(folder, 'none'), 'true'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file or directory (ENOENT)') as string });
    expect((await nlmon(['replay', process.execPath, 'true'])).code).toBe(1);
    expect((await nlmon(['replay', file])).code).toBe(2);
  });
});
