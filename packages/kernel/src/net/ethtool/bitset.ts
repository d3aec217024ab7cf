import {
  ETHTOOL_A_BITSET_BIT_INDEX,
  ETHTOOL_A_BITSET_BIT_NAME,
  ETHTOOL_A_BITSET_BIT_VALUE,
  ETHTOOL_A_BITSET_BITS,
  ETHTOOL_A_BITSET_BITS_BIT,
  ETHTOOL_A_BITSET_MASK,
  ETHTOOL_A_BITSET_NOMASK,
  ETHTOOL_A_BITSET_SIZE,
  ETHTOOL_A_BITSET_VALUE,
  NLA_F_NESTED,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';

/** ETHNL_MAX_BITSET_SIZE. */
const MOST_BITS = 0x7fff;

const BITSET_POLICY: nla_policies = [
  undefined,
  { type: 'NLA_FLAG' },
  { type: 'NLA_U32', max: MOST_BITS },
  { type: 'NLA_NESTED' },
  { type: 'NLA_BINARY' },
  { type: 'NLA_BINARY' },
];
const BIT_POLICY: nla_policies = [undefined, { type: 'NLA_U32' }, { type: 'NLA_NUL_STRING' }, { type: 'NLA_FLAG' }];

/** Names of bits, by number; an empty one is none. */
export type BitNames = readonly string[];

/** Values for some bits. */
export interface Bits {
  readonly value: bigint;
  /** Which bits are meant. */
  readonly mask: bigint;
}

/**
 * `ethnl_put_bitset`: writes a set of bits.
 *
 * @param mask - which bits there are to speak of; `null` for a list of those that are set
 * @param names - one for each bit
 * @param compact - whether as words, or bit by bit with names
 */
export function putBitset(writer: MessageWriter, type: number, value: bigint, mask: bigint | null, names: BitNames, compact: boolean): void {
  const size = names.length;
  const nest = writer.nestStart(type | NLA_F_NESTED);
  if (mask === null) writer.putFlag(ETHTOOL_A_BITSET_NOMASK);
  writer.putU32(ETHTOOL_A_BITSET_SIZE, size);
  if (compact) {
    putWords(writer, ETHTOOL_A_BITSET_VALUE, value, size);
    if (mask !== null) putWords(writer, ETHTOOL_A_BITSET_MASK, mask, size);
  } else {
    const bits = writer.nestStart(ETHTOOL_A_BITSET_BITS | NLA_F_NESTED);
    for (const [i, name] of names.entries()) {
      if (!hasBit(mask ?? value, i)) continue;
      const bit = writer.nestStart(ETHTOOL_A_BITSET_BITS_BIT | NLA_F_NESTED);
      writer.putU32(ETHTOOL_A_BITSET_BIT_INDEX, i);
      // From net/ethtool/bitset.c:ethnl_put_bitset32: a name is put even where it is empty.
      writer.putString(ETHTOOL_A_BITSET_BIT_NAME, name);
      if (mask !== null && hasBit(value, i)) writer.putFlag(ETHTOOL_A_BITSET_BIT_VALUE);
      writer.nestEnd(bit);
    }
    writer.nestEnd(bits);
  }
  writer.nestEnd(nest);
}

function hasBit(bits: bigint, at: number): boolean {
  return ((bits >> BigInt(at)) & 1n) === 1n;
}

function putWords(writer: MessageWriter, type: number, bits: bigint, size: number): void {
  const at = writer.reserveAttribute(type, 4 * Math.ceil(size / 32));
  if (at === -1) return;
  const own = BigInt.asUintN(size, bits);
  for (let i = 0; 32 * i < size; i++) writer.view.setUint32(at + 4 * i, Number(BigInt.asUintN(32, own >> BigInt(32 * i))), true);
}

/**
 * `ethnl_parse_bitset`: what a request says of bits.
 *
 * @param table - that has the attribute
 * @returns what it says; a negative errno when it is wrong
 */
export function parseBitset(table: AttributeTable, type: number, names: BitNames, extack: netlink_ext_ack): Bits | number {
  const tb = new AttributeTable(BITSET_POLICY.length - 1);
  const error = table.nested(type, tb, BITSET_POLICY, Validation.STRICT, extack);
  if (error < 0) return error;
  const refuse = (at: number, message: string): number => refuseAt(extack, at, message);
  if (!tb.has(ETHTOOL_A_BITSET_BITS)) return parseCompact(tb, table.offset(type), names.length, refuse);
  if (tb.has(ETHTOOL_A_BITSET_VALUE)) return refuse(tb.offset(ETHTOOL_A_BITSET_VALUE), 'value only allowed in compact bitset');
  if (tb.has(ETHTOOL_A_BITSET_MASK)) return refuse(tb.offset(ETHTOOL_A_BITSET_MASK), 'mask only allowed in compact bitset');
  return parseList(tb, names, extack);
}

/** What {@link Bits} make of others. */
export function applyBits(old: bigint, { value, mask }: Bits): bigint {
  return (old & ~mask) | (value & mask);
}

function parseList(tb: AttributeTable, names: BitNames, extack: netlink_ext_ack): Bits | number {
  const isList = tb.has(ETHTOOL_A_BITSET_NOMASK);
  let value = 0n;
  let mask = isList ? all(names.length) : 0n;
  const cursor = new AttributeCursor();
  const start = tb.offset(ETHTOOL_A_BITSET_BITS);
  cursor.reset(tb.bytes, start, start + tb.length(ETHTOOL_A_BITSET_BITS));
  while (cursor.next()) {
    if (cursor.type !== ETHTOOL_A_BITSET_BITS_BIT) {
      return refuseAt(extack, cursor.offset, 'only ETHTOOL_A_BITSET_BITS_BIT allowed in ETHTOOL_A_BITSET_BITS');
    }
    const bit = new AttributeTable(BIT_POLICY.length - 1);
    const error = parseAttributes(bit, cursor.bytes, cursor.offset, cursor.length, BIT_POLICY, Validation.STRICT, extack);
    if (error < 0) return error;
    const index = indexOf(bit, cursor.offset, names, extack);
    if (index < 0) return index;
    const flag = 1n << BigInt(index);
    value = isList || bit.has(ETHTOOL_A_BITSET_BIT_VALUE) ? value | flag : value & ~flag;
    mask |= flag;
  }
  return { value, mask };
}

// From net/ethtool/bitset.c:ethnl_parse_bit.
function indexOf(bit: AttributeTable, at: number, names: BitNames, extack: netlink_ext_ack): number {
  const index = bit.u32(ETHTOOL_A_BITSET_BIT_INDEX);
  const name = bit.string(ETHTOOL_A_BITSET_BIT_NAME);
  if (index !== undefined) {
    if (index >= names.length) return refuseAt(extack, bit.offset(ETHTOOL_A_BITSET_BIT_INDEX), 'bit index too high', errno.EOPNOTSUPP);
    return name === undefined || name === names[index] ? index : refuseAt(extack, at, 'bit index and name mismatch');
  }
  if (name === undefined) return refuseAt(extack, at, 'neither bit index nor name specified');
  const found = names.indexOf(name);
  return found === -1 ? refuseAt(extack, bit.offset(ETHTOOL_A_BITSET_BIT_NAME), 'bit name not found', errno.EOPNOTSUPP) : found;
}

// From net/ethtool/bitset.c:ethnl_compact_sanity_checks.
function parseCompact(tb: AttributeTable, at: number, known: number, refuse: (at: number, message: string) => number): Bits | number {
  const isList = tb.has(ETHTOOL_A_BITSET_NOMASK);
  const hasMask = tb.has(ETHTOOL_A_BITSET_MASK);
  const size = tb.u32(ETHTOOL_A_BITSET_SIZE);
  if (isList && hasMask) return refuse(tb.offset(ETHTOOL_A_BITSET_MASK), 'mask not allowed in list bitset');
  if (size === undefined) return refuse(at, 'missing size in compact bitset');
  if (!tb.has(ETHTOOL_A_BITSET_VALUE)) return refuse(at, 'missing value in compact bitset');
  if (!isList && !hasMask) return refuse(at, 'missing mask in compact nonlist bitset');
  const octets = 4 * Math.ceil(size / 32);
  if (tb.length(ETHTOOL_A_BITSET_VALUE) !== octets) return refuse(tb.offset(ETHTOOL_A_BITSET_VALUE), 'bitset value length does not match size');
  if (hasMask && tb.length(ETHTOOL_A_BITSET_MASK) !== octets) return refuse(tb.offset(ETHTOOL_A_BITSET_MASK), 'bitset mask length does not match size');
  const value = wordsOf(tb, ETHTOOL_A_BITSET_VALUE, size);
  const mask = isList ? all(known) : wordsOf(tb, ETHTOOL_A_BITSET_MASK, size);
  const beyond = (isList ? value : mask) >> BigInt(known);
  if (beyond !== 0n) return refuse(tb.offset(isList ? ETHTOOL_A_BITSET_VALUE : ETHTOOL_A_BITSET_MASK), 'cannot modify bits past kernel bitset size');
  return { value: value & all(known), mask };
}

function wordsOf(tb: AttributeTable, type: number, size: number): bigint {
  const at = tb.offset(type);
  let bits = 0n;
  for (let i = 0; 32 * i < size; i++) bits |= BigInt(tb.view.getUint32(at + 4 * i, true)) << BigInt(32 * i);
  return BigInt.asUintN(size, bits);
}

function all(size: number): bigint {
  return (1n << BigInt(size)) - 1n;
}

/** Points at an attribute whose payload is here. */
function refuseAt(extack: netlink_ext_ack, payload: number, message: string, error: number = errno.EINVAL): number {
  extack._msg = message;
  extack.bad_attr = payload - NLA_HDRLEN;
  return -error;
}
