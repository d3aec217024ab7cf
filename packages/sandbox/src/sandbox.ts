import process from 'node:process';
import { KernelError } from '@netdevkit/errno';
import type { Credentials, Kernel, NetNamespace } from '@netdevkit/kernel';
import { Libc } from '@netdevkit/libc/unsafe';
import { abiOf } from './abi.ts';
import { EmbeddedPersonality } from './embedded-personality.ts';
import type { DescriptorRange } from './filter.ts';
import { HostNamespaces } from './host-namespaces.ts';
import { Orphans } from './orphans.unsafe.ts';
import { Borrower } from './pidfd.unsafe.ts';
import { Programs } from './programs.ts';
import type { SandboxedProcess, StdioEntry } from './sandboxed-process.ts';
import { Remarks, type SandboxRemark } from './sandbox-remark.ts';
import { Spawner } from './spawner.ts';
import { support } from './support.ts';

/** How a {@link Sandbox} is made; everything has a default. */
export interface SandboxOptions {
  /**
   * What programs may do on the embedded kernel, whoever they are on the host.
   *
   * @defaultValue everything: root
   */
  readonly credentials?: Partial<Credentials>;
  /**
   * The descriptor numbers that programs' sockets get. Every other descriptor is the host's, at its speed. The numbers
   * have to lie below the programs' RLIMIT_NOFILE, unless that may be raised, and below 1024 for those that use select(2); numbers below 64 are Node's
   * own, which must not be trapped.
   *
   * @defaultValue 512 to 1023
   */
  readonly descriptors?: DescriptorRange;
  /**
   * Whether sockets are followed to other numbers, to which `dup2` copies them and with which another program receives them
   * through a UNIX socket. There they have all calls of sockets, but not `read` and `write`. It costs programs that use other
   * sockets some fifteen microseconds for each call on them.
   *
   * @defaultValue false: `dup2` to such a number fails with EBADF, and what is received there is a pipe
   */
  readonly everySocket?: boolean;
  /**
   * Whether files about the network are the embedded kernel's: those below `/proc/net`, `/proc/sys/net` and `/sys/class/net`.
   * It costs programs some twenty microseconds for each call that names a file, and ten for each write to the standard output.
   *
   * @defaultValue false: they are the host's
   */
  readonly files?: boolean;
  /**
   * Whether calls are interrupted by fatal signals only, where the kernel can do that.
   *
   * @defaultValue as {@link support} says
   */
  readonly killable?: boolean;
  /**
   * Whether programs that outlive their parents become children of this process, which waits for them: `PR_SET_CHILD_SUBREAPER`.
   * Under Yama's `ptrace_scope` 1 daemons need it.
   *
   * @defaultValue true where the memory of descendants alone may be read
   */
  readonly adoptOrphans?: boolean;
  /**
   * Whether descriptors are given in one step (Linux 5.14) where the kernel can do that.
   *
   * @defaultValue true
   */
  readonly atomicDescriptors?: boolean;
  /**
   * Told of errors inside the sandbox, which programs see as EIO.
   *
   * @defaultValue a warning of the process
   */
  readonly onError?: (error: unknown) => void;
  /** Told, once for each program, of what it was refused only because it runs here. */
  readonly onRemark?: (remark: SandboxRemark) => void;
}

/** How a program is started: as by `child_process.spawn`, and in which namespace. */
export interface SpawnOptions {
  /**
   * The embedded kernel's namespace that it is in.
   *
   * @defaultValue the initial one
   */
  readonly netns?: NetNamespace;
  /** The working directory. */
  readonly cwd?: string;
  /**
   * Its environment.
   *
   * @defaultValue this process's
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it is told its name is. */
  readonly argv0?: string;
  /**
   * Its descriptors, as `child_process.spawn` takes them, without IPC.
   *
   * @defaultValue `pipe`
   */
  readonly stdio?: 'pipe' | 'ignore' | 'inherit' | readonly StdioEntry[];
  /** Whether it leads a process group of its own. */
  readonly detached?: boolean;
  /** Whom the host takes it for: another one needs CAP_SYS_PTRACE. */
  readonly uid?: number;
  /**
   * Its group on the host.
   *
   * @defaultValue this process's
   */
  readonly gid?: number;
  /** Whether a shell runs it, and which. */
  readonly shell?: boolean | string;
  /** Kills it when aborted. */
  readonly signal?: AbortSignal;
}

/** What became of a program that {@link Sandbox.run} ran. */
export interface RunResult {
  /** What it exited with; `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; `null` when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** All that it wrote to its standard output, as UTF-8. */
  readonly stdout: string;
  /** All that it wrote to its standard error, as UTF-8. */
  readonly stderr: string;
}

/** Figures of a sandbox. */
export interface SandboxStatistics {
  /** System calls that were trapped so far. */
  readonly calls: number;
  /** Calls that wait. */
  readonly held: number;
  /** Sockets of the embedded kernel that programs have. */
  readonly sockets: number;
  /** Programs that run. */
  readonly processes: number;
}

/** How {@link Sandbox.run} runs a program. */
export interface RunOptions extends Omit<SpawnOptions, 'stdio'> {
  /**
   * What it reads from its standard input.
   *
   * @defaultValue nothing
   */
  readonly input?: string | Uint8Array;
}

const DESCRIPTORS: DescriptorRange = { first: 512, end: 1024 };
/** libuv's own pipes have numbers below this: one of them is a lock that the thread which answers takes, too. */
const LEAST_DESCRIPTOR = 64;

/** What the host allows a sandbox, and what was made of it. */
interface Means {
  readonly killable: boolean;
  readonly orphans: Orphans | undefined;
}

/**
 * Runs unmodified programs on an embedded kernel: their netlink and packet sockets are the embedded kernel's, and all else
 * is the host's.
 *
 * It is a tool for tests and for looking on, not a security boundary. Programs gain no privileges in it: neither setuid
 * nor file capabilities count, unless this process has CAP_SYS_ADMIN and CAP_SYS_PTRACE.
 *
 * @example
 * ```ts sketch
 * using kernel = new Kernel({ modules: [nlmon] });
 * await using sandbox = await Sandbox.create(kernel);
 * const { code } = await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
 * ```
 */
export class Sandbox implements AsyncDisposable {
  readonly #kernel: Kernel;
  readonly #options: SandboxOptions;
  readonly #libc: Libc;
  readonly #killable: boolean;
  readonly #orphans: Orphans | undefined;
  readonly #namespaces: HostNamespaces;
  readonly #spawners = new Map<NetNamespace, Promise<Spawner>>();
  readonly #personalities = new Set<EmbeddedPersonality>();
  readonly #programs: Programs;
  readonly #running = new Set<Spawner>();
  readonly #onExit = (): void => {
    // Node waits for its threads then, and one of them might wait for an answer.
    for (const spawner of this.#running) spawner.abandon();
  };
  readonly #remarks: Remarks;
  #paused = false;
  #closed: Promise<void> | undefined;

  private constructor(kernel: Kernel, options: SandboxOptions, libc: Libc, means: Means) {
    this.#kernel = kernel;
    this.#options = options;
    this.#remarks = new Remarks(options.onRemark);
    this.#libc = libc;
    this.#programs = new Programs(libc);
    this.#killable = means.killable;
    this.#orphans = means.orphans;
    this.#namespaces = new HostNamespaces(kernel, (namespace) => [...this.#personalities].some((personality) => personality.isIn(namespace)));
  }

  /**
   * Makes one.
   *
   * @param kernel - whose sockets the programs get; it stays the caller's, and outlives the sandbox
   * @throws KernelError `ENOSYS`: not on this host, as the message says; see {@link support}. RangeError: the descriptors are
   * no range from 64 on
   */
  static async create(kernel: Kernel, options: SandboxOptions = {}): Promise<Sandbox> {
    checkRange(options.descriptors ?? DESCRIPTORS);
    const { available, reasons, killable, descendantsOnly } = support();
    if (!available) throw new KernelError('ENOSYS', reasons.join('; '), { op: 'sandbox' });
    const libc = Libc.open();
    const orphans = (options.adoptOrphans ?? descendantsOnly) ? new Orphans(libc) : undefined;
    const sandbox = new Sandbox(kernel, options, libc, { killable: killable && (options.killable ?? true), orphans });
    try {
      // What is refused is refused now.
      await sandbox.#spawner(kernel.initialNamespace);
      return sandbox;
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  /** Figures of now. */
  get statistics(): SandboxStatistics {
    let [sockets, calls, held] = [0, 0, 0];
    for (const personality of this.#personalities) sockets += personality.sockets;
    for (const { statistics } of this.#running) {
      calls += statistics.calls;
      held += statistics.held;
    }
    return { calls, held, sockets, processes: this.#programs.size };
  }

  /**
   * Starts a program.
   *
   * @param file - its name, looked for in PATH, or its path
   * @returns the program, which is started soon: the events `spawn` and `error` tell
   * @throws KernelError `EBADF`: the sandbox is closed; `EMFILE`; `EPERM`: the user is another one, and this process
   * has no CAP_SYS_PTRACE; TypeError: the options are wrong
   */
  spawn(file: string, args: readonly string[] = [], options: SpawnOptions = {}): SandboxedProcess {
    if (this.#closed !== undefined) throw new KernelError('EBADF', 'the sandbox is closed', { op: 'spawn' });
    const { netns = this.#kernel.initialNamespace, ...rest } = options;
    return this.#programs.start(this.#spawner(netns), file, args, rest);
  }

  /**
   * Runs a program to its end.
   *
   * @returns how it ended, and what it wrote
   * @throws Error `ENOENT`, `EACCES`, …: it could not be started
   */
  async run(file: string, args: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> {
    const { input, ...rest } = options;
    const child = this.spawn(file, args, rest);
    const texts = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
      return (): string => Buffer.concat(chunks).toString('utf8');
    });
    child.stdin?.end(input ?? '');
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => {
        resolve(end);
      });
    });
    return { code, signal, stdout: texts[0]?.() ?? '', stderr: texts[1]?.() ?? '' };
  }

  /**
   * Takes up no more calls of programs until {@link resume}: who makes one waits, and can be interrupted meanwhile. For whoever
   * cannot keep up with what they say.
   */
  pause(): void {
    this.#paused = true;
    for (const spawner of this.#running) spawner.pause();
  }

  /** Takes up calls again. */
  resume(): void {
    this.#paused = false;
    for (const spawner of this.#running) spawner.resume();
  }

  /**
   * Ends it: programs that run are killed, and those that they left behind get ENOSYS from their sockets.
   */
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
    const spawners = await Promise.allSettled(this.#spawners.values());
    this.#programs.kill();
    await Promise.all(spawners.filter((result) => result.status === 'fulfilled').map((result) => result.value.close()));
    process.off('exit', this.#onExit);
    this.#orphans?.[Symbol.dispose]();
    this.#namespaces.close();
  }

  /** The thread of a namespace, whose listener tells that a call is of that namespace. */
  #spawner(netns: NetNamespace): Promise<Spawner> {
    let spawner = this.#spawners.get(netns);
    if (spawner === undefined) {
      spawner = this.#start(netns);
      this.#spawners.set(netns, spawner);
    }
    return spawner;
  }

  async #start(namespace: NetNamespace): Promise<Spawner> {
    const { credentials = {}, descriptors = DESCRIPTORS, atomicDescriptors = true, files = false, everySocket = false, onError } = this.#options;
    const libc = this.#libc;
    const abi = abiOf(libc.architecture);
    const [kernel, namespaces, remarks, borrower] = [this.#kernel, this.#namespaces, this.#remarks, new Borrower(libc, abi)];
    const personality = new EmbeddedPersonality({ libc, kernel, namespace, namespaces, borrower, descriptors, everySocket, files, credentials, remarks });
    this.#personalities.add(personality);
    if (this.#running.size === 0) process.on('exit', this.#onExit);
    try {
      const spawner = await Spawner.start({
        libc,
        abi,
        personality,
        descriptors,
        everySocket,
        killable: this.#killable,
        addfdAnswers: atomicDescriptors,
        report: onError ?? warn,
      });
      this.#running.add(spawner);
      if (this.#paused) spawner.pause();
      return spawner;
    } catch (error) {
      this.#personalities.delete(personality);
      personality.close();
      throw error;
    }
  }
}

function checkRange({ first, end }: DescriptorRange): void {
  if (Number.isInteger(first) && Number.isInteger(end) && first >= LEAST_DESCRIPTOR && end > first) return;
  throw new RangeError(`descriptors: expected integers ${String(LEAST_DESCRIPTOR)} <= first < end, got ${String(first)} and ${String(end)}`);
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error('sandbox', { cause: error }));
}
