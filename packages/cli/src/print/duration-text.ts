const UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

/**
 * A duration in three digits.
 *
 * @param nanoseconds - the duration; negative where a clock was set back
 * @returns such as `1.23 ms`, `45.6 µs`, `789 ns`
 */
export function durationText(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  for (const [unit, name] of UNITS) {
    // What rounds to a thousand belongs to the next unit.
    if (size >= unit * 0.9995) return `${threeDigits(nanoseconds / unit)} ${name}`;
  }
  return `${String(Math.round(nanoseconds))} ns`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}
