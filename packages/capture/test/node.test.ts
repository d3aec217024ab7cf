import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, closeSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureBatches, LinkType, PcapngWriter, type CapturedPacket } from '../src/index.ts';
import { FileSink, StreamSink, readCaptureFile, readChunks } from '../src/node.ts';
import { expected, golden, read, summary } from './golden.ts';

const DATAGRAM = new Uint8Array(1000).fill(7);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdevkit-capture-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const goldenPath = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

function fill(writer: PcapngWriter, count: number): void {
  writer.addInterface({ linkType: LinkType.NETLINK });
  for (let i = 0; i < count; i++) writer.netlink(0, i, 0, 0, DATAGRAM, 0, 1000);
}

describe('FileSink', () => {
  it('writes a file', () => {
    const path = join(folder, 'file.pcapng');
    {
      using writer = new PcapngWriter(FileSink.create(path));
      fill(writer, 3000);
    }
    const found = read(new Uint8Array(readFileSync(path)));
    expect(found.packets).toHaveLength(3000);
    expect(found.end.kind).toBe('complete');
  });

  it('says which file cannot be created', () => {
    const path = join(folder, 'missing', 'x');
    expect(() => FileSink.create(path)).toThrow(
      expect.objectContaining({ code: 'ENOENT', errno: 2, op: `open ${path}`, message: `open ${path}: no such file or directory (ENOENT)` }),
    );
  });

  it('says that the disk is full', (ctx) => {
    if (!existsSync('/dev/full')) ctx.skip('this system has no /dev/full');
    const writer = new PcapngWriter(FileSink.create('/dev/full'));
    expect(() => {
      writer.flush();
    }).toThrow(expect.objectContaining({ code: 'ENOSPC', errno: 28, written: 0, message: 'write /dev/full: no space left on device (ENOSPC)' }));
    writer.close();
  });

  it('cuts a file off after what is whole', () => {
    const path = join(folder, 'cut');
    const sink = FileSink.create(path);
    sink.write(new Uint8Array(100));
    sink.truncate(200);
    expect(readFileSync(path).length).toBe(100);
    sink.truncate(60);
    expect(readFileSync(path).length).toBe(60);
    sink.close();
    sink.close();
  });

  it('leaves a descriptor open that is not its own, and never cuts it off', () => {
    const path = join(folder, 'shared');
    writeFileSync(path, 'before');
    const descriptor = openSync(path, 'a');
    const sink = new FileSink(descriptor, 'shared');
    sink.write(Uint8Array.of(65));
    sink.truncate(0);
    sink.close();
    closeSync(descriptor);
    expect(readFileSync(path, 'utf8')).toBe('beforeA');
  });

  it('says what is wrong with a descriptor', () => {
    const descriptor = openSync(goldenPath('nano-6.12.pcap'), 'r');
    const sink = new FileSink(descriptor, 'read-only', true);
    expect(() => {
      sink.write(DATAGRAM);
    }).toThrow(expect.objectContaining({ code: 'EBADF', op: 'write read-only' }));
    sink.close();
  });

  // What a child process writes with writeSync to a pipe whose reader is slow, or goes away.
  const script = (count: number): string => `
    import { PcapngWriter } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    // From here on standard output does not block, if it is a pipe.
    void process.stdout.writable;
    import { FileSink } from ${JSON.stringify(new URL('../src/node.ts', import.meta.url).href)};
    const writer = new PcapngWriter(new FileSink(1, 'standard output'), { bufferSize: 8192 });
    writer.addInterface({ linkType: 253 });
    const datagram = new Uint8Array(1000);
    try {
      for (let i = 0; i < ${String(count)}; i++) writer.netlink(0, i, 0, 0, datagram, 0, 1000);
      writer.close();
    } catch (error) {
      process.stderr.write(error.message);
    }`;
  const run = (count: number, reader: string): ChildProcessByStdio<null, Readable, Readable> => {
    const command = `"$0" --input-type=module --no-warnings -e "$1" | ${reader}`;
    return spawn('sh', ['-c', command, process.execPath, script(count)], { stdio: ['ignore', 'pipe', 'pipe'] });
  };

  it('makes the writer wait for the reader of a pipe', async () => {
    const child = run(2000, '(sleep 0.3; cat)');
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('expected octets');
      chunks.push(chunk);
    }
    const found = read(new Uint8Array(Buffer.concat(chunks)));
    expect(found.packets).toHaveLength(2000);
    expect(found.end.kind).toBe('complete');
  });

  it('says that the reader of a pipe has gone', async () => {
    const child = run(2_000_000, 'head -c 1000 > /dev/null');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout.resume();
    await new Promise((resolve) => child.once('close', resolve));
    expect(said).toBe('write standard output: broken pipe (EPIPE)');
  });
});

describe('StreamSink', () => {
  it('passes a capture on, and lets the writer wait', async () => {
    const stream = new PassThrough({ highWaterMark: 1000 });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of stream) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError('expected octets');
        chunks.push(chunk);
      }
    })();
    const writer = new PcapngWriter(new StreamSink(stream), { bufferSize: 4096 });
    writer.addInterface({ linkType: 253 });
    let most = 0;
    for (let i = 0; i < 100; i++) {
      for (let k = 0; k < 10; k++) writer.netlink(0, i, k, 0, DATAGRAM, 0, 1000);
      most = Math.max(most, writer.backlog);
      await writer.drain();
      expect(stream.writableNeedDrain).toBe(false);
    }
    expect(most).toBeGreaterThan(1000);
    expect(most).toBeLessThan(20_000);
    writer.close();
    await reading;
    const found = read(new Uint8Array(Buffer.concat(chunks)));
    expect(found.packets).toHaveLength(1000);
    expect(found.end.kind).toBe('complete');
  });

  it('refuses more than may wait', () => {
    const stuck = new Writable({ write: () => undefined });
    const writer = new PcapngWriter(new StreamSink(stuck, { limit: 5000, name: 'stuck' }), { bufferSize: 1024 });
    expect(() => {
      fill(writer, 100);
    }).toThrow(expect.objectContaining({ code: 'ENOBUFS', errno: 105, message: 'write stuck: more than 5000 octets wait (ENOBUFS)' }));
    expect(writer.backlog).toBeLessThanOrEqual(5000);
    stuck.destroy();
  });

  it('says what the stream failed with: in the next write, and to who waits', async () => {
    let fail: (error: Error) => void = () => undefined;
    const stream = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, callback) => {
        fail = callback;
      },
    });
    const writer = new PcapngWriter(new StreamSink(stream));
    const waiting = writer.drain();
    fail(Object.assign(new Error('gone'), { code: 'ECONNRESET', errno: -104 }));
    await expect(waiting).rejects.toMatchObject({ name: 'SinkError', code: 'ECONNRESET', errno: 104 });
    writer.addInterface({ linkType: 253 });
    expect(() => {
      writer.flush();
    }).toThrow(expect.objectContaining({ code: 'ECONNRESET' }));
  });

  it('gives an error without a code the code EIO, and keeps it as the cause', async () => {
    const cause = new Error('strange');
    const stream = new Writable({ write: (_chunk, _encoding, callback) => { callback(cause); } });
    const writer = new PcapngWriter(new StreamSink(stream));
    writer.flush();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(writer.drain()).rejects.toMatchObject({ code: 'EIO', errno: 5, cause });
  });

  it('says that the stream has ended, and stops waiting for one that was closed', async () => {
    const ended = new PassThrough();
    ended.end();
    const writer = new PcapngWriter(new StreamSink(ended));
    expect(() => {
      writer.flush();
    }).toThrow(expect.objectContaining({ code: 'EPIPE' }));

    const closed = new Writable({ highWaterMark: 1, write: () => undefined });
    const other = new PcapngWriter(new StreamSink(closed));
    const waiting = other.drain();
    closed.destroy();
    await waiting;
    await expect(finished(closed)).rejects.toThrow();
  });
});

describe('readCaptureFile', () => {
  it('reads a file', async () => {
    const sizes: number[] = [];
    const end = await readCaptureFile(goldenPath('two-7.2.pcap'), { packet: ({ length }) => sizes.push(length) });
    expect(end).toEqual({ kind: 'complete', offset: golden('two-7.2.pcap').length });
    expect(sizes).toEqual(expected['two-7.2.pcap']?.map(([, , length]) => length));
  });

  it('stops reading at what is no capture', async () => {
    const end = await readCaptureFile(goldenPath('README.md'), { packet: () => undefined });
    expect(end).toEqual({ kind: 'malformed', offset: 0, message: 'neither pcapng nor pcap' });
  });

  it('fails for a file that is not there', async () => {
    await expect(readCaptureFile(join(folder, 'none'), { packet: () => undefined })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('readChunks', () => {
  it('gives a file in chunks that batches can be made of', async () => {
    const found: CapturedPacket[] = [];
    for await (const batch of new CaptureBatches(readChunks(goldenPath('two-editcap.pcapng'), 777))) found.push(...batch);
    expect(summary(found)).toEqual(expected['two-editcap.pcapng']);
  });
});

describe('the main entry', () => {
  it('imports nothing from Node', () => {
    const folderUrl = new URL('../src/', import.meta.url);
    const files = readdirSync(folderUrl, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !/(^|\.)node\.ts$/.test(name));
    expect(files).toEqual(expect.arrayContaining(['capture-reader.ts', join('gzip', 'inflate.ts')]));
    for (const name of files) {
      const text = readFileSync(new URL(name, folderUrl), 'utf8');
      expect(text, name).not.toMatch(/from '(?!@netdevkit\/bindings'|\.)|\.node\.ts'|\b(process|Buffer|require)\b[.(]|types="node"/);
    }
  });
});
