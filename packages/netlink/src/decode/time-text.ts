/** The year 10000: what is later has no place in four digits. */
const LAST_SECOND = 253_402_300_799;

/** Numbers below 1000 in three digits. */
const THREE: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
/** The same at the end of a time. */
const THREE_Z: readonly string[] = THREE.map((digits) => `${digits}Z`);
/** The same where no nanoseconds follow. */
const SIX_Z: readonly string[] = THREE.map((digits) => `${digits}000Z`);

/** Writes points in time as text; remembers the last one, which many messages share, and its second. */
export class TimeText {
  #second = -1;
  #text = '';
  #nanosecond = -1;
  #whole = '';
  #millisecond = -1;
  /** Up to the millisecond: of a dump's messages many share one. */
  #begin = '';

  /**
   * A point in time in UTC, as `2026-11-21T17:02:03.`: nine digits and `Z` follow.
   *
   * @param seconds - since 1970
   */
  prefix(seconds: number): string {
    if (seconds !== this.#second) {
      this.#second = seconds;
      const clamped = Math.min(Math.max(Math.trunc(seconds), 0), LAST_SECOND);
      this.#text = `${new Date(clamped * 1000).toISOString().slice(0, 19)}.`;
      this.#nanosecond = -1;
      this.#millisecond = -1;
    }
    return this.#text;
  }

  /**
   * A point in time in UTC, to the nanosecond.
   *
   * @param seconds - since 1970
   * @param nanoseconds - 0 to 999 999 999 more
   */
  text(seconds: number, nanoseconds: number): string {
    const prefix = this.prefix(seconds);
    if (nanoseconds === this.#nanosecond) return this.#whole;
    const micro = (nanoseconds / 1000) | 0;
    const milli = (micro / 1000) | 0;
    this.#nanosecond = nanoseconds;
    if (milli !== this.#millisecond) {
      this.#millisecond = milli;
      this.#begin = prefix + (THREE[milli] ?? '');
    }
    // Of a template V8 makes calls that turn texts into texts.
    const rest = nanoseconds - micro * 1000;
    const three = micro - milli * 1000;
    this.#whole = rest === 0 ? this.#begin + (SIX_Z[three] ?? '') : this.#begin + (THREE[three] ?? '') + (THREE_Z[rest] ?? '');
    return this.#whole;
  }
}
