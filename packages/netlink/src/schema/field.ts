import type { AttributeSet } from './attributes.ts';
import type { Names } from './names.ts';
import type { Struct } from './struct.ts';
import type { Format, SubMessage } from './sub-message.ts';

/** A thing, or a function that gives it: for what is declared further down, or refers to itself. */
export type Ref<T> = T | (() => T);

/**
 * What a reference refers to.
 *
 * @param ref - the thing, or a function that gives it
 */
export function resolve<T extends object>(ref: Ref<T>): T {
  return typeof ref === 'function' ? ref() : ref;
}

/** A number of fixed width. Little-endian where the field does not say otherwise. */
export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64';

/** How the octets of an attribute, or of a member of a structure, are read. */
export type FieldType =
  | ScalarType
  /** 4 or 8 octets, as the sender chose. */
  | 'uint'
  | 'sint'
  /** Text up to a NUL or the end. */
  | 'string'
  /** Texts one after another, each with its NUL. */
  | 'strings'
  | 'binary'
  /** No octets: it is there or not. */
  | 'flag'
  /** Alignment. Not shown while it is zero. */
  | 'pad'
  /** A number that has never been given to anything. */
  | 'unused'
  /** Two 32-bit words: a value, and which of its bits count. */
  | 'bitfield32'
  | 'record'
  /** Values one after another, without headers: an array of C. */
  | 'packed'
  /** Attributes of another set. */
  | 'nest'
  /** A nest whose attributes are elements of an array, and whose types count them. */
  | 'indexed'
  /** Nests whose types are values themselves. */
  | 'typed'
  /** What depends on another attribute. */
  | 'sub-message'
  /** Structures one after another, each with attributes behind it, whose first member is the length of both. */
  | 'sized';

/** How a value is written down. */
export type Hint = 'hex' | 'mac' | 'fddi' | 'ipv4' | 'ipv6' | 'ipv4-or-v6' | 'uuid' | 'sockaddr' | 'mpls' | 'tc-handle' | 'c-string' | 'escaped';

/** An attribute of a set, or a member of a structure. Made by the functions of this module. */
export interface Field {
  /** Its name, as in the specifications: small letters, `-` between words. */
  readonly name: string;
  /** How it is read. */
  readonly type: FieldType;
  /** Whether numbers are in network order. */
  readonly bigEndian?: true;
  /** Names of its values or bits. */
  readonly names?: Names;
  /** How it is written down. */
  readonly hint?: Hint;
  /** Its length in octets, if it is fixed: of text and binary members. */
  readonly length?: number;
  /** Whether an attribute comes any number of times. */
  readonly many?: true;
  /** The attributes inside a nest. */
  readonly set?: Ref<AttributeSet>;
  /** The members of a record. */
  readonly struct?: Ref<Struct>;
  /** The elements of an array, or what is inside the innermost of typed nests. */
  readonly element?: Field;
  /** What the types of typed nests are called, from the outside in. */
  readonly levels?: readonly string[];
  /** What a sub-message may be. */
  readonly message?: Ref<SubMessage>;
  /** The attribute, or the member of the header, that says which. */
  readonly selector?: string;
  /** What each of several structures with attributes holds. */
  readonly format?: Format;
  /** The member beside this one that holds the address family of an address. */
  readonly family?: string;
}

/** What numbers may say beside their width. */
export interface NumberOptions {
  /** Names of its values, or with flags of its bits. */
  readonly names?: Names;
  /** How it is written down: `hex` in text, `ipv4` anywhere. */
  readonly hint?: 'hex' | 'ipv4';
}

/** What octets may say. */
export interface BinaryOptions {
  /** How they are written down; hexadecimal without this. */
  readonly hint?: Hint;
  /** Their number, for a member of a structure. A last member without a number takes the rest. */
  readonly length?: number;
}

type NumberField = (name: string, options?: NumberOptions) => Field;

const number =
  (type: FieldType): NumberField =>
  (name, options) => ({ name, type, ...options });

const networkOrder =
  (type: FieldType): NumberField =>
  (name, options) => ({ name, type, bigEndian: true, ...options });

/** An unsigned octet. */
export const u8: NumberField = number('u8');
/** 16 bits, unsigned. */
export const u16: NumberField = number('u16');
/** 32 bits, unsigned. */
export const u32: NumberField = number('u32');
/** 64 bits, unsigned. */
export const u64: NumberField = number('u64');
/** A signed octet. */
export const s8: NumberField = number('s8');
/** 16 bits, signed. */
export const s16: NumberField = number('s16');
/** 32 bits, signed. */
export const s32: NumberField = number('s32');
/** 64 bits, signed. */
export const s64: NumberField = number('s64');
/** 4 or 8 octets, unsigned. */
export const uint: NumberField = number('uint');
/** 4 or 8 octets, signed. */
export const sint: NumberField = number('sint');
/** 16 bits in network order, unsigned. */
export const be16: NumberField = networkOrder('u16');
/** 32 bits in network order, unsigned. */
export const be32: NumberField = networkOrder('u32');
/** 64 bits in network order, unsigned. */
export const be64: NumberField = networkOrder('u64');
/** 32 bits in network order, signed. */
export const sbe32: NumberField = networkOrder('s32');
/** 64 bits in network order, signed. */
export const sbe64: NumberField = networkOrder('s64');

/**
 * Text.
 *
 * @param length - for a member of a structure: its length in octets
 */
export function string(name: string, length?: number): Field {
  return length === undefined ? { name, type: 'string' } : { name, type: 'string', length };
}

/** Texts, each with its NUL. */
export function strings(name: string): Field {
  return { name, type: 'strings' };
}

/** Octets. */
export function binary(name: string, options?: BinaryOptions): Field {
  return { name, type: 'binary', ...options };
}

/**
 * A member of 16 octets that holds an IPv4 or an IPv6 address. C twin: `xfrm_address_t` and its like.
 *
 * @param name - of the member
 * @param family - the member of the same structure that holds `AF_INET` or `AF_INET6`; or, in network order, `ETH_P_IP`,
 * `ETH_P_IPV6`, or 0 for an address of Ethernet
 */
export function address(name: string, family: string): Field {
  return { name, type: 'binary', hint: 'ipv4-or-v6', length: 16, family };
}

/**
 * A last member that holds an address of the length that its family has. C twin: `struct rtvia`.
 *
 * @param name - of the member
 * @param family - the member of the same structure that holds `AF_INET` or `AF_INET6`
 */
export function openAddress(name: string, family: string): Field {
  return { name, type: 'binary', hint: 'ipv4-or-v6', family };
}

/** An attribute without octets. */
export function flag(name: string): Field {
  return { name, type: 'flag' };
}

/**
 * Alignment: an attribute, or octets of a structure.
 *
 * @param length - for a member of a structure: its length in octets
 */
export function pad(length?: number, name = 'pad'): Field {
  return length === undefined ? { name, type: 'pad' } : { name, type: 'pad', length };
}

/** A number that has never been given to anything. */
export function unused(name: string): Field {
  return { name, type: 'unused' };
}

/**
 * A value of 32 bits beside a mask of those that count. C twin: `struct nla_bitfield32`.
 *
 * @param names - of the bits
 */
export function bitfield32(name: string, names?: Names): Field {
  return names === undefined ? { name, type: 'bitfield32' } : { name, type: 'bitfield32', names };
}

/** A structure. */
export function record(name: string, struct: Ref<Struct>): Field {
  return { name, type: 'record', struct };
}

/** Attributes of another set. */
export function nest(name: string, set: Ref<AttributeSet>): Field {
  return { name, type: 'nest', set };
}

/**
 * Values one after another without headers: an array of C.
 *
 * @param element - one of them; its name is the array's
 * @param length - for a member of a structure: the array's length in octets
 */
export function packed(element: Field, length?: number): Field {
  const field: Field = { name: element.name, type: 'packed', element };
  return length === undefined ? field : { ...field, length };
}

/**
 * A nest of elements whose types count them.
 *
 * @param element - one of them; its name is the array's
 */
export function indexed(element: Field): Field {
  return { name: element.name, type: 'indexed', element };
}

/**
 * An attribute that comes any number of times: always a list.
 *
 * @param field - the attribute
 */
export function many(field: Field): Field {
  return { ...field, many: true };
}

/**
 * Nests whose types are values.
 *
 * @param levels - what the types are called, from the outside in
 * @param element - what is inside the innermost; its name is the attribute's
 */
export function typed(levels: readonly string[], element: Field): Field {
  return { name: element.name, type: 'typed', levels, element };
}

/**
 * What depends on another attribute.
 *
 * @param name - of the attribute
 * @param message - what it may be
 * @param selector - the attribute that says which: of the same level or else of one further out, or a member of the header
 */
export function subMessage(name: string, message: Ref<SubMessage>, selector: string): Field {
  return { name, type: 'sub-message', message, selector };
}

/**
 * Structures one after another, each with attributes behind it, and aligned to four octets. The first member of the
 * structure, of 16 bits, is the length in octets of both. C twin: `struct rtnexthop`.
 *
 * @param name - of the attribute
 * @param format - of each
 */
export function sized(name: string, format: Format): Field {
  return { name, type: 'sized', format };
}
