import { Kind } from './kind.ts';

/** Numbers up to this size are exact in JavaScript, and in JSON. */
export const EXACT = 9_007_199_254_740_992;

const WORD = 0x1_0000_0000;

/**
 * Reads a number of up to 32 bits.
 *
 * @param view - the octets
 * @param at - where it stands
 * @param base - a `Kind` from `U8` to `S32`
 * @param bigEndian - whether it is in network order
 */
export function readSmall(view: DataView, at: number, base: number, bigEndian: boolean): number {
  switch (base) {
    case 0 satisfies typeof Kind.U8:
      return view.getUint8(at);
    case 1 satisfies typeof Kind.U16:
      return view.getUint16(at, !bigEndian);
    case 2 satisfies typeof Kind.U32:
      return view.getUint32(at, !bigEndian);
    case 3 satisfies typeof Kind.S8:
      return view.getInt8(at);
    case 4 satisfies typeof Kind.S16:
      return view.getInt16(at, !bigEndian);
    default:
      return view.getInt32(at, !bigEndian);
  }
}

/**
 * Reads a number of a fixed width; one of 64 bits is rounded if it is not exact.
 *
 * @param view - the octets
 * @param at - where it stands
 * @param kind - a `Kind` from `U8` to `S64`
 * @param bigEndian - whether it is in network order
 */
export function readPlain(view: DataView, at: number, kind: number, bigEndian: boolean): number {
  switch (kind) {
    case 0 satisfies typeof Kind.U8:
      return view.getUint8(at);
    case 1 satisfies typeof Kind.U16:
      return view.getUint16(at, !bigEndian);
    case 2 satisfies typeof Kind.U32:
      return view.getUint32(at, !bigEndian);
    case 6 satisfies typeof Kind.U64:
      return highWord(view, at, bigEndian) * WORD + lowWord(view, at, bigEndian);
    case 7 satisfies typeof Kind.S64:
      return (highWord(view, at, bigEndian) | 0) * WORD + lowWord(view, at, bigEndian);
    default:
      return readSmall(view, at, kind, bigEndian);
  }
}

/**
 * Whether a number has 64 bits as it stands there.
 *
 * @param base - a `Kind` up to `SINT`
 * @param length - the octets that there are
 */
export function isWide(base: number, length: number): boolean {
  return base >= Kind.U64 && length === 8;
}

/** Whether a kind of number is signed. */
export function isSigned(base: number): boolean {
  return base === Kind.S64 || base === Kind.SINT || (base >= Kind.S8 && base <= Kind.S32);
}

/** Reads the low word of a 64-bit number. */
export function lowWord(view: DataView, at: number, bigEndian: boolean): number {
  return bigEndian ? view.getUint32(at + 4, false) : view.getUint32(at, true);
}

/** Reads the high word of a 64-bit number. */
export function highWord(view: DataView, at: number, bigEndian: boolean): number {
  return bigEndian ? view.getUint32(at, false) : view.getUint32(at + 4, true);
}

/**
 * A 64-bit number: a JavaScript number while that is exact, else its decimal digits.
 *
 * @param view - the octets
 * @param at - where it stands
 * @param signed - whether it is signed
 * @param bigEndian - whether it is in network order
 */
export function readWide(view: DataView, at: number, signed: boolean, bigEndian: boolean): number | string {
  const high = highWord(view, at, bigEndian);
  const low = lowWord(view, at, bigEndian);
  const value = (signed ? high | 0 : high) * WORD + low;
  // 2^53 itself may be 2^53 + 1, rounded: its low bits tell.
  if (value < EXACT && value > -EXACT) return value;
  const exact = signed ? view.getBigInt64(at, !bigEndian) : view.getBigUint64(at, !bigEndian);
  return exact <= 0x20_0000_0000_0000n && exact >= -0x20_0000_0000_0000n ? Number(exact) : exact.toString();
}

/**
 * The same of an unsigned number in little-endian order: most are short, and those are read where it is called.
 *
 * @param view - the octets
 * @param at - where it stands
 */
export function readLong(view: DataView, at: number): number | string {
  return view.getInt32(at + 4, true) === 0 ? view.getUint32(at, true) : readWide(view, at, false, false);
}

/**
 * Reads any number.
 *
 * @param view - the octets
 * @param at - where it stands
 * @param length - its octets
 * @param base - a `Kind` up to `SINT`
 * @param bigEndian - whether it is in network order
 */
export function readNumber(view: DataView, at: number, length: number, base: number, bigEndian: boolean): number | string {
  if (isWide(base, length)) return readWide(view, at, isSigned(base), bigEndian);
  if (base < Kind.U64) return readSmall(view, at, base, bigEndian);
  return base === Kind.SINT ? view.getInt32(at, !bigEndian) : view.getUint32(at, !bigEndian);
}

/**
 * Reads numbers of a fixed width that stand one after another.
 *
 * @param view - the octets
 * @param start - where they start
 * @param end - where they end
 * @param kind - a `Kind` from `U8` to `S64`
 * @param size - the octets of one
 * @param bigEndian - whether they are in network order
 */
export function readArray(view: DataView, start: number, end: number, kind: number, size: number, bigEndian: boolean): (number | string)[] {
  const list = new Array<number | string>(((end - start) / size) | 0);
  let next = 0;
  if (kind === Kind.U32 && !bigEndian) for (let at = start; at < end; at += 4) list[next++] = view.getUint32(at, true);
  else if (kind === Kind.S32 && !bigEndian) for (let at = start; at < end; at += 4) list[next++] = view.getInt32(at, true);
  else if (kind === Kind.U64 && !bigEndian) for (let at = start; at < end; at += 8) list[next++] = readLong(view, at);
  else for (let at = start; at < end; at += size) list[next++] = readNumber(view, at, size, kind, bigEndian);
  return list;
}
