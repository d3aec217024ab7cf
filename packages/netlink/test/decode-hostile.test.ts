import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConversationTracker, DecodeContext, JsonLineWriter, PacketCursor, TextWriter, decodeStep, type DecodedLine } from '../src/decode/index.ts';
import { attributes, many, nest, subMessage, choice, u8, type AttributeSet, type Schema } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens } from './decode-golden.ts';
import { toy, toyMessage } from './decode-toy.ts';

let schemas: readonly Schema[] = [];
let cursors: GoldenCursors;

beforeAll(async () => {
  schemas = await allSchemas();
  cursors = new GoldenCursors(schemas);
});

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Everything that can be made of what a cursor stands at; the line has to be JSON, and to say what the object says. */
function everything(cursor: PacketCursor, lines: JsonLineWriter, text: TextWriter): DecodedLine {
  const step = decodeStep(cursor);
  lines.clear();
  lines.write(cursor);
  text.clear();
  text.write(cursor);
  return step;
}

describe('whatever comes', () => {
  it('every truncation of every message: no throw, and nothing from beyond its end', () => {
    let inputs = 0;
    for (const golden of goldens) {
      const { bytes } = golden;
      const step = Math.max(1, Math.floor(bytes.length / 160));
      for (let length = 0; length < bytes.length; length += step, inputs++) {
        // What follows must not be seen: it would change what is decoded.
        const exact = cursors.at(golden, bytes.slice(0, length));
        const first = exact === undefined ? undefined : decodeStep(exact);
        const larger = new Uint8Array(length + 64).fill(0xa5);
        larger.set(bytes.subarray(0, length));
        const inside = cursors.at(golden, larger.subarray(0, length));
        expect(inside === undefined ? undefined : decodeStep(inside)).toEqual(first);
      }
    }
    expect(inputs).toBeGreaterThan(80_000);
  });

  it('every message with any octet changed: no throw, and the line says what the object says', () => {
    let inputs = 0;
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    for (const golden of goldens) {
      const { bytes } = golden;
      const own = cursors.at(golden, bytes);
      if (own === undefined) continue;
      const lines = new JsonLineWriter(own.context, 1 << 16);
      const text = new TextWriter(own.context);
      const copy = bytes.slice();
      const stride = Math.max(1, Math.floor(copy.length / 200));
      for (let at = random(stride); at < copy.length; at += stride) {
        const before = copy[at] ?? 0;
        for (const octet of [0, 0xff, before + 1, before - 1, before ^ (1 << random(8))]) {
          copy[at] = octet;
          const cursor = cursors.at(golden, copy);
          if (cursor === undefined) continue;
          // All three every now and then; the object always.
          if (inputs++ % 16 === 0) {
            const step = everything(cursor, lines, text);
            expect(decoder.decode(lines.bytes)).toBe(`${JSON.stringify(step)}\n`);
          } else decodeStep(cursor);
        }
        copy[at] = before;
      }
    }
    expect(inputs).toBeGreaterThan(425_000);
  });

  it('any octets in any protocol', () => {
    const context = new DecodeContext({ families: schemas, genlFamilies: { 33: 'ethtool', 34: 'nl80211' } });
    const cursor = new PacketCursor(context);
    const lines = new JsonLineWriter(context, 64);
    const text = new TextWriter(context);
    const tracker = new ConversationTracker(context, () => undefined, 50);
    const property = fc.property(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 300 }), (protocol, bytes) => {
      cursor.reset({ protocol, bytes });
      while (cursor.next()) {
        tracker.message(cursor);
        const step = everything(cursor, lines, text);
        expect(decoder.decode(lines.bytes)).toBe(`${JSON.stringify(step)}\n`);
      }
    });
    fc.assert(property, { numRuns: Number(process.env['FC_RUNS'] ?? 20_000) });
  });
});

describe('a hostile message', () => {
  /** A message of the toy family with so many octets of attributes. */
  const attributesOf = (octets: Uint8Array): Uint8Array => toyMessage((writer) => writer.append(octets));
  const decodeToy = (set: AttributeSet, bytes: Uint8Array): DecodedLine => {
    const context = new DecodeContext({ families: [toy(set)] });
    const cursor = new PacketCursor(context);
    cursor.reset({ protocol: 0, bytes });
    cursor.next();
    return everything(cursor, new JsonLineWriter(context), new TextWriter(context));
  };
  const repeated = (count: number, type: (index: number) => number): Uint8Array => {
    const octets = new Uint8Array(count * 4);
    const view = new DataView(octets.buffer);
    for (let i = 0; i < count; i++) view.setUint32(i * 4, 4 | (type(i) << 16), true);
    return octets;
  };
  const COUNT = 60_000;

  it('takes time in proportion to its length: one attribute again and again', () => {
    const started = performance.now();
    const { attrs } = decodeToy(attributes('s', { 1: u8('x') }), attributesOf(repeated(COUNT, () => 1)));
    expect(Object.keys(attrs ?? {})).toHaveLength(COUNT);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('takes time in proportion to its length: lists, and sub-messages without a selector', () => {
    const set = attributes('s', { 1: many(u8('x')), 2: subMessage('data', choice('c', {}), 'kind'), 3: u8('kind') });
    const started = performance.now();
    decodeToy(set, attributesOf(repeated(COUNT, (index) => 1 + (index % 2))));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('takes time in proportion to its length: nests in nests', () => {
    const self: AttributeSet = attributes('self', { 1: nest('in', () => self) });
    const octets = new Uint8Array(65_532);
    const view = new DataView(octets.buffer);
    for (let at = 0; at < octets.length; at += 4) view.setUint32(at, (octets.length - at) | (1 << 16), true);
    const started = performance.now();
    decodeToy(self, attributesOf(octets));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('allocates nothing for what its lengths claim', () => {
    const bytes = new Uint8Array(20);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setUint16(4, 16, true);
    view.setUint16(16, 0xffff, true);
    const context = new DecodeContext({ families: schemas });
    const cursor = new PacketCursor(context);
    cursor.reset({ protocol: 0, bytes });
    expect(cursor.next()).toBe(true);
    const lines = new JsonLineWriter(context, 64);
    lines.write(cursor);
    expect(lines.length).toBeLessThan(400);
    expect(decodeStep(cursor)).toMatchObject({ len: 0xffff_ffff, truncated: true });
  });
});
