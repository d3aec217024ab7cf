import type { Call } from './personality.ts';
import { commandOf } from './process-info.ts';

/** Something that a program was refused only because it runs in a sandbox. */
export interface SandboxRemark {
  /**
   * `copied`: `dup2` of its socket to a number at which sockets are not followed, unless with `everySocket`; `no-room`: a socket, as its
   * RLIMIT_NOFILE leaves none of the numbers for sockets.
   */
  readonly kind: 'copied' | 'no-room';
  /** The process, as this process numbers it. */
  readonly pid: number;
  /** What the process is called: `/proc/PID/comm`. */
  readonly command: string;
}

/** So many programs are remembered. */
const MOST = 1024;

/** Says each thing of a program once. */
export class Remarks {
  readonly #told: ((remark: SandboxRemark) => void) | undefined;
  readonly #made = new Set<string>();

  constructor(told: ((remark: SandboxRemark) => void) | undefined) {
    this.#told = told;
  }

  /** Remarks on what a call was refused. */
  make(kind: SandboxRemark['kind'], call: Call): void {
    if (this.#told === undefined) return;
    const pid = call.tgid();
    const what = `${kind} ${String(pid)}`;
    if (this.#made.has(what)) return;
    if (this.#made.size >= MOST) this.#made.clear();
    this.#made.add(what);
    this.#told({ kind, pid, command: commandOf(pid) });
  }
}
