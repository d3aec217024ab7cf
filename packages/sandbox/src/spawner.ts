import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { kernelError } from '@netdevkit/errno';
import type { Libc } from '@netdevkit/libc/unsafe';
import type { Abi } from './abi.ts';
import { interceptionFilter, type DescriptorRange } from './filter.ts';
import type { Personality } from './personality.ts';
import { RemoteMemory } from './remote-memory.unsafe.ts';
import { Listener } from './seccomp.unsafe.ts';
import type { SpawnFailure, SpawnSettings, SpawnerData, SpawnerReply, SpawnerRequest } from './spawner-messages.ts';
import { Supervisor } from './supervisor.ts';

/** What a {@link Spawner} is made of. */
export interface SpawnerOptions {
  readonly libc: Libc;
  readonly abi: Abi;
  readonly personality: Personality;
  readonly descriptors: DescriptorRange;
  /** Whether calls of sockets are trapped whatever their descriptor's number. */
  readonly everySocket?: boolean;
  readonly killable: boolean;
  /** Whether ADDFD answers by itself; false for the way of kernels before 5.14. */
  readonly addfdAnswers: boolean;
  readonly report: (error: unknown) => void;
}

/** Who is told what becomes of a program. */
export interface SpawnObserver {
  spawned(pid: number): void;
  failed(failure: SpawnFailure): void;
  exited(code: number | null, signal: NodeJS.Signals | null): void;
}

/**
 * Starts programs under a filter, and answers what it traps.
 *
 * A filter is a thread's, and inherited: a worker thread installs it and starts the programs, while its listener, a
 * descriptor as any other, is served by the thread that made the spawner.
 */
export class Spawner {
  readonly #worker: Worker;
  readonly #observers = new Map<number, SpawnObserver>();
  readonly #supervisor: Supervisor;
  readonly #memory: RemoteMemory;
  #made = 0;
  #ended = false;
  #idle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(worker: Worker, supervisor: Supervisor, memory: RemoteMemory, report: (error: unknown) => void) {
    this.#worker = worker;
    this.#supervisor = supervisor;
    this.#memory = memory;
    worker.on('message', (reply: SpawnerReply) => {
      this.#told(reply);
    });
    worker.on('error', report);
    worker.once('exit', () => {
      this.#ended = true;
      // Nobody would tell of what runs still.
      for (const observer of this.#observers.values()) observer.failed({ message: 'the thread that starts programs has ended' });
      this.#observers.clear();
      this.#idle?.();
    });
    worker.unref();
    supervisor.start();
  }

  /**
   * Starts one.
   *
   * @throws KernelError what seccomp(2) says
   */
  static async start(options: SpawnerOptions): Promise<Spawner> {
    const { libc, abi, personality, descriptors, everySocket = false, killable } = options;
    // Threads that the filtered one makes are filtered: libuv's pool is made before.
    await stat('/');
    const program = interceptionFilter(abi, { ...personality.interests, descriptors, everySocket });
    const ready = new Int32Array(new SharedArrayBuffer(8));
    const data: SpawnerData = { program, killable, ready };
    const worker = new Worker(threadModule(), { workerData: data, name: 'sandbox', ...sourceConditions() });
    await installed(worker, ready);
    const descriptor = libc.descriptor(Atomics.load(ready, 0) - 1, 'seccomp listener');
    const listener = new Listener(libc, descriptor, options.addfdAnswers);
    const memory = new RemoteMemory(libc);
    return new Spawner(worker, new Supervisor({ ...options, listener, memory, spawner: Atomics.load(ready, 1) }), memory, options.report);
  }

  /** Calls that were trapped, and that wait. */
  get statistics(): { readonly calls: number; readonly held: number } {
    return this.#supervisor.statistics;
  }

  /** How many programs run. */
  get running(): number {
    return this.#observers.size;
  }

  /** Takes up no more calls. */
  pause(): void {
    this.#supervisor.pause();
  }

  /** Goes on. */
  resume(): void {
    this.#supervisor.resume();
  }

  /** Starts a program. */
  spawn(file: string, args: readonly string[], settings: SpawnSettings, observer: SpawnObserver): void {
    if (this.#ended) {
      observer.failed({ message: 'the thread that starts programs has ended' });
      return;
    }
    const id = this.#made++;
    // The process stays while programs run.
    if (this.#observers.size === 0) this.#worker.ref();
    this.#observers.set(id, observer);
    this.#post({ type: 'spawn', id, file, args, settings });
  }

  /**
   * Waits until the programs have ended, and ends the thread and then the listener: what they left behind gets ENOSYS. A
   * second call waits for the first.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends the listener at once: for a process that exits. */
  abandon(): void {
    this.#supervisor.close();
  }

  async #close(): Promise<void> {
    // The thread makes calls, too.
    this.#supervisor.resume();
    if (this.#observers.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    if (!this.#ended) {
      const ended = new Promise<void>((resolve) => {
        this.#worker.once('exit', () => {
          resolve();
        });
      });
      this.#worker.ref();
      this.#post({ type: 'close' });
      await ended;
    }
    this.#supervisor.close();
    this.#memory[Symbol.dispose]();
  }

  #post(request: SpawnerRequest): void {
    this.#worker.postMessage(request);
  }

  #told(reply: SpawnerReply): void {
    if (reply.type === 'refused') return;
    const observer = this.#observers.get(reply.id);
    if (observer === undefined) return;
    if (reply.type === 'spawned') {
      observer.spawned(reply.pid);
      return;
    }
    this.#observers.delete(reply.id);
    if (this.#observers.size === 0) this.#worker.unref();
    if (reply.type === 'failed') observer.failed(reply.failure);
    else observer.exited(reply.code, reply.signal);
    if (this.#observers.size === 0) this.#idle?.();
  }
}

/** Waits until the thread has its filter; what it was refused is thrown. */
function installed(worker: Worker, ready: Int32Array): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      if (Atomics.load(ready, 0) !== 0) finish(resolve);
    }, 1);
    const finish = (then: () => void): void => {
      clearInterval(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      then();
    };
    const onMessage = (reply: SpawnerReply): void => {
      finish(() => {
        reject(reply.type === 'refused' ? kernelError(-reply.errno, reply.op) : new Error(reply.type));
      });
    };
    const onError = (error: Error): void => {
      finish(() => {
        reject(error);
      });
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
  });
}

/** The thread's module: beside this one, built or not. */
function threadModule(): URL {
  return new URL(isSource() ? './spawner-thread.unsafe.ts' : './spawner-thread.unsafe.js', import.meta.url);
}

/** Sources are run against sources. */
function sourceConditions(): { execArgv?: string[] } {
  return isSource() ? { execArgv: ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning'] } : {};
}

function isSource(): boolean {
  return import.meta.url.endsWith('.ts');
}
