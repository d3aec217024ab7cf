import {
  NL_POLICY_TYPE_ATTR_BITFIELD32_MASK,
  NL_POLICY_TYPE_ATTR_MASK,
  NL_POLICY_TYPE_ATTR_MAX_LENGTH,
  NL_POLICY_TYPE_ATTR_MAX_VALUE_S,
  NL_POLICY_TYPE_ATTR_MAX_VALUE_U,
  NL_POLICY_TYPE_ATTR_MIN_LENGTH,
  NL_POLICY_TYPE_ATTR_MIN_VALUE_S,
  NL_POLICY_TYPE_ATTR_MIN_VALUE_U,
  NL_POLICY_TYPE_ATTR_POLICY_IDX,
  NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE,
  NL_POLICY_TYPE_ATTR_TYPE,
  NLA_F_NESTED,
} from '@netdevkit/bindings';
import type { nla_policies, nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from './message-writer.ts';
import { POLICY_KINDS, type IntegerKind, type PolicyKind } from './policy-kinds.ts';
import { policyOf } from './policy.ts';

const U16_MAX = 0xffff;

/**
 * Writes the policy of one attribute as a nest: what `NLMSGERR_ATTR_POLICY` and `CTRL_ATTR_POLICY` hold.
 *
 * C twin: `netlink_policy_dump_write_attr` (net/netlink/policy.c).
 *
 * @param writer - where to
 * @param type - of the nest; `NLA_F_NESTED` is added
 * @param policy - the policy; a hole is `NLA_UNSPEC`
 * @param dump - numbers the policies inside nests; left out, they are not mentioned
 * @returns 0; `-ENODATA` when there is nothing to say (`NLA_UNSPEC`, `NLA_REJECT`, and as in Linux `NLA_BE16`,
 * `NLA_BE32`); `-ENOBUFS` when it does not fit. After an error nothing was written.
 */
export function writePolicy(writer: MessageWriter, type: number, policy: nla_policy | undefined, dump?: PolicyDump): number {
  // From net/netlink/policy.c: what there is no room to say nothing about has to wait, too.
  const nest = writer.nestStart(type | NLA_F_NESTED);
  if (nest === -1) return -errno.ENOBUFS;
  const kind = policy === undefined ? undefined : POLICY_KINDS[policy.type];
  if (policy === undefined || kind === undefined) {
    writer.nestCancel(nest);
    return -errno.ENODATA;
  }
  writeLimits(writer, policy, kind, dump);
  writer.putU32(NL_POLICY_TYPE_ATTR_TYPE, kind.number);
  writer.nestEnd(nest);
  if (!writer.overflowed) return 0;
  writer.nestCancel(nest);
  return -errno.ENOBUFS;
}

/** Writes what limits the value. */
function writeLimits(writer: MessageWriter, policy: nla_policy, { integer, hasLength }: PolicyKind, dump: PolicyDump | undefined): void {
  if (integer !== undefined) writeRange(writer, policy, integer);
  else if (hasLength === true) writeLengths(writer, policy);
  else if (policy.type === 'NLA_BITFIELD32') writer.putU32(NL_POLICY_TYPE_ATTR_BITFIELD32_MASK, Number(policy.mask ?? 0));
  else if (dump !== undefined && isNest(policy) && policy.nested.length > 1) {
    writer.putU32(NL_POLICY_TYPE_ATTR_POLICY_IDX, Math.max(dump.indexOf(policy.nested), 0));
    writer.putU32(NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE, policy.nested.length - 1);
  }
}

/** Whether it says what is in a nest. */
function isNest(policy: nla_policy): policy is nla_policy & { readonly nested: nla_policies } {
  return policy.nested !== undefined && (policy.type === 'NLA_NESTED' || policy.type === 'NLA_NESTED_ARRAY');
}

/** A mask, or else a range: that of the type where the policy gives none. */
function writeRange(writer: MessageWriter, policy: nla_policy, { bits, signed }: IntegerKind): void {
  if (policy.mask !== undefined && !signed) {
    writer.putU64(NL_POLICY_TYPE_ATTR_MASK, BigInt.asUintN(64, BigInt(policy.mask)));
    return;
  }
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  const min = BigInt(policy.min ?? least);
  const max = BigInt(policy.max ?? most);
  if (signed) {
    writer.putS64(NL_POLICY_TYPE_ATTR_MIN_VALUE_S, min);
    writer.putS64(NL_POLICY_TYPE_ATTR_MAX_VALUE_S, max);
  } else {
    writer.putU64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, min);
    writer.putU64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, max);
  }
}

function writeLengths(writer: MessageWriter, policy: nla_policy): void {
  // From net/netlink/policy.c: only a range of two ends counts, a lone end is not told.
  if (policy.min !== undefined && policy.max !== undefined) {
    if (Number(policy.min) !== 0) writer.putU32(NL_POLICY_TYPE_ATTR_MIN_LENGTH, Number(policy.min));
    if (Number(policy.max) < U16_MAX) writer.putU32(NL_POLICY_TYPE_ATTR_MAX_LENGTH, Number(policy.max));
  } else if (policy.len !== undefined && policy.len !== 0) {
    writer.putU32(NL_POLICY_TYPE_ATTR_MAX_LENGTH, policy.len);
  }
}

/**
 * Writes whole sets of policies, those inside nests too, one attribute per call: what the controller of generic netlink
 * answers to `CTRL_CMD_GETPOLICY`.
 *
 * C twin: `struct netlink_policy_dump_state` (net/netlink/policy.c).
 */
export class PolicyDump {
  readonly #sets: nla_policies[] = [];
  #set = 0;
  #type = 0;

  /**
   * Adds a set and, transitively, the sets inside its nests. One that is in already, or describes no type, changes nothing.
   *
   * @param policies - the set
   */
  add(policies: nla_policies): void {
    this.#push(policies);
    for (const set of this.#sets) {
      for (const policy of set) {
        // The loop goes on to what is pushed here.
        if (policy !== undefined && isNest(policy)) this.#push(policy.nested);
      }
    }
  }

  /**
   * The number of a set.
   *
   * @returns -1 for one that is not in
   */
  indexOf(policies: nla_policies): number {
    return this.#sets.indexOf(policies);
  }

  /** Whether everything was written. */
  get finished(): boolean {
    return this.#set >= this.#sets.length;
  }

  /**
   * Writes the next attribute that there is something to say about, in the nests {set{type{…}}}, and moves on.
   *
   * @param writer - where to
   * @returns 0; `-ENODATA` when none was left; `-ENOBUFS` when it did not fit, and the next call tries it again
   */
  write(writer: MessageWriter): number {
    for (;;) {
      const set = this.#sets[this.#set];
      if (set === undefined) return -errno.ENODATA;
      const nest = writer.nestStart(this.#set | NLA_F_NESTED);
      if (nest === -1) return -errno.ENOBUFS;
      const error = writePolicy(writer, this.#type, policyOf(set, this.#type), this);
      if (error === 0) writer.nestEnd(nest);
      else writer.nestCancel(nest);
      if (error !== 0 && error !== -errno.ENODATA) return error;
      if (++this.#type >= set.length) {
        this.#type = 0;
        this.#set++;
      }
      if (error === 0) return 0;
    }
  }

  #push(policies: nla_policies): void {
    if (policies.length > 1 && !this.#sets.includes(policies)) this.#sets.push(policies);
  }
}
