import { IFLA_INFO_KIND, IFLA_INFO_MAX, IFLA_LINKINFO, IFLA_MAX, NLA_F_NESTED } from '@netdevkit/bindings';
import type { nlattr_table } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeTable, MessageWriter, Validation, parseAttributes, parseMessageAttributes } from '../src/index.ts';
import { newlinks, octets } from './golden.ts';
import { newExtack } from './policy-dump.ts';

/** A table of what `fill` writes, at an odd place of a larger buffer. */
function tableOf(fill: (writer: MessageWriter) => void, maxtype = 20): AttributeTable {
  const writer = new MessageWriter();
  fill(writer);
  const bytes = new Uint8Array(writer.length + 6).fill(0xee);
  bytes.set(writer.bytes, 3);
  const table = new AttributeTable(maxtype);
  expect(parseAttributes(table, bytes, 3, writer.length, null, Validation.STRICT, null)).toBe(0);
  return table;
}

describe('AttributeTable', () => {
  it('reads each kind of value', () => {
    const table = tableOf((w) => {
      w.putU8(1, 0xfe);
      w.putU16(2, 0x1234);
      w.putU32(3, 0xfffffffe);
      w.putS32(4, -2);
      w.putU64(5, 2n ** 64n - 2n);
      w.putS64(6, -2n);
      w.putBe16(7, 0x1234);
      w.putBe32(8, 0x12345678);
      w.putUint(9, 5);
      w.putUint(10, 2n ** 40n);
      w.putString(11, 'nlmon0');
      w.putBytes(12, Uint8Array.of(1, 2, 3));
      w.putFlag(13);
    });
    expect([table.u8(1), table.u16(2), table.u32(3), table.s32(4)]).toEqual([0xfe, 0x1234, 0xfffffffe, -2]);
    expect([table.u64(5), table.s64(6), table.be16(7), table.be32(8)]).toEqual([2n ** 64n - 2n, -2n, 0x1234, 0x12345678]);
    expect([table.uint(9), table.uint(10), table.string(11), table.has(13)]).toEqual([5n, 2n ** 40n, 'nlmon0', true]);
    expect(table.octets(12)).toEqual(Uint8Array.of(1, 2, 3));
    expect(table.octets(12)?.buffer).toBe(table.bytes.buffer);
  });

  it('has nothing to give for what is missing, above the greatest type, or too short', () => {
    const table = tableOf((w) => {
      w.putFlag(1);
    });
    for (const type of [1, 2, 21, 1000]) {
      expect([table.u8(type), table.u16(type), table.be16(type), table.u32(type), table.s32(type), table.be32(type)]).toEqual(
        Array.from({ length: 6 }, () => undefined),
      );
      expect([table.u64(type), table.s64(type), table.uint(type)]).toEqual([undefined, undefined, undefined]);
    }
    expect([table.string(1), table.string(2), table.octets(2), table.has(2), table.isNested(2)]).toEqual(['', undefined, undefined, false, false]);
    expect(table.octets(1)).toEqual(new Uint8Array(0));
  });

  it('reads the first octets of an integer that is too long', () => {
    const table = tableOf((w) => {
      w.putBytes(1, Uint8Array.of(1, 0, 0, 0, 9, 9, 9, 9, 9));
    });
    expect([table.u8(1), table.u16(1), table.u32(1), table.uint(1)]).toEqual([1, 1, 1, 0x0909090900000001n]);
  });

  it.each([
    [[0x6c, 0x6f, 0, 0x78], 'lo'],
    [[0x6c, 0x6f], 'lo'],
    [[0], ''],
    [[0xc3, 0xa9, 0], 'é'],
    [[0x61, 0xff, 0x62, 0, 0x63], 'a\ufffdb'],
    [[...Array.from({ length: 40 }, () => 0x61), 0], 'a'.repeat(40)],
    [[...Array.from({ length: 40 }, () => 0x61), 0, 0x62], 'a'.repeat(40)],
    [Array.from({ length: 32 }, () => 0x61), 'a'.repeat(32)],
    [[0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
  ])('reads octets %j as the string %j', (bytes, text) => {
    expect(
      tableOf((w) => {
        w.putBytes(1, Uint8Array.from(bytes));
      }).string(1),
    ).toBe(text);
  });

  it('reads a string from shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    shared.set([7, 0, 1, 0, 0xc3, 0xa9, 0]);
    const table = new AttributeTable(1);
    expect(parseAttributes(table, shared, 0, 8, null, Validation.LIBERAL, null)).toBe(0);
    expect(table.string(1)).toBe('é');
  });

  it('is a table to what knows the raw interface only', () => {
    const raw: nlattr_table = tableOf((w) => {
      w.putU32(3, 9);
    });
    expect([raw.maxtype, raw.has(3), raw.offset(3), raw.length(3), raw.bytes[raw.offset(3)]]).toEqual([20, true, 7, 4, 9]);
  });

  it('forgets everything when cleared or used again', () => {
    const table = tableOf((w) => {
      w.putU32(3, 9);
    });
    const { bytes } = table;
    table.clear();
    expect([table.has(3), table.u32(3), table.bytes]).toEqual([false, undefined, bytes]);
    expect(parseAttributes(table, new Uint8Array(0), 0, 0, null, Validation.STRICT, null)).toBe(0);
    expect(table.bytes.length).toBe(0);
  });

  it('never looks beyond its octets', () => {
    const bytes = Uint8Array.of(8, 0, 1, 0, 1, 2, 3, 4);
    const table = new AttributeTable(1);
    expect(parseAttributes(table, bytes, 0, 1000, null, Validation.STRICT, null)).toBe(0);
    expect(table.u32(1)).toBe(0x04030201);
    expect(parseAttributes(table, bytes.subarray(0, 7), 0, 1000, null, Validation.LIBERAL, null)).toBe(0);
    expect(table.has(1)).toBe(false);
    expect(parseAttributes(table, bytes, 100, 4, null, Validation.STRICT, null)).toBe(0);
  });

  describe('nested', () => {
    it('reads the kind of nlmon0, whose nest has no flag', () => {
      const table = new AttributeTable(IFLA_MAX);
      const info = new AttributeTable(IFLA_INFO_MAX);
      const bytes = octets(newlinks[1]?.hex ?? '');
      expect(parseMessageAttributes(table, bytes, 0, 16, null, Validation.LIBERAL, null)).toBe(0);
      expect(table.isNested(IFLA_LINKINFO)).toBe(false);
      expect(table.nested(IFLA_LINKINFO, info, null, Validation.LIBERAL, null)).toBe(0);
      expect(info.string(IFLA_INFO_KIND)).toBe('nlmon');
      const extack = newExtack();
      expect(table.nested(IFLA_LINKINFO, info, null, Validation.STRICT, extack)).toBe(-errno.EINVAL);
      expect([extack._msg, extack.bad_attr]).toEqual(['NLA_F_NESTED is missing', table.offset(IFLA_LINKINFO) - 4]);
      expect(info.has(IFLA_INFO_KIND)).toBe(false);
    });

    it('accepts a flagged nest in strict mode', () => {
      const table = tableOf((w) => {
        w.putNested(1 | NLA_F_NESTED, () => {
          w.putU8(1, 7);
        });
      });
      const inside = new AttributeTable(1);
      expect(table.isNested(1)).toBe(true);
      expect(table.nested(1, inside, [undefined, { type: 'NLA_U8' }], Validation.STRICT, null)).toBe(0);
      expect(inside.u8(1)).toBe(7);
    });

    it('leaves the other table empty when there is no nest', () => {
      const inside = tableOf((w) => {
        w.putU8(1, 7);
      });
      const empty = tableOf(() => undefined);
      expect(empty.nested(1, inside, null, Validation.STRICT, null)).toBe(0);
      expect([inside.has(1), inside.bytes]).toEqual([false, empty.bytes]);
    });
  });

  it('reads any attribute without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(22), (payload, type) => {
        const table = tableOf((w) => {
          w.putBytes(1, payload);
        });
        table.string(type);
        for (const read of ['u8', 'u16', 'be16', 'u32', 's32', 'be32', 'u64', 's64', 'uint'] as const) {
          const value = table[read](type);
          if (type !== 1) expect(value).toBeUndefined();
        }
      }),
    );
  });
});
