import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateLinkData } from '../src/generate-link-data.ts';
import { generate, generateView } from '../src/generate.ts';
import { stores } from '../src/stores.ts';
import { units, viewUnits } from '../src/units.ts';

const generated = new URL('../../../packages/netlink/src/generated/', import.meta.url);
const committed = new URL('code/', generated);
const views = new URL('views/', generated);

describe('generate', () => {
  it.each(units.map((unit) => [unit.file, unit] as const))('gives what is committed: %s; `npm run generate` writes it anew', async (file, unit) => {
    const text = await generate(unit);
    // Not toBe: a difference of a hundred thousand characters says nothing.
    expect(text === readFileSync(new URL(`${file}.ts`, committed), 'utf8')).toBe(true);
  });

  it.each(viewUnits.map((unit) => [unit.file, unit] as const))('gives the view that is committed: %s', async (file, unit) => {
    expect(await generateView(unit)).toBe(readFileSync(new URL(`${file}.ts`, views), 'utf8'));
  });

  it('gives the same twice', async () => {
    const [unit] = units;
    if (unit === undefined) throw new Error('no units');
    const [first, second] = [await generate(unit), await generate(unit)];
    expect(first === second).toBe(true);
  });

  it('has a module for each unit, and no other', () => {
    expect(readdirSync(committed).sort()).toEqual(units.map(({ file }) => `${file}.ts`).sort());
    expect(readdirSync(views).sort()).toEqual(viewUnits.map(({ file }) => `${file}.ts`).sort());
  });
});

describe('generateLinkData', () => {
  it('gives the types that are committed', async () => {
    const committedTypes = new URL('../../../packages/iproute/src/generated/link-data.ts', import.meta.url);
    expect(await generateLinkData()).toBe(readFileSync(committedTypes, 'utf8'));
  });
});

describe('stores', () => {
  /** Runs statements such as `o.setInt32(to + 4, 5, true);` at a place. */
  const run = (text: string): string => {
    const o = new DataView(new ArrayBuffer(256));
    for (const statement of stores(text)) {
      const parts = /^o\.(\w+)\(to(?: \+ (\d+))?, ([^,)]+)(?:, true)?\);$/u.exec(statement);
      const [, method, offset = '0', value] = parts ?? [];
      const at = 7 + Number(offset);
      if (method === 'setFloat64') o.setFloat64(at, Number(value), true);
      else if (method === 'setInt32') o.setInt32(at, Number(value), true);
      else if (method === 'setUint16') o.setUint16(at, Number(value), true);
      else if (method === 'setUint8') o.setUint8(at, Number(value));
      else throw new Error(`not a store: ${statement}`);
    }
    return String.fromCharCode(...new Uint8Array(o.buffer, 7, text.length));
  };

  it('writes a text of any length', () => {
    const text = '"num-tx-queues":{"~ }zero":0,';
    for (let length = 1; length <= text.length; length++) expect(run(text.slice(0, length))).toBe(text.slice(0, length));
  });

  it('writes every character of ASCII in every place', () => {
    const all = Array.from({ length: 94 }, (_, n) => String.fromCharCode(0x21 + n)).join('');
    for (let shift = 0; shift < 8; shift++) expect(run(all.slice(shift))).toBe(all.slice(shift));
  });

  it('takes one word for eight characters', () => {
    expect(stores('12345678')).toHaveLength(1);
    expect(stores('"mtu":')).toHaveLength(2);
  });

  it('refuses what is not ASCII', () => {
    expect(() => stores('\u00e9')).toThrow(RangeError);
    expect(() => stores('a\0')).toThrow(RangeError);
  });
});
