/**
 * Where a capture goes. Writers hand over whole blocks, up to a mebibyte at a time.
 */
export interface Sink {
  /**
   * Takes octets.
   *
   * @param bytes - whole blocks; the array is the writer's again when this returns
   * @throws SinkError when not all could be written
   */
  write(bytes: Uint8Array): void;

  /**
   * Cuts the output off after a failed {@link write}, so that it ends with a whole block. Absent where that cannot be done.
   *
   * @param length - octets since the first {@link write}
   */
  truncate?(length: number): void;

  /** How many octets were taken but not yet passed on; absent for a sink that passes all on at once. */
  readonly backlog?: number;

  /** Waits until {@link backlog} is small again. */
  drain?(): Promise<void>;

  /** Ends the output. */
  close?(): void;
}

/** What a {@link SinkError} is made of. */
export interface SinkErrorOptions {
  /** The name of the errno value, such as `'ENOSPC'`. */
  readonly code: string;
  /** The errno value, positive. */
  readonly errno: number;
  /** What was being done, such as `'write nlmon.pcapng'`. */
  readonly op: string;
  /** How many octets of the failed write were written all the same. */
  readonly written: number;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/**
 * A sink could not write: the disk is full (`ENOSPC`), the reader of a pipe has gone (`EPIPE`), …
 *
 * It has the members of a `KernelError`; match it by {@link code}.
 */
export class SinkError extends Error {
  /** The name of the errno value. */
  readonly code: string;
  /** The errno value, positive. */
  readonly errno: number;
  /** What was being done. */
  readonly op: string;
  /** How many octets of the failed write were written all the same. */
  readonly written: number;

  /**
   * @param message - a sentence for people
   * @param options - code, errno, operation, octets written, cause
   */
  constructor(message: string, { code, errno, op, written, cause }: SinkErrorOptions) {
    super(`${op}: ${message} (${code})`, cause === undefined ? undefined : { cause });
    this.name = 'SinkError';
    this.code = code;
    this.errno = errno;
    this.op = op;
    this.written = written;
  }
}

/**
 * Keeps a capture in memory.
 *
 * @example
 * ```ts
 * const sink = new MemorySink();
 * const writer = new PcapngWriter(sink);
 * …
 * writer.close();
 * download(sink.bytes);
 * ```
 */
export class MemorySink implements Sink {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;

  /** Appends octets. */
  write(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  /** What was written so far, as a view that later writes do not change. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
