import { Worker } from 'node:worker_threads';
import { ExitCode, Failure } from '../failure.ts';
import { Interruption } from '../input/interruption.ts';
import type { LiveReply, LiveRequest, LiveThreadData } from './live-messages.ts';
import type { LiveOptions } from './live-output.ts';
import { octetsOf, type LivePacket } from './live-packet.ts';
import { warn } from './warn.ts';

/** So much may wait to be written; then programs wait until half of it is. */
const MOST_PENDING = 0x100_0000;

/** What says what is to be written, and can wait. */
export interface Throttled {
  pause(): void;
  resume(): void;
}

/**
 * Prints and writes messages in a thread of its own, so that a program whose messages they are does not wait for it: only for a
 * reader that is far behind.
 */
export class LiveOutputThread implements AsyncDisposable {
  readonly #worker: Worker;
  /** Comes with its end, whatever ended it. */
  readonly #ended: Promise<void>;
  #packets: LivePacket[] = [];
  /** Octets of them. */
  #collected = 0;
  /** Octets that were handed over and not passed on yet. */
  #pending = 0;
  #failure: Error | undefined;
  #isOpen = true;
  #isPaused = false;
  /** Called once when an output fails. */
  onFailure: () => void = () => undefined;
  /** What waits while too much is to be written. */
  source: Throttled | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    const fail = (error: Error): void => {
      if (this.#failure !== undefined) return;
      this.#failure = error;
      this.#packets = [];
      this.#unpause();
      this.onFailure();
    };
    worker.on('message', (reply: LiveReply) => {
      if (reply.type === 'failed') fail(errorOf(reply));
      else if (reply.type === 'taken') this.#taken(reply.octets);
    });
    worker.on('error', (error) => {
      fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        if (this.#isOpen) fail(new Failure('the thread that writes has ended'));
        resolve();
      });
    });
  }

  /**
   * Opens the outputs.
   *
   * @param options - which
   * @throws Failure: standard output is a terminal; SinkError: the file cannot be created
   */
  static async open(options: LiveOptions): Promise<LiveOutputThread> {
    const isSource = import.meta.url.endsWith('.ts');
    const workerData: LiveThreadData = { options };
    const worker = new Worker(new URL(isSource ? './live-thread.ts' : './live-thread.js', import.meta.url), { workerData, name: 'output' });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (reply: LiveReply) => {
        if (reply.type === 'failed') reject(errorOf(reply));
        else resolve();
      });
      worker.once('error', reject);
    }).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    return new LiveOutputThread(worker);
  }

  /**
   * Hands a packet over. What was handed over is written soon, in order.
   *
   * @param packet - whose octets stay as they are
   */
  push(packet: LivePacket): void {
    if (this.#failure !== undefined) return;
    if (this.#packets.length === 0) setImmediate(() => { this.#pass(); });
    const octets = octetsOf(packet);
    this.#packets.push(packet);
    this.#collected += octets;
    this.#pending += octets;
    if (this.#pending <= MOST_PENDING || this.#isPaused) return;
    this.#isPaused = true;
    this.source?.pause();
  }

  /**
   * Says something beside, after what was handed over.
   *
   * @param text - a line
   */
  remark(text: string): void {
    this.#pass();
    if (this.#isOpen && this.#failure === undefined) this.#post({ type: 'remark', text });
    else warn(text);
  }

  /** Waits no longer for readers that do not read. */
  hurry(): void {
    this.#post({ type: 'hurry' });
  }

  /**
   * Ends it when all is written. An interruption meanwhile is as {@link hurry}.
   *
   * @throws SinkError, Failure: what stood in its way
   */
  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#pass();
      this.#isOpen = false;
      this.#post({ type: 'close' });
    }
    using interruption = new Interruption();
    interruption.signal.addEventListener('abort', () => {
      this.hurry();
    });
    await this.#ended;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends it; what stood in the way of the output, {@link close} tells. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close().catch(() => undefined);
  }

  #taken(octets: number): void {
    this.#pending -= octets;
    if (this.#pending <= MOST_PENDING / 2) this.#unpause();
  }

  #unpause(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.source?.resume();
  }

  #pass(): void {
    if (this.#packets.length === 0 || !this.#isOpen) return;
    this.#post({ type: 'packets', packets: this.#packets.splice(0), octets: this.#collected });
    this.#collected = 0;
  }

  #post(request: LiveRequest): void {
    this.#worker.postMessage(request);
  }
}

function errorOf({ message, code, exitCode = ExitCode.FAILURE }: LiveReply & { readonly type: 'failed' }): Error {
  return Object.assign(new Failure(message, undefined, exitCode), code === undefined ? {} : { code });
}
