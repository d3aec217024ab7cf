import { readFileSync } from 'node:fs';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { DecodeContext, PacketCursor, PayloadReader, decodeStep, families } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { ARBITRARY, type Arbitrary } from '../src/diff/arbitrary.ts';
import { FingerprintCollector } from '../src/diff/fingerprints.ts';
import { LineDigest } from '../src/diff/line-digest.ts';
import { LineList } from '../src/diff/line-list.ts';
import { LineNumbers } from '../src/diff/line-numbers.ts';
import { LineVisitor } from '../src/diff/line-visitor.ts';
import { NormalValues } from '../src/diff/normal-values.ts';
import { Normaliser } from '../src/diff/normaliser.ts';
import { Runs } from '../src/diff/runs.ts';

/** Visits all that a capture holds. */
async function walk(visit: (cursor: PacketCursor) => void, damage: (bytes: Uint8Array) => void = () => undefined): Promise<void> {
  const cursor = new PacketCursor(new DecodeContext({ families: await Promise.all(families.map((family) => family.load())) }));
  let frame = 0;
  const reader = new CaptureReader({
    packet: ({ linkType, bytes, offset, length }) => {
      const payload = netlinkPayload(linkType, bytes, offset, length);
      if (payload === undefined) return;
      const copy = bytes.slice(payload.offset, payload.offset + payload.length);
      damage(copy);
      cursor.reset({ protocol: payload.protocol, frame: ++frame, bytes: copy, interface: frame % 5 === 0 ? 'nlmon1' : 'nlmon0' });
      while (cursor.next()) visit(cursor);
    },
  });
  reader.feed(readFileSync(GOLDEN));
  reader.end();
}

/** Every eighth octet behind the headers is another, always the same way. */
function damage(bytes: Uint8Array): void {
  for (let at = 40; at < bytes.length; at += 97) bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
}

const kept: ReadonlySet<Arbitrary>[] = [new Set(), new Set(ARBITRARY), new Set(['stats', 'time'])];

describe('LineVisitor', () => {
  it.each([['as it was captured', undefined], ['damaged', damage]] as const)('makes the lines that the decoded form has: a capture %s', async (_how, change) => {
    for (const keep of kept) {
      const [walked, decoded] = [new LineList(), new LineList()];
      const [fast, plain] = [new LineVisitor(walked, new NormalValues(keep)), new LineVisitor(decoded, new NormalValues(keep))];
      const reader = new PayloadReader(fast);
      let compared = 0;
      await walk((cursor) => {
        const step = decodeStep(cursor);
        fast.begin();
        plain.begin();
        if (!reader.read(cursor) || !('typeId' in step)) return;
        if (step.header !== undefined) plain.members(step.header);
        if (step.attrs !== undefined) plain.members(step.attrs);
        expect(walked.take()).toEqual(decoded.take());
        compared++;
      }, change);
      expect(compared).toBeGreaterThan(30);
    }
  });
});

describe('LineDigest', () => {
  it('is the same for messages with the same lines, and for no others', async () => {
    for (const keep of kept) {
      const [digest, list] = [new LineDigest(), new LineList()];
      const [ofDigest, ofList] = [new Normaliser(keep, digest), new Normaliser(keep, list)];
      const [digests, texts] = [new Map<string, number>(), new Map<number, string>()];
      const add = (cursor: PacketCursor): void => {
        ofDigest.add(cursor);
        ofList.add(cursor);
        const lines = list.take();
        expect(digest.lines).toBe(lines.length);
        const [number, text] = [digest.take(), lines.join('\n')];
        expect(digests.get(text) ?? number).toBe(number);
        expect(texts.get(number) ?? text).toBe(text);
        digests.set(text, number);
        texts.set(number, text);
      };
      await walk(add);
      await walk(add, damage);
      await walk(add);
      expect(texts.size).toBeGreaterThan(40);
    }
  });

  it('tells octets apart by their number and by each of their bits', () => {
    const digest = new LineDigest();
    const place = new LineVisitor(digest, new NormalValues(new Set()));
    place.begin();
    const of = (octets: readonly number[]): number => {
      place.member('x');
      place.octets(new DataView(Uint8Array.from(octets).buffer), 0, octets.length);
      return digest.take();
    };
    const all = new Set([of([]), of([0]), of([0, 0]), of([0, 0, 0, 0]), of([0, 0, 0, 0, 0])]);
    for (let bit = 0; bit < 256; bit++) all.add(of(Array.from({ length: 32 }, (_, at) => (at === bit >> 3 ? 1 << (bit & 7) : 0))));
    expect(all.size).toBe(5 + 256);
  });
});

describe('Runs', () => {
  const conversations = fc.array(fc.oneof(fc.constant('alone' as const), fc.constant('new' as const), fc.nat(20), fc.constant(0)), { maxLength: 200 });

  /** Numbers as they come: a message alone, the first of a conversation, or another of one that there is. */
  function numbered(kinds: readonly ('alone' | 'new' | number)[]): { readonly conversation: number; readonly isAlone: boolean }[] {
    const open: number[] = [];
    let next = 0;
    return kinds.map((kind) => {
      const known = typeof kind === 'number' ? open[open.length - 1 - kind] : undefined;
      if (known !== undefined) return { conversation: known, isAlone: false };
      if (kind !== 'alone') open.push(next);
      return { conversation: next++, isAlone: kind === 'alone' };
    });
  }

  it('brings messages into the order of conversations, and those of one into that of the capture', () => {
    fc.assert(
      fc.property(conversations, (kinds) => {
        const messages = numbered(kinds).map((message, place) => ({ ...message, place }));
        const runs = new Runs();
        for (const { conversation, isAlone } of messages) runs.add(conversation, isAlone);
        const isInOrder = runs.sort();
        const expected = messages.toSorted((a, b) => a.conversation - b.conversation).map(({ place }) => place);
        const places: number[] = [];
        runs.forEach((start, end) => {
          for (let place = start; place < end; place++) places.push(place);
        });
        expect(places).toEqual(expected);
        expect(expected.map((_, message) => runs.placeOf(message))).toEqual(expected);
        if (isInOrder) expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts the lines before each message', () => {
    const numbers = new LineNumbers();
    const collector = new FingerprintCollector(numbers);
    const lines = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 13);
    lines.forEach((count, i) => {
      collector.add(count * 1000, count, i, true);
    });
    const fingerprints = collector.sorted();
    let before = 0;
    for (let i = 0; i <= lines.length; i++) {
      if (i % 97 === 0 || i % 1024 < 2 || i === lines.length) expect(fingerprints.linesBefore(i)).toBe(before);
      before += lines[i] ?? 0;
    }
    expect(numbers.size).toBe(13);
  });
});
