/** No memory grows without bound: a capture may have as many names as it likes. */
const MAX_KNOWN = 1024;

/**
 * A name as it is compared: without regard to capitals, and `_` is `-`.
 *
 * @param name - such as `SOCK_DIAG`
 */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/**
 * Remembers what a test said of a name: the same few come again and again.
 *
 * @param test - the test
 */
export function remembering(test: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      if (known.size >= MAX_KNOWN) known.clear();
      answer = test(name);
      known.set(name, answer);
    }
    return answer;
  };
}

/**
 * What somebody may have meant.
 *
 * @param word - what was written
 * @param known - what there is
 * @returns ` (did you mean …?)`, or nothing
 */
export function suggestion(word: string, known: Iterable<string>): string {
  const plain = plainName(word);
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(plain.length / 3) + 1);
  for (const name of known) {
    const distance = distanceOf(plain, plainName(name), least);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best === undefined ? '' : ` (did you mean ${best}?)`;
}

/** How many letters have to be put in, taken out, changed or swapped with the next; `limit` for that many or more. */
function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return Math.min(limit, row[b.length] ?? limit);
}
