import { readdirSync } from 'node:fs';
import { errno } from '@netdevkit/errno';
import type { ErrnoFunction, Libc, Memory } from '@netdevkit/libc/unsafe';

/** From include/uapi/asm-generic/resource.h. */
const RLIMIT_NOFILE = 7;
/** `struct rlimit`: what counts, and how far it may be raised. */
const rlimit = { SIZE: 16, cur: 0, max: 8 };
// Where they lie in the memory: what was, what is set, and what is there then.
const OLD = 0;
const NEW = rlimit.SIZE;
const NOW = 2 * rlimit.SIZE;

/**
 * Room for descriptors in programs whose limit of open files lies below the numbers that intercepted sockets get.
 *
 * @remarks
 * # Invariants
 * The memory is this object's alone.
 */
export class DescriptorLimits implements Disposable {
  readonly #memory: Memory;
  readonly #prlimit: ErrnoFunction;

  constructor(libc: Libc) {
    this.#memory = libc.map({ length: 3 * rlimit.SIZE });
    this.#prlimit = libc.function('int prlimit(int pid, int resource, long limit, long old)');
  }

  /**
   * Gives a program a descriptor; where its limit forbids the number, with the limit raised meanwhile.
   *
   * @param tid - a thread that waits for the answer to a call
   * @param number - of the descriptor
   * @param give - returns the number, or a negative errno: `-EBADF` where the limit forbids it
   * @returns what `give` says; `-EMFILE`: the program has as many as it may; `-EBADF`: its limit may not be raised
   */
  give(tid: number, number: number, give: () => number): number {
    const result = give();
    if (result !== -errno.EBADF) return result;
    const { view } = this.#memory;
    // SAFETY: a struct rlimit for what was.
    if (this.#prlimit(tid, RLIMIT_NOFILE, 0, this.#memory.at(OLD, rlimit.SIZE)) < 0) return result;
    const [limit, needed] = [view.getBigUint64(OLD + rlimit.cur, true), BigInt(number) + 1n];
    if (limit >= needed) return result;
    // From fs/file.c:alloc_fd: a number below the limit has to be free.
    if (descriptorsOf(tid) >= limit) return -errno.EMFILE;
    const most = view.getBigUint64(OLD + rlimit.max, true);
    view.setBigUint64(NEW + rlimit.cur, needed, true);
    view.setBigUint64(NEW + rlimit.max, most > needed ? most : needed, true);
    // SAFETY: a whole struct rlimit, and none for what was.
    if (this.#prlimit(tid, RLIMIT_NOFILE, this.#memory.at(NEW, rlimit.SIZE), 0) < 0) return result;
    try {
      return give();
    } finally {
      this.#restore(tid);
    }
  }

  /** Gives a program its limit again, unless it has set another one meanwhile. */
  #restore(tid: number): void {
    const { view } = this.#memory;
    // SAFETY: a struct rlimit for what was.
    if (this.#prlimit(tid, RLIMIT_NOFILE, 0, this.#memory.at(NOW, rlimit.SIZE)) < 0) return;
    const isOurs = [rlimit.cur, rlimit.max].every((at) => view.getBigUint64(NOW + at, true) === view.getBigUint64(NEW + at, true));
    // SAFETY: a whole struct rlimit, and none for what was.
    if (isOurs) this.#prlimit(tid, RLIMIT_NOFILE, this.#memory.at(OLD, rlimit.SIZE), 0);
  }

  [Symbol.dispose](): void {
    this.#memory.close();
  }
}

/** How many descriptors a thread has; as many as can be where that cannot be seen. */
function descriptorsOf(tid: number): number {
  try {
    return readdirSync(`/proc/${String(tid)}/fd`).length;
  } catch {
    return Infinity;
  }
}
