/**
 * What a member is called that comes again on its level: `mtu`, `mtu#2`.
 *
 * @param name - of the first
 * @param nth - which it is, from 1
 */
export function nthName(name: string, nth: number): string {
  return nth === 1 ? name : `${name}#${String(nth)}`;
}

/**
 * What an attribute is called that is not understood: `#77`, `#77#2`.
 *
 * @param type - its type
 * @param nth - which of that type it is on its level, from 1
 */
export function rawName(type: number, nth: number): string {
  return nthName(`#${String(type)}`, nth);
}
