/// <reference types="node" />
import { clearImmediate, setImmediate } from 'node:timers';
import type { TapQueue } from './tap-queue.unsafe.ts';
import type { TapHandler } from './tap-types.ts';

/** How many frames one queue may give before the next has its turn. */
const TURN = 64;
/** How many frames may come before the event loop has its turn. */
const ROUND = 256;

/**
 * Reads the queues of an interface as frames come: each in its turn, and about {@link ROUND} in one go, so that timers,
 * signals and sockets are heard however much there is to read.
 */
export class TapPump implements Disposable {
  readonly #queues: readonly TapQueue[];
  readonly #handler: TapHandler;
  readonly #failed: (error: unknown) => void;
  /** Queues that have frames, as far as is known; the one whose turn it is comes first. */
  readonly #ready: TapQueue[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #running = false;
  #closed = false;
  readonly #run = (): void => {
    this.#immediate = undefined;
    this.#running = true;
    try {
      for (let left = ROUND; left > 0; ) {
        const queue = this.#closed ? undefined : this.#ready.shift();
        if (queue === undefined) break;
        left -= this.#turn(queue);
      }
    } catch (error) {
      this[Symbol.dispose]();
      this.#failed(error);
    } finally {
      this.#running = false;
    }
    this.#later();
  };

  /**
   * @param handler - takes frames; what it throws ends the reading
   * @param failed - told of that, and of the end of the interface
   */
  constructor(queues: readonly TapQueue[], handler: TapHandler, failed: (error: unknown) => void) {
    this.#queues = queues;
    this.#handler = handler;
    this.#failed = failed;
    for (const queue of queues) {
      queue.watch(() => {
        this.#ready.push(queue);
        // The event loop has just been heard: no need to wait for it again. But with several queues it may be heard for each.
        if (queues.length === 1 && this.#immediate === undefined) this.#run();
        else this.#later();
      });
      if (!queue.paused) queue.arm();
    }
  }

  /** Takes a queue up again that was paused. */
  resumed(queue: TapQueue): void {
    if (this.#closed || this.#ready.includes(queue)) return;
    queue.disarm();
    this.#ready.push(queue);
    this.#later();
  }

  /** Reads no more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#ready.length = 0;
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    this.#immediate = undefined;
    for (const queue of this.#queues) queue.disarm();
  }

  #later(): void {
    if (!this.#running && this.#ready.length > 0) this.#immediate ??= setImmediate(this.#run);
  }

  /** Gives how many frames there were; a queue that had none counts as one, so that a round ends. */
  #turn(queue: TapQueue): number {
    if (queue.paused) return 1;
    const count = queue.drain(this.#handler, TURN);
    if (this.#closed || queue.paused) return count + 1;
    if (count === TURN) this.#ready.push(queue);
    else queue.arm();
    return count + 1;
  }
}
