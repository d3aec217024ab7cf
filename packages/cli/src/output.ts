import type { Sink } from '@netdevkit/capture';

const BUFFER = 65_536;

/**
 * Text on its way to a descriptor, collected so that a line is not a system call.
 */
export class TextOutput {
  readonly #sink: Sink;
  #text = '';
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
    this.#text += text;
    if (this.#text.length >= BUFFER) this.flush();
  }

  /**
   * Passes on what was collected. Once that has failed, nothing more is tried.
   *
   * @throws SinkError: `EPIPE`: the reader has gone
   */
  flush(): void {
    if (this.#text === '' || this.#failed) return;
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    this.#failed = true;
    this.#sink.write(bytes);
    this.#failed = false;
  }
}
