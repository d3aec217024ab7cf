import type { netlink_ext_ack, nla_policies, nla_policy, nla_type } from '@netdevkit/bindings/raw';

/**
 * What a policy may say beyond {@link nla_policy}: the rarer members of `struct nla_policy` (include/net/netlink.h).
 * Every `nla_policy` is one.
 */
export interface ExtendedPolicy extends nla_policy {
  /**
   * In the policy of type 0 only: the first type from which on attributes are parsed strictly, whatever the mode.
   *
   * @defaultValue 0: none
   */
  readonly strict_start_type?: number;
  /** With `NLA_BINARY`: too long a value is only refused by `Validation.STRICT_ATTRS`. C twin: `NLA_POLICY_EXACT_LEN_WARN`. */
  readonly warn_too_long?: boolean;
  /**
   * A last check of the attribute's own.
   *
   * @returns 0 or a negative errno
   */
  readonly validate?: (bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null) => number;
}

/** The policy of type 0, which says where strict parsing starts. */
export function strictFrom(type: number): ExtendedPolicy {
  return { type: 'NLA_UNSPEC', strict_start_type: type };
}

/**
 * The policy of one type.
 *
 * @returns `undefined` for a hole: `NLA_UNSPEC`
 */
export function policyOf(policies: nla_policies, type: number): ExtendedPolicy | undefined {
  return policies[type];
}

/** The length of an integer type in octets; 0 for what has no fixed length. C twin: `nla_attr_len` (lib/nlattr.c). */
export function fixedLength(type: nla_type): number {
  switch (type) {
    case 'NLA_U32':
    case 'NLA_S32':
    case 'NLA_BE32':
      return 4;
    case 'NLA_U8':
    case 'NLA_S8':
      return 1;
    case 'NLA_U16':
    case 'NLA_S16':
    case 'NLA_BE16':
      return 2;
    case 'NLA_U64':
    case 'NLA_S64':
      return 8;
    default:
      return 0;
  }
}
