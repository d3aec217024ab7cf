/** How a field of tshark's is compared. */
export type Rule =
  /** It is not. */
  | { readonly kind: 'skip'; readonly why: string }
  /** The protocol of the packet. */
  | { readonly kind: 'protocol' }
  /** Of the header of a message that starts `back` octets before it. */
  | { readonly kind: 'header'; readonly back: number; readonly key: HeaderKey }
  /** A flag of that header. */
  | { readonly kind: 'header-flag'; readonly flag: string }
  /** The length of an attribute with its header. */
  | { readonly kind: 'attribute-length' }
  /** The type of an attribute. `isNamed` where tshark has names for this level's types. */
  | { readonly kind: 'attribute-type'; readonly isNamed: boolean }
  /** The octets of an attribute that tshark does not look into. */
  | { readonly kind: 'extent' }
  /** A value, which has one of the names. */
  | { readonly kind: 'value'; readonly names: readonly string[]; readonly form: Form }
  /** A number of octets of which tshark knows nothing but their number: ours may be octets, too, or a nest. */
  | { readonly kind: 'some-number' }
  /** A bit of a value that has one of the names. */
  | { readonly kind: 'bit'; readonly names: readonly string[]; readonly flag: string };

/** What is said of a message in its headers. */
export type HeaderKey = 'len' | 'type' | 'subsystem' | 'message' | 'flags' | 'seq' | 'pid' | 'errno' | 'command' | 'version';

/**
 * How two values are made alike: numbers, which may have names on both sides; texts; octets in hexadecimal, with or without
 * colons; names of bits, from the lowest on; names of values, from 0 on, where tshark has none.
 */
export type Form = 'number' | 'text' | 'octets' | { readonly bits: readonly string[] } | { readonly values: readonly string[] };

/** Rules by field. */
export type Rules = Readonly<Record<string, Rule>>;

/** It is not compared. */
export const skip = (why: string): Rule => ({ kind: 'skip', why });

/** It is in a header that starts so many octets before it. */
export const header = (back: number, key: HeaderKey): Rule => ({ kind: 'header', back, key });

/** It is a flag in a header. */
export const headerFlag = (flag: string): Rule => ({ kind: 'header-flag', flag });

/** It is a number, which may have a name. */
export const number = (...names: string[]): Rule => ({ kind: 'value', names, form: 'number' });

/** It is text. */
export const text = (...names: string[]): Rule => ({ kind: 'value', names, form: 'text' });

/** It is octets in hexadecimal. */
export const octets = (...names: string[]): Rule => ({ kind: 'value', names, form: 'octets' });

/** It is bits, whose names are these from the lowest on. */
export const bits = (list: readonly string[], ...names: string[]): Rule => ({ kind: 'value', names, form: { bits: list } });

/** It is one of these values, from 0 on, which tshark shows as a number. */
export const values = (list: readonly string[], ...names: string[]): Rule => ({ kind: 'value', names, form: { values: list } });

/** It is the type of an attribute, on a level whose types tshark names. */
export const named: Rule = { kind: 'attribute-type', isNamed: true };

/** All bits of a value, each a field, with their names in tshark and here. */
export function eachBit(field: string, name: string, flags: Readonly<Record<string, string>>): Rules {
  return Object.fromEntries(Object.entries(flags).map(([theirs, flag]) => [`${field}.${theirs}`, { kind: 'bit', names: [name], flag }]));
}
