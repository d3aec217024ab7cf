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
  NL_POLICY_TYPE_ATTR_BITFIELD32_MASK,
  NL_POLICY_TYPE_ATTR_MASK,
  NL_POLICY_TYPE_ATTR_MAX_LENGTH,
  NL_POLICY_TYPE_ATTR_MAX_VALUE_S,
  NL_POLICY_TYPE_ATTR_MAX_VALUE_U,
  NL_POLICY_TYPE_ATTR_MIN_LENGTH,
  NL_POLICY_TYPE_ATTR_MIN_VALUE_S,
  NL_POLICY_TYPE_ATTR_MIN_VALUE_U,
  NL_POLICY_TYPE_ATTR_TYPE,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policy, nla_type } from '@netdevkit/bindings/raw';
import type { ExtendedAck } from '@netdevkit/errno';
import { AttributeCursor } from '@netdevkit/netlink';

const KINDS = new Map<number | undefined, nla_type>([
  [NL_ATTR_TYPE_U8, 'NLA_U8'],
  [NL_ATTR_TYPE_U16, 'NLA_U16'],
  [NL_ATTR_TYPE_U32, 'NLA_U32'],
  [NL_ATTR_TYPE_U64, 'NLA_U64'],
  [NL_ATTR_TYPE_UINT, 'NLA_UINT'],
  [NL_ATTR_TYPE_S8, 'NLA_S8'],
  [NL_ATTR_TYPE_S16, 'NLA_S16'],
  [NL_ATTR_TYPE_S32, 'NLA_S32'],
  [NL_ATTR_TYPE_S64, 'NLA_S64'],
  [NL_ATTR_TYPE_SINT, 'NLA_SINT'],
  [NL_ATTR_TYPE_NESTED, 'NLA_NESTED'],
  [NL_ATTR_TYPE_NESTED_ARRAY, 'NLA_NESTED_ARRAY'],
  [NL_ATTR_TYPE_BITFIELD32, 'NLA_BITFIELD32'],
  [NL_ATTR_TYPE_STRING, 'NLA_STRING'],
  [NL_ATTR_TYPE_NUL_STRING, 'NLA_NUL_STRING'],
  [NL_ATTR_TYPE_BINARY, 'NLA_BINARY'],
  [NL_ATTR_TYPE_FLAG, 'NLA_FLAG'],
]);
const TEXTS: ReadonlySet<nla_type> = new Set<nla_type>(['NLA_STRING', 'NLA_NUL_STRING']);

/**
 * Has an extended acknowledgement say what another said.
 *
 * @param offset - where the request starts, in the octets that the record's offsets are into
 */
export function putExtendedAck(extack: netlink_ext_ack, { message, offset: at, missingType, missingNest, policy, cookie }: ExtendedAck, offset: number): void {
  extack._msg = message ?? null;
  extack.bad_attr = at === undefined ? -1 : offset + at;
  extack.miss_type = missingType ?? null;
  extack.miss_nest = missingNest === undefined ? -1 : offset + missingNest;
  extack.policy = policy === undefined ? null : (policyIn(policy) ?? null);
  extack.cookie = cookie ?? null;
}

/**
 * The policy that an `NLMSGERR_ATTR_POLICY` nest holds.
 *
 * @returns `undefined` for a kind of value that has no name here
 */
function policyIn(octets: Uint8Array): nla_policy | undefined {
  const cursor = new AttributeCursor();
  const numbers = new Map<number, number | bigint>();
  cursor.reset(octets, 0, octets.length);
  while (cursor.next()) {
    const isSigned = cursor.type === NL_POLICY_TYPE_ATTR_MIN_VALUE_S || cursor.type === NL_POLICY_TYPE_ATTR_MAX_VALUE_S;
    const value = isSigned ? cursor.s64() : (cursor.u64() ?? cursor.u32());
    if (value !== undefined) numbers.set(cursor.type, value);
  }
  const type = KINDS.get(Number(numbers.get(NL_POLICY_TYPE_ATTR_TYPE)));
  if (type === undefined) return undefined;
  const number = (...types: readonly number[]): number | bigint | undefined => types.map((one) => numbers.get(one)).find((value) => value !== undefined);
  const min = number(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, NL_POLICY_TYPE_ATTR_MIN_VALUE_S, NL_POLICY_TYPE_ATTR_MIN_LENGTH);
  const max = number(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, NL_POLICY_TYPE_ATTR_MAX_VALUE_S);
  const length = number(NL_POLICY_TYPE_ATTR_MAX_LENGTH);
  const mask = number(NL_POLICY_TYPE_ATTR_MASK, NL_POLICY_TYPE_ATTR_BITFIELD32_MASK);
  return {
    type,
    ...(mask === undefined ? {} : { mask }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...lengthOf(type, min, length),
  };
}

/** A greatest length stands alone, or is one end of a range. From net/netlink/policy.c: a lone other end is not told. */
function lengthOf(type: nla_type, min: number | bigint | undefined, length: number | bigint | undefined): Partial<nla_policy> {
  if (type !== 'NLA_BINARY' && !TEXTS.has(type)) return {};
  if (min !== undefined) return { max: length ?? 0xffff };
  return length === undefined ? {} : { len: Number(length) };
}
