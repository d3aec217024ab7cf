import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkType, MemorySink, PcapWriter, SinkError, type Sink } from '../src/index.ts';
import { expected, golden, hex, octets, read, summary } from './golden.ts';

describe('PcapWriter', () => {
  it('writes a capture to the octet', () => {
    const sink = new MemorySink();
    const writer = new PcapWriter(sink, { linkType: LinkType.NETLINK, snapLength: 20 });
    writer.netlink(0x01020304, 999_999_999, 4, Uint8Array.of(9, 1, 2, 3, 4, 5, 6), 1, 6);
    writer.packet(0xffff_ffff, 0, Uint8Array.of(7), 0, 1, 3);
    writer.close();
    expect(hex(sink.bytes)).toBe(
      hex(
        octets(`
        4d3cb2a1 0200 0400 00000000 00000000 14000000 fd000000
        04030201 ffc99a3b 14000000 16000000 0004 0338 0000 0000000000000000 0004 01020304
        ffffffff 00000000 01000000 03000000 07`),
      ),
    );
  });

  it('writes again what tcpdump wrote', () => {
    const bytes = golden('nano-6.12.pcap');
    const sink = new MemorySink();
    const { packets, interfaces } = read(bytes);
    const writer = new PcapWriter(sink, { linkType: 253, snapLength: interfaces[0]?.snapLength ?? 0 });
    for (const packet of packets) writer.packet(packet.seconds, packet.nanoseconds, packet.bytes, 0, packet.bytes.length, packet.originalLength);
    writer.close();
    expect(hex(sink.bytes)).toBe(hex(bytes));
    expect(summary(read(sink.bytes).packets)).toEqual(expected['nano-6.12.pcap']);
  });

  it('cuts packets within their header too', () => {
    const sink = new MemorySink();
    const writer = new PcapWriter(sink, { linkType: 253, snapLength: 3 });
    writer.netlink(0, 0, 0, new Uint8Array(8), 0, 8);
    writer.flush();
    expect(read(sink.bytes).packets).toMatchObject([{ bytes: Uint8Array.of(0, 4, 3), originalLength: 24 }]);
  });

  it('refuses what cannot be written', () => {
    const writer = new PcapWriter(new MemorySink(), { linkType: 253 });
    const bytes = new Uint8Array(4);
    for (const [seconds, nanoseconds] of [[-1, 0], [2 ** 32, 0], [NaN, 0], [0, -1], [0, 1e9]] as const) {
      expect(() => {
        writer.packet(seconds, nanoseconds, bytes, 0, 4);
      }).toThrow(RangeError);
    }
    expect(() => {
      writer.netlink(0, 0, 0, bytes, 1, 4);
    }).toThrow(RangeError);
    writer.close();
    expect(() => {
      writer.packet(0, 0, bytes, 0, 4);
    }).toThrow('closed');
  });

  it('leaves whole packets only on a disk that gets full', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(fc.nat(30), { minLength: 8, maxLength: 12 }), (room, lengths) => {
        const file: number[] = [];
        const disk: Sink = {
          write: (bytes) => {
            const fits = Math.min(bytes.length, room - file.length);
            file.push(...bytes.subarray(0, fits));
            if (fits < bytes.length) throw new SinkError('full', { code: 'ENOSPC', errno: 28, op: 'write', written: fits });
          },
          truncate: (length) => {
            file.length = length;
          },
        };
        const total = 24 + lengths.reduce((sum, length) => sum + 16 + length, 0);
        const fill = (): void => {
          const writer = new PcapWriter(disk, { linkType: 1, bufferSize: 64 });
          for (const length of lengths) writer.packet(1, 0, new Uint8Array(length), 0, length);
          writer.close();
        };
        if (total > room) expect(fill).toThrow(SinkError);
        else fill();
        const found = read(Uint8Array.from(file));
        expect(found.end.offset).toBe(file.length);
        expect(found.end.kind).toBe(file.length === 0 ? 'truncated' : 'complete');
        expect(found.packets.map(({ bytes }) => bytes.length)).toEqual(lengths.slice(0, found.packets.length));
      }),
    );
  });
});
