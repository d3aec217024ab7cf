/** Names of constants, by value or, for flags, by number of bit. */
export type NameTable = Readonly<Record<number, string | undefined>>;

/**
 * Names the bits of a set of flags.
 *
 * @param table - Names by number of bit, such as `IFF_NAMES`.
 * @param flags - The flags; 32 bits, signed or not.
 * @returns The names from the lowest bit up. What has no name comes last, as one hexadecimal number.
 * @example
 * ```ts
 * flagNames(NLM_F_NAMES, 0x8005); // ['NLM_F_REQUEST', 'NLM_F_ACK', '0x8000']
 * ```
 */
export function flagNames(table: NameTable, flags: number): string[] {
  const names: string[] = [];
  let unknown = 0;
  for (let bits = flags; bits !== 0; bits &= bits - 1) {
    const bit = 31 - Math.clz32(bits & -bits);
    const name = table[bit];
    if (name === undefined) unknown |= 1 << bit;
    else names.push(name);
  }
  if (unknown !== 0) names.push(`0x${(unknown >>> 0).toString(16)}`);
  return names;
}
