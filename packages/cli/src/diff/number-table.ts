const NONE = -1;
/** Of a table, half is in use at most. */
const FIRST = 1024;

/** Gives numbers to numbers: 0 to the first that comes, 1 to the next that is another. Takes 24 octets for each at most. */
export class NumberTable {
  #keys: Float64Array = new Float64Array(FIRST);
  #values: Int32Array = new Int32Array(FIRST).fill(NONE);
  #size = 0;

  /** How many different numbers there were. */
  get size(): number {
    return this.#size;
  }

  /**
   * The number of a number.
   *
   * @param key - any but NaN
   */
  of(key: number): number {
    const at = this.#find(key);
    const known = this.#values[at] ?? NONE;
    if (known !== NONE) return known;
    this.#keys[at] = key;
    this.#values[at] = this.#size;
    if (++this.#size * 2 > this.#keys.length) this.#grow();
    return this.#size - 1;
  }

  /** Where a number stands, or is to be put. */
  #find(key: number): number {
    const mask = this.#keys.length - 1;
    let at = Math.imul((key | 0) ^ Math.floor(key / 0x1_0000_0000), 0x9e37_79b1) >>> 0 & mask;
    while (this.#values[at] !== NONE && this.#keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Int32Array(keys.length * 2).fill(NONE);
    for (let i = 0; i < keys.length; i++) {
      const [key = 0, value = NONE] = [keys[i], values[i]];
      if (value === NONE) continue;
      const at = this.#find(key);
      this.#keys[at] = key;
      this.#values[at] = value;
    }
  }
}
