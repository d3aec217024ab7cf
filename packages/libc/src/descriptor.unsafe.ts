import { KernelError } from '@netdevkit/errno';
import type { Readiness, Watch } from './watch.unsafe.ts';

/** What a {@link Descriptor} needs of whoever opened it. */
export interface DescriptorOwner {
  readonly close: (descriptor: Descriptor, fd: number) => void;
  readonly watch: (fd: number, callback: (ready: Readiness) => void) => Watch;
}

/**
 * A file descriptor that is closed once.
 *
 * @remarks
 * # Invariants
 * While it is not {@link closed}, {@link fd} is open and nobody else closes it. Its watch ends before it does.
 */
export class Descriptor implements Disposable {
  readonly #owner: DescriptorOwner;
  readonly #what: string;
  #fd: number;
  #watch: Watch | undefined;

  /**
   * @param owner - closes and watches it
   * @param fd - an open descriptor that is this object's from now on
   * @param what - what it is, for errors and reports
   */
  constructor(owner: DescriptorOwner, fd: number, what: string) {
    this.#owner = owner;
    this.#fd = fd;
    this.#what = what;
  }

  /**
   * The number.
   *
   * @throws KernelError `EBADF`: it was closed
   */
  get fd(): number {
    if (this.#fd < 0) throw new KernelError('EBADF', `the ${this.#what} was closed`, { op: this.#what });
    return this.#fd;
  }

  /** What it is. */
  get what(): string {
    return this.#what;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /**
   * Joins it to the event loop, not armed yet. libuv makes the descriptor one that does not block.
   *
   * @param callback - told of each event that the watch was armed for
   * @throws KernelError `EPERM`: a regular file, which is always ready; `EEXIST`: it is watched already; `EBADF`
   */
  watch(callback: (ready: Readiness) => void): Watch {
    const watch = this.#owner.watch(this.fd, callback);
    this.#watch = watch;
    return watch;
  }

  /** Closes its watch and then itself. A second call does nothing. */
  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#watch?.close();
    this.#watch = undefined;
    // INVARIANT: closed is closed, whatever close(2) says: Linux has freed the number even when it fails.
    this.#fd = -1;
    this.#owner.close(this, fd);
  }

  /** Closes it, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }
}
