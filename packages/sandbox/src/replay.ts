import type { Notification } from './seccomp.unsafe.ts';

interface Remembered {
  readonly notification: Notification;
  readonly result: number;
  readonly at: number;
}

/** A restart follows the signal's handler, which may take its time. */
const LIFETIME = 5000;

/**
 * Results of calls that had their effect and were then interrupted before the program got the answer: when the kernel
 * starts such a call again, it gets the result, and the effect does not happen twice.
 *
 * Needed where a notification can be interrupted by any signal, which is before Linux 5.19.
 */
export class Replays {
  readonly #results = new Map<number, Remembered>();
  readonly #now: () => number;

  /** @param now - milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many are kept. */
  get size(): number {
    return this.#results.size;
  }

  /** Keeps a result that the thread did not get. */
  remember(notification: Notification, result: number): void {
    const at = this.#now();
    // Threads that never came back.
    for (const [tid, kept] of this.#results) if (at - kept.at > LIFETIME) this.#results.delete(tid);
    this.#results.set(notification.tid, { notification, result, at });
  }

  /** The result of the thread's last call, if this is that call again. Whatever it is, that is forgotten. */
  take(notification: Notification): number | undefined {
    const kept = this.#results.get(notification.tid);
    if (kept === undefined) return undefined;
    this.#results.delete(notification.tid);
    return isSame(kept.notification, notification) && this.#now() - kept.at <= LIFETIME ? kept.result : undefined;
  }
}

function isSame(a: Notification, b: Notification): boolean {
  return a.number === b.number && a.instruction === b.instruction && a.args.every((argument, i) => argument === b.args[i]);
}
