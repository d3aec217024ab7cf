import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { support } from '@netdevkit/sandbox';
import { afterAll, describe, expect, it } from 'vitest';
import { capture, link } from './capture-files.ts';
import { nlmon } from './run-command.ts';
import { UnreadPipe } from './unread-pipe.ts';
import { ended } from './waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-unread-'));
const large = join(folder, 'large.pcapng');
writeFileSync(large, capture(Array.from({ length: 40_000 }, () => link('eth0'))));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Sends long messages that the kernel does not answer, and keeps count of them in a file. */
const TALKER = `
import os, socket, struct, sys
count = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
s = socket.socket(16, 3, 0)
for n in range(1, int(sys.argv[2]) + 1):
  s.send(struct.pack('IHHII', 60000, 1, 0, n, 0) + bytes(59984))
  os.pwrite(count, b'%d' % n, 0)
`;

/** Waits until something is there that stays as it is for half a second; a minute at most. */
async function settled(look: () => string): Promise<string> {
  let before = '';
  for (let left = 120; left > 0; left--) {
    const now = look();
    if (now !== '' && now === before) return now;
    before = now;
    await sleep(500);
  }
  throw new Error(`not settled after a minute: ${before}`);
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** How much a process has written, as it stands in /proc, once that is as much as a pipe holds. */
function written(pid: number | undefined): string {
  const octets = Number(/^wchar: (\d+)$/m.exec(contents(`/proc/${String(pid)}/io`))?.[1] ?? 0);
  return octets < 0x1_0000 ? '' : String(octets);
}

describe.runIf(process.platform === 'linux')('an output that nobody reads', () => {
  it.each([
    ['SIGTERM', ['-', '--format', 'json']],
    ['SIGINT', ['-', '-w', '-']],
    ['SIGTERM', [large, '--follow', '--format', 'summary']],
  ] as const)('does not keep nlmon decode from hearing %s, of what comes live: %s', async (signal, args) => {
    using pipe = new UnreadPipe();
    const input = openSync(large, 'r');
    const child = pipe.start(['decode', ...args], 'stdout', { input });
    closeSync(input);
    await settled(() => written(child.pid));
    child.kill(signal);
    expect(await ended(child)).toEqual({ code: 1, signal: null });
  });

  it('does not keep nlmon decode from saying on standard error what went wrong, behind what it prints there', async () => {
    const run = await nlmon(['decode', '-', '-w', '-', '--format', 'summary'], { input: readFileSync(large).subarray(0, 10_000) });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/eth0[^\n]*\nnlmon: standard input: truncated after octet [^\n]*\n$/);
  });

  it('leaves signals as they are where a file is decoded', async () => {
    using pipe = new UnreadPipe();
    const child = pipe.start(['decode', large, '--format', 'json'], 'stdout');
    await settled(() => written(child.pid));
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('is waited for by nlmon decode, and loses nothing', async () => {
    using pipe = new UnreadPipe();
    const input = openSync(large, 'r');
    const child = pipe.start(['decode', '-', '--format', 'json'], 'stdout', { input });
    closeSync(input);
    const end = ended(child);
    await settled(() => written(child.pid));
    const [all, { stdout }] = [await pipe.read(), await nlmon(['decode', large, '--format', 'json'])];
    expect(await end).toEqual({ code: 0, signal: null });
    expect(all.equals(stdout)).toBe(true);
  });
});

describe.runIf(support().available)('an output that nobody reads, of a program that talks on', () => {
  it.each(['run', 'trace'])('has the program wait, and does not keep nlmon %s from hearing signals', async (command) => {
    using pipe = new UnreadPipe();
    const count = join(folder, `${command}.count`);
    const child = pipe.start([command, '--format', 'json', '--', 'python3', '-c', TALKER, count, '1000000'], 'stderr');
    const sent = Number(await settled(() => (Number(contents(count)) > 200 ? contents(count) : '')));
    // What waits here, and what the pipe holds; a message is 60 kB, and twice that as text.
    expect(sent).toBeLessThan(500);
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 1, signal: null });
  });

  it.each(['run', 'trace'])('is waited for by nlmon %s, and loses nothing', async (command) => {
    using pipe = new UnreadPipe();
    const count = join(folder, `${command}.all`);
    const child = pipe.start([command, '--format', 'json', '--', 'python3', '-c', TALKER, count, '600'], 'stderr');
    const end = ended(child);
    expect(Number(await settled(() => contents(count)))).toBeLessThan(600);
    const lines = (await pipe.read()).toString().split('\n').slice(0, -1);
    expect(await end).toEqual({ code: 0, signal: null });
    expect(lines.map((line) => /"seq":(\d+)/.exec(line)?.[1])).toEqual(Array.from({ length: 600 }, (_, i) => String(i + 1)));
  });

  it.each(['run', 'trace'])('does not keep nlmon %s from hearing signals when the program has ended', async (command) => {
    using pipe = new UnreadPipe();
    const [count, done] = [join(folder, `${command}.few`), join(folder, `${command}.done`)];
    const child = pipe.start([command, '--format', 'json', '--', 'sh', '-c', `python3 -c '${TALKER.replaceAll("'", '"')}' ${count} 5; echo >${done}`], 'stderr');
    await settled(() => contents(done));
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 1, signal: null });
  });

  it('ends the program when it is closed', async () => {
    const count = join(folder, 'closed.count');
    using pipe = new UnreadPipe();
    const child = pipe.start(['run', '--format', 'json', '--', 'python3', '-c', TALKER, count, '1000000'], 'stderr');
    await settled(() => contents(count));
    pipe.close();
    expect(await ended(child)).toEqual({ code: 0, signal: null });
  });
});
