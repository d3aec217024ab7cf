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
    case 10 satisfies typeof Kind.ENUM:
    case 11 satisfies typeof Kind.FLAGS:
    case 8 satisfies typeof Kind.UINT:
    case 9 satisfies typeof Kind.SINT:
      return entry.size < 0 ? length === 4 || length === 8 : length === entry.size;
    case 12 satisfies typeof Kind.STRING:
      return isText(bytes, at, at + length);
    case 13 satisfies typeof Kind.STRINGS:
      return areTexts(bytes, at, at + length);
    case 16 satisfies typeof Kind.IPV4:
      return length === 4;
    case 18 satisfies typeof Kind.IP:
      return length === 4 || length === 16;
    case 19 satisfies typeof Kind.IP_OF_FAMILY:
      return length === 16 || entry.size < 0;
    case 17 satisfies typeof Kind.IPV6:
    case 20 satisfies typeof Kind.UUID:
      return length === 16;
    case 21 satisfies typeof Kind.FLAG:
      return length === 0;
    case 22 satisfies typeof Kind.BITFIELD32:
      return length === 8;
    case 23 satisfies typeof Kind.PAD:
    case 24 satisfies typeof Kind.UNUSED:
      return false;
    case 32 satisfies typeof Kind.NOTATION:
      return (entry.size < 0 || length === entry.size) && (entry.notation?.fits(length) ?? true);
    case 26 satisfies typeof Kind.PACKED: {
      const size = elementSize(entry);
      return size > 0 && length % size === 0;
    }
    default:
      // Octets of any number fit octets.
      return entry.base < 0 || length === entry.size;
  }
}

/** The octets that an element of an array takes; 0 if that is not fixed. */
export function elementSize(entry: Entry): number {
  return Math.max(0, entry.element?.size ?? 0);
}
