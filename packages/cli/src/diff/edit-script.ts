/** Where two sequences differ: elements of the first that became elements of the second. */
export interface Edit {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

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
export function editScript<T>(from: ArrayLike<T>, to: ArrayLike<T>): Edit[] {
  const ids = new Map<T, number>();
  const idOf = (element: T): number => {
    const id = ids.get(element) ?? ids.size;
    ids.set(element, id);
    return id;
  };
  return editScriptOfIds(Int32Array.from(from, idOf), Int32Array.from(to, idOf), ids.size);
}

/**
 * As {@link editScript}, for long sequences whose elements are numbered.
 *
 * @param from - the first sequence
 * @param to - the second
 * @param distinct - how many different elements there are: numbers go from 0 up to it
 */
export function editScriptOfIds(from: Int32Array, to: Int32Array, distinct: number): Edit[] {
  const edits: Edit[] = [];
  const anchors = new AnchorFinder(from, to, distinct);
  const stack: Edit[] = [{ fromStart: 0, fromEnd: from.length, toStart: 0, toEnd: to.length }];
  for (let part; (part = stack.pop()) !== undefined; ) {
    const rest = trimmed(from, to, part);
    if (rest.fromStart === rest.fromEnd || rest.toStart === rest.toEnd) {
      if (rest.fromStart !== rest.fromEnd || rest.toStart !== rest.toEnd) edits.push(rest);
      continue;
    }
    const ties = anchors.find(rest);
    if (ties.length > 0) for (const gap of gaps(rest, ties).reverse()) stack.push(gap);
    else for (const edit of shortest(from, to, rest)) edits.push(edit);
  }
  return joined(edits);
}

/** A part without what is the same at its ends. */
function trimmed(from: Int32Array, to: Int32Array, { fromStart, fromEnd, toStart, toEnd }: Edit): Edit {
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

/** Places of an element that stands once in each part, one after the other: `[from, to, from, to, …]`. */
type Ties = Int32Array;

/** An element that is not in a part; one that is there more than once. */
const NOWHERE = 0;
const OFTEN = -1;

/** Finds what ties two sequences together. */
class AnchorFinder {
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** By element: 1 more than its place. Both are {@link NOWHERE} throughout between two parts. */
  readonly #inFrom: Int32Array;
  readonly #inTo: Int32Array;

  constructor(from: Int32Array, to: Int32Array, distinct: number) {
    this.#from = from;
    this.#to = to;
    this.#inFrom = new Int32Array(distinct);
    this.#inTo = new Int32Array(distinct);
  }

  /** Elements that stand once in each, as many as are in the same order. */
  find({ fromStart, fromEnd, toStart, toEnd }: Edit): Ties {
    const [from, to] = [this.#from.subarray(fromStart, fromEnd), this.#to.subarray(toStart, toEnd)];
    note(from, fromStart, this.#inFrom);
    note(to, toStart, this.#inTo);
    const pairs = from.filter((id) => this.#isOnce(id));
    const ties = new Int32Array(pairs.length * 2);
    pairs.forEach((id, index) => {
      ties[index * 2] = (this.#inFrom[id] ?? 0) - 1;
      ties[index * 2 + 1] = (this.#inTo[id] ?? 0) - 1;
    });
    for (const id of from) this.#inFrom[id] = NOWHERE;
    for (const id of to) this.#inTo[id] = NOWHERE;
    return longestRising(ties);
  }

  #isOnce(id: number): boolean {
    return (this.#inFrom[id] ?? NOWHERE) > NOWHERE && (this.#inTo[id] ?? NOWHERE) > NOWHERE;
  }
}

function note(ids: Int32Array, start: number, places: Int32Array): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    places[id] = places[id] === NOWHERE ? start + i + 1 : OFTEN;
  }
}

/** The longest part of ties whose second numbers rise, as their first do. */
function longestRising(ties: Ties): Ties {
  const count = ties.length / 2;
  /** The tie with the least second number that ends a chain, by the chain's length. */
  const tails = new Int32Array(count);
  const before = new Int32Array(count).fill(-1);
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const to = ties[index * 2 + 1] ?? 0;
    let low = 0;
    let high = longest;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ties[(tails[middle] ?? 0) * 2 + 1] ?? 0) < to) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
    longest = Math.max(longest, low + 1);
  }
  const chain = new Int32Array(longest * 2);
  let index = longest === 0 ? -1 : (tails[longest - 1] ?? -1);
  for (let at = longest - 1; at >= 0; at--) {
    chain.set(ties.subarray(index * 2, index * 2 + 2), at * 2);
    index = before[index] ?? -1;
  }
  return chain;
}

/** What is between ties. */
function gaps({ fromStart, fromEnd, toStart, toEnd }: Edit, ties: Ties): Edit[] {
  const parts: Edit[] = [];
  let [a, b] = [fromStart, toStart];
  for (let i = 0; i <= ties.length; i += 2) {
    const [nextA, nextB] = i < ties.length ? [ties[i] ?? 0, ties[i + 1] ?? 0] : [fromEnd, toEnd];
    if (a < nextA || b < nextB) parts.push({ fromStart: a, fromEnd: nextA, toStart: b, toEnd: nextB });
    [a, b] = [nextA + 1, nextB + 1];
  }
  return parts;
}

/** From E. W. Myers, "An O(ND) difference algorithm and its variations", 1986: the shortest edit script, as its greedy algorithm finds it. */
function shortest(from: Int32Array, to: Int32Array, part: Edit): Edit[] {
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
