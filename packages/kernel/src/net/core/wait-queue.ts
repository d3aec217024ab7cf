import type { AbortSignalLike } from '@netdevkit/netlink';

interface Waiter {
  readonly wake: () => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * Those who wait for a socket: `wait_queue_head_t`.
 *
 * Waking settles promises, so whoever waits goes on in a microtask and never inside the core. Only listeners are called at
 * once, and may do no more than take note.
 */
export class WaitQueue {
  #waiters: Waiter[] = [];
  #listeners: readonly (() => void)[] = [];

  /** How many wait. */
  get length(): number {
    return this.#waiters.length;
  }

  /**
   * Calls somebody on every {@link wake}, inside the core: what is called takes note, and comes back later to read.
   *
   * @returns ends it
   */
  listen(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Wakes everybody. */
  wake(): void {
    for (const listener of this.#listeners) listener();
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.wake();
  }

  /** Ends every wait with an error. */
  fail(reason: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.fail(reason);
  }

  /**
   * Waits for the next {@link wake}.
   *
   * @param signal - ends the wait
   * @throws the signal's reason once it is aborted; what {@link fail} was given
   */
  wait(signal?: AbortSignalLike): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(toError(signal.reason));
        return;
      }
      const onAbort = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(toError(signal?.reason));
      };
      const waiter: Waiter = {
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        fail: (reason) => {
          signal?.removeEventListener('abort', onAbort);
          reject(toError(reason));
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }
}

/** A signal's reason may be anything; a promise should be rejected with an error. */
function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
