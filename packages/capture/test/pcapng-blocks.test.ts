import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureReader, MemorySink, PcapngWriter, type CaptureBlock, type WritableBlock } from '../src/index.ts';
import { RawBlocks, octets, read } from './golden.ts';

const ascii = (text: string): number[] => [...Buffer.from(text)];
const padded = (bytes: readonly number[]): number[] => [...bytes, ...new Uint8Array(-bytes.length & 3)];

describe('CaptureReader, of blocks that are no packets', () => {
  it.each([true, false])('tells of names, keys, journal entries, custom and unknown blocks, little-endian %s', (little) => {
    const raw = new RawBlocks(little);
    const record = (type: number, value: readonly number[]): number[] => raw.option(type, value);
    raw
      .section()
      .block(4, [
        ...record(1, [127, 0, 0, 1, ...ascii('localhost\0lo\0')]),
        ...record(2, [...new Uint8Array(15), 1, ...ascii('ip6-localhost')]),
        ...record(3, [2, 0, 0, 0, 0, 1, ...ascii('eth\0')]),
        ...record(77, [9, 9]),
        ...record(1, [1, 2]),
        ...record(0, []),
        ...raw.option(1, ascii('a comment')),
      ])
      .block(10, [...raw.u32(0x544c534b, 5), ...padded(ascii('CLIEN'))])
      .block(9, padded(ascii('MESSAGE=one\n')))
      .block(0x0bad, [...raw.u32(4711), 1, 2, 3, 4])
      .block(0x4000_0bad, raw.u32(4711))
      .block(0x1234, [1, 2, 3, 4, 5, 6, 7, 8])
      // What makes no sense: keys beyond the end of the block, one too short for its length, and one for its owner.
      .block(10, raw.u32(1, 100))
      .block(10, raw.u32(1))
      .block(0x0bad, [])
      .interface()
      .packet(0, 0, 1, [1])
      .section()
      .block(4, [])
      .block(4, [...raw.u16(1, 100), 1, 2, 3, 4]);
    const wanted: CaptureBlock[] = [
      {
        section: 0,
        kind: 'names',
        records: [
          { type: 1, address: Uint8Array.of(127, 0, 0, 1), names: ['localhost', 'lo'] },
          { type: 2, address: Uint8Array.of(...new Uint8Array(15), 1), names: ['ip6-localhost'] },
          { type: 3, address: Uint8Array.of(2, 0, 0, 0, 0, 1), names: ['eth'] },
          { type: 77, address: Uint8Array.of(9, 9), names: [] },
          { type: 1, address: Uint8Array.of(1, 2), names: [] },
        ],
      },
      { section: 0, kind: 'secrets', secretsType: 0x544c534b, bytes: Uint8Array.from(ascii('CLIEN')) },
      { section: 0, kind: 'journal', bytes: Uint8Array.from(ascii('MESSAGE=one\n')) },
      { section: 0, kind: 'custom', enterprise: 4711, copyable: true, bytes: Uint8Array.of(1, 2, 3, 4) },
      { section: 0, kind: 'custom', enterprise: 4711, copyable: false, bytes: new Uint8Array(0) },
      { section: 0, kind: 'unknown', type: 0x1234, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
      { section: 0, kind: 'unknown', type: 10, bytes: Uint8Array.from(raw.u32(1, 100)) },
      { section: 0, kind: 'unknown', type: 10, bytes: Uint8Array.from(raw.u32(1)) },
      { section: 0, kind: 'unknown', type: 0x0bad, bytes: new Uint8Array(0) },
      { section: 1, kind: 'names', records: [] },
      { section: 1, kind: 'names', records: [] },
    ];
    for (const size of [1, 7, 64, 10_000]) {
      const found = read(raw.bytes, size);
      expect(found.end).toEqual({ kind: 'complete', offset: raw.bytes.length });
      expect(found.blocks).toEqual(wanted);
      expect(found.packets).toHaveLength(1);
      expect(found.sections.map(({ littleEndian }) => littleEndian)).toEqual([little, little]);
    }
  });

  it('tells of a block that is too long, and skips it', () => {
    const length = 0x110_0004;
    const blocks: CaptureBlock[] = [];
    const packets: number[] = [];
    const reader = new CaptureReader({ packet: ({ seconds }) => packets.push(seconds), block: (block) => blocks.push(block) });
    reader.feed(new RawBlocks().section().bytes);
    reader.feed(Uint8Array.from(new RawBlocks().u32(0x0bad, length)));
    for (let left = length - 12; left > 0; left -= 0x1_0000) reader.feed(new Uint8Array(Math.min(left, 0x1_0000)));
    reader.feed(Uint8Array.from(new RawBlocks().u32(length)));
    reader.feed(new RawBlocks().interface().packet(0, 0, 7_000_000, []).bytes);
    expect(blocks).toEqual([{ section: 0, kind: 'oversized', type: 0x0bad, length }]);
    expect(packets).toEqual([7]);
    expect(reader.end().kind).toBe('complete');
  });

  it('refuses a block with two different lengths, if somebody wants it', () => {
    const bytes = new RawBlocks().section().block(0x0bad, [1, 2, 3, 4], 16, 20).bytes;
    expect(read(bytes).end).toEqual({ kind: 'malformed', offset: 28, message: 'a block with two different lengths' });
    const reader = new CaptureReader({ packet: () => undefined });
    reader.feed(bytes);
    expect(reader.end().kind).toBe('complete');
  });
});

describe('CaptureReader, of options', () => {
  it.each([true, false])('tells of all that is said of a packet, little-endian %s', (little) => {
    const raw = new RawBlocks(little);
    const u64 = (low: number): number[] => (little ? raw.u32(low, 0) : raw.u32(0, low));
    raw
      .section()
      .interface()
      .packet(0, 0, 1, [1, 2, 3], [
        ...raw.option(2, raw.u32(0x82)),
        ...raw.option(3, [2, 0xaa, 0xbb, 0xcc, 0xdd]),
        ...raw.option(3, [3, ...new Uint8Array(16)]),
        ...raw.option(3, []),
        ...raw.option(4, u64(5)),
        ...raw.option(5, u64(6)),
        ...raw.option(6, raw.u32(7)),
        ...raw.option(7, [0, 9, 9]),
        ...raw.option(7, [1, ...u64(8)]),
        ...raw.option(2988, [...raw.u32(4711), ...ascii('text')]),
        ...raw.option(8, [1]),
      ])
      .packet(0, 0, 2, []);
    const [first, second] = read(raw.bytes).packets;
    expect(first).toEqual({
      section: 0,
      interfaceId: 0,
      linkType: 253,
      seconds: 0,
      nanoseconds: 1000,
      bytes: Uint8Array.of(1, 2, 3),
      originalLength: 3,
      flags: 0x82,
      comments: [],
      hashes: [
        { type: 2, bytes: Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd) },
        { type: 3, bytes: new Uint8Array(16) },
      ],
      dropCount: 5n,
      packetId: 6n,
      queue: 7,
      verdicts: [
        { type: 0, bytes: Uint8Array.of(9, 9) },
        // Of Linux: an integer, which is turned round.
        { type: 1, bytes: Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0) },
      ],
      options: [
        { code: 2988, bytes: Uint8Array.from([...raw.u32(4711), ...ascii('text')]) },
        { code: 8, bytes: Uint8Array.of(1) },
      ],
    });
    // Nothing of it is left over for the next.
    expect(second).toEqual({ section: 0, interfaceId: 0, linkType: 253, seconds: 0, nanoseconds: 2000, bytes: new Uint8Array(0), originalLength: 0, flags: 0, comments: [] });
  });

  it.each([true, false])('tells of all that is said of a section, an interface and its statistics, little-endian %s', (little) => {
    const raw = new RawBlocks(little);
    const u64 = (low: number): number[] => (little ? raw.u32(low, 0) : raw.u32(0, low));
    raw
      .block(0x0a0d0d0a, [...raw.u32(0x1a2b3c4d, little ? 1 : 0x10000, 0xffffffff, 0xffffffff), ...raw.option(1, ascii('c')), ...raw.option(9, [1])])
      .interface(253, 9, [
        ...raw.option(8, u64(100)),
        ...raw.option(16, u64(200)),
        ...raw.option(17, u64(300)),
        ...raw.option(6, [1, 2, 3, 4, 5, 6]),
        ...raw.option(11, [1, 0xff]),
        ...raw.option(8, [1]),
      ])
      .block(5, [...raw.u32(0, 0, 0), ...raw.option(1, ascii('why')), ...raw.option(2, raw.u32(0, 1)), ...raw.option(3, raw.u32(1, 0)), ...raw.option(3, [1]), ...raw.option(8, u64(4))])
      .block(5, [...raw.u32(3, 0, 0), ...raw.option(2, raw.u32(0, 1_000_000))]);
    const found = read(raw.bytes);
    expect(found.sections).toEqual([{ section: 0, littleEndian: little, comments: ['c'], options: [{ code: 9, bytes: Uint8Array.of(1) }] }]);
    expect(found.interfaces).toEqual([
      {
        section: 0,
        id: 0,
        linkType: 253,
        snapLength: 9,
        speed: 100n,
        sendSpeed: 200n,
        receiveSpeed: 300n,
        comments: [],
        options: [
          { code: 6, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) },
          { code: 11, bytes: Uint8Array.of(1, 0xff) },
          { code: 8, bytes: Uint8Array.of(1) },
        ],
      },
    ]);
    expect(found.statistics).toEqual([
      { section: 0, interfaceId: 0, comments: ['why'], start: { seconds: 0, nanoseconds: 1000 }, end: { seconds: 4294, nanoseconds: 967_296_000 }, delivered: 4n },
      // Of an interface that nobody described, times are taken for microseconds.
      { section: 0, interfaceId: 3, start: { seconds: 1, nanoseconds: 0 } },
    ]);
  });
});

describe('PcapngWriter, of blocks that are no packets', () => {
  const bytes = fc.uint8Array({ maxLength: 50 });
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
  const address = fc.constantFrom([1, 4] as const, [2, 16] as const, [3, 6] as const, [4, 8] as const).chain(([type, length]) =>
    fc.record({ type: fc.constant(type), address: fc.uint8Array({ minLength: length, maxLength: length }), names: fc.array(name, { maxLength: 3 }) }),
  );
  const number = fc.nat(0xffff_ffff);
  const block: fc.Arbitrary<WritableBlock> = fc.oneof(
    fc.record({ kind: fc.constant('names' as const), records: fc.array(address, { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('secrets' as const), secretsType: number, bytes }),
    // The rest have no length of their own: zeros fill the last word.
    fc.record({ kind: fc.constant('journal' as const), bytes: bytes.map((octets) => Uint8Array.from(padded([...octets]))) }),
    fc.record({ kind: fc.constant('custom' as const), enterprise: number, copyable: fc.boolean(), bytes: bytes.map((octets) => Uint8Array.from(padded([...octets]))) }),
    fc.record({ kind: fc.constant('unknown' as const), type: fc.constantFrom(7, 8, 0x1234, 0x8000_0001), bytes: bytes.map((octets) => Uint8Array.from(padded([...octets]))) }),
  );

  it('writes what the reader reads', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const sink = new MemorySink();
        {
          using writer = new PcapngWriter(sink, { bufferSize: 64 });
          for (const one of blocks) writer.block(one);
        }
        const found = read(sink.bytes, 100);
        expect(found.end.kind).toBe('complete');
        expect(found.blocks).toEqual(blocks.map((one) => ({ ...one, section: 0 })));
      }),
      { numRuns: 300 },
    );
  });

  it('fills the last word with zeros, over what stood in the buffer before', () => {
    const sink = new MemorySink();
    {
      using writer = new PcapngWriter(sink, { bufferSize: 64 });
      writer.block({ kind: 'journal', bytes: new Uint8Array(44).fill(0xff) });
      writer.block({ kind: 'journal', bytes: Uint8Array.of(1, 2, 3, 4, 5) });
    }
    expect(read(sink.bytes).blocks[1]).toEqual({ section: 0, kind: 'journal', bytes: octets('0102030405000000') });
  });

  it('refuses more names than a record can have', () => {
    const writer = new PcapngWriter(new MemorySink());
    expect(() => {
      writer.block({ kind: 'names', records: [{ type: 1, address: new Uint8Array(4), names: ['x'.repeat(65_531)] }] });
    }).toThrow(RangeError);
  });
});

describe('PcapngWriter, of sections', () => {
  it('begins another, with interfaces of its own, after the statistics of the one before', () => {
    const sink = new MemorySink();
    const writer = new PcapngWriter(sink, { application: 'one' });
    writer.addInterface({ linkType: 253, name: 'a' });
    writer.addInterface({ linkType: 253, name: 'b', countPackets: false });
    writer.addInterface({ linkType: 253, name: 'c', countPackets: false });
    writer.setStatistics(2, { dropped: 3, comments: ['said'], end: { seconds: 9, nanoseconds: 1 } });
    writer.packet(0, 1, 0, Uint8Array.of(1), 0, 1);
    writer.beginSection({ comments: ['two'], options: [{ code: 77, bytes: Uint8Array.of(1) }] });
    expect(() => {
      writer.packet(0, 1, 0, Uint8Array.of(1), 0, 1);
    }).toThrow(RangeError);
    writer.addInterface({ linkType: 1, snapLength: 2, cutPackets: false, speed: 10, sendSpeed: 11n, receiveSpeed: 12, options: [{ code: 6, bytes: new Uint8Array(6) }] });
    writer.packet(0, 2, 0, Uint8Array.of(1, 2, 3), 0, 3);
    writer.close();
    expect(() => {
      writer.beginSection();
    }).toThrow('closed');
    const found = read(sink.bytes);
    expect(found.sections).toEqual([
      { section: 0, littleEndian: true, application: 'one', comments: [] },
      { section: 1, littleEndian: true, comments: ['two'], options: [{ code: 77, bytes: Uint8Array.of(1) }] },
    ]);
    expect(found.interfaces.map(({ section, id, name }) => [section, id, name])).toEqual([[0, 0, 'a'], [0, 1, 'b'], [0, 2, 'c'], [1, 0, undefined]]);
    expect(found.interfaces[3]).toMatchObject({ snapLength: 2, speed: 10n, sendSpeed: 11n, receiveSpeed: 12n, options: [{ code: 6, bytes: new Uint8Array(6) }] });
    const one = { seconds: 1, nanoseconds: 0 };
    const two = { seconds: 2, nanoseconds: 0 };
    expect(found.statistics).toEqual([
      { section: 0, interfaceId: 0, start: one, end: one, received: 1n },
      { section: 0, interfaceId: 2, end: { seconds: 9, nanoseconds: 1 }, dropped: 3n, comments: ['said'] },
      { section: 1, interfaceId: 0, start: two, end: two, received: 1n },
    ]);
    expect(found.packets.map(({ section, bytes }) => [section, bytes.length])).toEqual([[0, 1], [1, 3]]);
  });
});
