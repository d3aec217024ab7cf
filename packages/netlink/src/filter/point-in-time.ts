/** When something was: since 1970, in UTC. */
export interface PointInTime {
  readonly seconds: number;
  /** 0 to 999 999 999 more. */
  readonly nanoseconds: number;
}

const DATE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;
const SECONDS = /^(\d{1,12})(?:\.(\d{1,9}))?$/;

/**
 * Reads a point in time: a date or a time as JSON lines have it, of which the end may be left out, or seconds since 1970.
 *
 * @param text - `2026-11-21T17:02:03.123456789Z`, `2026-11-21T17:02+01:00`, `2026-11-21`, `1795280523.5`; UTC unless it says
 * @returns `undefined` if it is none
 */
export function parseTime(text: string): PointInTime | undefined {
  const count = SECONDS.exec(text);
  if (count !== null) return { seconds: Number(count[1]), nanoseconds: fraction(count[2]) };
  const date = DATE.exec(text);
  if (date === null) return undefined;
  const [, day = '', minute = '00:00', second = '00', part, zone = 'Z'] = date;
  const milliseconds = Date.parse(`${day}T${minute}:${second}${zone}`);
  // `Date` takes February 30 for March 2.
  if (Number.isNaN(milliseconds) || !isDay(day)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: fraction(part) };
}

/**
 * Which of two points in time is later.
 *
 * @returns negative, 0 or positive, as for `Array.sort`
 */
export function compareTimes(a: PointInTime, b: PointInTime): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

function fraction(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(9, '0'));
}

function isDay(day: string): boolean {
  const parsed = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day);
}
