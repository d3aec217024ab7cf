/**
 * Attribute policies and what parsing leaves behind. C twins: include/net/netlink.h, include/linux/netlink.h.
 */

/** What kind of value an attribute holds: the `NLA_*` of include/net/netlink.h, which are not those of the UAPI. */
export type nla_type =
  | 'NLA_UNSPEC'
  | 'NLA_U8'
  | 'NLA_U16'
  | 'NLA_U32'
  | 'NLA_U64'
  | 'NLA_S8'
  | 'NLA_S16'
  | 'NLA_S32'
  | 'NLA_S64'
  | 'NLA_UINT'
  | 'NLA_SINT'
  | 'NLA_BE16'
  | 'NLA_BE32'
  | 'NLA_FLAG'
  | 'NLA_MSECS'
  | 'NLA_STRING'
  | 'NLA_NUL_STRING'
  | 'NLA_BINARY'
  | 'NLA_NESTED'
  | 'NLA_NESTED_ARRAY'
  | 'NLA_BITFIELD32'
  | 'NLA_REJECT';

/**
 * `struct nla_policy` (include/net/netlink.h): what an attribute may hold.
 */
export interface nla_policy {
  /** The kind of value. */
  readonly type: nla_type;
  /** Octets: the most for strings (without the final NUL) and binaries, the least for the rest; 0 for no limit. */
  readonly len?: number;
  /** The least value, or for binaries the least length. */
  readonly min?: number | bigint;
  /** The greatest value, or for binaries the greatest length. */
  readonly max?: number | bigint;
  /** The bits that may be set: for integers, and for `NLA_BITFIELD32`. */
  readonly mask?: number | bigint;
  /** The policies inside a nest, by type. */
  readonly nested?: nla_policies;
  /** What the extended acknowledgement says when an `NLA_REJECT` attribute comes. */
  readonly reject_message?: string;
}

/**
 * A policy array, by attribute type; its length is `maxtype + 1`. A hole is `NLA_UNSPEC`.
 */
export type nla_policies = ReadonlyArray<nla_policy | undefined>;

/**
 * `struct nlattr *tb[]`: where each attribute of a parsed run stands. Of several with one type the last is kept, as in C.
 *
 * Offsets are into {@link nlattr_table.bytes}, in octets, and point at the payload.
 */
export interface nlattr_table {
  /** The octets that were parsed. */
  readonly bytes: Uint8Array;
  /** The greatest type that the table keeps. */
  readonly maxtype: number;
  /** Whether the attribute came. */
  has(type: number): boolean;
  /** Where its payload starts, or -1. */
  offset(type: number): number;
  /** Its payload's length in octets, or -1. */
  length(type: number): number;
}

/**
 * `struct netlink_ext_ack` (include/linux/netlink.h): what a handler says beyond its errno.
 *
 * Offsets are in octets from the start of the buffer that holds the request; -1 is C's NULL.
 */
export class netlink_ext_ack {
  /** What went wrong, for people (`NLMSGERR_ATTR_MSG`); `null` for nothing said. */
  _msg: string | null = null;
  /** Where the header of the attribute stands that is to blame (`NLMSGERR_ATTR_OFFS`). */
  bad_attr = -1;
  /** What that attribute may hold (`NLMSGERR_ATTR_POLICY`); `null` for not said. */
  policy: nla_policy | null = null;
  /** Octets for the program that asked, of an answer that is no error (`NLMSGERR_ATTR_COOKIE`); `null` for none. */
  cookie: Uint8Array | null = null;
  /** The type of the attribute that is missing (`NLMSGERR_ATTR_MISS_TYPE`); `null` or 0 for none. */
  miss_type: number | null = null;
  /** Where the header of the nest stands that it is missing from (`NLMSGERR_ATTR_MISS_NEST`); -1 also for the message itself. */
  miss_nest = -1;

  /** Forgets everything: the record serves message after message. */
  reset(): void {
    this._msg = null;
    this.bad_attr = -1;
    this.policy = null;
    this.cookie = null;
    this.miss_type = null;
    this.miss_nest = -1;
  }
}

/**
 * The part of a message builder that raw callbacks write with (`fill_info`): attributes appended to an open message.
 * What no longer fits sets {@link overflowed} and is left out; whoever handed the builder over checks it.
 */
export interface nlmsg_builder {
  /** Whether something did not fit. */
  readonly overflowed: boolean;
  /** An unsigned octet: `nla_put_u8`. */
  putU8(type: number, value: number): void;
  /** 16 bits without sign, in host order: `nla_put_u16`. */
  putU16(type: number, value: number): void;
  /** 32 bits without sign, in host order: `nla_put_u32`. */
  putU32(type: number, value: number): void;
  /** 32 bits with a sign, in host order: `nla_put_s32`. */
  putS32(type: number, value: number): void;
  /** 64 bits without sign, in host order: `nla_put_u64_64bit`, without an attribute of padding before it. */
  putU64(type: number, value: bigint): void;
  /** A string with its final NUL. */
  putString(type: number, value: string): void;
  /** Octets as they are, copied: `nla_put`. */
  putBytes(type: number, value: Uint8Array): void;
  /** An attribute without a payload, which says what it says by being there: `nla_put_flag`. */
  putFlag(type: number): void;
  /** Opens a nest; hand the result to {@link nestEnd}. */
  nestStart(type: number): number;
  /** Closes the nest that {@link nestStart} opened, the innermost one first: sets its length. */
  nestEnd(nest: number): void;
}
