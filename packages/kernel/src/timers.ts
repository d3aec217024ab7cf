import type { Clock, Timespec } from './clock.ts';
import type { Rtnl } from './net/core/rtnl.ts';

/** Something that is to happen later; it may be called off. */
export interface Timer {
  /** Calls it off; too late is no error. */
  cancel(): void;
}

interface Pending extends Timer {
  readonly due: number;
  readonly order: number;
  readonly task: () => void;
}

/**
 * What happens later: `struct timer_list` and delayed work, by the kernel's clock.
 *
 * What is due runs when the clock wakes the kernel; a clock that wakes nobody lets it wait until a request enters the kernel.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #rtnl: Rtnl;
  readonly #now: Timespec = { sec: 0, nsec: 0 };
  readonly #boot: Timespec = { sec: 0, nsec: 0 };
  /** By time, then in the order in which they were set. */
  readonly #pending: Pending[] = [];
  #alarm: Disposable | null = null;
  #made = 0;
  #running = false;

  constructor(clock: Clock, rtnl: Rtnl) {
    this.#clock = clock;
    this.#rtnl = rtnl;
    clock.now(this.#boot);
  }

  /** Milliseconds since the kernel was made: what `jiffies` are to Linux. */
  now(): number {
    this.#clock.now(this.#now);
    return (this.#now.sec - this.#boot.sec) * 1000 + Math.floor((this.#now.nsec - this.#boot.nsec) / 1e6);
  }

  /**
   * Puts something off.
   *
   * @param delay - milliseconds
   * @param task - run with RTNL held
   */
  set(delay: number, task: () => void): Timer {
    const pending: Pending = {
      due: this.now() + Math.max(0, delay),
      order: this.#made++,
      task,
      cancel: () => {
        const at = this.#pending.indexOf(pending);
        if (at === -1) return;
        this.#pending.splice(at, 1);
        if (this.#pending.length === 0) this.#rearm();
      },
    };
    let at = this.#pending.length;
    while (at > 0 && (this.#pending[at - 1]?.due ?? 0) > pending.due) at--;
    this.#pending.splice(at, 0, pending);
    if (at === 0) this.#rearm();
    return pending;
  }

  /** Runs what is due. Called when the kernel is entered, with nothing held. */
  run(): void {
    if (this.#running || this.#rtnl.held || this.#pending.length === 0) return;
    this.#running = true;
    try {
      const now = this.now();
      // What a task sets for now is run in the next round, so that none can hold the kernel for ever.
      const last = this.#made;
      for (let next = this.#next(now, last); next !== undefined; next = this.#next(now, last)) {
        this.#rtnl.locked(next.task);
      }
    } finally {
      this.#running = false;
      this.#rearm();
    }
  }

  /** Calls everything off. */
  clear(): void {
    this.#pending.length = 0;
    this.#rearm();
  }

  #next(now: number, last: number): Pending | undefined {
    const at = this.#pending.findIndex(({ due, order }) => due <= now && order < last);
    return at === -1 ? undefined : this.#pending.splice(at, 1)[0];
  }

  #rearm(): void {
    if (this.#running) return;
    this.#alarm?.[Symbol.dispose]();
    this.#alarm = null;
    const [first] = this.#pending;
    if (first === undefined) return;
    this.#alarm =
      this.#clock.wake?.(Math.max(0, first.due - this.now()), () => {
        this.#alarm = null;
        // A driver moved the clock from inside the kernel: later, then.
        if (this.#rtnl.held) {
          this.#rtnl.schedule(() => {
            this.#rearm();
          });
          return;
        }
        this.run();
        this.#rtnl.runWork();
        // A clock may wake too early.
        if (this.#alarm === null) this.#rearm();
      }) ?? null;
  }
}
