import { KernelError, errno, isKernelError } from '@netdevkit/errno';
import type { Libc, Watch } from '@netdevkit/libc/unsafe';
import type { Abi } from './abi.ts';
import { DescriptorLimits } from './descriptor-limit.unsafe.ts';
import { HeldCalls } from './held-calls.ts';
import { CallGone, type Personality } from './personality.ts';
import { leaderTest } from './pidfd.unsafe.ts';
import { threadGroup } from './process-info.ts';
import type { RemoteMemory } from './remote-memory.unsafe.ts';
import { Replays } from './replay.ts';
import type { Listener, Notification } from './seccomp.unsafe.ts';
import { TrappedCall, type CallOwner } from './trapped-call.ts';

/** What a {@link Supervisor} is made of. */
export interface SupervisorOptions {
  readonly libc: Libc;
  readonly abi: Abi;
  readonly listener: Listener;
  readonly memory: RemoteMemory;
  /** Who answers. */
  readonly personality: Personality;
  /** The thread that carries the filter for others: its own calls are the host's. */
  readonly spawner: number;
  /** Whether the filter was installed so that only fatal signals interrupt a call. */
  readonly killable: boolean;
  /** Told of errors in the personality, which the program sees as EIO. */
  readonly report: (error: unknown) => void;
}

/** How many calls are answered before others in the event loop have their turn. */
const BATCH = 64;

/**
 * Answers the system calls that a filter traps: receives them from the listener, has the personality handle them, and
 * sees to those that are held or were interrupted.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #owner: CallOwner;
  readonly #held: HeldCalls;
  readonly #limits: DescriptorLimits;
  readonly #replays: Replays = new Replays(() => performance.now());
  #watch: Watch | undefined;
  #armed = false;
  #paused = false;
  #calls = 0;
  #closed = false;

  constructor(options: SupervisorOptions) {
    const { listener, memory, killable } = options;
    this.#options = options;
    this.#held = new HeldCalls(killable);
    this.#limits = new DescriptorLimits(options.libc);
    const isLeader = leaderTest(options.libc, options.abi);
    this.#owner = {
      listener,
      memory,
      limits: this.#limits,
      // Most threads are their process's first; asking for that is a tenth of what reading /proc costs.
      threadGroup: (tid) => (isLeader(tid) ? tid : threadGroup(tid)),
      settled: (call, lost) => {
        this.#held.delete(call);
        if (lost !== undefined && call.hasEffect) this.#replays.remember(call.notification, lost);
      },
    };
  }

  /** How many calls were trapped so far, and how many wait. */
  get statistics(): { readonly calls: number; readonly held: number } {
    return { calls: this.#calls, held: this.#held.size };
  }

  /** Begins to answer. */
  start(): void {
    const watch = this.#options.listener.descriptor.watch(() => {
      this.#armed = false;
      this.#continue();
    });
    // What keeps the process alive is the programs, and whoever waits for them.
    watch.unref();
    this.#watch = watch;
    this.#continue();
  }

  /** Ends it: calls that wait, and those that come, answer ENOSYS. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#held.close();
    this.#options.personality.close();
    this.#options.listener.close();
    this.#limits[Symbol.dispose]();
  }

  /** Takes up no more calls: who makes one waits, and can be interrupted meanwhile. */
  pause(): void {
    this.#paused = true;
  }

  /** Goes on. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#continue();
  }

  #continue(): void {
    if (this.#paused || this.#armed || this.#closed || !this.#serve()) return;
    this.#armed = true;
    this.#watch?.arm({ readable: true });
  }

  /** Answers what waits now. Returns whether there may be more. */
  #serve(): boolean {
    const { listener } = this.#options;
    for (let left = BATCH; left > 0 && !this.#closed && !this.#paused; left--) {
      const state = listener.poll();
      if (state === 'idle') break;
      if (state === 'ended') return false;
      const notification = listener.receive();
      if (notification !== undefined) this.#handle(notification);
    }
    return !this.#closed;
  }

  #handle(notification: Notification): void {
    const { listener, abi, personality, spawner, report } = this.#options;
    this.#calls++;
    const name = abi.nameOf(notification.number);
    if (notification.tid === spawner || name === undefined) {
      listener.pass(notification.id);
      return;
    }
    const replayed = this.#replays.take(notification);
    if (replayed !== undefined) {
      if (listener.respond(notification.id, replayed) < 0) this.#replays.remember(notification, replayed);
      return;
    }
    const call = new TrappedCall(name, notification, this.#owner);
    try {
      personality.handle(call);
      if (!call.settled) this.#held.add(call);
    } catch (error) {
      if (error instanceof CallGone) call.abandon();
      else if (isKernelError(error)) call.answer(-error.errno);
      else if (isSystemError(error)) call.answer(error.errno);
      else {
        call.answer(-errno.EIO);
        report(new KernelError('EIO', `${name} could not be handled`, { op: 'sandbox', cause: error }));
      }
    }
  }
}

/** An error of Node's own calls of the system, such as EMFILE of this process: the program is told the same. */
function isSystemError(error: unknown): error is Error & { readonly errno: number } {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && error.errno < 0;
}
