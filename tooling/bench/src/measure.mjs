// Times a batch: the least and the median of some rounds, in nanoseconds for one.

/**
 * @param {(n: number) => void} run - does it n times
 * @param {number} n - how often in a round
 * @param {number} rounds
 */
export function measure(run, n, rounds = 15) {
  for (let i = 0; i < 3; i++) run(n);
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = process.hrtime.bigint();
    run(n);
    times.push(Number(process.hrtime.bigint() - start) / n);
  }
  times.sort((a, b) => a - b);
  return { min: times[0], median: times[times.length >> 1] };
}

/** Median of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
