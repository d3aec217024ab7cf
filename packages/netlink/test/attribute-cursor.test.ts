import { IFLA_IFNAME, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MTU, IFLA_STATS64, NLA_F_NESTED, NLA_F_NET_BYTEORDER, RTM_NEWLINK } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeCursor, AttributeTable, Message, MessageWriter, Validation, align, attributesOf, parseAttributes } from '../src/index.ts';
import { newlinks, octets } from './golden.ts';

describe('attributesOf', () => {
  it('stands before the first attribute, and has nothing of what is in front of it', () => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, 0, 1, 2);
    writer.reserve(16);
    writer.putU32(IFLA_MTU, 1500);
    writer.end();
    const message = new Message(writer.bytes);
    const cursor = attributesOf(message, 16);
    expect([cursor.type, cursor.rawType, cursor.length, cursor.offset, cursor.rest, cursor.u8()]).toEqual([0, 0, 0, 32, 8, undefined]);
    expect(cursor.next()).toBe(true);
    expect([cursor.type, cursor.length, cursor.offset, cursor.rest, cursor.u32()]).toEqual([IFLA_MTU, 4, 36, 0, 1500]);
    expect(cursor.next()).toBe(false);
    expect(cursor.type).toBe(IFLA_MTU);
    cursor.reset(message.bytes, 0, 2);
    expect([cursor.type, cursor.length, cursor.offset, cursor.rest, cursor.next()]).toEqual([0, 0, 0, 2, false]);
  });

  it('walks a kernel message in its order, into its nests', () => {
    const cursor = attributesOf(new Message(octets(newlinks[1]?.hex ?? '')), 16);
    const inside = new AttributeCursor();
    const types: number[] = [];
    let name: string | undefined;
    let mtu: number | undefined;
    let kind: string | undefined;
    while (cursor.next()) {
      types.push(cursor.type);
      if (cursor.type === IFLA_IFNAME) name = cursor.string();
      if (cursor.type === IFLA_MTU) mtu = cursor.u32();
      if (cursor.type === IFLA_STATS64) expect(cursor.length).toBe(200);
      if (cursor.type === IFLA_LINKINFO) {
        cursor.enter(inside);
        while (inside.next()) if (inside.type === IFLA_INFO_KIND) kind = inside.string();
      }
    }
    expect([name, mtu, kind, cursor.rest]).toEqual(['nlmon0', 3776, 'nlmon', 0]);
    expect(types.slice(0, 8)).toEqual([3, 13, 16, 17, 4, 50, 51, 27]);
  });

  it('finds nothing in a message too short for the header', () => {
    const writer = new MessageWriter();
    writer.begin(16, 0, 0, 0);
    writer.reserve(3);
    writer.end();
    const cursor = attributesOf(new Message(writer.bytes), 16);
    expect([cursor.next(), cursor.rest]).toEqual([false, 0]);
  });
});

describe('AttributeCursor', () => {
  it('tells the flags of a type from the type', () => {
    const writer = new MessageWriter();
    writer.putFlag(3 | NLA_F_NESTED);
    writer.putFlag(3 | NLA_F_NET_BYTEORDER);
    const cursor = new AttributeCursor();
    cursor.reset(writer.bytes);
    cursor.next();
    expect([cursor.type, cursor.rawType, cursor.isNested, cursor.isNetworkOrder]).toEqual([3, 0x8003, true, false]);
    cursor.next();
    expect([cursor.type, cursor.rawType, cursor.isNested, cursor.isNetworkOrder]).toEqual([3, 0x4003, false, true]);
  });

  it('has nothing to give for what is too short', () => {
    const writer = new MessageWriter();
    writer.putFlag(1);
    const cursor = new AttributeCursor();
    cursor.reset(writer.bytes);
    cursor.next();
    expect([cursor.u8(), cursor.u16(), cursor.be16(), cursor.u32(), cursor.s32(), cursor.be32()]).toEqual(Array.from({ length: 6 }, () => undefined));
    expect([cursor.u64(), cursor.s64(), cursor.uint(), cursor.string()]).toEqual([undefined, undefined, undefined, '']);
  });

  it('reads as the table reads, and accounts for every octet', () => {
    const cursor = new AttributeCursor();
    const table = new AttributeTable(40);
    const attribute = fc.tuple(fc.nat(20), fc.nat(40), fc.uint8Array({ maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), fc.nat(3), (list, cut) => {
        const writer = new MessageWriter();
        for (const [size, type, payload] of list) writer.append(Uint8Array.of(size, 0, type, 0, ...payload));
        const bytes = writer.toBytes().subarray(0, Math.max(0, writer.length - cut));
        parseAttributes(table, bytes, 0, bytes.length, null, Validation.LIBERAL, null);
        let at = 0;
        cursor.reset(bytes);
        while (cursor.next()) {
          expect(cursor.offset).toBe(at + 4);
          at += 4 + align(cursor.length);
          if (table.offset(cursor.type) !== cursor.offset) continue;
          const type = cursor.type;
          expect([cursor.u8(), cursor.u16(), cursor.be16(), cursor.u32(), cursor.s32(), cursor.be32()]).toEqual([
            table.u8(type),
            table.u16(type),
            table.be16(type),
            table.u32(type),
            table.s32(type),
            table.be32(type),
          ]);
          expect([cursor.u64(), cursor.s64(), cursor.uint(), cursor.string()]).toEqual([
            table.u64(type),
            table.s64(type),
            table.uint(type),
            table.string(type),
          ]);
          expect(cursor.octets()).toEqual(table.octets(type));
        }
        expect(Math.min(at, bytes.length) + cursor.rest).toBe(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays inside what it was given', () => {
    const cursor = new AttributeCursor();
    cursor.reset(Uint8Array.of(8, 0, 1, 0, 1, 2, 3, 4), 0, 7);
    expect([cursor.next(), cursor.rest]).toEqual([false, 7]);
    cursor.reset(new Uint8Array(4), 9);
    expect([cursor.next(), cursor.rest]).toEqual([false, 0]);
  });
});
