import {
  IFLA_AF_SPEC,
  IFLA_DEVLINK_PORT,
  IFLA_DPLL_PIN,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_XDP,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTM_NEWLINK,
} from '@netdevkit/bindings';
import type { nlmsg_builder } from '@netdevkit/bindings/raw';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeCursor, AttributeTable, MessageWriter, Validation, attributesOf, messages, parseAttributes } from '../src/index.ts';
import { hex, newlinks, octets } from './golden.ts';

/** Writes again, attribute by attribute, what a cursor walks; nests are written as such where they hold attributes. */
function copyAttributes(writer: MessageWriter, cursor: AttributeCursor, nests: (type: number, depth: number) => boolean, depth = 0): void {
  while (cursor.next()) {
    if (nests(cursor.type, depth)) {
      const inside = new AttributeCursor();
      cursor.enter(inside);
      writer.putNested(cursor.rawType, () => {
        copyAttributes(writer, inside, nests, depth + 1);
      });
    } else writer.putBytes(cursor.rawType, cursor.octets());
  }
}

describe('MessageWriter', () => {
  it.each(newlinks)('writes a kernel message to the octet: $what', ({ hex: golden }) => {
    const bytes = octets(golden);
    const writer = new MessageWriter(0);
    for (const message of messages(bytes)) {
      writer.begin(message.type, message.flags, message.seq, message.pid);
      writer.append(message.payload.subarray(0, 16));
      const nests = (type: number, depth: number): boolean =>
        depth === 0 && [IFLA_LINKINFO, IFLA_AF_SPEC, IFLA_XDP, IFLA_DEVLINK_PORT, IFLA_DPLL_PIN].includes(type);
      copyAttributes(writer, attributesOf(message, 16), nests);
      expect(writer.end()).toBe(bytes.length);
    }
    expect(hex(writer.bytes)).toBe(golden);
  });

  it('writes each kind of value', () => {
    const writer = new MessageWriter();
    writer.putU8(1, 0xff);
    writer.putU16(2, 0x1234);
    writer.putU32(3, 0xfffffffe);
    writer.putU64(4, 0x1122334455667788n);
    writer.putS8(5, -1);
    writer.putS16(6, -2);
    writer.putS32(7, -3);
    writer.putS64(8, -4n);
    writer.putBe16(9, 0x1234);
    writer.putBe32(10, 0x12345678);
    writer.putUint(11, 7);
    writer.putUint(12, 0x1_0000_0000n);
    writer.putSint(13, -1);
    writer.putSint(14, -0x8000_0001);
    writer.putBitfield32(15, 1, 3);
    writer.putString(16, 'lo');
    writer.putBytes(17, Uint8Array.of(1, 2, 3, 4, 5));
    writer.putFlag(18);
    expect(hex(writer.bytes).match(/.{8}/g)?.join(' ')).toBe(
      [
        '05000100 ff000000',
        '06000200 34120000',
        '08000300 feffffff',
        '0c000400 88776655 44332211',
        '05000500 ff000000',
        '06000600 feff0000',
        '08000700 fdffffff',
        '0c000800 fcffffff ffffffff',
        '06000900 12340000',
        '08000a00 12345678',
        '08000b00 07000000',
        '0c000c00 00000000 01000000',
        '08000d00 ffffffff',
        '0c000e00 ffffff7f ffffffff',
        '0c000f00 01000000 03000000',
        '07001000 6c6f0000',
        '09001100 01020304 05000000',
        '04001200',
      ].join(' '),
    );
  });

  it.each([
    ['é', 'c3a900'],
    ['日本', 'e697a5e69cac00'],
    ['😀', 'f09f988000'],
    ['\ud800x', 'efbfbd7800'],
    ['', '00'],
    ['ab\0cd', '616200'],
  ])('writes %j as UTF-8 with its NUL', (text, expected) => {
    const writer = new MessageWriter();
    writer.putString(1, text);
    const cursor = new AttributeCursor();
    cursor.reset(writer.bytes);
    expect(cursor.next()).toBe(true);
    expect(hex(cursor.octets())).toBe(expected);
  });

  it('keeps a message without attributes unpadded, and what follows aligned', () => {
    const writer = new MessageWriter();
    writer.begin(18, NLM_F_REQUEST, 1, 0);
    writer.reserve(1);
    expect(writer.end()).toBe(17);
    expect(writer.begin(18, NLM_F_REQUEST, 2, 0)).toBe(20);
    writer.reserve(1);
    // An attribute after a header of one octet starts at a multiple of 4.
    writer.putU8(1, 2);
    expect(writer.end()).toBe(28);
    expect([...messages(writer.bytes)].map(({ length }) => length)).toEqual([17, 28]);
  });

  it('zeroes the room that it gives', () => {
    const region = new Uint8Array(64).fill(0xee);
    const writer = new MessageWriter(0);
    writer.reset(region, 4, 60);
    expect(writer.reserve(3)).toBe(4);
    expect(writer.reserveAttribute(1, 5)).toBe(12);
    writer.putU8(2, 1);
    expect(hex(region)).toBe(`${'ee'.repeat(4)}0000000009000100${'00'.repeat(8)}0500020001000000${'ee'.repeat(36)}`);
    expect(writer.position).toBe(28);
    expect(writer.length).toBe(24);
  });

  it('marks nests with NLA_F_NESTED when told, as Linux does in some places only', () => {
    const writer = new MessageWriter();
    writer.putNested(IFLA_LINKINFO, (inside) => {
      inside.putString(IFLA_INFO_KIND, 'nlmon');
    });
    writer.putNested(IFLA_LINKINFO | NLA_F_NESTED, () => undefined);
    expect(hex(writer.bytes)).toBe('10001200' + '0a0001006e6c6d6f6e000000' + '04001280');
  });

  it('leaves a nest out that is cancelled', () => {
    const writer = new MessageWriter();
    writer.putFlag(1);
    const nest = writer.nestStart(2);
    writer.putU32(1, 1);
    writer.nestCancel(nest);
    expect(hex(writer.bytes)).toBe('04000100');
  });

  it('refuses a second message before the first is ended', () => {
    const writer = new MessageWriter();
    writer.begin(16, 0, 0, 0);
    expect(() => writer.begin(16, 0, 0, 0)).toThrow('expected no open message');
    writer.cancel(0);
    expect(writer.begin(16, 0, 0, 0)).toBe(0);
  });

  it('can be filled by what knows the builder only', () => {
    const fill = (builder: nlmsg_builder): void => {
      const nest = builder.nestStart(1);
      builder.putString(1, 'x');
      builder.nestEnd(nest);
    };
    const writer = new MessageWriter();
    fill(writer);
    expect(hex(writer.bytes)).toBe('0c0001000600010078000000');
  });

  describe('over a region', () => {
    it('leaves out what does not fit and all that follows, and says so', () => {
      const region = new Uint8Array(40).fill(0xee);
      const writer = new MessageWriter(0);
      writer.reset(region, 0, 32);
      expect(writer.begin(RTM_NEWLINK, NLM_F_ACK, 1, 2)).toBe(0);
      writer.putU32(1, 1);
      writer.putU64(2, 2n);
      writer.putU8(3, 3);
      expect(writer.overflowed).toBe(true);
      expect(writer.end()).toBe(-1);
      expect(writer.length).toBe(24);
      expect(hex(region.subarray(24))).toBe('ee'.repeat(16));
    });

    it('goes back to what fitted', () => {
      const writer = new MessageWriter(0);
      writer.reset(new Uint8Array(40), 0, 40);
      writer.begin(16, 0, 1, 0);
      expect(writer.end()).toBe(16);
      const second = writer.begin(16, 0, 2, 0);
      expect(second).toBe(16);
      writer.putBytes(1, new Uint8Array(5));
      expect(writer.mark()).toBe(-1);
      writer.cancel(writer.mark());
      expect(writer.overflowed).toBe(true);
      writer.cancel(second);
      expect([writer.overflowed, writer.length]).toEqual([false, 16]);
      expect(writer.begin(3, 2, 2, 0)).toBe(16);
      writer.append(new Uint8Array(4));
      expect(writer.end()).toBe(20);
      expect([...messages(writer.bytes)].map(({ type }) => type)).toEqual([16, 3]);
    });

    it('says when not even a header fits', () => {
      const writer = new MessageWriter(0);
      writer.reset(new Uint8Array(15), 0, 15);
      expect(writer.begin(16, 0, 0, 0)).toBe(-1);
      expect(writer.nestStart(1)).toBe(-1);
      writer.nestEnd(-1);
      expect(writer.end()).toBe(-1);
      expect([writer.overflowed, writer.length]).toEqual([true, 0]);
    });

    it('calls an attribute above 65535 octets an overflow', () => {
      const writer = new MessageWriter(0);
      const region = new Uint8Array(200_000);
      writer.reset(region, 0, region.length);
      writer.putBytes(1, new Uint8Array(65_532));
      expect(writer.overflowed).toBe(true);
      writer.reset(region, 0, region.length);
      const nest = writer.nestStart(1);
      for (let i = 0; i < 2; i++) writer.putBytes(1, new Uint8Array(40_000));
      writer.nestEnd(nest);
      expect(writer.overflowed).toBe(true);
    });

    it('refuses a region outside its octets', () => {
      const writer = new MessageWriter();
      expect(() => {
        writer.reset(new Uint8Array(8), 0, 9);
      }).toThrow(RangeError);
      expect(() => {
        writer.reset(new Uint8Array(8), 4, 3);
      }).toThrow(RangeError);
    });

    it('writes nothing outside, whatever is put', () => {
      fc.assert(
        fc.property(
          fc.nat(40),
          fc.nat(60),
          fc.array(fc.tuple(fc.nat(9), fc.nat(30)), { maxLength: 12 }),
          (start, size, steps) => {
            const region = new Uint8Array(120).fill(0xee);
            const writer = new MessageWriter(0);
            writer.reset(region, start, start + size);
            const nests: number[] = [];
            let begun = false;
            for (const [what, n] of steps) {
              if (what === 0 && !begun) begun = writer.begin(n, 0, 0, 0) !== -1;
              else if (what === 1) {
                writer.end();
                begun = false;
              } else if (what === 2) writer.putBytes(n, new Uint8Array(n).fill(1));
              else if (what === 3) writer.putString(n, 'é'.repeat(n));
              else if (what === 4) nests.push(writer.nestStart(n));
              else if (what === 5) writer.nestEnd(nests.pop() ?? -1);
              else if (what === 6) writer.reserve(n);
              else if (what === 7) writer.putU64(n, 1n);
              else writer.append(new Uint8Array(n).fill(2));
              expect(writer.length).toBeLessThanOrEqual(size);
            }
            expect(region.subarray(0, start).every((octet) => octet === 0xee)).toBe(true);
            expect(region.subarray(start + size).every((octet) => octet === 0xee)).toBe(true);
          },
        ),
        { numRuns: 1000 },
      );
    });
  });

  describe('in its own buffer', () => {
    it('grows, and keeps what it has', () => {
      const writer = new MessageWriter(1);
      const header = writer.begin(16, 0, 0, 0);
      for (let i = 0; i < 10_000; i++) writer.putU32(1, i);
      expect(writer.end()).toBe(80_016);
      expect([header, writer.overflowed]).toEqual([0, false]);
      const [message] = messages(writer.bytes);
      expect(message?.length).toBe(80_016);
    });

    it('is reused after a reset', () => {
      const writer = new MessageWriter();
      writer.putU32(1, 1);
      const first = writer.buffer;
      writer.reset();
      expect([writer.length, writer.buffer === first]).toEqual([0, true]);
      writer.reset(new Uint8Array(4), 0, 4);
      writer.reset();
      expect(writer.buffer).toBe(first);
    });

    it('refuses an attribute above 65535 octets', () => {
      const writer = new MessageWriter();
      expect(() => {
        writer.putBytes(1, new Uint8Array(65_532));
      }).toThrow(RangeError);
      const nest = writer.nestStart(1);
      for (let i = 0; i < 2; i++) writer.putBytes(1, new Uint8Array(40_000));
      expect(() => {
        writer.nestEnd(nest);
      }).toThrow(RangeError);
      // The writer goes on.
      writer.nestCancel(nest);
      writer.putU8(2, 3);
      expect([writer.overflowed, hex(writer.bytes)]).toEqual([false, '0500020003000000']);
    });

    it('gives copies that later messages do not touch', () => {
      const writer = new MessageWriter();
      writer.putU8(1, 1);
      const copy = writer.toBytes();
      writer.reset();
      writer.putU8(1, 2);
      expect(hex(copy)).toBe('0500010001000000');
    });
  });

  it('writes what the table reads', () => {
    const table = new AttributeTable(4);
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.bigInt(0n, 2n ** 64n - 1n), fc.string({ unit: 'grapheme' }), fc.uint8Array(), (u32, u64, text, bytes) => {
        const writer = new MessageWriter(0);
        writer.putU32(1, u32);
        writer.putU64(2, u64);
        writer.putString(3, text);
        writer.putBytes(4, bytes);
        expect(parseAttributes(table, writer.bytes, 0, writer.length, null, Validation.STRICT, null)).toBe(0);
        expect([table.u32(1), table.u64(2), table.string(3)]).toEqual([u32, u64, text.split('\0')[0]]);
        expect(hex(table.octets(4) ?? new Uint8Array(0))).toBe(hex(bytes));
      }),
    );
  });
});
