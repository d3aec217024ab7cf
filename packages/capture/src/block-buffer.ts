import { SinkError, type Sink } from './sink.ts';

/**
 * Packets up to here are copied word by word, longer ones through a view of their part of the array, which is one short-lived
 * object: from here on it is the quicker (Node 24.21, a whole packet: 58 and 61 ns at 128 octets, 80 and 63 ns at 256).
 */
const SHORT = 128;

/**
 * How long the block is that starts somewhere in what was written.
 *
 * @param view - the octets
 * @param at - where it starts in them
 * @param position - where it starts in the whole output
 */
export type BlockLength = (view: DataView, at: number, position: number) => number;

/**
 * The buffer in which blocks are composed; it is reused, and goes to the sink when it is full.
 */
export class BlockBuffer {
  readonly #sink: Sink;
  readonly #blockLength: BlockLength;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #words: Int32Array;
  #position = 0;
  #flushed = 0;
  #failure: unknown;
  #failed = false;
  #source: Uint8Array | undefined;
  #sourceWords: Int32Array | undefined;

  /**
   * @param sink - where blocks go
   * @param size - octets to collect before they go
   * @param blockLength - finds the ends of blocks
   */
  constructor(sink: Sink, size: number, blockLength: BlockLength) {
    this.#sink = sink;
    this.#blockLength = blockLength;
    this.#bytes = new Uint8Array((size + 3) & ~3);
    this.#view = new DataView(this.#bytes.buffer);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  /** The octets, until the next {@link take}. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same octets. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Takes room for a block, which must then be filled.
   *
   * @param length - of the block in octets
   * @returns where it starts
   * @throws whatever the sink threw, now or before
   */
  take(length: number): number {
    if (this.#position + length > this.#bytes.length) this.#makeRoom(length);
    const at = this.#position;
    this.#position = at + length;
    return at;
  }

  /**
   * Copies octets into a block.
   *
   * @param at - where to
   * @param bytes - from where
   * @param offset - the first octet
   * @param length - how many
   */
  copy(at: number, bytes: Uint8Array, offset: number, length: number): void {
    if (length <= SHORT && ((at | offset) & 3) === 0) {
      const words = this.#wordsOf(bytes);
      if (words !== undefined) {
        this.#copyWords(words, at, bytes, offset, length);
        return;
      }
    }
    const whole = offset === 0 && length === bytes.length;
    this.#bytes.set(whole ? bytes : bytes.subarray(offset, offset + length), at);
  }

  /**
   * Hands what is composed to the sink.
   *
   * @throws whatever the sink threw, now or before
   */
  flush(): void {
    if (this.#failed) throw this.#failure;
    const length = this.#position;
    if (length === 0) return;
    try {
      this.#sink.write(this.#bytes.subarray(0, length));
    } catch (error) {
      this.#fail(error);
    }
    this.#flushed += length;
    this.#position = 0;
  }

  /** Whether the sink failed: then nothing more can be written. */
  get failed(): boolean {
    return this.#failed;
  }

  #makeRoom(length: number): void {
    this.flush();
    if (length <= this.#bytes.length) return;
    this.#bytes = new Uint8Array((length + 3) & ~3);
    this.#view = new DataView(this.#bytes.buffer);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  /** Leaves the output with whole blocks only, and everything later without effect. */
  #fail(error: unknown): never {
    this.#failed = true;
    this.#failure = error;
    if (error instanceof SinkError && this.#sink.truncate !== undefined) {
      let whole = 0;
      for (;;) {
        const next = whole >= this.#position ? 0 : this.#blockLength(this.#view, whole, this.#flushed + whole);
        if (next === 0 || whole + next > error.written) break;
        whole += next;
      }
      this.#sink.truncate(this.#flushed + whole);
    }
    // The next take() comes here again.
    this.#position = this.#bytes.length + 1;
    throw error;
  }

  /** The array that packets come from as words, once it comes again; its getters cost more than a short copy. */
  #wordsOf(bytes: Uint8Array): Int32Array | undefined {
    if (bytes === this.#source) {
      if (this.#sourceWords === undefined && (bytes.byteOffset & 3) === 0) {
        this.#sourceWords = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
      }
      return this.#sourceWords;
    }
    this.#source = bytes;
    this.#sourceWords = undefined;
    return undefined;
  }

  #copyWords(words: Int32Array, at: number, bytes: Uint8Array, offset: number, length: number): void {
    const target = this.#words;
    let from = offset >> 2;
    let to = at >> 2;
    const end = to + (length >> 2);
    while (to < end) target[to++] = words[from++] ?? 0;
    for (let i = length & ~3; i < length; i++) this.#bytes[at + i] = bytes[offset + i] ?? 0;
  }
}
