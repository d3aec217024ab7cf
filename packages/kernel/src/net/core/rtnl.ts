/**
 * The RTNL mutex: in a synchronous core it only says who is inside, and runs what waits for its release
 * (`netdev_run_todo`, then deferred work such as linkwatch).
 */
export class Rtnl {
  #depth = 0;
  #todo: (() => void)[] = [];
  readonly #work: (() => void)[] = [];
  #running = false;

  get held(): boolean {
    return this.#depth > 0;
  }

  lock(): void {
    this.#depth++;
  }

  /** Releases it; what was put off until then runs now, before the caller goes on. */
  unlock(): void {
    if (this.#depth > 1 || this.#todo.length === 0) {
      this.#depth--;
      return;
    }
    this.#depth--;
    while (this.#todo.length > 0) {
      const todo = this.#todo;
      this.#todo = [];
      for (const task of todo) task();
    }
  }

  /** Does something inside. */
  locked<R>(action: () => R): R {
    this.lock();
    try {
      return action();
    } finally {
      this.unlock();
    }
  }

  /** Puts something off until RTNL is released: `net_set_todo`. */
  defer(task: () => void): void {
    this.#todo.push(task);
  }

  /** Puts something off until the kernel is left: a workqueue item. */
  schedule(task: () => void): void {
    this.#work.push(task);
  }

  /** Runs scheduled work. Called when the kernel is left; work that schedules work is run too. */
  runWork(): void {
    if (this.#running || this.held) return;
    this.#running = true;
    for (let task = this.#work.shift(); task !== undefined; task = this.#work.shift()) this.locked(task);
    this.#running = false;
  }
}
