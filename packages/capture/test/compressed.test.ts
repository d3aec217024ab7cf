import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CaptureBatches, CaptureReader, MemorySink, PcapngWriter, type CapturedPacket } from '../src/index.ts';
import { expected, golden, read, summary } from './golden.ts';

const names = Object.keys(expected);
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

describe('CaptureReader, of gzip', () => {
  it.each(names)('reads %s compressed as it does uncompressed, however it is cut into chunks', (name) => {
    const bytes = golden(name);
    const compressed = gzip(bytes);
    const plain = read(bytes);
    for (const size of [1, 2, 3, 100, compressed.length]) {
      expect(read(compressed, size)).toEqual({ ...plain, end: { ...plain.end, compression: 'gzip' } });
    }
  });

  it('yields what is whole of a file that is cut off, wherever that is', () => {
    const bytes = golden('two-editcap.pcapng');
    const compressed = gzip(bytes);
    const whole = read(bytes).packets;
    let most = 0;
    for (let length = 0; length < compressed.length; length += 7) {
      const { packets, end } = read(compressed.subarray(0, length), 50);
      expect(packets).toEqual(whole.slice(0, packets.length));
      expect(end).toMatchObject({ kind: 'truncated' });
      expect(end.offset).toBeLessThanOrEqual(bytes.length);
      if (length > 3) expect(end).toMatchObject({ compression: 'gzip', message: 'the gzip data is cut off' });
      expect(packets.length).toBeGreaterThanOrEqual(most);
      most = packets.length;
    }
    expect(most).toBe(whole.length);
  });

  it('yields what comes before damage, and says what it is', () => {
    const bytes = golden('two-7.2.pcap');
    const compressed = gzip(bytes);
    const whole = read(bytes).packets;
    compressed[compressed.length - 8] = (compressed[compressed.length - 8] ?? 0) ^ 1;
    const found = read(compressed, 100);
    expect(found.packets).toEqual(whole);
    expect(found.end).toEqual({ kind: 'malformed', offset: bytes.length, message: 'the checksum of the data is another', compression: 'gzip' });

    // Where an octet in the middle is another, what comes of it may be anything; what came before is as it was.
    const middle = gzip(bytes);
    middle.fill(0xff, 1000, 1010);
    const { packets, end } = read(middle, 100);
    expect(end).toMatchObject({ kind: 'malformed', compression: 'gzip' });
    expect(packets.length).toBeGreaterThan(3);
    expect(packets.slice(0, 3)).toEqual(whole.slice(0, 3));
  });

  it('says first that the capture makes no sense', () => {
    const compressed = gzip(new Uint8Array(1000).fill(1));
    const reader = new CaptureReader({ packet: () => undefined });
    expect(reader.feed(compressed)).toBe(false);
    expect(reader.end()).toEqual({ kind: 'malformed', offset: 0, message: 'neither pcapng nor pcap', compression: 'gzip' });
    // And does not look into what is compressed twice.
    expect(read(gzip(gzip(golden('two-7.2.pcap')))).end).toMatchObject({ kind: 'malformed', message: 'neither pcapng nor pcap' });
  });

  it('says of a capture that was cut off before it was compressed where it ends', () => {
    const { end } = read(gzip(golden('two-7.2.pcap').subarray(0, 1000)));
    expect(end).toMatchObject({ kind: 'truncated', compression: 'gzip' });
    expect(end.message).toMatch(/^at least \d+ octets are missing$/);
  });

  it('reads members one behind the other, as `cat` puts files together', () => {
    const bytes = golden('two-editcap.pcapng');
    const both = new Uint8Array(Buffer.concat([gzip(bytes), gzip(bytes)]));
    const { packets, sections, end } = read(both, 1000);
    expect(packets).toHaveLength(2 * read(bytes).packets.length);
    expect(sections.map(({ section }) => section)).toEqual([0, 1]);
    expect(end).toEqual({ kind: 'complete', offset: 2 * bytes.length, compression: 'gzip' });
  });

  it.each([0, 1, 2])('takes a file of %i octets for one that is cut off', (length) => {
    expect(read(gzip(golden('two-7.2.pcap')).subarray(0, length), 1).end).toMatchObject({ kind: 'truncated', offset: 0 });
  });
});

describe('CaptureBatches, of gzip', () => {
  it('gives a chunk that means much in several batches', async () => {
    const sink = new MemorySink();
    {
      using writer = new PcapngWriter(sink);
      writer.addInterface({ linkType: 253 });
      for (let i = 0; i < 100_000; i++) writer.packet(0, i, 0, new Uint8Array(16), 0, 16);
    }
    const compressed = gzip(sink.bytes);
    const sizes: number[] = [];
    let next = 0;
    const batches = new CaptureBatches([compressed]);
    for await (const batch of batches) {
      sizes.push(batch.length);
      for (const { seconds } of batch) if (seconds === next) next++;
    }
    expect(next).toBe(100_000);
    expect(sizes.length).toBeGreaterThan(3);
    expect(batches.end).toMatchObject({ kind: 'complete', compression: 'gzip' });
  });

  it('gives what comes out at the end of a file that is cut off', async () => {
    const bytes = golden('two-7.2.pcap');
    const cut = gzip(bytes).subarray(0, 700);
    const found: CapturedPacket[] = [];
    for await (const batch of new CaptureBatches([cut])) found.push(...batch);
    expect(found).toEqual(read(cut).packets);
    expect(summary(found)).toEqual(expected['two-7.2.pcap']?.slice(0, found.length));
  });
});
