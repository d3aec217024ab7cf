const NANOSECONDS = 1_000_000_000;
const WORD = 0x1_0000_0000;

/**
 * The unit in which an interface counts time: turns 64-bit counts into seconds and nanoseconds.
 */
export class ClockUnit {
  /** The seconds of the last {@link convert}. */
  seconds = 0;
  /** The nanoseconds of the last {@link convert}. */
  nanoseconds = 0;
  readonly #perSecond: number;
  readonly #exponent: number;
  readonly #binary: boolean;
  readonly #offset: number;

  /**
   * @param resolution - `if_tsresol`: a negative power of 10, or with the highest bit set of 2
   * @param offset - `if_tsoffset`: seconds to be added
   */
  constructor(resolution: number, offset: number) {
    this.#binary = (resolution & 0x80) !== 0;
    this.#exponent = resolution & 0x7f;
    this.#perSecond = !this.#binary && this.#exponent <= 9 ? 10 ** this.#exponent : 0;
    this.#offset = offset;
  }

  /**
   * Turns a count into {@link seconds} and {@link nanoseconds}.
   *
   * @param high - its upper 32 bits, unsigned
   * @param low - its lower 32 bits, unsigned
   */
  convert(high: number, low: number): void {
    const unit = this.#perSecond;
    if (unit === 0) {
      this.#convertRare(high, low);
      return;
    }
    // Long division in digits of 16 bits: each step is exact in a double. `%` of doubles would take twice as long.
    const upper = Math.floor(high / unit);
    const first = (high - upper * unit) * 0x1_0000 + (low >>> 16);
    const middle = Math.floor(first / unit);
    const second = (first - middle * unit) * 0x1_0000 + (low & 0xffff);
    const lower = Math.floor(second / unit);
    this.seconds = upper * WORD + middle * 0x1_0000 + lower + this.#offset;
    this.nanoseconds = (second - lower * unit) * (NANOSECONDS / unit);
  }

  #convertRare(high: number, low: number): void {
    const count = (BigInt(high) << 32n) | BigInt(low);
    const unit = this.#binary ? 1n << BigInt(this.#exponent) : 10n ** BigInt(this.#exponent);
    this.seconds = Number(count / unit) + this.#offset;
    this.nanoseconds = Number(((count % unit) * BigInt(NANOSECONDS)) / unit);
  }
}
