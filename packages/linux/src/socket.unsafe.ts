import { SOL_SOCKET, SO_MEMINFO } from '@netdevkit/bindings';
import { KernelError, errno, kernelError, toResult } from '@netdevkit/errno';
import type { Descriptor, Watch } from '@netdevkit/libc/unsafe';
import type { AbortSignalLike } from '@netdevkit/netlink';
import { intOf, octetsOfInt } from './octets.ts';
import type { System } from './system.unsafe.ts';

const POLLIN = 1;
const INT = 4;

// Indexes in what SO_MEMINFO gives. C twin: SK_MEMINFO_* (linux/sock_diag.h).
const MEMINFO = { RMEM_ALLOC: 0, DROPS: 8, WORDS: 9 } as const;

/** An option's value: what fits, and what is left in `optlen`. */
export interface OptionValue {
  /** The octets that the kernel wrote, in host order, the caller's to keep: never more than there was room for. */
  readonly bytes: Uint8Array;
  /** What the kernel left in `optlen`: more than {@link bytes} has where an option says how much there would be. */
  readonly length: number;
}

/** Somebody who waits. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What the sockets of the host have in common: options, readiness, and their end.
 *
 * Every call returns at once; only {@link waitReadable} waits, in Node's event loop.
 */
export class HostSocket implements Disposable {
  /** The system calls: for subclasses. */
  protected readonly system: System;
  /** The descriptor: for subclasses. */
  protected readonly descriptor: Descriptor;
  readonly #waiters = new Set<Waiter>();
  #watch: Watch | undefined;

  constructor(system: System, descriptor: Descriptor) {
    this.system = system;
    this.descriptor = descriptor;
    system.open.add(this);
  }

  /** The number of the descriptor, for what this package does not do; it stays this object's. */
  get fd(): number {
    return this.descriptor.fd;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.descriptor.closed;
  }

  /** Whether a receive has something to give: a datagram or a pending error. */
  get readable(): boolean {
    return this.descriptor.closed || this.system.libc.poll(this.descriptor.fd, POLLIN) !== 0;
  }

  /** How many messages were lost for want of room since the socket was made. */
  get drops(): number {
    return this.#meminfo(MEMINFO.DROPS);
  }

  /** How many octets of receive memory its queue takes. */
  get receiveMemory(): number {
    return this.#meminfo(MEMINFO.RMEM_ALLOC);
  }

  /**
   * Sets an option that is an `int`.
   *
   * C twin: `setsockopt`.
   *
   * @throws KernelError `ENOPROTOOPT`: no such option; `EINVAL`, `EPERM`: the value is refused
   */
  setOption(level: number, name: number, value: number): void {
    this.setsockopt(level, name, octetsOfInt(value));
  }

  /**
   * Reads an option that is an `int`.
   *
   * C twin: `getsockopt`.
   *
   * @throws KernelError `ENOPROTOOPT`: no such option
   */
  getOption(level: number, name: number): number {
    return intOf(this.getsockopt(level, name, INT).bytes);
  }

  /** Sets an option by the octets of its value. */
  setsockopt(level: number, name: number, bytes: Uint8Array): void {
    toResult(this.system.setsockopt(this.open('setsockopt'), level, name, bytes), 'setsockopt');
  }

  /**
   * Reads an option as octets.
   *
   * @param level - such as `SOL_SOCKET`
   * @param name - the option
   * @param length - how many octets there is room for
   */
  getsockopt(level: number, name: number, length: number): OptionValue {
    const bytes = new Uint8Array(length);
    const left = toResult(this.system.getsockopt(this.open('getsockopt'), level, name, bytes), 'getsockopt');
    return { bytes: bytes.subarray(0, Math.min(left, length)), length: left };
  }

  /**
   * Waits until the socket is {@link readable}.
   *
   * @param signal - ends the wait
   * @throws KernelError `EBADF`: the socket was closed meanwhile; or the signal's reason once it is aborted
   */
  async waitReadable(signal?: AbortSignalLike): Promise<void> {
    signal?.throwIfAborted();
    for (;;) {
      this.open('poll');
      if (this.readable) return;
      await this.#wait(signal);
      signal?.throwIfAborted();
    }
  }

  /** Closes the socket. A second call does nothing; any other call then throws `EBADF`. */
  close(): void {
    if (this.descriptor.closed) return;
    this.system.open.delete(this);
    this.descriptor.close();
    for (const { reject } of this.#waiters) reject(new KernelError('EBADF', 'the socket was closed', { op: 'poll' }));
    this.#waiters.clear();
  }

  /** Closes the socket, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The descriptor, for a call that needs it open: for subclasses. */
  protected open(op: string): Descriptor {
    if (this.descriptor.closed) throw new KernelError('EBADF', undefined, { op });
    return this.descriptor;
  }

  async #wait(signal: AbortSignalLike | undefined): Promise<void> {
    const watch = (this.#watch ??= this.descriptor.watch(() => {
      const waiters = [...this.#waiters];
      this.#waiters.clear();
      for (const { resolve } of waiters) resolve();
    }));
    let abort: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject: (reason: unknown) => void) => {
        const waiter: Waiter = { resolve, reject };
        this.#waiters.add(waiter);
        abort = () => {
          this.#waiters.delete(waiter);
          if (this.#waiters.size === 0) watch.disarm();
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (!watch.armed) watch.arm({ readable: true });
      });
    } finally {
      if (abort !== undefined) signal?.removeEventListener('abort', abort);
    }
  }

  #meminfo(index: number): number {
    const { bytes, length } = this.getsockopt(SOL_SOCKET, SO_MEMINFO, MEMINFO.WORDS * INT);
    if (length < (index + 1) * INT) throw kernelError(-errno.ENOPROTOOPT, 'SO_MEMINFO');
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(index * INT, true);
  }
}
