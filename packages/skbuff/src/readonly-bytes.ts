/**
 * Octets that may be looked at but not changed: packet data is shared with whoever else sees the packet.
 */
export interface ReadonlyBytes {
  /** How many octets there are. */
  readonly length: number;
  readonly [index: number]: number;
  /** A copy of a range, to keep. */
  slice(start?: number, end?: number): Uint8Array;
  /** A view of a range. */
  subarray(start?: number, end?: number): ReadonlyBytes;
  /** Where an octet stands first, from `from` on; -1 when it does not. */
  indexOf(octet: number, from?: number): number;
  /** Octet after octet. */
  [Symbol.iterator](): Iterator<number>;
}
