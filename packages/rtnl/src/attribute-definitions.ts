import type { ReadonlyBytes } from '@netdevkit/skbuff';

/** An integer attribute of up to 32 bits. */
export interface IntegerAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** Its width in bits, and whether it has a sign. */
  readonly type: 'u8' | 'u16' | 'u32' | 's8' | 's16' | 's32';
  /** The least value; a smaller one is refused with `ERANGE`. */
  readonly min?: number;
  /** The greatest value; a greater one is refused with `ERANGE`. */
  readonly max?: number;
}

/** An integer attribute of 64 bits. */
export interface LongAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** Whether it has a sign. */
  readonly type: 'u64' | 's64';
  /** The least value; a smaller one is refused with `ERANGE`. */
  readonly min?: bigint;
  /** The greatest value; a greater one is refused with `ERANGE`. */
  readonly max?: bigint;
}

/** An attribute that says something by being there. */
export interface FlagAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** What it is. */
  readonly type: 'flag';
}

/** A string. */
export interface StringAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** What it is. */
  readonly type: 'string';
  /** Octets at most, a final NUL not counted. */
  readonly maxLength?: number;
}

/** Octets. */
export interface BinaryAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** What it is. */
  readonly type: 'binary';
  /** Octets at least. */
  readonly minLength?: number;
  /** Octets at most. */
  readonly maxLength?: number;
}

/** Attributes inside an attribute. */
export interface NestedAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** What it is. */
  readonly type: 'nested';
  /** What may stand inside. */
  readonly attributes: AttributeDefinitions;
}

/** A request for another link, whole: an ifinfomsg and the attributes that any link may have. */
export interface LinkAttribute {
  /** The attribute's type on the wire: 1 and up. */
  readonly id: number;
  /** What it is. */
  readonly type: 'link';
}

/** What one attribute of a link kind may hold. */
export type AttributeDefinition =
  | IntegerAttribute
  | LongAttribute
  | FlagAttribute
  | StringAttribute
  | BinaryAttribute
  | NestedAttribute
  | LinkAttribute;

/**
 * A link kind's own attributes, the contents of `IFLA_INFO_DATA`, by a name of the driver's choice.
 *
 * C twin: an `nla_policy` array (include/net/netlink.h) and its `enum`.
 *
 * @example
 * ```ts
 * const attributes = {
 *   mode: { id: 1, type: 'u32', max: 3 },
 *   label: { id: 2, type: 'string', maxLength: 15 },
 * } as const satisfies AttributeDefinitions;
 * ```
 */
export type AttributeDefinitions = Readonly<Record<string, AttributeDefinition>>;

/** The attributes of a driver without attributes of its own. */
export type NoAttributes = Readonly<Record<string, never>>;

/** What an attribute of some definition reads as. */
export type AttributeValue<D extends AttributeDefinition> = D extends LongAttribute
  ? bigint
  : D extends FlagAttribute
    ? boolean
    : D extends StringAttribute
      ? string
      : D extends BinaryAttribute | LinkAttribute
        ? ReadonlyBytes
        : D extends NestedAttribute
          ? AttributeReader<D['attributes']>
          : number;

/** What an attribute of some definition is written from. */
export type AttributeInput<D extends AttributeDefinition> = D extends LongAttribute
  ? bigint
  : D extends FlagAttribute
    ? boolean
    : D extends StringAttribute
      ? string
      : D extends BinaryAttribute | LinkAttribute
        ? Uint8Array
        : D extends NestedAttribute
          ? { readonly [N in keyof D['attributes']]?: AttributeInput<D['attributes'][N]> }
          : number;

/**
 * Attributes that came and were checked against their definitions. Dead, with the readers of what is nested in it, once
 * the callback that it was handed to has returned: every use then throws a `TypeError`.
 */
export interface AttributeReader<A extends AttributeDefinitions> {
  /** Whether the attribute came. */
  has(name: keyof A & string): boolean;
  /**
   * The attribute's value; `undefined` when it did not come, except for a flag, which then is `false`.
   * Octets are a view that holds something else once the callback has returned: copy (`slice`) what is to be kept.
   */
  get<N extends keyof A & string>(name: N): AttributeValue<A[N]> | (A[N] extends FlagAttribute ? never : undefined);
}
