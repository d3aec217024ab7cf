import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Namespace, nlmon, readCapture, run, Running, sizeOf, until } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BEGUN = /capturing on nlmon-\d+b?, which is removed at the end\n/;

/** A part of what `--format json` prints. */
interface Line {
  readonly protocol?: string;
  readonly type?: string;
  readonly dir?: string;
  readonly direction?: string;
  readonly interface?: string;
}

function linesOf(text: string): Line[] {
  // CAST: what is not there is undefined.
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

describe('nlmon capture, where the kernel has nlmon', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('makes a link, shows requests and answers, and removes it at %s', async (signal) => {
    using namespace = new Namespace(`own-${signal}`);
    const file = join(folder, `${signal}.pcapng`);
    const running = new Running(['capture', '--netns', namespace.name, '-w', file, '--format', 'json']);
    await running.says(BEGUN);
    await until(() => namespace.links().some(({ isUp }) => isUp));
    const [own, ...others] = namespace.links();
    expect(own).toMatchObject({ name: `nlmon-${String(running.child.pid)}`, isUp: true, kind: 'nlmon' });
    expect(own?.alias).toMatch(/^nlmon capture: pid \d+, started \d+, pid namespace \d+$/);
    expect(others).toEqual([]);
    namespace.ip('link', 'add', 'dummy0', 'type', 'dummy');
    await until(() => running.stdout.includes('dummy0'));
    running.child.kill(signal);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(namespace.links().map(({ name }) => name)).toEqual(['dummy0']);
    const lines = linesOf(running.stdout);
    const at = lines.findIndex((line) => line.type === 'RTM_NEWLINK' && JSON.stringify(line).includes('"kind":"dummy"'));
    expect(at).toBeGreaterThanOrEqual(0);
    expect(lines.slice(at).map(({ type }) => type)).toContain('NLMSG_ERROR');
    expect(new Set(lines.map((line) => line.interface))).toEqual(new Set([`nlmon-${String(running.child.pid)}`]));
    const { end, packets } = readCapture(file);
    expect(end.kind).toBe('complete');
    expect(packets).toBeGreaterThan(1);
    expect(running.stderr).toMatch(/\d+ packets?/);
  });

  it('removes it when there were enough messages, when time is over, and when it fails', async () => {
    using namespace = new Namespace('own-ends');
    const counted = new Running(['capture', '--netns', namespace.name, '-c', '1', '--format', 'summary']);
    await counted.says(BEGUN);
    await until(() => namespace.links().some(({ isUp }) => isUp) || counted.child.exitCode !== null);
    namespace.ip('link', 'show');
    expect(await counted.ended).toEqual({ code: 0, signal: null });
    expect(counted.stdout.trim().split('\n')).toHaveLength(1);
    expect(namespace.links()).toEqual([]);
    const timed = await nlmon('capture', '--netns', namespace.name, '--duration', '50ms');
    expect(timed.stderr).toMatch(BEGUN);
    expect(timed.code).toBe(0);
    expect(namespace.links()).toEqual([]);
    const full = new Running(['capture', '--netns', namespace.name, '-w', '/dev/full']);
    expect((await full.ended).code).toBe(1);
    expect(full.stderr).toMatch(/no space left on device/);
    expect(namespace.links()).toEqual([]);
  });

  it('removes it when nobody reads any more', async () => {
    using namespace = new Namespace('own-pipe');
    const running = new Running(['capture', '--netns', namespace.name, '--format', 'summary']);
    await running.says(BEGUN);
    running.child.stdout?.destroy();
    await until(() => {
      namespace.ip('link', 'show');
      return running.child.exitCode !== null;
    });
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(namespace.links()).toEqual([]);
  });

  it('says that it was removed, or set down, by somebody else', async () => {
    using namespace = new Namespace('own-gone');
    for (const change of [['set', 'down', 'dev'], ['del']]) {
      const running = new Running(['capture', '--netns', namespace.name, '-q']);
      await until(() => namespace.links().some(({ isUp }) => isUp) || running.child.exitCode !== null);
      namespace.ip('link', ...change, `nlmon-${String(running.child.pid)}`);
      expect((await running.ended).code).toBe(1);
      expect(running.stderr).toMatch(/nlmon-\d+ is down, or was removed\n$/);
      expect(namespace.links()).toEqual([]);
    }
  });

  it('captures from a link that is there, and leaves it', async () => {
    using namespace = new Namespace('own-named');
    namespace.ip('link', 'add', 'mon0', 'type', 'nlmon');
    expect(await nlmon('capture', '--netns', namespace.name, '-i', 'mon0')).toMatchObject({ code: 1, stderr: 'nlmon: mon0 is down, and sees nothing: ip link set mon0 up\n' });
    namespace.ip('link', 'set', 'mon0', 'up');
    const file = join(folder, 'named.pcapng');
    const running = new Running(['capture', '--netns', namespace.name, '-i', 'mon0', '-w', file, '-c', '2']);
    await until(() => sizeOf(file) > 0);
    namespace.ip('link', 'show', 'lo');
    expect((await running.ended).code).toBe(0);
    expect(readCapture(file)).toMatchObject({ end: { kind: 'complete' } });
    expect(namespace.links().map(({ name }) => name)).toEqual(['mon0']);
  });

  it('leaves nothing behind after the next run, whenever it was killed', async () => {
    using namespace = new Namespace('own-killed');
    namespace.ip('link', 'add', 'nlmon0', 'type', 'nlmon');
    const killed: { file: string; pid: number | undefined }[] = [];
    let left = 0;
    for (let batch = 0; batch < 5; batch += 1) {
      const runs = [0, 1, 2, 3].map((number) => {
        const file = join(folder, `killed-${String(batch)}-${String(number)}.pcapng`);
        const running = new Running(['capture', '--netns', namespace.name, '-w', file]);
        killed.push({ file, pid: running.child.pid });
        return running;
      });
      const moment = runs.map(() => Math.random() * 4000);
      const begin = performance.now();
      // Some are killed while they start, the others while they capture what all of them do.
      await Promise.all(
        runs.map(async (running, number) => {
          if (number > 0) await running.says(BEGUN);
          const end = number > 0 ? performance.now() + (moment[number] ?? 0) / 4 : begin + (moment[number] ?? 0);
          while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
          running.child.kill('SIGKILL');
          expect(await running.ended).toEqual({ code: null, signal: 'SIGKILL' });
        }),
      );
      left = Math.max(left, namespace.links().length - 1);
    }
    expect(left).toBeGreaterThan(0);
    const next = await nlmon('capture', '--netns', namespace.name, '--duration', '100ms');
    expect(next.stderr).toMatch(BEGUN);
    expect(next.code).toBe(0);
    expect(namespace.links().map(({ name }) => name)).toEqual(['nlmon0']);
    const ends = killed.filter(({ file }) => sizeOf(file) > 0).map(({ file }) => readCapture(file).end);
    expect(ends.length).toBeGreaterThan(0);
    for (const end of ends) {
      if (end.kind !== 'truncated') expect(end.kind).toBe('complete');
      else expect(end.message).toMatch(/block/);
    }
  });

  it('names the capability that is missing', async () => {
    const running = new Running(['capture', '--duration', '50ms']);
    await running.ended;
    expect(running.stderr).toMatch(BEGUN);
    const text = run('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all', 'sh', '-c', `${process.execPath} ${running.child.spawnargs[1] ?? ''} capture --duration 50ms 2>&1`]);
    expect(text).toMatch(/making a link of kind nlmon needs CAP_NET_ADMIN/);
  });
});
