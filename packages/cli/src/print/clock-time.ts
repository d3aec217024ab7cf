// What a Date can hold, in seconds on both sides of 1970.
const LATEST = 8_640_000_000_000;

/**
 * A time as RFC 3339 has it, in UTC with nanoseconds.
 *
 * @param seconds - since 1970
 * @param nanoseconds - 0 to 999 999 999 more
 * @returns `@` and the seconds for a time beyond the calendar, which a hostile capture may claim
 */
export function isoTime(seconds: number, nanoseconds: number): string {
  const fraction = String(nanoseconds).padStart(9, '0');
  if (!(Math.abs(seconds) < LATEST)) return `@${String(seconds)}.${fraction}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}
