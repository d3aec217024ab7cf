import type { ReceivingSocket, Waiter } from './receiving.ts';
import type { Datagram, SocketFace } from './socket-face.ts';
import type { Wake } from './wake.unsafe.ts';

/** How long a ring is left alone in which something is, in milliseconds: at first, and at last. */
const SOON = 1;
const LATE = 32;

/**
 * A program's socket: the embedded kernel's, the pipe that stands for it in the program, and who waits for it.
 */
export class VirtualSocket implements ReceivingSocket {
  readonly face: SocketFace;
  readonly wake: Wake;
  readonly family: number;
  readonly #waiters: Waiter[] = [];
  /** Taken from the kernel, but never received: the call was interrupted. */
  readonly #returned: Datagram[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #release: (socket: VirtualSocket) => void;
  /** Whether no program has a descriptor of it any more. */
  #orphaned = false;

  /** @param release - told when it has neither descriptors nor waiting calls any more */
  constructor(family: number, face: SocketFace, wake: Wake, release: (socket: VirtualSocket) => void) {
    this.family = family;
    this.face = face;
    this.wake = wake;
    this.#release = release;
  }

  /** Whether a receive has something to take. */
  get readable(): boolean {
    return this.#returned.length > 0 || this.face.readable;
  }

  take(room: Uint8Array, flags: number, peek: boolean): Datagram | undefined {
    const returned = this.#returned[0];
    if (returned === undefined) return this.face.receive(room, flags);
    if (!peek) this.#returned.shift();
    const fits = Math.min(room.length, returned.bytes.length);
    room.set(returned.bytes.subarray(0, fits));
    return { ...returned, bytes: room.subarray(0, fits) };
  }

  get receiveTimeout(): number {
    return this.face.receiveTimeout;
  }

  giveBack(messages: readonly Datagram[]): void {
    this.#returned.unshift(...messages);
    this.wake.raise();
  }

  wait(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  forget(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
    this.#maybeRelease();
  }

  /** The last descriptor was closed. As on Linux, a call that waits keeps the socket until it has its message. */
  orphan(): void {
    this.#orphaned = true;
    this.#maybeRelease();
  }

  /** Takes away what it holds on to: it is about to go. */
  close(): void {
    clearTimeout(this.#timer);
    this.face.close();
  }

  /** Serves those who wait, in their order, and tells those who poll. To be called when something may have come. */
  deliver(): void {
    if (this.face.ring !== undefined) this.#fill(SOON);
    else this.#serve();
    this.#maybeRelease();
  }

  #serve(): void {
    while (this.#waiters.length > 0 && this.readable) {
      if (this.#waiters[0]?.attempt() !== true) break;
      this.#waiters.shift();
    }
    if (this.readable) this.wake.raise();
    else this.wake.clear();
  }

  /** A ring is read and emptied without a word, so it is looked after as long as something is in it. */
  #fill(later: number): void {
    clearTimeout(this.#timer);
    const { ring } = this.face;
    // The program may have done away with it.
    if (ring === undefined) return;
    ring.fill();
    // Looked at once: the program reads it meanwhile, and what is raised must be looked after.
    const { readable } = ring;
    if (readable) {
      if (!this.wake.raised || later === SOON) this.wake.raise();
    } else this.wake.clear();
    if (!readable && !ring.pending) return;
    this.#timer = setTimeout(() => {
      this.#fill(Math.min(later * 2, LATE));
    }, later);
    this.#timer.unref();
  }

  /** Tells those who poll that the last message was taken, if it was. */
  drained(): void {
    if (this.wake.raised && !this.readable) this.wake.clear();
  }

  #maybeRelease(): void {
    if (this.#orphaned && this.#waiters.length === 0) this.#release(this);
  }
}
