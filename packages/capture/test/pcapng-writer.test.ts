import { describe, expect, it } from 'vitest';
import { Direction, LinkType, MemorySink, PcapngWriter, SinkError, type Sink } from '../src/index.ts';
import { hex, octets, read } from './golden.ts';

// An RTM_GETLINK of 32 octets.
const DATAGRAM = octets('20000000 12000100 01000000 00000000 11000000 00000000 00000000 00000000');

function written(fill: (writer: PcapngWriter) => void, bufferSize?: number): Uint8Array {
  const sink = new MemorySink();
  const writer = new PcapngWriter(sink, bufferSize === undefined ? {} : { bufferSize });
  fill(writer);
  writer.close();
  return sink.bytes;
}

/** Takes octets until a number of them, then fails as a full disk does. */
class FullDisk implements Sink {
  readonly file: number[] = [];
  readonly #room: number;
  closed = 0;

  constructor(room: number) {
    this.#room = room;
  }

  write(bytes: Uint8Array): void {
    const fits = Math.min(bytes.length, this.#room - this.file.length);
    this.file.push(...bytes.subarray(0, fits));
    if (fits < bytes.length) throw new SinkError('No space left', { code: 'ENOSPC', errno: 28, op: 'write x', written: fits });
  }

  truncate(length: number): void {
    this.file.length = length;
  }

  close(): void {
    this.closed++;
  }
}

describe('PcapngWriter', () => {
  it('writes a capture to the octet', () => {
    const sink = new MemorySink();
    const writer = new PcapngWriter(sink, { hardware: 'x86_64', os: 'Linux', application: 'netdevkit', comments: ['é'] });
    const id = writer.addInterface({ linkType: LinkType.NETLINK, name: 'nlmon0', description: 'netns a', filter: 'len > 0', snapLength: 100 });
    writer.netlink(id, 1_700_000_000, 123_456_789, 16, DATAGRAM, 0, 32);
    writer.write({ interfaceId: id, seconds: 1_700_000_000, nanoseconds: 123_456_790, bytes: Uint8Array.of(1, 2, 3), originalLength: 5, flags: Direction.OUT, comments: ['hi'], dropCount: 7 });
    writer.setStatistics(id, { received: 9, dropped: 7n });
    writer.close();
    expect(hex(sink.bytes)).toBe(
      hex(
        octets(`
        0a0d0d0a 50000000 4d3c2b1a 0100 0000 ffffffffffffffff
          0100 0200 c3a90000  0200 0600 7838365f36340000  0300 0500 4c696e7578000000  0400 0900 6e65746465766b6974000000
          0000 0000 50000000
        01000000 44000000 fd00 0000 64000000
          0200 0600 6e6c6d6f6e300000  0300 0700 6e65746e73206100  0900 0100 09000000  0b00 0800 006c656e203e2030
          0000 0000 44000000
        06000000 50000000 00000000 fe9c9717 15cd853d 30000000 30000000
          0004 0338 0000 0000000000000000 0010
          20000000 12000100 01000000 00000000 11000000 00000000 00000000 00000000 50000000
        06000000 44000000 00000000 fe9c9717 16cd853d 03000000 05000000 01020300
          0100 0200 68690000  0200 0400 02000000  0400 0800 0700000000000000  0000 0000 44000000
        05000000 4c000000 00000000 fe9c9717 16cd853d
          0200 0800 fe9c9717 15cd853d  0300 0800 fe9c9717 16cd853d  0400 0800 0900000000000000  0500 0800 0700000000000000
          0000 0000 4c000000`),
      ),
    );
  });

  it('gives all that it was given to the reader', () => {
    const bytes = written((writer) => {
      const first = writer.addInterface({ linkType: 253, name: 'nlmon0', description: 'netns 1', os: 'Linux 6.12', hardware: 'virtual', comments: ['a', 'b'] });
      const second = writer.addInterface({ linkType: 1, filter: 'udp', snapLength: 0 });
      expect([first, second]).toEqual([0, 1]);
      writer.packet(second, 2, 3, Uint8Array.of(9, 8, 7, 6), 1, 2);
      writer.write({ seconds: 1, nanoseconds: 0, protocol: 0, bytes: DATAGRAM, comments: ['x', 'y'], flags: 1, dropCount: 2n ** 63n });
      writer.setStatistics(second, { received: 2n ** 64n - 1n, dropped: 0, filterAccepted: 3, osDropped: 4, delivered: 5 });
    });
    const found = read(bytes);
    expect(found.sections).toEqual([{ section: 0, littleEndian: true, comments: [] }]);
    expect(found.interfaces).toEqual([
      { section: 0, id: 0, linkType: 253, snapLength: 262144, name: 'nlmon0', description: 'netns 1', os: 'Linux 6.12', hardware: 'virtual', comments: ['a', 'b'] },
      { section: 0, id: 1, linkType: 1, snapLength: 0, filter: 'udp', comments: [] },
    ]);
    expect(found.packets).toEqual([
      { section: 0, interfaceId: 1, linkType: 1, seconds: 2, nanoseconds: 3, bytes: Uint8Array.of(8, 7), originalLength: 2, flags: 0, comments: [] },
      {
        section: 0,
        interfaceId: 0,
        linkType: 253,
        seconds: 1,
        nanoseconds: 0,
        bytes: octets(`0004 0338 ${'00'.repeat(12)} ${hex(DATAGRAM)}`),
        originalLength: 48,
        flags: 1,
        comments: ['x', 'y'],
        dropCount: 2n ** 63n,
      },
    ]);
    expect(found.statistics).toEqual([
      { section: 0, interfaceId: 0, start: { seconds: 1, nanoseconds: 0 }, end: { seconds: 1, nanoseconds: 0 }, received: 1n },
      { section: 0, interfaceId: 1, start: { seconds: 2, nanoseconds: 3 }, end: { seconds: 2, nanoseconds: 3 }, received: 2n ** 64n - 1n, dropped: 0n, filterAccepted: 3n, osDropped: 4n, delivered: 5n },
    ]);
    expect(found.end).toEqual({ kind: 'complete', offset: bytes.length });
  });

  it.each([0, 1, 15, 16, 17, 40, 48, 49])('keeps %i octets of a packet when told', (snapLength) => {
    const found = read(
      written((writer) => {
        const id = writer.addInterface({ linkType: 253, snapLength });
        writer.netlink(id, 1, 0, 0x10, DATAGRAM, 0, 32, 100);
        writer.write({ interfaceId: id, seconds: 1, nanoseconds: 0, protocol: 0x10, bytes: DATAGRAM, originalLength: 100 });
        writer.packet(id, 1, 0, DATAGRAM, 0, 32, 100);
      }),
    );
    const kept = snapLength === 0 ? Infinity : snapLength;
    const whole = octets(`00040338 ${'00'.repeat(11)} 10 ${hex(DATAGRAM)}`);
    expect(found.packets.map(({ bytes }) => hex(bytes))).toEqual([hex(whole.subarray(0, kept)), hex(whole.subarray(0, kept)), hex(DATAGRAM.subarray(0, kept))]);
    expect(found.packets.map(({ originalLength }) => originalLength)).toEqual([116, 116, 100]);
  });

  it('copies packets of any length from any place', () => {
    const slab = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
    const odd = new Uint8Array(slab.buffer, 3, 900);
    const wanted: string[] = [];
    const bytes = written((writer) => {
      writer.addInterface({ linkType: 1 });
      for (const source of [slab, odd, slab.slice()]) {
        for (let length = 0; length < 200; length += 3) {
          for (let offset = 0; offset < 6; offset++) {
            writer.packet(0, 1, 0, source, offset, length, length, length & 3);
            wanted.push(hex(source.subarray(offset, offset + length)));
          }
        }
      }
    }, 500);
    const found = read(bytes, 997);
    expect(found.packets.map((packet) => hex(packet.bytes))).toEqual(wanted);
    expect(found.packets.map(({ flags }) => flags).slice(0, 24)).toEqual([0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
    expect(found.end.kind).toBe('complete');
  });

  it('writes whole blocks at a time, also one that is larger than its buffer', () => {
    const sizes: number[] = [];
    const sink = new MemorySink();
    const writer = new PcapngWriter({ write: (bytes) => {
      sizes.push(bytes.length);
      sink.write(bytes);
    } }, { bufferSize: 256 });
    writer.addInterface({ linkType: 1, snapLength: 0 });
    const large = Uint8Array.from({ length: 300_000 }, (_, i) => i);
    for (let i = 0; i < 4; i++) writer.packet(0, 1, 0, large, 0, i === 2 ? large.length : 80);
    expect(sizes).toEqual([28 + 32 + 112, 112, 300_032]);
    writer.close();
    const found = read(sink.bytes);
    expect(found.packets.map((packet) => packet.bytes.length)).toEqual([80, 80, 300_000, 80]);
    expect(found.packets[2]?.bytes).toEqual(large);
  });

  it('hands over what it has on flush, and nothing twice', async () => {
    const sink = new MemorySink();
    const writer = new PcapngWriter(sink);
    expect(sink.bytes.length).toBe(0);
    writer.flush();
    expect(read(sink.bytes).end).toEqual({ kind: 'complete', offset: 28 });
    await writer.drain();
    expect([sink.bytes.length, writer.backlog]).toEqual([28, 0]);
  });

  it('ends a capture without packets with statistics without times', () => {
    const bytes = written((writer) => {
      writer.addInterface({ linkType: 253 });
    });
    expect(hex(bytes.subarray(28 + 32))).toBe(hex(octets('05000000 28000000 00000000 00000000 00000000 0400 0800 0000000000000000 0000 0000 28000000')));
  });

  it('closes once, with `using` too', () => {
    const sink = new FullDisk(1e6);
    let writer: PcapngWriter | undefined;
    {
      using own = new PcapngWriter(sink);
      own.addInterface({ linkType: 253 });
      writer = own;
    }
    writer.close();
    expect(sink.closed).toBe(1);
    expect(() => writer.addInterface({ linkType: 253 })).toThrow('closed');
    expect(() => {
      writer.netlink(0, 0, 0, 0, DATAGRAM, 0, 32);
    }).toThrow('closed');
  });

  it('refuses what cannot be written, and goes on', () => {
    const bytes = written((writer) => {
      const fails = (what: () => void): void => {
        expect(what).toThrow(RangeError);
      };
      fails(() => {
        writer.packet(0, 0, 0, DATAGRAM, 0, 1);
      });
      writer.addInterface({ linkType: 253 });
      fails(() => {
        writer.packet(1, 0, 0, DATAGRAM, 0, 1);
      });
      fails(() => {
        writer.packet(0, -1, 0, DATAGRAM, 0, 1);
      });
      fails(() => {
        writer.netlink(0, 0, 1e9, 0, DATAGRAM, 0, 1);
      });
      for (const [offset, length] of [[0, 33], [32, 1], [-1, 1], [0, -1], [NaN, 1]] as const) {
        fails(() => {
          writer.packet(0, 0, 0, DATAGRAM, offset, length);
        });
      }
      fails(() => {
        writer.write({ seconds: 0, nanoseconds: 0, bytes: DATAGRAM, comments: ['x'.repeat(65_536)] });
      });
      fails(() => {
        writer.setStatistics(1, {});
      });
      writer.packet(0, 0, 0, DATAGRAM, 0, 32);
    });
    expect(read(bytes)).toMatchObject({ packets: [{ bytes: DATAGRAM }], end: { kind: 'complete' } });
  });

  it('leaves whole packets only on a disk that gets full, wherever that happens', () => {
    const whole = written((writer) => {
      writer.addInterface({ linkType: 253 });
      for (let i = 0; i < 6; i++) writer.netlink(0, i, 0, 0, DATAGRAM, 0, 32);
    }).length;
    for (let room = 0; room < whole; room++) {
      const disk = new FullDisk(room);
      const writer = new PcapngWriter(disk, { bufferSize: 200 });
      const fill = (): void => {
        writer.addInterface({ linkType: 253 });
        for (let i = 0; i < 6; i++) writer.netlink(0, i, 0, 0, DATAGRAM, 0, 32);
        writer.close();
      };
      expect(fill).toThrow(expect.objectContaining({ name: 'SinkError', code: 'ENOSPC', errno: 28, message: 'write x: No space left (ENOSPC)' }));
      const found = read(Uint8Array.from(disk.file));
      expect(found.end).toMatchObject({ kind: disk.file.length === 0 ? 'truncated' : 'complete', offset: disk.file.length });
      expect(found.packets.map(({ seconds }) => seconds)).toEqual(found.packets.map((_, i) => i));
      // No whole block that was written is lost.
      expect(room - disk.file.length).toBeLessThan(80);
    }
  });

  it('keeps failing after its sink failed, and closes it', () => {
    const disk = new FullDisk(100);
    const writer = new PcapngWriter(disk);
    writer.addInterface({ linkType: 253 });
    writer.netlink(0, 0, 0, 0, DATAGRAM, 0, 32);
    expect(() => {
      writer.flush();
    }).toThrow(SinkError);
    for (let i = 0; i < 3; i++) {
      expect(() => {
        writer.netlink(0, 0, 0, 0, DATAGRAM, 0, 32);
      }).toThrow(SinkError);
    }
    expect(() => {
      writer.flush();
    }).toThrow(SinkError);
    writer.close();
    expect([disk.closed, disk.file.length]).toEqual([1, 60]);
  });
});
