import { openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Libc, type Descriptor, type Readiness } from '../src/unsafe.ts';
import { run } from './run.ts';

const O_CLOEXEC = 0o2000000;
const POLLIN = 1;

const libc = Libc.open();

function pipe(): { readonly reader: Descriptor; readonly writer: Descriptor } {
  const pair = new Uint8Array(8);
  expect(libc.function('int pipe2(void *pair, int flags)')(pair, O_CLOEXEC)).toBe(0);
  const view = new DataView(pair.buffer);
  return { reader: libc.descriptor(view.getInt32(0, true), 'pipe'), writer: libc.descriptor(view.getInt32(4, true), 'pipe') };
}

function drain(reader: Descriptor): number {
  return readSync(reader.fd, new Uint8Array(64));
}

describe('Watch', () => {
  it('tells of one event each time that it is armed', async () => {
    const { reader: from, writer: to } = pipe();
    using _from = from;
    using _to = to;
    const seen: Readiness[] = [];
    let told = (): void => {};
    const watch = from.watch((ready) => {
      seen.push(ready);
      told();
    });
    expect(watch.armed).toBe(false);
    writeSync(to.fd, 'a');
    for (const count of [1, 2]) {
      const event = new Promise<void>((resolve) => (told = resolve));
      watch.arm({ readable: true });
      expect(watch.armed).toBe(true);
      await event;
      expect(watch.armed).toBe(false);
      expect(seen.length).toBe(count);
    }
    expect(seen[0]).toEqual({ readable: true, writable: false, failed: false });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.length).toBe(2);
    expect(drain(from)).toBe(1);
  });

  it('continues a promise in the same turn of the loop', async () => {
    const { reader, writer } = pipe();
    using _reader = reader;
    using _writer = writer;
    const event = new Promise<void>((resolve) => {
      reader.watch(() => resolve()).arm({ readable: true });
    });
    writeSync(writer.fd, 'a');
    // No timer of the test's own is pending: nothing but the watch wakes the loop.
    await event;
    expect(drain(reader)).toBe(1);
  });

  it('forgets an event when it is disarmed or closed', async () => {
    const { reader, writer } = pipe();
    using _reader = reader;
    using _writer = writer;
    let told = 0;
    const watch = reader.watch(() => (told += 1));
    writeSync(writer.fd, 'a');
    watch.arm({ readable: true });
    watch.disarm();
    await new Promise((resolve) => setTimeout(resolve, 10));
    watch.arm({ readable: true });
    watch.close();
    watch.close();
    watch.ref();
    watch.unref();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toBe(0);
    expect(() => watch.arm({ readable: true })).toThrow('EBADF');
  });

  it('tells of an error of the descriptor', async () => {
    const { reader, writer } = pipe();
    using _writer = writer;
    reader.close();
    const ready = await new Promise<Readiness>((resolve) => {
      writer.watch(resolve).arm({ writable: true });
    });
    expect(ready.failed).toBe(true);
  });

  it('refuses a second watch, a file and a closed descriptor, where libuv would end the process', () => {
    const { reader, writer } = pipe();
    using _writer = writer;
    const first = reader.watch(() => {});
    expect(() => reader.watch(() => {})).toThrow('EEXIST');
    first.close();
    reader.watch(() => {}).close();
    reader.close();
    expect(() => reader.watch(() => {})).toThrow('EBADF');
    using file = libc.descriptor(openSync('/proc/self/cmdline', 'r'), 'file');
    expect(() => file.watch(() => {})).toThrow('EPERM');
  });

  it('ends with its descriptor, and leaves none open', async () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 50; round += 1) {
      const { reader, writer } = pipe();
      reader.watch(() => {}).arm({ readable: true });
      reader.close();
      writer.close();
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect(libc.openDescriptors()).toEqual([]);
  });
});

const PIPE = `
  import { Libc } from '#src/unsafe.ts';
  import { writeSync } from 'node:fs';
  const libc = Libc.open();
  const pair = new Uint8Array(8);
  libc.function('int pipe2(void *pair, int flags)')(pair, ${String(O_CLOEXEC)});
  const reader = libc.descriptor(pair[0], 'pipe'), writer = libc.descriptor(pair[4], 'pipe');
`;

describe('a process that ends with a watch', () => {
  it.each([
    ['armed, by process.exit', `reader.watch(() => {}).arm({ readable: true }); writeSync(writer.fd, 'x'); process.exit(3);`, 3],
    ['armed and ready, from its callback', `const w = reader.watch(() => { w.arm({ readable: true }); process.exit(4); }); w.arm({ readable: true }); writeSync(writer.fd, 'x');`, 4],
    ['unreferenced', `const w = reader.watch(() => {}); w.arm({ readable: true }); w.unref(); process.exitCode = 5;`, 5],
    ['not armed', `reader.watch(() => {}); process.exitCode = 6;`, 6],
    ['whose callback throws', `reader.watch(() => { throw new Error('mine'); }).arm({ readable: true }); writeSync(writer.fd, 'x'); process.on('uncaughtException', (error) => { console.error(error.message); process.exitCode = 7; });`, 7],
    [
      'in a worker that exits',
      `import { Worker } from 'node:worker_threads';
       const text = \`import('#src/unsafe.ts').then(({ Libc }) => {
         const libc = Libc.open();
         const copy = libc.descriptor(libc.function('int dup(int fd)')(\${reader.fd}), 'copy');
         copy.watch(() => {}).arm({ readable: true });
         process.exit(8);
       });\`;
       new Worker(text, { eval: true, execArgv: ['--conditions=@netdevkit/source'] }).on('exit', (code) => { process.exitCode = code; });`,
      8,
    ],
  ])('%s', (_how, text, status) => {
    const ended = run(PIPE + text);
    expect(ended.signal).toBeNull();
    expect(ended.status).toBe(status);
    expect(ended.stderr).toMatch(status === 7 ? /^mine$/mu : /^$/u);
  });

  it('is kept alive by one that is armed', () => {
    const ended = run(`${PIPE} reader.watch(() => process.exit(9)).arm({ readable: true }); setTimeout(() => writeSync(writer.fd, 'x'), 50).unref(); setTimeout(() => {}, 100);`);
    expect(ended.status).toBe(9);
  });
});

describe('Libc.poll', () => {
  it('says what holds, waits no longer than it is told, and gives errors', () => {
    const { reader, writer } = pipe();
    using _reader = reader;
    using _writer = writer;
    expect(libc.poll(reader.fd, POLLIN)).toBe(0);
    const before = performance.now();
    expect(libc.poll(reader.fd, POLLIN, 20)).toBe(0);
    expect(performance.now() - before).toBeGreaterThan(15);
    writeSync(writer.fd, 'x');
    expect(libc.poll(reader.fd, POLLIN)).toBe(POLLIN);
    expect(libc.poll(999_999, POLLIN)).toBe(0x20);
  });
});
