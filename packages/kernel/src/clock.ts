/** Seconds and nanoseconds since the epoch. Two small integers, because a `bigint` per packet would be garbage per packet. */
export interface Timespec {
  sec: number;
  nsec: number;
}

/** Where a kernel takes its time from. */
export interface Clock {
  /** Writes the current time into `into`. */
  now(into: Timespec): void;
}

interface HighResolution {
  now(): number;
  readonly timeOrigin: number;
}

/**
 * The host's clock. It never runs backwards: the wall clock is read once, then the monotonic clock counts on from there.
 */
export function systemClock(): Clock {
  // CAST: `performance` is a global of browsers and of Node, which the language's own library does not declare.
  const source = (globalThis as { performance?: HighResolution }).performance;
  if (source === undefined) {
    return { now: (into) => void split(Date.now(), 0, into) };
  }
  const start = source.now();
  const origin = Date.now();
  return { now: (into) => void split(origin, source.now() - start, into) };
}

/** A clock that stands still until it is told to move: for tests. */
export class ManualClock implements Clock {
  #sec: number;
  #nsec: number;

  /**
   * @param sec - seconds since the epoch
   * @param nsec - nanoseconds
   */
  constructor(sec = 0, nsec = 0) {
    this.#sec = sec;
    this.#nsec = nsec;
  }

  now(into: Timespec): void {
    into.sec = this.#sec;
    into.nsec = this.#nsec;
  }

  /** Moves on by a number of nanoseconds. */
  advance(nsec: number): void {
    const total = this.#nsec + nsec;
    this.#sec += Math.floor(total / 1e9);
    this.#nsec = total % 1e9;
  }
}

// The sum of both in milliseconds would lose nanoseconds to the 53 bits of a number, so seconds and rest go apart.
function split(epochMs: number, elapsedMs: number, into: Timespec): void {
  const seconds = Math.floor(epochMs / 1000);
  const rest = Math.round((epochMs - seconds * 1000 + elapsedMs) * 1e6);
  const carry = Math.floor(rest / 1e9);
  into.sec = seconds + carry;
  into.nsec = rest - carry * 1e9;
}
