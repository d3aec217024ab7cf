import type { PrintedPacket } from './run.ts';

/** A field of tshark's, with its octets. */
export interface Field {
  /** Its name: `netlink-route.ifla_mtu`. */
  readonly name: string;
  /** Its value as it is printed. */
  readonly show: string;
  /** Where its octets start in the packet. */
  readonly at: number;
  /** How many there are. */
  readonly length: number;
}

/**
 * The fields of a packet that stand for octets, in the order in which they are printed.
 *
 * @param packet - as it is printed
 */
export function fieldsOf(packet: PrintedPacket): readonly Field[] {
  const fields: Field[] = [];
  collect(packet._source.layers, fields);
  return fields;
}

const RAW = '_raw';

function collect(object: object, fields: Field[]): void {
  for (const [key, value] of Object.entries(object)) {
    if (key.endsWith(RAW)) pair(key.slice(0, -RAW.length), value, Reflect.get(object, key.slice(0, -RAW.length)), fields);
    else for (const part of listOf(value)) if (isObject(part)) collect(part, fields);
  }
}

/** Puts values and their octets together: a field that comes several times has lists of both. */
function pair(name: string, raw: unknown, value: unknown, fields: Field[]): void {
  const places = Array.isArray(raw) && Array.isArray(raw[0]) ? raw : [raw];
  const shows = places.length > 1 ? listOf(value) : [value];
  for (const [index, place] of places.entries()) {
    const show: unknown = shows[index];
    if (typeof show !== 'string' || !Array.isArray(place)) continue;
    fields.push({ name, show, at: Number(place[1]), length: Number(place[2]) });
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
