import { beforeAll, describe, expect, it } from 'vitest';
import { ByteWriter } from '../src/decode/byte-writer.ts';
import { Identity } from '../src/decode/identity.ts';
import { JsonWalker } from '../src/decode/json-walker.ts';
import { TextWalker } from '../src/decode/text-walker.ts';
import { JsonLineWriter, TextWriter, plainStyle, decodeStep, type PacketCursor } from '../src/decode/index.ts';
import { isCode, type Schema } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens, type Golden } from './decode-golden.ts';

/** What a writer always has behind what was asked for. */
const SLACK = 16;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** All that is made of messages, by one of two: the tables alone, or with generated code. */
class Subject {
  readonly #cursors: GoldenCursors;
  readonly #writers: Map<string, readonly [JsonLineWriter, TextWriter]> = new Map();

  constructor(schemas: readonly Schema[]) {
    this.#cursors = new GoldenCursors(schemas);
  }

  /** A cursor that stands at a message. */
  at(golden: Golden, bytes: Uint8Array): PacketCursor | undefined {
    return this.#cursors.at(golden, bytes);
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

  it('writes no more than it has made room for', () => {
    /** Has room for what was asked for and for nothing else: a write beyond it throws. It stays the same: code ends where it changes. */
    class StrictView extends DataView<ArrayBuffer> {
      end = 0;

      #check(end: number): void {
        if (end > this.end) throw new RangeError(`expected a write up to ${String(this.end)}, got one to ${String(end)}`);
      }
      override setUint8(at: number, value: number): void {
        this.#check(at + 1);
        super.setUint8(at, value);
      }
      override setUint16(at: number, value: number, littleEndian?: boolean): void {
        this.#check(at + 2);
        super.setUint16(at, value, littleEndian);
      }
      override setInt16(at: number, value: number, littleEndian?: boolean): void {
        this.#check(at + 2);
        super.setInt16(at, value, littleEndian);
      }
      override setInt32(at: number, value: number, littleEndian?: boolean): void {
        this.#check(at + 4);
        super.setInt32(at, value, littleEndian);
      }
      override setFloat64(at: number, value: number, littleEndian?: boolean): void {
        this.#check(at + 8);
        super.setFloat64(at, value, littleEndian);
      }
    }
    class StrictWriter extends ByteWriter {
      readonly #strict: StrictView;

      constructor() {
        super(1 << 24);
        this.#strict = new StrictView(this.bytes.buffer);
        this.view = this.#strict;
      }

      override reserve(octets: number): void {
        this.#strict.end = this.at + octets + SLACK;
      }
    }
    const out = new StrictWriter();
    const identity = new Identity();
    const json = new JsonWalker(out);
    const text = new TextWalker(out, plainStyle);
    let inputs = 0;
    let state = 3;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (state >>> 8) % below;
    };
    for (const golden of hot) {
      for (let round = 0; round < 6; round++, inputs++) {
        const bytes = golden.bytes.slice();
        // The longest numbers, and texts of the length of their attribute.
        for (let change = 0; change < round * 4; change++) bytes.fill(round % 2 === 0 ? 0xff : 0x41, 16 + 4 * random(bytes.length >> 2), 16 + 4 * random(bytes.length >> 2));
        const cursor = code.at(golden, bytes);
        if (cursor?.isMessage !== true) continue;
        identity.look(cursor.context, cursor);
        const { format, start } = identity;
        const { view, offset, length } = cursor;
        const end = offset + length;
        if (identity.role !== 'family' || start >= end) continue;
        const header = format.header === undefined ? start : Math.min(end, start + ((format.header.size + 3) & ~3));
        out.truncate(0);
        out.reserve(0);
        if (format.header !== undefined) json.writeStruct(bytes, view, format.header, start, header);
        json.writeBody(bytes, view, format, header, end, start);
        if (format.header !== undefined) text.writeStruct(bytes, view, format.header, start, header, 4);
        text.writeBody(bytes, view, format, header, end, start, 4);
      }
    }
    expect(inputs).toBeGreaterThan(4000);
  });
});
