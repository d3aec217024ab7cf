/** Names of constants: each is given once. */
export class Identifiers {
  readonly #taken: Map<string, number> = new Map();

  /**
   * A name in camel case that no other has.
   *
   * @param parts - words with anything between them
   */
  of(...parts: readonly string[]): string {
    const words = parts.join('-').split(/[^A-Za-z0-9]+/u).filter((word) => word !== '');
    const name = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
    const count = (this.#taken.get(name) ?? 0) + 1;
    this.#taken.set(name, count);
    return count === 1 ? name : `${name}${String(count)}`;
  }
}

/**
 * A name in camel case that begins with a capital letter.
 *
 * @param text - words with anything between them
 */
export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/u)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
