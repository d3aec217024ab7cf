const CHUNK_BITS = 15;
const CHUNK = 1 << CHUNK_BITS;
const SHORT = 0xffff;

/** Numbers one after another: what an `Int32Array` is, too. */
export interface Numbers {
  /** How many there are. */
  readonly length: number;
  /** One of them. */
  at(index: number): number | undefined;
}

/**
 * A list of integers of 32 bits that grows without being copied. Where they are small and none is negative, it takes two octets for
 * each.
 */
export class NumberList implements Numbers {
  readonly #chunks: (Uint16Array | Int32Array)[] = [];
  /** The chunk that is being filled, and all bits that are set in one of its numbers. */
  #last: Int32Array = new Int32Array(0);
  #bits = 0;
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds one. */
  push(value: number): void {
    const at = this.#length & (CHUNK - 1);
    // The first of many lists is short.
    if (this.#length < CHUNK && at >= this.#last.length) this.#enlarge();
    this.#last[at] = value;
    this.#bits |= value;
    if ((++this.#length & (CHUNK - 1)) === 0) this.#close();
  }

  /**
   * One of them.
   *
   * @param index - below the length
   */
  at(index: number): number {
    const chunk = this.#chunks[index >> CHUNK_BITS] ?? this.#last;
    return chunk[index & (CHUNK - 1)] ?? 0;
  }

  #enlarge(): void {
    const larger = new Int32Array(Math.min(CHUNK, Math.max(256, this.#last.length * 4)));
    larger.set(this.#last);
    this.#last = larger;
  }

  #close(): void {
    const isShort = this.#bits >= 0 && this.#bits <= SHORT;
    this.#chunks.push(isShort ? Uint16Array.from(this.#last) : this.#last.slice());
    this.#bits = 0;
  }
}
