import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CaptureReader, NETLINK_HEADER_LENGTH, type CaptureInterface, type CaptureStatistics } from '@netdevkit/capture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { SystemShell } from '../src/demo/system-shell.ts';
import { lines, nlmon, type Run } from './run-command.ts';

/** What these tests look at in a line of JSON. */
interface Line {
  readonly frame: number;
  readonly time: string;
  readonly family?: string;
  readonly attrs?: { readonly ifname?: string; readonly stats64?: unknown };
  readonly error?: { readonly name?: string };
}

const folder = mkdtempSync(join(tmpdir(), 'nlmon-'));
const file = join(folder, 'nlmon.pcapng');
let text: Run;
let json: Run;
let objects: Line[];

beforeAll(async () => {
  [text, json] = await Promise.all([nlmon(['demo', '--client', 'builtin', '-w', file]), nlmon(['demo', '--client', 'builtin', '--format', 'json'])]);
  // CAST: the tests check what they look at.
  objects = lines(json).map((line) => JSON.parse(line) as Line);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('nlmon demo', () => {
  it('ends well and has nothing to complain of', () => {
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(json).toMatchObject({ code: 0, stderr: '' });
  });

  it('loads nlmon by its alias', () => {
    expect(lines(text)).toContain('# the kernel asked for rtnl-link-nlmon: module nlmon loaded');
  });

  it('prints each message on a line: time, interface, direction, protocol, type, flags, sequence, length and what it is about', () => {
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^\d\d:\d\d:\d\d\.\d{6} nlmon0 request ROUTE RTM_NEWLINK REQUEST\|ACK\|EXCL\|CREATE seq \d+ len 76 ifname mon0 mtu 9000 txqlen 50 linkinfo \{kind nlmon\}$/,
        ),
        expect.stringMatching(/ nlmon0 event   ROUTE RTM_NEWLINK seq 0 len 1428 3: mon0 <no-arp> kind nlmon mtu 9000 state DOWN$/),
        expect.stringMatching(/ nlmon0 answer  ROUTE NLMSG_ERROR CAPPED seq \d+ pid 1 len 36 RTM_NEWLINK done$/),
        expect.stringMatching(/ nlmon0 answer  ROUTE NLMSG_DONE  MULTI seq \d+ pid 1 len 20 dump complete$/),
        expect.stringMatching(/ nlmon0 request GENERIC nlctrl getfamily REQUEST\|DUMP seq 1 len 20$/),
        expect.stringMatching(/ blue0 request ROUTE RTM_NEWLINK REQUEST\|ACK seq \d+ len 40 ifi-flags up ifi-change 1 ifname lo$/),
      ]),
    );
  });

  it.each([
    ['x type nosuch', 'EOPNOTSUPP: Unknown device type'],
    ['ip link add mon0 type nlmon', 'EEXIST: File exists'],
    ['mon1 address', 'EINVAL: Invalid argument'],
    ['tap0 mtu 15', 'EINVAL: mtu less than device minimum'],
    ['tap0 txqueuelen 40000', 'ERANGE: integer out of range, at txqlen'],
    ['delete lo', 'EOPNOTSUPP: Operation not supported'],
  ])('shows what the kernel says to: ip link … %s', (step, error) => {
    const all = lines(text);
    const at = all.findIndex((line) => line.startsWith('$') && line.includes(step));
    const answer = all.slice(at).find((line) => line.includes('failed:'));
    expect(at).toBeGreaterThan(0);
    expect(answer).toContain(`failed: ${error}`);
  });

  it('counts in the driver what it prints', () => {
    const all = lines(text);
    const shown = all.filter((line) => / nlmon0 (request|answer|event) /.test(line)).length;
    const frames = new Set(all.filter((line) => line.includes(' nlmon0 ')).map((line) => line.split(' ')[0])).size;
    const counted = /ifindex 2 .*rx-packets (\d+) /.exec(all.findLast((line) => line.includes('RTM_NEWSTATS')) ?? '')?.[1];
    const captured = /# nlmon0: (\d+) packets captured, 0 dropped/.exec(text.stdout.toString())?.[1];
    // The answer that tells the count is not in it yet.
    expect(Number(captured)).toBe(Number(counted) + 1);
    expect(shown).toBeGreaterThanOrEqual(frames);
  });

  it('plays the golden capture through the tap, octet for octet', () => {
    const original = datagrams(readFileSync(GOLDEN));
    const written = datagrams(readFileSync(file)).filter(({ comments }) => comments.some((comment) => comment.startsWith('played from nlmon-netns.k6.12.pcap')));
    expect(original).toHaveLength(44);
    expect(written.map(({ hex }) => hex)).toEqual(original.map(({ hex }) => hex));
  });

  it('writes a capture that names interfaces and namespaces, comments errors and ends with statistics', () => {
    const interfaces: CaptureInterface[] = [];
    const statistics: CaptureStatistics[] = [];
    const comments: string[] = [];
    const reader = new CaptureReader({
      packet: (packet) => void comments.push(...packet.comments),
      interface: (description) => void interfaces.push(description),
      statistics: (one) => void statistics.push(one),
    });
    reader.feed(readFileSync(file));
    expect(reader.end().kind).toBe('complete');
    expect(interfaces).toMatchObject([
      { name: 'nlmon0', linkType: 253, description: expect.stringContaining('initial namespace') },
      { name: 'blue0', linkType: 253, description: expect.stringContaining('namespace blue') },
    ]);
    expect(comments).toEqual(expect.arrayContaining(['EINVAL: mtu less than device minimum', 'ERANGE: integer out of range, at txqlen']));
    const captured = Number(/# nlmon0: (\d+) packets/.exec(text.stdout.toString())?.[1]);
    expect(statistics).toMatchObject([{ received: BigInt(captured), dropped: 0n }, { dropped: 0n }]);
  });

  it('prints a JSON object for each message, and nothing else', () => {
    const messagesInText = lines(text).filter((line) => /^\d\d:/.test(line)).length;
    expect(objects).toHaveLength(messagesInText);
    // The refusal of the second kind's own attribute, then that of an attribute of every link.
    expect(objects.filter(({ error }) => error?.name === 'ERANGE')).toHaveLength(2);
    expect(objects.findLast(({ error }) => error?.name === 'ERANGE')).toMatchObject({
      interface: 'nlmon0',
      protocol: 'NETLINK_ROUTE',
      type: 'NLMSG_ERROR',
      typeId: 2,
      flags: ['NLM_F_ACK_TLVS'],
      error: { errno: -34, name: 'ERANGE', msg: 'integer out of range', attr: 'txqlen' },
    });
    expect(objects[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(objects[0]?.frame).toBe(1);
    expect(objects.find(({ family }) => family === 'nlctrl')).toMatchObject({ protocol: 'NETLINK_GENERIC', command: 'getfamily', version: 1, typeId: 16 });
    expect(objects.find(({ attrs }) => attrs?.ifname === 'tap0' && attrs?.stats64 !== undefined)).toMatchObject({
      type: 'RTM_NEWLINK',
      header: { 'ifi-family': 'unspec', 'ifi-type': 'netlink', 'ifi-index': 3 },
      attrs: { linkinfo: { kind: 'nlmon' }, 'num-tx-queues': 1 },
    });
  });

  it('colours when asked to, and not in a pipe', async () => {
    expect(text.stdout.includes(0x1b)).toBe(false);
    const forced = await nlmon(['demo', '--client', 'builtin', '--color', 'always'], { env: { NO_COLOR: '1' } });
    expect(forced.stdout.toString()).toContain('\u001b[36mrequest');
  });

  it('writes the capture to standard output, and the lines to standard error', async () => {
    const run = await nlmon(['demo', '--client', 'builtin', '-w', '-']);
    expect(run.code).toBe(0);
    expect(datagrams(run.stdout)).toHaveLength(datagrams(readFileSync(file)).length);
    expect(run.stderr).toContain('RTM_NEWLINK');
  });

  it('plays another capture, from a file or standard input', async () => {
    const [fromFile, piped] = await Promise.all([nlmon(['demo', '--client', 'builtin', '--replay', file]), nlmon(['demo', '--client', 'builtin', '--replay', '-'], { input: readFileSync(file) })]);
    const count = datagrams(readFileSync(file)).length;
    for (const run of [fromFile, piped]) {
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(lines(run)).toContain(`# ${String(count)} datagrams`);
    }
  });

  it('plays what is whole of a capture that is cut off, and says where it ends', async () => {
    const path = join(folder, 'cut.pcap');
    writeFileSync(path, readFileSync(GOLDEN).subarray(0, 5000));
    const run = await nlmon(['demo', '--client', 'builtin', '--replay', path]);
    expect(run.code).toBe(0);
    expect(lines(run)).toContain('# 17 datagrams');
    expect(run.stderr).toBe(`nlmon: ${path}: truncated after octet 4720: at least 808 octets are missing\n`);
  });

  it('leaves out what no tap is shown, and says so', async () => {
    const path = join(folder, 'mixed.pcap');
    const whole = readFileSync(GOLDEN);
    // The protocol of the first packet becomes NETLINK_AUDIT.
    whole.writeUInt16BE(9, 24 + 16 + 14);
    writeFileSync(path, whole);
    expect(lines(await nlmon(['demo', '--client', 'builtin', '--replay', path]))).toContain('# 43 datagrams; 1 packets left out that no tap is shown');
  });

  it('is read by tshark, with no packet malformed', async (ctx) => {
    const tshark = '/usr/bin/tshark';
    if (!existsSync(tshark)) ctx.skip('tshark is not installed');
    const exec = promisify(execFile);
    const all = await exec(tshark, ['-r', file, '-T', 'fields', '-e', 'frame.protocols']);
    const protocols = all.stdout.trim().split('\n');
    expect(protocols).toHaveLength(datagrams(readFileSync(file)).length);
    expect(protocols.filter((line) => !line.startsWith('netlink'))).toEqual([]);
    const bad = await exec(tshark, ['-r', file, '-Y', '_ws.malformed || _ws.expert.severity == error']);
    expect(bad.stdout).toBe('');
  });
});

describe.runIf(SystemShell.missing() === undefined)('nlmon demo with the system’s own ip', () => {
  it('shows what ip says and what it prints', async () => {
    const run = await nlmon(['demo', '--client', 'system']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const all = lines(run);
    expect(all[1]).toBe('# the system’s own ip talks to it, as it is; for what ip does not know, a client of this process');
    expect(all).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ nlmon0 request ROUTE RTM_NEWLINK REQUEST\|ACK\|EXCL\|CREATE seq \d+ len 76 .*ifname mon0 linkinfo \{kind nlmon\}$/),
        expect.stringMatching(/ nlmon0 event {3}ROUTE RTM_NEWLINK seq 0 len 1428 3: mon0 <no-arp> kind nlmon mtu 9000 state DOWN$/),
        expect.stringMatching(/^2: nlmon0: <NOARP,UP,LOWER_UP> mtu 3776 qdisc noqueue state UNKNOWN /),
        'RTNETLINK answers: File exists',
        'Error: Unknown device type.',
        'Name: nlctrl',
      ]),
    );
  });

  it('prints messages and nothing else as JSON', async () => {
    const run = await nlmon(['demo', '--client', 'system', '--format', 'json']);
    expect(lines(run).every((line) => line.startsWith('{"frame":'))).toBe(true);
  });
});

describe('failures', () => {
  const golden = (...args: string[]): Promise<Run> => nlmon(['demo', '--client', 'builtin', ...args]);

  it('takes a reader that goes early for a normal end', async () => {
    const [some, none, help] = await Promise.all([
      nlmon(['demo', '--client', 'builtin'], { closeAfter: 100 }),
      nlmon(['demo', '--client', 'builtin', '-w', '-', '--replay', file], { closeAfter: 1 }),
      nlmon(['--help'], { closeAfter: 1 }),
    ]);
    for (const run of [some, none, help]) expect(run).toMatchObject({ code: 0, signal: null });
    expect(some.stderr).toBe('');
  });

  it('says that the disk is full', async (ctx) => {
    if (!existsSync('/dev/full')) ctx.skip('there is no /dev/full');
    expect(await golden('-w', '/dev/full')).toMatchObject({ code: 1, stderr: 'nlmon: write /dev/full: no space left on device (ENOSPC)\n' });
  });

  it.each([
    [['-w', '/nonexistent/x.pcapng'], 'nlmon: open /nonexistent/x.pcapng: no such file or directory (ENOENT)\n'],
    [['--replay', '/nonexistent'], 'nlmon: read /nonexistent: no such file or directory (ENOENT)\n'],
    [['--replay', tmpdir()], `nlmon: read ${tmpdir()}: illegal operation on a directory (EISDIR)\n`],
  ])('says which file is the trouble: %s', async (args, stderr) => {
    expect(await golden(...args)).toMatchObject({ code: 1, stderr });
  });

  it('does not write into the capture that it is to play, whatever leads there', async () => {
    const path = join(folder, 'own.pcap');
    const other = join(folder, 'link.pcap');
    writeFileSync(path, readFileSync(GOLDEN));
    symlinkSync(path, other);
    const run = await golden('-w', other, '--replay', path);
    expect(run).toMatchObject({ code: 1, stderr: `nlmon: write ${other}: it is ${path}, which is to be read\n` });
    const appended = await nlmon(['demo', '--client', 'builtin', '--replay', path], { appendTo: path });
    expect(appended).toMatchObject({ code: 1, stderr: `nlmon: write standard output: it is ${path}, which is to be read\n` });
    expect(readFileSync(path)).toEqual(readFileSync(GOLDEN));
  });

  it('says that a file is no capture', async () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'not a capture at all');
    const run = await golden('--replay', path);
    expect(run).toMatchObject({ code: 1, stderr: `nlmon: ${path}: malformed after octet 0: neither pcapng nor pcap\n` });
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    expect(await golden('--replay', empty)).toMatchObject({ code: 1, stderr: expect.stringMatching(/truncated after octet 0.*\n$/) });
  });

  it.each([
    [['demo', '--bogus'], "nlmon: unknown option '--bogus'"],
    [['demo', '--format', 'xml'], "nlmon: option '--format <FORMAT>' argument 'xml' is invalid"],
    [['demo', '--prefer', 'x'], 'nlmon: option'],
    [['demo', 'extra'], 'nlmon: too many arguments'],
    [['frobnicate'], "nlmon: unknown command 'frobnicate'"],
    [[], 'Usage: nlmon'],
  ])('exits with 2 for a command line that makes no sense: %s', async (args, start) => {
    const run = await nlmon(args);
    expect(run.code).toBe(2);
    expect(run.stderr.startsWith(start)).toBe(true);
    expect(run.stdout.toString()).toBe('');
  });

  it('prints help and version', async () => {
    const [help, demoHelp, version] = await Promise.all([nlmon(['--help']), nlmon(['demo', '--client', 'builtin', '--help']), nlmon(['--version'])]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout.toString()).toContain('demo');
    expect(demoHelp.stdout.toString()).toContain('--replay <FILE>');
    const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(manifest).toHaveProperty('version', version.stdout.toString().trim());
  });
});

/** The netlink datagrams of a capture. */
function datagrams(bytes: Uint8Array): Array<{ readonly hex: string; readonly comments: readonly string[] }> {
  const found: Array<{ readonly hex: string; readonly comments: readonly string[] }> = [];
  const reader = new CaptureReader({
    packet: ({ data, comments }) => {
      found.push({ hex: Buffer.from(data.subarray(NETLINK_HEADER_LENGTH)).toString('hex'), comments: [...comments] });
    },
  });
  reader.feed(bytes);
  expect(reader.end().kind).toBe('complete');
  return found;
}
