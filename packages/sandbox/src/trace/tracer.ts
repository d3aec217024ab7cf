import process from 'node:process';
import { KernelError } from '@netdevkit/errno';
import { Libc } from '@netdevkit/libc/unsafe';
import { abiOf } from '../abi.ts';
import type { DescriptorRange } from '../filter.ts';
import { Orphans } from '../orphans.unsafe.ts';
import { Borrower } from '../pidfd.unsafe.ts';
import { Programs } from '../programs.ts';
import type { SandboxedProcess } from '../sandboxed-process.ts';
import type { SpawnOptions } from '../sandbox.ts';
import { Spawner } from '../spawner.ts';
import { support } from '../support.ts';
import { HostPersonality } from './host-personality.ts';
import { KeptSockets } from './kept-sockets.ts';
import { HostSockets } from './host-sockets.unsafe.ts';
import { EpollSet } from '../epoll-set.unsafe.ts';
import type { TraceObserver } from './traced-message.ts';

/** How a {@link Tracer} is made; all but the observer has a default. */
export interface TracerOptions {
  /** Who is told what is seen. */
  readonly observer: TraceObserver;
  /**
   * The descriptor numbers that programs' netlink sockets get.
   *
   * @defaultValue 512 to 1023
   */
  readonly descriptors?: DescriptorRange;
  /**
   * Whether descriptors are taken from programs, by `pidfd_getfd(2)`. Otherwise this process keeps one of each socket as long as
   * programs have it, which costs about a millisecond for each socket that is made or closed.
   *
   * @defaultValue true where the system allows it, which filters of containers do not
   */
  readonly takeDescriptors?: boolean;
  /**
   * Whether programs that outlive their parents become children of this process, which waits for them: `PR_SET_CHILD_SUBREAPER`.
   * Under Yama's `ptrace_scope` 1 only the messages of descendants can be seen.
   *
   * @defaultValue true where the memory of descendants alone may be read
   */
  readonly adoptOrphans?: boolean;
  /**
   * Told of errors inside the tracer, which programs see as EIO.
   *
   * @defaultValue a warning of the process
   */
  readonly onError?: (error: unknown) => void;
}

/** How a program is started: as by `child_process.spawn`. */
export type TraceSpawnOptions = Omit<SpawnOptions, 'netns'>;

/**
 * Runs unmodified programs on the host's kernel, and sees what they and the programs that they start say to it over netlink:
 * what they send before it is sent, what they receive as they receive it. Without root and without a driver in the kernel.
 *
 * As in a {@link Sandbox}, only root's programs gain privileges by setuid or file capabilities. Not seen are sockets in a network
 * namespace that a program makes or enters, sockets that it is sent through a UNIX socket, and copies that `dup2` makes below the
 * reserved numbers.
 *
 * @example
 * ```ts sketch
 * await using tracer = await Tracer.create({ observer: { message: ({ command, bytes }) => console.log(command, bytes.length) } });
 * tracer.spawn('ip', ['link'], { stdio: 'inherit' });
 * ```
 */
export class Tracer implements AsyncDisposable {
  readonly #spawner: Spawner;
  readonly #programs: Programs;
  readonly #orphans: Orphans | undefined;
  readonly #onExit = (): void => {
    this.#spawner.abandon();
  };
  #closed: Promise<void> | undefined;

  private constructor(libc: Libc, spawner: Spawner, orphans: Orphans | undefined) {
    this.#programs = new Programs(libc);
    this.#spawner = spawner;
    this.#orphans = orphans;
    process.on('exit', this.#onExit);
  }

  /**
   * Makes one.
   *
   * @throws KernelError `ENOSYS`: not on this host, as the message says; see {@link support}
   */
  static async create(options: TracerOptions): Promise<Tracer> {
    const { observer, descriptors = { first: 512, end: 1024 }, onError = warn } = options;
    const { available, reasons, killable, descendantsOnly } = support();
    if (!available) throw new KernelError('ENOSYS', reasons.join('; '), { op: 'trace' });
    const libc = Libc.open();
    const abi = abiOf(libc.architecture);
    const [sockets, readiness, borrower] = [new HostSockets(libc, abi), new EpollSet(libc), new Borrower(libc, abi)];
    const kept = (options.takeDescriptors ?? true) && borrower.mayBorrow ? undefined : new KeptSockets(sockets, readiness);
    const personality = new HostPersonality({ sockets, readiness, borrower, descriptors, observer, kept });
    const orphans = (options.adoptOrphans ?? descendantsOnly) ? new Orphans(libc) : undefined;
    try {
      const spawner = await Spawner.start({ libc, abi, personality, descriptors, killable, addfdAnswers: true, report: onError });
      return new Tracer(libc, spawner, orphans);
    } catch (error) {
      orphans?.[Symbol.dispose]();
      personality.close();
      throw error;
    }
  }

  /**
   * Starts a program.
   *
   * @param file - its name, looked for in PATH, or its path
   * @throws KernelError `EBADF`: the tracer is closed; `EMFILE`; `EPERM`: the user is another one, and this process
   * has no CAP_SYS_PTRACE; TypeError: the options are wrong
   */
  spawn(file: string, args: readonly string[] = [], options: TraceSpawnOptions = {}): SandboxedProcess {
    if (this.#closed !== undefined) throw new KernelError('EBADF', 'the tracer is closed', { op: 'spawn' });
    return this.#programs.start(Promise.resolve(this.#spawner), file, args, options);
  }

  /**
   * Takes up no more calls of programs until {@link resume}: who makes one waits, and can be interrupted meanwhile. For whoever
   * cannot keep up with what they say.
   */
  pause(): void {
    this.#spawner.pause();
  }

  /** Takes up calls again. */
  resume(): void {
    this.#spawner.resume();
  }

  /** Ends it: programs that run are killed. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends it, as {@link close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#programs.kill();
    await this.#spawner.close();
    process.off('exit', this.#onExit);
    this.#orphans?.[Symbol.dispose]();
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error('trace', { cause: error }));
}
