/**
 * Reads the constants of a hand-written module of the bindings.
 *
 * @param text - The module's source.
 * @returns The values by name.
 */
export function newerConstants(text: string): Map<string, bigint> {
  return new Map([...text.matchAll(/^export const (\w+) = (-?\w+);$/gmu)].map(([, name = '', value = '']) => [name, BigInt(value)]));
}
