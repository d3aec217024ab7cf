import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';

// From include/uapi/linux/eventpoll.h; struct epoll_event is packed on x86-64 only.
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLERR = 8;
/** Told once: an end that a waiting call keeps is told of no more. */
const EPOLLONESHOT = 0x4000_0000;
const EVENTS = 64;
const ARENA = 4096;
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
 * The epoll descriptor and the memory are this object's alone. Each write end is in the epoll set until it is closed.
 */
export class Wakes implements Disposable {
  readonly #libc: Libc;
  readonly #memory: Memory;
  readonly #epoll: Descriptor;
  readonly #pipe2: ErrnoFunction;
  readonly #epollCtl: ErrnoFunction;
  readonly #epollWait: ErrnoFunction;
  readonly #close: ErrnoFunction;
  /** By the numbers that epoll gives back: never used twice, unlike descriptors. */
  readonly #byToken = new Map<number, Wake>();
  readonly #eventSize: number;
  readonly #onLastClose: (wake: Wake) => void;
  #made = 0;

  /** @param onLastClose - told when programs have closed all their descriptors of a wake; closes the wake */
  constructor(libc: Libc, onLastClose: (wake: Wake) => void) {
    this.#libc = libc;
    this.#onLastClose = onLastClose;
    this.#memory = libc.map({ length: ARENA });
    this.#pipe2 = libc.function('int pipe2(long fds, int flags)');
    this.#epollCtl = libc.function('int epoll_ctl(int epoll, int op, int fd, long event)');
    this.#epollWait = libc.function('int epoll_wait(int epoll, long events, int count, int timeout)');
    this.#close = libc.function('int close(int fd)');
    this.#eventSize = libc.architecture === 'x64' ? 12 : 16;
    // SAFETY: plain integers; the descriptor is taken charge of.
    this.#epoll = libc.descriptor(libc.function('int epoll_create1(int flags)')(EPOLL_CLOEXEC), 'epoll');
    const watch = this.#epoll.watch(() => {
      this.sweep();
      if (!this.#epoll.closed) watch.arm({ readable: true });
    });
    watch.unref();
    watch.arm({ readable: true });
  }

  /** How many there are. */
  get size(): number {
    return this.#byToken.size;
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
    const result = this.#pipe2(this.#memory.at(0, 8), constants.O_NONBLOCK | EPOLL_CLOEXEC);
    if (result < 0) throw kernelError(result, 'pipe2');
    const { view } = this.#memory;
    const reader = view.getInt32(0, true);
    const writer = this.#libc.descriptor(view.getInt32(4, true), 'wake');
    const token = ++this.#made;
    const wake = new Wake(writer, () => {
      if (!this.#byToken.delete(token) || this.#epoll.closed) return;
      // Closing does not take it out of the set while a child that has yet to exec has a copy.
      // SAFETY: no event is read.
      this.#epollCtl(this.#epoll.fd, EPOLL_CTL_DEL, writer.fd, 0);
    });
    try {
      const end = wake.open(nonBlocking);
      view.setUint32(0, EPOLLONESHOT, true);
      view.setBigUint64(this.#eventSize === 12 ? 4 : 8, BigInt(token), true);
      // SAFETY: an epoll_event that asks for errors, which need no asking, once.
      const added = this.#epollCtl(this.#epoll.fd, EPOLL_CTL_ADD, writer.fd, this.#memory.at(0, this.#eventSize));
      if (added < 0) throw kernelError(added, 'epoll_ctl');
      this.#byToken.set(token, wake);
      return { wake, end };
    } catch (error) {
      writer.close();
      throw error;
    } finally {
      // SAFETY: made above, and nobody else has it.
      this.#close(reader);
    }
  }

  /** Finds those that programs have closed since, rather than waiting for the event loop to tell. */
  sweep(): void {
    const { view } = this.#memory;
    for (let more = true; more && !this.#epoll.closed; ) {
      // SAFETY: room for as many events as are asked for.
      const count = this.#epollWait(this.#epoll.fd, this.#memory.at(0, EVENTS * this.#eventSize), EVENTS, 0);
      const closed: Wake[] = [];
      for (let i = 0; i < count; i++) {
        const at = i * this.#eventSize;
        const wake = this.#byToken.get(Number(view.getBigUint64(at + (this.#eventSize === 12 ? 4 : 8), true)));
        if (wake !== undefined && (view.getUint32(at, true) & EPOLLERR) !== 0) closed.push(wake);
      }
      for (const wake of closed) this.#onLastClose(wake);
      more = count === EVENTS && closed.length > 0;
    }
  }

  [Symbol.dispose](): void {
    if (this.#epoll.closed) return;
    this.#epoll.close();
    for (const wake of [...this.#byToken.values()]) wake.close();
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
