/// <reference types="node" />
import type { Writable } from 'node:stream';
import { sinkError } from './node-error.node.ts';
import { SinkError, type Sink } from './sink.ts';

/** Options of {@link StreamSink}. */
export interface StreamSinkOptions {
  /** For errors. */
  readonly name?: string;
  /**
   * The most octets that may wait in the stream; a write beyond is refused with `ENOBUFS`.
   *
   * @defaultValue 67108864
   */
  readonly limit?: number;
}

const LIMIT = 64 * 0x10_0000;

/**
 * Writes a capture to a stream: a socket, a compressor, a response.
 *
 * A stream takes whatever it is given and keeps it in memory until its other end has caught up. So a source that can wait calls
 * `await writer.drain()` when `writer.backlog` grows; for one that cannot, {@link StreamSinkOptions.limit} bounds the memory, and
 * the write that would exceed it fails.
 *
 * @example
 * ```ts
 * const writer = new PcapngWriter(new StreamSink(socket));
 * for await (const batch of source) {
 *   for (const packet of batch) writer.write(packet);
 *   await writer.drain();
 * }
 * writer.close();
 * ```
 */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  readonly #name: string;
  readonly #limit: number;
  #failure: unknown;
  #waiting: Array<() => void> = [];

  /**
   * @param stream - where to; {@link close} ends it
   * @param options - name and limit
   */
  constructor(stream: Writable, options: StreamSinkOptions = {}) {
    this.#stream = stream;
    this.#name = options.name ?? 'stream';
    this.#limit = options.limit ?? LIMIT;
    stream.on('error', (error) => {
      this.#failure ??= error;
      this.#wake();
    });
    stream.on('close', () => {
      this.#wake();
    });
    stream.on('drain', () => {
      this.#wake();
    });
  }

  /** How many octets wait in the stream. */
  get backlog(): number {
    return this.#stream.writableLength;
  }

  /** Gives a copy of the octets to the stream. */
  write(bytes: Uint8Array): void {
    const op = `write ${this.#name}`;
    if (this.#failure !== undefined) throw sinkError(this.#failure, op, 0);
    if (this.#stream.destroyed || this.#stream.writableEnded) {
      throw new SinkError('the stream has ended', { code: 'EPIPE', errno: 32, op, written: 0 });
    }
    if (this.backlog + bytes.length > this.#limit && this.backlog > 0) {
      const message = `more than ${String(this.#limit)} octets wait`;
      throw new SinkError(message, { code: 'ENOBUFS', errno: 105, op, written: 0 });
    }
    this.#stream.write(new Uint8Array(bytes));
  }

  /**
   * Waits until the stream takes more without keeping it.
   *
   * @throws SinkError: the stream failed
   */
  async drain(): Promise<void> {
    while (this.#failure === undefined && this.#stream.writableNeedDrain && !this.#stream.destroyed) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#failure !== undefined) throw sinkError(this.#failure, `write ${this.#name}`, 0);
  }

  /** Ends the stream once it has passed on what waits. */
  close(): void {
    this.#stream.end();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
