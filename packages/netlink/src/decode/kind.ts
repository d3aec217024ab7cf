/**
 * How a compiled field is read: what a decoder switches on. Numbers, and dense, so that the switch is a jump.
 *
 * Hot switches write `case 2 satisfies typeof Kind.U32:`. V8 makes a jump of literal numbers only; from `Kind.U32` it makes
 * a chain of loads and comparisons, about a tenth of the time of a JSON line (Node 24.21, a busy machine).
 */
export const Kind = {
  U8: 0,
  U16: 1,
  U32: 2,
  S8: 3,
  S16: 4,
  S32: 5,
  U64: 6,
  S64: 7,
  UINT: 8,
  SINT: 9,
  /** A number with names. */
  ENUM: 10,
  /** A number whose bits have names. */
  FLAGS: 11,
  STRING: 12,
  STRINGS: 13,
  BINARY: 14,
  MAC: 15,
  IPV4: 16,
  IPV6: 17,
  /** 4 or 16 octets. */
  IP: 18,
  /** 16 octets whose family stands beside them. */
  IP_OF_FAMILY: 19,
  UUID: 20,
  FLAG: 21,
  BITFIELD32: 22,
  PAD: 23,
  UNUSED: 24,
  RECORD: 25,
  PACKED: 26,
  NEST: 27,
  INDEXED: 28,
  TYPED: 29,
  SUB_MESSAGE: 30,
  /** Structures that say their lengths, with attributes. The last of the composite kinds. */
  SIZED: 31,
  /** Octets with a notation of their own. */
  NOTATION: 32,
} as const;
