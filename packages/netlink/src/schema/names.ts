/** Names of numbers: an enumeration, or the bits of a set of flags. */
export interface Names {
  /** What the set of names is called, as in the specifications. */
  readonly name: string;
  /** Whether {@link values} is by number of bit. */
  readonly isFlags: boolean;
  /** The names: by value, or for flags by number of bit. */
  readonly values: Readonly<Record<number, string>>;
}

/**
 * Names values.
 *
 * @param name - of the enumeration
 * @param values - by value; a list counts from 0
 * @example
 * ```ts
 * const scope = enumeration('rt-scope', { 0: 'universe', 253: 'link', 254: 'host' });
 * ```
 */
export function enumeration(name: string, values: Readonly<Record<number, string>> | readonly string[]): Names {
  return { name, isFlags: false, values: Object.assign({}, values) };
}

/**
 * Names bits.
 *
 * @param name - of the set of flags
 * @param bits - by number of bit; a list counts from bit 0
 * @example
 * ```ts
 * const flags = flagBits('vlan-flags', ['reorder-hdr', 'gvrp', 'loose-binding']);
 * ```
 */
export function flagBits(name: string, bits: Readonly<Record<number, string>> | readonly string[]): Names {
  return { name, isFlags: true, values: Object.assign({}, bits) };
}
