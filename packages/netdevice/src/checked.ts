const FEATURES_MAX = 0xffff_ffff_ffff_ffffn;

/** The value, which is to be an integer within bounds. */
export function integer(label: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${label}: expected an integer from ${String(least)} to ${String(most)}, got ${String(value)}`);
}

/** The value, which is to be a set of features. */
export function featureBits(label: string, value: bigint): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= FEATURES_MAX) return value;
  throw new RangeError(`${label}: expected a bigint of 64 bits, got ${String(value)}`);
}
