import type { Code } from '../decode/code.ts';
import type { AttributeSet } from './attributes.ts';
import type { Field } from './field.ts';
import type { Struct } from './struct.ts';
import type { Format, SubMessage } from './sub-message.ts';

/** What a message asks for: it decides what the flags from 0x100 up are called. */
export type OperationKind = 'get' | 'new' | 'delete' | 'other';

/** One type of message, or one command of a generic family. */
export interface Operation extends Format {
  /** Its name: `RTM_NEWLINK` and its like for a raw family, that of the specification for a generic one. */
  readonly name: string;
  /**
   * What it asks for.
   *
   * @defaultValue by its name
   */
  readonly kind?: OperationKind;
  /**
   * What the payload holds, by its first octet: an address family. One that is not listed is in the format of the operation
   * itself.
   */
  readonly byFamily?: Readonly<Record<number, Format>>;
  /** What a request for everything (`NLM_F_DUMP`) holds, where other requests hold something else. */
  readonly dump?: Format;
}

/** Messages by `nlmsg_type`, or by the command of a generic family. */
export type Operations = Readonly<Record<number, Operation>>;

/** What families have in common. */
export interface FamilyBase {
  /** Its name: of a generic family that by which the kernel knows it. */
  readonly name: string;
  /** What user space sends. */
  readonly requests: Operations;
  /** What the kernel sends, where a number means another thing there. */
  readonly replies?: Operations;
  /** Multicast groups: by number, or for a generic family, which gets its numbers at run time, by place. */
  readonly groups?: Readonly<Record<number, string>>;
}

/** Messages of a netlink protocol. */
export interface RawFamily extends FamilyBase {
  /** `NETLINK_*`. */
  readonly protocol: number;
  /** What a message is whose type is not listed. */
  readonly others?: Operation;
  /** Whether a datagram is one message without a header of netlink's own, as with `NETLINK_KOBJECT_UEVENT`. */
  readonly headerless?: true;
  /** Whether types below 16 are the family's own, as with `NETLINK_CONNECTOR`. */
  readonly ownsControlTypes?: true;
}

/** Messages of a family of generic netlink. */
export interface GenericFamily extends FamilyBase {
  /** Marks it. */
  readonly generic: true;
  /** `genlmsghdr.version` that it is at. */
  readonly version: number;
}

/** Additions to what another schema declares: attributes of a set, formats of a choice; and what it could have said of a structure. */
export interface Extension {
  /** Attributes by type; an attribute that is there already is replaced. */
  readonly sets?: readonly (readonly [AttributeSet, Readonly<Record<number, Field>>])[];
  /** Formats by selector; one that is there already is replaced. */
  readonly choices?: readonly (readonly [SubMessage, Readonly<Record<string, Format>>])[];
  /** Members by name, each in the place of the one that has the name, and as wide. */
  readonly structs?: readonly (readonly [Struct, readonly Field[]])[];
}

/** What a decoder can be given. */
export type Schema = RawFamily | GenericFamily | Extension | Code;

/**
 * Whether a schema is generated code.
 *
 * @param schema - any
 */
export function isCode(schema: Schema): schema is Code {
  return 'code' in schema;
}

/**
 * Whether a schema is a generic family.
 *
 * @param schema - any
 */
export function isGenericFamily(schema: Schema): schema is GenericFamily {
  return 'generic' in schema;
}

/**
 * Whether a schema is a family with a netlink protocol of its own, or a share of one.
 *
 * @param schema - any
 */
export function isRawFamily(schema: Schema): schema is RawFamily {
  return 'protocol' in schema;
}
