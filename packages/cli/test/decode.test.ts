import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NETLINK_USERSOCK } from '@netdevkit/bindings';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { afterAll, describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { answer, capture, generic, link, message, naming, type TestPacket } from './capture-files.ts';
import { lines, MAIN, nlmon, NODE_ARGS, type Run } from './run-command.ts';
import { until } from './waiting.ts';

/** What these tests look at in a line of JSON. */
interface Line {
  readonly frame: number;
  readonly type?: string;
  readonly command?: string;
  readonly attrs?: { readonly ifname?: string };
}

const folder = mkdtempSync(join(tmpdir(), 'nlmon-decode-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function objects(run: Run): Line[] {
  // CAST: the tests check what they look at.
  return lines(run).map((line) => JSON.parse(line) as Line);
}

/** The netlink packets of a capture. */
function packetsOf(bytes: Uint8Array): { readonly hex: string; readonly comments: readonly string[] }[] {
  const found: { readonly hex: string; readonly comments: readonly string[] }[] = [];
  const reader = new CaptureReader({
    packet: (view) => {
      const payload = netlinkPayload(view.linkType, view.bytes, view.offset, view.length);
      if (payload === undefined) return;
      const octets = view.bytes.subarray(payload.offset, payload.offset + payload.length);
      found.push({ hex: Buffer.from(octets).toString('hex'), comments: [...view.comments] });
    },
  });
  reader.feed(bytes);
  expect(reader.end().kind).toBe('complete');
  return found;
}

const eth0 = link('eth0', { seq: 5 });
const some = [eth0, answer(eth0, -22), link('veth1', { index: 4, seq: 0, flags: 0 }), link('veth2', { index: 5, seq: 0, flags: 0 })];
const path = file('some.pcapng', capture(some));

describe('nlmon decode', () => {
  it('prints a JSON object for each message', async () => {
    const run = await nlmon(['decode', path, '--format', 'json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(objects(run)).toMatchObject([
      { frame: 1, time: '2026-11-21T17:02:03.000001000Z', interface: 'nlmon0', protocol: 'NETLINK_ROUTE', type: 'RTM_NEWLINK', typeId: 16, seq: 5, attrs: { ifname: 'eth0', mtu: 1500 } },
      { frame: 2, type: 'NLMSG_ERROR', error: { errno: -22, name: 'EINVAL', request: { type: 'RTM_NEWLINK' } } },
      { frame: 3, flags: [], attrs: { ifname: 'veth1' } },
      { frame: 4 },
    ]);
  });

  it('prints a line for each message', async () => {
    const run = await nlmon(['decode', path, '--format', 'summary']);
    expect(lines(run)).toEqual([
      `    1 17:02:03.000001 nlmon0 request ROUTE RTM_NEWLINK REQUEST|ACK seq 5 len ${String(eth0.bytes.length)} ifname eth0 mtu 1500`,
      '    2 17:02:03.000002 nlmon0 answer  ROUTE NLMSG_ERROR CAPPED seq 5 pid 77 len 36 RTM_NEWLINK failed: EINVAL: Invalid argument',
      expect.stringMatching(/^ {4}3 \S+ nlmon0 event {3}ROUTE RTM_NEWLINK seq 0 len \d+ 4: veth1 <> mtu 1500$/),
      expect.stringContaining('veth2'),
    ]);
  });

  it('prints each message as text, with its attributes below', async () => {
    const run = await nlmon(['decode', path, '-c', '2']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(lines(run)[0]).toMatch(/^1 2026-11-21T17:02:03\.000001000Z nlmon0 NETLINK_ROUTE RTM_NEWLINK seq 5 pid 0 len \d+ REQUEST,ACK$/);
    expect(lines(run)).toEqual(expect.arrayContaining(['    ifname: eth0', '    mtu: 1500', expect.stringContaining('EINVAL')]));
  });

  it('decodes the capture of a real kernel, in which nothing is unknown', async () => {
    const run = await nlmon(['decode', GOLDEN, '--format', 'json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(objects(run).length).toBeGreaterThanOrEqual(44);
    expect(run.stdout.toString()).not.toContain('"type":"#');
  });

  it.each([
    ['attr.ifname ~ "veth*"', [3, 4]],
    ['error', [2]],
    ['frame in 2..3', [2, 3]],
    ['rt-link and not request', [3, 4]],
    ['generic', []],
  ])('filters: %s', async (filter, frames) => {
    const run = await nlmon(['decode', path, '--format', 'json', '--filter', filter]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(objects(run).map(({ frame }) => frame)).toEqual(frames);
  });

  it('prints fields: with tabs, or as JSON', async () => {
    const [text, json] = await Promise.all([
      nlmon(['decode', path, '--fields', 'frame,type,flags,attr.ifname,error.name']),
      nlmon(['decode', path, '--fields', 'frame,attr.ifname,attr', '--format', 'json', '-c', '2']),
    ]);
    expect(lines(text)).toEqual([
      '1\tRTM_NEWLINK\tNLM_F_REQUEST,NLM_F_ACK\teth0\t',
      '2\tNLMSG_ERROR\tNLM_F_CAPPED\t\tEINVAL',
      '3\tRTM_NEWLINK\t[]\tveth1\t',
      '4\tRTM_NEWLINK\t[]\tveth2\t',
    ]);
    expect(lines(json)).toEqual(['{"frame":1,"attr.ifname":"eth0","attr":{"ifname":"eth0","mtu":1500}}', '{"frame":2}']);
  });

  it('stops after as many messages as are wanted', async () => {
    const run = await nlmon(['decode', path, '--format', 'json', '-c', '2', '--filter', 'RTM_NEWLINK']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(objects(run).map(({ frame }) => frame)).toEqual([1, 3]);
  });

  it('reads standard input, gzip and classic pcap', async () => {
    const expected = (await nlmon(['decode', GOLDEN, '--format', 'json'])).stdout.toString();
    const packed = file('golden.pcap.gz', gzipSync(readFileSync(GOLDEN)));
    const runs = await Promise.all([
      nlmon(['decode', '-', '--format', 'json'], { input: readFileSync(GOLDEN) }),
      nlmon(['decode', packed, '--format', 'json']),
      nlmon(['decode', '-', '--format', 'json'], { input: readFileSync(packed) }),
    ]);
    for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(runs.map((run) => run.stdout.toString() === expected)).toEqual([true, true, true]);
  });

  it('knows generic families that the capture names later on, and those of the command line', async () => {
    const late = file('late.pcapng', capture([generic(33, 2), naming(33, 'ethtool')]));
    const [known, piped, told] = await Promise.all([
      nlmon(['decode', late, '--format', 'json']),
      nlmon(['decode', '-', '--format', 'json'], { input: readFileSync(late) }),
      nlmon(['decode', '-', '--format', 'json', '--family', 'ethtool=33'], { input: readFileSync(late) }),
    ]);
    expect(objects(known)[0]).toMatchObject({ family: 'ethtool', type: 'ethtool', typeId: 33 });
    expect(objects(known)[0]?.command).not.toContain('#');
    expect(objects(piped)[0]).toMatchObject({ type: '#33' });
    expect(objects(told)[0]).toEqual(objects(known)[0]);
  });

  it('loads families as they come, and keeps the order', async () => {
    const many = Array.from({ length: 500 }, (_, i) => (i % 3 === 0 ? link(`a${String(i)}`) : i % 3 === 1 ? generic(16, 3) : { protocol: i % 32, bytes: message(20 + i, 0, () => undefined) }));
    const run = await nlmon(['decode', file('many.pcapng', capture(many)), '--format', 'json']);
    expect(objects(run).map(({ frame }) => frame)).toEqual(many.map((_, i) => i + 1));
    expect(objects(run).filter(({ type }) => type === 'RTM_NEWLINK')).toHaveLength(167);
  });

  it('shows octets that are no message', async () => {
    const odd = file('odd.pcapng', capture([{ protocol: NETLINK_USERSOCK, bytes: Uint8Array.of(1, 2, 3) }, { protocol: 0x0806, bytes: Uint8Array.of(4) }]));
    const run = await nlmon(['decode', odd, '--format', 'json']);
    expect(objects(run)).toMatchObject([{ frame: 1, protocol: 'NETLINK_USERSOCK', len: 3 }, { frame: 2, protocol: '0x0806', len: 1, trailing: '04' }]);
    expect((await nlmon(['decode', odd, '--format', 'summary'])).stdout.toString()).toContain('0x0806 no message len 1 04');
  });

  it('escapes what a terminal would obey', async () => {
    const hostile = file('hostile.pcapng', capture([link('\u001b[2J\u009b31m\t')], 'n\u001b]0;x\u0007'));
    for (const args of [[], ['--format', 'summary'], ['--fields', 'interface,attr.ifname'], ['--fields', 'interface,attr.ifname', '--format', 'json'], ['--format', 'json']]) {
      const run = await nlmon(['decode', hostile, ...args]);
      expect(run.code).toBe(0);
      expect(run.stdout.toString(), args.join(' ')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    }
  });

  it('colours when asked to, and not in a pipe', async () => {
    expect((await nlmon(['decode', path, '--format', 'summary'])).stdout.includes(0x1b)).toBe(false);
    const forced = await nlmon(['decode', path, '--format', 'summary', '--color', 'always'], { env: { NO_COLOR: '1' } });
    expect(forced.stdout.toString()).toContain('\u001b[36mrequest');
  });
});

describe('nlmon decode -w', () => {
  it('writes packets with messages that the filter lets through, and prints nothing', async () => {
    const out = join(folder, 'out.pcapng');
    const run = await nlmon(['decode', path, '-w', out, '--filter', 'not request']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout.toString()).toBe('');
    const written = packetsOf(readFileSync(out));
    expect(written.map(({ hex }) => hex)).toEqual(some.slice(1).map(({ bytes }) => Buffer.from(bytes).toString('hex')));
  });

  it('copies all packets, whatever they hold, and prints when asked to', async () => {
    const out = join(folder, 'copy.pcapng');
    const run = await nlmon(['decode', GOLDEN, '-w', out, '--format', 'json']);
    expect(objects(run).length).toBeGreaterThanOrEqual(44);
    expect(packetsOf(readFileSync(out)).map(({ hex }) => hex)).toEqual(packetsOf(readFileSync(GOLDEN)).map(({ hex }) => hex));
  });

  it('writes to standard output, and lines to standard error', async () => {
    const run = await nlmon(['decode', path, '-w', '-', '--format', 'summary']);
    expect(run.code).toBe(0);
    expect(packetsOf(run.stdout)).toHaveLength(4);
    expect(run.stderr.split('\n')).toHaveLength(5);
  });

  it('begins with the names of families', async () => {
    const late = file('late.pcapng', capture([generic(33, 2), generic(34, 1), naming(33, 'ethtool')]));
    const out = join(folder, 'primed.pcapng');
    expect(await nlmon(['decode', late, '-w', out, '--prime', '--family', 'wireguard=34'])).toMatchObject({ code: 0, stderr: '' });
    const written = packetsOf(readFileSync(out));
    expect(written).toHaveLength(5);
    expect(written.map(({ comments }) => comments)).toEqual([[expect.stringContaining('ethtool')], [expect.stringContaining('wireguard')], [], [], []]);
    const told = objects(await nlmon(['decode', '-', '--format', 'json'], { input: readFileSync(out) }));
    expect(told[2]).toMatchObject({ type: 'ethtool' });
    expect(told[3]).toMatchObject({ type: 'wireguard' });
  });

  it('passes on the groups of families, too', async () => {
    const input = file('groups.pcapng', capture([naming(35, 'test', { id: 9, name: 'config' })]));
    const out = join(folder, 'groups-out.pcapng');
    expect(await nlmon(['decode', input, '-w', out, '--prime'])).toMatchObject({ code: 0, stderr: '' });
    const all = objects(await nlmon(['decode', out, '--format', 'json']));
    const attrs = { 'family-name': 'test', 'family-id': 35, 'mcast-groups': [{ id: 9, name: 'config' }] };
    expect(all).toMatchObject([{ interface: 'nlctrl', attrs }, { interface: 'nlmon0', attrs }]);
  });

  it('comments answers: what they say, whom they answer, and after how long', async () => {
    const at = (packet: TestPacket, time: number): TestPacket => ({ ...packet, at: time });
    const asked = link('eth1', { seq: 9 });
    const dump = { protocol: 0, bytes: message(18, 0x301, (writer) => writer.reserve(16), 11) };
    const part = (seq: number, type: number): TestPacket => ({ protocol: 0, bytes: message(type, 2, (writer) => writer.reserve(type === 3 ? 4 : 16), seq, 99) });
    const input = file('talk.pcapng', capture([
      at(link('lo', { seq: 0, flags: 0 }), 1000), at(eth0, 2000), at(answer(eth0, -22), 14_345), at(asked, 20_000), at(answer(asked, 0), 2_020_000),
      at(dump, 3_000_000), at(part(11, 16), 3_100_000), at(part(11, 16), 3_200_000), at(part(11, 3), 4_500_000),
    ])); // prettier-ignore
    const out = join(folder, 'talk-out.pcapng');
    expect(await nlmon(['decode', input, '-w', out, '--comments', '--filter', 'frame > 1'])).toMatchObject({ code: 0, stderr: '' });
    expect(packetsOf(readFileSync(out)).map(({ comments }) => comments)).toEqual([
      [],
      ['RTM_NEWLINK failed: EINVAL: Invalid argument', 'Answers RTM_NEWLINK of frame 1 after 12.3 µs.'],
      [],
      ['Answers RTM_NEWLINK of frame 3 after 2.00 ms.'],
      [],
      [],
      [],
      ['Ends the dump RTM_GETLINK of frame 5: 2 messages in 2 packets, 1.50 ms.'],
    ]);
    // A request that is not in the written capture has no number there.
    expect(await nlmon(['decode', input, '-w', out, '--comments', '--filter', 'ack'])).toMatchObject({ code: 0, stderr: '' });
    expect(packetsOf(readFileSync(out)).map(({ comments }) => comments)).toEqual([['Answers RTM_NEWLINK after 2.00 ms.']]);
  });

  it('does not write into what it reads', async () => {
    const own = file('own.pcapng', capture(some));
    expect(await nlmon(['decode', own, '-w', own])).toMatchObject({ code: 1, stderr: `nlmon: write ${own}: it is ${own}, which is to be read\n` });
    expect(packetsOf(readFileSync(own))).toHaveLength(4);
  });
});

/** Runs the command while something is done to its file. */
async function following(args: readonly string[], act: (out: () => string[], kill: () => void) => Promise<void>): Promise<{ readonly code: unknown; readonly out: string[]; readonly err: string }> {
  const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'decode', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const linesNow = (): string[] => out.split('\n').slice(0, -1);
  const closed = new Promise<unknown>((resolve) => child.on('close', resolve));
  try {
    await act(linesNow, () => child.kill('SIGINT'));
    const code = await closed;
    return { code, out: linesNow(), err };
  } finally {
    child.kill('SIGKILL');
  }
}

describe('nlmon decode --follow', () => {
  it('prints what is written to the file later on, until it is interrupted', async () => {
    const whole = capture(some);
    // The head, the interface and the first packet.
    const growing = file('growing.pcapng', whole.subarray(0, 240));
    const { code, out, err } = await following([growing, '--follow', '--format', 'json'], async (seen, kill) => {
      await until(() => seen().length === 1);
      appendFileSync(growing, whole.subarray(240));
      await until(() => seen().length === 4);
      kill();
    });
    expect({ code, err, lines: out.length }).toEqual({ code: 0, err: '', lines: 4 });
  });

  it('writes as it comes, too', async () => {
    const [growing, copy] = [file('growing-2.pcapng', capture(some)), join(folder, 'growing-copy.pcapng')];
    const packets = (): number => packetsOf(readFileSync(copy)).length;
    await following([growing, '--follow', '-w', copy], async (_, kill) => {
      // It is there before anything is in it.
      await until(() => existsSync(copy) && statSync(copy).size > 0 && packets() === 4);
      kill();
    });
    expect(packets()).toBe(4);
  });

  it('ends after as many messages as are wanted', async () => {
    expect(await nlmon(['decode', path, '--follow', '--format', 'json', '-c', '3'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('fails when the file becomes shorter', async () => {
    const shrinking = file('shrinking.pcapng', capture(some));
    const { code, err } = await following([shrinking, '--follow', '--format', 'json'], async (seen) => {
      await until(() => seen().length === 4);
      truncateSync(shrinking, 10);
    });
    expect({ code, err }).toEqual({ code: 1, err: `nlmon: ${shrinking}: was made shorter while it was followed\n` });
  });
});

describe('failures of nlmon decode', () => {
  it('prints what is whole of a capture that is cut off, and says where it ends', async () => {
    const cut = file('cut.pcap', readFileSync(GOLDEN).subarray(0, 5000));
    for (const args of [['--format', 'json'], ['--filter', 'frame == 1'], ['-w', join(folder, 'cut-copy.pcapng')]]) {
      const run = await nlmon(['decode', cut, ...args]);
      expect(run).toMatchObject({ code: 1, stderr: `nlmon: ${cut}: truncated after octet 4720: at least 808 octets are missing\n` });
    }
    expect(packetsOf(readFileSync(join(folder, 'cut-copy.pcapng')))).toHaveLength(17);
    expect(objects(await nlmon(['decode', cut, '--format', 'json'])).at(-1)?.frame).toBe(17);
  });

  it('takes a reader that goes early for a normal end', async () => {
    const large = file('large.pcapng', capture(Array.from({ length: 20_000 }, () => link('eth0'))));
    for (const args of [['--format', 'json'], ['--format', 'summary'], ['-w', '-'], ['--fields', 'frame']]) {
      expect(await nlmon(['decode', large, ...args], { closeAfter: 10 }), args.join(' ')).toMatchObject({ code: 0, signal: null, stderr: '' });
    }
  });

  it.each([
    [['/nonexistent'], 'nlmon: read /nonexistent: no such file or directory (ENOENT)\n'],
    [['/nonexistent', '--follow'], 'nlmon: read /nonexistent: no such file or directory (ENOENT)\n'],
    [[tmpdir()], `nlmon: read ${tmpdir()}: illegal operation on a directory (EISDIR)\n`],
    [[path, '-w', '/nonexistent/x'], 'nlmon: open /nonexistent/x: no such file or directory (ENOENT)\n'],
  ])('says which file is the trouble: %s', async (args, stderr) => {
    expect(await nlmon(['decode', ...args])).toMatchObject({ code: 1, stderr });
  });

  it('says that the disk is full', async (ctx) => {
    if (!existsSync('/dev/full')) ctx.skip('there is no /dev/full');
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'decode', path, '--format', 'json'], { stdio: ['ignore', full, 'pipe'] });
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect({ code, err }).toEqual({ code: 1, err: 'nlmon: write standard output: no space left on device (ENOSPC)\n' });
  });

  it.each([
    [['--filter', 'sqe == 1'], 'nlmon: --filter: no such field: sqe (did you mean seq?)\n  sqe == 1\n  ^\n'],
    [['--fields', 'frame,sqe'], 'nlmon: --fields: no such field: sqe (did you mean seq?)\n  sqe\n  ^\n'],
    [['--prime'], 'nlmon: --prime and --comments are about the capture that -w writes\n'],
    [['--comments'], 'nlmon: --prime and --comments are about the capture that -w writes\n'],
    [['-c', '0'], "nlmon: option '-c, --count <N>' argument '0' is invalid. It is a number from 1 up.\n"],
    [['--family', 'x=3'], "nlmon: option '--family <NAME=ID>' argument 'x=3' is invalid. It is NAME=ID, such as wireguard=29; numbers go from 16 to 65535.\n"],
  ])('exits with 2 for a command line that makes no sense: %s', async (args, stderr) => {
    expect(await nlmon(['decode', path, ...args])).toMatchObject({ code: 2, stderr });
  });
});

describe('nlmon families', () => {
  it('lists families with counts, as a table or JSON', async () => {
    const [text, json] = await Promise.all([nlmon(['families']), nlmon(['families', '--format', 'json'])]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(lines(text)[0]).toMatch(/^FAMILY +PROTOCOL +MESSAGES +ATTRIBUTES$/);
    expect(lines(text).at(-1)).toMatch(/^\d+ families +\d{4} +\d{4,5}$/);
    const rows = lines(json).map((line): unknown => JSON.parse(line));
    expect(rows).toHaveLength(lines(text).length - 2);
    expect(rows).toContainEqual({ name: 'rt-addr', protocol: 'NETLINK_ROUTE', messages: 3, attributes: 11 });
  });
});
