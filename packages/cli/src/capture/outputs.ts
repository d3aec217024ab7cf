import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink } from '@netdevkit/capture';
import { FileSink, StreamSink } from '@netdevkit/capture/node';
import { Failure, fileFailure, isClosedPipe } from '../failure.ts';

const NAMES = ['standard input', 'standard output', 'standard error'] as const;
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
}

/**
 * What a capture is written to, and printed to. Files are written at once. A pipe is not: whoever reads it may be slow, or not read
 * at all, and meanwhile signals must be heard, and packets that find no room must be counted by the kernel rather than kept here.
 */
export class Outputs {
  readonly #pipes: Pipe[] = [];

  /**
   * Opens an output.
   *
   * @param target - a descriptor, or the path of a file that is created
   * @param signal - ends the wait for whoever reads a named pipe
   * @throws SinkError: the file cannot be created; Failure: nobody reads it
   */
  async open(target: number | string, signal: AbortSignal): Promise<Sink> {
    const name = typeof target === 'number' ? (NAMES[target] ?? `descriptor ${String(target)}`) : target;
    if (!isPipe(statOf(target))) return typeof target === 'number' ? new FileSink(target, name) : FileSink.create(target);
    const descriptor = typeof target === 'number' ? own(target) : await openPipe(target, signal);
    const socket = new Socket({ fd: descriptor, readable: false, writable: true });
    const sink = new StreamSink(socket, { name, limit: Infinity });
    this.#pipes.push({ name, socket, sink });
    return sink;
  }

  /** Whether more waits for a reader than should. */
  get isBehind(): boolean {
    return this.#pipes.some(({ sink }) => sink.backlog > MOST_WAITING);
  }

  /**
   * Waits until a reader that is behind has caught up, or for a while.
   *
   * @param signal - ends the wait
   * @throws SinkError: a reader has gone
   */
  async caughtUp(signal: AbortSignal): Promise<void> {
    const pipe = this.#pipes.find(({ sink }) => sink.backlog > MOST_WAITING);
    if (pipe === undefined) return;
    const over = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
    try {
      await once(pipe.socket, 'drain', { signal: over });
    } catch (error) {
      if (!over.aborted) throw pipeFailure(pipe.name, error);
    }
  }

  /**
   * Ends pipes when all was read.
   *
   * @param isUrgent - whether not to wait for a reader that does not read
   * @throws SinkError: a reader has gone; Failure: it does not read
   */
  async end(isUrgent: boolean): Promise<void> {
    await Promise.all(this.#pipes.map(async (pipe) => endPipe(pipe, isUrgent)));
  }
}

async function endPipe({ name, socket, sink }: Pipe, isUrgent: boolean): Promise<void> {
  sink.close();
  let watch: NodeJS.Timeout | undefined;
  if (isUrgent) {
    let last = socket.bytesWritten - socket.writableLength;
    watch = setInterval(() => {
      const passed = socket.bytesWritten - socket.writableLength;
      if (passed === last) socket.destroy(new Failure(`write ${name}: nobody reads it, and ${String(socket.writableLength)} octets were left`));
      last = passed;
    }, PATIENCE_MS);
  }
  try {
    await finished(socket, { readable: false });
  } catch (error) {
    throw pipeFailure(name, error);
  } finally {
    clearInterval(watch);
  }
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

function isPipe(stat: Stats | undefined): boolean {
  return stat !== undefined && (stat.isFIFO() || stat.isSocket());
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
async function openPipe(path: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    try {
      const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      if (isPipe(fstatSync(descriptor))) return descriptor;
      closeSync(descriptor);
      throw new Failure(`open ${path}: it is no pipe any more`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw fileFailure(`open ${path}`, error);
    }
    await sleep(RETRY_MS);
    if (signal.aborted) throw new Failure(`open ${path}: nobody reads it`);
  }
}
