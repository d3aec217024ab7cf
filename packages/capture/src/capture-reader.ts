import { BlockReader } from './block-reader.ts';
import { Gunzip } from './gzip/gunzip.ts';
import type { CaptureEnd, CaptureHandler } from './packet-view.ts';

/** What a gzip file begins with: its magic, and the one compression method that there is. */
const GZIP_START = Uint8Array.of(0x1f, 0x8b, 8);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * Reads a capture, pcapng or classic pcap, also one compressed with gzip, as its octets come: {@link feed} them in chunks of any
 * size.
 *
 * Packets are passed on where they stand in the chunk, or in what was decompressed. Memory does not grow with the file, nor with
 * the lengths that a hostile file claims.
 *
 * @example
 * ```ts
 * const reader = new CaptureReader({ packet: ({ seconds, length }) => console.log(seconds, length) });
 * for await (const chunk of createReadStream('nlmon.pcapng.gz')) if (!reader.feed(chunk)) break;
 * console.log(reader.end().kind);
 * ```
 */
export class CaptureReader {
  readonly #blocks: BlockReader;
  #gunzip: Gunzip | undefined;
  // The file's first octets, until they tell what it is.
  #start: Uint8Array | undefined = new Uint8Array(0);

  /**
   * @param handler - told what is found; what it throws comes out of {@link feed} and ends the reading
   */
  constructor(handler: CaptureHandler) {
    this.#blocks = new BlockReader(handler);
  }

  /**
   * Takes the next octets of the file.
   *
   * @param chunk - they are the caller's again when this returns
   * @returns whether more are wanted: `false` once the file is malformed
   */
  feed(chunk: Uint8Array): boolean {
    if (this.#start === undefined) return this.#pass(chunk);
    const first = this.#start.length === 0 ? chunk : joined(this.#start, chunk);
    if (first.length >= GZIP_START.length) return this.#decide(first);
    this.#start = new Uint8Array(first);
    return true;
  }

  /**
   * Says how the capture ended, once all octets were fed. What is left of compressed data that is cut off is passed on before.
   */
  end(): CaptureEnd {
    // A file of less than that is cut off, whatever it is.
    if (this.#start !== undefined) this.#blocks.feed(this.#start);
    this.#start = undefined;
    if (this.#gunzip === undefined) return this.#blocks.end();
    const { kind, message } = this.#gunzip.end();
    const end: CaptureEnd = { ...this.#blocks.end(), compression: 'gzip' };
    // A capture that makes no sense is told before the damage behind it.
    return kind === 'complete' || end.kind === 'malformed' ? end : { ...end, kind, message };
  }

  #decide(first: Uint8Array): boolean {
    this.#start = undefined;
    if (GZIP_START.every((octet, at) => first[at] === octet)) {
      this.#gunzip = new Gunzip((bytes) => this.#blocks.feed(bytes));
    }
    return this.#pass(first);
  }

  #pass(chunk: Uint8Array): boolean {
    return this.#gunzip === undefined ? this.#blocks.feed(chunk) : this.#gunzip.push(chunk);
  }
}
