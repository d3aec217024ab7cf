import { NETLINK_ROUTE, NLM_F_REQUEST, RTM_NEWLINK, nlmsghdr } from '@netdevkit/bindings';
import { beforeAll, describe, expect, it } from 'vitest';
import { MessageWriter, PacketCursor, SummaryWriter, plainSummary, type SummaryStyle } from '../src/index.ts';
import { DecodeContext, type Packet } from '../src/decode/index.ts';
import { kobjectUevent } from '../src/families/raw-others.ts';
import { rtLink } from '../src/generated/rt-link.ts';
import { isCode, type Schema } from '../src/schema/index.ts';
import { allSchemas, goldens } from './decode-golden.ts';
import { fc } from './filter-arbitraries.ts';
import { PlainSummary, type Paint } from './plain-summary.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

const marks: SummaryStyle = {
  number: ['<n>', '</n>'],
  time: ['<t>', '</t>'],
  request: ['<request>', '</>'],
  answer: ['<answer>', '</>'],
  event: ['<event>', '</>'],
  type: ['<type>', '</>'],
  detail: ['<detail>', '</detail>'],
  error: ['<error>', '</error>'],
};
const marked: Paint = (part, text) => (text === '' ? '' : marks[part].join(text));

/** All lines of a packet, in both ways. */
function both(packet: Packet, context: DecodeContext, options: { readonly isMarked: boolean; readonly isNumbered: boolean }): readonly [fast: string, plain: string] {
  const { isMarked, isNumbered } = options;
  // A small capacity: whoever forgets to make room writes beyond the end.
  const writer = new SummaryWriter(context, { style: isMarked ? marks : plainSummary, isNumbered, capacity: 256 });
  const plain = new PlainSummary(isMarked ? marked : (_part, text) => text, isNumbered);
  const cursor = new PacketCursor(context);
  cursor.reset(packet);
  let lines = '';
  while (cursor.next()) {
    writer.write(cursor);
    lines += plain.line(cursor);
  }
  // Half of a character is none in UTF-8.
  return [decoder.decode(writer.bytes), decoder.decode(new TextEncoder().encode(lines))];
}

describe('SummaryWriter', () => {
  let schemas: readonly Schema[];

  beforeAll(async () => {
    schemas = (await allSchemas()).filter((schema) => !isCode(schema));
  });

  it('writes what can be made of whole objects: every kind of message', () => {
    for (const { capture, frame, protocol, bytes, genlFamilies } of goldens) {
      const context = new DecodeContext({ families: schemas, genlFamilies });
      for (const seq of [undefined, 0]) {
        const octets = bytes.slice();
        // Without a number it would be a notification.
        if (seq !== undefined && octets.length >= nlmsghdr.SIZE) octets.fill(0, 8, 16);
        const packet = { protocol, bytes: octets, frame, seconds: 1_763_745_600, nanoseconds: 5000, interface: 'nlmon0' };
        for (const isMarked of [false, true]) {
          const [fast, plain] = both(packet, context, { isMarked, isNumbered: true });
          expect(fast, `${capture} ${String(frame)}`).toBe(plain);
        }
      }
    }
  });

  it('writes what can be made of whole objects: messages that are cut off or damaged, and any octets', () => {
    const contexts = new Map(goldens.map(({ capture, genlFamilies }) => [capture, new DecodeContext({ families: schemas, genlFamilies })]));
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const change = fc.oneof(
      place.map((share) => (bytes: Uint8Array) => bytes.slice(0, Math.floor(bytes.length * share))),
      fc.array(fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })), { minLength: 1, maxLength: 3 }).map((changes) => (bytes: Uint8Array) => {
        const changed = bytes.slice();
        for (const [share, octets] of changes) changed.set(octets.subarray(0, Math.max(0, changed.length - 16)), Math.min(16 + Math.floor((changed.length - 16) * share), Math.max(0, changed.length - octets.length)));
        return changed;
      }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((text) => (bytes: Uint8Array) => {
        const octets = new TextEncoder().encode(text);
        const changed = bytes.slice();
        // Names stand somewhere behind the headers.
        changed.set(octets.subarray(0, Math.max(0, changed.length - 36)), Math.min(36, changed.length));
        return changed;
      }),
    );
    fc.assert(
      fc.property(fc.nat(goldens.length - 1), change, fc.boolean(), fc.option(fc.constantFrom('nlmon0', 'évil\u001b[2J')), fc.nat(200_000), (index, damage, isMarked, name, frame) => {
        const golden = goldens[index];
        const context = contexts.get(golden?.capture ?? '');
        if (golden === undefined || context === undefined) return;
        const bytes = damage(golden.bytes);
        const packet = { protocol: golden.protocol, bytes, ...(frame % 3 === 0 ? {} : { frame, seconds: frame * 9973, nanoseconds: frame * 4001 }), ...(name === null ? {} : { interface: name }) };
        const [fast, plain] = both(packet, context, { isMarked, isNumbered: frame % 2 === 0 });
        expect(fast).toBe(plain);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 5000) },
    );
  });

  it('shows a long text as far as it fits, and cuts no character of two units so that the line is no text', () => {
    const context = new DecodeContext({ families: [rtLink] });
    const flags = NLM_F_REQUEST;
    for (let length = 140; length <= 180; length++) {
      for (const text of ['x'.repeat(length), `${'x'.repeat(length - 20)}😀😀😀😀😀😀😀😀`, 'é'.repeat(length), '漢 '.repeat(length / 2)]) {
        const writer = new MessageWriter();
        writer.begin(RTM_NEWLINK, flags, 1, 1);
        writer.reserve(16);
        writer.putString(20, text);
        writer.putString(20, text);
        writer.putU32(4, 1500);
        writer.end();
        const [fast, plain] = both({ protocol: NETLINK_ROUTE, bytes: writer.bytes }, context, { isMarked: false, isNumbered: true });
        expect(fast).toBe(plain);
      }
    }
  });

  it('writes a line for a datagram of a protocol without messages, and for octets that are none', () => {
    const bytes = new TextEncoder().encode('add@/devices/virtual/net/lo\0ACTION=add\0SUBSYSTEM=net\0');
    const context = new DecodeContext({ families: [kobjectUevent] });
    expect(both({ protocol: 15, bytes, frame: 1 }, context, { isMarked: false, isNumbered: true })[0]).toMatch(/^ {4}1 KOBJECT_UEVENT len \d+ /);
    expect(both({ protocol: 0, bytes: Uint8Array.of(1, 2, 3), frame: 100_000 }, context, { isMarked: true, isNumbered: true })).toEqual(
      Array(2).fill('<n>100000</n> ROUTE <error>no message</error> <detail>len 3</detail> 010203\n'),
    );
  });

  it('begins anew in the same octets', () => {
    const context = new DecodeContext({ families: [] });
    const writer = new SummaryWriter(context, { isNumbered: false });
    const cursor = new PacketCursor(context);
    for (let n = 0; n < 2; n++) {
      cursor.reset({ protocol: 0, bytes: Uint8Array.of(n) });
      cursor.next();
      writer.write(cursor);
      expect(decoder.decode(writer.bytes)).toBe(`ROUTE no message len 1 0${String(n)}\n`);
      expect(writer.length).toBe(writer.bytes.length);
      writer.clear();
      expect(writer.length).toBe(0);
    }
  });
});
