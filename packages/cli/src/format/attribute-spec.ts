import type { NameTable } from '@netdevkit/bindings';

/** The layout of a struct, as `@netdevkit/bindings` describes it. */
export interface StructLayout {
  /** Its length in octets. */
  readonly SIZE: number;
  /** Its members, in C's spelling. */
  readonly FIELDS: Readonly<Record<string, { readonly offset: number; readonly size: number; readonly type: string }>>;
}

/**
 * What an attribute holds: an integer, a string that may end with a NUL, octets, a link-layer address, integers one after
 * another, a struct, or attributes.
 */
export type AttributeValue =
  | 'u8'
  | 'u16'
  | 'u32'
  | 's32'
  | 'u64'
  | 'uint'
  | 'string'
  | 'hex'
  | 'mac'
  | 'u32-array'
  | 'u64-array'
  | { readonly struct: StructLayout }
  | { readonly nest: AttributeSet };

/** An attribute: its name in lines, and what it holds. */
export interface AttributeSpec {
  /** As the kernel's own specifications call it, such as `'num-tx-queues'`. */
  readonly name: string;
  /** What it holds. */
  readonly value: AttributeValue;
  /** Whether it may come several times, which makes it a list always. */
  readonly multi: boolean;
}

/** The attributes of one level, by type. */
export type AttributeSet = Readonly<Record<number, AttributeSpec | undefined>>;

/**
 * A set of attributes whose names follow from C's: `IFLA_NUM_TX_QUEUES` is `num-tx-queues`.
 *
 * @param names - C's names by type
 * @param prefix - what they begin with
 * @param values - what those hold that are to be in the set; an array of one is an attribute that comes several times
 */
export function attributeSet(
  names: NameTable,
  prefix: string,
  values: Readonly<Record<number, AttributeValue | readonly [AttributeValue]>>,
): AttributeSet {
  const set: Record<number, AttributeSpec> = {};
  for (const [key, value] of Object.entries(values)) {
    const type = Number(key);
    const multi = isMulti(value);
    set[type] = { name: specName(names[type]?.slice(prefix.length) ?? `#${key}`), value: multi ? value[0] : value, multi };
  }
  return set;
}

/** A name of C in the way of the kernel's specifications. */
export function specName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function isMulti(value: AttributeValue | readonly [AttributeValue]): value is readonly [AttributeValue] {
  return Array.isArray(value);
}
