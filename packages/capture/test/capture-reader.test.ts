import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureBatches, CaptureReader, LinkType, MemorySink, PcapWriter, PcapngWriter, netlinkPayload, type Packet } from '../src/index.ts';
import { RawBlocks, expected, golden, hex, octets, read, summary } from './golden.ts';

const names = Object.keys(expected);

/** A classic pcap file in the other byte order. */
function swapped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const swap32 = (at: number): void => {
    view.setUint32(at, view.getUint32(at, true), false);
  };
  for (const at of [0, 8, 12, 16, 20]) swap32(at);
  for (const at of [4, 6]) view.setUint16(at, view.getUint16(at, true), false);
  for (let at = 24; at < copy.length; ) {
    const length = view.getUint32(at + 8, true);
    for (let i = 0; i < 16; i += 4) swap32(at + i);
    at += 16 + length;
  }
  return copy;
}

describe('CaptureReader', () => {
  it.each(names)('reads %s as tshark does, however it is cut into chunks', (name) => {
    const bytes = golden(name);
    for (const size of [bytes.length, 1, 3, 16, 100, 1000, 4096]) {
      const found = read(bytes, size);
      expect(summary(found.packets)).toEqual(expected[name]);
      expect(found.end).toEqual({ kind: 'complete', offset: bytes.length });
    }
  });

  it.each(names.filter((name) => name.endsWith('.pcap')))('reads %s in the other byte order', (name) => {
    const bytes = golden(name);
    const found = read(swapped(bytes));
    expect(summary(found.packets)).toEqual(expected[name]);
    expect(found.packets.map((packet) => hex(packet.bytes))).toEqual(read(bytes).packets.map((packet) => hex(packet.bytes)));
    expect(found.interfaces).toEqual(read(bytes).interfaces);
  });

  it('gives each packet its link type', () => {
    expect(read(golden('merged-mergecap.pcapng')).packets.map(({ linkType }) => linkType)).toEqual([276, 276, 253, 253]);
    expect(read(golden('any-sll-6.12.pcap')).packets.map(({ linkType }) => linkType)).toEqual([113, 113]);
  });

  it('says what the head says', () => {
    const { sections, interfaces } = read(golden('two-editcap.pcapng'));
    expect(sections).toEqual([
      { section: 0, littleEndian: true, application: 'Editcap (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0+deb12u3)', comments: ['a capture'] },
    ]);
    expect(interfaces).toEqual([{ section: 0, id: 0, linkType: 253, snapLength: 262144, comments: [] }]);
  });

  it.each([true, false])('reads every kind of block, little-endian %s', (little) => {
    const raw = new RawBlocks(little);
    const text = (value: string): number[] => [...Buffer.from(value)];
    raw
      .section()
      .interface(253, 6, [
        ...raw.option(2, text('nlmon0')),
        ...raw.option(9, [9]),
        ...raw.option(11, [0, ...text('len > 4')]),
        ...raw.option(999, [1, 2, 3]),
        ...raw.option(0, []),
      ])
      .block(0x0bad, raw.u32(1, 2, 3))
      .packet(0, 0, 5, [1, 2, 3], [...raw.option(1, text('one\0')), ...raw.option(2, raw.u32(2)), ...raw.option(0, []), ...raw.option(1, text('after'))])
      .block(3, [...raw.u32(100), 1, 2, 3, 4, 5, 6, 0, 0])
      .block(2, [...raw.u16(0, 9), ...raw.u32(0, 7, 2, 2), 8, 9, 0, 0])
      .block(2, [...raw.u16(0, 0xffff), ...raw.u32(0, 7, 0, 2)])
      .interface(1, 0, [...raw.option(14, little ? [10, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0, 0, 10])])
      .packet(1, 0, 2_000_001, [1])
      .block(5, [...raw.u32(1, 0, 0), ...raw.option(5, little ? [3, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0, 0, 3]), ...raw.option(4, [1])])
      .section()
      .interface(276)
      .packet(0, 0, 0, []);
    for (const size of [1, 7, 64, 10_000]) {
      const found = read(raw.bytes, size);
      expect(found.end).toEqual({ kind: 'complete', offset: raw.bytes.length });
      expect(found.sections.map(({ section }) => section)).toEqual([0, 1]);
      expect(found.interfaces).toEqual([
        { section: 0, id: 0, linkType: 253, snapLength: 6, name: 'nlmon0', filter: 'len > 4', comments: [], options: [{ code: 999, bytes: Uint8Array.of(1, 2, 3) }] },
        { section: 0, id: 1, linkType: 1, snapLength: 0, comments: [] },
        { section: 1, id: 0, linkType: 276, snapLength: 0, comments: [] },
      ]);
      const packet = { section: 0, interfaceId: 0, linkType: 253, seconds: 0, flags: 0, comments: [] };
      expect(found.packets).toEqual([
        { ...packet, nanoseconds: 5, bytes: Uint8Array.of(1, 2, 3), originalLength: 3, flags: 2, comments: ['one'] },
        { ...packet, nanoseconds: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6), originalLength: 100 },
        { ...packet, nanoseconds: 7, bytes: Uint8Array.of(8, 9), originalLength: 2, dropCount: 9n },
        { ...packet, nanoseconds: 7, bytes: new Uint8Array(0), originalLength: 2 },
        { ...packet, interfaceId: 1, linkType: 1, seconds: 12, nanoseconds: 1000, bytes: Uint8Array.of(1), originalLength: 1 },
        { ...packet, section: 1, linkType: 276, nanoseconds: 0, bytes: new Uint8Array(0), originalLength: 0 },
      ]);
      expect(found.statistics).toEqual([{ section: 0, interfaceId: 1, dropped: 3n }]);
    }
  });

  it('reads sections of both byte orders in one file', () => {
    const bytes = [true, false, true].flatMap((little) => [...new RawBlocks(little).section().interface().packet(0, 0, 1, [little ? 1 : 2]).bytes]);
    expect(read(Uint8Array.from(bytes)).packets.map((packet) => packet.bytes[0])).toEqual([1, 2, 1]);
  });

  it('skips blocks that it does not know, whatever their length', () => {
    const raw = new RawBlocks().section().interface().block(0x0bad, Array.from({ length: 5000 }, () => 1)).packet(0, 0, 1, [7]);
    for (const size of [1, 100, 5000, 10_000]) {
      const found = read(raw.bytes, size);
      expect(found.packets).toHaveLength(1);
      expect(found.end).toEqual({ kind: 'complete', offset: raw.bytes.length });
    }
    const huge = new RawBlocks().section().block(0x0bad, [1, 2, 3, 4], 0xffff_fff0);
    expect(read(huge.bytes).end).toMatchObject({ kind: 'truncated', offset: 28, message: 'at least 4294967264 octets are missing' });
  });

  it.each(['two-7.2.pcap', 'two-editcap.pcapng'])('yields what is whole of %s, wherever it is cut off', (name) => {
    const bytes = golden(name);
    const whole = read(bytes).packets;
    for (let length = 0; length < bytes.length; length += length < 400 ? 1 : 37) {
      const found = read(bytes.subarray(0, length), 100);
      expect(found.packets).toEqual(whole.slice(0, found.packets.length));
      expect(found.end.offset).toBeLessThanOrEqual(length);
      expect(found.end.kind).toBe(found.end.offset === length && length > 0 ? 'complete' : 'truncated');
      // From where it says, nothing whole follows.
      if (found.end.offset > 0) expect(read(bytes.subarray(0, found.end.offset)).packets).toEqual(found.packets);
    }
  });

  const head = (): RawBlocks => new RawBlocks().section().interface(253, 0);
  const pcap = (...record: number[]): Uint8Array => Uint8Array.from([...golden('nano-6.12.pcap').subarray(0, 24), ...new RawBlocks().u32(...record)]);
  it.each<[string, Uint8Array, number]>([
    ['neither pcapng nor pcap', octets('00112233 44556677'), 0],
    ['neither pcapng nor pcap', Uint8Array.from({ length: 100 }, () => 0x0a), 0],
    ['pcap of version 3, not 2', octets('d4c3b2a1 0300 0400 00000000 00000000 00000400 fd000000'), 0],
    ['a packet of 16777217 octets, more than 16777216', pcap(1, 2, 0x100_0001, 5), 24],
    ['a packet of 4294967295 octets, more than 16777216', pcap(1, 2, 0xffff_ffff, 5), 24],
    ['a section header without its byte order', octets('0a0d0d0a 1c000000 11111111 0100 0000 ffffffffffffffff 1c000000'), 0],
    ['pcapng of version 2, not 1', new RawBlocks().block(0x0a0d0d0a, new RawBlocks().u32(0x1a2b3c4d, 2, 0, 0)).bytes, 0],
    ['a block of type 6 with length 28', head().block(6, new RawBlocks().u32(0, 0, 0, 0)).bytes, 48],
    ['a block of type 6 with length 33', head().block(6, new RawBlocks().u32(0, 0, 0, 0, 0), 33).bytes, 48],
    ['a block of type 2989 with length 0', head().block(2989, [], 0).bytes, 48],
    ['a block of 17825796 octets, more than 17825792', head().block(6, new RawBlocks().u32(0), 0x110_0004).bytes, 48],
    ['a block with two different lengths', head().block(6, new RawBlocks().u32(0, 0, 0, 0, 0), 32, 36).bytes, 48],
    ['a packet of interface 1, which is not described', head().packet(1, 0, 0, []).bytes, 48],
    ['a packet of interface 0, which is not described', new RawBlocks().section().block(3, new RawBlocks().u32(0)).bytes, 28],
    ['a packet of 5 octets in a block for 4', head().block(6, [...new RawBlocks().u32(0, 0, 0, 5, 5), 0, 0, 0, 0]).bytes, 48],
  ])('stops at %s', (message, bytes, offset) => {
    for (const size of [1, 5, 1000]) expect(read(bytes, size).end).toEqual({ kind: 'malformed', offset, message });
  });

  it('stops at more interfaces than a section can have', () => {
    const raw = new RawBlocks();
    const one = new RawBlocks().interface().bytes;
    const bytes = new Uint8Array(28 + 65_537 * one.length);
    bytes.set(raw.section().bytes);
    for (let i = 0; i < 65_537; i++) bytes.set(one, 28 + i * one.length);
    expect(read(bytes).end).toEqual({ kind: 'malformed', offset: 28 + 65_536 * one.length, message: 'a section of more than 65536 interfaces' });
  });

  it('wants nothing more after that', () => {
    const reader = new CaptureReader({ packet: () => undefined });
    expect(reader.feed(octets('00112233'))).toBe(false);
    expect(reader.feed(golden('two-7.2.pcap'))).toBe(false);
    expect(reader.end().kind).toBe('malformed');
  });

  it('ignores options that are cut off or malformed', () => {
    const raw = new RawBlocks();
    const options = [...raw.u16(1, 100), 1, 2, 3, 4];
    const found = read(raw.section().interface(253, 0, options).packet(0, 0, 0, [1], [...raw.option(2, [1, 2]), ...raw.option(4, [1]), ...options]).bytes);
    expect(found.end.kind).toBe('complete');
    expect(found.packets).toMatchObject([{ flags: 0, comments: [] }]);
    expect(found.packets[0]).not.toHaveProperty('dropCount');
  });

  it('normalises fractions of more than a second', () => {
    const bytes = golden('two-7.2.pcap').slice(0, 24 + 16 + 76);
    new DataView(bytes.buffer).setUint32(28, 2_500_000, true);
    expect(read(bytes).packets).toMatchObject([{ seconds: 1748779710, nanoseconds: 500_000_000 }]);
  });

  it('passes on what a handler throws', () => {
    const reader = new CaptureReader({
      packet: () => {
        throw new Error('enough');
      },
    });
    expect(() => reader.feed(golden('two-7.2.pcap'))).toThrow('enough');
  });

  it('takes whatever comes', () => {
    const start = fc.constantFrom(
      new Uint8Array(0),
      golden('two-7.2.pcap').slice(0, 60),
      golden('nano-6.12.pcap').slice(0, 24),
      golden('two-editcap.pcapng').slice(0, 300),
      new RawBlocks(false).section().interface().packet(0, 1, 2, [1, 2, 3]).bytes,
    );
    const word = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 12, 16, 20, 24, 28, 32, 36, 0x0a0d0d0a, 0x1a2b3c4d, 0xffff_ffff);
    fc.assert(
      fc.property(start, fc.array(word, { maxLength: 30 }), fc.uint8Array({ maxLength: 30 }), fc.array(fc.tuple(fc.nat(299), fc.nat(255)), { maxLength: 5 }), fc.integer({ min: 1, max: 80 }), (first, words, bytes, changes, size) => {
        const all = Uint8Array.from([...first, ...new Uint8Array(Uint32Array.from(words).buffer), ...bytes]);
        for (const [at, value] of changes) if (at < all.length) all[at] = value;
        const found = read(all, size);
        expect(found.end.offset).toBeLessThanOrEqual(all.length);
        // How it is cut does not matter.
        expect(read(all)).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads what the writers write', () => {
    const packet = fc.record(
      {
        interfaceId: fc.nat(2),
        seconds: fc.nat(0xffff_ffff),
        nanoseconds: fc.nat(999_999_999),
        bytes: fc.uint8Array({ maxLength: 90 }),
        originalLength: fc.nat(0xffff_ffff),
        flags: fc.nat(0xffff_ffff),
        comments: fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')), { maxLength: 3 }),
        dropCount: fc.bigInt(0n, 2n ** 64n - 1n),
      },
      { requiredKeys: ['interfaceId', 'seconds', 'nanoseconds', 'bytes', 'originalLength', 'flags', 'comments'] },
    );
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (packets, size) => {
        const sink = new MemorySink();
        const old = new MemorySink();
        {
          using writer = new PcapngWriter(sink, { bufferSize: 128 });
          using pcap = new PcapWriter(old, { linkType: LinkType.NETLINK, bufferSize: 50 });
          for (const linkType of [253, 113, 276]) writer.addInterface({ linkType });
          for (const one of packets) {
            writer.write(one);
            pcap.packet(one.seconds, one.nanoseconds, one.bytes, 0, one.bytes.length, one.originalLength);
          }
        }
        const found = read(sink.bytes, size).packets;
        expect(found).toEqual(packets.map((one) => ({ section: 0, linkType: [253, 113, 276][one.interfaceId], ...one })));
        const plain = ({ seconds, nanoseconds, bytes, originalLength }: Packet): unknown => ({ seconds, nanoseconds, bytes, originalLength });
        expect(read(old.bytes, size).packets.map(plain)).toEqual(packets.map(plain));
      }),
      { numRuns: 300 },
    );
  });
});

describe('CaptureBatches', () => {
  it('gives the packets of each chunk together, in arrays of their own', async () => {
    const bytes = golden('two-editcap.pcapng');
    const chunks = [bytes.slice(0, 10), bytes.slice(10, 5000), bytes.slice(5000)];
    const comments: string[] = [];
    const batches = new CaptureBatches(
      // Buffers of Node, whose slice() would share what is overwritten here.
      (function* () {
        for (const chunk of chunks) {
          const buffer = Buffer.from(chunk);
          yield buffer;
          buffer.fill(0xee);
        }
      })(),
      { section: (section) => comments.push(...section.comments) },
    );
    const sizes: number[] = [];
    const found = [];
    for await (const batch of batches) {
      sizes.push(batch.length);
      found.push(...batch);
    }
    expect(sizes).toHaveLength(2);
    expect(found).toEqual(read(bytes).packets);
    expect(batches.end).toEqual({ kind: 'complete', offset: bytes.length });
    expect(comments).toEqual(['a capture']);
  });

  it('stops where the capture is malformed', async () => {
    const batches = new CaptureBatches([golden('nano-6.12.pcap').slice(0, 24), new Uint8Array(20).fill(0xff), new Uint8Array(4)]);
    for await (const batch of batches) expect(batch).toBe('none');
    expect(batches.end).toMatchObject({ kind: 'malformed', offset: 24 });
  });
});

describe('netlinkPayload', () => {
  it.each([
    ['nano-6.12.pcap', 48],
    ['any-sll-6.12.pcap', 48],
    ['any-sll2-6.12.pcap', 48],
  ])('finds the datagram in %s', (name, length) => {
    const [first] = read(golden(name)).packets;
    const { bytes, linkType } = first ?? { bytes: new Uint8Array(0), linkType: 0 };
    const found = netlinkPayload(linkType, bytes, 0, bytes.length);
    expect(found).toEqual({ protocol: 0, packetType: 4, offset: bytes.length - length, length });
    // RTM_GETLINK.
    expect(bytes[(found?.offset ?? 0) + 4]).toBe(18);
  });

  it('finds none in other packets, or in part of a header', () => {
    const [first] = read(golden('nano-6.12.pcap')).packets;
    const bytes = first?.bytes ?? new Uint8Array(0);
    expect(netlinkPayload(LinkType.ETHERNET, bytes, 0, bytes.length)).toBeUndefined();
    expect(netlinkPayload(LinkType.LINUX_SLL2, bytes, 0, bytes.length)).toBeUndefined();
    expect(netlinkPayload(LinkType.NETLINK, bytes, 0, 15)).toBeUndefined();
    expect(netlinkPayload(LinkType.NETLINK, bytes, 0, 16)).toMatchObject({ offset: 16, length: 0 });
    expect(netlinkPayload(LinkType.LINUX_SLL, bytes, 1, 40)).toBeUndefined();
    expect(netlinkPayload(LinkType.LINUX_SLL2, new Uint8Array(19), 0, 19)).toBeUndefined();
  });
});
