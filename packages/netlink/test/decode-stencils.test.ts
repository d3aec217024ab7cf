import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileForms } from '../src/compile/index.ts';
import { ByteWriter } from '../src/decode/byte-writer.ts';
import { ObjectDecoder } from '../src/decode/decode.ts';
import type { FormPlan } from '../src/decode/form-plan.ts';
import { JsonLineWriter, TextWriter, decodeStep, type DecodeContext, type FormCompiler, type PacketCursor } from '../src/decode/index.ts';
import { Stencil } from '../src/decode/stencil.ts';
import { Stencils, type Kept } from '../src/decode/stencils.ts';
import { isCode } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens, type Golden } from './decode-golden.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** How often messages are written before they are changed: the first is forgotten, the second is remembered, of the third there is code. */
const TIMES = 4;

/** How often code served. */
let byCode = 0;

/** Makes code at once, perhaps such as reads every value anew. */
function eager(areAllVolatile: boolean): FormCompiler {
  const changed = <T extends FormPlan>(plan: T): T => {
    const isVolatile = areAllVolatile ? plan.isVolatile.map(() => 1) : plan.isVolatile;
    plan.stencil.settle(isVolatile);
    return { ...plan, isVolatile, fixed: plan.fixed === undefined ? undefined : plan.stencil.fixedWords() };
  };
  const counted = <Payload extends unknown[], Result>(maker: ((...payload: Payload) => Result) | undefined): ((...payload: Payload) => Result) => {
    if (maker === undefined) throw new Error('no code was made');
    return (...payload) => {
      const made = maker(...payload);
      if (made !== undefined && made !== false) byCode++;
      return made;
    };
  };
  return {
    after: 1,
    hotAfter: 2,
    objects: (plan) => counted(compileForms.objects(changed(plan))),
    text: (plan) => counted(compileForms.text(changed(plan))),
  };
}

/** What a context makes that has another compiler. */
function compiledBy<T>(context: DecodeContext, compiler: FormCompiler | undefined, make: () => T): T {
  // CAST: what keeps a compiler takes it as it is made.
  const changeable = context as { compiler: FormCompiler | undefined };
  changeable.compiler = compiler;
  const made = make();
  changeable.compiler = undefined;
  return made;
}

let remembers = true;

/** All that is made of the messages of one capture, by writers that may remember payloads, or may not. */
class Subject {
  readonly #cursor: PacketCursor;
  readonly #writers: ReadonlyMap<boolean, readonly (readonly [JsonLineWriter, TextWriter, ObjectDecoder])[]>;

  constructor(cursor: PacketCursor) {
    const { context } = cursor;
    this.#cursor = cursor;
    const compilers = [undefined, eager(false), eager(true)];
    const writers = (): readonly [JsonLineWriter, TextWriter, ObjectDecoder] => [new JsonLineWriter(context, 256), new TextWriter(context), new ObjectDecoder(context)];
    this.#writers = new Map([true, false].map((mayRemember) => [mayRemember, compilers.map((compiler) => compiledBy(context, compiler, writers))]));
  }

  /** The line, the text, and the object as a line of what the cursor stands at, by each compiler. */
  of(mayRemember: boolean): readonly string[] {
    remembers = mayRemember;
    return (this.#writers.get(mayRemember) ?? []).flatMap(([json, text, objects]) => {
      json.clear();
      json.write(this.#cursor);
      text.clear();
      text.write(this.#cursor);
      return [decoder.decode(json.bytes), decoder.decode(text.bytes), JSON.stringify(objects.step(this.#cursor))];
    });
  }
}

/** Pseudo-random numbers, the same in each run. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

describe('what is remembered of payloads', () => {
  let cursors: GoldenCursors;
  const subjects: Map<string, Subject> = new Map();

  beforeAll(async () => {
    // Generated code does not change what is remembered, but where objects are made it takes the place of that.
    cursors = new GoldenCursors((await allSchemas()).filter((schema) => !isCode(schema)));
  });

  beforeEach(() => {
    remembers = true;
    byCode = 0;
    const { find } = Stencils.prototype;
    vi.spyOn(Stencils.prototype, 'find').mockImplementation(function (this: Stencils<Kept>, ...payload) {
      return remembers ? find.apply(this, payload) : undefined;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  function subjectOf(golden: Golden, cursor: PacketCursor): Subject {
    let subject = subjects.get(golden.capture);
    if (subject === undefined) {
      subject = new Subject(cursor);
      subjects.set(golden.capture, subject);
    }
    return subject;
  }

  function check(golden: Golden, cursor: PacketCursor): void {
    const subject = subjectOf(golden, cursor);
    expect(subject.of(true), `${golden.capture} ${String(golden.frame)}`).toEqual(subject.of(false));
  }

  /** How often a payload was compared, and had the form of another, some of its values being different. */
  function counted(): { others: number; same: number } {
    const counts = { others: 0, same: 0 };
    const compare = Stencil.prototype.compare;
    vi.spyOn(Stencil.prototype, 'compare').mockImplementation(function (this: Stencil, ...payload) {
      const changed = compare.apply(this, payload);
      if (changed < 0) counts.others++;
      else if (changed > 0) counts.same++;
      return changed;
    });
    return counts;
  }

  it('changes nothing: every message', () => {
    const counts = counted();
    for (const golden of [...goldens, ...goldens, ...goldens, ...goldens]) {
      const cursor = cursors.at(golden, golden.bytes);
      if (cursor !== undefined) check(golden, cursor);
    }
    expect(counts.same).toBeGreaterThan(50);
    expect(byCode).toBeGreaterThan(4000);
  });

  it('changes nothing: messages with some octets changed', () => {
    const counts = counted();
    const random = randomly(11);
    let inputs = 0;
    for (const golden of goldens) {
      for (let time = 0; time < TIMES; time++) {
        const cursor = cursors.at(golden, golden.bytes);
        if (cursor !== undefined) subjectOf(golden, cursor).of(true);
      }
      for (let round = 0; round < 24; round++, inputs++) {
        const bytes = golden.bytes.slice();
        for (let changes = 1 + random(3); changes > 0; changes--) {
          const at = 16 + random(Math.max(1, bytes.length - 16));
          const place = random(3) === 0 ? at & ~3 : at;
          const before = bytes[place] ?? 0;
          bytes[place] = [0, 0xff, before + 1, before - 1, before ^ (1 << random(8)), random(256)][random(6)] ?? 0;
        }
        const cursor = cursors.at(golden, bytes);
        if (cursor !== undefined) check(golden, cursor);
      }
    }
    expect(inputs).toBeGreaterThan(20_000);
    expect(counts.same).toBeGreaterThan(10_000);
    expect(counts.others).toBeGreaterThan(10_000);
    expect(byCode).toBeGreaterThan(40_000);
  });

  it('writes no further than it has made room for', () => {
    const SLACK = 16;
    vi.spyOn(ByteWriter.prototype, 'reserve').mockImplementation(function (this: ByteWriter, octets) {
      const bytes = new Uint8Array(this.at + octets + SLACK);
      bytes.set(this.written);
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    });
    for (const golden of goldens.filter((_, index) => index % 3 === 0)) {
      // Four times, so that there is code.
      for (let time = 0; time < TIMES; time++) {
        const cursor = cursors.at(golden, golden.bytes);
        if (cursor !== undefined) check(golden, cursor);
      }
    }
    expect(byCode).toBeGreaterThan(1000);
  });

  it('gives objects of which those that several messages have are frozen', () => {
    let [own, shared] = [0, 0];
    for (const golden of goldens.filter(({ protocol }) => protocol === 0).slice(0, 400)) {
      const all = Array.from({ length: 4 }, () => {
        const cursor = cursors.at(golden, golden.bytes);
        return cursor === undefined ? undefined : decodeStep(cursor);
      });
      const parts = all.map((object) => new Set(partsOf(object)));
      for (const [index, set] of parts.entries()) {
        for (const part of set) {
          const isShared = parts.some((other, at) => at !== index && other.has(part));
          if (isShared) shared++;
          else own++;
          if (isShared) expect([Object.isFrozen(part), Array.isArray(part)]).toEqual([true, false]);
        }
      }
      for (const object of all) expect(Object.isFrozen(object)).toBe(false);
    }
    expect(own).toBeGreaterThan(1000);
    expect(shared).toBeGreaterThan(1000);
  });
});

/** An object and all that are inside of it. */
function partsOf(value: unknown): object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(partsOf)] : [];
}
