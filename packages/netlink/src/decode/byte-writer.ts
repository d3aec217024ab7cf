import { hexPair, putHex, putNine, putNumber } from './digits.ts';
import type { EncodedText } from './encoded-text.ts';

/** Longer texts are copied by the platform: a call costs as much as this many octets do. */
const LONG = 48;
/** What copying by words may write beyond the end of a text. */
const SLACK = 16;

/**
 * Octets that grow at their end: text is written into them without making strings of it.
 *
 * # Invariants
 * - There are always {@link SLACK} octets behind {@link at}; {@link reserve} makes room for more.
 */
export class ByteWriter {
  /** What is written to: for loops that write many small things for which they have made room. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same octets. */
  view: DataView;
  /** Where the next octet goes. */
  at = 0;
  /** How often it was cleared: what stood there before does not any more. */
  generation = 0;

  /**
   * @param capacity - octets to begin with
   */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(Math.max(256, capacity));
    this.view = new DataView(this.bytes.buffer);
  }

  /** What was written, as a view that is good until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }

  /** Begins anew, in the same octets. */
  clear(): void {
    this.at = 0;
    this.generation++;
  }

  /** Forgets what was written behind a place. */
  truncate(length: number): void {
    this.at = length;
  }

  /** Makes room for so many octets more: what follows does not ask again. */
  reserve(octets: number): void {
    if (this.at + octets + SLACK > this.bytes.length) this.#grow(octets);
  }

  #grow(octets: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.at + octets + 2 * SLACK));
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Writes an octet for which there is room. */
  octet(octet: number): void {
    this.bytes[this.at++] = octet;
  }

  /** Replaces the octet that was written last. */
  replaceLast(octet: number): void {
    this.bytes[this.at - 1] = octet;
  }

  /** Writes text, and makes room for it and 64 octets more. */
  text(text: EncodedText): void {
    this.reserve(text.length + 64);
    this.key(text);
  }

  /** Writes text for which there is room. */
  key(text: EncodedText): void {
    const { view, at } = this;
    if (text.length > LONG) {
      this.bytes.set(text.octets, at);
      this.at = at + text.length;
      return;
    }
    view.setInt32(at, text.word0, true);
    view.setInt32(at + 4, text.word1, true);
    view.setInt32(at + 8, text.word2, true);
    view.setInt32(at + 12, text.word3, true);
    const { more } = text;
    for (let i = 0; i < more.length; i++) view.setInt32(at + 16 + i * 4, more[i] ?? 0, true);
    this.at = at + text.length;
  }

  /**
   * Writes text again that stands there already, for which there is room: words of eight octets, which UTF-8 never makes a NaN. A
   * call of the platform's `copyWithin` takes longer than all of it.
   *
   * @param from - where it starts
   * @param length - how many octets it has
   */
  again(from: number, length: number): void {
    const { view, at } = this;
    for (let n = 0; n < length; n += 8) view.setFloat64(at + n, view.getFloat64(from + n, true), true);
    this.at = at + length;
  }

  /** Writes text and a whole number of up to 2^53 either way, with a comma after them; makes room for it all. */
  pair(text: EncodedText, value: number): void {
    this.reserve(text.length + 64);
    this.key(text);
    this.item(value);
  }

  /** Writes a whole number of up to 2^53 either way and a comma, for which there is room: at most 18 octets. */
  item(value: number): void {
    this.at = putNumber(this.view, this.at, value);
  }

  /** Writes a whole number of up to 2^53 either way, for which there is room: at most 18 octets. */
  integer(value: number): void {
    this.at = putNumber(this.view, this.at, value) - 1;
  }

  /** Writes a number below 10^9 in nine digits, for which there is room. */
  nine(value: number): void {
    putNine(this.view, this.at, value);
    this.at += 9;
  }

  /** Writes octets in hexadecimal, for which there is room: two for each. */
  hex(bytes: Uint8Array, start: number, length: number): void {
    this.at = putHex(this.view, this.at, bytes, start, start + length);
  }

  /**
   * Writes octets as they are, as long as they are letters, digits or the like, up to a NUL or the end. There is room.
   *
   * @returns how many there were
   */
  plain(bytes: Uint8Array, start: number, end: number): number {
    const { bytes: target, at } = this;
    let i = start;
    for (; i < end; i++) {
      const octet = bytes[i] ?? 0;
      if (octet < 0x23 || octet === 0x5c || octet > 0x7e) break;
      target[at + i - start] = octet;
    }
    this.at = at + i - start;
    return i - start;
  }

  /** Writes the inside of a JSON string, for which there is room: at most six octets for each that is read. */
  jsonText(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const octet = bytes[i] ?? 0;
      if (octet >= 0x20 && octet !== 0x22 && octet !== 0x5c) this.octet(octet);
      else this.#escape(octet);
    }
  }

  #escape(octet: number): void {
    const short = SHORT_ESCAPES[octet];
    this.octet(0x5c);
    if (short !== undefined) {
      this.octet(short);
      return;
    }
    this.octet(0x75);
    this.octet(0x30);
    this.octet(0x30);
    this.view.setUint16(this.at, hexPair(octet), true);
    this.at += 2;
  }
}

/** What stands after the backslash, by octet. */
const SHORT_ESCAPES: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72, 34: 0x22, 92: 0x5c };
