/// <reference types="node" />
import process from 'node:process';
import { clearImmediate, setImmediate } from 'node:timers';
import { KernelError } from '@netdevkit/errno';
import type { node } from 'koffi';
import type { Ffi } from './load.unsafe.ts';

/** What to wait for. */
export interface Interest {
  /** Something can be read without waiting, or the other end was closed. */
  readonly readable?: boolean;
  /** Something can be written without waiting. */
  readonly writable?: boolean;
}

/** What a {@link Watch} saw. */
export interface Readiness {
  /** Whether a read would not have to wait, be it for octets, for the end or for an error: `POLLIN`. */
  readonly readable: boolean;
  /** Whether a write would not have to wait: `POLLOUT`. */
  readonly writable: boolean;
  /** `POLLERR`: the descriptor has an error to give, such as `ENOBUFS` of a netlink socket. */
  readonly failed: boolean;
}

/** The watches of one {@link Libc}: closed when the process ends, since what libuv calls then aborts it. */
export class Watches {
  readonly #ffi: Ffi;
  readonly #open = new Set<Watch>();
  readonly #descriptors = new Set<number>();
  readonly #atExit = (): void => {
    for (const watch of this.#open) watch.close();
  };

  constructor(ffi: Ffi) {
    this.#ffi = ffi;
  }

  open(fd: number, callback: (ready: Readiness) => void): Watch {
    // libuv has one handle for a descriptor; koffi aborts the process on a second.
    if (this.#descriptors.has(fd)) throw new KernelError('EEXIST', `descriptor ${String(fd)} is watched already`, { op: 'watch' });
    const watch: Watch = new Watch(this.#ffi, fd, callback, () => {
      this.#open.delete(watch);
      this.#descriptors.delete(fd);
      if (this.#open.size === 0) process.off('exit', this.#atExit);
    });
    if (this.#open.size === 0) process.on('exit', this.#atExit);
    this.#open.add(watch);
    this.#descriptors.add(fd);
    return watch;
  }
}

/**
 * A descriptor's place in the event loop.
 *
 * It is armed for one event at a time: when that comes it is disarmed, and the callback, run as one of Node's own, arms it
 * again if it wants more. A descriptor that stays readable therefore cannot starve the loop. While it is armed it keeps
 * the process alive, unless {@link unref} was called.
 *
 * @remarks
 * # Invariants
 * The handle is one of a descriptor that is open and that epoll takes. After {@link close} it is not touched again: koffi
 * keeps no check of its own.
 *
 * # Context
 * A worker thread that has armed watches ends by itself or by `process.exit`, not by `Worker.terminate`: that runs no
 * `exit` listener, and koffi's callback then ends the process.
 */
export class Watch implements Disposable {
  readonly #ffi: Ffi;
  readonly #fd: number;
  readonly #callback: (ready: Readiness) => void;
  readonly #closed: () => void;
  #handle: node.PollHandle | undefined;
  #interest: Interest | undefined;
  #pending: NodeJS.Immediate | undefined;
  #referenced = true;
  #open = true;

  constructor(ffi: Ffi, fd: number, callback: (ready: Readiness) => void, closed: () => void) {
    this.#ffi = ffi;
    this.#fd = fd;
    this.#callback = callback;
    this.#closed = closed;
  }

  /** Whether it waits for an event. */
  get armed(): boolean {
    return this.#interest !== undefined;
  }

  /**
   * Waits for one event. Replaces what it waited for.
   *
   * @param interest - what for
   * @throws KernelError `EBADF`: it was closed
   */
  arm(interest: Interest): void {
    if (!this.#open) throw new KernelError('EBADF', 'the watch was closed', { op: 'watch' });
    const { readable = false, writable = false } = interest;
    this.#forget();
    this.#interest = interest;
    if (this.#handle === undefined) {
      // SAFETY: the descriptor is open, epoll takes it (Libc.watch tried) and nothing else of this process watches it.
      this.#handle = this.#ffi.node.poll(this.#fd, { readable, writable }, this.#native);
      if (!this.#referenced) this.#handle.unref();
    } else {
      // SAFETY: not closed.
      this.#handle.start({ readable, writable }, this.#native);
    }
  }

  /** Waits no longer. An event that was seen but not yet told is forgotten. */
  disarm(): void {
    this.#forget();
    this.#stop();
  }

  /** Whether it keeps the process alive while armed: it does. */
  ref(): void {
    this.#referenced = true;
    // SAFETY: the handle is gone once it was closed.
    this.#handle?.ref();
  }

  /** Lets the process end while it is armed. */
  unref(): void {
    this.#referenced = false;
    // SAFETY: the handle is gone once it was closed.
    this.#handle?.unref();
  }

  /** Ends it; the descriptor stays open. A second call does nothing. */
  close(): void {
    if (!this.#open) return;
    this.disarm();
    this.#open = false;
    // SAFETY: closed once, and forgotten.
    this.#handle?.close();
    this.#handle = undefined;
    this.#closed();
  }

  /** Ends the watch, as {@link close} does; the descriptor stays open. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * libuv calls this outside of any of Node's callbacks: microtasks would not run after it and a throw would end the
   * process without a word. So it only notes the event, and an immediate, which runs before libuv polls again, tells it.
   */
  readonly #native = (...told: unknown[]): void => {
    this.#stop();
    this.#pending = setImmediate(() => {
      this.#pending = undefined;
      this.#callback(readiness(told));
    });
  };

  #stop(): void {
    this.#interest = undefined;
    // SAFETY: the handle is gone once it was closed.
    this.#handle?.stop();
  }

  #forget(): void {
    if (this.#pending !== undefined) clearImmediate(this.#pending);
    this.#pending = undefined;
  }
}

/** What koffi's declarations leave out: the status comes first. */
function readiness([status, events]: readonly unknown[]): Readiness {
  if (typeof status !== 'number' || !isPollEvents(events)) throw new TypeError(`koffi's poll: expected a status and events, got ${typeof status} and ${typeof events}`);
  // libuv says EBADF for POLLERR and has then stopped by itself.
  return { readable: events.readable, writable: events.writable, failed: status < 0 };
}

function isPollEvents(value: unknown): value is Pick<node.PollEvents, 'readable' | 'writable'> {
  return typeof value === 'object' && value !== null && 'readable' in value && typeof value.readable === 'boolean' && 'writable' in value && typeof value.writable === 'boolean';
}
