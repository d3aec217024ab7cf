import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import type { Stream } from 'node:stream';
import type { Pair } from './socketpair.unsafe.ts';
import type { SpawnFailure } from './spawner-messages.ts';
import type { SpawnObserver } from './spawner.ts';

/** One entry of a program's `stdio`. */
export type StdioEntry = 'pipe' | 'ignore' | 'inherit' | number | (Stream & { readonly fd?: number | undefined }) | null | undefined;

/** How a program's descriptors are laid out. */
export interface Stdio {
  /** For the spawner: numbers and `ignore`. */
  readonly child: readonly ('ignore' | number)[];
  /** The streams to them; `null` where there is none. */
  readonly streams: readonly (Socket | null)[];
  /** Descriptors to close once the program has them. */
  readonly ends: readonly Disposable[];
}

/**
 * Lays out a program's descriptors, as `child_process.spawn` does.
 *
 * @param option - `stdio` as `child_process.spawn` takes it, without IPC
 * @param pair - makes two connected sockets
 * @throws TypeError for an entry that is none of these
 */
export function layOutStdio(option: 'pipe' | 'ignore' | 'inherit' | readonly StdioEntry[], pair: () => Pair): Stdio {
  const entries: StdioEntry[] = typeof option === 'string' ? [option, option, option] : [...option];
  while (entries.length < 3) entries.push(undefined);
  const child: ('ignore' | number)[] = [];
  const streams: (Socket | null)[] = [];
  const ends: Disposable[] = [];
  for (const [fd, entry] of entries.entries()) {
    const kind = entry ?? (fd < 3 ? 'pipe' : 'ignore');
    let stream: Socket | null = null;
    if (kind === 'pipe') {
      const { own, theirs } = pair();
      stream = new Socket({ fd: own, readable: fd !== 0, writable: fd !== 1 && fd !== 2 });
      ends.push(theirs);
      child.push(theirs.fd);
    } else {
      child.push(kind === 'ignore' ? kind : kind === 'inherit' ? fd : descriptorOf(kind, fd));
    }
    streams.push(stream);
  }
  return { child, streams, ends };
}

function descriptorOf(entry: number | (Stream & { readonly fd?: number | undefined }) | string, at: number): number {
  const fd = typeof entry === 'object' ? entry.fd : entry;
  if (typeof fd === 'number' && Number.isInteger(fd) && fd >= 0) return fd;
  throw new TypeError(`stdio[${String(at)}]: expected 'pipe', 'ignore', 'inherit', a descriptor or a stream that has one, got ${String(fd)}`);
}

/** The events of a {@link SandboxedProcess}: those of Node's `ChildProcess`, without IPC. */
export interface SandboxedProcessEvents {
  /** It was started: {@link SandboxedProcess.pid} is there. */
  spawn: [];
  /** It has ended: with an exit code, or else by a signal; the other is `null`. Its streams may have more to give. */
  exit: [code: number | null, signal: NodeJS.Signals | null];
  /** It has ended or could not be started, and all its streams are closed. The last event. */
  close: [code: number | null, signal: NodeJS.Signals | null];
  /** It could not be started. */
  error: [error: Error];
}

/**
 * A program that runs in a sandbox, with the face of Node's `ChildProcess`: its streams, its events, its properties.
 *
 * It is started by another thread, so {@link pid} is there from the event `spawn` on, and what a quick program does and
 * writes may be seen before. A signal that is sent before then goes out as soon as it can.
 */
export class SandboxedProcess extends EventEmitter<SandboxedProcessEvents> {
  /** The process's number, once it was started. */
  pid: number | undefined;
  /** What it exited with, `null` before that or when a signal ended it. */
  exitCode: number | null = null;
  /** What signal ended it. */
  signalCode: NodeJS.Signals | null = null;
  /** Whether {@link kill} sent a signal. */
  killed = false;
  /** The program as it was asked for: a path, or a name that is looked up. */
  readonly spawnfile: string;
  /** What was asked for: {@link spawnfile}, then its arguments. */
  readonly spawnargs: readonly string[];
  /** The streams to its descriptors, `null` where `stdio` was not `pipe`. */
  readonly stdio: readonly (Socket | null)[];
  readonly #ends: readonly Disposable[];
  #pendingSignal: NodeJS.Signals | number | undefined;
  #open: number;
  #ended = false;

  /** @internal */
  constructor(file: string, args: readonly string[], stdio: Stdio) {
    super();
    this.spawnfile = file;
    this.spawnargs = [file, ...args];
    this.stdio = stdio.streams;
    this.#ends = stdio.ends;
    const streams = stdio.streams.filter((stream) => stream !== null);
    this.#open = streams.length;
    for (const stream of streams) {
      // A program that ends before it has read what it is told is no error of the one who tells.
      stream.on('error', () => undefined);
      stream.once('close', () => {
        this.#open--;
        this.#maybeClose();
      });
    }
  }

  /** Its standard input, when `stdio` asked for a pipe. */
  get stdin(): Socket | null {
    return this.stdio[0] ?? null;
  }

  /** Its standard output, when `stdio` asked for a pipe. */
  get stdout(): Socket | null {
    return this.stdio[1] ?? null;
  }

  /** Its standard error, when `stdio` asked for a pipe. */
  get stderr(): Socket | null {
    return this.stdio[2] ?? null;
  }

  /**
   * Sends it a signal.
   *
   * @param signal - a name or a number; 0 asks whether it is there
   * @returns whether it could be sent
   */
  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    if (this.#ended) return false;
    if (this.pid === undefined) {
      this.#pendingSignal = signal;
      this.killed = true;
      return true;
    }
    try {
      process.kill(this.pid, signal);
    } catch {
      return false;
    }
    if (signal !== 0) this.killed = true;
    return true;
  }

  /** Ends it at once, as a disposed sandbox does. */
  [Symbol.dispose](): void {
    this.kill('SIGKILL');
  }

  /** @internal What the spawner tells. */
  observer(): SpawnObserver {
    return {
      spawned: (pid) => {
        this.pid = pid;
        this.#closeEnds();
        if (this.#pendingSignal !== undefined) this.kill(this.#pendingSignal);
        this.emit('spawn');
      },
      failed: (failure) => {
        this.#ended = true;
        this.#closeEnds();
        for (const stream of this.stdio) stream?.destroy();
        this.emit('error', toError(failure));
        this.#maybeClose();
      },
      exited: (code, signal) => {
        this.#ended = true;
        this.exitCode = code;
        this.signalCode = signal;
        // Nobody reads what it is told any more.
        this.stdin?.destroy();
        this.emit('exit', code, signal);
        for (const stream of this.stdio.slice(1)) if (stream !== null && stream.listenerCount('data') === 0 && !stream.isPaused()) stream.resume();
        this.#maybeClose();
      },
    };
  }

  #closeEnds(): void {
    for (const end of this.#ends) end[Symbol.dispose]();
  }

  #maybeClose(): void {
    if (this.#ended && this.#open === 0) this.emit('close', this.exitCode, this.signalCode);
  }
}

function toError({ message, ...rest }: SpawnFailure): Error {
  return Object.assign(new Error(message), rest);
}
