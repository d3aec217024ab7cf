import type { Clock } from '../../clock.ts';

/** How often what is raised is run before the rest has to wait: a loop of devices must not hold the process. */
const ROUNDS = 1024;
/** How long what could not be done waits to be tried again, in milliseconds. */
const RETRY = 1;

/**
 * Work that the core puts off until what it is doing is done: the NET_RX and NET_TX software interrupts.
 *
 * What is raised runs when the outermost transmission or poll is over, before the kernel is left. What keeps raising itself
 * gets 1024 rounds; then it waits for a millisecond, or, if the clock cannot wake, for the next transmission or poll.
 */
export class SoftIrq {
  readonly #clock: Clock;
  #raised: (() => void)[] = [];
  /** What waits for the alarm, or for the next run when there is none. */
  readonly #waiting: (() => void)[] = [];
  #running = false;
  #alarm: Disposable | null = null;
  /** How deep the kernel stands in transmissions, which hold such work off. */
  depth = 0;
  /** Whether something waits. The transmit path asks for every packet. */
  pending = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts work off; it is run at once when nothing holds it off. */
  raise(work: () => void): void {
    this.#raised.push(work);
    this.pending = true;
    if (this.depth === 0) this.run();
  }

  /** Puts work off that cannot succeed now. */
  raiseLater(work: () => void): void {
    this.#later([work]);
  }

  /** Runs what was raised, and what that raises. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    if (this.#alarm === null) this.#raised.push(...this.#waiting.splice(0));
    try {
      for (let round = 0; round < ROUNDS && this.#raised.length > 0; round++) {
        const raised = this.#raised;
        this.#raised = [];
        for (const work of raised) work();
      }
    } finally {
      this.#running = false;
      const rest = this.#raised;
      this.#raised = [];
      this.pending = false;
      this.#later(rest);
    }
  }

  /** Calls the alarm off: the kernel ends. */
  close(): void {
    this.#alarm?.[Symbol.dispose]();
    this.#alarm = null;
    this.#raised = [];
    this.#waiting.length = 0;
    this.pending = false;
  }

  #later(works: readonly (() => void)[]): void {
    this.#waiting.push(...works);
    if (this.#waiting.length === 0) return;
    this.#alarm ??=
      this.#clock.wake?.(RETRY, () => {
        this.#alarm = null;
        this.pending = true;
        if (this.depth === 0) this.run();
      }) ?? null;
    if (this.#alarm === null) this.pending = true;
  }
}
