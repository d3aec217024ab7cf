import { fc, test } from './filter-arbitraries.ts';
import { describe, expect, it } from 'vitest';
import { compileFilter, FilterError, parseFilter, printFilter, type Expression } from '../src/index.ts';
import { expression, expressionText } from './filter-arbitraries.ts';

/** What is said of an expression that is none. */
function failure(text: string): FilterError {
  try {
    compileFilter(text, { families: [{ name: 'ethtool' }, { name: 'nl80211' }] });
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`expected an error for ${text}`);
}

/** An expression without the places where its parts stand. */
function shape(parsed: Expression): unknown {
  return JSON.parse(JSON.stringify(parsed, (key, value: unknown) => (key === 'at' ? undefined : value)));
}

describe('parseFilter', () => {
  it('lets "and" bind more tightly than "or", and "not" more tightly than both', () => {
    expect(printFilter(parseFilter('not a or b and c'))).toBe('not a or b and c');
    expect(shape(parseFilter('not a or b and c'))).toEqual(shape(parseFilter('((not a)) or (b and (c))')));
    expect(shape(parseFilter('not (a or b) and c'))).not.toEqual(shape(parseFilter('not a or b and c')));
  });

  it.each([
    ['a && !b || c', 'a and not b or c'],
    ['A AND b OR NOT c', 'A and b or not c'],
    ['a = 1', 'a == 1'],
    ["attr.x == 'it\\'s'", `attr.x == "it's"`],
    ['frame in 10..20', 'frame in 10..20'],
    ['frame in (1,2 , 5 .. 9)', 'frame in (1, 2, 5..9)'],
    ['seq in 7', 'seq in (7)'],
    ['type not in (A_B, C_D)', 'not type in (A_B, C_D)'],
    ['attr.ifname !~ "veth*"', 'not attr.ifname ~ "veth*"'],
    ['attr.local == fe80::1%eth0', 'attr.local == fe80::1%eth0'],
    ['attr.#77 == 0a0b', 'attr.#77 == 0a0b'],
  ])('takes %s for %s', (text, printed) => {
    expect(printFilter(parseFilter(text))).toBe(printed);
  });

  it.each([
    ['', 0, 'expected a condition, such as route or type == RTM_NEWLINK'],
    ['route and', 9, 'expected a condition, such as route or type == RTM_NEWLINK'],
    ['and route', 0, 'expected a condition before "and"'],
    ['seq ==', 6, 'expected a value after "=="'],
    ['seq == and', 7, 'expected a value after "=="'],
    ['(route', 6, 'expected "and", "or" or the ")" of column 1'],
    ['route)', 5, 'nothing was opened that this closes'],
    ['route generic', 6, 'expected "and", "or" or the end'],
    ['"route"', 0, 'a condition begins with a field or a name; only values have quotes'],
    ['attr.ifname == "eth0', 15, 'this quote has no end'],
    ['attr.ifname == "\\q"', 16, 'after a backslash comes one of \\ " \' n t r 0'],
    ['attr.ifname == veth*', 15, 'patterns come after "~"; in quotes "*" and "?" are themselves'],
    ['route & error', 6, 'write "&&", or in words'],
    ['seq == 1;', 8, '";" means nothing here; text with such characters is written in quotes'],
    ['seq in (1, 2', 12, 'expected "," or ")"'],
    ['seq in 1..', 10, 'expected a value after ".."'],
    ['.. == 1', 0, 'expected a condition before ".."'],
    ['a:b == 1', 0, '"a:b" is not the name of a field'],
  ])('says of %j what is wrong at %i', (text, column, message) => {
    const error = failure(text);
    expect(error.message).toBe(message);
    expect(error.column).toBe(column);
    expect(error.expression).toBe(text);
  });

  it('refuses what is nested too deep', () => {
    expect(failure('('.repeat(100_000)).message).toMatch(/more than 128/);
    expect(failure('not '.repeat(100_000)).message).toMatch(/more than 128/);
    expect(() => parseFilter(`${'('.repeat(128)}route${')'.repeat(128)}`)).not.toThrow();
  });

  it('takes very many conditions side by side', () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `seq == ${String(i)}`).join(' or ');
    expect(compileFilter(text).needs).toBe('header');
  });

  test.prop('print and parse are inverse', [expression()], (tree) => {
    expect(shape(parseFilter(printFilter(tree)))).toEqual(shape(tree));
  });

  test.prop('what is printed is printed the same again', [expressionText()], (text) => {
    const printed = printFilter(parseFilter(text));
    expect(printFilter(parseFilter(printed))).toBe(printed);
  });

  test.prop('whatever is written, it is a filter or a FilterError inside of it', [fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), expressionText())], (text) => {
    try {
      compileFilter(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FilterError);
      if (!(error instanceof FilterError)) return;
      expect(error.column).toBeGreaterThanOrEqual(0);
      expect(error.column).toBeLessThanOrEqual(text.length);
      expect(error.pointer().split('\n')).toHaveLength(2);
    }
  });
});

describe('FilterError', () => {
  it('points at the place, also far into a long expression', () => {
    expect(failure('route and sqe == 1').pointer()).toBe('route and sqe == 1\n          ^');
    const long = `${'seq == 1 or '.repeat(100)}sqe == 2`;
    const [line = '', mark = ''] = failure(long).pointer(40).split('\n');
    expect(line.length).toBeLessThanOrEqual(40);
    expect(line.slice(mark.indexOf('^'))).toBe('sqe == 2');
  });

  it('keeps the mark in place where the expression has line breaks', () => {
    expect(failure('route\n\tand sqe == 1').pointer()).toBe('route  and sqe == 1\n           ^');
  });
});

describe('compileFilter', () => {
  it.each([
    ['rotue', '"rotue" is no protocol, family, type of message or field (did you mean route?)'],
    ['ehttool', '"ehttool" is no protocol, family, type of message or field (did you mean ethtool?)'],
    ['xyzzy', '"xyzzy" is no protocol, family, type of message or field'],
    ['sqe == 1', 'no such field: sqe (did you mean seq?)'],
    ['seq.x == 1', 'no such field: seq.x (did you mean seq?)'],
    ['pid == abc', 'expected a whole number, got "abc"'],
    ['pid == "7"', 'expected a whole number, got "7"'],
    ['pid in (1, x)', 'expected a whole number, got "x"'],
    ['error == EINVL', 'expected the name of an error, or a number, got "EINVL" (did you mean EINVAL?)'],
    ['error == 22', 'errors are negative in messages: -22'],
    ['protocol == roue', 'no such netlink protocol (did you mean route?)'],
    ['type < RTM_NEWLINK', 'names have no order'],
    ['family in (a..b)', 'names have no order'],
    ['flags has NLM_F_DMUP', 'no such flag (did you mean NLM_F_DUMP?)'],
    ['flags has 0x10000', 'flags have 16 bits'],
    ['flags == NLM_F_ACK', 'expected a number; a flag is asked for with "has", got "NLM_F_ACK"'],
    ['seq has 1', 'seq is one value, not several: "has" is for lists and flags'],
    ['seq ~ "1*"', 'seq is no text'],
    ['time > noon', 'expected a time such as 2026-11-21T17:02:03.5Z, or seconds since 1970'],
    ['time > 2026-02-30', 'expected a time such as 2026-11-21T17:02:03.5Z, or seconds since 1970'],
    ['attr.mtu > many', 'expected a whole number after ">"'],
    ['attr.mtu in (1..many)', 'expected a whole number, got "many"'],
  ])('says of %s: %s', (text, message) => {
    expect(failure(text).message).toBe(message);
  });

  it('takes a word for a generic family where families are not known', () => {
    expect(compileFilter('xyzzy').needs).toBe('names');
  });

  it.each([
    ['route or frame in 1..5 or time > 2026-01-01', 'packet'],
    ['route and (seq == 1 or error == EPERM or flags has ACK)', 'header'],
    ['rt-link', 'header'],
    ['type == RTM_NEWLINK or flags has DUMP', 'names'],
    ['type == 16', 'header'],
    ['route and not attr.ifname', 'payload'],
    ['error.msg ~ "*device*"', 'payload'],
  ])('says of %s that it needs the %s', (text, needs) => {
    expect(compileFilter(text, { families: [{ name: 'rt-link', protocol: 0, types: [[16, 19]] }] }).needs).toBe(needs);
  });
});
