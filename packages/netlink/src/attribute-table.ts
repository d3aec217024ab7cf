import { NLA_F_NESTED, NLA_HDRLEN, nlattr } from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies, nlattr_table } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { parseAttributes } from './parse.ts';
import { readString } from './utf8.ts';
import { badAttribute } from './validate-value.ts';
import { Validation } from './validation.ts';
import { viewOf } from './view-of.ts';

const NOTHING = new Uint8Array(0);

/**
 * The attributes of one level, by type: where each stands in the octets that were parsed. Nothing is copied, and a table
 * serves message after message. Of several attributes with one type the last counts.
 *
 * C twin: `struct nlattr *tb[]`, filled by `nla_parse` (include/net/netlink.h).
 *
 * The getters check lengths, not policies: what is missing or shorter than its type is `undefined`.
 *
 * @example
 * ```ts
 * const table = new AttributeTable(IFLA_MAX);
 * const error = parseAttributes(table, bytes, start, length, null, Validation.LIBERAL, null);
 * if (error === 0) console.log(table.string(IFLA_IFNAME), table.u32(IFLA_MTU));
 * ```
 */
export class AttributeTable implements nlattr_table {
  /** The greatest type that the table keeps. */
  readonly maxtype: number;
  readonly #offsets: Int32Array;
  readonly #lengths: Int32Array;
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);

  /**
   * @param maxtype - the greatest type to keep
   */
  constructor(maxtype: number) {
    this.maxtype = maxtype;
    this.#offsets = new Int32Array(maxtype + 1).fill(-1);
    this.#lengths = new Int32Array(maxtype + 1).fill(-1);
  }

  /** The octets that were parsed. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same octets. */
  get view(): DataView {
    return this.#view;
  }

  /** Forgets all attributes. */
  clear(): void {
    this.#offsets.fill(-1);
    this.#lengths.fill(-1);
  }

  /**
   * Forgets all attributes and turns to other octets: what a parser does first.
   *
   * @param bytes - what {@link record} will refer to
   */
  reset(bytes: Uint8Array): void {
    this.clear();
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /**
   * Notes an attribute: what a parser does for each.
   *
   * @param type - 0 to {@link maxtype}
   * @param offset - where its payload starts in {@link bytes}
   * @param length - octets of payload, all of them inside {@link bytes}
   */
  record(type: number, offset: number, length: number): void {
    this.#offsets[type] = offset;
    this.#lengths[type] = length;
  }

  /** Whether the attribute came: the value of a flag. */
  has(type: number): boolean {
    return this.length(type) >= 0;
  }

  /** Where its payload starts in {@link bytes}, or -1. */
  offset(type: number): number {
    return this.#offsets[type] ?? -1;
  }

  /** Its payload's length in octets, or -1. */
  length(type: number): number {
    return this.#lengths[type] ?? -1;
  }

  /** Whether it carries `NLA_F_NESTED`. */
  isNested(type: number): boolean {
    if (!this.has(type)) return false;
    return (nlattr.nla_type(this.#view, this.offset(type) - NLA_HDRLEN) & NLA_F_NESTED) !== 0;
  }

  /** An unsigned octet. */
  u8(type: number): number | undefined {
    return this.length(type) < 1 ? undefined : this.#view.getUint8(this.offset(type));
  }

  /** A 16-bit unsigned integer in host order. */
  u16(type: number): number | undefined {
    return this.length(type) < 2 ? undefined : this.#view.getUint16(this.offset(type), true);
  }

  /** A 16-bit unsigned integer in network order. */
  be16(type: number): number | undefined {
    return this.length(type) < 2 ? undefined : this.#view.getUint16(this.offset(type), false);
  }

  /** A 32-bit unsigned integer in host order. */
  u32(type: number): number | undefined {
    return this.length(type) < 4 ? undefined : this.#view.getUint32(this.offset(type), true);
  }

  /** A 32-bit signed integer in host order. */
  s32(type: number): number | undefined {
    return this.length(type) < 4 ? undefined : this.#view.getInt32(this.offset(type), true);
  }

  /** A 32-bit unsigned integer in network order. */
  be32(type: number): number | undefined {
    return this.length(type) < 4 ? undefined : this.#view.getUint32(this.offset(type), false);
  }

  /** A 64-bit unsigned integer in host order. */
  u64(type: number): bigint | undefined {
    return this.length(type) < 8 ? undefined : this.#view.getBigUint64(this.offset(type), true);
  }

  /** A 64-bit signed integer in host order. */
  s64(type: number): bigint | undefined {
    return this.length(type) < 8 ? undefined : this.#view.getBigInt64(this.offset(type), true);
  }

  /** An unsigned integer of 4 or 8 octets, as the sender chose. C twin: `nla_get_uint`. */
  uint(type: number): bigint | undefined {
    const short = this.length(type) === 4 ? this.u32(type) : undefined;
    return short === undefined ? this.u64(type) : BigInt(short);
  }

  /** A string: up to its first NUL, or its end. Octets that are not UTF-8 become U+FFFD; {@link octets} has them all. */
  string(type: number): string | undefined {
    const length = this.length(type);
    if (length < 0) return undefined;
    const offset = this.offset(type);
    return readString(this.#bytes, offset, offset + length);
  }

  /** The payload, as a view. */
  octets(type: number): Uint8Array | undefined {
    const length = this.length(type);
    if (length < 0) return undefined;
    const offset = this.offset(type);
    return this.#bytes.subarray(offset, offset + length);
  }

  /**
   * Parses the attributes inside a nest.
   *
   * C twins: `nla_parse_nested` when the mode is `Validation.STRICT`, which requires `NLA_F_NESTED`, and
   * `nla_parse_nested_deprecated` otherwise.
   *
   * @param type - the nest; one that did not come leaves `table` empty
   * @param table - where to
   * @param policies - what the attributes may hold
   * @param mode - `Validation` flags
   * @param extack - told what is wrong
   * @returns 0 or a negative errno, as {@link parseAttributes}
   */
  nested(
    type: number,
    table: AttributeTable,
    policies: nla_policies | null,
    mode: number,
    extack: netlink_ext_ack | null,
  ): number {
    if (!this.has(type)) {
      table.reset(this.#bytes);
      return 0;
    }
    if (mode === Validation.STRICT && !this.isNested(type)) {
      table.reset(this.#bytes);
      badAttribute(extack, this.offset(type) - NLA_HDRLEN, null, 'NLA_F_NESTED is missing');
      return -errno.EINVAL;
    }
    return parseAttributes(table, this.#bytes, this.offset(type), this.length(type), policies, mode, extack);
  }
}
