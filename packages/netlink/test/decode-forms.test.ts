import { NETLINK_ROUTE } from '@netdevkit/bindings';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rtRoute } from '../src/catalog/family/rt-route.ts';
import { DecodeContext, JsonLineWriter, PacketCursor, TextWriter, decodeStep, encode, layoutOf, spotsOf, type DecodedMessage } from '../src/decode/index.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { address, attributes, be16, binary, nest, openAddress, record, sized, struct, u16, u32, u8, type AttributeSet, type Hint, type Schema } from '../src/schema/index.ts';
import { TOY, toy } from './decode-toy.ts';

const NOTATIONS: readonly Hint[] = ['sockaddr', 'mpls', 'tc-handle', 'c-string', 'escaped'];

const set: AttributeSet = attributes('forms', {
  1: sized('hops', { header: struct('hop', [u16('len'), u8('a'), u8('b')]), attributes: () => set }),
  2: record('via', struct('via', [u16('family'), openAddress('addr', 'family')])),
  3: record('group', struct('group', [address('addr', 'proto'), be16('proto')])),
  4: u32('number'),
  5: nest('in', () => set),
  ...Object.fromEntries(NOTATIONS.map((hint, index) => [6 + index, binary(hint, { hint })])),
});

/** Octets such as sockets and labels begin with, and any others. */
const octets: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 16, maxLength: 28 }).map((bytes) => Uint8Array.from([2, 0, ...bytes.subarray(2, 8), ...new Uint8Array(bytes.length - 8)])),
  fc.uint8Array({ minLength: 28, maxLength: 28 }).map((bytes) => Uint8Array.from([10, 0, bytes[2] ?? 0, bytes[3] ?? 0, 0, 0, 0, 0, ...bytes.subarray(8)])),
  fc.array(fc.integer({ min: 0, max: 0xf_ffff }), { maxLength: 4 }).map((labels) =>
    Uint8Array.from(labels.flatMap((label, index) => [label >>> 12, (label >>> 4) & 0xff, ((label & 15) << 4) | (index === labels.length - 1 ? 1 : 0), 0])),
  ),
  fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ minLength: 2, maxLength: 30 })), { maxLength: 4 }).map((hops) =>
    Uint8Array.from(hops.flatMap(([length, rest]) => [length < 4 ? length : rest.length + 2, 0, ...rest, ...new Uint8Array((4 - ((rest.length + 2) % 4)) % 4)])),
  ),
);

const attribute = fc.tuple(fc.integer({ min: 1, max: 6 + NOTATIONS.length }), octets);

function messageOf(header: Uint8Array, list: readonly (readonly [number, Uint8Array])[], type: number): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, 0, 1, 2);
  writer.append(header);
  for (const [number, payload] of list) writer.putBytes(number, payload);
  writer.end();
  return writer.toBytes();
}

/** What decodes a message in every way. */
function toolsOf(schemas: readonly Schema[]): Tools {
  const context = new DecodeContext({ families: schemas });
  return { context, cursor: new PacketCursor(context), lines: new JsonLineWriter(context), text: new TextWriter(context) };
}

interface Tools {
  readonly context: DecodeContext;
  readonly cursor: PacketCursor;
  readonly lines: JsonLineWriter;
  readonly text: TextWriter;
}

/** What has to hold of every message. */
function tryMessage({ context, cursor, lines, text }: Tools, bytes: Uint8Array): void {
  cursor.reset({ protocol: NETLINK_ROUTE, bytes });
  expect(cursor.next()).toBe(true);
  // CAST: what `next` came to has a header.
  const decoded = decodeStep(cursor) as DecodedMessage;
  lines.clear();
  lines.write(cursor);
  expect(new TextDecoder().decode(lines.bytes)).toBe(`${JSON.stringify(decoded)}\n`);
  text.clear();
  text.write(cursor);
  expect(new TextDecoder().decode(text.bytes)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(encode(decoded, context, layoutOf(cursor, context))).toEqual(bytes);
  for (const { at, length } of spotsOf(cursor, context)) if (at >= 0) expect(at + length).toBeLessThanOrEqual(bytes.length);
}

describe('whatever stands in an attribute', () => {
  const header = new Uint8Array(0);
  const cases: readonly (readonly [what: string, schemas: readonly Schema[], header: fc.Arbitrary<Uint8Array>, type: number])[] = [
    ['of every form', [toy(set)], fc.constant(header), TOY],
    ['of a route', rtRoute, fc.constantFrom(2, 10, 28, 128, 0).map((family) => Uint8Array.of(family, 8, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0)), 24],
  ];
  it.each(cases)('%s: the object, the line, the text, the places and the way back agree', (_what, schemas, headers, type) => {
    const tools = toolsOf(schemas);
    const numbers = type === TOY ? fc.array(attribute, { maxLength: 6 }) : fc.array(fc.tuple(fc.constantFrom(1, 5, 8, 9, 18, 19, 22), octets), { maxLength: 6 });
    fc.assert(
      fc.property(headers, numbers, (head, list) => {
        tryMessage(tools, messageOf(head, list, type));
      }),
      { numRuns: 1500 },
    );
  });
});
