/** Where two sequences differ: elements of the first that became elements of the second. */
export interface Edit {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

/** A sequence of comparable elements. */
export type Sequence<T> = ArrayLike<T>;

/** Sequences with more differences than this, and nothing that stands in both once, are not worth the time: all is different. */
const MOST_DIFFERENCES = 1000;

/**
 * Finds where two sequences differ, from the front to the back. Elements that stand in both once tie them together
 * (patience diff); what is between is compared by Myers' algorithm.
 *
 * @param from - the first sequence
 * @param to - the second
 * @returns differences in order; none if the sequences are equal
 */
export function editScript<T extends number | string>(from: Sequence<T>, to: Sequence<T>): Edit[] {
  const edits: Edit[] = [];
  const stack: Edit[] = [{ fromStart: 0, fromEnd: from.length, toStart: 0, toEnd: to.length }];
  for (let part; (part = stack.pop()) !== undefined; ) {
    const rest = trimmed(from, to, part);
    if (rest.fromStart === rest.fromEnd || rest.toStart === rest.toEnd) {
      if (rest.fromStart !== rest.fromEnd || rest.toStart !== rest.toEnd) edits.push(rest);
      continue;
    }
    const anchors = anchorsOf(from, to, rest);
    if (anchors.length > 0) stack.push(...gaps(rest, anchors).reverse());
    else edits.push(...shortest(from, to, rest));
  }
  return joined(edits);
}

/** A part without what is the same at its ends. */
function trimmed<T>(from: Sequence<T>, to: Sequence<T>, { fromStart, fromEnd, toStart, toEnd }: Edit): Edit {
  let [a, aEnd, b, bEnd] = [fromStart, fromEnd, toStart, toEnd];
  while (a < aEnd && b < bEnd && from[a] === to[b]) {
    a++;
    b++;
  }
  while (a < aEnd && b < bEnd && from[aEnd - 1] === to[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  return { fromStart: a, fromEnd: aEnd, toStart: b, toEnd: bEnd };
}

type Pair = readonly [from: number, to: number];

/** Elements that stand once in each, as many as are in the same order. */
function anchorsOf<T>(from: Sequence<T>, to: Sequence<T>, { fromStart, fromEnd, toStart, toEnd }: Edit): Pair[] {
  const places = new Map<T, { from: number; to: number }>();
  // -1: not there; -2: there more than once.
  for (let i = fromStart; i < fromEnd; i++) {
    const element = from[i];
    if (element === undefined) continue;
    const place = places.get(element);
    if (place === undefined) places.set(element, { from: i, to: -1 });
    else place.from = -2;
  }
  for (let i = toStart; i < toEnd; i++) {
    const element = to[i];
    const place = element === undefined ? undefined : places.get(element);
    if (place !== undefined) place.to = place.to === -1 ? i : -2;
  }
  // A map keeps the order of the first sequence.
  const pairs: Pair[] = [];
  for (const place of places.values()) if (place.from >= 0 && place.to >= 0) pairs.push([place.from, place.to]);
  return longestRising(pairs);
}

/** The longest part of pairs whose second numbers rise, as their first do. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  pairs.forEach(([, to], index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < to) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
  });
  const chain: Pair[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) chain.push(pair);
  }
  return chain.reverse();
}

/** What is between anchors. */
function gaps({ fromStart, fromEnd, toStart, toEnd }: Edit, anchors: readonly Pair[]): Edit[] {
  const parts: Edit[] = [];
  let [a, b] = [fromStart, toStart];
  for (const [nextA, nextB] of [...anchors, [fromEnd, toEnd] as const]) {
    if (a < nextA || b < nextB) parts.push({ fromStart: a, fromEnd: nextA, toStart: b, toEnd: nextB });
    [a, b] = [nextA + 1, nextB + 1];
  }
  return parts;
}

/** From E. W. Myers, "An O(ND) difference algorithm and its variations", 1986: the shortest edit script, as its greedy algorithm finds it. */
function shortest<T>(from: Sequence<T>, to: Sequence<T>, part: Edit): Edit[] {
  const { fromStart, fromEnd, toStart, toEnd } = part;
  const [n, m] = [fromEnd - fromStart, toEnd - toStart];
  const limit = Math.min(n + m, MOST_DIFFERENCES);
  // How far each diagonal was reached, after each number of differences.
  const rounds: Int32Array[] = [];
  let reached = new Int32Array(3);
  for (let d = 0; d <= limit; d++) {
    const next = new Int32Array(2 * d + 3);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reached, k - 1, d) < at(reached, k + 1, d));
      let x = d === 0 ? 0 : down ? at(reached, k + 1, d) : at(reached, k - 1, d) + 1;
      let y = x - k;
      while (x < n && y < m && from[fromStart + x] === to[toStart + y]) {
        x++;
        y++;
      }
      next[k + d + 1] = x;
      if (x >= n && y >= m) return backtracked(rounds, d, part);
    }
    rounds.push(next);
    reached = next;
  }
  return [part];
}

/** What diagonal `k` had reached in the round before `d`. */
function at(reached: Int32Array, k: number, d: number): number {
  return reached[k + d] ?? 0;
}

function backtracked(rounds: readonly Int32Array[], differences: number, { fromStart, fromEnd, toStart, toEnd }: Edit): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [fromEnd - fromStart, toEnd - toStart];
  for (let d = differences; d > 0; d--) {
    const reached = rounds[d - 1] ?? new Int32Array(0);
    const k = x - y;
    const down = k === -d || (k !== d && at(reached, k - 1, d) < at(reached, k + 1, d));
    const before = at(reached, down ? k + 1 : k - 1, d);
    const beforeY = before - (down ? k + 1 : k - 1);
    const [a, b] = [fromStart + before, toStart + beforeY];
    edits.push(down ? { fromStart: a, fromEnd: a, toStart: b, toEnd: b + 1 } : { fromStart: a, fromEnd: a + 1, toStart: b, toEnd: b });
    [x, y] = [before, beforeY];
  }
  return edits.reverse();
}

/** Differences that touch are one. */
function joined(edits: readonly Edit[]): Edit[] {
  const all: Edit[] = [];
  for (const edit of edits) {
    const last = all.at(-1);
    if (last?.fromEnd === edit.fromStart && last.toEnd === edit.toStart) all[all.length - 1] = { ...last, fromEnd: edit.fromEnd, toEnd: edit.toEnd };
    else all.push(edit);
  }
  return all;
}
