import type { Libc } from '@netdevkit/libc/unsafe';
import type { Abi } from './abi.ts';

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
