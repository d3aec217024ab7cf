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
 * Waits for sockets that belong to programs, too. libuv would make them non-blocking for the programs; a set of its own,
 * which is what joins the event loop, leaves them as they are.
 *
 * @remarks
 * # Invariants
 * The epoll descriptor and the memory are this object's alone. A socket is in the set for as long as
 * somebody waits for it, and its descriptor is open then.
 */
export class Readiness implements Disposable {
  readonly #epoll: Descriptor;
  readonly #memory: Memory;
  readonly #epollCtl: ErrnoFunction;
  readonly #epollWait: ErrnoFunction;
  readonly #eventSize: number;
  readonly #waiting = new Map<number, { readonly fd: number; readonly callback: () => void }>();
  #made = 0;

  constructor(libc: Libc) {
    this.#memory = libc.map({ length: ARENA });
    this.#epollCtl = libc.function('int epoll_ctl(int epoll, int op, int fd, long event)');
    this.#epollWait = libc.function('int epoll_wait(int epoll, long events, int count, int timeout)');
    this.#eventSize = libc.architecture === 'x64' ? 12 : 16;
    // SAFETY: plain integers; the descriptor is taken charge of.
    this.#epoll = libc.descriptor(libc.function('int epoll_create1(int flags)')(EPOLL_CLOEXEC), 'epoll');
    const watch = this.#epoll.watch(() => {
      this.#sweep();
      if (!this.#epoll.closed) watch.arm({ readable: true });
    });
    watch.unref();
    watch.arm({ readable: true });
  }

  /**
   * Calls back once when something can be received, or an error is pending.
   *
   * @param socket - stays open until then, or until the result was called
   * @returns calls it off
   */
  wait(socket: Descriptor, callback: () => void): () => void {
    const token = ++this.#made;
    const { fd } = socket;
    const { view } = this.#memory;
    view.setUint32(0, EPOLLIN | EPOLLONESHOT, true);
    view.setBigUint64(this.#eventSize - 8, BigInt(token), true);
    // SAFETY: the record is one epoll_event, and the socket is open.
    const result = this.#epollCtl(this.#epoll.fd, EPOLL_CTL_ADD, fd, this.#memory.at(0, this.#eventSize));
    if (result < 0) throw kernelError(result, 'epoll_ctl');
    this.#waiting.set(token, { fd, callback });
    return () => {
      this.#forget(token);
    };
  }

  [Symbol.dispose](): void {
    this.#waiting.clear();
    this.#epoll.close();
    this.#memory.close();
  }

  #sweep(): void {
    // SAFETY: the arena has room for so many events.
    const count = this.#epollWait(this.#epoll.fd, this.#memory.at(0, EVENTS * this.#eventSize), EVENTS, 0);
    const tokens = Array.from({ length: Math.max(count, 0) }, (_, i) => Number(this.#memory.view.getBigUint64(i * this.#eventSize + this.#eventSize - 8, true)));
    for (const token of tokens) this.#forget(token)?.();
  }

  /** Takes a socket out of the set; gives its callback. */
  #forget(token: number): (() => void) | undefined {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(token);
    // Closing the descriptor would not take it out: the program has the same socket open. Under the same number the next one
    // could then not be added.
    // SAFETY: no event is read; the descriptor is open still, as wait() asks.
    if (!this.#epoll.closed) this.#epollCtl(this.#epoll.fd, EPOLL_CTL_DEL, waiting.fd, 0);
    return waiting.callback;
  }
}
