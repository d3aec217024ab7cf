import { readString } from '../utf8.ts';

/** Longer texts are rarely met twice. */
const SHORT = 24;
const SLOTS = 1024;
const LAST = 5;

/**
 * Strings by their octets, so that a name that comes in message after message is made once. One that shares its place with
 * another replaces it: the memory is bounded.
 */
export class ShortStrings {
  readonly #slots: string[] = new Array<string>(SLOTS).fill('');

  /**
   * The string that octets hold.
   *
   * @param bytes - what holds them: UTF-8 without a NUL
   * @param start - where it starts
   * @param end - where it ends
   */
  get(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > SHORT) return readString(bytes, start, end);
    // Names that come by the thousand are told apart by how they end.
    let hash = length + (bytes[start] ?? 0);
    for (let at = Math.max(start, end - LAST); at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[slot] ?? '';
    if (equals(known, bytes, start, length)) return known;
    const made = readString(bytes, start, end);
    this.#slots[slot] = made;
    return made;
  }
}

/** A string with other characters than ASCII never equals octets, and is made again each time. */
function equals(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
