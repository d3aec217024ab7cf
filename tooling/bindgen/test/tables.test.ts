import { describe, expect, it } from 'vitest';
import type { Area, Table } from '../src/areas.ts';
import type { Constant } from '../src/constants.ts';
import { emitTable, nameTables } from '../src/tables.ts';

const constant = (name: string, value: bigint | string, enumeration?: number): Constant => ({ name, value, hex: false, enumeration });
const area = (...tables: Table[]): Area => ({ file: 'a', headers: ['a.h'], tables });
const names = (tables: readonly Table[], constants: readonly Constant[], newer: ReadonlyArray<[string, bigint]> = []) =>
  nameTables(area(...tables), constants, new Map(newer)).map((table) => [...table.names]);

const A: Table = { name: 'A_NAMES', enumOf: 'A_ONE', prefix: 'A_' };
const AB: Table = { name: 'A_B_NAMES', enumOf: 'A_B_ONE', prefix: 'A_B_' };

describe('nameTables', () => {
  it('takes a whole enumeration but its limits, sorted, the first of equal values', () => {
    const constants = [
      constant('A_BASE', 1n, 0),
      constant('A_TWO', 2n, 0),
      constant('A_ONE', 1n, 0),
      constant('A_UNO', 1n, 0),
      constant('A_MAX', 3n, 0),
      constant('A_OTHER', 4n, 1),
      constant('A_MACRO', 5n),
    ];
    expect(names([A], constants)).toEqual([
      [
        [1, 'A_ONE'],
        [2, 'A_TWO'],
      ],
    ]);
  });

  it('takes what a pattern matches, and no strings', () => {
    const table: Table = { name: 'N', only: /^N_/u, prefix: 'N_' };
    expect(names([table], [constant('N_A', 7n), constant('N_B', 'text'), constant('M_A', 1n)])).toEqual([[[7, 'N_A']]]);
  });

  it('adds newer constants to the table with the longest prefix', () => {
    const constants = [constant('A_ONE', 1n, 0), constant('A_B_ONE', 1n, 1)];
    const newer: Array<[string, bigint]> = [
      ['A_TWO', 2n],
      ['A_B_TWO', 2n],
      ['A_MAX', 2n],
      ['C_TWO', 2n],
    ];
    expect(names([A, AB], constants, newer)).toEqual([
      [
        [1, 'A_ONE'],
        [2, 'A_TWO'],
      ],
      [
        [1, 'A_B_ONE'],
        [2, 'A_B_TWO'],
      ],
    ]);
  });

  it('numbers the bits of flags', () => {
    const table: Table = { name: 'F', only: /^F_/u, prefix: 'F_', flags: true };
    expect(names([table], [constant('F_A', 1n), constant('F_B', 0x8000_0000n)])).toEqual([
      [
        [0, 'F_A'],
        [31, 'F_B'],
      ],
    ]);
    expect(() => names([table], [constant('F_AB', 3n)])).toThrow(new RangeError('F_AB is not one bit'));
    expect(() => names([table], [constant('F_NONE', 0n)])).toThrow(new RangeError('F_NONE is not one bit'));
  });

  it('refuses a table that would be empty', () => {
    expect(() => names([A], [])).toThrow(new RangeError('no enumeration has A_ONE'));
    expect(() => names([{ name: 'N', only: /^N_/u, prefix: 'N_' }], [])).toThrow(new RangeError('N is empty'));
  });
});

describe('emitTable', () => {
  it('writes an object literal with a sentence of documentation', () => {
    expect(emitTable({ table: A, names: new Map([[1, 'A_ONE']]) })).toBe(
      "/** Names of the values `A_*`. */\nexport const A_NAMES: NameTable = {\n  1: 'A_ONE',\n};\n",
    );
    expect(emitTable({ table: { ...A, flags: true, note: 'More.' }, names: new Map() })).toContain(
      '/**\n * Names of the bits `A_*` by their numbers.\n *\n * More.\n */\n',
    );
  });
});
