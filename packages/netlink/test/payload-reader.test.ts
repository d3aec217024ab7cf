import { NLM_F_REQUEST } from '@netdevkit/bindings';
import { beforeAll, describe, expect, it } from 'vitest';
import { PayloadReader, decodeStep, type Interest, type JsonObject, type JsonValue, type PayloadVisitor } from '../src/index.ts';
import { isCode } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens } from './decode-golden.ts';
import { fc } from './filter-arbitraries.ts';

type Wants = (name: string) => Interest;

/** Octets instead of a value. */
const OCTETS = 'octets:';

/** Makes objects of what it is told. */
class Builder implements PayloadVisitor {
  #root: Record<string, JsonValue> = {};
  #target: Record<string, JsonValue> | JsonValue[] = this.#root;
  readonly #around: (Record<string, JsonValue> | JsonValue[])[] = [];
  #name = '';
  readonly #wants: Wants;

  constructor(wants: Wants) {
    this.#wants = wants;
  }

  take(): JsonObject {
    const root = this.#root;
    expect(this.#around).toEqual([]);
    this.#root = {};
    this.#target = this.#root;
    return root;
  }

  member(name: string): Interest {
    this.#name = name;
    return this.#wants(name);
  }

  octets(view: DataView, at: number, length: number): void {
    this.value(OCTETS + Buffer.from(view.buffer, view.byteOffset + at, length).toString('hex'));
  }

  value(value: JsonValue): void {
    if (Array.isArray(this.#target)) this.#target.push(value);
    else this.#target[this.#name] = value;
  }

  open(): void {
    this.#enter({});
  }

  close(): void {
    this.#leave();
  }

  openList(): void {
    this.#enter([]);
  }

  closeList(): void {
    this.#leave();
  }

  #enter(value: Record<string, JsonValue> | JsonValue[]): void {
    this.value(value);
    this.#around.push(this.#target);
    this.#target = value;
  }

  #leave(): void {
    const outer = this.#around.pop();
    if (outer === undefined) throw new Error('more ends than beginnings');
    this.#target = outer;
  }
}

/** A value without the members that nobody wants. */
function without(value: JsonValue, isWanted: (name: string) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((inner) => without(inner, isWanted));
  // A value with a mask is one.
  if (typeof value !== 'object' || value === null || 'selector' in value) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (isWanted(name) ? [[name, without(inner, isWanted)]] : [])));
}

function payloadOf(step: ReturnType<typeof decodeStep>): JsonObject {
  return 'typeId' in step ? { ...step.header, ...step.attrs } : {};
}

describe('PayloadReader', () => {
  let cursors: GoldenCursors;

  beforeAll(async () => {
    cursors = new GoldenCursors((await allSchemas()).filter((schema) => !isCode(schema)));
  });

  const cursorAt = (index: number, bytes?: Uint8Array): NonNullable<ReturnType<GoldenCursors['at']>> | undefined => {
    const golden = goldens[index];
    return golden === undefined ? undefined : cursors.at(golden, bytes ?? golden.bytes);
  };

  it('says what decoding makes objects of: every kind of message', () => {
    const builder = new Builder(() => 'value');
    const reader = new PayloadReader(builder);
    let read = 0;
    for (const [index, { capture, frame }] of goldens.entries()) {
      const cursor = cursorAt(index);
      if (cursor === undefined || !reader.read(cursor)) continue;
      read++;
      expect(JSON.stringify(builder.take()), `${capture} ${String(frame)}`).toBe(JSON.stringify(payloadOf(decodeStep(cursor))));
    }
    expect(read).toBeGreaterThan(600);
  });

  it('says the same of messages that are cut off or damaged, and passes over what is not wanted', () => {
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(goldens.length - 1), place, fc.option(fc.nat(255)), fc.nat(6), (index, share, octet, letter) => {
        const bytes = goldens[index]?.bytes.slice() ?? new Uint8Array(0);
        const at = 16 + Math.floor((bytes.length - 16) * share);
        if (octet !== null) bytes[at] = octet;
        const cursor = cursorAt(index, octet === null ? bytes.subarray(0, at) : bytes);
        if (cursor === undefined) return;
        const isWanted = (name: string): boolean => name.length % 7 !== letter;
        const builder = new Builder((name) => (isWanted(name) ? 'value' : 'nothing'));
        if (!new PayloadReader(builder).read(cursor)) return;
        expect(builder.take()).toEqual(without(payloadOf(decodeStep(cursor)), isWanted));
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 4000) },
    );
  });

  it('gives octets where they say as much as the value: each of these has the same, and no other', () => {
    const [octets, values] = [new Builder(() => 'octets'), new Builder(() => 'value')];
    const [ofOctets, ofValues] = [new PayloadReader(octets), new PayloadReader(values)];
    const seen = new Map<string, string>();
    let compared = 0;
    const compare = (path: string, one: JsonValue | undefined, other: JsonValue | undefined): void => {
      if (typeof one === 'string' && one.startsWith(OCTETS)) {
        compared++;
        // What has the same octets has the same value; other octets have another one.
        for (const [from, to] of [[one, other], [JSON.stringify(other), one]] satisfies [string, JsonValue | undefined][]) {
          const key = `${path} ${String(one.length)} ${from ?? ''}`;
          const known = seen.get(key);
          if (known !== undefined) expect(JSON.stringify(to), key).toBe(known);
          seen.set(key, JSON.stringify(to));
        }
      } else if (typeof one === 'object' && one !== null) {
        expect(typeof other).toBe('object');
        // A text beside it may say what a sub-message is.
        const texts = Object.values(one).flatMap((inner) => (typeof inner === 'string' && !inner.startsWith(OCTETS) ? [inner] : []));
        for (const [name, inner] of Object.entries(one)) compare(`${path} ${texts.join()}.${name}`, inner, Reflect.get(Object(other), name));
      } else expect(one).toEqual(other);
    };
    for (const index of goldens.keys()) {
      const cursor = cursorAt(index);
      if (cursor === undefined || !ofOctets.read(cursor)) continue;
      ofValues.read(cursor);
      const { view, offset, context } = cursor;
      // What says which schema it is: the type, the direction, the family or the command.
      const what = [view.getUint16(offset + 4, true), view.getUint16(offset + 6, true) & NLM_F_REQUEST, cursor.length > 16 ? view.getUint8(offset + 16) : 0];
      const [one, other] = [octets.take(), values.take()];
      compare(`${context.protocolName} ${what.join(' ')} ${JSON.stringify(other['kind'] ?? '')}`, one, other);
    }
    expect(compared).toBeGreaterThan(5000);
  });

  it('leaves to others what has no header and attributes of a family', () => {
    const reader = new PayloadReader(new Builder(() => 'value'));
    for (const [index, { protocol }] of goldens.entries()) {
      const cursor = cursorAt(index);
      if (cursor === undefined) continue;
      const step = decodeStep(cursor);
      const isLeft = !('typeId' in step) || step.error !== undefined || step.payload !== undefined;
      if (isLeft) expect(reader.read(cursor), `${String(protocol)} ${JSON.stringify(step).slice(0, 200)}`).toBe(false);
    }
  });
});
