import { describe, expect, it } from 'vitest';
import { emitConstants, literal } from '../src/emit.ts';
import { emitLayout } from '../src/emit-layout.ts';
import type { Field, Layout } from '../src/layout.ts';
import { newerConstants } from '../src/newer.ts';

describe('literal', () => {
  it.each([
    [0n, false, '0'],
    [255n, true, '0xff'],
    [-1n, true, '-1'],
    [2n ** 53n - 1n, false, '9007199254740991'],
    [2n ** 53n, false, '9007199254740992n'],
    [2n ** 64n - 1n, true, '0xffffffffffffffffn'],
    ['ethtool', false, "'ethtool'"],
    [String.raw`it's \ a`, false, String.raw`'it\'s \\ a'`],
  ])('writes %s (hex: %s) as %s', (value, hex, text) => {
    expect(literal({ value, hex })).toBe(text);
  });
});

describe('emitConstants', () => {
  it('separates enumerations and macros', () => {
    const constant = (name: string, enumeration?: number) => ({ name, value: 1n, hex: false, enumeration });
    expect(emitConstants([constant('A'), constant('B', 0), constant('C', 0), constant('D', 1)])).toBe(
      'export const A = 1;\n\nexport const B = 1;\nexport const C = 1;\n\nexport const D = 1;\n',
    );
    expect(emitConstants([])).toBe('');
  });
});

describe('emitLayout', () => {
  const field = (name: string, offset: number, size: number, value: Field['value']): Field => ({
    name,
    path: name,
    offset,
    size,
    type: 'T',
    value,
  });
  const record = (...fields: Field[]): Layout => ({ name: 'it', kind: 'struct', size: 32, fields });
  const lines = (layout: Layout): string[] => emitLayout(layout, 'a.h').split('\n').slice(-3 - layout.fields.length * 2, -2);

  it('writes each order, sign and width', () => {
    const scalar = (bits: 8 | 16 | 32 | 64, signed: boolean, bigEndian: boolean): Field['value'] => ({
      kind: 'scalar',
      scalar: { bits, signed, bigEndian },
    });
    expect(lines(record(field('a', 0, 1, scalar(8, true, false))))).toContain(
      '  a: (view: DataView, at: number): number => view.getInt8(at),',
    );
    expect(lines(record(field('a', 2, 2, scalar(16, false, true))))).toContain(
      '  set_a: (view: DataView, at: number, value: number): void => view.setUint16(at + 2, value, false),',
    );
    expect(lines(record(field('a', 8, 8, scalar(64, true, false))))).toContain(
      '  a: (view: DataView, at: number): bigint => view.getBigInt64(at + 8, true),',
    );
  });

  it('writes arrays, octets and nested records', () => {
    const scalar = { bits: 32, signed: false, bigEndian: false } as const;
    expect(lines(record(field('a', 4, 12, { kind: 'array', scalar, length: 3 })))).toContain(
      '  a: (view: DataView, at: number, index: number): number => view.getUint32(element(at + 4, index, 3, 4), true),',
    );
    expect(lines(record(field('a', 0, 6, { kind: 'bytes' })))).toContain(
      '  a: (view: DataView, at: number): Uint8Array => octets(view, at, 6),',
    );
    expect(emitLayout(record(field('a', 12, 8, { kind: 'record' })), 'a.h')).toContain('  a: (at: number): number => at + 12,\n');
  });

  it('gives an array of no declared length an offset and no accessor', () => {
    const text = emitLayout(record(field('a', 32, 0, { kind: 'bytes' })), 'a.h');
    expect(text).toContain("a: { offset: 32, size: 0, type: 'T' }");
    expect(text).not.toContain('=>');
  });
});

describe('newerConstants', () => {
  it('reads decimal, hexadecimal and negative constants and nothing else', () => {
    const text = '// export const A = 1;\nexport const B = 2;\nexport const C = 0x10;\nexport const D = -3;\nconst E = 4;\n';
    expect([...newerConstants(text)]).toEqual([
      ['B', 2n],
      ['C', 16n],
      ['D', -3n],
    ]);
  });
});
