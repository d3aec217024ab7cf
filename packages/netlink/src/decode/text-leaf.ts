import type { ByteWriter } from './byte-writer.ts';
import { EncodedText } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { leafValue } from './leaf-value.ts';
import { EXACT, readPlain } from './numbers.ts';
import { putAscii, putMac } from './put.ts';
import { isSafe } from './safe-text.ts';
import type { ShortStrings } from './short-strings.ts';
import { textEnd } from './text-octets.ts';
import { textOf } from './text-value.ts';

const DASH = 0x2d;

/**
 * Writes one value as text: the same as `textOf` says.
 *
 * @param out - where it is written; room is made
 * @param entry - the field; no composite
 * @param bytes - what holds the octets
 * @param view - the same
 * @param at - where they start
 * @param length - their number, which fits the field
 * @param strings - remembers short ones
 */
export function writeTextLeaf(out: ByteWriter, entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number, strings: ShortStrings): void {
  const { kind } = entry;
  if (kind <= Kind.S64 && !entry.isHex) {
    const value = readPlain(view, at, kind, entry.bigEndian);
    if (value < EXACT && value > -EXACT) {
      out.reserve(32);
      out.integer(value);
      return;
    }
  }
  if (kind === Kind.STRING) {
    const end = textEnd(bytes, at, at + length);
    if (end > at && isSafe(bytes, at, end)) {
      out.reserve(end - at + 16);
      out.plain(bytes, at, end);
      return;
    }
  }
  if (kind === Kind.BINARY && !entry.isHex) {
    writeOctets(out, bytes, at, length);
    return;
  }
  if (kind === Kind.MAC) {
    out.reserve(length * 3 + 16);
    out.at = putMac(out.view, out.at, bytes, at, at + length);
    return;
  }
  say(out, textOf(entry, leafValue(entry, bytes, view, at, length, strings)));
}

/** Writes octets in hexadecimal; a dash where there are none. */
export function writeOctets(out: ByteWriter, bytes: Uint8Array, at: number, length: number): void {
  out.reserve(length * 2 + 16);
  if (length > 0) out.hex(bytes, at, length);
  else out.octet(DASH);
}

function say(out: ByteWriter, text: string): void {
  out.reserve(text.length + 16);
  const next = putAscii(out.view, out.at, text);
  if (next < 0) out.text(new EncodedText(text));
  else out.at = next;
}
