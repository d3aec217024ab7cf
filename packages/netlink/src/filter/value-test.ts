import type { JsonValue } from '../decode/json-value.ts';
import type { Comparison, Literal } from './expression.ts';
import { isInPrefix, parseIpPrefix } from './ip-prefix.ts';

/** Whether one value is as wanted. Lists and objects never are; what is in a list is asked about one by one. */
export type ValueTest = (value: JsonValue) => boolean;

const INTEGER = /^-?(?:\d{1,40}|0[xX][0-9A-Fa-f]{1,40})$/;

/**
 * A literal as a whole number.
 *
 * @param literal - any
 * @returns `undefined` if it is none, or has quotes
 */
export function integerOf({ text, isQuoted }: Literal): bigint | undefined {
  if (isQuoted || !INTEGER.test(text)) return undefined;
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/**
 * Whether a value is what a literal says: the same text, or the same number.
 *
 * @param literal - the literal
 */
export function equals(literal: Literal): ValueTest {
  const texts = spellings(literal);
  const integer = integerOf(literal);
  if (integer === undefined) return (value) => texts.has(typeof value === 'boolean' ? String(value) : value);
  const number = Number(integer);
  const isExact = Number.isSafeInteger(number);
  // A number above 2^53 is text in JSON, in decimal digits.
  texts.add(String(integer));
  return (value) => (typeof value === 'number' ? isExact && value === number : texts.has(value));
}

/**
 * Whether a number stands in an order to another.
 *
 * @param operator - one of `<`, `<=`, `>`, `>=`
 * @param bound - the other number, on the right
 */
export function inOrder(operator: Comparison, bound: bigint): ValueTest {
  const number = Number(bound);
  const isExact = Number.isSafeInteger(number);
  return (value) => {
    if (isExact && typeof value === 'number') return holds(operator, value - number);
    const wide = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : wideInteger(value);
    return wide !== undefined && holds(operator, wide > bound ? 1 : wide < bound ? -1 : 0);
  };
}

/**
 * Whether a value is a choice of an `in`: what a literal says, or if that is a network an address of it.
 *
 * @param literal - the literal
 */
export function isChoice(literal: Literal): ValueTest {
  const same = equals(literal);
  const prefix = literal.isQuoted ? undefined : parseIpPrefix(literal.text);
  return prefix === undefined ? same : (value) => same(value) || (typeof value === 'string' && isInPrefix(prefix, value));
}

/**
 * What a difference says of an order.
 *
 * @param operator - a comparison
 * @param difference - the left minus the right; only its sign counts
 */
export function holds(operator: Comparison, difference: number): boolean {
  switch (operator) {
    case '==':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}

/** Hardware and IPv6 addresses are written in small letters; nobody should have to know. */
function spellings({ text, isQuoted }: Literal): Set<JsonValue> {
  const isAddress = !isQuoted && text.includes(':') && /^[0-9A-Fa-f:]+$/.test(text);
  return new Set<JsonValue>(isAddress ? [text, text.toLowerCase()] : [text]);
}

/** A number that is text because JSON's readers would round it. */
function wideInteger(value: JsonValue): bigint | undefined {
  return typeof value === 'string' && /^-?\d{16,20}$/.test(value) ? BigInt(value) : undefined;
}
