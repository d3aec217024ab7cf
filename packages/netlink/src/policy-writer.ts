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
  NL_POLICY_TYPE_ATTR_POLICY_IDX,
  NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE,
  NL_POLICY_TYPE_ATTR_TYPE,
  NLA_F_NESTED,
} from '@netdevkit/bindings';
import type { nla_policies, nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from './message-writer.ts';
import { policyOf } from './policy.ts';

const U16_MAX = 0xffff;

/** How a kind of integer is called on the wire, and how wide it is. */
interface Integer {
  readonly type: number;
  readonly bits: number;
  readonly signed: boolean;
}

const integers: Readonly<Partial<Record<nla_policy['type'], Integer>>> = {
  NLA_U8: { type: NL_ATTR_TYPE_U8, bits: 8, signed: false },
  NLA_U16: { type: NL_ATTR_TYPE_U16, bits: 16, signed: false },
  NLA_U32: { type: NL_ATTR_TYPE_U32, bits: 32, signed: false },
  NLA_U64: { type: NL_ATTR_TYPE_U64, bits: 64, signed: false },
  NLA_UINT: { type: NL_ATTR_TYPE_UINT, bits: 64, signed: false },
  NLA_MSECS: { type: NL_ATTR_TYPE_UINT, bits: 64, signed: false },
  NLA_S8: { type: NL_ATTR_TYPE_S8, bits: 8, signed: true },
  NLA_S16: { type: NL_ATTR_TYPE_S16, bits: 16, signed: true },
  NLA_S32: { type: NL_ATTR_TYPE_S32, bits: 32, signed: true },
  NLA_S64: { type: NL_ATTR_TYPE_S64, bits: 64, signed: true },
  NLA_SINT: { type: NL_ATTR_TYPE_SINT, bits: 64, signed: true },
};

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
  const nest = writer.nestStart(type | NLA_F_NESTED);
  if (nest === -1) return -errno.ENOBUFS;
  const wireType = policy === undefined ? undefined : writeLimits(writer, policy, dump);
  if (wireType === undefined) {
    writer.nestCancel(nest);
    return -errno.ENODATA;
  }
  writer.putU32(NL_POLICY_TYPE_ATTR_TYPE, wireType);
  writer.nestEnd(nest);
  if (!writer.overflowed) return 0;
  writer.nestCancel(nest);
  return -errno.ENOBUFS;
}

/** Writes what limits the value. Gives the `NL_ATTR_TYPE_*`, or `undefined` for what has none. */
function writeLimits(writer: MessageWriter, policy: nla_policy, dump: PolicyDump | undefined): number | undefined {
  const integer = integers[policy.type];
  if (integer !== undefined) {
    writeRange(writer, policy, integer);
    return integer.type;
  }
  switch (policy.type) {
    case 'NLA_NESTED':
    case 'NLA_NESTED_ARRAY':
      if (dump !== undefined && policy.nested !== undefined && policy.nested.length > 1) {
        writer.putU32(NL_POLICY_TYPE_ATTR_POLICY_IDX, Math.max(dump.indexOf(policy.nested), 0));
        writer.putU32(NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE, policy.nested.length - 1);
      }
      return policy.type === 'NLA_NESTED' ? NL_ATTR_TYPE_NESTED : NL_ATTR_TYPE_NESTED_ARRAY;
    case 'NLA_BITFIELD32':
      writer.putU32(NL_POLICY_TYPE_ATTR_BITFIELD32_MASK, Number(policy.mask ?? 0));
      return NL_ATTR_TYPE_BITFIELD32;
    case 'NLA_STRING':
      writeLengths(writer, policy);
      return NL_ATTR_TYPE_STRING;
    case 'NLA_NUL_STRING':
      writeLengths(writer, policy);
      return NL_ATTR_TYPE_NUL_STRING;
    case 'NLA_BINARY':
      writeLengths(writer, policy);
      return NL_ATTR_TYPE_BINARY;
    case 'NLA_FLAG':
      return NL_ATTR_TYPE_FLAG;
    default:
      return undefined;
  }
}

/** A mask, or else a range: that of the type where the policy gives none. */
function writeRange(writer: MessageWriter, policy: nla_policy, { bits, signed }: Integer): void {
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
        if (policy?.nested !== undefined && (policy.type === 'NLA_NESTED' || policy.type === 'NLA_NESTED_ARRAY')) {
          // The loop goes on to what is pushed here.
          this.#push(policy.nested);
        }
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
