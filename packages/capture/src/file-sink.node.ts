/// <reference types="node" />
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { codeOf, sinkError } from './node-error.node.ts';
import type { Sink } from './sink.ts';

// For Atomics.wait, the one synchronous sleep that there is.
const PAUSE_MS = 1;

/**
 * Writes a capture to a file, or to a descriptor such as standard output's, synchronously: a slow reader of a pipe makes the
 * writer wait, and nothing piles up in memory.
 *
 * When the disk is full, the file is cut off after the last whole packet, and the writer throws a `SinkError`.
 *
 * @example
 * ```ts
 * using writer = new PcapngWriter(FileSink.create('nlmon.pcapng'));
 * using piped = new PcapngWriter(new FileSink(1, 'standard output'));
 * ```
 */
export class FileSink implements Sink {
  readonly #descriptor: number;
  readonly #name: string;
  readonly #owned: boolean;
  #position = 0;
  #closed = false;

  /**
   * @param descriptor - open for writing; it stays open
   * @param name - for errors
   */
  constructor(descriptor: number, name: string);
  /**
   * @param descriptor - open for writing
   * @param name - for errors
   * @param owned - whether {@link close} closes it
   */
  constructor(descriptor: number, name: string, owned: boolean);
  constructor(descriptor: number, name: string, owned = false) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.#owned = owned;
  }

  /**
   * Creates a file, or empties one that exists.
   *
   * @param path - of the file
   * @throws SinkError: it cannot be created
   */
  static create(path: string): FileSink {
    try {
      return new FileSink(openSync(path, 'w'), path, true);
    } catch (error) {
      throw sinkError(error, `open ${path}`, 0);
    }
  }

  /** Writes octets, all of them before it returns. */
  write(bytes: Uint8Array): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        const count = this.#attempt(bytes, written);
        written += count;
        this.#position += count;
      }
    } catch (error) {
      throw sinkError(error, `write ${this.#name}`, written);
    }
  }

  /** Cuts the file off; a pipe stays as it is. */
  truncate(length: number): void {
    // What was there before, such as a shell's `>>`, stays.
    if (!this.#owned || length >= this.#position) return;
    try {
      ftruncateSync(this.#descriptor, length);
    } catch (error) {
      // Readers of captures cope with a cut-off end; the failed write is the error to report.
      if (codeOf(error) === undefined) throw error;
    }
  }

  /** Closes the file, if the sink opened it. */
  close(): void {
    if (this.#closed || !this.#owned) return;
    this.#closed = true;
    try {
      closeSync(this.#descriptor);
    } catch (error) {
      throw sinkError(error, `close ${this.#name}`, 0);
    }
  }

  /** Writes what goes at once; waits while a non-blocking descriptor takes nothing. */
  #attempt(bytes: Uint8Array, from: number): number {
    try {
      return writeSync(this.#descriptor, bytes, from);
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      return 0;
    }
  }
}
