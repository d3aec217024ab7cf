import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { kernelError } from '@netdevkit/errno';
import type { ErrnoFunction, Libc } from '@netdevkit/libc/unsafe';

// From include/uapi/linux/prctl.h and wait.h.
const PR_SET_CHILD_SUBREAPER = 36;
const WNOHANG = 1;
/** How often those that ended are looked for, in milliseconds. */
const INTERVAL = 250;
/**
 * How many looks in a row have to find one that has ended. Between two looks of the main thread Node waits for what that has
 * started; of another thread's looks it knows nothing, and is only given time.
 */
const LOOKS = isMainThread ? 2 : 20;

/** Those who adopt: adopting is the process's, so the last of them ends it. */
let adopting = 0;

/**
 * Makes programs that outlive their parents children of this process rather than of init, and waits for them.
 *
 * Where Yama's ptrace_scope is 1, only a descendant's memory may be read, so a daemon would lose its sockets otherwise.
 *
 * @remarks
 * # Invariants
 * - Linux gives orphans to the first thread of the process that adopts them (kernel/exit.c:find_new_reaper). Children of other threads,
 *   as all programs are, have somebody who waits for them: their exit status is not to be taken away, however late that one comes.
 * - Of the first thread's own children Node waits for those that it started. One that has ended and is still there after {@link LOOKS} is
 *   an orphan.
 */
export class Orphans implements Disposable {
  readonly #prctl: ErrnoFunction;
  readonly #waitpid: ErrnoFunction;
  readonly #timer: NodeJS.Timeout;
  /** Children that have ended, and how many looks have found them. */
  #ended = new Map<string, number>();
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
    const ended = new Map<string, number>();
    for (const pid of this.#left ?? now) {
      if (!now.has(pid) || !hasEnded(pid)) continue;
      const looks = (this.#ended.get(pid) ?? 0) + 1;
      // SAFETY: no status is asked for.
      if (looks >= LOOKS) this.#waitpid(Number(pid), 0, WNOHANG);
      else ended.set(pid, looks);
    }
    this.#ended = ended;
    if (this.#left === undefined) return;
    this.#left = new Set([...this.#left].filter((pid) => now.has(pid)));
    if (this.#left.size === 0) clearInterval(this.#timer);
  }
}

/** The children of the first thread, those that have ended as well. */
function children(): Set<string> {
  const pid = String(process.pid);
  return new Set(read(`/proc/${pid}/task/${pid}/children`).split(' ').filter((child) => child !== ''));
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
