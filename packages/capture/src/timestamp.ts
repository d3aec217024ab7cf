import type { CaptureTime } from './packet-view.ts';

const NANOSECONDS = 1_000_000_000;
const WORD = 0x1_0000_0000;

/** The last second that a 64-bit count of nanoseconds reaches: in the year 2554. */
const LAST_SECOND = 18_446_744_072;

/** Whether a time can be written: from 1970 until the year 2554. */
export function isWritable(time: CaptureTime): boolean {
  const { seconds, nanoseconds } = time;
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND && nanoseconds >= 0 && nanoseconds < NANOSECONDS;
}

/**
 * A 64-bit count of nanoseconds in two halves, made without `bigint`: packets of one second share the multiplication.
 *
 * The halves are kept as signed integers, which V8 stores without an object.
 */
export class Timestamp {
  /** The upper 32 bits, as a signed integer. */
  high = 0;
  /** The lower 32 bits, as a signed integer. */
  low = 0;
  #second = 0;
  #high = 0;
  #low = 0;

  /**
   * @param seconds - since 1970
   * @param nanoseconds - 0 to 999 999 999
   * @throws RangeError: out of range
   */
  set(seconds: number, nanoseconds: number): void {
    if (!(nanoseconds >= 0 && nanoseconds < NANOSECONDS)) {
      throw new RangeError(`nanoseconds: expected 0 to 999999999, got ${String(nanoseconds)}`);
    }
    if (seconds !== this.#second) this.#setSecond(seconds);
    const low = (this.#low >>> 0) + nanoseconds;
    this.high = low < WORD ? this.#high : (this.#high + 1) | 0;
    this.low = low | 0;
  }

  #setSecond(seconds: number): void {
    if (!(Number.isInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND)) {
      throw new RangeError(`seconds: expected an integer from 0 to ${String(LAST_SECOND)}, got ${String(seconds)}`);
    }
    // Multiplied in two halves of 16 bits, each exact in a double.
    const upper = Math.floor(seconds / 0x1_0000) * NANOSECONDS;
    const lower = (seconds % 0x1_0000) * NANOSECONDS + (upper % 0x1_0000) * 0x1_0000;
    this.#second = seconds;
    this.#high = (Math.floor(upper / 0x1_0000) + Math.floor(lower / WORD)) | 0;
    this.#low = (lower % WORD) | 0;
  }
}
