import type { Field } from './field.ts';

/** The attributes that one level of a message, or a nest, may hold. */
export interface AttributeSet {
  /** What the set is called, as in the specifications. */
  readonly name: string;
  /** The attributes by type. */
  readonly attributes: Readonly<Record<number, Field>>;
}

/**
 * A set of attributes.
 *
 * @param name - of the set
 * @param fields - the attributes by type
 * @example
 * ```ts
 * const info = attributes('linkinfo-attrs', { 1: string('kind'), 2: subMessage('data', kinds, 'kind') });
 * ```
 */
export function attributes(name: string, fields: Readonly<Record<number, Field>>): AttributeSet {
  return { name, attributes: fields };
}
