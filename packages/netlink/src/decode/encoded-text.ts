import { utf8Length, writeUtf8 } from '../utf8.ts';

/**
 * Text in UTF-8, ready to be copied in words of four octets. The first four words are members, so that a short text, such
 * as a key, is copied without a loop: 4 ns instead of 8 (Node 24.21).
 */
export class EncodedText {
  /** How many octets there are. */
  readonly length: number;
  /** Octets 0 to 3, little-endian. */
  readonly word0: number;
  /** Octets 4 to 7. */
  readonly word1: number;
  /** Octets 8 to 11. */
  readonly word2: number;
  /** Octets 12 to 15. */
  readonly word3: number;
  /** What follows, the last word filled up with zeros. */
  readonly more: Int32Array;
  /** All of them. */
  readonly octets: Uint8Array;

  /**
   * @param text - without a NUL
   */
  constructor(text: string) {
    this.length = utf8Length(text);
    const octets = new Uint8Array(Math.max(16, (this.length + 3) & ~3));
    writeUtf8(octets, 0, text);
    const view = new DataView(octets.buffer);
    this.word0 = view.getInt32(0, true);
    this.word1 = view.getInt32(4, true);
    this.word2 = view.getInt32(8, true);
    this.word3 = view.getInt32(12, true);
    this.octets = octets.subarray(0, this.length);
    this.more = Int32Array.from({ length: octets.length / 4 - 4 }, (_, index) => view.getInt32(16 + index * 4, true));
  }
}

/** A key of a JSON object, with its colon. */
export class JsonKey extends EncodedText {
  /** The name itself. */
  readonly name: string;

  /**
   * @param name - any
   */
  constructor(name: string) {
    super(`${JSON.stringify(name)}:`);
    this.name = name;
  }
}
