import { fc } from './filter-arbitraries.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeStep, spotsOf, type JsonValue, type PacketCursor } from '../src/decode/index.ts';
import { Compiler } from '../src/filter/compile.ts';
import type { Condition } from '../src/filter/condition.ts';
import type { Expression, FieldName, Literal } from '../src/filter/expression.ts';
import { FilterError } from '../src/filter/filter-error.ts';
import { pathsIn } from '../src/filter/paths-in.ts';
import { Subject } from '../src/filter/subject.ts';
import { someAt, valueAt } from '../src/filter/value-path.ts';
import { isCode } from '../src/schema/index.ts';
import { GoldenCursors, allSchemas, goldens, type Golden } from './decode-golden.ts';

type Path = readonly string[];

const ROOTS = ['header', 'attrs', 'error', 'payload', 'trailing', 'truncated', 'time'] as const;

/** The plain way: everything is decoded. */
class PlainSubject extends Subject {
  override member(key: string): JsonValue | undefined {
    return membersOf(this.cursor)[key];
  }

  override someNumberAt(path: Path, test: (number: number) => boolean): boolean {
    const { cursor } = this;
    return cursor.isMessage && spotsOf(cursor, cursor.context).some(({ path: where, number }) => number !== undefined && isAt(where, path) && test(number));
  }
}

function membersOf(cursor: PacketCursor): Readonly<Record<string, JsonValue | undefined>> {
  // CAST: a decoded line is made of nothing but JSON's values, though its declaration has no index.
  return decodeStep(cursor) as unknown as Readonly<Record<string, JsonValue | undefined>>;
}

function isAt(where: readonly (string | number)[], path: Path): boolean {
  const rest = [...path];
  for (const key of where) {
    if (String(key) === rest[0]) rest.shift();
    else if (typeof key === 'string') return false;
  }
  return rest.length === 0;
}

/** Every path in a value, with places in lists and without. */
function pathsOf(value: JsonValue | undefined, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  if (Array.isArray(value)) return [path, ...value.slice(0, 3).flatMap((inner, index) => [...pathsOf(inner, path), ...pathsOf(inner, [...path, String(index)])])];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** All paths in a message, and the first leaf at each. */
function leavesOf(cursor: PacketCursor): (readonly [Path, JsonValue | undefined])[] {
  const members = membersOf(cursor);
  const paths = new Map(ROOTS.flatMap((root) => (members[root] === undefined ? [] : pathsOf(members[root], [root]))).map((path) => [path.join('.'), path]));
  return [...paths.values()].map((path) => {
    let leaf: JsonValue | undefined;
    someAt(members[path[0] ?? ''], path, 1, (value) => {
      leaf = value;
      return true;
    });
    return [path, leaf] as const;
  });
}

/** A golden as it is, a part of it, and it with one octet changed. */
const variant: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc.constant((bytes: Uint8Array) => bytes),
  fc.double({ min: 0, max: 1, noNaN: true }).map((share) => (bytes: Uint8Array) => bytes.slice(0, 16 + Math.floor((bytes.length - 16) * share))),
  fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)).map(([share, octet]) => (bytes: Uint8Array) => {
    const changed = bytes.slice();
    changed[16 + Math.floor((bytes.length - 16) * share)] = octet;
    return changed;
  }),
);

const literalOf = (leaf: JsonValue | undefined, isQuoted: boolean): Literal => ({ text: typeof leaf === 'object' ? '' : String(leaf), isQuoted: isQuoted || typeof leaf === 'object', at: 0 });

/** A condition about something that a message has, or of which it has the number. */
function condition([path, leaf]: readonly [Path, JsonValue | undefined], kind: number, number: number, isQuoted: boolean): Expression {
  const field: FieldName = { path: path[0] === 'attrs' && kind % 2 === 0 ? ['attr', ...path.slice(1)] : path, at: 0 };
  const value = literalOf(leaf, isQuoted);
  const numeral: Literal = { text: String(number), isQuoted: false, at: 0 };
  switch (kind) {
    case 0:
      return { kind: 'compare', field, operator: '==', value };
    case 1:
      return { kind: 'compare', field, operator: '!=', value };
    case 2:
      return { kind: 'compare', field, operator: '==', value: numeral };
    case 3:
      return { kind: 'compare', field, operator: '!=', value: numeral };
    case 4:
      return { kind: 'compare', field, operator: '<=', value: numeral };
    case 5:
      return { kind: 'in', field, choices: [value, { from: numeral, to: { ...numeral, text: String(number + 8) } }] };
    case 6:
      return { kind: 'has', field, value };
    case 7:
      return { kind: 'has', field, value: numeral };
    case 8:
      return { kind: 'like', field, pattern: { ...value, text: `${value.text.slice(0, 2)}*` } };
    default:
      return { kind: 'word', word: field.path.join('.'), at: 0 };
  }
}
const KINDS = 10;

/** What asks it; `undefined` for what cannot be asked, such as a flag of the errno of an acknowledgement. */
function compiled(expression: Expression): Condition | undefined {
  try {
    return new Compiler('', undefined).compile(expression);
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

describe('Subject', () => {
  let cursors: GoldenCursors;

  const at = (golden: Golden, bytes: Uint8Array): PacketCursor => {
    const cursor = cursors.at(golden, bytes);
    if (cursor === undefined) throw new Error(`${golden.capture}: nothing in frame ${String(golden.frame)}`);
    return cursor;
  };

  beforeAll(async () => {
    cursors = new GoldenCursors((await allSchemas()).filter((schema) => !isCode(schema)));
  });

  it('finds all of a message, as decoding does', () => {
    const subject = new Subject(ROOTS.map((root) => [root]));
    for (const golden of goldens) {
      const cursor = at(golden, golden.bytes);
      subject.begin(cursor);
      const members = membersOf(cursor);
      for (const root of ROOTS) expect(JSON.stringify(subject.member(root)), `${golden.capture} ${String(golden.frame)}`).toBe(JSON.stringify(members[root]));
    }
  });

  it('finds each thing in a message by itself, and nothing else', () => {
    let looked = 0;
    for (const golden of goldens) {
      const cursor = at(golden, golden.bytes);
      const members = membersOf(cursor);
      for (const [path] of leavesOf(cursor)) {
        const [root = ''] = path;
        const subject = new Subject([path]);
        subject.begin(cursor);
        const expected = valueAt(members[root], path, 1);
        expect(valueAt(subject.member(root), path, 1), `${golden.capture} ${String(golden.frame)} ${path.join('.')}`).toEqual(expected);
        // Another member of the same message is not made for it.
        if (path.length === 2 && root === 'attrs') expect(Object.keys(subject.member(root) ?? {})).toEqual([path[1]]);
        looked++;
      }
    }
    expect(looked).toBeGreaterThan(20_000);
  });

  it('has the numbers of what is shown by its name', () => {
    const numbers = (subject: Subject, path: Path): number[] => {
      const found: number[] = [];
      subject.someNumberAt(path, (number) => {
        found.push(number);
        return false;
      });
      return found;
    };
    let found = 0;
    for (const golden of goldens) {
      const cursor = at(golden, golden.bytes);
      if (!cursor.isMessage) continue;
      const plain = new PlainSubject([]);
      plain.begin(cursor);
      const named = spotsOf(cursor, cursor.context).filter(({ number }) => number !== undefined);
      for (const path of new Set(named.map((spot) => spot.path.map(String)))) {
        const subject = new Subject([path]);
        subject.begin(cursor);
        expect(numbers(subject, path), `${golden.capture} ${String(golden.frame)} ${path.join('.')}`).toEqual(numbers(plain, path));
        found++;
      }
    }
    expect(found).toBeGreaterThan(2000);
  });

  it('answers each question as if all were decoded: messages as they came, cut off, and damaged', () => {
    const question = fc.tuple(fc.nat(), fc.nat(KINDS - 1), fc.oneof(fc.nat(16), fc.nat(256), fc.nat()), fc.boolean());
    let yes = 0;
    let no = 0;
    fc.assert(
      fc.property(fc.nat(goldens.length - 1), variant, fc.array(question, { minLength: 1, maxLength: 4 }), fc.boolean(), (index, change, questions, isAll) => {
        const golden = goldens[index];
        if (golden === undefined) return;
        const leaves = leavesOf(at(golden, golden.bytes));
        const operands = questions.flatMap(([which, kind, number, isQuoted]) => {
          const leaf = leaves[which % leaves.length];
          // A word is a field only if nothing in its name needs quotes.
          return leaf === undefined || (kind === KINDS - 1 && !/^[\w#.-]+$/.test(leaf[0].join('.'))) ? [] : [condition(leaf, kind, number, isQuoted)];
        });
        const expression: Expression = operands.length === 1 && operands[0] !== undefined ? operands[0] : { kind: isAll ? 'all' : 'any', operands };
        const asked = compiled(expression);
        if (asked === undefined) return;
        const [subject, plain] = [new Subject(pathsIn(expression)), new PlainSubject([])];
        const cursor = at(golden, change(golden.bytes));
        subject.begin(cursor);
        plain.begin(cursor);
        const answer = asked.test(plain);
        expect(asked.test(subject)).toBe(answer);
        if (answer) yes++;
        else no++;
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 4000) },
    );
    expect(Math.min(yes, no)).toBeGreaterThan(1000);
  });
});
