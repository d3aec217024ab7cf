import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { areTexts, isText } from './text-octets.ts';

/**
 * Whether octets can be read as a field says: a number has its width, a text is text, an address is as long as one.
 *
 * @param entry - the field
 * @param bytes - what holds the octets
 * @param at - where they start
 * @param length - their number
 */
export function fits(entry: Entry, bytes: Uint8Array, at: number, length: number): boolean {
  switch (entry.kind) {
    case Kind.ENUM:
    case Kind.FLAGS:
    case Kind.UINT:
    case Kind.SINT:
      return entry.size < 0 ? length === 4 || length === 8 : length === entry.size;
    case Kind.STRING:
      return isText(bytes, at, at + length);
    case Kind.STRINGS:
      return areTexts(bytes, at, at + length);
    case Kind.IPV4:
      return length === 4;
    case Kind.IP:
      return length === 4 || length === 16;
    case Kind.IPV6:
    case Kind.IP_OF_FAMILY:
    case Kind.UUID:
      return length === 16;
    case Kind.FLAG:
      return length === 0;
    case Kind.BITFIELD32:
      return length === 8;
    case Kind.PAD:
    case Kind.UNUSED:
      return false;
    case Kind.PACKED: {
      const size = elementSize(entry);
      return size > 0 && length % size === 0;
    }
    default:
      return entry.size < 0 || entry.kind >= Kind.BINARY || length === entry.size;
  }
}

/** The octets that an element of an array takes; 0 if that is not fixed. */
export function elementSize(entry: Entry): number {
  return Math.max(0, entry.element?.size ?? 0);
}
