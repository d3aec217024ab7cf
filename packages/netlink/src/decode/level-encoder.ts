import { NLA_F_NESTED, NLA_HDRLEN } from '@netdevkit/bindings';
import type { Entry } from './entry.ts';
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, type MutableJsonObject } from './json-value.ts';
import { Kind } from './kind.ts';
import type { AttributeLayout, LevelLayout } from './layout.ts';
import { join, leafOctets } from './leaf-octets.ts';
import { EncodeError, hexOf, parseHex } from './parse-text.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { MAX_DEPTH } from './levels.ts';

const MOST_OCTETS = 0xffff;
const RAW = /^#(\d+)(?:#\d+)?$/;

/** What the levels around a value hold, the innermost last: for what depends on an attribute further out. */
type Scope = readonly JsonObject[];

/**
 * Octets of the attributes of a level.
 *
 * @param set - their set
 * @param object - what decoding gives
 * @param scope - the levels further out, the outermost first
 * @param layout - what the object does not say
 * @throws EncodeError: the object has what the set does not
 */
export function levelOctets(set: SetTable | undefined, object: JsonObject, scope: Scope, layout?: LevelLayout): Uint8Array {
  const inner = [...scope, object];
  if (inner.length > MAX_DEPTH * 2) throw new EncodeError('nests are too deep');
  if (layout !== undefined) {
    return join([...layout.map((attribute) => laidOut(set, object, inner, attribute)), ...trailingOf(object)]);
  }
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (key === '#trailing') continue;
    const raw = RAW.exec(key)?.[1];
    if (raw !== undefined) {
      parts.push(attribute(Number(raw), hexOf(value)));
      continue;
    }
    const entry = entryOf(set, key);
    if (entry === undefined) throw new EncodeError(`${set?.name ?? 'a level without a schema'} has no "${key}"`);
    const values = entry.many ? listOf(entry, value) : [value];
    for (const item of values) parts.push(...attributeOf(entry, item, inner));
  }
  return join([...parts, ...trailingOf(object)]);
}

/** An attribute with its header, filled up to a multiple of four octets. */
function attribute(type: number, payload: Uint8Array, padding?: Uint8Array): Uint8Array {
  const size = NLA_HDRLEN + payload.length;
  if (size > MOST_OCTETS) throw new EncodeError(`an attribute of ${String(size)} octets is too long`);
  const fill = padding ?? new Uint8Array((4 - (size % 4)) % 4);
  const octets = new Uint8Array(size + fill.length);
  new DataView(octets.buffer).setUint32(0, size | (type << 16), true);
  octets.set(payload, NLA_HDRLEN);
  octets.set(fill, size);
  return octets;
}

/** What does not fit its field is in a list as an object with its type for a key. */
function attributeOf(entry: Entry, value: JsonValue, scope: Scope): Uint8Array[] {
  const [misfit] = isJsonObject(value) ? Object.entries(value) : [];
  const raw = misfit === undefined ? undefined : RAW.exec(misfit[0])?.[1];
  if (entry.many && raw !== undefined && misfit !== undefined && Number(raw) === entry.type && entry.kind !== Kind.NEST) {
    return [attribute(entry.type, hexOf(misfit[1]))];
  }
  return [attribute(rawType(entry), payloadOf(entry, value, scope))];
}

function rawType(entry: Entry): number {
  return isNest(entry) ? entry.type | NLA_F_NESTED : entry.type;
}

/** Whether attributes are inside: today's kernels want that said. */
function isNest(entry: Entry): boolean {
  return entry.kind >= Kind.NEST && entry.kind <= Kind.SUB_MESSAGE;
}

function laidOut(set: SetTable | undefined, object: JsonObject, scope: Scope, layout: AttributeLayout): Uint8Array {
  const padding = layout.padding === undefined ? undefined : parseHex(layout.padding);
  if (layout.octets !== undefined) return attribute(layout.type, parseHex(layout.octets), padding);
  const entry = entryOf(set, layout.key ?? '');
  const held = layout.key === undefined ? undefined : object[layout.key];
  const value = layout.index === undefined || !isJsonList(held) ? held : held[layout.index];
  if (entry === undefined || value === undefined) throw new EncodeError(`the layout has "${layout.key ?? ''}", the message has not`);
  return attribute(layout.type, payloadOf(entry, value, scope, layout.inside), padding);
}

function trailingOf(object: JsonObject): Uint8Array[] {
  const trailing = object['#trailing'];
  return trailing === undefined ? [] : [hexOf(trailing)];
}

/** The attribute of a key; `mtu#2` is another `mtu`. */
export function entryOf(set: SetTable | undefined, key: string): Entry | undefined {
  return set?.named(key) ?? set?.named(key.replace(/#\d+$/, ''));
}

/**
 * Octets of a value.
 *
 * @param entry - its field
 * @param value - what decoding gives
 * @param scope - the levels that it is in, the outermost first
 * @param layout - of the attributes inside
 * @throws EncodeError: the value does not fit
 */
export function payloadOf(entry: Entry, value: JsonValue, scope: Scope, layout?: LevelLayout): Uint8Array {
  if (!entry.isComposite) return leafOctets(entry, value);
  // What could not be looked into, for want of a format or of depth, is octets.
  if (typeof value === 'string') return parseHex(value);
  switch (entry.kind) {
    case Kind.RECORD:
      return entry.struct === undefined ? new Uint8Array(0) : structOctets(entry.struct, objectOf(entry, value), scope);
    case Kind.PACKED:
      return join(listOf(entry, value).map((item) => (entry.element === undefined ? new Uint8Array(0) : payloadOf(entry.element, item, scope))));
    case Kind.NEST:
      return levelOctets(entry.set, objectOf(entry, value), scope, layout);
    case Kind.INDEXED:
      return indexedOctets(entry, listOf(entry, value), scope, layout);
    case Kind.TYPED:
      return typedOctets(entry, value, scope);
    case Kind.SIZED:
      return sizedOctets(entry, listOf(entry, value), scope);
    default: {
      const format = formatOf(entry, scope);
      if (format === undefined) throw new EncodeError(`${entry.name}: nothing says what it is`);
      return formatOctets(format, objectOf(entry, value), scope, layout);
    }
  }
}

/** Octets of a structure; members that are missing at its end are cut off, or zero where all of it has to be there. */
export function structOctets(table: StructTable, object: JsonObject, scope: Scope, isWhole = false): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [index, member] of table.members.entries()) {
    const value = object[member.name];
    if (value === undefined && member.kind === Kind.PAD) {
      const isCut = table.members.slice(index).every(({ name }) => object[name] === undefined) && object['#trailing'] !== undefined;
      if (!isCut) parts.push(new Uint8Array(Math.max(0, member.size)));
      continue;
    }
    if (value === undefined && isWhole && member.size >= 0) {
      parts.push(new Uint8Array(member.size));
      continue;
    }
    if (value === undefined) break;
    const octets = member.kind === Kind.PAD || isMisfit(member, value) ? hexOf(value) : payloadOf(member, value, scope);
    if (member.size >= 0 && octets.length !== member.size) throw new EncodeError(`${table.name}.${member.name}: expected ${String(member.size)} octets, got ${String(octets.length)}`);
    parts.push(octets);
  }
  return join([...parts, ...trailingOf(object)]);
}

/** A member that is no text was decoded as octets. */
function isMisfit(member: Entry, value: JsonValue): boolean {
  return member.kind === Kind.STRING && typeof value === 'string' && value.length === member.size * 2 && /^[0-9a-f]+$/.test(value);
}

/** Octets of a format: a structure, then attributes or one value. */
export function formatOctets(format: FormatTable, object: JsonObject, scope: Scope, layout?: LevelLayout): Uint8Array {
  const { header } = format;
  if (header === undefined) return bodyOctets(format, object, scope, layout);
  const names = new Set(header.members.map(({ name }) => name));
  const head: MutableJsonObject = {};
  const rest: MutableJsonObject = {};
  for (const [key, value] of Object.entries(object)) (names.has(key) ? head : rest)[key] = value;
  const isFollowed = Object.keys(rest).some((key) => key !== '#trailing');
  const octets = structOctets(header, head, scope, isFollowed);
  if (Object.keys(rest).length === 0) return octets;
  const start = new Uint8Array(header.isOpen || octets.length < header.size ? octets.length : (octets.length + 3) & ~3);
  start.set(octets);
  return join([start, bodyOctets(format, rest, [...scope, head], layout)]);
}

/** Octets of what follows a format's structure. */
export function bodyOctets(format: FormatTable, object: JsonObject, scope: Scope, layout?: LevelLayout): Uint8Array {
  if (format.body === undefined) return levelOctets(format.set, object, scope, layout);
  const value = object[format.body.name];
  return value === undefined ? new Uint8Array(0) : payloadOf(format.body, value, [...scope, object]);
}

function indexedOctets(entry: Entry, items: readonly JsonValue[], scope: Scope, layout?: LevelLayout): Uint8Array {
  const { element } = entry;
  if (element === undefined) return new Uint8Array(0);
  let type = 0;
  const parts = items.map((item, position) => {
    if (isJsonObject(item) && Object.keys(item).join() === '#trailing') return hexOf(item['#trailing']);
    const laid = layout?.[position];
    const odd = isJsonObject(item) ? item['#index'] : undefined;
    type = laid === undefined ? (typeof odd === 'number' ? odd : type + 1) : laid.type;
    const padding = laid?.padding === undefined ? undefined : parseHex(laid.padding);
    if (laid?.octets !== undefined) return attribute(type, parseHex(laid.octets), padding);
    const flags = laid === undefined && isNest(element) ? NLA_F_NESTED : 0;
    return attribute(type | flags, elementOctets(element, item, scope, laid?.inside), padding);
  });
  return join(parts);
}

/** An element that left its sequence, or does not fit, is an object that says so. */
export function elementOctets(element: Entry, item: JsonValue, scope: Scope, layout?: LevelLayout): Uint8Array {
  if (!isJsonObject(item)) return payloadOf(element, item, scope, layout);
  const { '#index': _index, ...rest } = item;
  const keys = Object.keys(rest);
  const [first = ''] = keys;
  if (element.kind === Kind.NEST) return levelOctets(element.set, rest, scope, layout);
  if (keys.length === 1 && RAW.test(first)) return hexOf(rest[first]);
  return '#index' in item && 'value' in rest ? payloadOf(element, rest['value'], scope, layout) : payloadOf(element, rest, scope, layout);
}

/** Each structure gets its length; one that is malformed was decoded as octets. */
function sizedOctets(entry: Entry, items: readonly JsonValue[], scope: Scope): Uint8Array {
  const { format } = entry;
  const [first] = format?.header?.members ?? [];
  if (format === undefined || first === undefined) throw new EncodeError(`${entry.name}: nothing says what it is`);
  const parts = items.map((item) => {
    const object = objectOf(entry, item);
    if (Object.keys(object).join() === '#trailing') return hexOf(object['#trailing']);
    const octets = formatOctets(format, { ...object, [first.name]: 0 }, scope);
    if (octets.length > MOST_OCTETS) throw new EncodeError(`${entry.name}: ${String(octets.length)} octets are too many for one element`);
    const whole = new Uint8Array((octets.length + 3) & ~3);
    whole.set(octets);
    new DataView(whole.buffer).setUint16(0, octets.length, true);
    return whole;
  });
  return join(parts);
}

function typedOctets(entry: Entry, value: JsonValue, scope: Scope): Uint8Array {
  const items = isJsonList(value) ? value : [value];
  return join(items.map((item) => typedItem(entry, objectOf(entry, item), scope)));
}

function typedItem(entry: Entry, item: JsonObject, scope: Scope): Uint8Array {
  const { element } = entry;
  const rest: MutableJsonObject = {};
  for (const [key, value] of Object.entries(item)) if (!entry.levels.includes(key)) rest[key] = value;
  if (element === undefined) throw new EncodeError(`${entry.name}: nothing is inside`);
  let octets: Uint8Array;
  if (element.kind === Kind.NEST) octets = levelOctets(element.set, rest, scope);
  else {
    const value = rest[element.name];
    octets = value === undefined ? hexOf(Object.values(rest)[0]) : payloadOf(element, value, scope);
  }
  const inner = element.kind === Kind.NEST ? NLA_F_NESTED : 0;
  const types = entry.levels.map((level) => item[level]);
  types.reverse().forEach((type, index) => {
    if (typeof type !== 'number') throw new EncodeError(`${entry.name}: expected "${entry.levels.join('", "')}"`);
    octets = attribute(type | (index === 0 ? inner : NLA_F_NESTED), octets);
  });
  return octets;
}

/** What a sub-message is, by its selector. */
export function formatOf(entry: Entry, scope: Scope): FormatTable | undefined {
  return entry.choice?.format(select(entry.selector, scope));
}

function select(name: string, scope: Scope): string | undefined {
  for (let depth = scope.length - 1; depth >= 0; depth--) {
    const value = scope[depth]?.[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return undefined;
}

function objectOf(entry: Entry, value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new EncodeError(`${entry.name}: expected an object, got ${JSON.stringify(value)}`);
  return value;
}

function listOf(entry: Entry, value: JsonValue): readonly JsonValue[] {
  if (!isJsonList(value)) throw new EncodeError(`${entry.name}: expected a list, got ${JSON.stringify(value)}`);
  return value;
}
