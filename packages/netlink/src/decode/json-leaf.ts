import type { ByteWriter } from './byte-writer.ts';
import { putHex, putNumber, putSigned64, putUnsigned64 } from './digits.ts';
import { EncodedText } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { AF_INET, AF_INET6, familyOf, isAddress, leafValue } from './leaf-value.ts';
import { isSigned, isWide, readSmall } from './numbers.ts';
import { putAscii, putIp, putMac, putNamed, putSafe } from './put.ts';
import type { ShortStrings } from './short-strings.ts';
import { textEnd } from './text-octets.ts';

const QUOTE = 0x22;
const QUOTE_AND_COMMA = 0x2c22;
const TRUE = new EncodedText('true,');
/** What a number takes at most, with its quotes, sign and comma. */
const MOST_DIGITS = 24;
/** What an address takes at most, with its quotes and comma. */
const MOST_ADDRESS = 64;

/**
 * Writes one value as JSON, and a comma: the same as `leafValue` says.
 *
 * @param out - where it is written; room is made
 * @param entry - the field; no composite
 * @param bytes - what holds the octets
 * @param view - the same
 * @param at - where they start
 * @param length - their number, which fits the field
 * @param strings - remembers short ones
 */
export function writeLeaf(out: ByteWriter, entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number, strings: ShortStrings): void {
  switch (entry.kind) {
    case 12 satisfies typeof Kind.STRING:
      out.reserve(length * 6 + 8);
      out.octet(QUOTE);
      out.jsonText(bytes, at, textEnd(bytes, at, at + length));
      close(out, out.at);
      return;
    case 14 satisfies typeof Kind.BINARY:
      out.reserve(length * 2 + 8);
      out.octet(QUOTE);
      close(out, putHex(out.view, out.at, bytes, at, at + length));
      return;
    case 15 satisfies typeof Kind.MAC:
      out.reserve(length * 3 + 8);
      out.octet(QUOTE);
      close(out, putMac(out.view, out.at, bytes, at, at + length));
      return;
    case 16 satisfies typeof Kind.IPV4:
    case 17 satisfies typeof Kind.IPV6:
    case 18 satisfies typeof Kind.IP:
      out.reserve(MOST_ADDRESS);
      out.octet(QUOTE);
      close(out, putIp(out.view, out.at, bytes, at, length));
      return;
    case 19 satisfies typeof Kind.IP_OF_FAMILY: {
      const family = familyOf(entry, view, at);
      const size = family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;
      if (size === 0 || !isAddress(entry, length, size)) break;
      out.reserve(MOST_ADDRESS);
      out.octet(QUOTE);
      close(out, putIp(out.view, out.at, bytes, at, size));
      return;
    }
    case 10 satisfies typeof Kind.ENUM:
    case 11 satisfies typeof Kind.FLAGS:
      if (writeNamed(out, entry, view, at)) return;
      break;
    case 21 satisfies typeof Kind.FLAG:
      out.text(TRUE);
      return;
    default:
      if (entry.kind >= Kind.ENUM) break;
      out.reserve(MOST_DIGITS);
      out.at = putAny(out.view, out.at, entry, view, at, length);
      return;
  }
  writeJson(out, leafValue(entry, bytes, view, at, length, strings));
}

/** A number of any width. */
function putAny(o: DataView, to: number, entry: Entry, view: DataView, at: number, length: number): number {
  const { base, bigEndian } = entry;
  if (isWide(base, length)) return isSigned(base) ? putSigned64(o, to, view, at, !bigEndian) : putUnsigned64(o, to, view, at, !bigEndian);
  if (entry.isSmall) return putNumber(o, to, readSmall(view, at, base, bigEndian));
  return putNumber(o, to, isSigned(base) ? view.getInt32(at, !bigEndian) : view.getUint32(at, !bigEndian));
}

/** Names of a value, or of its bits, if it has up to 32; gives whether it has. */
function writeNamed(out: ByteWriter, { names, isSmall, base, bigEndian }: Entry, view: DataView, at: number): boolean {
  if (names === undefined || !isSmall) return false;
  out.reserve(names.most);
  out.at = putNamed(out.view, out.at, names, readSmall(view, at, base, bigEndian));
  return true;
}

/** Values that are rare enough to be made first. */
function writeJson(out: ByteWriter, value: unknown): void {
  if (typeof value === 'string') {
    const from = out.at;
    out.reserve(value.length + 8);
    out.octet(QUOTE);
    const to = putSafe(out.view, out.at, value);
    if (to >= 0) {
      close(out, to);
      return;
    }
    out.truncate(from);
  }
  const text = `${JSON.stringify(value)},`;
  out.reserve(text.length);
  const next = putAscii(out.view, out.at, text);
  if (next < 0) out.text(new EncodedText(text));
  else out.at = next;
}

function close(out: ByteWriter, to: number): void {
  out.view.setUint16(to, QUOTE_AND_COMMA, true);
  out.at = to + 2;
}
