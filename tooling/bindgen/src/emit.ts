import type { Constant } from './constants.ts';

/**
 * Writes a constant's value as a TypeScript literal.
 *
 * @returns A number in the header's base, a bigint when a number cannot hold the value, or a string.
 */
export function literal({ value, hex }: Pick<Constant, 'value' | 'hex'>): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;
  const suffix = value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER) ? 'n' : '';
  return `${hex && value >= 0n ? `0x${value.toString(16)}` : value.toString()}${suffix}`;
}

/** Writes the declarations of constants, with an empty line between enumerations and macros. */
export function emitConstants(constants: readonly Constant[]): string {
  let group = constants[0]?.enumeration;
  let text = '';
  for (const constant of constants) {
    if (constant.enumeration !== group) text += '\n';
    group = constant.enumeration;
    text += `export const ${constant.name} = ${literal(constant)};\n`;
  }
  return text;
}
