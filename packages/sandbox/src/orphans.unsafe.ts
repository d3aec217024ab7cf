import { readFileSync, readdirSync } from 'node:fs';
import { kernelError } from '@netdevkit/errno';
import type { ErrnoFunction, Libc } from '@netdevkit/libc/unsafe';

// From include/uapi/linux/prctl.h and wait.h.
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
/** How often those that ended are looked for, in milliseconds. */
const INTERVAL = 250;

/** Those who adopt: adopting is the process's, so the last of them ends it. */
let adopting = 0;

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
  /** The children that were left when adopting ended: what was adopted is not given back, so it is still to be waited for. */
  #left: ReadonlySet<string> | undefined;

  /** @throws KernelError `EINVAL`: the kernel cannot */
  constructor(libc: Libc) {
    this.#prctl = libc.function('int prctl(int op, ulong a, ulong b, ulong c, ulong d)');
    this.#waitpid = libc.function('int waitpid(int pid, long status, int options)');
    // SAFETY: plain integers.
    const result = this.#prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (result < 0) throw kernelError(result, 'prctl');
    adopting++;
    this.#timer = setInterval(() => {
      this.#look();
    }, INTERVAL);
    this.#timer.unref();
  }

  /** Lets orphans go to init again, unless others adopt; those that were adopted are waited for until the last has ended. */
  [Symbol.dispose](): void {
    if (this.#left !== undefined) return;
    this.#left = children();
    // SAFETY: plain integers.
    if (--adopting === 0) this.#prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  #look(): void {
    const now = children();
    const ended = new Set([...now].filter(hasEnded));
    for (const pid of ended) {
      if (!this.#ended.has(pid)) continue;
      // SAFETY: no status is asked for.
      this.#waitpid(Number(pid), 0, WNOHANG);
      ended.delete(pid);
    }
    this.#ended = ended;
    if (this.#left === undefined) return;
    this.#left = new Set([...this.#left].filter((pid) => now.has(pid)));
    if (this.#left.size === 0) clearInterval(this.#timer);
  }
}

/** The children of this process, those that have ended as well. */
function children(): Set<string> {
  const found = new Set<string>();
  for (const tid of readdirSync('/proc/self/task')) {
    for (const pid of read(`/proc/self/task/${tid}/children`).split(' ')) if (pid !== '') found.add(pid);
  }
  return found;
}

function hasEnded(pid: string): boolean {
  return /^State:\s*Z/m.test(read(`/proc/${pid}/status`));
}

/** A file of /proc; empty when what it tells of has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
