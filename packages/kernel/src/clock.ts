/** Seconds and nanoseconds since the epoch. Two small integers, because a `bigint` per packet would be garbage per packet. */
export interface Timespec {
  /** Whole seconds since the epoch. */
  sec: number;
  /** Nanoseconds of the second: 0 to 999,999,999. */
  nsec: number;
}

/** Where a kernel takes its time from. */
export interface Clock {
  /** Writes the current time into `into`. */
  now(into: Timespec): void;
  /**
   * Calls back later, once; disposing the result calls it off. A clock without it lets what is due wait until a request
   * enters the kernel.
   *
   * @param delay - milliseconds
   */
  wake?(delay: number, callback: () => void): Disposable;
}

/** The longest time that the host can wait in one go, in milliseconds. */
const LONGEST_WAIT = 0x7fff_ffff;

/** What the host gives for waiting, as far as it is needed: a number in browsers, an object that may hold up the end in Node. */
interface HostTimers {
  readonly setTimeout: (callback: () => void, delay: number) => number | { unref(): void };
  readonly clearTimeout: (handle: number | { unref(): void }) => void;
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
    return { now: (into) => void split(Date.now(), 0, into), wake };
  }
  const start = source.now();
  const origin = Date.now();
  return { now: (into) => void split(origin, source.now() - start, into), wake };
}

/** Waits on the host, without holding up the end of the process. What is further away than the host can wait comes early. */
function wake(delay: number, callback: () => void): Disposable {
  // CAST: timers are globals of browsers and of Node, which the language's own library does not declare.
  const { setTimeout, clearTimeout } = globalThis as Partial<HostTimers>;
  if (setTimeout === undefined) throw new TypeError('clock: this host has no timers (globalThis.setTimeout): give the kernel a clock');
  const handle = setTimeout(callback, Math.min(delay, LONGEST_WAIT));
  if (typeof handle === 'object') handle.unref();
  return {
    [Symbol.dispose]: () => {
      clearTimeout?.(handle);
    },
  };
}

/** A clock that stands still until it is told to move: for tests. */
export class ManualClock implements Clock {
  #sec: number;
  #nsec: number;
  readonly #alarms: { readonly due: bigint; readonly callback: () => void }[] = [];

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

  wake(delay: number, callback: () => void): Disposable {
    const alarm = { due: this.#total + BigInt(Math.ceil(delay * 1e6)), callback };
    this.#alarms.push(alarm);
    return {
      [Symbol.dispose]: () => {
        const at = this.#alarms.indexOf(alarm);
        if (at !== -1) this.#alarms.splice(at, 1);
      },
    };
  }

  /** Moves on by a number of nanoseconds; what is to happen on the way happens at its time. */
  advance(nsec: number): void {
    const end = this.#total + BigInt(Math.round(nsec));
    for (let next = this.#nextAlarm(end); next !== undefined; next = this.#nextAlarm(end)) {
      this.#alarms.splice(this.#alarms.indexOf(next), 1);
      if (next.due > this.#total) this.#set(next.due);
      next.callback();
    }
    if (end > this.#total) this.#set(end);
  }

  get #total(): bigint {
    return BigInt(this.#sec) * 1_000_000_000n + BigInt(this.#nsec);
  }

  #set(total: bigint): void {
    this.#sec = Number(total / 1_000_000_000n);
    this.#nsec = Number(total % 1_000_000_000n);
  }

  #nextAlarm(end: bigint): { readonly due: bigint; readonly callback: () => void } | undefined {
    let first: { readonly due: bigint; readonly callback: () => void } | undefined;
    for (const alarm of this.#alarms) if (alarm.due <= end && (first === undefined || alarm.due < first.due)) first = alarm;
    return first;
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
