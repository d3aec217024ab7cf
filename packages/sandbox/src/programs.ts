import process from 'node:process';
import { KernelError } from '@netdevkit/errno';
import type { Libc } from '@netdevkit/libc/unsafe';
import { CAP_SYS_PTRACE, hasCapability } from './process-info.ts';
import type { SpawnOptions } from './sandbox.ts';
import { SandboxedProcess, layOutStdio } from './sandboxed-process.ts';
import { socketpair } from './socketpair.unsafe.ts';
import type { Spawner } from './spawner.ts';

/** The programs that run under filters, from when they are asked for until they have ended. */
export class Programs {
  readonly #libc: Libc;
  readonly #running = new Set<SandboxedProcess>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** How many there are. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Starts a program.
   *
   * @param spawner - the thread that carries its filter
   * @returns the program, which is started soon
   * @throws KernelError `EMFILE`; `EPERM`: programs of that user may not be looked at; TypeError: the options are wrong; the signal's reason, when that is aborted
   */
  start(spawner: Promise<Spawner>, file: string, args: readonly string[], options: Omit<SpawnOptions, 'netns'>): SandboxedProcess {
    const { stdio = 'pipe', signal, env = process.env, ...rest } = options;
    signal?.throwIfAborted();
    if (options.uid !== undefined && options.uid !== process.getuid?.() && !hasCapability(CAP_SYS_PTRACE)) {
      throw new KernelError('EPERM', 'programs of another user can be followed with CAP_SYS_PTRACE only, which containers are not given by default', { op: 'spawn' });
    }
    const layout = layOutStdio(stdio, () => socketpair(this.#libc));
    const child = new SandboxedProcess(file, args, layout);
    const observer = child.observer();
    this.#running.add(child);
    const onAbort = (): void => {
      child.kill('SIGKILL');
    };
    const ended = (): void => {
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(child);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const settings = { ...rest, env: { ...env }, stdio: [...layout.child] };
    spawner.then(
      (thread) => {
        thread.spawn(file, args, settings, {
          spawned: (pid) => {
            observer.spawned(pid);
          },
          failed: (failure) => {
            ended();
            observer.failed(failure);
          },
          exited: (code, name) => {
            ended();
            observer.exited(code, name);
          },
        });
      },
      (error: unknown) => {
        ended();
        observer.failed({ message: error instanceof Error ? error.message : String(error) });
      },
    );
    return child;
  }

  /** Ends those that run. */
  kill(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}
