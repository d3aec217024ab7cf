import type { AttributeSet } from './attributes.ts';
import type { Field, Ref } from './field.ts';
import type { Struct } from './struct.ts';

/**
 * What octets hold: a structure, then attributes or one value; each may be missing. Attributes start at the next multiple
 * of four octets after the structure.
 */
export interface Format {
  /** The structure in front. */
  readonly header?: Ref<Struct>;
  /** The attributes behind it. */
  readonly attributes?: Ref<AttributeSet>;
  /** What stands there instead of attributes: one value that takes the rest. */
  readonly body?: Field;
}

/** What an attribute may hold, by the value of another. */
export interface SubMessage {
  /** What the choice is called, as in the specifications. */
  readonly name: string;
  /** The formats: by the selector's text, by its name if it is named, or else by its number; `'*'` for all others. */
  readonly formats: Readonly<Record<string, Format>>;
}

/**
 * What an attribute may hold, by the value of another.
 *
 * @param name - of the choice
 * @param formats - by the selector's value; `'*'` for all others
 * @example
 * ```ts
 * const kinds = choice('linkinfo-data-msg', { vlan: { attributes: vlanAttributes }, dummy: {} });
 * ```
 */
export function choice(name: string, formats: Readonly<Record<string, Format>>): SubMessage {
  return { name, formats };
}
