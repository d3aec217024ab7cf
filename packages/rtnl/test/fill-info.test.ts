import { KernelError } from '@netdevkit/errno';
import { AttributeTable, Validation, parseAttributes } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InfoWriter } from '../src/index.ts';
import { ATTRIBUTES, Rig, paint, refusal, type Attributes } from './rig.ts';

/** What a link of a driver that says this of it shows. */
function shown(fill: (info: InfoWriter<Attributes>) => void): Uint8Array {
  using rig = new Rig(paint({ fillInfo: fill }));
  rig.add();
  const { dataOctets } = rig.ip.link.show('paint0').info ?? {};
  expect(rig.complaints).toEqual([]);
  return dataOctets ?? new Uint8Array(0);
}

function tableOf(octets: Uint8Array, maxtype = 20): AttributeTable {
  const table = new AttributeTable(maxtype);
  expect(parseAttributes(table, octets, 0, octets.length, null, Validation.STRICT, null)).toBe(0);
  return table;
}

describe('fillInfo', () => {
  it('says what a link is set to, in attributes of every type', () => {
    const table = tableOf(
      shown((info) => {
        info.put('u8', 0xff);
        info.put('u16', 0xffff);
        info.put('u32', 0xffff_ffff);
        info.put('u64', 0xffff_ffff_ffff_ffffn);
        info.put('s8', -128);
        info.put('s16', -32_768);
        info.put('s32', -2_147_483_648);
        info.put('s64', -(2n ** 63n));
        info.put('flag', true);
        info.put('text', 'äh');
        info.put('octets', Uint8Array.of(1, 2, 3));
        info.put('nest', { inner: 7, deep: { mark: true, note: 'x' } });
      }),
    );
    expect([table.u8(1), table.u16(2), table.u32(3), table.u64(4)]).toEqual([0xff, 0xffff, 0xffff_ffff, 0xffff_ffff_ffff_ffffn]);
    expect([table.octets(5)?.[0], table.u16(6), table.s32(7), table.s64(8)]).toEqual([0x80, 0x8000, -2_147_483_648, -(2n ** 63n)]);
    expect([table.length(1), table.length(2), table.length(5), table.length(6)]).toEqual([1, 2, 1, 2]);
    expect([table.has(9), table.length(9), table.string(10), table.octets(11)]).toEqual([true, 0, 'äh', Uint8Array.of(1, 2, 3)]);
    const nest = tableOf(table.octets(12) ?? new Uint8Array(0), 3);
    const deep = tableOf(nest.octets(2) ?? new Uint8Array(0), 3);
    expect([nest.u32(1), deep.has(3), deep.string(1)]).toEqual([7, true, 'x']);
  });

  it('leaves a flag out that is false, and what a nest does not say', () => {
    const table = tableOf(
      shown((info) => {
        info.put('flag', false);
        info.put('nest', {});
      }),
    );
    expect([table.has(9), table.has(12), table.length(12)]).toEqual([false, true, 0]);
  });

  it('may say nothing: the link has an empty nest', () => {
    using rig = new Rig(paint({ fillInfo: () => undefined }));
    rig.add();
    expect(rig.ip.link.show('paint0').info).toMatchObject({ data: {}, dataOctets: new Uint8Array(0) });
  });

  it('may be absent: the link has none', () => {
    using rig = new Rig(paint());
    rig.add();
    expect(rig.ip.link.show('paint0').info).toMatchObject({ kind: 'paint', data: undefined });
  });

  it('is given the device and its state, for each message', () => {
    const seen: string[] = [];
    using rig = new Rig(
      paint({
        createState: () => ({ colour: 3 }),
        fillInfo: (info, dev, state) => {
          seen.push(dev.name);
          info.put('u8', 'colour' in state && typeof state.colour === 'number' ? state.colour : 0);
        },
      }),
    );
    rig.add();
    rig.add();
    seen.length = 0;
    const links = rig.links;
    expect(seen).toEqual(['paint0', 'paint1']);
    expect(links.map(({ info }) => tableOf(info?.dataOctets ?? new Uint8Array(0)).u8(1))).toEqual([3, 3]);
  });

  it('reads back what a request said, for any values in range', () => {
    interface State {
      u32: number;
      s64: bigint;
      free: string;
      raw: Uint8Array;
    }
    using rig = new Rig({
      ...paint(),
      createState: (): State => ({ u32: 0, s64: 0n, free: '', raw: new Uint8Array(0) }),
      changeLink: (ctx, _dev, state: State) => {
        state.u32 = ctx.data?.get('u32') ?? 0;
        state.s64 = ctx.data?.get('s64') ?? 0n;
        state.free = ctx.data?.get('free') ?? '';
        state.raw = ctx.data?.get('raw')?.slice() ?? new Uint8Array(0);
      },
      fillInfo: (info, _dev, state: State) => {
        info.put('u32', state.u32);
        info.put('s64', state.s64);
        info.put('free', state.free);
        info.put('raw', state.raw);
      },
    } satisfies ReturnType<typeof paint>);
    rig.add();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0')),
        fc.uint8Array({ maxLength: 40 }),
        (u32, s64, free, raw) => {
          rig.change((writer) => {
            writer.putU32(ATTRIBUTES.u32.id, u32);
            writer.putS64(ATTRIBUTES.s64.id, s64);
            writer.putString(ATTRIBUTES.free.id, free);
            writer.putBytes(ATTRIBUTES.raw.id, raw);
          });
          const table = tableOf(rig.ip.link.show('paint0').info?.dataOctets ?? new Uint8Array(0));
          expect([table.u32(3), table.s64(8), table.string(16), table.octets(17)]).toEqual([u32, s64, free, raw]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what fillInfo cannot put', () => {
  const wrong: ReadonlyArray<readonly [keyof Attributes, unknown, RegExp]> = [
    ['u8', 256, /RangeError: u8: expected an integer from 0 to 255, got 256/],
    ['u8', -1, /RangeError/],
    ['u8', 1.5, /RangeError/],
    ['u8', NaN, /RangeError/],
    ['u8', 1n, /TypeError: u8: expected a number, got bigint/],
    ['u16', 65_536, /RangeError/],
    ['u32', 2 ** 32, /RangeError/],
    ['s8', 128, /RangeError/],
    ['s16', -32_769, /RangeError/],
    ['s32', 2 ** 31, /RangeError/],
    ['u64', -1n, /RangeError/],
    ['u64', 2n ** 64n, /RangeError/],
    ['u64', 1, /TypeError: u64: expected a bigint, got number/],
    ['s64', 2n ** 63n, /RangeError/],
    ['flag', 1, /TypeError: flag: expected a boolean, got number/],
    ['text', 5, /TypeError: text: expected a string, got number/],
    ['octets', [1, 2], /TypeError: octets: expected a Uint8Array, got object/],
    ['nest', 'text', /TypeError: nest: expected an object, got string/],
    ['nest', null, /TypeError/],
    ['nest', { inner: -1 }, /RangeError: nest\.inner: expected/],
    ['nest', { none: 1 }, /TypeError: attribute: expected one of inner, deep, got none/],
  ];

  it.each(wrong)('fails the message, and the log says why: %s', (name, value, complaint) => {
    let armed = true;
    using rig = new Rig(
      paint({
        fillInfo: (info) => {
          // CAST: what a driver in JavaScript may put.
          if (armed) info.put(name, value as never);
        },
      }),
    );
    rig.add();
    expect(refusal(() => rig.ip.link.show('paint0')).code).toBe('EMSGSIZE');
    expect(rig.complaints.at(-1)).toMatch(complaint);
    expect(rig.complaints.at(-1)).toContain('paint0: fillInfo: ');
    // The device is in order.
    armed = false;
    rig.ip.link.set('paint0', { up: true });
    expect(rig.ip.link.show('paint0').name).toBe('paint0');
  });

  it('is an attribute that nobody defined', () => {
    using rig = new Rig(
      paint({
        fillInfo: (info) => {
          // CAST: what a driver in JavaScript may put.
          info.put('toString' as never, 1 as never);
        },
      }),
    );
    rig.add();
    expect(refusal(() => rig.ip.link.show('paint0')).code).toBe('EMSGSIZE');
    expect(rig.complaints.at(-1)).toContain('TypeError: attribute: expected one of');
  });

  it('is more than a message holds', () => {
    using rig = new Rig(paint({ fillInfo: (info) => info.put('raw', new Uint8Array(60_000)) }));
    rig.add();
    expect(refusal(() => rig.ip.link.show('paint0')).code).toBe('EMSGSIZE');
    // The driver did nothing wrong.
    expect(rig.complaints).toEqual([]);
  });

  it('is anything, when it refuses', () => {
    using rig = new Rig(
      paint({
        fillInfo: () => {
          throw new KernelError('ENODATA');
        },
      }),
    );
    rig.add();
    expect(refusal(() => rig.ip.link.show('paint0')).code).toBe('EMSGSIZE');
    rig.ip.link.delete('paint0');
    expect(rig.complaints).toEqual([]);
  });
});
