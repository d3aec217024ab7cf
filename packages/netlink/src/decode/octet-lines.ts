import type { ByteWriter } from './byte-writer.ts';

/** What those have in common who write messages into octets that they use again and again. */
export abstract class OctetLines {
  readonly #out: ByteWriter;

  /**
   * @param out - what is written to
   */
  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** What was written: a view that is good until the next message. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.written;
  }

  /** How many octets were written. */
  get length(): number {
    return this.#out.at;
  }

  /** Begins anew, in the same octets. */
  clear(): void {
    this.#out.clear();
  }
}
