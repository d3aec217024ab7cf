import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import { hexText } from './address-text.ts';
import type { Entry } from './entry.ts';
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import { bodyOctets, elementOctets, entryOf, formatOf, payloadOf } from './level-encoder.ts';
import { nthName } from './member-name.ts';
import type { FormatTable, SetTable } from './tables.ts';
import { isZero } from './text-octets.ts';

/** An attribute as it stands in a message: what its decoded form does not say. */
export interface AttributeLayout {
  /** Its type as it stands there, with `NLA_F_*`. */
  readonly type: number;
  /** The key that its value has; without one, {@link octets} has everything. */
  readonly key?: string;
  /** Its place, if the key has a list. */
  readonly index?: number;
  /** The payload, where the value would be written otherwise. */
  readonly octets?: string;
  /** What it is filled up with, where that is not as many zeros as it takes. */
  readonly padding?: string;
  /** The attributes inside, where they would be written otherwise. */
  readonly inside?: LevelLayout;
}

/** The attributes of a level, in their order. */
export type LevelLayout = readonly AttributeLayout[];

type Scope = readonly JsonObject[];

interface Place {
  readonly rawType: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The attributes between two places. */
function placesOf(view: DataView, start: number, end: number): Place[] {
  const places: Place[] = [];
  let at = start;
  while (end - at >= NLA_HDRLEN) {
    const size = view.getUint16(at, true);
    if (size < NLA_HDRLEN || size > end - at) break;
    const next = Math.min(at + ((size + 3) & ~3), end);
    places.push({ rawType: view.getUint16(at + 2, true), start: at + NLA_HDRLEN, end: at + size, next });
    at = next;
  }
  return places;
}

/**
 * What a level's decoded form does not say.
 *
 * @param set - of the level
 * @param object - the decoded form
 * @param scope - the levels further out
 * @param bytes - what holds the level
 * @param view - the same
 * @param start - where it starts
 * @param end - where it ends
 */
export function levelLayout(
  set: SetTable | undefined,
  object: JsonObject,
  scope: Scope,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): LevelLayout {
  const inner = [...scope, object];
  const counts = new Map<number, number>();
  return placesOf(view, start, end).map((place) => {
    const type = place.rawType & NLA_TYPE_MASK;
    const nth = (counts.get(type) ?? 0) + 1;
    counts.set(type, nth);
    const entry = set?.entries[type];
    const base = { type: place.rawType, ...paddingOf(bytes, place) };
    if (entry === undefined) return { ...base, octets: octetsOf(bytes, place) };
    const key = entry.many ? entry.name : nthName(entry.name, nth);
    const held = object[key];
    const isListed = entry.many && isJsonList(held);
    const value = isListed ? held[nth - 1] : held;
    if (value === undefined || entryOf(set, key) !== entry) return { ...base, octets: octetsOf(bytes, place) };
    return { ...base, key, ...(isListed ? { index: nth - 1 } : {}), ...contentOf(entry, value, inner, bytes, view, place) };
  });
}

/** The last attribute of a level need not be filled up; it is said that it is not. */
function paddingOf(bytes: Uint8Array, { start, end, next }: Place): { padding?: string } {
  const usual = (4 - ((end - start) % 4)) % 4;
  return next - end === usual && isZero(bytes, end, next) ? {} : { padding: hexText(bytes, end, next - end) };
}

function octetsOf(bytes: Uint8Array, { start, end }: Place): string {
  return hexText(bytes, start, end - start);
}

/** Nothing, if the value is written as it stands there; else the inside, or the octets. */
function contentOf(entry: Entry, value: JsonValue, scope: Scope, bytes: Uint8Array, view: DataView, place: Place): { octets?: string; inside?: LevelLayout } {
  if (isSame(() => payloadOf(entry, value, scope), bytes, place.start, place.end)) return {};
  const inside = insideOf(entry, value, scope, bytes, view, place);
  if (inside !== undefined && isSame(() => payloadOf(entry, value, scope, inside), bytes, place.start, place.end)) return { inside };
  return { octets: octetsOf(bytes, place) };
}

function insideOf(entry: Entry, value: JsonValue, scope: Scope, bytes: Uint8Array, view: DataView, { start, end }: Place): LevelLayout | undefined {
  if (entry.kind === Kind.INDEXED) return isJsonList(value) ? elementsLayout(entry, value, scope, bytes, view, start, end) : undefined;
  if (!isJsonObject(value)) return undefined;
  if (entry.kind === Kind.NEST) return levelLayout(entry.set, value, scope, bytes, view, start, end);
  return entry.kind === Kind.SUB_MESSAGE ? chosenLayout(entry, value, scope, bytes, view, start, end) : undefined;
}

/** The attributes of a sub-message, behind its structure. */
function chosenLayout(entry: Entry, value: JsonObject, scope: Scope, bytes: Uint8Array, view: DataView, start: number, end: number): LevelLayout | undefined {
  const format = formatOf(entry, scope);
  if (format === undefined || format.body !== undefined) return undefined;
  const { header } = format;
  if (header === undefined) return levelLayout(format.set, value, scope, bytes, view, start, end);
  const names = new Set(header.members.map(({ name }) => name));
  const part = (isHead: boolean): JsonObject => Object.fromEntries(Object.entries(value).filter(([key]) => names.has(key) === isHead));
  const at = Math.min(end, start + ((header.size + 3) & ~3));
  return levelLayout(format.set, part(false), [...scope, part(true)], bytes, view, at, end);
}

function elementsLayout(entry: Entry, items: readonly JsonValue[], scope: Scope, bytes: Uint8Array, view: DataView, start: number, end: number): LevelLayout | undefined {
  const { element } = entry;
  if (element === undefined) return undefined;
  return placesOf(view, start, end).map((place, index) => {
    const base = { type: place.rawType, ...paddingOf(bytes, place) };
    const item = items[index];
    if (item === undefined) return { ...base, octets: octetsOf(bytes, place) };
    if (isSame(() => elementOctets(element, item, scope), bytes, place.start, place.end)) return base;
    if (element.kind === Kind.NEST && isJsonObject(item)) {
      const inside = levelLayout(element.set, item, scope, bytes, view, place.start, place.end);
      if (isSame(() => elementOctets(element, item, scope, inside), bytes, place.start, place.end)) return { ...base, inside };
    }
    return { ...base, octets: octetsOf(bytes, place) };
  });
}

/**
 * What the attributes behind a format's structure do not say in their decoded form; nothing, if they are written as they
 * stand there.
 *
 * @returns `octets`, where the format has no attributes or they cannot be laid out
 */
export function bodyLayout(
  format: FormatTable,
  object: JsonObject,
  scope: Scope,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): { octets?: string; attributes?: LevelLayout } {
  if (isSame(() => bodyOctets(format, object, scope), bytes, start, end)) return {};
  if (format.body === undefined) {
    const attributes = levelLayout(format.set, object, scope, bytes, view, start, end);
    if (isSame(() => bodyOctets(format, object, scope, attributes), bytes, start, end)) return { attributes };
  }
  return { octets: hexText(bytes, start, end - start) };
}

/** Whether octets are those between two places. What cannot be written is not. */
export function isSame(make: () => Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  let made: Uint8Array;
  try {
    made = make();
  } catch {
    return false;
  }
  if (made.length !== end - start) return false;
  return made.every((octet, index) => octet === bytes[start + index]);
}
