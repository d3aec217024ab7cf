import { readFileSync, readdirSync } from 'node:fs';
import { kernelError } from '@netdevkit/errno';
import type { ErrnoFunction, Libc } from '@netdevkit/libc/unsafe';

// From include/uapi/linux/prctl.h and wait.h.
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
/** How often those that ended are looked for, in milliseconds. */
const INTERVAL = 250;

/**
 * Makes programs that outlive their parents children of this process rather than of init, and waits for them.
 *
 * Where Yama's ptrace_scope is 1, only a descendant's memory may be read, so a daemon would lose its sockets otherwise.
 *
 * @remarks
 * # Invariants
 * Nobody else waits for children that Node did not start. What Node started it waits for at once, so a child that has ended
 * and is still there at the second look is an orphan.
 */
export class Orphans implements Disposable {
  readonly #prctl: ErrnoFunction;
  readonly #waitpid: ErrnoFunction;
  readonly #timer: NodeJS.Timeout;
  #ended = new Set<string>();

  /** @throws KernelError `EINVAL`: the kernel cannot */
  constructor(libc: Libc) {
    this.#prctl = libc.function('int prctl(int op, ulong a, ulong b, ulong c, ulong d)');
    this.#waitpid = libc.function('int waitpid(int pid, long status, int options)');
    // SAFETY: plain integers.
    const result = this.#prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (result < 0) throw kernelError(result, 'prctl');
    this.#timer = setInterval(() => {
      this.#look();
    }, INTERVAL);
    this.#timer.unref();
  }

  /** Lets orphans go to init again; those that ended are waited for a last time. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#look();
    // SAFETY: plain integers.
    this.#prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  #look(): void {
    const now = zombies();
    for (const pid of now) {
      if (!this.#ended.has(pid)) continue;
      // SAFETY: no status is asked for.
      this.#waitpid(Number(pid), 0, WNOHANG);
      now.delete(pid);
    }
    this.#ended = now;
  }
}

/** The children of this process that have ended. */
function zombies(): Set<string> {
  const found = new Set<string>();
  for (const tid of readdirSync('/proc/self/task')) {
    for (const pid of read(`/proc/self/task/${tid}/children`).split(' ')) {
      if (pid !== '' && /^State:\s*Z/m.test(read(`/proc/${pid}/status`))) found.add(pid);
    }
  }
  return found;
}

/** A file of /proc; empty when what it tells of has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
