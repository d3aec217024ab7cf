import { describe, expect, it } from 'vitest';
import { Btf } from '../src/btf.ts';
import { buildBtf, CONST, POINT, STRUCT, TYPEDEF } from './btf-builder.ts';
import { randomNumbers } from './random.ts';

const btf = new Btf(buildBtf(POINT));

describe('Btf', () => {
  it('counts and names the types', () => {
    expect(btf.count).toBe(POINT.length);
    expect(btf.type(7)).toEqual({ id: 7, kind: 'struct', name: 'point', size: 12, target: 0 });
    expect(btf.type(0)).toMatchObject({ kind: 'void' });
    expect(btf.find('struct', 'point').map((type) => type.id)).toEqual([7]);
    expect(btf.find('union', 'point')).toEqual([]);
  });

  it('lists members, with anonymous ones', () => {
    expect(btf.members(7)).toEqual([
      { name: 'x', type: 1, bitOffset: 0, bitWidth: 0 },
      { name: '', type: 4, bitOffset: 32, bitWidth: 0 },
      { name: 'tag', type: 6, bitOffset: 48, bitWidth: 0 },
    ]);
  });

  it('tells bit-fields from members when the record has some', () => {
    const fields = new Btf(
      buildBtf([...POINT.slice(0, 1), { name: 'bits', kind: STRUCT, count: 1, flag: true, sizeOrType: 4, extra: ['a', 1, (3 << 24) | 5] }]),
    );
    expect(fields.members(2)).toEqual([{ name: 'a', type: 1, bitOffset: 5, bitWidth: 3 }]);
  });

  it('reads arrays, signs and enumerators', () => {
    expect(btf.array(6)).toEqual({ element: 5, length: 3 });
    expect(btf.signed(1)).toBe(true);
    expect(btf.signed(3)).toBe(false);
    expect(btf.enumerators()).toEqual(
      new Map([
        ['RED', 0n],
        ['BLUE', -1n],
        ['HUGE', 0x2_0000_0001n],
      ]),
    );
  });

  it('follows typedefs and tells their names', () => {
    const names: string[] = [];
    expect(btf.resolve(9, (name) => names.push(name)).name).toBe('u16');
    expect(names).toEqual(['__be16']);
  });

  it('refuses what is asked of the wrong kind or of no type', () => {
    expect(() => btf.members(1)).toThrow(new TypeError('type 1 is of kind int, not struct or union'));
    expect(() => btf.array(7)).toThrow(TypeError);
    expect(() => btf.signed(7)).toThrow(TypeError);
    expect(() => btf.type(11)).toThrow(new RangeError('there is no type 11'));
    expect(() => btf.type(-1)).toThrow(RangeError);
  });

  it('ends when types refer to each other in a circle', () => {
    const circle = new Btf(
      buildBtf([
        { name: 'a', kind: TYPEDEF, sizeOrType: 2 },
        { kind: CONST, sizeOrType: 1 },
      ]),
    );
    expect(() => circle.resolve(1)).toThrow(new RangeError('type 1 refers to itself'));
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a header cut off', buildBtf(POINT).subarray(0, 23)],
    ['big-endian BTF', buildBtf(POINT).with(0, 0xeb).with(1, 0x9f)],
    ['another version', buildBtf(POINT).with(2, 2)],
  ])('refuses %s', (_, bytes) => {
    expect(() => new Btf(bytes)).toThrow(TypeError);
  });

  it.each([
    ['sections outside the bytes', buildBtf(POINT).subarray(0, -1)],
    ['a kind that does not exist', buildBtf([{ kind: 31 }])],
    ['void as a type', buildBtf([{ kind: 0 }])],
    ['a record with more members than bytes', buildBtf([{ kind: STRUCT, count: 2, extra: [0, 0, 0] }])],
  ])('refuses %s', (_, bytes) => {
    expect(() => new Btf(bytes)).toThrow(RangeError);
  });

  it('refuses a name outside the strings when it is asked for', () => {
    const bytes = buildBtf([{ name: 'int', kind: 1, extra: [0] }]);
    new DataView(bytes.buffer).setUint32(24, 0xffff_ffff, true);
    expect(() => new Btf(bytes).type(1)).toThrow(new RangeError('a name lies outside the strings'));
  });

  it('throws nothing but TypeError and RangeError for any octets', () => {
    const random = randomNumbers(1);
    const good = buildBtf(POINT);
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = good.slice(0, round % 3 === 0 ? random.next().value % (good.byteLength + 1) : good.byteLength);
      for (let change = 0; change <= round % 4; change++) {
        if (bytes.byteLength > 0) bytes[random.next().value % bytes.byteLength] = random.next().value;
      }
      try {
        walk(new Btf(bytes));
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError, String(error)).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(5000);
  });
});

function walk(all: Btf): void {
  all.find('struct', 'point');
  all.enumerators();
  for (let id = 1; id <= all.count; id++) {
    const { kind } = all.resolve(id);
    if (kind === 'struct' || kind === 'union') all.members(all.resolve(id).id);
    if (kind === 'array') all.array(all.resolve(id).id);
  }
}
