import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureReader, MemorySink, PacketView, PcapngWriter, SinkError, Transcoder, transcode, type TranscodeOptions, type WritableBlock } from '../src/index.ts';
import { StreamSink } from '../src/node.ts';
import { RawBlocks, expected, golden, octets, read, type Found } from './golden.ts';

const names = Object.keys(expected);

interface Copy {
  readonly found: Found;
  readonly packets: number;
  readonly leftOut: number;
}

/** Copies a capture, and reads the copy. */
async function copy(bytes: Uint8Array, options?: TranscodeOptions, size = 500): Promise<Copy> {
  const sink = new MemorySink();
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  const { end, packets, leftOut } = await transcode(chunks, sink, options);
  expect(end).toEqual(read(bytes).end);
  const found = read(sink.bytes);
  expect(found.end).toEqual({ kind: 'complete', offset: sink.bytes.length });
  return { found, packets, leftOut };
}

/** What a copy has in common with what it was made of. */
const contents = ({ packets, sections, interfaces, statistics, blocks }: Found): unknown => ({
  packets,
  interfaces,
  statistics,
  blocks,
  sections: sections.map((section) => ({ ...section, littleEndian: true })),
});

describe('transcode', () => {
  it.each(names)('copies all that is in %s', async (name) => {
    const bytes = golden(name);
    const original = read(bytes);
    const { found, packets, leftOut } = await copy(bytes);
    expect(contents(found)).toEqual(contents(original));
    expect([packets, leftOut]).toEqual([original.packets.length, 0]);
    // From what is compressed too, and what was copied once.
    expect((await copy(new Uint8Array(gzipSync(bytes)))).found).toEqual(found);
  });

  it.each([true, false])('copies all that can be said, from sections of any byte order, little-endian %s', async (little) => {
    const raw = new RawBlocks(little);
    const u64 = (low: number): number[] => (little ? raw.u32(low, 0) : raw.u32(0, low));
    raw
      .block(0x0a0d0d0a, [...raw.u32(0x1a2b3c4d, little ? 1 : 0x10000, 0xffffffff, 0xffffffff), ...raw.option(3, [76]), ...raw.option(4, [77])])
      .interface(253, 4, [...raw.option(9, [6]), ...raw.option(2, [97]), ...raw.option(11, [0, 98]), ...raw.option(14, u64(100)), ...raw.option(8, u64(5)), ...raw.option(1, [99])])
      .interface(276, 0, raw.option(9, [0x80 | 20]))
      .packet(1, 0, 0x0018_0001, [1, 2, 3, 4, 5], [...raw.option(1, [100]), ...raw.option(2, raw.u32(2)), ...raw.option(3, [2, 1]), ...raw.option(4, u64(1)), ...raw.option(5, u64(2)), ...raw.option(6, raw.u32(3)), ...raw.option(7, [1, ...u64(4)])])
      // Longer than its interface's limit: kept all the same.
      .packet(0, 0, 7, [1, 2, 3, 4, 5])
      .block(4, [...raw.option(1, [127, 0, 0, 1, 108, 0]), 0, 0, 0, 0])
      .block(10, [...raw.u32(9, 1), 1, 0, 0, 0])
      .block(9, [1, 2, 3, 4])
      .block(5, [...raw.u32(0, 0, 0), ...raw.option(2, raw.u32(0, 5)), ...raw.option(3, raw.u32(0, 6)), ...raw.option(4, u64(7)), ...raw.option(5, u64(8)), ...raw.option(6, u64(9)), ...raw.option(7, u64(10)), ...raw.option(8, u64(11)), ...raw.option(1, [115])])
      .block(5, raw.u32(1, 0, 0))
      .section()
      .interface(1)
      .packet(0, 1, 0, []);
    const original = read(raw.bytes);
    expect(original.packets).toHaveLength(3);
    const { found, leftOut } = await copy(raw.bytes);
    expect(contents(found)).toEqual(contents(original));
    expect(leftOut).toBe(0);
  });

  it('leaves out what asks for it, what nobody can turn round, and what is too long, and counts it', async () => {
    const blocks = (raw: RawBlocks): RawBlocks =>
      raw
        .section()
        .interface(253, 0, [...raw.option(77, [1, 2]), ...raw.option(19373, raw.u32(1))])
        .packet(0, 0, 1, [1], [...raw.option(2988, raw.u32(4711)), ...raw.option(19372, raw.u32(4711))])
        .block(0x0bad, raw.u32(4711, 1))
        .block(0x4000_0bad, raw.u32(4711, 2))
        .block(0x1234, raw.u32(5))
        .block(5, raw.u32(9, 0, 0));
    const little = await copy(blocks(new RawBlocks()).bytes);
    expect(little.found.interfaces).toMatchObject([{ options: [{ code: 77, bytes: Uint8Array.of(1, 2) }] }]);
    expect(little.found.packets).toMatchObject([{ options: [{ code: 2988, bytes: octets('67120000') }] }]);
    expect(little.found.blocks).toEqual([
      { section: 0, kind: 'custom', enterprise: 4711, copyable: true, bytes: octets('01000000') },
      { section: 0, kind: 'unknown', type: 0x1234, bytes: octets('05000000') },
    ]);
    // Two options, a custom block, statistics of an interface that is not described.
    expect(little.leftOut).toBe(4);

    const big = await copy(blocks(new RawBlocks(false)).bytes);
    expect(big.found.interfaces[0]).not.toHaveProperty('options');
    expect(big.found.packets[0]).not.toHaveProperty('options');
    expect(big.found.blocks).toEqual([]);
    expect(big.leftOut).toBe(8);

    const long = new RawBlocks().section().block(0x0bad, [1, 2, 3, 4], 0xffff_fff0);
    const sink = new MemorySink();
    const { end, leftOut } = await transcode([long.bytes], sink);
    expect([end.kind, leftOut]).toEqual(['truncated', 1]);
  });

  it('adds comments, leaves packets out, and says who wrote the copy', async () => {
    const { found, packets } = await copy(golden('two-editcap.pcapng'), {
      application: 'netdevkit test',
      annotate: ({ length, comments }) => (comments.length > 0 ? [`after ${String(comments.length)}`] : length > 1000 ? ['long', 'more'] : undefined),
      filter: ({ length }) => length > 100,
    });
    const original = read(golden('two-editcap.pcapng'));
    const kept = original.packets.filter(({ bytes }) => bytes.length > 100);
    expect(packets).toBe(kept.length);
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(original.packets.length);
    expect(found.sections).toEqual([{ ...original.sections[0], application: 'netdevkit test' }]);
    expect(found.packets).toEqual(
      kept.map((packet) => ({
        ...packet,
        comments: packet.comments.length > 0 ? [...packet.comments, 'after 1'] : packet.bytes.length > 1000 ? ['long', 'more'] : [],
      })),
    );
  });

  it('announces families before the first packet, on an interface of their own', async () => {
    const families = [{ id: 22, name: 'ethtool' }, { id: 48, name: 'nl80211' }];
    const original = read(golden('merged-mergecap.pcapng'));
    const { found, packets } = await copy(golden('merged-mergecap.pcapng'), { families });
    expect(packets).toBe(original.packets.length);
    expect(found.interfaces.map(({ id, name, linkType, snapLength }) => [id, name, linkType, snapLength])).toEqual([
      ...original.interfaces.map(({ id, name, linkType, snapLength }) => [id, name, linkType, snapLength]),
      [2, 'nlctrl', 253, 0],
    ]);
    const [first] = original.packets;
    expect(found.packets.slice(0, 2).map(({ interfaceId, seconds, nanoseconds, comments }) => [interfaceId, seconds, nanoseconds, comments.length])).toEqual([
      [2, first?.seconds, first?.nanoseconds, 1],
      [2, first?.seconds, first?.nanoseconds, 1],
    ]);
    expect(found.packets.slice(2)).toEqual(original.packets);
    expect(found.statistics).toEqual(original.statistics);
  });

  it('announces them once, and renumbers the interfaces that come later', async () => {
    const raw = new RawBlocks();
    for (let section = 0; section < 2; section++) raw.section().interface(253).packet(0, 0, 1, [1]).interface(276).packet(1, 0, 2, [2]).packet(0, 0, 3, [3]);
    const { found } = await copy(raw.bytes, { families: [{ id: 22, name: 'ethtool' }] });
    expect(found.packets.map(({ section, interfaceId, linkType }) => [section, interfaceId, linkType])).toEqual([
      [0, 1, 253],
      [0, 0, 253],
      [0, 2, 276],
      [0, 0, 253],
      [1, 0, 253],
      [1, 1, 276],
      [1, 0, 253],
    ]);
  });

  it('writes a capture without packets when there is nothing to copy', async () => {
    for (const bytes of [new Uint8Array(0), octets('00112233'), new RawBlocks().section().bytes]) {
      const { found, packets } = await copy(bytes, { families: [{ id: 22, name: 'ethtool' }] });
      expect([found.packets, packets, found.sections.length]).toEqual([[], 0, 1]);
    }
  });

  it('copies what is whole of a file that is cut off', async () => {
    const bytes = golden('two-7.2.pcap').subarray(0, 3000);
    const { found } = await copy(bytes);
    expect(found.packets).toEqual(read(bytes).packets);
    expect(found.packets.length).toBeGreaterThan(3);
  });

  it('says of a time that cannot be written what it is', async () => {
    const raw = new RawBlocks().section();
    raw.interface(253, 0, [...raw.option(9, [0]), ...raw.option(14, [...octets('ffffffffffffffff')])]).packet(0, 0, 0, [1]).packet(0, 5, 1, [1]).packet(0, 0, 2, [1]);
    raw.block(5, [...raw.u32(0, 0, 0), ...raw.option(2, raw.u32(0, 0)), ...raw.option(3, raw.u32(0, 9))]);
    const { found } = await copy(raw.bytes);
    expect(found.packets.map(({ seconds, nanoseconds, comments }) => [seconds, nanoseconds, ...comments])).toEqual([
      [0, 0, 'Its time, -1 s and 0 ns since 1970, cannot be written.'],
      [0, 0, 'Its time, 21474836480 s and 0 ns since 1970, cannot be written.'],
      [1, 0],
    ]);
    expect(found.statistics).toEqual([{ section: 0, interfaceId: 0, end: { seconds: 8, nanoseconds: 0 } }]);
  });

  it('shortens texts that were no UTF-8 and take more room when they are', async () => {
    const raw = new RawBlocks();
    const broken = new Array<number>(65_535).fill(0xff);
    raw.section().interface(253, 0, raw.option(2, broken)).packet(0, 0, 1, [1], [...raw.option(1, broken), ...raw.option(1, new Array<number>(65_535).fill(97))]);
    raw.block(4, [...raw.option(1, [127, 0, 0, 1, ...broken.slice(4)]), 0, 0, 0, 0]);
    const { found, leftOut } = await copy(raw.bytes, undefined, 1000);
    expect(found.interfaces[0]?.name).toBe('\ufffd'.repeat(21_845));
    expect(found.packets[0]?.comments).toEqual(['\ufffd'.repeat(21_845), 'a'.repeat(65_535)]);
    expect([found.blocks, leftOut]).toEqual([[], 1]);
  });

  it('lets a stream catch up', async () => {
    const stream = new PassThrough({ highWaterMark: 1000 });
    let most = 0;
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of stream) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError('expected octets');
        most = Math.max(most, stream.writableLength);
        chunks.push(chunk);
      }
    })();
    const source = new MemorySink();
    {
      using writer = new PcapngWriter(source);
      writer.addInterface({ linkType: 253 });
      for (let i = 0; i < 4000; i++) writer.packet(0, i, 0, new Uint8Array(4000), 0, 4000);
    }
    const { packets } = await transcode([new Uint8Array(gzipSync(source.bytes))], new StreamSink(stream, { limit: 20_000_000 }));
    await reading;
    expect(packets).toBe(4000);
    expect(most).toBeLessThan(18_000_000);
    expect(read(new Uint8Array(Buffer.concat(chunks))).packets).toHaveLength(4000);
  });

  it('passes on what the sink and the source throw', async () => {
    const full = { write: () => { throw new SinkError('No space left', { code: 'ENOSPC', errno: 28, op: 'write x', written: 0 }); } };
    await expect(transcode([golden('two-7.2.pcap')], full)).rejects.toMatchObject({ name: 'SinkError', code: 'ENOSPC' });
    const sink = new MemorySink();
    const source = (function* () {
      yield golden('two-7.2.pcap').subarray(0, 1000);
      throw new Error('the source is gone');
    })();
    await expect(transcode(source, sink)).rejects.toThrow('the source is gone');
    // What was copied until then is a capture.
    expect(read(sink.bytes).end.kind).toBe('complete');
    expect(read(sink.bytes).packets.length).toBeGreaterThan(2);
  });

  it('copies whatever comes', async () => {
    const words = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 9, 10, 12, 16, 20, 24, 28, 32, 36, 0x0a0d0d0a, 0x1a2b3c4d, 0x0bad, 0xffff_ffff), { maxLength: 20 });
    const starts = [golden('two-editcap.pcapng').slice(0, 600), new RawBlocks(false).section().interface().packet(0, 1, 2, [1, 2, 3]).bytes, golden('two-7.2.pcap').slice(0, 300)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), words, fc.array(fc.tuple(fc.nat(599), fc.nat(255)), { maxLength: 6 }), async (start, more, changes) => {
        const bytes = Uint8Array.from([...start, ...new Uint8Array(Uint32Array.from(more).buffer)]);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const original = read(bytes);
        const { found } = await copy(bytes, {}, 97);
        expect(found.packets.map(({ bytes: data }) => data)).toEqual(original.packets.map(({ bytes: data }) => data));
        expect(found.interfaces.length).toBe(original.interfaces.length);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('Transcoder', () => {
  it('is a handler: one for several captures, with comments for each packet', () => {
    const sink = new MemorySink();
    {
      using transcoder = new Transcoder(sink, { bufferSize: 100 });
      for (const name of ['nano-6.12.pcap', 'any-sll2-6.12.pcap']) {
        const reader = new CaptureReader({
          section: (section) => {
            transcoder.section(section);
          },
          interface: (description) => {
            transcoder.interface(description);
          },
          packet: (packet) => {
            transcoder.packet(packet, [`of ${name}`]);
          },
        });
        reader.feed(golden(name));
      }
      expect([transcoder.packets, transcoder.backlog]).toEqual([4, 0]);
    }
    const found = read(sink.bytes);
    expect(found.packets.map(({ section, comments }) => [section, ...comments])).toEqual([
      [0, 'of nano-6.12.pcap'],
      [0, 'of nano-6.12.pcap'],
      [1, 'of any-sll2-6.12.pcap'],
      [1, 'of any-sll2-6.12.pcap'],
    ]);
    expect(found.packets.map(({ nanoseconds }) => nanoseconds).slice(0, 2)).toEqual([792_937_453, 794_383_938]);
  });

  it('hands over what it has when asked to', () => {
    const sink = new MemorySink();
    const transcoder = new Transcoder(sink);
    transcoder.flush();
    expect(sink.bytes).toHaveLength(0);
    const reader = new CaptureReader({
      interface: (description) => {
        transcoder.interface(description);
      },
      packet: (packet) => {
        transcoder.packet(packet);
      },
    });
    reader.feed(golden('nano-6.12.pcap'));
    expect(sink.bytes).toHaveLength(0);
    transcoder.flush();
    expect(read(sink.bytes).packets).toHaveLength(2);
  });

  it('refuses a packet of an interface that it was not told of', () => {
    const transcoder = new Transcoder(new MemorySink());
    expect(() => {
      transcoder.packet(new PacketView());
    }).toThrow('interface: expected one that was described, got 0');
  });

  it('copies any block that a writer can write', () => {
    const blocks: WritableBlock[] = [
      { kind: 'journal', bytes: new Uint8Array(8) },
      { kind: 'secrets', secretsType: 1, bytes: Uint8Array.of(1) },
    ];
    const sink = new MemorySink();
    const transcoder = new Transcoder(sink);
    for (const block of blocks) transcoder.block({ ...block, section: 0 });
    transcoder.close();
    expect(read(sink.bytes).blocks).toEqual(blocks.map((block) => ({ ...block, section: 0 })));
  });
});
