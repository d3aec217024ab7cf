import { utf8Length, writeUtf8 } from '../utf8.ts';
import type { Entry } from './entry.ts';
import { isJsonList, isJsonObject, type JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import type { NameTable } from './name-table.ts';
import { isSigned } from './numbers.ts';
import { EncodeError, parseHex, parseIpv4, parseIpv6 } from './parse-text.ts';

/**
 * The octets that a value takes: what `leafValue` reads.
 *
 * @param entry - the field; no composite
 * @param value - what decoding gives, or what can stand for it
 * @throws EncodeError: the value does not fit the field
 */
export function leafOctets(entry: Entry, value: JsonValue): Uint8Array {
  try {
    return octetsOf(entry, value);
  } catch (error) {
    // Who reads a text does not know whose it is.
    if (!(error instanceof EncodeError) || error.message.startsWith(`${entry.name}: `)) throw error;
    throw new EncodeError(`${entry.name}: ${error.message}`);
  }
}

function octetsOf(entry: Entry, value: JsonValue): Uint8Array {
  if (entry.kind <= Kind.FLAGS) return numberOctets(entry, numberOf(entry, value));
  switch (entry.kind) {
    case Kind.STRING:
      return stringOctets(entry, text(entry, value));
    case Kind.STRINGS:
      return join(list(entry, value).map((item) => terminated(text(entry, item))));
    case Kind.IPV4:
      return parseIpv4(text(entry, value));
    case Kind.IPV6:
      return parseIpv6(text(entry, value));
    case Kind.IP:
      return address(text(entry, value));
    case Kind.IP_OF_FAMILY:
      return addressOfFamily(entry, text(entry, value));
    case Kind.NOTATION:
      return entry.notation?.octets(text(entry, value)) ?? parseHex(text(entry, value));
    case Kind.UUID:
      return parseHex(text(entry, value).replaceAll('-', ''));
    case Kind.FLAG:
      if (value !== true) throw new EncodeError(`${entry.name}: expected true`);
      return new Uint8Array(0);
    case Kind.BITFIELD32:
      return bitfield(entry, value);
    default:
      return parseHex(text(entry, value));
  }
}

/** Octets one after another. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function text(entry: Entry, value: JsonValue): string {
  if (typeof value !== 'string') throw new EncodeError(`${entry.name}: expected a text, got ${JSON.stringify(value)}`);
  return value;
}

function list(entry: Entry, value: JsonValue): readonly JsonValue[] {
  if (!isJsonList(value)) throw new EncodeError(`${entry.name}: expected a list, got ${JSON.stringify(value)}`);
  return value;
}

function address(value: string): Uint8Array {
  return value.includes(':') ? parseIpv6(value) : parseIpv4(value);
}

/** One without dots and colons was of another family, one of six pairs of digits is Ethernet's. */
function addressOfFamily(entry: Entry, value: string): Uint8Array {
  const isHex = /^[0-9a-f]*$/i.test(value) || /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(value);
  const octets = isHex ? parseHex(value) : address(value);
  return entry.size < 0 ? octets : padded(octets, entry.size);
}

function padded(octets: Uint8Array, length: number): Uint8Array {
  if (octets.length > length) throw new EncodeError(`expected at most ${String(length)} octets, got ${String(octets.length)}`);
  const all = new Uint8Array(length);
  all.set(octets);
  return all;
}

function utf8(value: string): Uint8Array {
  const octets = new Uint8Array(utf8Length(value));
  writeUtf8(octets, 0, value);
  return octets;
}

function terminated(value: string): Uint8Array {
  return padded(utf8(value), utf8Length(value) + 1);
}

/** An attribute has a NUL, as `nla_put_string` writes it; a member has its width. */
function stringOctets(entry: Entry, value: string): Uint8Array {
  return entry.size < 0 ? terminated(value) : padded(utf8(value), entry.size);
}

function numberOf(entry: Entry, value: JsonValue): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (isJsonList(value) && entry.names !== undefined) return bitsOf(entry.names, value, entry.name);
  if (typeof value === 'string') {
    const named = entry.names?.isFlags === true ? undefined : entry.names?.value(value);
    if (named !== undefined) return BigInt(named);
    if (entry.kind !== Kind.FLAGS && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  }
  throw new EncodeError(`${entry.name}: expected a number, got ${JSON.stringify(value)}`);
}

function bitsOf(names: NameTable, values: readonly JsonValue[], where: string): bigint {
  let bits = 0n;
  for (const value of values) {
    if (typeof value !== 'string') throw new EncodeError(`${where}: expected names of bits, got ${JSON.stringify(value)}`);
    const bit = names.value(value);
    if (bit !== undefined) bits |= 1n << BigInt(bit);
    else if (/^0x[0-9a-f]{1,16}$/.test(value)) bits |= BigInt(value);
    else throw new EncodeError(`${where}: no bit is called "${value}"`);
  }
  return bits;
}

function bitfield(entry: Entry, value: JsonValue): Uint8Array {
  if (!isJsonObject(value)) throw new EncodeError(`${entry.name}: expected a value and a selector`);
  const view = new DataView(new ArrayBuffer(8));
  for (const [index, key] of ['value', 'selector'].entries()) {
    const part = value[key] ?? 0;
    const bits = isJsonList(part) && entry.names !== undefined ? bitsOf(entry.names, part, entry.name) : BigInt(Number(part));
    view.setUint32(index * 4, Number(BigInt.asUintN(32, bits)), true);
  }
  return new Uint8Array(view.buffer);
}

/** A number whose width its sender chooses takes four octets if they are enough, as `nla_put_uint` does. */
function numberOctets(entry: Entry, value: bigint): Uint8Array {
  const signed = isSigned(entry.base);
  const size = entry.size > 0 ? entry.size : fitsIn(value, 32, signed) ? 4 : 8;
  if (!fitsIn(value, size * 8, signed)) throw new EncodeError(`${entry.name}: ${value.toString()} does not fit ${String(size)} octets`);
  const octets = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++, rest >>= 8n) octets[entry.bigEndian ? size - 1 - i : i] = Number(rest & 0xffn);
  return octets;
}

function fitsIn(value: bigint, bits: number, signed: boolean): boolean {
  return signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
}
