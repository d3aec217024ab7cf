import process from 'node:process';
import { errno } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction, Libc } from '@netdevkit/libc/unsafe';
import type { Abi } from './abi.ts';
import { descriptorTarget, threadGroup } from './process-info.ts';

/** From include/uapi/linux/pidfd.h: any thread, and not a process's first alone (Linux 6.9). */
const PIDFD_THREAD = 0o200;

/**
 * Makes the question whether a thread is the first of its process, and its number therefore the process's.
 *
 * @returns a function of a thread's number; it says false also where that cannot be asked
 */
export function leaderTest(libc: Libc, abi: Abi): (tid: number) => boolean {
  const close = libc.function('int close(int fd)');
  return (tid) => {
    // SAFETY: plain integers. Without PIDFD_THREAD only leaders are taken.
    const pidfd = libc.syscall(abi.own.pidfdOpen, tid, 0);
    if (pidfd < 0) return false;
    // SAFETY: opened above, and nobody else has it.
    close(pidfd);
    return true;
  };
}

/** Takes descriptors of what programs have by theirs. C twin: `pidfd_getfd(2)`. */
export class Borrower {
  readonly #libc: Libc;
  readonly #own: Abi['own'];
  readonly #close: ErrnoFunction;

  constructor(libc: Libc, abi: Abi) {
    this.#libc = libc;
    this.#own = abi.own;
    this.#close = libc.function('int close(int fd)');
  }

  /** Whether the system lets this process {@link borrow}. */
  get mayBorrow(): boolean {
    // SAFETY: plain integers; no pidfd has that number.
    return this.#libc.syscall(this.#own.pidfdGetfd, -1, 0, 0) === -errno.EBADF;
  }

  /**
   * Another descriptor of what a thread has by a number.
   *
   * @returns `undefined` when the thread is gone, has no such descriptor, or may not be looked at
   */
  borrow(tid: number, fd: number): Descriptor | undefined {
    // A thread that is not the first may have descriptors of its own, and outlive the first, which then has none.
    return this.#borrow(tid, 0, fd) ?? this.#borrow(tid, PIDFD_THREAD, fd) ?? this.#borrowOfLeader(tid, fd);
  }

  /** As kernels before 6.9 can: as long as thread and process have the same. */
  #borrowOfLeader(tid: number, fd: number): Descriptor | undefined {
    const tgid = threadGroup(tid);
    const borrowed = tgid === tid ? undefined : this.#borrow(tgid, 0, fd);
    if (borrowed === undefined || descriptorTarget(process.pid, borrowed.fd) === descriptorTarget(tid, fd)) return borrowed;
    borrowed.close();
    return undefined;
  }

  #borrow(tid: number, flags: number, fd: number): Descriptor | undefined {
    // SAFETY: plain integers.
    const pidfd = this.#libc.syscall(this.#own.pidfdOpen, tid, flags);
    if (pidfd < 0) return undefined;
    // SAFETY: plain integers.
    const result = this.#libc.syscall(this.#own.pidfdGetfd, pidfd, fd, 0);
    // SAFETY: opened above, and nobody else has it.
    this.#close(pidfd);
    return result < 0 ? undefined : this.#libc.descriptor(result, 'borrowed descriptor');
  }
}
