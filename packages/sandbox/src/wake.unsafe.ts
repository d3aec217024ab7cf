import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';
import { EpollSet } from './epoll-set.unsafe.ts';

const O_CLOEXEC = 0o2000000;
/** Two ints. */
const ENDS = 8;
/** What a pipe holds at most. */
const PIPE = 65_536;
const ONE: Uint8Array = Uint8Array.of(1);

/**
 * Pipes that stand for sockets: a program has one end as its descriptor, which poll(2) finds readable while there is
 * something to receive.
 *
 * What the program has is open for reading and writing, so that it is writable too and never hangs up; this side has a
 * write end only. That the last of the program's descriptors is closed, in whichever process, this side therefore sees as
 * EPOLLERR: no account of fork, dup, exec and exit need be kept.
 *
 * @remarks
 * # Invariants
 * The memory is this object's alone. Each write end is open for as long as it is in the set.
 */
export class Wakes implements Disposable {
  readonly #libc: Libc;
  readonly #memory: Memory;
  readonly #set: EpollSet;
  readonly #pipe2: ErrnoFunction;
  readonly #close: ErrnoFunction;
  readonly #wakes = new Set<Wake>();
  readonly #onLastClose: (wake: Wake) => void;

  /** @param onLastClose - told when programs have closed all their descriptors of a wake; closes the wake */
  constructor(libc: Libc, onLastClose: (wake: Wake) => void) {
    this.#libc = libc;
    this.#onLastClose = onLastClose;
    this.#memory = libc.map({ length: ENDS });
    this.#set = new EpollSet(libc);
    this.#pipe2 = libc.function('int pipe2(long fds, int flags)');
    this.#close = libc.function('int close(int fd)');
  }

  /** How many there are. */
  get size(): number {
    return this.#wakes.size;
  }

  /**
   * Makes one.
   *
   * @param nonBlocking - whether the program's end has O_NONBLOCK
   * @returns the wake, and the program's end, which the caller closes once the program has it
   * @throws KernelError `EMFILE`, `ENFILE`
   */
  make(nonBlocking: boolean): { readonly wake: Wake; readonly end: number } {
    // SAFETY: a pointer to two ints.
    const result = this.#pipe2(this.#memory.at(0, ENDS), constants.O_NONBLOCK | O_CLOEXEC);
    if (result < 0) throw kernelError(result, 'pipe2');
    const { view } = this.#memory;
    const reader = view.getInt32(0, true);
    const writer = this.#libc.descriptor(view.getInt32(4, true), 'wake');
    let forget: (() => void) | undefined;
    const wake: Wake = new Wake(writer, () => {
      this.#wakes.delete(wake);
      forget?.();
    });
    this.#wakes.add(wake);
    try {
      // Told once: an end that a waiting call keeps is told of no more.
      forget = this.#set.onError(writer.fd, () => {
        this.#onLastClose(wake);
      });
      return { wake, end: wake.open(nonBlocking) };
    } catch (error) {
      wake.close();
      throw error;
    } finally {
      // SAFETY: made above, and nobody else has it.
      this.#close(reader);
    }
  }

  /** Finds those that programs have closed since, rather than waiting for the event loop to tell. */
  sweep(): void {
    this.#set.sweep();
  }

  [Symbol.dispose](): void {
    for (const wake of [...this.#wakes]) wake.close();
    this.#set[Symbol.dispose]();
    this.#memory.close();
  }
}

/**
 * The supervisor's end of one.
 *
 * @remarks
 * # Invariants
 * The descriptor is a pipe's write end, and does not block.
 */
export class Wake {
  /** What `readlink /proc/PID/fd/N` says of the program's descriptors: by this a socket is found. */
  readonly identity: string;
  /** Its inode's number, which is unique while it is open. */
  readonly inode: number;
  readonly #writer: Descriptor;
  readonly #forget: () => void;
  #raised = false;

  /** @internal */
  constructor(writer: Descriptor, forget: () => void) {
    this.#writer = writer;
    this.#forget = forget;
    this.inode = fstatSync(writer.fd).ino;
    this.identity = `pipe:[${String(this.inode)}]`;
  }

  /** Whether the program's descriptors are readable. */
  get raised(): boolean {
    return this.#raised;
  }

  /** Makes them readable; once more is a new event to who waits for edges. */
  raise(): void {
    try {
      writeSync(this.#writer.fd, ONE);
    } catch {
      // A full pipe is readable, and one without readers is about to be closed.
    }
    this.#raised = true;
  }

  /** Makes them readable no longer. */
  clear(): void {
    if (!this.#raised) return;
    let reader: number;
    try {
      reader = openSync(this.#path(), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      // No descriptor is left: it stays readable, and the next receive that finds nothing comes here again.
      return;
    }
    this.#raised = false;
    try {
      readSync(reader, Buffer.allocUnsafe(PIPE));
    } catch {
      // Somebody read it who should not have: it is empty, which is what is wanted.
    } finally {
      closeSync(reader);
    }
  }

  /**
   * Opens another descriptor of the program's kind, which the caller closes once the program has it.
   *
   * @param nonBlocking - whether it has O_NONBLOCK
   */
  open(nonBlocking: boolean): number {
    return openSync(this.#path(), constants.O_RDWR | (nonBlocking ? constants.O_NONBLOCK : 0));
  }

  /** Closes it: what programs have of it hangs. */
  close(): void {
    if (this.#writer.closed) return;
    this.#forget();
    this.#writer.close();
  }

  #path(): string {
    return `/proc/self/fd/${String(this.#writer.fd)}`;
  }
}
