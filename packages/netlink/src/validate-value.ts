import { nla_bitfield32 } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import type { ExtendedPolicy } from './policy.ts';
import { Validation } from './validation.ts';

/**
 * Says in an extended acknowledgement what is wrong with an attribute.
 *
 * C twin: `NL_SET_ERR_MSG_ATTR_POL` (include/linux/netlink.h).
 *
 * @param extack - where to, if anybody asked
 * @param header - where the attribute starts
 * @param policy - what it should have been, `null` to leave that out
 * @param message - a sentence for people
 */
export function badAttribute(
  extack: netlink_ext_ack | null,
  header: number,
  policy: ExtendedPolicy | null,
  message: string,
): void {
  if (extack === null) return;
  extack._msg = message;
  extack.bad_attr = header;
  extack.policy = policy;
}

/**
 * The value of an integer attribute, or the length of a binary one.
 *
 * @returns `undefined` when the policy is of another kind
 */
function valueOf(policy: ExtendedPolicy, view: DataView, at: number, length: number): number | bigint | undefined {
  switch (policy.type) {
    case 'NLA_U32':
      return view.getUint32(at, true);
    case 'NLA_U8':
      return view.getUint8(at);
    case 'NLA_U16':
      return view.getUint16(at, true);
    case 'NLA_U64':
    case 'NLA_MSECS':
      return view.getBigUint64(at, true);
    case 'NLA_UINT':
      return length === 4 ? view.getUint32(at, true) : view.getBigUint64(at, true);
    case 'NLA_S32':
      return view.getInt32(at, true);
    case 'NLA_S8':
      return view.getInt8(at);
    case 'NLA_S16':
      return view.getInt16(at, true);
    case 'NLA_S64':
      return view.getBigInt64(at, true);
    case 'NLA_SINT':
      return length === 4 ? view.getInt32(at, true) : view.getBigInt64(at, true);
    case 'NLA_BE16':
      return view.getUint16(at, false);
    case 'NLA_BE32':
      return view.getUint32(at, false);
    case 'NLA_BINARY':
      return length;
    default:
      return undefined;
  }
}

/**
 * Checks a value against the range, the mask and the function of its policy.
 *
 * The attribute is as long as its type, which the caller has seen to.
 *
 * @param header - where the attribute starts
 * @param length - octets of payload
 * @returns 0 or a negative errno
 */
export function validateValue(
  policy: ExtendedPolicy,
  view: DataView,
  bytes: Uint8Array,
  header: number,
  at: number,
  length: number,
  mode: number,
  extack: netlink_ext_ack | null,
): number {
  // From lib/nlattr.c:nla_validate_int_range.
  const { min, max, mask } = policy;
  if (min !== undefined || max !== undefined) {
    const value = valueOf(policy, view, at, length);
    if (value !== undefined) {
      if (policy.warn_too_long === true && policy.type === 'NLA_BINARY' && max !== undefined && value > max) {
        if ((mode & Validation.STRICT_ATTRS) === 0) return 0;
        badAttribute(extack, header, policy, 'invalid attribute length');
        return -errno.EINVAL;
      }
      if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
        const text = policy.type === 'NLA_BINARY' ? 'binary attribute size out of range' : 'integer out of range';
        badAttribute(extack, header, policy, text);
        return -errno.ERANGE;
      }
    }
  }

  // From lib/nlattr.c:nla_validate_mask. A bitfield's mask is no mask of an integer.
  if (mask !== undefined && policy.type !== 'NLA_BITFIELD32') {
    const value = valueOf(policy, view, at, length);
    if (value !== undefined && hasOther(value, mask)) {
      badAttribute(extack, header, null, 'reserved bit set');
      return -errno.EINVAL;
    }
  }

  return policy.validate === undefined ? 0 : policy.validate(bytes, at, length, extack);
}

/** Whether a value has bits that its mask has not. */
function hasOther(value: number | bigint, mask: number | bigint): boolean {
  if (typeof value === 'number' && typeof mask === 'number') return (value & ~mask) !== 0;
  return (BigInt.asUintN(64, BigInt(value)) & ~BigInt.asUintN(64, BigInt(mask))) !== 0n;
}

/**
 * Checks a `struct nla_bitfield32` {value, selector} against the bits that are valid.
 *
 * @returns whether it is in order
 */
export function isBitfield32(view: DataView, at: number, valid: number): boolean {
  const value = nla_bitfield32.value(view, at);
  const selector = nla_bitfield32.selector(view, at);
  // From lib/nlattr.c:validate_nla_bitfield32: only valid bits, and only selected ones are set.
  return valid !== 0 && (selector & ~valid) === 0 && (value & ~valid) === 0 && (value & ~selector) === 0;
}
