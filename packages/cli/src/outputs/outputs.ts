import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from '@netdevkit/capture';
import { FileSink, StreamSink } from '@netdevkit/capture/node';
import { fileFailure, Failure, isClosedPipe, UnreadFailure } from '../failure.ts';

const NAMES = ['standard input', 'standard output', 'standard error'] as const;
const STDERR = 2;
/** How long a reader is waited for before it is said how far the capture is. */
const WAIT_MS = 250;
/** How often somebody is looked for who reads a named pipe. */
const RETRY_MS = 50;
/** How long a reader may take nothing once a signal has come. */
const PATIENCE_MS = 2000;
/** So much may wait for a reader, and the rest of a turn; then nothing more is captured until it has read. */
const MOST_WAITING = 0x10_0000;

/** An output that somebody reads at the other end. */
interface Pipe {
  readonly name: string;
  readonly socket: Socket;
  readonly sink: StreamSink;
  /** How much had gone when it was last looked at. */
  passed: number;
}

/** How outputs are opened. */
export interface OutputsOptions {
  /** Ends the wait for whoever reads a named pipe. */
  readonly signal?: AbortSignal;
  /**
   * Whether other programs write there, too: then a socket is written to synchronously, as they would all find it not to wait.
   *
   * @defaultValue false
   */
  readonly isShared?: boolean;
}

/**
 * What a command that goes on for a while writes to. Files are written at once. A pipe is not: whoever reads it may be slow, or not
 * read at all, and meanwhile signals must be heard, and the command must not keep here what it cannot write.
 */
export class Outputs {
  readonly #pipes: Pipe[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #isShared: boolean;
  #watch: NodeJS.Timeout | undefined;

  /**
   * @param options - how outputs are opened
   */
  constructor({ signal, isShared = false }: OutputsOptions = {}) {
    this.#signal = signal;
    this.#isShared = isShared;
  }

  /**
   * Opens an output.
   *
   * @param target - a descriptor, or the path of a file that is created
   * @throws SinkError: the file cannot be created; Failure: nobody reads it
   */
  async open(target: number | string): Promise<Sink> {
    const name = typeof target === 'number' ? (NAMES[target] ?? `descriptor ${String(target)}`) : target;
    const stat = statOf(target);
    // A socket that has a name cannot be opened by it.
    const isPipe = stat?.isFIFO() === true || (stat?.isSocket() === true && typeof target === 'number');
    if (!isPipe) return typeof target === 'number' ? new FileSink(target, name) : FileSink.create(target);
    const descriptor = typeof target === 'number' ? own(target) : await openPipe(target, this.#signal);
    // What goes wrong is told on standard error when this has ended it.
    if (descriptor === target && (this.#isShared || target === STDERR)) return new FileSink(descriptor, name);
    const socket = new Socket({ fd: descriptor, readable: false, writable: true });
    const sink = new StreamSink(socket, { name, limit: Infinity });
    this.#pipes.push({ name, socket, sink, passed: 0 });
    return sink;
  }

  /** Whether more waits for a reader than should. */
  get isBehind(): boolean {
    return this.#pipes.some(isBehind);
  }

  /**
   * Waits until a reader that is behind has caught up, or for a while.
   *
   * @param signal - ends the wait
   * @throws SinkError: a reader has gone; Failure: it does not read
   */
  async caughtUp(signal?: AbortSignal): Promise<void> {
    const pipe = this.#pipes.find(isBehind);
    if (pipe === undefined) return;
    // Of what is over, nothing more is told.
    if (pipe.socket.errored !== null) throw pipeFailure(pipe.name, pipe.socket.errored);
    const timeout = AbortSignal.timeout(WAIT_MS);
    const over = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      await once(pipe.socket, 'drain', { signal: over });
    } catch (error) {
      if (!over.aborted) throw pipeFailure(pipe.name, error);
    }
  }

  /**
   * Waits until no reader is behind. To be called where more may be written.
   *
   * @param signal - ends the wait
   * @returns `undefined` where there is nothing to wait for
   * @throws SinkError: a reader has gone; Failure: it does not read
   */
  room(signal?: AbortSignal): Promise<void> | undefined {
    return this.isBehind ? this.#room(signal) : undefined;
  }

  /** No longer waits for readers that do not read: for who was told to end. */
  hurry(): void {
    if (this.#watch !== undefined) return;
    for (const pipe of this.#pipes) pipe.passed = passedOf(pipe);
    this.#watch = setInterval(() => {
      for (const pipe of this.#pipes) giveUpUnread(pipe);
    }, PATIENCE_MS);
  }

  /**
   * Ends pipes when all was read.
   *
   * @throws SinkError: a reader has gone; Failure: it does not read
   */
  async end(): Promise<void> {
    const ends = await Promise.allSettled(this.#pipes.map(async (pipe) => endPipe(pipe)));
    clearInterval(this.#watch);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #room(signal: AbortSignal | undefined): Promise<void> {
    while (this.isBehind && signal?.aborted !== true) await this.caughtUp(signal);
  }
}

function isBehind({ sink }: Pipe): boolean {
  return sink.backlog > MOST_WAITING;
}

async function endPipe({ name, socket, sink }: Pipe): Promise<void> {
  sink.close();
  try {
    await finished(socket, { readable: false });
  } catch (error) {
    throw pipeFailure(name, error);
  }
}

/** How much a reader has taken. */
function passedOf({ socket }: Pipe): number {
  return socket.bytesWritten - socket.writableLength;
}

function giveUpUnread(pipe: Pipe): void {
  const { name, socket } = pipe;
  const passed = passedOf(pipe);
  if (socket.writableLength > 0 && passed === pipe.passed) socket.destroy(new UnreadFailure(name, socket.writableLength));
  pipe.passed = passed;
}

/** That nobody reads any more is no failure, and known by its code. */
function pipeFailure(name: string, error: unknown): unknown {
  return isClosedPipe(error) ? error : fileFailure(`write ${name}`, error);
}

/** `undefined` where it is for whoever opens it to say what is wrong. */
function statOf(target: number | string): Stats | undefined {
  try {
    return typeof target === 'number' ? fstatSync(target) : statSync(target);
  } catch {
    return undefined;
  }
}

/** Not to wait is a property of what a descriptor stands for, and others may share that: a pipe can be opened once more. */
function own(descriptor: number): number {
  try {
    return openSync(`/proc/self/fd/${String(descriptor)}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // A socket, or a pipe of another user: then it is changed for all.
    return descriptor;
  }
}

/** Opens a named pipe when there is somebody to read it. */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<number> {
  for (;;) {
    try {
      const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      if (fstatSync(descriptor).isFIFO()) return descriptor;
      closeSync(descriptor);
      throw new Failure(`open ${path}: it is no pipe any more`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw fileFailure(`open ${path}`, error);
    }
    await sleep(RETRY_MS);
    if (signal?.aborted === true) throw new Failure(`open ${path}: nobody reads it`);
  }
}
