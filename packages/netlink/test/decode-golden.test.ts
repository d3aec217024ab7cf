import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { JsonLineWriter, TextWriter, decode, decodeStep, encode, layoutOf } from '../src/decode/index.ts';
import type { Schema } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens } from './decode-golden.ts';
import { validate, type Schema as JsonSchema } from './json-schema.ts';

// CAST: the file is part of the package.
const lineSchema = JSON.parse(readFileSync(new URL('../json-line.schema.json', import.meta.url), 'utf8')) as JsonSchema;

/** Messages that have no name, on purpose: what the workloads sent to see the kernel refuse it. */
const NAMELESS = [
  { capture: /^errors\./, names: ['#999', '#200', '#32512', '#80', '#127'] },
  { capture: /^errors\./, names: ['nlctrl #99'] },
  { capture: /^nlmon-inject\./, names: ['#23130'] },
  { capture: /^families\./, names: ['#18'] },
];

/** Attributes that stay `#n`, on purpose: their length, or their number, is wrong. */
const UNNAMED = [
  { capture: /^errors\./, keys: ['#4', '#1', '#500', '#trailing'] },
  { capture: /^(nlmon-inject|families|libnl|genl-misc|strace)\./, keys: ['#trailing'] },
  { capture: /^tc-filter\./, keys: ['#3'] },
  { capture: /^wireless\./, keys: ['#index'] },
  { capture: /^link\./, keys: ['#index'] },
];

let schemas: readonly Schema[] = [];
let cursors: GoldenCursors;

beforeAll(async () => {
  schemas = await allSchemas();
  cursors = new GoldenCursors(schemas);
});

/** Keys that are no names, wherever they are. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key.startsWith('#') ? [key] : []), ...keysOf(inner)]);
}

describe('decoding what kernels sent', () => {
  it('names every message', () => {
    const nameless = goldens.flatMap((golden) => {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor?.isMessage !== true) return [];
      const { type, family, command } = decode(cursor, cursor.context);
      const name = type.startsWith('#') ? type : command?.startsWith('#') === true ? `${String(family)} ${command}` : '';
      const isMeant = NAMELESS.some(({ capture, names }) => capture.test(golden.capture) && names.includes(name));
      return name === '' || isMeant ? [] : [`${golden.capture} ${String(golden.frame)}: ${name}`];
    });
    expect(nameless).toEqual([]);
  });

  it('names every attribute, but for those that are wrong on purpose', () => {
    const unnamed = goldens.flatMap((golden) => {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor === undefined) return [];
      return keysOf(decodeStep(cursor))
        .filter((key) => !UNNAMED.some(({ capture, keys }) => capture.test(golden.capture) && keys.includes(key)))
        .map((key) => `${golden.capture} ${String(golden.frame)}: ${key}`);
    });
    expect(unnamed).toEqual([]);
  });

  it('writes JSON lines that are what JSON.stringify makes of the object', () => {
    const decoder = new TextDecoder();
    for (const golden of goldens) {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor === undefined) continue;
      // A small start, so that growing is part of the test.
      const lines = new JsonLineWriter(cursor.context, 64);
      lines.write(cursor);
      expect(decoder.decode(lines.bytes), `${golden.capture} ${String(golden.frame)}`).toBe(`${JSON.stringify(decodeStep(cursor))}\n`);
    }
  });

  it('writes lines in the form that is promised', () => {
    const problems = goldens.flatMap((golden) => {
      const cursor = cursors.at(golden, golden.bytes);
      return cursor === undefined ? [] : validate(lineSchema, decodeStep(cursor)).map((problem) => `${golden.capture} ${String(golden.frame)}${problem}`);
    });
    expect(problems).toEqual([]);
  });

  it('writes text that commands no terminal', () => {
    const decoder = new TextDecoder();
    for (const golden of goldens) {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor === undefined) continue;
      const writer = new TextWriter(cursor.context);
      writer.write(cursor);
      const text = decoder.decode(writer.bytes);
      expect(text.endsWith('\n')).toBe(true);
      expect(/[\0-\t\v-\u001f\u007f-\u009f]/u.test(text), text).toBe(false);
    }
  });

  it('encodes every message to the octets that it was decoded from', () => {
    let canonical = 0;
    let payloads = 0;
    let total = 0;
    for (const golden of goldens) {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor?.isMessage !== true) continue;
      const { context, bytes, offset, length } = cursor;
      const layout = layoutOf(cursor, context);
      // Through JSON, as a program that reads lines would have it.
      const decoded = JSON.parse(JSON.stringify(decode(cursor, context))) as ReturnType<typeof decode>;
      expect(encode(decoded, context, layout), `${golden.capture} ${String(golden.frame)}`).toEqual(bytes.slice(offset, offset + length));
      total++;
      if (Object.keys(layout).length === 0) canonical++;
      if (layout.payload !== undefined) payloads++;
    }
    expect(canonical / total).toBeGreaterThan(0.5);
    expect(payloads / total).toBeLessThan(0.02);
  });
});
