/** Each octet in decimal, and a dot. */
const DOTTED: readonly string[] = Array.from({ length: 256 }, (_, octet) => `${String(octet)}.`);
const DECIMAL: readonly string[] = Array.from({ length: 256 }, (_, octet) => String(octet));
/** Each octet in hexadecimal, and a colon. */
const COLONED: readonly string[] = Array.from({ length: 256 }, (_, octet) => `${octet.toString(16).padStart(2, '0')}:`);
const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
/** The same without a zero in front. */
const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16));

/** Octets in hexadecimal. */
export function hexText(bytes: Uint8Array, at: number, length: number): string {
  let all = '';
  for (let i = at; i < at + length; i++) all += text(HEX, bytes[i]);
  return all;
}

/** Octets in hexadecimal with colons between them, as hardware addresses are written. */
export function macText(bytes: Uint8Array, at: number, length: number): string {
  let all = '';
  for (let i = 0; i < length - 1; i++) all += text(COLONED, bytes[at + i]);
  return length > 0 ? all + text(HEX, bytes[at + length - 1]) : all;
}

/** What a table has for an octet. */
function text(table: readonly string[], octet: number | undefined): string {
  return table[octet ?? 0] ?? '';
}

/** An IPv4 address. */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return ipv4Net(bytes, at) + ipv4Host(bytes, at);
}

/** Its first three octets, each with a dot. */
export function ipv4Net(bytes: Uint8Array, at: number): string {
  return text(DOTTED, bytes[at]) + text(DOTTED, bytes[at + 1]) + text(DOTTED, bytes[at + 2]);
}

/** Its last octet. */
export function ipv4Host(bytes: Uint8Array, at: number): string {
  return text(DECIMAL, bytes[at + 3]);
}

/**
 * An IPv6 address in the form of RFC 5952: the longest run of at least two zero groups is left out, the first of several.
 * As `inet_ntop` does, addresses that hold an IPv4 address end in it.
 */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const run = longestZeros(bytes, at);
  const groups = endsInIpv4(bytes, at, run.start, run.length) ? 6 : 8;
  let all = '';
  for (let i = 0; i < groups; i++) {
    if (i === run.start) {
      all += '::';
      i += run.length - 1;
      continue;
    }
    if (all !== '' && !all.endsWith(':')) all += ':';
    const high = bytes[at + 2 * i] ?? 0;
    all += high === 0 ? text(DIGITS, bytes[at + 2 * i + 1]) : text(DIGITS, high) + text(HEX, bytes[at + 2 * i + 1]);
  }
  if (groups === 8) return all;
  return `${all}${all.endsWith(':') ? '' : ':'}${ipv4Text(bytes, at + 12)}`;
}

/** The longest run of zero groups; `start` is -1 when none is worth leaving out. */
export function longestZeros(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } {
  let start = -1;
  let length = 1;
  let from = -1;
  for (let i = 0; i < 8; i++) {
    const isZero = bytes[at + 2 * i] === 0 && bytes[at + 2 * i + 1] === 0;
    if (!isZero) from = -1;
    else {
      if (from === -1) from = i;
      if (i - from + 1 > length) {
        length = i - from + 1;
        start = from;
      }
    }
  }
  return { start, length };
}

/**
 * Whether an IPv6 address is written with an IPv4 address: `::a.b.c.d` and `::ffff:a.b.c.d`. From glibc's `inet_ntop`.
 *
 * @param bytes - what holds the address
 * @param at - where it starts
 * @param start - where its longest run of zeros starts, in groups
 * @param length - how many those are
 */
export function endsInIpv4(bytes: Uint8Array, at: number, start: number, length: number): boolean {
  if (start !== 0) return false;
  return length === 6 || (length === 5 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff);
}

/** A UUID. */
export function uuidText(bytes: Uint8Array, at: number): string {
  const part = (from: number, length: number): string => hexText(bytes, at + from, length);
  return `${part(0, 4)}-${part(4, 2)}-${part(6, 2)}-${part(8, 2)}-${part(10, 6)}`;
}
