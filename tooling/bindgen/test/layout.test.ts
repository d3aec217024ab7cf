import { describe, expect, it } from 'vitest';
import { Btf } from '../src/btf.ts';
import { layout } from '../src/layout.ts';
import { ARRAY, buildBtf, CONST, INT, POINT, PTR, STRUCT, UNION, type RawType } from './btf-builder.ts';

const none = new Map<string, string>();
const of = (types: readonly RawType[], name: string, own: readonly string[] = [], macros: ReadonlyMap<string, string> = none) =>
  layout(new Btf(buildBtf(types)), name, new Set([name, ...own]), macros);

const signed = { signed: true, bigEndian: false };
const unsigned = { signed: false, bigEndian: false };

describe('layout', () => {
  it('flattens anonymous records and reads arrays of octets', () => {
    expect(of(POINT, 'point')).toEqual({
      name: 'point',
      kind: 'struct',
      size: 12,
      fields: [
        { name: 'x', path: 'x', offset: 0, size: 4, type: 'int', value: { kind: 'scalar', scalar: { bits: 32, ...signed } } },
        { name: 'y', path: 'y', offset: 4, size: 2, type: 'short', value: { kind: 'scalar', scalar: { bits: 16, ...signed } } },
        {
          name: 'z',
          path: 'z',
          offset: 4,
          size: 2,
          type: '__be16',
          value: { kind: 'scalar', scalar: { bits: 16, signed: false, bigEndian: true } },
        },
        { name: 'tag', path: 'tag', offset: 6, size: 3, type: 'char[3]', value: { kind: 'bytes' } },
      ],
    });
  });

  it('keeps a record that has accessors, and flattens a named one that has none under the names of its macros', () => {
    const types: RawType[] = [...POINT, { name: 'line', kind: STRUCT, count: 2, sizeOrType: 24, extra: ['from', 7, 0, 'to', 7, 96] }];
    expect(of(types, 'line', ['point']).fields).toEqual([
      { name: 'from', path: 'from', offset: 0, size: 12, type: 'struct point', value: { kind: 'record' } },
      { name: 'to', path: 'to', offset: 12, size: 12, type: 'struct point', value: { kind: 'record' } },
    ]);
    const macros = new Map([
      ['line_x', 'from.x'],
      ['line_left', 'from.x'],
    ]);
    const single: RawType[] = [...POINT, { name: 'line', kind: STRUCT, count: 1, sizeOrType: 12, extra: ['from', 7, 0] }];
    expect(of(single, 'line', [], macros).fields.map(({ name, path, offset }) => [name, path, offset])).toEqual([
      ['line_x', 'from.x', 0],
      ['line_left', 'from.x', 0],
      ['y', 'from.y', 4],
      ['z', 'from.z', 4],
      ['tag', 'from.tag', 6],
    ]);
  });

  it('reads pointers, arrays of integers and arrays of no declared length', () => {
    const types: RawType[] = [
      { name: 'u32', kind: INT, sizeOrType: 4, extra: [32] },
      { kind: PTR, sizeOrType: 4 },
      { kind: ARRAY, extra: [1, 1, 4] },
      { kind: CONST, sizeOrType: 0 },
      { kind: ARRAY, extra: [1, 1, 0] },
      { name: 'mixed', kind: STRUCT, count: 3, sizeOrType: 24, extra: ['p', 2, 0, 'four', 3, 64, 'rest', 5, 192] },
    ];
    expect(of(types, 'mixed').fields).toEqual([
      { name: 'p', path: 'p', offset: 0, size: 8, type: 'void *', value: { kind: 'scalar', scalar: { bits: 64, ...unsigned } } },
      {
        name: 'four',
        path: 'four',
        offset: 8,
        size: 16,
        type: 'u32[4]',
        value: { kind: 'array', scalar: { bits: 32, ...unsigned }, length: 4 },
      },
      { name: 'rest', path: 'rest', offset: 24, size: 0, type: 'u32[]', value: { kind: 'bytes' } },
    ]);
  });

  it.each<[string, RawType[], string]>([
    ['a record that no header declares', [], 'no header declares struct it'],
    [
      'a bit-field',
      [
        { name: 'int', kind: INT, sizeOrType: 4, extra: [0] },
        { name: 'it', kind: STRUCT, count: 1, flag: true, sizeOrType: 4, extra: ['a', 1, 3 << 24] },
      ],
      'it.a is a bit-field',
    ],
    [
      'two members of one name',
      [
        { name: 'int', kind: INT, sizeOrType: 4, extra: [0] },
        { kind: UNION, count: 1, sizeOrType: 4, extra: ['a', 1, 0] },
        { name: 'it', kind: STRUCT, count: 2, sizeOrType: 8, extra: ['a', 1, 0, 'b', 2, 32] },
      ],
      'two members of struct it have one name',
    ],
    [
      'an integer of an odd size',
      [
        { name: '__int128', kind: INT, sizeOrType: 16, extra: [0] },
        { name: 'it', kind: STRUCT, count: 1, sizeOrType: 16, extra: ['a', 1, 0] },
      ],
      'it has a member of 16 octets',
    ],
    [
      'a record that contains itself',
      [
        { kind: STRUCT, count: 1, sizeOrType: 4, extra: ['again', 1, 0] },
        { name: 'it', kind: STRUCT, count: 1, sizeOrType: 4, extra: ['a', 1, 0] },
      ],
      ' contains itself',
    ],
    [
      'a pointer to itself',
      [
        { kind: PTR, sizeOrType: 1 },
        { name: 'it', kind: STRUCT, count: 1, sizeOrType: 8, extra: ['a', 1, 0] },
      ],
      'type 1 refers to itself',
    ],
    [
      'an array of itself',
      [
        { kind: ARRAY, extra: [1, 1, 2] },
        { name: 'it', kind: STRUCT, count: 1, sizeOrType: 8, extra: ['a', 1, 0] },
      ],
      'it has a member of 0 octets',
    ],
  ])('refuses %s', (_, types, message) => {
    expect(() => of(types, 'it')).toThrow(new RangeError(message));
  });
});
