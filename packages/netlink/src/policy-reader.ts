import {
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
import type { nla_policy } from '@netdevkit/bindings/raw';
import { AttributeCursor } from './attribute-cursor.ts';
import { POLICY_KINDS, policyType } from './policy-kinds.ts';

const U16_MAX = 0xffff;

/**
 * Reads the policy of one attribute: the inverse of {@link writePolicy}.
 *
 * Limits are as they are told: a range that the kind of value has anyway is there too, milliseconds are an `NLA_UINT`. What
 * policies there are inside a nest is told elsewhere, or not at all.
 *
 * @param nest - the octets inside the nest, such as those of `NLMSGERR_ATTR_POLICY`
 * @returns `undefined` when it names no kind of value that a policy can have
 */
export function readPolicy(nest: Uint8Array): nla_policy | undefined {
  const told = numbersIn(nest);
  const type = policyType(Number(told.get(NL_POLICY_TYPE_ATTR_TYPE)));
  if (type === undefined) return undefined;
  const first = (...types: readonly number[]): number | bigint | undefined => types.map((one) => told.get(one)).find((value) => value !== undefined);
  const { integer, hasLength } = POLICY_KINDS[type] ?? {};
  if (hasLength === true) return { type, ...lengthsOf(told.get(NL_POLICY_TYPE_ATTR_MIN_LENGTH), told.get(NL_POLICY_TYPE_ATTR_MAX_LENGTH)) };
  const mask = first(NL_POLICY_TYPE_ATTR_MASK, NL_POLICY_TYPE_ATTR_BITFIELD32_MASK);
  if (integer === undefined) return { type, ...(mask === undefined ? {} : { mask }) };
  const min = first(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, NL_POLICY_TYPE_ATTR_MIN_VALUE_S);
  const max = first(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, NL_POLICY_TYPE_ATTR_MAX_VALUE_S);
  return { type, ...(mask === undefined ? {} : { mask }), ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function numbersIn(nest: Uint8Array): ReadonlyMap<number, number | bigint> {
  const cursor = new AttributeCursor();
  const numbers = new Map<number, number | bigint>();
  cursor.reset(nest);
  while (cursor.next()) {
    const isSigned = cursor.type === NL_POLICY_TYPE_ATTR_MIN_VALUE_S || cursor.type === NL_POLICY_TYPE_ATTR_MAX_VALUE_S;
    const value = isSigned ? cursor.s64() : (cursor.u64() ?? cursor.u32());
    if (value !== undefined) numbers.set(cursor.type, value);
  }
  return numbers;
}

/** A greatest length stands alone, or is one end of a range whose other end is told unless it is the most there can be. */
function lengthsOf(min: number | bigint | undefined, max: number | bigint | undefined): Partial<nla_policy> {
  if (min !== undefined) return { min, max: max ?? U16_MAX };
  return max === undefined ? {} : { len: Number(max) };
}
