import type { MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { AttributeDefinitions, AttributeReader, ValidateContext } from '../src/index.ts';
import { ATTRIBUTES, Rig, paint, type Attributes } from './rig.ts';

/** What a driver reads of a request with these octets. */
function read<T>(write: ((writer: MessageWriter) => void) | undefined, reading: (data: AttributeReader<Attributes> | null) => T): T {
  let result: { readonly value: T } | undefined;
  using rig = new Rig(paint({ validate: (ctx) => void (result = { value: reading(ctx.data) }) }));
  rig.add(write);
  if (result === undefined) throw new Error('validate was not called');
  return result.value;
}

/** One attribute of a request. */
function one<N extends keyof Attributes>(name: N, write: (writer: MessageWriter, id: number) => void): unknown {
  return read(
    (writer) => write(writer, ATTRIBUTES[name].id),
    (data) => {
      const value: unknown = data?.get(name);
      return [data?.has(name), value instanceof Uint8Array ? value.slice() : value];
    },
  );
}

describe('attributes', () => {
  it.each<readonly [keyof Attributes, (writer: MessageWriter, id: number) => void, unknown]>([
    ['u8', (writer, id) => writer.putU8(id, 0xff), 0xff],
    ['u16', (writer, id) => writer.putU16(id, 0xfffe), 0xfffe],
    ['u32', (writer, id) => writer.putU32(id, 0xffff_fffd), 0xffff_fffd],
    ['u64', (writer, id) => writer.putU64(id, 0xffff_ffff_ffff_fffcn), 0xffff_ffff_ffff_fffcn],
    ['s8', (writer, id) => writer.putS8(id, -128), -128],
    ['s16', (writer, id) => writer.putS16(id, -32_768), -32_768],
    ['s32', (writer, id) => writer.putS32(id, -2_147_483_648), -2_147_483_648],
    ['s64', (writer, id) => writer.putS64(id, -(2n ** 63n)), -(2n ** 63n)],
    ['flag', (writer, id) => writer.putFlag(id), true],
    ['text', (writer, id) => writer.putString(id, 'fifteen octets.'), 'fifteen octets.'],
    ['octets', (writer, id) => writer.putBytes(id, Uint8Array.of(1, 2, 3)), Uint8Array.of(1, 2, 3)],
    ['ranged', (writer, id) => writer.putU8(id, 3), 3],
    ['ranged', (writer, id) => writer.putU8(id, 7), 7],
    ['negative', (writer, id) => writer.putS32(id, -5), -5],
    ['long', (writer, id) => writer.putU64(id, 2n ** 63n), 2n ** 63n],
  ])('read as what they are: %s', (name, write, value) => {
    expect(one(name, write)).toEqual([true, value]);
  });

  it('read as nothing when they did not come, a flag as false', () => {
    const names = Object.keys(ATTRIBUTES) as Array<keyof Attributes>;
    const values = read(
      () => undefined,
      (data) => names.map((name) => [data?.has(name), data?.get(name)]),
    );
    expect(values).toEqual(names.map((name) => [false, name === 'flag' ? false : undefined]));
  });

  it('are none when the request has none', () => {
    expect(read(undefined, (data) => data)).toBeNull();
    expect(read(() => undefined, (data) => data === null)).toBe(false);
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['with a NUL', new TextEncoder().encode('abc\0'), 'abc'],
    ['without one', new TextEncoder().encode('abc'), 'abc'],
    ['with octets behind it', new TextEncoder().encode('ab\0cd\0'), 'ab'],
    ['that is empty', Uint8Array.of(0), ''],
    ['in UTF-8', new TextEncoder().encode('äöü€'), 'äöü€'],
    ['that is no UTF-8', Uint8Array.of(0x61, 0xff, 0x62), 'a\ufffdb'],
  ])('read as a string %s', (_, octets, text) => {
    expect(one('text', (writer, id) => writer.putBytes(id, octets))).toEqual([true, text]);
  });

  it('read of several as the last', () => {
    expect(
      one('u8', (writer, id) => {
        writer.putU8(id, 1);
        writer.putU8(id, 2);
      }),
    ).toEqual([true, 2]);
  });

  it('that are longer than their type read as its first octets, as old kinds do', () => {
    expect(one('u16', (writer, id) => writer.putBytes(id, Uint8Array.of(1, 2, 3, 4, 5)))).toEqual([true, 0x0201]);
  });

  it('that nobody defined are not seen', () => {
    const value = read(
      (writer) => {
        writer.putU32(40, 1);
        writer.putU32(16_000, 1);
        writer.putU8(ATTRIBUTES.u8.id, 5);
      },
      (data) => data?.get('u8'),
    );
    expect(value).toBe(5);
  });

  it('that are nested read level by level', () => {
    const { nest } = ATTRIBUTES;
    const seen = read(
      (writer) =>
        writer.putNested(nest.id, () => {
          writer.putU32(nest.attributes.inner.id, 9);
          writer.putNested(nest.attributes.deep.id, () => {
            writer.putFlag(3);
            writer.putString(1, 'deep down');
          });
        }),
      (data) => {
        const outer = data?.get('nest');
        const deep = outer?.get('deep');
        return [outer?.has('inner'), outer?.get('inner'), deep?.get('mark'), deep?.get('note')];
      },
    );
    expect(seen).toEqual([true, 9, true, 'deep down']);
  });

  it('that are nested may be empty', () => {
    const seen = read(
      (writer) => writer.putNested(ATTRIBUTES.nest.id, () => undefined),
      (data) => [data?.has('nest'), data?.get('nest')?.has('inner'), data?.get('nest')?.get('deep')],
    );
    expect(seen).toEqual([true, false, undefined]);
  });

  it('throw TypeError for a name that nobody defined', () => {
    const seen = read(
      (writer) => writer.putNested(ATTRIBUTES.nest.id, () => undefined),
      (data) => {
        // What a driver in JavaScript may ask for.
        const loose: AttributeReader<AttributeDefinitions> | null = data;
        const nest: AttributeReader<AttributeDefinitions> | undefined = data?.get('nest');
        return [() => loose?.get('none'), () => loose?.has('toString'), () => nest?.get('note')].map((ask) => {
          try {
            return ask();
          } catch (error) {
            return error;
          }
        });
      },
    );
    expect(seen).toEqual([expect.any(TypeError), expect.any(TypeError), new TypeError('attribute: expected one of inner, deep, got note')]);
  });
});

describe('a driver without attributes', () => {
  it('is given none, whatever came', () => {
    let data: unknown = 'not asked';
    const { attributes: _, ...without } = paint();
    using rig = new Rig({ ...without, validate: (ctx) => void ({ data } = ctx) });
    rig.add((writer) => writer.putU32(1, 5));
    expect(data).toBeNull();
  });

  it('cannot be changed by any', () => {
    const { attributes: _, ...without } = paint();
    using rig = new Rig(without);
    rig.add();
    expect(() => rig.change((writer) => writer.putU32(1, 5))).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
  });
});

describe('the attributes that a kernel looks at', () => {
  it('are as many as the kind defines: a table of five is not read at six', () => {
    let seen: unknown[] = [];
    const attributes = { low: { id: 1, type: 'u8' }, high: { id: 5, type: 'u8' } } as const satisfies AttributeDefinitions;
    using rig = new Rig({
      ...paint(),
      attributes,
      validate: ({ data }: ValidateContext<typeof attributes>) => {
        seen = [data?.get('low'), data?.get('high')];
      },
    });
    rig.add((writer) => {
      writer.putU8(5, 55);
      writer.putU8(6, 66);
      writer.putU8(1, 11);
    });
    expect(seen).toEqual([11, 55]);
  });
});
