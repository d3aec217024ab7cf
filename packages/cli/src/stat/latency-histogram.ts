/** Values below are counted one by one; from there on every power of two has this many buckets, so that none is wider than 1/32 of its value. */
const PER_OCTAVE = 32;
const OCTAVE_BITS = 5;
/** Above 2^53 ns, a hundred days, numbers are not exact any more, and nobody waits that long. */
const LARGEST = 2 ** 53 - 1;
const NOTHING = new Uint32Array(0);
const BUCKETS = (53 - OCTAVE_BITS + 1) * PER_OCTAVE;

/**
 * Counts durations in buckets whose width grows with the duration: any number of them in constant memory, quantiles to 3 %.
 */
export class LatencyHistogram {
  /** Made with the first duration: most types of messages have none. */
  #buckets: Uint32Array = NOTHING;
  #count = 0;
  #least = Infinity;
  #greatest = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** The least, in nanoseconds; 0 if there is none. */
  get least(): number {
    return this.#count === 0 ? 0 : this.#least;
  }

  /** The greatest, in nanoseconds. */
  get greatest(): number {
    return this.#greatest;
  }

  /**
   * Counts a duration.
   *
   * @param nanoseconds - what is negative, because a clock was set back, is counted as 0
   */
  add(nanoseconds: number): void {
    const value = Math.min(Math.max(0, Math.round(nanoseconds)), LARGEST);
    const bucket = bucketOf(value);
    if (this.#count === 0) this.#buckets = new Uint32Array(BUCKETS);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#least = Math.min(this.#least, value);
    this.#greatest = Math.max(this.#greatest, value);
  }

  /** Adds what another has counted. */
  merge(other: LatencyHistogram): void {
    if (this.#buckets.length < other.#buckets.length) this.#buckets = new Uint32Array(BUCKETS);
    other.#buckets.forEach((count, bucket) => {
      this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + count;
    });
    this.#count += other.#count;
    this.#least = Math.min(this.#least, other.#least);
    this.#greatest = Math.max(this.#greatest, other.#greatest);
  }

  /**
   * The duration that a share of all does not exceed.
   *
   * @param share - 0.5 for the median
   * @returns nanoseconds; 0 if there is none
   */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS && this.#count > 0; bucket++) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen >= wanted) return Math.min(Math.max(middleOf(bucket), this.#least), this.#greatest);
    }
    return 0;
  }

  /**
   * How many there are between bounds.
   *
   * @param bounds - in nanoseconds, rising
   * @returns one number more than there are bounds: below the first, between each two, from the last on
   */
  between(bounds: readonly number[]): number[] {
    const counts = new Array<number>(bounds.length + 1).fill(0);
    let place = 0;
    this.#buckets.forEach((count, bucket) => {
      if (count === 0) return;
      const middle = middleOf(bucket);
      while (place < bounds.length && middle >= (bounds[place] ?? Infinity)) place++;
      counts[place] = (counts[place] ?? 0) + count;
    });
    return counts;
  }
}

/** The octave counts from 2^5; below it a bucket is a value. */
function bucketOf(value: number): number {
  if (value < PER_OCTAVE) return value;
  const octave = exponentOf(value) - OCTAVE_BITS;
  return (octave + 1) * PER_OCTAVE + Math.floor(value / 2 ** octave) - PER_OCTAVE;
}

function middleOf(bucket: number): number {
  if (bucket < PER_OCTAVE) return bucket;
  const octave = Math.floor(bucket / PER_OCTAVE) - 1;
  const width = 2 ** octave;
  return (PER_OCTAVE + (bucket % PER_OCTAVE)) * width + (width - 1) / 2;
}

function exponentOf(value: number): number {
  return value < 0x1_0000_0000 ? 31 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / 0x1_0000_0000));
}
