import { hasSignal } from './process-info.ts';
import type { TrappedCall } from './trapped-call.ts';

/** ERESTARTSYS, as a result: the kernel then fails the call with EINTR or starts it again, as the signal's handler wants. */
const RESTART = -512;
/** How often held calls are looked after, in milliseconds. */
const INTERVAL = 20;

/**
 * The calls that wait, such as a receive on an empty socket.
 *
 * In killable mode a waiting call does not see signals, so this looks for them and ends it; in the other mode a signal ends
 * the call by itself and this finds out. Either way the handler is told.
 */
export class HeldCalls {
  readonly #calls = new Set<TrappedCall>();
  readonly #killable: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param killable - whether the filter was installed so */
  constructor(killable: boolean) {
    this.#killable = killable;
  }

  /** How many wait. */
  get size(): number {
    return this.#calls.size;
  }

  add(call: TrappedCall): void {
    this.#calls.add(call);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#look();
    }, INTERVAL);
    this.#timer.unref();
  }

  delete(call: TrappedCall): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#stop();
  }

  /** Forgets all: their handlers are told. */
  close(): void {
    for (const call of this.#calls) this.#end(call);
    this.#stop();
  }

  #look(): void {
    for (const call of this.#calls) {
      if (!call.isValid()) this.#end(call);
      else if (this.#killable && hasSignal(call.tid) === true) call.answer(call.onInterrupt?.() ?? RESTART);
    }
  }

  #end(call: TrappedCall): void {
    call.onInterrupt?.();
    call.abandon();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
