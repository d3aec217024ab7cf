const CHUNK_BITS = 15;
const CHUNK = 1 << CHUNK_BITS;

/** A list of integers of 32 bits that grows without being copied. */
export class NumberList {
  readonly #chunks: Int32Array[] = [];
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds one. */
  push(value: number): void {
    const at = this.#length++;
    const chunk = (this.#chunks[at >> CHUNK_BITS] ??= new Int32Array(CHUNK));
    chunk[at & (CHUNK - 1)] = value;
  }

  /**
   * One of them.
   *
   * @param index - below the length
   */
  at(index: number): number {
    return this.#chunks[index >> CHUNK_BITS]?.[index & (CHUNK - 1)] ?? 0;
  }
}
