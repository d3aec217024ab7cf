import type { FormatTable, StructTable } from './tables.ts';

/**
 * Where the structure in front of a payload ends, as far as it is there.
 *
 * @param header - the structure
 * @param start - where it starts
 * @param end - where the message ends
 */
export function structureEnd(header: StructTable, start: number, end: number): number {
  return end - start >= header.size && !header.isOpen ? start + header.size : end;
}

/**
 * Where what follows the structure in front of a payload starts.
 *
 * @param format - what the payload is
 * @param start - where it starts
 * @param opaque - octets in front of it that no schema describes, where there is no structure
 * @param end - where the message ends
 * @returns the end, or more, if nothing follows
 */
export function bodyStart({ header }: FormatTable, start: number, opaque: number, end: number): number {
  if (header === undefined) return start + opaque;
  if (end - start < header.size) return end;
  return Math.min(end, start + ((structureEnd(header, start, end) - start + 3) & ~3));
}
