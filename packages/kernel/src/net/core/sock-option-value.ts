/** An option as `getsockopt` gives it. */
export interface OptionValue {
  /** What fitted the caller's buffer. */
  readonly bytes: Uint8Array;
  /** What is left in `optlen`, which for lists is the length that all of it would take. */
  readonly length: number;
}

/** The `int` at the start of an option's value. */
export function readInt(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24);
}

/** An `int` as octets. */
export function intBytes(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** An `int` as the value of an option, cut where the caller's buffer is shorter. */
export function intValue(value: number, length: number): OptionValue {
  return cut(intBytes(value), length);
}

/** Octets as the value of an option, cut where the caller's buffer is shorter. */
export function cut(bytes: Uint8Array, length: number): OptionValue {
  const shown = bytes.subarray(0, length);
  return { bytes: shown, length: shown.length };
}
