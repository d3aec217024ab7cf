import { endsInIpv4, longestZeros } from './address-text.ts';
import { hexPair, packed, putNumber } from './digits.ts';
import type { EncodedText } from './encoded-text.ts';
import { DENSE_TEXTS, type NameTable } from './name-table.ts';
import { readWide } from './numbers.ts';

/*
 * What generated code writes besides digits. Each function writes into a view that has room, and returns where the next octet
 * goes.
 */

/** Two hexadecimal digits and a colon for each octet, the first in the low octet. */
const COLONS: Int32Array = Int32Array.from({ length: 256 }, (_, n) => packed(`${n.toString(16).padStart(2, '0')}:`));

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const COLON = 0x3a;
/** `0x`. */
const HEX_PREFIX = 0x3078;
const COLONS_TWO = 0x3a3a;
/** A line feed and three spaces, and four spaces. */
const NEWLINE_AND_SPACES = 0x2020_200a;
const SPACES = 0x2020_2020;

/** A number of up to 32 bits in hexadecimal, as text has it: at most 10 octets. */
export function putHexNumber(o: DataView, to: number, value: number): number {
  // Negative numbers stay decimal.
  if (value < 0) return putNumber(o, to, value) - 1;
  o.setUint16(to, HEX_PREFIX);
  let next = to + 2;
  let shift = 28;
  while (shift > 0 && value >>> shift === 0) shift -= 4;
  for (; shift >= 0; shift -= 4) o.setUint8(next++, digit((value >>> shift) & 15));
  return next;
}

/** Octets as a hardware address: three octets for each. */
export function putMac(o: DataView, to: number, bytes: Uint8Array, at: number, end: number): number {
  let next = to;
  for (let from = at; from < end; from++, next += 3) o.setInt32(next, COLONS[bytes[from] ?? 0] ?? 0, true);
  return end > at ? next - 1 : next;
}

/** An IPv4 address: at most 15 octets. */
export function putIpv4(o: DataView, to: number, bytes: Uint8Array, at: number): number {
  let next = to;
  for (let n = 0; n < 4; n++) {
    next = putNumber(o, next, bytes[at + n] ?? 0);
    o.setUint8(next - 1, DOT);
  }
  return next - 1;
}

/** An IPv6 address as `ipv6Text` has it: at most 45 octets. */
export function putIpv6(o: DataView, to: number, bytes: Uint8Array, at: number): number {
  const { start, length } = longestZeros(bytes, at);
  const groups = endsInIpv4(bytes, at, start, length) ? 6 : 8;
  let next = to;
  for (let n = 0; n < groups; n++) {
    if (n === start) {
      // The group in front has written one colon.
      o.setUint16(next, COLONS_TWO);
      next += n === 0 ? 2 : 1;
      n += length - 1;
    } else next = putGroup(o, next, bytes[at + 2 * n] ?? 0, bytes[at + 2 * n + 1] ?? 0);
  }
  if (groups === 6) return putIpv4(o, next, bytes, at + 12);
  return start + length === 8 ? next : next - 1;
}

/** An address of 4 or 16 octets. */
export function putIp(o: DataView, to: number, bytes: Uint8Array, at: number, length: number): number {
  return length === 4 ? putIpv4(o, to, bytes, at) : putIpv6(o, to, bytes, at);
}

/** Hexadecimal digits without zeros in front, and a colon. */
function putGroup(o: DataView, to: number, high: number, low: number): number {
  const zeros = high > 0xf ? 0 : high > 0 ? 1 : low > 0xf ? 2 : 3;
  o.setInt32(to, (hexPair(high) | (hexPair(low) << 16)) >>> (8 * zeros), true);
  o.setUint8(to + 4 - zeros, COLON);
  return to + 5 - zeros;
}

function digit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** A text with nothing to be escaped and nothing behind its NUL; -1 if it is another. */
export function putJsonText(o: DataView, to: number, bytes: Uint8Array, at: number, end: number): number {
  let next = to;
  let from = at;
  for (; from < end; from++) {
    const octet = bytes[from] ?? 0;
    if (octet < 0x20 || octet > 0x7e || octet === QUOTE || octet === BACKSLASH) break;
    o.setUint8(next++, octet);
  }
  for (; from < end; from++) if (bytes[from] !== 0) return -1;
  return next;
}

/** Where a text ends that can stand between spaces as it is; -1 if it cannot, or is empty. */
export function safeEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  for (; stop < end; stop++) {
    const octet = bytes[stop] ?? 0;
    if (octet <= 0x20 || octet >= 0x7f || octet === QUOTE || octet === BACKSLASH) break;
  }
  for (let from = stop; from < end; from++) if (bytes[from] !== 0) return -1;
  return stop === at ? -1 : stop;
}

/** Octets as they are. */
export function putOctets(o: DataView, to: number, bytes: Uint8Array, at: number, end: number): number {
  for (let from = at; from < end; from++) o.setUint8(to + from - at, bytes[from] ?? 0);
  return to + end - at;
}

/** The end of a line, and spaces before the next. There is room for four more. */
export function putLine(o: DataView, to: number, indent: number): number {
  o.setInt32(to, NEWLINE_AND_SPACES, true);
  for (let n = 3; n < indent; n += 4) o.setInt32(to + 1 + n, SPACES, true);
  return to + 1 + indent;
}

/** A 64-bit number in digits, as text has it: at most 20 octets. */
export function putText64(o: DataView, to: number, i: DataView, at: number, littleEndian: boolean, isSigned: boolean): number {
  const value = readWide(i, at, isSigned, !littleEndian);
  if (typeof value === 'number') return putNumber(o, to, value) - 1;
  for (let n = 0; n < value.length; n++) o.setUint8(to + n, value.charCodeAt(n));
  return to + value.length;
}

/** The name of a value, or the names of bits, as JSON; what follows is a comma. At most `names.most` octets. */
export function putNamed(o: DataView, to: number, names: NameTable | undefined, value: number): number {
  const text = (value >= 0 && value < DENSE_TEXTS ? names?.json.dense[value] : undefined) ?? jsonOf(names, value);
  return text === undefined ? putNumber(o, to, value) : putText(o, to, text);
}

/** The same as text. */
export function putLabel(o: DataView, to: number, names: NameTable | undefined, value: number): number {
  const text = (value >= 0 && value < DENSE_TEXTS ? names?.labels.dense[value] : undefined) ?? labelOf(names, value);
  return text === undefined ? putNumber(o, to, value) - 1 : putText(o, to, text);
}

function jsonOf(names: NameTable | undefined, value: number): EncodedText | undefined {
  return names?.isFlags === true ? names.encodedNames(value >>> 0) : names?.encodedName(value);
}

function labelOf(names: NameTable | undefined, value: number): EncodedText | undefined {
  return names?.isFlags === true ? names.namesLabel(value >>> 0) : names?.nameLabel(value);
}

/** Text that is ready. It may be followed by up to 15 octets that what follows replaces. */
export function putText(o: DataView, to: number, text: EncodedText): number {
  o.setInt32(to, text.word0, true);
  o.setInt32(to + 4, text.word1, true);
  if (text.length > 8) {
    o.setInt32(to + 8, text.word2, true);
    o.setInt32(to + 12, text.word3, true);
    if (text.length > 16) {
      const { more } = text;
      for (let n = 0; n < more.length; n++) o.setInt32(to + 16 + n * 4, more[n] ?? 0, true);
    }
  }
  return to + text.length;
}

/** A string of ASCII with nothing to be escaped in JSON; -1 if it is another. */
export function putSafe(o: DataView, to: number, text: string): number {
  for (let n = 0; n < text.length; n++) {
    const unit = text.charCodeAt(n);
    if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) return -1;
    o.setUint8(to + n, unit);
  }
  return to + text.length;
}

/** A string of ASCII; -1 if it is another. */
export function putAscii(o: DataView, to: number, text: string): number {
  for (let n = 0; n < text.length; n++) {
    const unit = text.charCodeAt(n);
    if (unit > 0x7e) return -1;
    o.setUint8(to + n, unit);
  }
  return to + text.length;
}
