import { hexText, ipv4Text, ipv6Text, macText, uuidText } from './address-text.ts';
import type { Entry } from './entry.ts';
import type { JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import type { NameTable } from './name-table.ts';
import { highWord, isWide, lowWord, readNumber, readSmall } from './numbers.ts';
import type { ShortStrings } from './short-strings.ts';
import { textEnd } from './text-octets.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/**
 * What a field's octets say, as JSON has it: the one definition of each kind's form.
 *
 * @param entry - the field; no composite
 * @param bytes - what holds the octets
 * @param view - the same
 * @param at - where they start
 * @param length - their number, which fits the field
 * @param strings - remembers short ones
 */
export function leafValue(entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number, strings: ShortStrings): JsonValue {
  switch (entry.kind) {
    case 0 satisfies typeof Kind.U8:
      return view.getUint8(at);
    case 1 satisfies typeof Kind.U16:
      return view.getUint16(at, !entry.bigEndian);
    case 2 satisfies typeof Kind.U32:
      return view.getUint32(at, !entry.bigEndian);
    case 3 satisfies typeof Kind.S8:
    case 4 satisfies typeof Kind.S16:
    case 5 satisfies typeof Kind.S32:
      return readSmall(view, at, entry.kind, entry.bigEndian);
    case 6 satisfies typeof Kind.U64:
    case 7 satisfies typeof Kind.S64:
    case 8 satisfies typeof Kind.UINT:
    case 9 satisfies typeof Kind.SINT:
      return readNumber(view, at, length, entry.base, entry.bigEndian);
    case 10 satisfies typeof Kind.ENUM: {
      const value = readNumber(view, at, length, entry.base, entry.bigEndian);
      return (typeof value === 'number' ? entry.names?.name(value) : undefined) ?? value;
    }
    case 11 satisfies typeof Kind.FLAGS:
      return flagsOf(entry, view, at, length);
    case 12 satisfies typeof Kind.STRING:
      return strings.get(bytes, at, textEnd(bytes, at, at + length));
    case 13 satisfies typeof Kind.STRINGS:
      return stringsOf(bytes, at, at + length, strings);
    case 15 satisfies typeof Kind.MAC:
      return macText(bytes, at, length);
    case 16 satisfies typeof Kind.IPV4:
      return ipv4Text(bytes, at);
    case 17 satisfies typeof Kind.IPV6:
      return ipv6Text(bytes, at);
    case 18 satisfies typeof Kind.IP:
      return length === 4 ? ipv4Text(bytes, at) : ipv6Text(bytes, at);
    case 19 satisfies typeof Kind.IP_OF_FAMILY:
      return addressOfFamily(entry, bytes, view, at);
    case 20 satisfies typeof Kind.UUID:
      return uuidText(bytes, at);
    case 21 satisfies typeof Kind.FLAG:
      return true;
    case 22 satisfies typeof Kind.BITFIELD32:
      return { value: bitsOf(entry.names, view.getUint32(at, true)), selector: bitsOf(entry.names, view.getUint32(at + 4, true)) };
    default:
      return hexText(bytes, at, length);
  }
}

function bitsOf(names: NameTable | undefined, bits: number): JsonValue {
  return names === undefined ? bits : names.names(bits);
}

function flagsOf(entry: Entry, view: DataView, at: number, length: number): JsonValue {
  if (isWide(entry.base, length)) return entry.names?.names(lowWord(view, at, entry.bigEndian), highWord(view, at, entry.bigEndian)) ?? [];
  const bits = readNumber(view, at, length, entry.base, entry.bigEndian);
  return entry.names?.names(Number(bits) >>> 0) ?? [];
}

function stringsOf(bytes: Uint8Array, start: number, end: number, strings: ShortStrings): string[] {
  const list: string[] = [];
  for (let at = start; at < end; ) {
    const stop = textEnd(bytes, at, end);
    list.push(strings.get(bytes, at, stop));
    at = stop + 1;
  }
  return list;
}

/** An address of neither family is octets. */
function addressOfFamily(entry: Entry, bytes: Uint8Array, view: DataView, at: number): string {
  const family = familyOf(view, at + entry.familyAt);
  if (family === AF_INET) return ipv4Text(bytes, at);
  return family === AF_INET6 ? ipv6Text(bytes, at) : hexText(bytes, at, 16);
}

/** Address families are below 256 in every structure: the low octet tells, wherever the field is 8 or 16 bits wide. */
export function familyOf(view: DataView, at: number): number {
  return view.getUint8(at);
}
