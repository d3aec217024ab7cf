import { EXACT, readWide } from './numbers.ts';

/** The digits of each number below 1000 in three digits and a comma behind them, and without zeros in front. */
const THREE: Int32Array = new Int32Array(1000);
const SHORT: Int32Array = new Int32Array(1000);

// Each start of a program waits for this: no texts are made.
for (let n = 0; n < 1000; n++) {
  const tens = (n / 10) | 0;
  const hundreds = (n / 100) | 0;
  const word = 0x2c30_3030 + ((n - tens * 10) << 16) + ((tens - hundreds * 10) << 8) + hundreds;
  THREE[n] = word;
  SHORT[n] = n < 10 ? word >>> 16 : n < 100 ? word >>> 8 : word;
}

/** Two hexadecimal digits for each octet, the first in the low octet. */
const PAIRS: Uint16Array = Uint16Array.from({ length: 256 }, (_, n) => packed(n.toString(16).padStart(2, '0')));

const MILLION = 1_000_000;
const BILLION = 1_000_000_000;
const WORD = 0x1_0000_0000;
/** `0`, something, `0`, something. */
const TWO_ZEROS = 0x0030_0030;
/** `0,0,`. */
const TWO_DIGITS = 0x2c30_2c30;
/** A `0`, and a comma behind it. */
const DIGIT_AND_COMMA = 0x2c30;
const MINUS = 0x2d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const QUOTE_AND_COMMA = 0x2c22;

/**
 * Writes a whole number of up to 2^53 either way, and a comma.
 *
 * @param o - has room for 20 octets
 * @param to - where the first goes
 * @param value - the number
 * @returns where the next octet goes
 */
export function putNumber(o: DataView, to: number, value: number): number {
  // Most are zero, or small. What is short is compiled into its callers.
  if (value >= 0 && value < 10) {
    o.setUint16(to, DIGIT_AND_COMMA + value, true);
    return to + 2;
  }
  return putDigits(o, to, value);
}

function putDigits(o: DataView, to: number, value: number): number {
  if (value < 0) {
    o.setUint8(to, MINUS);
    return putNumber(o, to + 1, -value);
  }
  if (value < 1000) {
    o.setInt32(to, SHORT[value] ?? 0, true);
    return to + (value < 10 ? 2 : value < 100 ? 3 : 4);
  }
  if (value >= BILLION) return putLong(o, to, value);
  const whole = value | 0;
  const thousands = (whole / 1000) | 0;
  let at = to;
  if (thousands < 1000) at = putLead(o, to, thousands);
  else {
    const millions = (thousands / 1000) | 0;
    at = putLead(o, to, millions);
    o.setInt32(at, THREE[thousands - millions * 1000] ?? 0, true);
    at += 3;
  }
  o.setInt32(at, THREE[whole - thousands * 1000] ?? 0, true);
  return at + 4;
}

/** Ten digits and more: those in front of the last nine, and the last nine. */
function putLong(o: DataView, to: number, value: number): number {
  const high = Math.floor(value / BILLION);
  const at = putNumber(o, to, high) - 1;
  putNine(o, at, value - high * BILLION);
  o.setUint8(at + 9, COMMA);
  return at + 10;
}

/** The digits of a number below 1000 that begins another. */
function putLead(o: DataView, to: number, value: number): number {
  o.setInt32(to, SHORT[value] ?? 0, true);
  return to + (value < 10 ? 1 : value < 100 ? 2 : 3);
}

/**
 * Writes a number below 10^9 in nine digits.
 *
 * @param o - has room for 10 octets
 * @param to - where the first goes
 * @param value - the number
 */
export function putNine(o: DataView, to: number, value: number): void {
  const rest = value | 0;
  const millions = (rest / MILLION) | 0;
  const thousands = ((rest / 1000) | 0) - millions * 1000;
  o.setInt32(to, THREE[millions] ?? 0, true);
  o.setInt32(to + 3, THREE[thousands] ?? 0, true);
  o.setInt32(to + 6, THREE[rest % 1000] ?? 0, true);
}

/**
 * Writes octets in hexadecimal.
 *
 * @param o - has room for two octets for each
 * @param to - where the first goes
 * @param bytes - what holds the octets
 * @param at - where they start
 * @param end - where they end
 * @returns where the next octet goes
 */
export function putHex(o: DataView, to: number, bytes: Uint8Array, at: number, end: number): number {
  let next = to;
  for (let from = at; from < end; from++, next += 2) o.setUint16(next, PAIRS[bytes[from] ?? 0] ?? 0, true);
  return next;
}

/** Two hexadecimal digits of an octet, the first in the low octet. */
export function hexPair(octet: number): number {
  return PAIRS[octet] ?? 0;
}

/**
 * Up to four characters of ASCII in one word.
 *
 * @param text - the first goes to the low octet
 */
export function packed(text: string): number {
  let word = 0;
  for (let i = 0; i < text.length; i++) word |= text.charCodeAt(i) << (8 * i);
  return word;
}

/**
 * Writes a 64-bit number as JSON has it, and a comma: digits, in quotes where they are no exact JavaScript number.
 *
 * @param o - has room for 24 octets
 * @param to - where the first goes
 * @param i - what holds the number
 * @param at - where it stands
 * @param littleEndian - its order
 * @returns where the next octet goes
 */
export function putUnsigned64(o: DataView, to: number, i: DataView, at: number, littleEndian: boolean): number {
  const first = i.getUint32(at, littleEndian);
  const second = i.getUint32(at + 4, littleEndian);
  const high = littleEndian ? second : first;
  const low = littleEndian ? first : second;
  if (high === 0) return putNumber(o, to, low);
  const value = high * WORD + low;
  return value < EXACT ? putNumber(o, to, value) : putWide(o, to, readWide(i, at, false, !littleEndian));
}

/** The same of a signed number. */
export function putSigned64(o: DataView, to: number, i: DataView, at: number, littleEndian: boolean): number {
  const value = readWide(i, at, true, !littleEndian);
  return typeof value === 'number' ? putNumber(o, to, value) : putWide(o, to, value);
}

function putWide(o: DataView, to: number, value: number | string): number {
  if (typeof value === 'number') return putNumber(o, to, value);
  o.setUint8(to, QUOTE);
  for (let n = 0; n < value.length; n++) o.setUint8(to + 1 + n, value.charCodeAt(n));
  o.setUint16(to + 1 + value.length, QUOTE_AND_COMMA, true);
  return to + value.length + 3;
}

/**
 * Writes numbers one after another, each with a comma, or another octet, behind it.
 *
 * @param o - has room for 24 octets for each
 * @param to - where the first goes
 * @param i - what holds the numbers: of 32 bits
 * @param start - where they start
 * @param end - where they end
 * @param isSigned - whether they are signed
 * @param separator - what stands behind each
 * @returns where the next octet goes
 */
export function putArray32(o: DataView, to: number, i: DataView, start: number, end: number, isSigned: boolean, separator: number): number {
  const zeros = TWO_ZEROS | (separator << 8) | (separator << 24);
  let next = to;
  let at = start;
  for (; end - at >= 8; at += 8) {
    const first = i.getInt32(at, true);
    const second = i.getInt32(at + 4, true);
    // Statistics and settings are mostly zeros and ones: two at a time.
    if (((first | second) & ~7) === 0) {
      o.setInt32(next, zeros + first + (second << 16), true);
      next += 4;
    } else {
      next = putNumber(o, next, isSigned ? first : first >>> 0);
      o.setUint8(next - 1, separator);
      next = putNumber(o, next, isSigned ? second : second >>> 0);
      o.setUint8(next - 1, separator);
    }
  }
  if (at >= end) return next;
  next = putNumber(o, next, isSigned ? i.getInt32(at, true) : i.getUint32(at, true));
  o.setUint8(next - 1, separator);
  return next;
}

/** The same for unsigned numbers of 64 bits, with commas. */
export function putArray64(o: DataView, to: number, i: DataView, start: number, end: number): number {
  let next = to;
  let at = start;
  for (; end - at >= 16; at += 16) {
    const first = i.getInt32(at, true);
    const second = i.getInt32(at + 8, true);
    if ((((first | second) & ~7) | i.getInt32(at + 4, true) | i.getInt32(at + 12, true)) === 0) {
      o.setInt32(next, TWO_DIGITS + first + (second << 16), true);
      next += 4;
    } else {
      next = putUnsigned64(o, next, i, at, true);
      next = putUnsigned64(o, next, i, at + 8, true);
    }
  }
  return at < end ? putUnsigned64(o, next, i, at, true) : next;
}
