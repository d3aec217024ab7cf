const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
const BY_SIGNAL = 128;

/**
 * What ends a capture: a signal, time, or enough packets. The second signal ends the process at once, but not without the
 * `exit` listeners that clean up.
 */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  #isInterrupted = false;
  /** Called at the first signal. */
  onInterrupt: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #listener = (signal: keyof typeof SIGNALS): void => {
    if (this.#isInterrupted) process.exit(BY_SIGNAL + SIGNALS[signal]);
    this.#isInterrupted = true;
    this.#controller.abort();
    this.onInterrupt();
  };

  constructor() {
    for (const signal of signals()) process.on(signal, this.#listener);
  }

  /** Ends it in so many milliseconds. */
  after(duration: number): void {
    this.#timer = setTimeout(() => this.#controller.abort(), duration);
  }

  /** Comes with the end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Leaves signals to the process again. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of signals()) process.off(signal, this.#listener);
  }
}

function signals(): (keyof typeof SIGNALS)[] {
  return ['SIGINT', 'SIGTERM', 'SIGHUP'];
}
