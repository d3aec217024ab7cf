import { AF_INET, AF_INET6 } from '@netdevkit/bindings';

/** An address of the Internet with the length of its prefix. */
export interface IpPrefix {
  /** `AF_INET` or `AF_INET6`. */
  readonly family: number;
  /** The address: 4 or 16 octets. */
  readonly octets: Uint8Array;
  /** The length of the prefix in bits. */
  readonly length: number;
}

/**
 * Reads an IPv4 or IPv6 address. C twin: `inet_pton`.
 *
 * @param text - `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`
 * @returns 4 or 16 octets
 * @throws RangeError: anything else
 */
export function parseIpAddress(text: string): Uint8Array {
  const octets = text.includes(':') ? sixteen(text) : four(text);
  if (octets === undefined) throw new RangeError(`address: expected one such as 192.0.2.1 or 2001:db8::1, got ${JSON.stringify(text)}`);
  return Uint8Array.from(octets);
}

/**
 * Writes an IPv4 or IPv6 address as RFC 5952 wants it: the longest run of zero groups, the first of several, becomes `::`.
 * C twin: `inet_ntop`.
 *
 * @param octets - 4 or 16; any other number is written in hexadecimal, as it is no address
 */
export function formatIpAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
  const groups = Array.from({ length: 8 }, (_, at) => ((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${octets.slice(12).join('.')}`;
  const { start, length } = longestZeros(groups);
  const words = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':');
  return length < 2 ? words(groups) : `${words(groups.slice(0, start))}::${words(groups.slice(start + length))}`;
}

/**
 * Reads an address with the length of its prefix.
 *
 * @param text - `192.0.2.0/24`; without a length, all of the address
 * @throws RangeError: it is none, or the length is more than its bits
 */
export function parseIpPrefix(text: string): IpPrefix {
  const slash = text.indexOf('/');
  const octets = parseIpAddress(slash === -1 ? text : text.slice(0, slash));
  const bits = octets.length * 8;
  const digits = slash === -1 ? String(bits) : text.slice(slash + 1);
  const length = Number(digits);
  if (!/^\d{1,3}$/.test(digits) || length > bits) {
    throw new RangeError(`prefix: expected a length up to ${String(bits)}, got ${JSON.stringify(text)}`);
  }
  return { family: bits === 32 ? AF_INET : AF_INET6, octets, length };
}

/**
 * Whether an entry is of the family that a filter asks for; of IPv4 or IPv6 when it asks for none. The kernel then tells of
 * all that it has, the tables for multicast routes among them.
 *
 * @internal
 */
export function isAskedFamily(family: number, asked: number | undefined): boolean {
  return asked === undefined ? family === AF_INET || family === AF_INET6 : family === asked;
}

/**
 * The address of a message's attribute with the length of its prefix.
 *
 * @param family - for an attribute that is not there: an address of nothing
 * @internal
 */
export function prefixText(octets: Uint8Array | undefined, length: number, family: number): string {
  return `${formatIpAddress(octets ?? new Uint8Array(family === AF_INET ? 4 : 16))}/${String(length)}`;
}

function four(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const good = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return good ? parts.map(Number) : undefined;
}

function sixteen(text: string): readonly number[] | undefined {
  const [before = '', after, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = groupsOf(before, after === undefined);
  const tail = after === undefined ? [] : groupsOf(after, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** The octets of groups between colons; where the text ends, an IPv4 address may stand. */
function groupsOf(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [at, group] of groups.entries()) {
    const inner = last && at === groups.length - 1 && group.includes('.') ? four(group) : undefined;
    if (inner !== undefined) {
      octets.push(...inner);
      continue;
    }
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const word = Number.parseInt(group, 16);
    octets.push(word >> 8, word & 0xff);
  }
  return octets;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
