import { utf8Length, writeUtf8 } from '../utf8.ts';

/**
 * A key of a JSON object, ready to be copied: `"name":` in words of four octets, the last filled up with zeros.
 */
export class JsonKey {
  /** The name itself. */
  readonly name: string;
  /** The octets, in little-endian words. */
  readonly words: Int32Array;
  /** How many of the octets count. */
  readonly length: number;

  /**
   * @param name - has nothing in it that JSON would escape
   */
  constructor(name: string) {
    this.name = name;
    const text = `"${name}":`;
    this.length = utf8Length(text);
    const octets = new Uint8Array((this.length + 3) & ~3);
    writeUtf8(octets, 0, text);
    const view = new DataView(octets.buffer);
    this.words = Int32Array.from({ length: octets.length / 4 }, (_, index) => view.getInt32(index * 4, true));
  }
}
