import { beforeAll, describe, expect, it } from 'vitest';
import { JsonLineWriter, TextWriter, decodeStep, type PacketCursor } from '../src/decode/index.ts';
import { isCode, type Schema } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens, type Golden } from './decode-golden.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** All that is made of messages, by one of two: the tables alone, or with generated code. */
class Subject {
  readonly #cursors: GoldenCursors;
  readonly #writers: Map<string, readonly [JsonLineWriter, TextWriter]> = new Map();

  constructor(schemas: readonly Schema[]) {
    this.#cursors = new GoldenCursors(schemas);
  }

  /** The line, the object as a line, and the text. */
  of(golden: Golden, bytes: Uint8Array): readonly string[] {
    const cursor = this.#cursors.at(golden, bytes);
    if (cursor === undefined) return [];
    const [lines, text] = this.#writersOf(golden.capture, cursor);
    lines.clear();
    lines.write(cursor);
    text.clear();
    text.write(cursor);
    return [decoder.decode(lines.bytes), `${JSON.stringify(decodeStep(cursor))}\n`, decoder.decode(text.bytes)];
  }

  #writersOf(capture: string, { context }: PacketCursor): readonly [JsonLineWriter, TextWriter] {
    let writers = this.#writers.get(capture);
    if (writers === undefined) {
      // A small capacity: whoever forgets to make room writes beyond the end.
      writers = [new JsonLineWriter(context, 256), new TextWriter(context)];
      this.#writers.set(capture, writers);
    }
    return writers;
  }
}

describe('generated code', () => {
  let tables: Subject;
  let code: Subject;
  let hot: readonly Golden[] = [];

  beforeAll(async () => {
    const schemas = await allSchemas();
    expect(schemas.filter(isCode).length).toBeGreaterThan(8);
    tables = new Subject(schemas.filter((schema) => !isCode(schema)));
    code = new Subject(schemas);
    hot = goldens.filter(({ protocol }) => protocol === 0 || protocol === 4 || protocol === 16);
  });

  it('gives what the tables give: every message', () => {
    for (const golden of goldens) expect(code.of(golden, golden.bytes), `${golden.capture} ${String(golden.frame)}`).toEqual(tables.of(golden, golden.bytes));
  });

  it('gives what the tables give: messages that are cut off', () => {
    let inputs = 0;
    for (const golden of hot) {
      const step = Math.max(1, Math.floor(golden.bytes.length / 24));
      for (let length = 16 + (golden.frame % step); length < golden.bytes.length; length += step, inputs++) {
        const bytes = golden.bytes.slice(0, length);
        expect(code.of(golden, bytes)).toEqual(tables.of(golden, bytes));
      }
    }
    expect(inputs).toBeGreaterThan(10_000);
  });

  it('gives what the tables give: messages with an octet changed, and another', () => {
    let inputs = 0;
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (state >>> 8) % below;
    };
    for (const golden of hot) {
      for (let round = 0; round < 40; round++, inputs++) {
        const bytes = golden.bytes.slice();
        for (let changes = 1 + random(3); changes > 0; changes--) {
          const at = 16 + random(Math.max(1, bytes.length - 16));
          const before = bytes[at] ?? 0;
          // Lengths and types are changed most: what is at a multiple of four.
          bytes[random(2) === 0 ? at & ~3 : at] = [0, 0xff, before + 1, before - 1, before ^ (1 << random(8)), random(256)][random(6)] ?? 0;
        }
        expect(code.of(golden, bytes)).toEqual(tables.of(golden, bytes));
      }
    }
    expect(inputs).toBeGreaterThan(20_000);
  });
});
