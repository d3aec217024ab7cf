import { Worker } from 'node:worker_threads';
import { ExitCode, Failure } from '../failure.ts';
import type { LiveReply, LiveRequest, LiveThreadData } from './live-messages.ts';
import type { LiveOptions } from './live-output.ts';
import { octetsOf, type LivePacket } from './live-packet.ts';

/** So much may wait to be written; then whoever has more waits, and the programs with him. */
const MOST_PENDING = 0x400_0000;

/**
 * Prints and writes messages in a thread of its own, so that a program whose messages they are does not wait for it.
 */
export class LiveOutputThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #pending: Int32Array;
  #packets: LivePacket[] = [];
  #failure: Error | undefined;
  #isOpen = true;
  /** Called once when an output fails. */
  onFailure: () => void = () => undefined;

  private constructor(worker: Worker, pending: Int32Array) {
    this.#worker = worker;
    this.#pending = pending;
    const fail = (error: Error): void => {
      if (this.#failure !== undefined) return;
      this.#failure = error;
      this.onFailure();
    };
    worker.on('message', (reply: LiveReply) => {
      if (reply.type === 'failed') fail(errorOf(reply));
    });
    worker.on('error', (error) => {
      fail(error instanceof Error ? error : new Error(String(error)));
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
    const pending = new Int32Array(new SharedArrayBuffer(4));
    const workerData: LiveThreadData = { options, pending };
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
    return new LiveOutputThread(worker, pending);
  }

  /**
   * Hands a packet over. What was handed over is written soon, in order.
   *
   * @param packet - whose octets stay as they are
   */
  push(packet: LivePacket): void {
    if (this.#packets.length === 0) setImmediate(() => { this.#pass(); });
    this.#packets.push(packet);
    const waiting = Atomics.add(this.#pending, 0, octetsOf(packet)) + octetsOf(packet);
    if (waiting <= MOST_PENDING) return;
    this.#pass();
    // The other thread counts down whatever becomes of the output.
    while (Atomics.load(this.#pending, 0) > MOST_PENDING) Atomics.wait(this.#pending, 0, Atomics.load(this.#pending, 0), 100);
  }

  /**
   * Ends it when all is written.
   *
   * @throws SinkError, Failure: what stood in its way
   */
  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#pass();
      const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => { resolve(); }));
      this.#post({ type: 'close' });
      await ended;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends it; what stood in the way of the output, {@link close} tells. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close().catch(() => undefined);
  }

  #pass(): void {
    if (this.#packets.length > 0) this.#post({ type: 'packets', packets: this.#packets.splice(0) });
  }

  #post(request: LiveRequest): void {
    this.#worker.postMessage(request);
  }
}

function errorOf({ message, code, exitCode = ExitCode.FAILURE }: LiveReply & { readonly type: 'failed' }): Error {
  return Object.assign(new Failure(message, undefined, exitCode), code === undefined ? {} : { code });
}
