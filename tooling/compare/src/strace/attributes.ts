import { memberOf, type Expression } from './expression.ts';

/** An attribute as strace prints it. */
export interface PrintedAttribute {
  /** Its length with its header. */
  readonly length: number;
  /** Its type: a name of C's or a number, with flags in front. */
  readonly type: string;
  /** What it holds; `undefined` if it is empty. */
  readonly value: Expression | undefined;
}

/**
 * The attributes that an expression is, if it is any: one is a list of its header and its value, several are a list of such.
 *
 * @param value - any
 */
export function attributesOf(value: Expression): readonly PrintedAttribute[] | undefined {
  const single = attributeOf(value);
  if (single !== undefined) return [single];
  if (value.kind !== 'list' || value.items.length === 0) return undefined;
  const attributes: PrintedAttribute[] = [];
  for (const item of value.items) {
    const attribute = attributeOf(item.value);
    if (attribute === undefined) return undefined;
    attributes.push(attribute);
  }
  return attributes;
}

function attributeOf(value: Expression): PrintedAttribute | undefined {
  // An attribute without a payload is its header alone.
  const [head, body] = value.kind === 'list' ? value.items.map((item) => item.value) : [value];
  const length = memberOf(head, 'nla_len');
  const type = memberOf(head, 'nla_type');
  if (length?.kind !== 'atom' || type?.kind !== 'atom') return undefined;
  // What follows an attribute without a payload is the next attribute.
  if (body !== undefined && Number(length.text) <= 4) return undefined;
  return { length: Number(length.text), type: type.text, value: body };
}

/**
 * Where the first of some attributes starts when they end a message: between it and the end there is nothing else.
 *
 * @param attributes - in their order
 * @param end - where the message ends
 */
export function startOf(attributes: readonly PrintedAttribute[], end: number): number {
  const octets = attributes.reduce((sum, { length }, index) => sum + (index === attributes.length - 1 ? length : align(length)), 0);
  // The last one may or may not be followed by its padding.
  return (end - octets) & ~3;
}

/** The next multiple of four. */
export function align(length: number): number {
  return (length + 3) & ~3;
}
