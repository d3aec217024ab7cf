import { kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';

// From include/uapi/linux/eventpoll.h; struct epoll_event is packed on x86-64 only.
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const EPOLLONESHOT = 0x4000_0000;
const EVENTS = 64;
const ARENA = 4096;

/**
 * Tells once of each of some descriptors that it is ready.
 *
 * libuv would make what it polls non-blocking, for the programs too that have it: a set of its own, which is what joins the event
 * loop, leaves it as it is.
 *
 * C twin: `epoll(7)` with `EPOLLONESHOT`.
 *
 * @remarks
 * # Invariants
 * The epoll descriptor and the memory are this object's alone. A descriptor is in the set until it was told of, or
 * forgotten, and open until then.
 */
export class EpollSet implements Disposable {
  readonly #epoll: Descriptor;
  readonly #memory: Memory;
  readonly #epollCtl: ErrnoFunction;
  readonly #epollWait: ErrnoFunction;
  readonly #eventSize: number;
  /** By the numbers that epoll gives back: never used twice, unlike descriptors. */
  readonly #members = new Map<number, { readonly fd: number; readonly callback: () => void }>();
  #made = 0;

  constructor(libc: Libc) {
    this.#memory = libc.map({ length: ARENA });
    this.#epollCtl = libc.function('int epoll_ctl(int epoll, int op, int fd, long event)');
    this.#epollWait = libc.function('int epoll_wait(int epoll, long events, int count, int timeout)');
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

  /**
   * Calls back once when something can be received, or an error is pending.
   *
   * @param fd - stays open until then, or until the result was called
   * @returns forgets it
   * @throws KernelError `ENOMEM`, `ENOSPC`
   */
  onReadable(fd: number, callback: () => void): () => void {
    return this.#add(fd, EPOLLIN, callback);
  }

  /** Calls back once when an error is pending, as it is for a pipe that nobody can read any longer; else as {@link onReadable}. */
  onError(fd: number, callback: () => void): () => void {
    // Errors need no asking.
    return this.#add(fd, 0, callback);
  }

  /** Looks now, rather than waiting for the event loop to tell. */
  sweep(): void {
    for (let more = true; more && !this.#epoll.closed; ) {
      // SAFETY: the arena has room for so many events.
      const count = this.#epollWait(this.#epoll.fd, this.#memory.at(0, EVENTS * this.#eventSize), EVENTS, 0);
      const { view } = this.#memory;
      const tokens = Array.from({ length: Math.max(count, 0) }, (_, i) => Number(view.getBigUint64((i + 1) * this.#eventSize - 8, true)));
      // One that is called back may have others forgotten.
      for (const token of tokens) this.#take(token)?.();
      more = count === EVENTS;
    }
  }

  [Symbol.dispose](): void {
    if (this.#epoll.closed) return;
    this.#members.clear();
    this.#epoll.close();
    this.#memory.close();
  }

  #add(fd: number, events: number, callback: () => void): () => void {
    const token = ++this.#made;
    const { view } = this.#memory;
    view.setUint32(0, events | EPOLLONESHOT, true);
    view.setBigUint64(this.#eventSize - 8, BigInt(token), true);
    // SAFETY: the record is one epoll_event, and the descriptor is open.
    const result = this.#epollCtl(this.#epoll.fd, EPOLL_CTL_ADD, fd, this.#memory.at(0, this.#eventSize));
    if (result < 0) throw kernelError(result, 'epoll_ctl');
    this.#members.set(token, { fd, callback });
    return () => {
      this.#take(token);
    };
  }

  /** Takes a member out; gives its callback. */
  #take(token: number): (() => void) | undefined {
    const member = this.#members.get(token);
    if (member === undefined) return undefined;
    this.#members.delete(token);
    // Closing the descriptor would not take it out: others have the same open, a program or a child that has yet to exec.
    // SAFETY: no event is read; the descriptor is open still, as add() asks.
    this.#epollCtl(this.#epoll.fd, EPOLL_CTL_DEL, member.fd, 0);
    return member.callback;
  }
}
