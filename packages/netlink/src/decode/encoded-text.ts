import { utf8Length, writeUtf8 } from '../utf8.ts';

/** Text in UTF-8, ready to be copied: in words of four octets, the last filled up with zeros. */
export class EncodedText {
  /** The octets, in little-endian words. */
  readonly words: Int32Array;
  /** How many of the octets count. */
  readonly length: number;

  /**
   * @param text - without a NUL
   */
  constructor(text: string) {
    this.length = utf8Length(text);
    const octets = new Uint8Array((this.length + 3) & ~3);
    writeUtf8(octets, 0, text);
    const view = new DataView(octets.buffer);
    this.words = Int32Array.from({ length: octets.length / 4 }, (_, index) => view.getInt32(index * 4, true));
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
