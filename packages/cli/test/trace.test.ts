import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReader } from '@netdevkit/capture';
import { support } from '@netdevkit/sandbox';
import { afterAll, describe, expect, it } from 'vitest';
import { nlmon } from './run-command.ts';

const { available } = support();
const folder = mkdtempSync(join(tmpdir(), 'nlmon-trace-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.runIf(available)('nlmon trace', () => {
  it('shows what a program says to this kernel, with process, descriptor and latency', async () => {
    const { code, stdout, stderr } = await nlmon(['trace', '--format', 'summary', 'ip', '-o', 'link', 'show', 'lo']);
    expect([code, stdout.toString()]).toEqual([0, expect.stringMatching(/^1: lo: /)]);
    expect(stderr).toMatch(/ ip\[\d+\]:\d+ request ROUTE RTM_GETLINK REQUEST seq \d+ len \d+ /);
    expect(stderr).toMatch(/ ip\[\d+\]:\d+ \+[\d.]+ (?:ms|µs) answer {2}ROUTE RTM_NEWLINK seq \d+ pid \d+ len \d+ 1: lo </);
  });

  it('follows what a shell starts', async () => {
    const { stderr } = await nlmon(['trace', '--format', 'json', '--', 'sh', '-c', 'ip link show lo; ip addr show lo']);
    // CAST: JSON.parse does not know.
    const who = stderr.trim().split('\n').map((line) => (JSON.parse(line) as { readonly interface: string }).interface.replace(/\].*/, ''));
    expect(new Set(who).size).toBe(2);
  });

  it('writes a capture whose comments say who it was', async () => {
    const file = join(folder, 'trace.pcapng');
    expect(await nlmon(['trace', '-w', file, 'ip', 'link', 'show', 'lo'])).toMatchObject({ code: 0, stderr: '' });
    const comments: string[] = [];
    const reader = new CaptureReader({ packet: (packet) => void comments.push(...packet.comments) });
    reader.feed(readFileSync(file));
    expect(reader.end().kind).toBe('complete');
    expect(comments[0]).toMatch(/^sent by ip, process \d+, thread \d+, descriptor \d+$/);
    const answer = /^received by ip, process \d+, thread \d+, descriptor \d+, \+[\d.]+ (?:ms|µs) after the request$/;
    expect(comments).toContainEqual(expect.stringMatching(answer));
  });

  it('counts at the end what each process said', async () => {
    const { code, stderr } = await nlmon(['trace', '-p', '-q', '--', 'sh', '-c', 'ip link show lo > /dev/null; ip link show nosuch > /dev/null 2>&1; ip link show lo > /dev/null']);
    expect(code).toBe(0);
    const [headings, ...rows] = stderr.trimEnd().split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(headings).toEqual(['PROCESS', 'COMMAND', 'SENT', 'RECEIVED', 'ERRORS', 'MEDIAN', 'LONGEST']);
    // ip may begin with a question that the kernel refuses.
    const [first = 0, second, third] = rows.map(([, , , , errors]) => Number(errors));
    expect([second, third]).toEqual([first + 1, first]);
    expect(rows.map(([, command]) => command)).toEqual(['ip', 'ip', 'ip']);
    expect(new Set(rows.map(([pid]) => pid)).size).toBe(3);
    const time = /^[\d.]+ (?:ns|µs|ms|s)$/;
    for (const [, , sent, received, , median, longest] of rows) {
      expect([Number(sent) > 0, Number(received) > 0, median, longest]).toEqual([true, true, expect.stringMatching(time), expect.stringMatching(time)]);
    }
    expect((await nlmon(['trace', '-p', '-q', 'true'])).stderr).toBe('PROCESS  COMMAND  SENT  RECEIVED  ERRORS  MEDIAN  LONGEST\n');
  });

  it('ends as the program does', async () => {
    expect((await nlmon(['trace', '-q', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect(await nlmon(['trace', 'nosuch-program'])).toMatchObject({ code: 127, stderr: 'nlmon: run nosuch-program: no such file or directory (ENOENT)\n' });
  });

  it('tells of what cannot be written, and ends the program', async () => {
    // What ip says when it is cut off from the tracer, as it is where it is still at work then, is another matter.
    const { code, stderr } = await nlmon(['trace', '-w', '/dev/full', '--', 'sh', '-c', 'ip link show lo > /dev/null 2>&1; exec sleep 30']);
    expect([code, stderr]).toEqual([1, 'nlmon: write /dev/full: no space left on device (ENOSPC)\n']);
  });
});
