import { hexText, ipv4Text, ipv6Text, macText, uuidText } from './address-text.ts';
import type { Entry } from './entry.ts';
import type { JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import type { NameTable } from './name-table.ts';
import { highWord, isWide, lowWord, readNumber, readSmall } from './numbers.ts';
import type { ShortStrings } from './short-strings.ts';
import { isZero, textEnd } from './text-octets.ts';

export const AF_INET = 2;
export const AF_INET6 = 10;
const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;
const ETH_ALEN = 6;
const IPV6_SIZE = 16;
const NO_ADDRESS = '::';

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
      return addressOfFamily(entry, bytes, view, at, length);
    case 20 satisfies typeof Kind.UUID:
      return uuidText(bytes, at);
    case 21 satisfies typeof Kind.FLAG:
      return true;
    case 22 satisfies typeof Kind.BITFIELD32:
      return { value: bitsOf(entry.names, view.getUint32(at, true)), selector: bitsOf(entry.names, view.getUint32(at + 4, true)) };
    case 32 satisfies typeof Kind.NOTATION:
      return entry.notation?.text(bytes, view, at, length) ?? hexText(bytes, at, length);
    default:
      return hexText(bytes, at, length);
  }
}

function bitsOf(names: NameTable | undefined, bits: number): JsonValue {
  return names === undefined ? bits : names.list(bits);
}

function flagsOf(entry: Entry, view: DataView, at: number, length: number): JsonValue {
  if (isWide(entry.base, length)) return entry.names?.names(lowWord(view, at, entry.bigEndian), highWord(view, at, entry.bigEndian)) ?? [];
  const bits = readNumber(view, at, length, entry.base, entry.bigEndian);
  return entry.names?.list(Number(bits) >>> 0) ?? [];
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

/** An address of neither family is octets, or if there is none in them `::`; where an EtherType of 0 stands for it it is one of Ethernet. */
function addressOfFamily(entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number): string {
  const family = familyOf(entry, view, at);
  if (family === AF_INET && isAddress(entry, length, 4)) return ipv4Text(bytes, at);
  if (family === AF_INET6 && isAddress(entry, length, 16)) return ipv6Text(bytes, at);
  const isEthernet = family === 0 && entry.isFamilyEtherType && length > ETH_ALEN && isZero(bytes, at + ETH_ALEN, at + length);
  if (isEthernet) return macText(bytes, at, ETH_ALEN);
  return length === IPV6_SIZE && isZero(bytes, at, at + length) ? NO_ADDRESS : hexText(bytes, at, length);
}

/** Whether the octets of a member are an address: where they are as many as there are, no more than it takes. */
export function isAddress(entry: Entry, length: number, size: number): boolean {
  return length === size || (entry.size >= 0 && length >= size);
}

/**
 * The family of an address. Families are below 256 in every structure: the low octet tells, wherever the field is 8 or 16
 * bits wide.
 *
 * @param entry - the address
 * @param view - what holds it
 * @param at - where it starts
 * @returns -1 for an EtherType that is neither 0 nor of IP
 */
export function familyOf(entry: Entry, view: DataView, at: number): number {
  if (!entry.isFamilyEtherType) return view.getUint8(at + entry.familyAt);
  const type = view.getUint16(at + entry.familyAt);
  if (type === ETH_P_IP) return AF_INET;
  return type === ETH_P_IPV6 ? AF_INET6 : type === 0 ? 0 : -1;
}
