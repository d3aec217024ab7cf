import type { Area, Table } from './areas.ts';
import type { Constant } from './constants.ts';

/** A table with its contents: names by value, or by number of bit. */
export interface NameTable {
  readonly table: Table;
  readonly names: ReadonlyMap<number, string>;
}

/**
 * Collects the names of each table of an area.
 *
 * @param area - The area.
 * @param constants - The area's constants.
 * @param newer - Constants that came later than the headers; each joins the table with the longest prefix that fits it.
 * @returns The tables, sorted by value. Of several names of one value the first of the header is kept.
 * @throws {@link RangeError} When a table comes out empty, or a flag is not one bit.
 */
export function nameTables(area: Area, constants: readonly Constant[], newer: ReadonlyMap<string, bigint>): NameTable[] {
  const tables = area.tables ?? [];
  return tables.map((table) => {
    const enumeration = constants.find(({ name }) => name === table.enumOf)?.enumeration;
    if (table.enumOf !== undefined && enumeration === undefined) throw new RangeError(`no enumeration has ${table.enumOf}`);
    const own = constants.filter((constant) =>
      table.enumOf === undefined ? table.only?.test(constant.name) : constant.enumeration === enumeration,
    );
    const later = [...newer].filter(([name]) => home(tables, name) === table).map(([name, value]) => ({ name, value }));
    const names = new Map<number, string>();
    for (const { name, value } of [...own, ...later]) {
      if (typeof value === 'string' || isBound(table, name)) continue;
      const key = table.flags ? bit(name, value) : Number(value);
      if (!names.has(key)) names.set(key, name);
    }
    if (names.size === 0) throw new RangeError(`${table.name} is empty`);
    return { table, names: new Map([...names].sort(([a], [b]) => a - b)) };
  });
}

/** Writes a table as an object literal. */
export function emitTable({ table, names }: NameTable): string {
  const about = table.flags ? `Names of the bits \`${table.prefix}*\` by their numbers.` : `Names of the values \`${table.prefix}*\`.`;
  const documentation = table.note === undefined ? `/** ${about} */` : `/**\n * ${about}\n *\n * ${table.note}\n */`;
  const entries = [...names].map(([key, name]) => `  ${key}: '${name}',\n`).join('');
  return `${documentation}\nexport const ${table.name}: NameTable = {\n${entries}};\n`;
}

function home(tables: readonly Table[], name: string): Table | undefined {
  const fitting = tables.filter((table) => (table.only ? table.only.test(name) : name.startsWith(table.prefix)));
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

// `IFLA_MAX`, `RTM_BASE`: limits of the enumeration, not values of it.
function isBound({ prefix }: Table, name: string): boolean {
  return name.startsWith('_') || name === `${prefix}MAX` || name === `${prefix}BASE`;
}

function bit(name: string, value: bigint): number {
  const number = Math.log2(Number(value));
  if (!Number.isInteger(number)) throw new RangeError(`${name} is not one bit`);
  return number;
}
