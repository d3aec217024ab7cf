import { errno } from '@netdevkit/errno';
import type { JsonValue } from '../decode/json-value.ts';
import { fieldOf, FIELD_NAMES, Needs, type ErrnoField, type Field, type NameField, type NumberField, type ValueField } from './field.ts';
import { isRange, type Comparison, type Expression, type FieldChoice, type FieldComparison, type FieldName, type Literal, type Range } from './expression.ts';
import type { Condition } from './condition.ts';
import { FilterError } from './filter-error.ts';
import { bitsTest, flagTest, FLAG_NAMES } from './flag-test.ts';
import { compileGlob } from './glob.ts';
import { plainName, remembering, suggestion } from './names.ts';
import { compareTimes, parseTime, type PointInTime } from './point-in-time.ts';
import { equals, holds, inOrder, integerOf, isChoice, type ValueTest } from './value-test.ts';
import { someAt, valueAt } from './value-path.ts';
import { wordTest, type FilterFamily } from './word.ts';

const ERRNOS: Readonly<Record<string, number>> = errno;

/** Makes conditions of an expression. */
export class Compiler {
  readonly #text: string;
  readonly #families: readonly FilterFamily[] | undefined;

  /**
   * @param text - the whole expression, for errors
   * @param families - the families that there are, if they are known
   */
  constructor(text: string, families: readonly FilterFamily[] | undefined) {
    this.#text = text;
    this.#families = families;
  }

  /**
   * Compiles an expression.
   *
   * @throws FilterError: it asks for what there is not
   */
  compile(expression: Expression): Condition {
    switch (expression.kind) {
      case 'all':
      case 'any':
        return combine(expression.kind === 'all', expression.operands.map((operand) => this.compile(operand)));
      case 'not': {
        const { needs, test } = this.compile(expression.operand);
        return { needs, test: (subject) => !test(subject) };
      }
      case 'word': {
        const { word, at } = expression;
        const found = wordTest(word, this.#families);
        if (typeof found === 'string') throw this.#error(found, at);
        return found;
      }
      case 'compare':
        return this.#compare(expression);
      case 'like':
        return this.#like(expression.field, expression.pattern);
      case 'has':
        return this.#has(expression.field, expression.value);
      case 'in':
        return this.#in(expression);
    }
  }

  #compare({ field: name, operator, value }: FieldComparison): Condition {
    const field = this.#field(name);
    switch (field.kind) {
      case 'number':
        return this.#number(field, operator, this.#integer(value));
      case 'flags':
        return this.#number(field.number, operator, this.#integer(value, 'a number; a flag is asked for with "has"'));
      case 'errno':
        return this.#number(field, operator, this.#errno(value));
      case 'name': {
        const number = field.number === undefined ? undefined : integerOf(value);
        if (field.number !== undefined && number !== undefined) return this.#number(field.number, operator, Number(number));
        if (operator !== '==' && operator !== '!=') throw this.#error('names have no order', value.at);
        return named(field, this.#name(field, value), operator === '!=');
      }
      case 'time': {
        const bound = this.#time(value);
        return timed((time) => holds(operator, compareTimes(time, bound)));
      }
      case 'value': {
        const bound = integerOf(value);
        if (operator === '==') return valued(field, equals(value), bound !== undefined);
        if (operator === '!=') return different(field, equals(value), bound !== undefined);
        if (bound === undefined) throw this.#error(`expected a whole number after "${operator}"`, value.at);
        return valued(field, inOrder(operator, bound), true);
      }
    }
  }

  #in({ field: name, choices }: FieldChoice): Condition {
    const field = this.#field(name);
    switch (field.kind) {
      case 'number':
        return this.#numbers(field, choices, (literal) => this.#integer(literal));
      case 'errno':
        return this.#numbers(field, choices, (literal) => this.#errno(literal));
      case 'flags':
        return this.#numbers(field.number, choices, (literal) => this.#integer(literal, 'a number; a flag is asked for with "has"'));
      case 'name': {
        const conditions = choices.map((choice) => {
          if (isRange(choice)) {
            if (field.number === undefined) throw this.#error('names have no order', choice.from.at);
            return this.#numbers(field.number, [choice], (literal) => this.#integer(literal));
          }
          return this.#compare({ kind: 'compare', field: name, operator: '==', value: choice });
        });
        return combine(false, conditions);
      }
      case 'time': {
        const ranges = choices.map((choice) => (isRange(choice) ? ([this.#time(choice.from), this.#time(choice.to)] as const) : ([this.#time(choice), this.#time(choice)] as const)));
        return timed((time) => ranges.some(([from, to]) => compareTimes(from, time) <= 0 && compareTimes(time, to) <= 0));
      }
      case 'value': {
        const tests = choices.map((choice) => this.#valueChoice(choice));
        const asksNumbers = choices.some((choice) => isRange(choice) || integerOf(choice) !== undefined);
        return valued(field, (value) => tests.some((test) => test(value)), asksNumbers);
      }
    }
  }

  #valueChoice(choice: Literal | Range): ValueTest {
    if (!isRange(choice)) return isChoice(choice);
    const from = inOrder('>=', this.#bound(choice.from));
    const to = inOrder('<=', this.#bound(choice.to));
    return (value) => from(value) && to(value);
  }

  #like(name: FieldName, pattern: Literal): Condition {
    const field = this.#field(name);
    if (field.kind === 'value') {
      const glob = compileGlob(pattern.text);
      return valued(field, (value) => (typeof value === 'string' || typeof value === 'number') && glob(String(value)));
    }
    if (field.kind === 'flags') {
      const glob = compileGlob(plainName(pattern.text));
      return { needs: field.needs, test: ({ identity, cursor }) => identity?.flagNames(cursor.context).some((flag) => glob(plainName(flag))) ?? false };
    }
    if (field.kind !== 'name') throw this.#error(`${name.path.join('.')} is no text`, name.at);
    const { prefix } = field;
    const glob = compileGlob(field.isExact === true ? pattern.text : plainName(pattern.text));
    const test = field.isExact === true ? glob : (text: string) => glob(plainName(text)) || (prefix !== undefined && glob(plainName(withoutPrefix(text, prefix))));
    const known = remembering(test);
    return {
      needs: field.needs,
      test: (subject) => {
        const text = field.read(subject);
        return text !== undefined && known(text);
      },
    };
  }

  #has(name: FieldName, value: Literal): Condition {
    const field = this.#field(name);
    if (field.kind === 'flags') return this.#flag(value);
    if (field.kind !== 'value') throw this.#error(`${name.path.join('.')} is one value, not several: "has" is for lists and flags`, name.at);
    // Conditions about a list are conditions about its elements anyway; of the words of a field with a mask the values count.
    const wanted = equals(value);
    const within = { ...field, path: [...field.path, 'value'] };
    const [list, masked] = [valued(field, wanted), valued(within, wanted)];
    return { needs: field.needs, test: (subject) => list.test(subject) || masked.test(subject) };
  }

  #flag(value: Literal): Condition {
    const bits = integerOf(value);
    if (bits !== undefined) {
      if (bits < 0n || bits > 0xffffn) throw this.#error('flags have 16 bits', value.at);
      return bitsTest(Number(bits));
    }
    const found = flagTest(value.text);
    if (found === undefined) throw this.#error(`no such flag${suggestion(value.text.replace(/^(?!NLM_F_)/i, 'NLM_F_'), FLAG_NAMES)}`, value.at);
    return found;
  }

  #number({ needs, read }: NumberField | ErrnoField, operator: Comparison, bound: number): Condition {
    return {
      needs,
      test: (subject) => {
        const number = read(subject);
        return number !== undefined && holds(operator, number - bound);
      },
    };
  }

  #numbers({ needs, read }: NumberField | ErrnoField, choices: readonly (Literal | Range)[], parse: (literal: Literal) => number): Condition {
    const singles = new Set(choices.flatMap((choice) => (isRange(choice) ? [] : [parse(choice)])));
    const ranges = choices.flatMap((choice) => (isRange(choice) ? [[parse(choice.from), parse(choice.to)] as const] : []));
    return {
      needs,
      test: (subject) => {
        const number = read(subject);
        return number !== undefined && (singles.has(number) || ranges.some(([from, to]) => from <= number && number <= to));
      },
    };
  }

  #integer(literal: Literal, expected = 'a whole number'): number {
    const integer = integerOf(literal);
    // Every number of a message's own is below 2^53.
    if (integer === undefined) throw this.#error(`expected ${expected}, got ${JSON.stringify(literal.text)}`, literal.at);
    return Number(integer);
  }

  #bound(literal: Literal): bigint {
    const integer = integerOf(literal);
    if (integer === undefined) throw this.#error(`expected a whole number, got ${JSON.stringify(literal.text)}`, literal.at);
    return integer;
  }

  /** An errno as messages have it: negative. */
  #errno(literal: Literal): number {
    const number = literal.isQuoted ? undefined : ERRNOS[literal.text.toUpperCase()];
    if (number !== undefined) return -number;
    if (integerOf(literal) === undefined) {
      throw this.#error(`expected the name of an error, or a number, got ${JSON.stringify(literal.text)}${suggestion(literal.text, Object.keys(ERRNOS))}`, literal.at);
    }
    const integer = this.#integer(literal);
    if (integer > 0) throw this.#error(`errors are negative in messages: -${String(integer)}`, literal.at);
    return integer;
  }

  #time(literal: Literal): PointInTime {
    const time = literal.isQuoted ? undefined : parseTime(literal.text);
    if (time === undefined) throw this.#error('expected a time such as 2026-11-21T17:02:03.5Z, or seconds since 1970', literal.at);
    return time;
  }

  #name(field: NameField, { text, at }: Literal): string {
    const { all, prefix } = field;
    if (all === undefined || prefix === undefined) return text;
    const full = all.find((name) => plainName(name) === plainName(text) || plainName(withoutPrefix(name, prefix)) === plainName(text));
    if (full === undefined) throw this.#error(`no such ${prefix.replace(/_$/, '').toLowerCase()} protocol${suggestion(text, all.map((name) => plainName(withoutPrefix(name, prefix))))}`, at);
    return full;
  }

  #field(name: FieldName): Field {
    const field = fieldOf(name);
    if (field !== undefined) return field;
    const [first = ''] = name.path;
    throw this.#error(`no such field: ${name.path.join('.')}${suggestion(first, FIELD_NAMES)}`, name.at);
  }

  #error(message: string, at: number): FilterError {
    return new FilterError(message, this.#text, at);
  }
}

/** All conditions or any of them, those first that need to know least: the answer is the same. */
function combine(isAll: boolean, conditions: readonly Condition[]): Condition {
  const ordered = conditions.toSorted((a, b) => a.needs - b.needs);
  const needs = ordered.at(-1)?.needs ?? Needs.PACKET;
  const tests = ordered.map(({ test }) => test);
  const [first, second] = tests;
  if (tests.length === 2 && first !== undefined && second !== undefined) {
    return { needs, test: isAll ? (subject) => first(subject) && second(subject) : (subject) => first(subject) || second(subject) };
  }
  return { needs, test: isAll ? (subject) => tests.every((test) => test(subject)) : (subject) => tests.some((test) => test(subject)) };
}

function named(field: NameField, name: string, isOther: boolean): Condition {
  const wanted = plainName(name);
  const isSame = field.isExact === true ? (text: string) => text === name : remembering((text) => plainName(text) === wanted);
  return {
    needs: field.needs,
    test: (subject) => {
      const text = field.read(subject);
      return text !== undefined && isSame(text) !== isOther;
    },
  };
}

function timed(test: (time: PointInTime) => boolean): Condition {
  return {
    needs: Needs.PACKET,
    test: ({ cursor: { context } }) => context.seconds >= 0 && test(context),
  };
}

/** A condition about values; of one that is shown by its name the number counts as well, if it is asked for. */
function valued({ needs, path }: ValueField, test: ValueTest, asksNumbers: boolean = false): Condition {
  const [root = ''] = path;
  if (!asksNumbers) return { needs, test: (subject) => someAt(subject.member(root), path, 1, test) };
  return {
    needs,
    test: (subject) => {
      const value = subject.member(root);
      if (someAt(value, path, 1, test)) return true;
      // No bits are an empty list.
      const mayBeNamed = someAt(value, path, 1, (inner) => typeof inner === 'string') || isEmptyList(valueAt(value, path, 1));
      return mayBeNamed && subject.someNumberAt(path, test);
    },
  };
}

function isEmptyList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Something is there, and nothing of it is what the test wants. */
function different(field: ValueField, test: ValueTest, asksNumbers: boolean): Condition {
  const [something, same] = [valued(field, () => true), valued(field, test, asksNumbers)];
  return { needs: field.needs, test: (subject) => something.test(subject) && !same.test(subject) };
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
