import type { Exchange } from './exchange.ts';

/** The exchanges of one request, in the order in which they were recorded. */
interface Lane {
  readonly exchanges: Exchange[];
  readonly used: boolean[];
  /** All before it are used. */
  first: number;
  /** What was answered last. */
  last: Exchange | undefined;
}

/**
 * Chooses among what is recorded of a request: what was asked next, after that which was answered last; else what was asked
 * before that and has not been answered; else, once more, what was answered last.
 */
export class Timeline {
  readonly #lanes = new Map<string, Lane>();
  #now = -1;

  /** @param exchanges - by content of the request */
  constructor(exchanges: ReadonlyMap<string, Exchange[]>) {
    for (const [key, all] of exchanges) this.#lanes.set(key, { exchanges: all, used: all.map(() => false), first: 0, last: undefined });
  }

  /**
   * The exchange that a request has now.
   *
   * @returns `undefined` if nothing is recorded of it
   */
  next(key: string): { readonly exchange: Exchange; readonly isRepeated: boolean } | undefined {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return undefined;
    const { exchanges, used } = lane;
    while (used[lane.first] === true) lane.first++;
    let at = Math.max(lane.first, firstAfter(exchanges, this.#now));
    while (used[at] === true) at++;
    const exchange = exchanges[at] ?? exchanges[(at = lane.first)];
    if (exchange === undefined) return lane.last === undefined ? undefined : { exchange: lane.last, isRepeated: true };
    used[at] = true;
    lane.last = exchange;
    this.#now = exchange.position;
    return { exchange, isRepeated: false };
  }
}

/** The first of exchanges that was recorded after a place. */
function firstAfter(exchanges: readonly Exchange[], place: number): number {
  let [from, to] = [0, exchanges.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((exchanges[middle]?.position ?? Infinity) > place) to = middle;
    else from = middle + 1;
  }
  return from;
}
