import type { Numbers } from './number-list.ts';

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
  return [...editScriptOfIds(Int32Array.from(from, idOf), Int32Array.from(to, idOf), ids.size)];
}

/**
 * As {@link editScript}, for long sequences whose elements are numbered.
 *
 * @param from - the first sequence
 * @param to - the second
 * @param distinct - how many different elements there are: numbers go from 0 up to it
 */
export function* editScriptOfIds(from: Numbers, to: Numbers, distinct: number): Generator<Edit, void, undefined> {
  let last: Edit | undefined;
  for (const edit of pieces(from, to, distinct)) {
    // Differences that touch are one.
    if (last?.fromEnd === edit.fromStart && last.toEnd === edit.toStart) last = { ...last, fromEnd: edit.fromEnd, toEnd: edit.toEnd };
    else {
      if (last !== undefined) yield last;
      last = edit;
    }
  }
  if (last !== undefined) yield last;
}

function* pieces(from: Numbers, to: Numbers, distinct: number): Generator<Edit, void, undefined> {
  const anchors = new AnchorFinder(from, to, distinct);
  const stack: Gaps[] = [new Gaps({ fromStart: 0, fromEnd: from.length, toStart: 0, toEnd: to.length }, NO_TIES)];
  for (let gaps; (gaps = stack.at(-1)) !== undefined; ) {
    const part = gaps.next();
    if (part === undefined) {
      stack.pop();
      continue;
    }
    const rest = trimmed(from, to, part);
    if (rest.fromStart === rest.fromEnd || rest.toStart === rest.toEnd) {
      if (rest.fromStart !== rest.fromEnd || rest.toStart !== rest.toEnd) yield rest;
      continue;
    }
    const ties = anchors.find(rest);
    if (ties.from.length > 0) stack.push(new Gaps(rest, ties));
    else yield* shortest(from, to, rest);
  }
}

/** A part without what is the same at its ends. */
function trimmed(from: Numbers, to: Numbers, { fromStart, fromEnd, toStart, toEnd }: Edit): Edit {
  let [a, aEnd, b, bEnd] = [fromStart, fromEnd, toStart, toEnd];
  while (a < aEnd && b < bEnd && from.at(a) === to.at(b)) {
    a++;
    b++;
  }
  while (a < aEnd && b < bEnd && from.at(aEnd - 1) === to.at(bEnd - 1)) {
    aEnd--;
    bEnd--;
  }
  return { fromStart: a, fromEnd: aEnd, toStart: b, toEnd: bEnd };
}

/** Places of elements that stand once in each part, from the front to the back. */
interface Ties {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

const NO_TIES: Ties = { from: new Int32Array(0), to: new Int32Array(0) };

/** What is between ties, one part after the other. */
class Gaps {
  readonly #part: Edit;
  readonly #ties: Ties;
  #at = 0;

  constructor(part: Edit, ties: Ties) {
    this.#part = part;
    this.#ties = ties;
  }

  /** The next part that is not empty; `undefined` at the end. */
  next(): Edit | undefined {
    const { from, to } = this.#ties;
    const { fromStart, fromEnd, toStart, toEnd } = this.#part;
    while (this.#at <= from.length) {
      const at = this.#at++;
      const part = {
        fromStart: at === 0 ? fromStart : (from[at - 1] ?? 0) + 1,
        fromEnd: at === from.length ? fromEnd : (from[at] ?? 0),
        toStart: at === 0 ? toStart : (to[at - 1] ?? 0) + 1,
        toEnd: at === from.length ? toEnd : (to[at] ?? 0),
      };
      if (part.fromStart < part.fromEnd || part.toStart < part.toEnd) return part;
    }
    return undefined;
  }
}

/** An element that is not in a part; one that is there more than once. */
const NOWHERE = 0;
const OFTEN = -1;

/** Finds what ties two sequences together. */
class AnchorFinder {
  readonly #from: Numbers;
  readonly #to: Numbers;
  readonly #distinct: number;
  /** By element: 1 more than its place. Both are {@link NOWHERE} throughout between two parts, and made when they are needed. */
  #inFrom: Int32Array = NO_TIES.from;
  #inTo: Int32Array = NO_TIES.to;

  constructor(from: Numbers, to: Numbers, distinct: number) {
    this.#from = from;
    this.#to = to;
    this.#distinct = distinct;
  }

  /** Elements that stand once in each, as many as are in the same order. */
  find({ fromStart, fromEnd, toStart, toEnd }: Edit): Ties {
    if (this.#inFrom.length === 0) {
      this.#inFrom = new Int32Array(this.#distinct);
      this.#inTo = new Int32Array(this.#distinct);
    }
    const [inFrom, inTo] = [this.#inFrom, this.#inTo];
    const [from, to] = [this.#from, this.#to];
    note(from, fromStart, fromEnd, inFrom);
    note(to, toStart, toEnd, inTo);
    let count = 0;
    for (let at = fromStart; at < fromEnd; at++) if (isOnce(from.at(at) ?? 0, inFrom, inTo)) count++;
    const ties = count === 0 ? NO_TIES : { from: new Int32Array(count), to: new Int32Array(count) };
    for (let at = fromStart, next = 0; next < count; at++) {
      const id = from.at(at) ?? 0;
      if (!isOnce(id, inFrom, inTo)) continue;
      ties.from[next] = at;
      ties.to[next++] = (inTo[id] ?? 0) - 1;
    }
    for (let at = fromStart; at < fromEnd; at++) inFrom[from.at(at) ?? 0] = NOWHERE;
    for (let at = toStart; at < toEnd; at++) inTo[to.at(at) ?? 0] = NOWHERE;
    return isRising(ties.to) ? ties : longestRising(ties);
  }
}

function isOnce(id: number, inFrom: Int32Array, inTo: Int32Array): boolean {
  return (inFrom[id] ?? NOWHERE) > NOWHERE && (inTo[id] ?? NOWHERE) > NOWHERE;
}

function isRising(places: Int32Array): boolean {
  for (let at = 1; at < places.length; at++) if ((places[at] ?? 0) < (places[at - 1] ?? 0)) return false;
  return true;
}

function note(ids: Numbers, start: number, end: number, places: Int32Array): void {
  for (let at = start; at < end; at++) {
    const id = ids.at(at) ?? 0;
    places[id] = places[id] === NOWHERE ? at + 1 : OFTEN;
  }
}

/** The longest part of ties whose second numbers rise, as their first do. */
function longestRising(ties: Ties): Ties {
  const count = ties.to.length;
  /** The tie with the least second number that ends a chain, by the chain's length. */
  const tails = new Int32Array(count);
  const before = new Int32Array(count).fill(-1);
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const to = ties.to[index] ?? 0;
    let low = 0;
    let high = longest;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ties.to[tails[middle] ?? 0] ?? 0) < to) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
    longest = Math.max(longest, low + 1);
  }
  const chain = { from: new Int32Array(longest), to: new Int32Array(longest) };
  let index = longest === 0 ? -1 : (tails[longest - 1] ?? -1);
  for (let at = longest - 1; at >= 0; at--) {
    chain.from[at] = ties.from[index] ?? 0;
    chain.to[at] = ties.to[index] ?? 0;
    index = before[index] ?? -1;
  }
  return chain;
}

/** From E. W. Myers, "An O(ND) difference algorithm and its variations", 1986: the shortest edit script, as its greedy algorithm finds it. */
function shortest(from: Numbers, to: Numbers, part: Edit): Edit[] {
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
      while (x < n && y < m && from.at(fromStart + x) === to.at(toStart + y)) {
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
