/** Levels from nothing to most: on a terminal, and where only ASCII is safe. */
const BLOCKS = Array.from(' ▁▂▃▄▅▆▇█');
const PLAIN = Array.from(' .:-=+*#@');

/**
 * A histogram on one line: a character for each count, the higher the greater.
 *
 * @param counts - the counts
 * @param isUnicode - whether block characters can be shown
 */
export function bars(counts: readonly number[], isUnicode: boolean): string {
  const levels = isUnicode ? BLOCKS : PLAIN;
  const most = Math.max(...counts, 1);
  const steps = levels.length - 1;
  // What is there at all is seen.
  return counts.map((count) => levels[count === 0 ? 0 : Math.max(1, Math.round((count / most) * steps))] ?? '').join('');
}
