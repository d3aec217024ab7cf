import type { Sink } from '@netdevkit/capture';

const BUFFER = 0x2_0000;
/** From RFC 3629: octets for a unit of UTF-16, at most. */
const PER_UNIT = 3;

/**
 * Text on its way to a descriptor, collected so that a line is not a system call. It is encoded at once: strings that wait to
 * be written outlive their youth, and are then collected late.
 */
export class TextOutput {
  readonly #sink: Sink;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER);
  #length = 0;
  #failed = false;

  /**
   * @param sink - where it goes
   */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /**
   * Takes text.
   *
   * @param text - with its newlines
   * @throws SinkError: `EPIPE`: the reader has gone
   */
  write(text: string): void {
    const most = text.length * PER_UNIT;
    if (most > BUFFER - this.#length) this.flush();
    if (most > BUFFER) this.#pass(Buffer.from(text));
    else this.#length += this.#buffer.write(text, this.#length);
  }

  /**
   * Passes on what was collected. Once that has failed, nothing more is tried.
   *
   * @throws SinkError: `EPIPE`: the reader has gone
   */
  flush(): void {
    const length = this.#length;
    if (length === 0) return;
    this.#length = 0;
    this.#pass(this.#buffer.subarray(0, length));
  }

  #pass(bytes: Uint8Array): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#sink.write(bytes);
    this.#failed = false;
  }
}
