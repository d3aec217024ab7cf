import type { JsonValue } from './json-value.ts';

/** A value that cannot be written as its schema wants it. */
export class EncodeError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across two copies of the package. */
  override readonly name = 'EncodeError';
}

/**
 * Octets from hexadecimal digits.
 *
 * @param text - an even number of them; colons between pairs are left out
 * @throws EncodeError: it is something else
 */
export function parseHex(text: string): Uint8Array {
  const digits = text.replaceAll(':', '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new EncodeError(`expected hexadecimal digits, got "${text}"`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16));
}

/**
 * Octets from a value that has to be hexadecimal digits.
 *
 * @throws EncodeError: it is something else
 */
export function hexOf(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new EncodeError(`expected hexadecimal digits, got ${JSON.stringify(value)}`);
  return parseHex(value);
}

/**
 * An IPv4 address.
 *
 * @throws EncodeError: it is none
 */
export function parseIpv4(text: string): Uint8Array {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    throw new EncodeError(`expected an IPv4 address, got "${text}"`);
  }
  return Uint8Array.from(parts, Number);
}

/**
 * An IPv6 address.
 *
 * @throws EncodeError: it is none
 */
export function parseIpv6(text: string): Uint8Array {
  const fail = (): never => {
    throw new EncodeError(`expected an IPv6 address, got "${text}"`);
  };
  const halves = text.split('::');
  if (halves.length > 2) fail();
  const [left = '', right] = halves;
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  if (head === undefined || tail === undefined) return fail();
  const zeros = 16 - head.length - tail.length;
  if (right === undefined ? zeros !== 0 : zeros < 2) fail();
  return Uint8Array.from([...head, ...new Array<number>(zeros).fill(0), ...tail]);
}

/** The octets of groups between colons, the last of which may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (group.includes('.') && index === groups.length - 1) octets.push(...parseIpv4(group));
    else if (/^[0-9a-f]{1,4}$/i.test(group)) octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return octets;
}
