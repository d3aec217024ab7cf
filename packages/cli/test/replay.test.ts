import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReader, LinkType, PcapngWriter } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
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
  // Somebody listens, and what it hears is looked at before the last question. It asks for the links before it listens, and passes over
  // what it is told meanwhile: it listens when it slept before and after the kernel was asked here, which answers in turn.
  const script = `n=0; ip monitor link >$0 &
asleep() { awk '/^State:/ && $2 == "R" { exit 1 } /ctxt_switches/' /proc/$1/status; }
until before=$(asleep $!) && awk '$2 == 0 && $4 != "00000000" && $5 == 0 && $7 == 0 { found = 1 } END { exit !found }' /proc/net/netlink && [ "$before" = "$(asleep $!)" ] || [ $((n += 1)) -gt 1200 ]; do sleep 0.05; done
ip link add tap0 type nlmon; ip link add tap0 type nlmon; ip -d link show tap0
until grep -q link/netlink $0 || [ $((n += 1)) -gt 2400 ]; do sleep 0.05; done
kill $!; wait; ip -br link`;
  const heard = (name: string): string => join(folder, name);

  beforeAll(async () => {
    const { stdout, stderr } = await nlmon(['run', '--record', file, '--', 'sh', '-c', script, heard('recorded')]);
    recorded = stdout.toString() + stderr;
    expect(recorded).toContain('RTNETLINK answers: File exists');
  });

  it('answers as the kernel did, and tells listeners what it told them', async () => {
    const { code, stdout, stderr } = await nlmon(['replay', '-q', file, '--', 'sh', '-c', script, heard('replayed')]);
    expect([code, stdout.toString() + stderr]).toEqual([0, recorded]);
    expect(readFileSync(heard('recorded'), 'utf8')).toContain('tap0: <NOARP>');
    expect(readFileSync(heard('replayed'), 'utf8')).toBe(readFileSync(heard('recorded'), 'utf8'));
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

  it('tells of packets that are not whole', async () => {
    const short = join(folder, 'short.pcapng');
    const reader = new CaptureReader({
      packet: (packet) => {
        writer.write({ interfaceId: 0, seconds: 1, nanoseconds: 0, protocol: 0, bytes: packet.copy().bytes.subarray(16, 28), originalLength: 99 });
      },
    });
    const writer = new PcapngWriter(FileSink.create(short), { application: 'test' });
    writer.addInterface({ linkType: LinkType.NETLINK, name: 'short' });
    reader.feed(readFileSync(file));
    writer.close();
    const { code, stderr } = await nlmon(['replay', short, 'true']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^nlmon: .*: of \d+ packets only a beginning was captured.*\nnlmon: .*there is no netlink request in it/u)]);
  });

  it('tells of a file that is no capture', async () => {
    expect(await nlmon(['replay', join(folder, 'none'), 'true'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file or directory (ENOENT)') as string });
    expect((await nlmon(['replay', process.execPath, 'true'])).code).toBe(1);
    expect((await nlmon(['replay', file])).code).toBe(2);
  });
});
