import { formatLinkAddress } from '@netdevkit/iproute';
import { AttributeCursor } from '@netdevkit/netlink';
import { specName, type AttributeSet, type AttributeValue, type StructLayout } from './attribute-spec.ts';
import { hex } from './printable.ts';

/** A value of a line in JSON. */
export type JsonValue = string | number | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The values of a run of attributes, by name. What is not in the set, or does not fit it, is there by number as octets in
 * hexadecimal: `"#77":"0a0b"`; octets that hold no attribute are `"#trailing"`. Of an attribute that comes again although its
 * kind comes once, all values are there in a list.
 *
 * @param cursor - before the first attribute
 * @param set - what they are
 */
export function attributeValues(cursor: AttributeCursor, set: AttributeSet): Record<string, JsonValue> {
  // Before the first attribute everything is still to come.
  const end = cursor.offset + cursor.rest;
  const values: Record<string, JsonValue> = {};
  // Lists that grow. Copying them for each value would take a hostile message of many for a long time.
  const lists = new Map<string, JsonValue[]>();
  const add = (name: string, value: JsonValue, multi: boolean): void => {
    const list = lists.get(name);
    const before = values[name];
    if (list !== undefined) list.push(value);
    else if (before === undefined && !multi) values[name] = value;
    else {
      const started = before === undefined ? [value] : [before, value];
      lists.set(name, started);
      values[name] = started;
    }
  };

  while (cursor.next()) {
    const spec = set[cursor.type];
    const value = spec === undefined ? undefined : valueOf(cursor, spec.value);
    if (spec !== undefined && value !== undefined) add(spec.name, value, spec.multi);
    else add(`#${String(cursor.type)}`, hex(cursor.bytes, cursor.offset, cursor.length), false);
  }
  if (cursor.rest > 0) values['#trailing'] = hex(cursor.bytes, end - cursor.rest, cursor.rest);
  return values;
}

// Members that only fill up.
const PADDING = /^(?:__)?(?:ifi_)?pad\d*$/;

/**
 * A struct's members, by name, but for padding.
 *
 * @param view - holds it
 * @param at - where it starts
 * @param layout - what it is; all of it is inside `view`
 */
export function structValues(view: DataView, at: number, layout: StructLayout): Record<string, JsonValue> {
  const values: Record<string, JsonValue> = {};
  for (const [name, { offset, size }] of Object.entries(layout.FIELDS)) {
    if (PADDING.test(name)) continue;
    if (size === 8) values[specName(name)] = exact(view.getBigUint64(at + offset, true));
    else if (size === 4) values[specName(name)] = view.getUint32(at + offset, true);
    else if (size === 2) values[specName(name)] = view.getUint16(at + offset, true);
    else if (size === 1) values[specName(name)] = view.getUint8(at + offset);
  }
  return values;
}

function valueOf(cursor: AttributeCursor, value: AttributeValue): JsonValue | undefined {
  switch (value) {
    case 'u8':
      return cursor.u8();
    case 'u16':
      return cursor.u16();
    case 'u32':
      return cursor.u32();
    case 's32':
      return cursor.s32();
    case 'u64':
      return optional(cursor.u64());
    case 'uint':
      return optional(cursor.uint());
    case 'string':
      return cursor.string();
    case 'hex':
      return hex(cursor.bytes, cursor.offset, cursor.length);
    case 'mac':
      return formatLinkAddress(cursor.octets());
    case 'u32-array':
      return array(cursor, 4);
    case 'u64-array':
      return array(cursor, 8);
    default:
      return 'nest' in value ? nest(cursor, value.nest) : struct(cursor, value.struct);
  }
}

function nest(cursor: AttributeCursor, set: AttributeSet): JsonValue {
  const inside = new AttributeCursor();
  cursor.enter(inside);
  return attributeValues(inside, set);
}

/** A struct, of this kernel, an older one, whose structs are shorter, or a newer one. */
function struct(cursor: AttributeCursor, layout: StructLayout): JsonValue | undefined {
  if (cursor.length >= layout.SIZE) return structValues(cursor.view, cursor.offset, layout);
  const members = Object.entries(layout.FIELDS).filter(([, { offset, size }]) => offset + size <= cursor.length);
  if (members.length === 0) return undefined;
  return structValues(cursor.view, cursor.offset, { SIZE: cursor.length, FIELDS: Object.fromEntries(members) });
}

function array(cursor: AttributeCursor, size: 4 | 8): JsonValue | undefined {
  if (cursor.length % size !== 0) return undefined;
  const values: JsonValue[] = [];
  for (let at = cursor.offset; at < cursor.offset + cursor.length; at += size) {
    values.push(size === 4 ? cursor.view.getUint32(at, true) : exact(cursor.view.getBigUint64(at, true)));
  }
  return values;
}

function optional(value: bigint | undefined): JsonValue | undefined {
  return value === undefined ? undefined : exact(value);
}

/** A number as long as JSON's readers take it for what it is, else its digits. */
function exact(value: bigint): number | string {
  return value <= 2n ** 53n ? Number(value) : String(value);
}
