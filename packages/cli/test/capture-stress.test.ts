import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReader, type CaptureEnd, type CaptureStatistics } from '@netdevkit/capture';
import { afterAll, describe, expect, it } from 'vitest';
import { Rig, Running } from './capture-rig.ts';
import { canHaveNamespace } from './host-namespace.ts';
import { pause, until } from './waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-stress-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const hasTcpdump = has('tcpdump');
const hasCapinfos = has('capinfos');

/** What a capture holds. */
interface Content {
  readonly end: CaptureEnd;
  readonly packets: number;
  readonly statistics: readonly CaptureStatistics[];
}

/** Reads a capture, and sees to it that tcpdump and capinfos find as much in it. */
function read(path: string): Content {
  let packets = 0;
  const statistics: CaptureStatistics[] = [];
  const reader = new CaptureReader({
    packet: () => {
      packets += 1;
    },
    statistics: (one) => void statistics.push(one),
  });
  const bytes = readFileSync(path);
  reader.feed(bytes);
  const end = reader.end();
  if (bytes.length > 0 && hasTcpdump) {
    const { stdout, stderr, status } = spawnSync('tcpdump', ['-n', '-t', '-q', '-r', path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect([stdout.split('\n').filter((line) => line.startsWith('00:00')).length, stderr]).toEqual([packets, stderr]);
    expect(status === 0).toBe(end.kind === 'complete');
  }
  if (bytes.length > 0 && hasCapinfos) {
    const { stdout } = spawnSync('capinfos', ['-c', '-M', '-r', '-T', path], { encoding: 'utf8' });
    expect(Number(stdout.trim().split('\t').at(-1))).toBe(packets);
  }
  return { end, packets, statistics };
}

/** A file system of so many octets, in a mount namespace of its own. */
class SmallDisk implements AsyncDisposable {
  readonly #keeper: ChildProcess;
  /** The folder, seen from here. */
  readonly path: string;

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
    this.path = `/proc/${String(keeper.pid)}/root${folder}/disk`;
  }

  static async make(size: string): Promise<SmallDisk> {
    spawnSync('mkdir', ['-p', join(folder, 'disk')]);
    // `exec` throughout: the keeper is the process that was started.
    const keeper = spawn('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs -o size="$1" none "$0" && echo ready && exec cat', join(folder, 'disk'), size], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      keeper.stdout.once('data', () => {
        resolve();
      });
      keeper.once('exit', () => reject(new Error('there is no small disk')));
    });
    return new SmallDisk(keeper);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#keeper.once('exit', resolve));
    this.#keeper.stdin?.end();
    await ended;
  }
}

describe.runIf(canHaveNamespace)('nlmon capture, ended at any moment', () => {
  const MOMENTS = 20;

  it('leaves files that are readable up to their last block when it is killed, and no interface', async () => {
    for (let round = 0; round < MOMENTS; round += 1) {
      using rig = new Rig();
      const stem = join(folder, `killed-${String(round)}`);
      const isRotated = round % 2 === 1;
      const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', `${stem}.pcapng`, ...(isRotated ? ['-C', '8K', '-W', '3'] : [])]);
      await running.begun(isRotated ? `${stem}.0.pcapng` : `${stem}.pcapng`);
      const moment = Math.random() * 120;
      await rig.sendFor(moment);
      running.child.kill('SIGKILL');
      expect(await running.ended).toEqual({ code: null, signal: 'SIGKILL' });
      const files = readdirSync(folder).filter((name) => name.startsWith(`killed-${String(round)}.`));
      expect(files.length).toBeGreaterThan(0);
      for (const name of files) {
        const { end, packets } = read(join(folder, name));
        expect(['complete', 'truncated'], `${name}, killed after ${String(moment)} ms: ${end.message ?? ''}`).toContain(end.kind);
        expect(packets).toBeLessThanOrEqual(rig.sent);
        // Of several, all but the one that was being written are whole.
        if (isRotated && files.length > 1) expect(statSync(join(folder, name)).size).toBeLessThan(9000);
      }
      expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    }
    // A busy machine takes seconds to begin each.
  }, 300_000);

  it.each(['SIGTERM', 'SIGINT'] as const)('ends files with their last packet at %s, whenever it comes', async (signal) => {
    for (let round = 0; round < 5; round += 1) {
      using rig = new Rig();
      const name = `${signal}-${String(round)}`;
      const isRotated = round % 2 === 1;
      const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', join(folder, `${name}.pcapng`), ...(isRotated ? ['-C', '16K'] : [])]);
      await running.begun(join(folder, `${name}.pcapng`));
      await rig.sendFor(Math.random() * 150);
      running.child.kill(signal);
      expect(await running.ended).toEqual({ code: 0, signal: null });
      const contents = readdirSync(folder).filter((file) => file.startsWith(`${name}.`)).map((file) => read(join(folder, file)));
      for (const { end, packets, statistics } of contents) {
        expect(end.kind).toBe('complete');
        expect(statistics).toMatchObject([{ received: BigInt(packets), dropped: 0n }]);
      }
      // What was sent before the signal is there, none of it twice.
      expect(contents.reduce((sum, { packets }) => sum + packets, 0)).toBe(rig.sent);
      expect(running.stderr).toContain(`${String(rig.sent)} packet`);
    }
    // Of many files, each is read by three programs.
  }, 300_000);
});

describe.runIf(canHaveNamespace)('nlmon capture, under a flood', () => {
  it('has seen or lost what was sent, and says how much', async () => {
    using rig = new Rig();
    const file = join(folder, 'flood.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '--buffer', '1M', '-w', file]);
    await running.begun(file);
    rig.send(100);
    running.child.kill('SIGSTOP');
    rig.send(20_000);
    running.child.kill('SIGCONT');
    await rig.sendFor(100);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    const { end, packets, statistics } = read(file);
    const lost = rig.sent - packets;
    expect([end.kind, lost > 10_000]).toEqual(['complete', true]);
    expect(statistics).toMatchObject([{ received: BigInt(packets), dropped: BigInt(lost) }]);
    expect(running.stderr).toContain(`${String(packets)} packets, ${String(lost)} packets lost`);
  });
});

describe.runIf(canHaveNamespace)('nlmon capture, that cannot read for a while', () => {
  it('loses nothing of what comes slowly', async () => {
    using rig = new Rig();
    const file = join(folder, 'slowly.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file]);
    await running.begun(file);
    running.child.kill('SIGSTOP');
    // The kernel hands over what it has when a block's time is over, however little that is.
    for (let sent = 0; sent < 40; sent += 1) {
      rig.send(1);
      await pause(25);
    }
    running.child.kill('SIGCONT');
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.stderr).toContain('40 packets, 0 packets lost');
    expect(read(file).packets).toBe(40);
  });
});

describe.runIf(canHaveNamespace)('nlmon capture, when the next file cannot be', () => {
  it.each([
    ['a folder', 'mkdir', /open \S+\.1\.pcapng: illegal operation on a directory \(EISDIR\)/],
    ['a pipe', 'mkfifo', /open \S+\.1\.pcapng: it is a pipe, and not a file of several/],
  ])('says so where there is %s of its name, and leaves what came before', async (_, make, message) => {
    using rig = new Rig();
    const file = join(folder, `${make}.pcapng`);
    spawnSync(make, [join(folder, `${make}.1.pcapng`)]);
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file, '-C', '8K']);
    await running.begun(file);
    rig.send(200);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toMatch(message);
    expect(read(file)).toMatchObject({ end: { kind: 'complete' }, packets: Math.floor(8192 / 132) });
  });

  it('ends with its last whole packet where files may not become so large', async () => {
    using rig = new Rig();
    const file = join(folder, 'limited.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file], 'ignore', ['prlimit', '--fsize=10000']);
    await running.begun(file);
    rig.send(200);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toMatch(/write \S+: file too large \(EFBIG\)/);
    expect(read(file)).toMatchObject({ end: { kind: 'complete' }, packets: Math.floor((10_000 - headOf(file)) / 132) });
  });
});

describe.runIf(canHaveNamespace)('nlmon, when the disk is full', () => {
  const ERROR = /^nlmon: (?:write|open) \S+: no space left on device \(ENOSPC\)$/m;

  it('says so, and leaves the packets that fitted', async () => {
    using rig = new Rig();
    await using disk = await SmallDisk.make('64k');
    const file = join(disk.path, 'full.pcapng');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', file]);
    await running.begun(file);
    while (running.child.exitCode === null) await rig.sendFor(20);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toMatch(ERROR);
    const { end, packets } = read(file);
    // What fits are whole blocks; there is no room for statistics behind them.
    expect([end.kind, packets]).toEqual(['complete', Math.floor((65_536 - headOf(file)) / 132)]);
  });

  it('says so between files, of which each is whole', async () => {
    using rig = new Rig();
    await using disk = await SmallDisk.make('64k');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', join(disk.path, 'full.pcapng'), '-C', '15K']);
    await running.begun(join(disk.path, 'full.pcapng'));
    while (running.child.exitCode === null) await rig.sendFor(20);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toMatch(ERROR);
    const files = readdirSync(disk.path).map((name) => join(disk.path, name));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(read(file).end.kind).toBe('complete');
  });

  it('goes on where older files are written anew', async () => {
    using rig = new Rig();
    await using disk = await SmallDisk.make('64k');
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', join(disk.path, 'ring.pcapng'), '-C', '15K', '-W', '3']);
    await running.begun(join(disk.path, 'ring.0.pcapng'));
    await rig.sendFor(200);
    // More than there is room for, however slowly that goes.
    while (rig.sent * 132 <= 2 * 65_536) await rig.sendFor(20);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(rig.sent * 132).toBeGreaterThan(65_536);
    for (const name of readdirSync(disk.path)) expect(read(join(disk.path, name)).end.kind).toBe('complete');
  });

  it('says so where a program is run, and where a capture is decoded', async () => {
    await using disk = await SmallDisk.make('4k');
    const whole = join(folder, 'whole.pcapng');
    const script = 'i=0; while [ $i -lt 12 ]; do ip link show >/dev/null; i=$((i+1)); done';
    const first = new Running(['run', '-w', whole, '-q', '--', 'sh', '-c', script]);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(statSync(whole).size).toBeGreaterThan(8192);
    for (const args of [
      ['decode', whole, '-w', join(disk.path, 'decoded.pcapng')],
      ['run', '-q', '-w', join(disk.path, 'run.pcapng'), '--', 'sh', '-c', script],
      ['trace', '-q', '-w', join(disk.path, 'trace.pcapng'), '--', 'sh', '-c', script],
    ]) {
      const running = new Running(args);
      const { code, signal } = await running.ended;
      expect([args[0], code, signal, running.stderr]).toEqual([args[0], 1, null, expect.stringMatching(ERROR)]);
      const [name = ''] = readdirSync(disk.path);
      const { end, packets } = contentOf(join(disk.path, name));
      expect([name, end.kind, packets > 0]).toEqual([name, 'complete', true]);
      rmSync(join(disk.path, name));
    }
  });
});

/** Of a capture that tcpdump has no reason to know: netlink, from several places. */
function contentOf(path: string): { readonly end: CaptureEnd; readonly packets: number } {
  let packets = 0;
  const reader = new CaptureReader({
    packet: () => {
      packets += 1;
    },
  });
  reader.feed(readFileSync(path));
  return { end: reader.end(), packets };
}

/** How many octets come before the first packet: section and interface. */
function headOf(path: string): number {
  const bytes = readFileSync(path);
  const section = bytes.readUInt32LE(4);
  return section + bytes.readUInt32LE(section + 4);
}

describe.runIf(canHaveNamespace)('nlmon capture, when its reader is slow', () => {
  const COUNT = 40_000;

  it.each(['a pipe', 'a named pipe'])('counts what found no room beside %s that nobody reads, and ends', async (kind) => {
    using rig = new Rig();
    const fifo = join(folder, `${kind.replaceAll(' ', '-')}.fifo`);
    spawnSync('mkfifo', [fifo]);
    // Somebody has it open, and does not read.
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = kind === 'a pipe' ? openSync(fifo, constants.O_WRONLY) : undefined;
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '--buffer', '1M', '-w', writer === undefined ? fifo : '-'], writer ?? 'ignore');
    if (writer !== undefined) closeSync(writer);
    const head = Buffer.alloc(4);
    await until(() => readMost(reader, head) > 0);
    const before = running.memory;
    for (let sent = 0; sent < COUNT; sent += 500) {
      rig.send(500);
      await pause(1);
    }
    expect(running.memory - before).toBeLessThan(60);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 1, signal: null });
    const [, packets, lost] = /(\d+) packets, (\d+) packets lost/.exec(running.stderr) ?? [];
    expect(Number(lost)).toBeGreaterThan(COUNT / 2);
    expect(Number(packets) + Number(lost)).toBe(COUNT);
    expect(running.stderr).toMatch(/nobody reads it, and \d+ octets were left/);
    closeSync(reader);
  });

  it('waits for a reader that reads in the end', async () => {
    using rig = new Rig();
    const fifo = join(folder, 'late.fifo');
    spawnSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', fifo, '-c', '20000']);
    const chunk = Buffer.alloc(1 << 16);
    let length = 0;
    await until(() => (length = readMost(reader, chunk)) > 0);
    rig.send(20_000);
    await pause(300);
    expect(running.child.exitCode).toBeNull();
    while (running.child.exitCode === null) {
      const count = readMost(reader, chunk);
      length += count;
      if (count === 0) await pause(1);
    }
    for (let count; (count = readMost(reader, chunk)) > 0; ) length += count;
    closeSync(reader);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(length).toBeGreaterThan(20_000 * 132);
    expect(running.stderr).toContain('20000 packets, 0 packets lost');
  });

  it('ends where nobody opens a named pipe', async () => {
    using rig = new Rig();
    const fifo = join(folder, 'alone.fifo');
    spawnSync('mkfifo', [fifo]);
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '--duration', '100ms', '-w', fifo]);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toContain(`nlmon: open ${fifo}: nobody reads it`);
  });

  it('is content when its reader has seen enough', async () => {
    using rig = new Rig();
    const running = new Running(['capture', ...rig.args, '-i', 'lo', '-w', '-'], 'pipe');
    await new Promise((resolve) => running.child.stdout?.once('data', resolve));
    running.child.stdout?.destroy();
    while (running.child.exitCode === null) await rig.sendFor(20);
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  it('ends where nobody reads its lines', async () => {
    using rig = new Rig();
    // The buffer has room for all that is told: of what a slow process loses it prints nothing, and the rest may find room in the pipe.
    const running = new Running(['capture', ...rig.args, '--groups', 'route', '--buffer', '32M'], 'pipe');
    running.child.stdout?.pause();
    await running.begun();
    for (let round = 0; round < 3000; round += 1) {
      rig.ip.link.set('lo', { alias: `round ${String(round)}` });
      if (round % 100 === 0) await pause(1);
    }
    running.child.kill('SIGTERM');
    // What the pipe holds is read by this process once it has ended.
    running.child.once('exit', () => running.child.stdout?.resume());
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr).toMatch(/write standard output: nobody reads it/);
  });
});

function readMost(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
