const NONE = -1;
const FIRST = 1024;
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;

/** Gives numbers to numbers: 0 to the first that comes, 1 to the next that is another. Takes 14 to 19 octets for each. */
export class NumberTable {
  /** By their numbers. */
  readonly #keys: Float64Array[] = [];
  /** Numbers by what their keys hash to; of four places three are in use at most. */
  #slots: Int32Array = new Int32Array(FIRST).fill(NONE);
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
    const slot = this.#find(key);
    const known = this.#slots[slot] ?? NONE;
    if (known !== NONE) return known;
    const number = this.#size++;
    this.#slots[slot] = number;
    (this.#keys[number >> CHUNK_BITS] ??= new Float64Array(CHUNK))[number & (CHUNK - 1)] = key;
    if (this.#size * 4 > this.#slots.length * 3) this.#grow();
    return number;
  }

  #key(number: number): number {
    return this.#keys[number >> CHUNK_BITS]?.[number & (CHUNK - 1)] ?? NaN;
  }

  /** Where a number stands, or is to be put. */
  #find(key: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = slotOf(key, mask);
    for (let number; (number = slots[at] ?? NONE) !== NONE && this.#key(number) !== key; ) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let at = slotOf(this.#key(number), mask);
      while (slots[at] !== NONE) at = (at + 1) & mask;
      slots[at] = number;
    }
    this.#slots = slots;
  }
}

function slotOf(key: number, mask: number): number {
  const hash = Math.imul((key | 0) ^ Math.floor(key / 0x1_0000_0000), 0x9e37_79b1);
  return (hash ^ (hash >>> 16)) & mask;
}
