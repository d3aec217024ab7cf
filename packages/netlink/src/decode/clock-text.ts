// What a Date can hold, in seconds on both sides of 1970.
const LATEST = 8_640_000_000_000;

/** Writes times of the day, local. Many packets come in a second: it is kept. */
export class ClockText {
  #seconds = NaN;
  #text = '';

  /**
   * A second of the day, as `17:02:03`.
   *
   * @param seconds - since 1970
   * @returns `@` and the seconds for a time beyond the calendar, which a hostile capture may claim
   */
  second(seconds: number): string {
    if (seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#text = timeOfDay(seconds);
    }
    return this.#text;
  }
}

function timeOfDay(seconds: number): string {
  if (!(Math.abs(seconds) < LATEST)) return `@${String(seconds)}`;
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
