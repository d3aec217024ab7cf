import type { DecodedMessage, Spot } from '@netdevkit/netlink';
import { isMessage, type SeenMessage, type SeenPacket } from '../capture.ts';
import { commandName } from '../decoding.ts';
import { valueAt } from '../spots.ts';
import { areSameNames } from './names.ts';
import type { Field } from './fields.ts';
import type { PrintedPacket } from './run.ts';
import type { Form, HeaderKey, Rule } from './rule.ts';
import { ruleOf } from './rules.ts';

/** What tshark calls the values of its fields. */
export type ValueNames = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Something that tshark says and the decoder does not. */
export interface Difference {
  /** The packet, from 1. */
  readonly frame: number;
  /** Where in the packet. */
  readonly at: number;
  /** The field. */
  readonly field: string;
  /** What tshark says. */
  readonly theirs: string;
  /** What the decoder says, with its name for it. */
  readonly ours: string;
}

/** The headers of a message, or of a request that an acknowledgement repeats. */
type Header = Pick<DecodedMessage, 'len' | 'typeId' | 'type' | 'flags' | 'flagsId' | 'seq' | 'pid' | 'family' | 'command' | 'version'> & {
  readonly errno?: number;
};

/** A place, with what was decoded there. */
interface Place {
  readonly spot: Spot;
  readonly message: SeenMessage;
}

/** A packet's places and headers, by where they stand. */
interface Index {
  readonly packet: SeenPacket;
  readonly headers: ReadonlyMap<number, Header>;
  readonly places: ReadonlyMap<number, readonly Place[]>;
}

/** Compares what tshark says of a packet with what the decoder says of the same octets. */
export class Comparison {
  readonly #names: ValueNames;
  /** How many fields were found to be equal. */
  equal = 0;

  /**
   * @param names - what tshark calls the values of its fields
   */
  constructor(names: ValueNames) {
    this.#names = names;
  }

  /**
   * Compares what is said of a packet as a whole.
   *
   * @param packet - as it is decoded
   * @param printed - as tshark prints it
   */
  frame(packet: SeenPacket, printed: PrintedPacket): readonly Difference[] {
    const frame = printed._source.layers['frame'];
    const said = (field: string): string => (typeof frame === 'object' && frame !== null ? String(Reflect.get(frame, field)) : '');
    const { seconds, nanoseconds, bytes, originalLength } = packet;
    const ours = {
      'frame.number': String(packet.frame),
      'frame.time_epoch': `${String(seconds)}.${String(nanoseconds).padStart(9, '0')}`,
      'frame.len': String(originalLength),
      'frame.cap_len': String(bytes.length),
    };
    const differences: Difference[] = [];
    for (const [field, value] of Object.entries(ours)) {
      const theirs = said(field);
      if (theirs === value) this.equal++;
      else differences.push({ frame: packet.frame, at: 0, field, theirs, ours: value });
    }
    return differences;
  }

  /**
   * Compares a packet.
   *
   * @param packet - as it is decoded
   * @param fields - what tshark says of it
   */
  packet(packet: SeenPacket, fields: readonly Field[]): readonly Difference[] {
    const index = indexOf(packet);
    const differences: Difference[] = [];
    for (const field of fields) {
      const rule = ruleOf(field.name);
      if (rule?.kind === 'skip') continue;
      const ours = rule === undefined ? 'a field without a rule' : this.#field(index, field, rule);
      if (ours === undefined) this.equal++;
      else differences.push({ frame: packet.frame, at: field.at, field: field.name, theirs: field.show, ours });
    }
    return differences;
  }

  /** What the decoder says instead; `undefined` if it says the same. */
  #field(index: Index, field: Field, rule: Exclude<Rule, { readonly kind: 'skip' }>): string | undefined {
    const number = Number(field.show);
    switch (rule.kind) {
      case 'protocol':
        return index.packet.protocol === number ? undefined : String(index.packet.protocol);
      case 'header':
        return this.#header(index.headers.get(field.at - rule.back), rule.key, field, number);
      case 'header-flag': {
        const header = index.headers.get(field.at - 6);
        return header?.flags.includes(rule.flag) === (number === 1) ? undefined : (header?.flags.join(' ') ?? 'no message');
      }
      case 'attribute-length':
        return attributeLength(index, field.at, number);
      case 'attribute-type':
        return this.#attributeType(index, field, rule.isNamed);
      case 'extent':
        return extent(index, field);
      case 'some-number':
        return someNumber(index, field);
      case 'value':
        // A flag among nests whose types are values has no value, and tshark shows its type.
        if (attributeAt(index, field.at - 2)?.spot.length === 0) return this.#attributeType(index, field, true);
        return this.#value(index, field, rule.names, rule.form);
      case 'bit': {
        const found = find(index, field, rule.names);
        if (found === undefined) return nothing(index, field);
        const value = valueOf(found);
        const isSet = Array.isArray(value) && value.includes(rule.flag);
        return isSet === (number === 1) ? undefined : `${found.spot.name} ${JSON.stringify(value)}`;
      }
    }
  }

  #header(header: Header | undefined, key: HeaderKey, field: Field, number: number): string | undefined {
    if (header === undefined) return 'no message';
    const say = (value: number | undefined): string | undefined => (value === number ? undefined : `${key} ${String(value)}`);
    switch (key) {
      case 'len':
        return say(header.len);
      case 'type':
        return say(header.typeId);
      case 'subsystem':
        return say(header.typeId >> 8);
      case 'message':
        return say(header.typeId & 0xff);
      case 'flags':
        return say(header.flagsId);
      case 'seq':
        return say(header.seq);
      case 'pid':
        return say(header.pid);
      case 'errno':
        return say(header.errno);
      case 'version':
        return say(header.version);
      case 'command': {
        const { family, command } = header;
        const theirs = this.#names.get(field.name)?.get(number);
        const isSame = command === commandName(family, number, header.flags.includes('NLM_F_REQUEST'));
        const isNamed = theirs === undefined || command === undefined || areSameNames(field.name, theirs, command);
        return isSame && isNamed ? undefined : `command ${String(command)} (${theirs ?? 'without a name'})`;
      }
    }
  }

  #attributeType(index: Index, field: Field, isNamed: boolean): string | undefined {
    // The type stands behind the length, and tshark gives it with or without its two flags.
    const type = Number(field.show) & 0x3fff;
    const place = attributeAt(index, field.at - 2);
    if (place === undefined) return nothing(index, field);
    const { bytes } = index.packet;
    const own = ((bytes[field.at] ?? 0) | ((bytes[field.at + 1] ?? 0) << 8)) & 0x3fff;
    const { spot } = place;
    if (own !== type) return `type ${String(own)}`;
    if (!isNamed) return undefined;
    const theirs = this.#names.get(field.name)?.get(type);
    return theirs === undefined || areSameNames(field.name, theirs, spot.name) ? undefined : `${spot.name} (${theirs})`;
  }

  #value(index: Index, field: Field, names: readonly string[], form: Form): string | undefined {
    const found = find(index, field, names);
    if (found === undefined) return nothing(index, field);
    const { spot } = found;
    const value = valueOf(found);
    if (names.length > 0 && !names.includes(spot.name)) return `${spot.path.join('.')} = ${JSON.stringify(value)}`;
    if (spot.length !== field.length) return `${spot.name}: ${String(spot.length)} octets, not ${String(field.length)}`;
    if (this.#isSame(field, value, form) || (form === 'number' && this.#isUnnamedNumber(index, field, value))) return undefined;
    const theirs = this.#names.get(field.name)?.get(Number(field.show));
    return `${spot.name} ${JSON.stringify(value)}${theirs === undefined ? '' : ` (${theirs})`}`;
  }

  /** Whether tshark has a number without a name for what has one here: that of the octets. */
  #isUnnamedNumber({ packet }: Index, { name, show, at, length }: Field, value: unknown): boolean {
    if (typeof value === 'number' || this.#names.get(name)?.has(Number(show)) === true) return false;
    const octets = packet.bytes.subarray(at, at + length);
    const fold = (sum: number, octet: number): number => sum * 256 + octet;
    return [octets.reduce(fold, 0), octets.reduceRight(fold, 0)].includes(Number(show));
  }

  #isSame(field: Field, value: unknown, form: Form): boolean {
    const { show, name } = field;
    if (typeof form === 'object') {
      if ('values' in form) return form.values[Number(show)] === value || value === Number(show);
      return Array.isArray(value) ? bitsOf(value, form.bits) === BigInt(show) : value === Number(show);
    }
    if (form === 'text') return value === show || (Array.isArray(value) && value.length === 1 && value[0] === show);
    if (form === 'octets') return String(value).replaceAll(':', '') === show.replaceAll(':', '');
    if (typeof value === 'number') return value === Number(show);
    if (typeof value !== 'string') return false;
    if (/^-?\d+$/.test(value)) return BigInt(value) === BigInt(show);
    const theirs = this.#names.get(name)?.get(Number(show));
    return theirs !== undefined && areSameNames(name, theirs, value);
  }
}

/** Names of bits as a number; what has no name is a last element in hexadecimal. */
function bitsOf(names: readonly unknown[], bits: readonly string[]): bigint {
  let value = 0n;
  for (const name of names) {
    const bit = bits.indexOf(String(name));
    if (bit >= 0) value |= 1n << BigInt(bit);
    else if (/^0x[0-9a-f]+$/.test(String(name))) value |= BigInt(String(name));
    else return -1n;
  }
  return value;
}

function indexOf(packet: SeenPacket): Index {
  const headers = new Map<number, Header>();
  const places = new Map<number, Place[]>();
  for (const message of packet.messages) {
    const { decoded, offset } = message;
    if (isMessage(decoded)) {
      const { error } = decoded;
      headers.set(offset, error === undefined ? decoded : { ...decoded, errno: error.errno });
      if (error?.request !== undefined) headers.set(offset + 20, error.request);
    }
    for (const spot of message.spots) {
      if (spot.at < 0) continue;
      const there = places.get(spot.at);
      if (there === undefined) places.set(spot.at, [{ spot, message }]);
      else there.push({ spot, message });
    }
  }
  return { packet, headers, places };
}

function valueOf({ spot, message }: Place): unknown {
  return valueAt(message.decoded, spot);
}

/** The attribute whose header stands at a place. */
function attributeAt(index: Index, at: number): Place | undefined {
  return index.places.get(at + 4)?.find(({ spot }) => spot.hasHeader);
}

/** What stands where a field stands: what has one of the names, or else a value of the same length, or anything. */
function find(index: Index, field: Field, names: readonly string[]): Place | undefined {
  const places = index.places.get(field.at) ?? [];
  return (
    places.find(({ spot }) => names.includes(spot.name) && !spot.isNest) ??
    places.find(({ spot }) => spot.length === field.length && !spot.isNest) ??
    places.find(({ spot }) => !spot.isNest)
  );
}

function attributeLength(index: Index, at: number, length: number): string | undefined {
  const place = attributeAt(index, at);
  if (place === undefined) return 'no attribute';
  return place.spot.length + 4 === length ? undefined : `${place.spot.name}: ${String(place.spot.length + 4)} octets`;
}

function extent(index: Index, { at, length }: Field): string | undefined {
  const places = index.places.get(at) ?? [];
  if (length === 0 || places.some(({ spot }) => spot.length === length)) return undefined;
  return places.map(({ spot }) => `${spot.name}: ${String(spot.length)} octets`).join(', ') || 'nothing';
}

/** A number of unknown meaning: we may have it as a number, as octets, as names or as something that has parts. */
function someNumber(index: Index, field: Field): string | undefined {
  const place = index.places.get(field.at)?.find(({ spot }) => spot.length === field.length && !spot.isNest);
  if (place === undefined) return extent(index, field);
  const value = valueOf(place);
  if (typeof value === 'number') return BigInt(value) === BigInt(field.show) ? undefined : String(value);
  if (typeof value !== 'string' || !/^[0-9a-f]+$/.test(value)) return undefined;
  const littleEndian = value.match(/../g)?.reverse().join('') ?? '';
  return BigInt(`0x${littleEndian}`) === BigInt(field.show) ? undefined : value;
}

function nothing(index: Index, { at }: Field): string {
  const isMessage = index.packet.messages.some(({ offset, length }) => at >= offset && at < offset + length);
  return isMessage ? 'nothing' : 'no message';
}
