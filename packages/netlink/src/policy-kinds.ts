import {
  NL_ATTR_TYPE_BINARY,
  NL_ATTR_TYPE_BITFIELD32,
  NL_ATTR_TYPE_FLAG,
  NL_ATTR_TYPE_NESTED,
  NL_ATTR_TYPE_NESTED_ARRAY,
  NL_ATTR_TYPE_NUL_STRING,
  NL_ATTR_TYPE_S16,
  NL_ATTR_TYPE_S32,
  NL_ATTR_TYPE_S64,
  NL_ATTR_TYPE_S8,
  NL_ATTR_TYPE_SINT,
  NL_ATTR_TYPE_STRING,
  NL_ATTR_TYPE_U16,
  NL_ATTR_TYPE_U32,
  NL_ATTR_TYPE_U64,
  NL_ATTR_TYPE_U8,
  NL_ATTR_TYPE_UINT,
} from '@netdevkit/bindings';
import type { nla_type } from '@netdevkit/bindings/raw';

/** How a kind of integer is told. */
export interface IntegerKind {
  readonly bits: number;
  readonly signed: boolean;
}

/** How a kind of value is told of in a policy on the wire. */
export interface PolicyKind {
  /** Its `NL_ATTR_TYPE_*`. */
  readonly number: number;
  /** Of integers. */
  readonly integer?: IntegerKind;
  /** Whether its limits are lengths. */
  readonly hasLength?: true;
}

/** The kinds that a policy on the wire can be of; of the rest nothing is told. From net/netlink/policy.c. */
export const POLICY_KINDS: Readonly<Partial<Record<nla_type, PolicyKind>>> = {
  NLA_FLAG: { number: NL_ATTR_TYPE_FLAG },
  NLA_U8: { number: NL_ATTR_TYPE_U8, integer: { bits: 8, signed: false } },
  NLA_U16: { number: NL_ATTR_TYPE_U16, integer: { bits: 16, signed: false } },
  NLA_U32: { number: NL_ATTR_TYPE_U32, integer: { bits: 32, signed: false } },
  NLA_U64: { number: NL_ATTR_TYPE_U64, integer: { bits: 64, signed: false } },
  NLA_MSECS: { number: NL_ATTR_TYPE_UINT, integer: { bits: 64, signed: false } },
  NLA_UINT: { number: NL_ATTR_TYPE_UINT, integer: { bits: 64, signed: false } },
  NLA_S8: { number: NL_ATTR_TYPE_S8, integer: { bits: 8, signed: true } },
  NLA_S16: { number: NL_ATTR_TYPE_S16, integer: { bits: 16, signed: true } },
  NLA_S32: { number: NL_ATTR_TYPE_S32, integer: { bits: 32, signed: true } },
  NLA_S64: { number: NL_ATTR_TYPE_S64, integer: { bits: 64, signed: true } },
  NLA_SINT: { number: NL_ATTR_TYPE_SINT, integer: { bits: 64, signed: true } },
  NLA_BITFIELD32: { number: NL_ATTR_TYPE_BITFIELD32 },
  NLA_STRING: { number: NL_ATTR_TYPE_STRING, hasLength: true },
  NLA_NUL_STRING: { number: NL_ATTR_TYPE_NUL_STRING, hasLength: true },
  NLA_BINARY: { number: NL_ATTR_TYPE_BINARY, hasLength: true },
  NLA_NESTED: { number: NL_ATTR_TYPE_NESTED },
  NLA_NESTED_ARRAY: { number: NL_ATTR_TYPE_NESTED_ARRAY },
};

// CAST: the keys of an object whose keys are nla_types. Milliseconds stand before the integers that have their number.
const TYPES: ReadonlyMap<number, nla_type> = new Map((Object.keys(POLICY_KINDS) as nla_type[]).map((type) => [POLICY_KINDS[type]?.number ?? 0, type]));

/**
 * The kind of value that a policy tells of.
 *
 * @param number - an `NL_ATTR_TYPE_*`; `undefined` where none is told
 */
export function policyType(number: number | undefined): nla_type | undefined {
  return number === undefined ? undefined : TYPES.get(number);
}
