import * as bindings from '@netdevkit/bindings';
import { readdirSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import { committedConstants, committedRecords, isLimit, moved, versions } from '../src/committed.ts';
import { Compiler } from '../src/compiler.ts';
import { FOLDER, generate, type Generated } from '../src/generate.ts';
import { newerConstants } from '../src/newer.ts';
import { committedFile, committedFrom, regenerate } from './toolchain.ts';

function headers(ctx: TestContext): Generated {
  const installed = regenerate();
  if ('missing' in installed) return ctx.skip(`cannot regenerate: ${installed.missing}`);
  return installed.generated;
}

describe('generate', () => {
  it('writes what is committed, from headers of the same version', (ctx) => {
    const { headers: found, files } = headers(ctx);
    const committed = committedFrom();
    expect(committed).toBeDefined();
    if (versions(found) !== committed) {
      ctx.skip(`the installed headers are ${versions(found)}, the committed files were made from ${committed ?? ''}`);
    }
    const differing = [...files].filter(([path, text]) => committedFile(path) !== text).map(([path]) => path);
    expect(differing, 'differ: run `npm run generate` in tooling/bindgen').toEqual([]);
    const stale = readdirSync(new URL(`../../../${FOLDER}/`, import.meta.url)).filter((name) => !files.has(`${FOLDER}/${name}`));
    expect(stale).toEqual([]);
  });

  it('agrees with the installed headers, of whatever version, on each committed constant', (ctx) => {
    const { areas } = headers(ctx).headers;
    const installed = new Map([...areas.values()].flat().map(({ name, value }) => [name, value]));
    let agreed = 0;
    for (const [name, value] of committedConstants(bindings)) {
      const other = installed.get(name);
      // Older headers lack what is newer than they are.
      if (other === undefined || isLimit(name)) continue;
      expect(other, name).toBe(value);
      agreed++;
    }
    expect(agreed).toBeGreaterThan(2000);
  });

  it('agrees with the installed headers, of whatever version, on each committed record', (ctx) => {
    const { layouts } = headers(ctx);
    const records = committedRecords(bindings);
    expect([...records.keys()].sort()).toEqual([...layouts.keys()].sort());
    for (const [name, layout] of layouts) {
      const record = records.get(name);
      expect(record && moved(record, layout), name).toEqual([]);
    }
  });

  it('gives the same twice', (ctx) => {
    const first = headers(ctx).files;
    using compiler = new Compiler();
    const second = generate(compiler, newerConstants(committedFile('packages/bindings/src/newer.ts'))).files;
    expect([...second]).toEqual([...first]);
  });
});

describe('newer.ts', () => {
  it('is exported whole, with the values that it has', () => {
    const newer = newerConstants(committedFile('packages/bindings/src/newer.ts'));
    const all = committedConstants(bindings);
    expect(newer.size).toBeGreaterThan(20);
    for (const [name, value] of newer) expect(all.get(name), name).toBe(value);
  });
});

describe('moved', () => {
  const record = { size: 8, fields: new Map([['a', { offset: 4, size: 2 }]]) };
  const layout = (size: number, name: string, offset: number) => ({
    name: 'it',
    kind: 'struct' as const,
    size,
    fields: [{ name, path: name, offset, size: 2, type: 'u16', value: { kind: 'bytes' as const } }],
  });

  it('lets a record grow and a member be renamed', () => {
    expect(moved(record, layout(8, 'a', 4))).toEqual([]);
    expect(moved(record, layout(12, 'b', 4))).toEqual([]);
    const { fields, ...rest } = layout(8, 'b', 4);
    expect(moved(record, { ...rest, fields: [...fields, ...layout(8, 'a', 4).fields.map((field) => ({ ...field, size: 0 }))] })).toEqual([]);
  });

  it('tells what shrank, moved or went', () => {
    expect(moved(record, layout(6, 'a', 4))).toEqual(['is 6 octets, not 8']);
    expect(moved(record, layout(8, 'a', 2))).toEqual(['a is 2 octets at 2, not 2 at 4']);
    expect(moved(record, layout(8, 'b', 2))).toEqual(['has nothing of 2 octets at 4 for a']);
  });
});
