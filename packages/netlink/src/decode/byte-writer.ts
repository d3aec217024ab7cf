import type { EncodedText } from './encoded-text.ts';

/** Two decimal digits for each number below 100, the first in the low octet. */
const PAIRS: Uint16Array = Uint16Array.from({ length: 100 }, (_, n) => 0x3030 + Math.floor(n / 10) + ((n % 10) << 8));
/** Two hexadecimal digits for each octet, the first in the low octet. */
const HEX_PAIRS: Uint16Array = Uint16Array.from({ length: 256 }, (_, n) => {
  const text = n.toString(16).padStart(2, '0');
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
});

const BILLION = 1_000_000_000;
/** What copying by words may write beyond the end of a text. */
const SLACK = 4;

/**
 * Octets that grow at their end: text is written into them without making strings of it.
 *
 * # Invariants
 * - There are always {@link SLACK} octets behind {@link length}; {@link reserve} makes room for more.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  /**
   * @param capacity - octets to begin with
   */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** How many octets were written. */
  get length(): number {
    return this.#at;
  }

  /** What was written, as a view that is good until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Forgets what was written behind a place. */
  truncate(length: number): void {
    this.#at = length;
  }

  /** Makes room for so many octets more: what follows does not ask again. */
  reserve(octets: number): void {
    if (this.#at + octets + SLACK > this.#bytes.length) this.#grow(octets);
  }

  #grow(octets: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + octets + SLACK));
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** Writes an octet for which there is room. */
  octet(octet: number): void {
    this.#bytes[this.#at++] = octet;
  }

  /** The octet that was written last. */
  get last(): number {
    return this.#at === 0 ? 0 : this.#view.getUint8(this.#at - 1);
  }

  /** Replaces the octet that was written last. */
  replaceLast(octet: number): void {
    this.#bytes[this.#at - 1] = octet;
  }

  /** Writes text, and makes room for it and 64 octets more. */
  text(text: EncodedText): void {
    const { words, length } = text;
    this.reserve(length + 64);
    const view = this.#view;
    const at = this.#at;
    for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i] ?? 0, true);
    this.#at = at + length;
  }

  /** Writes a number below 2^32 for which there is room: at most 10 octets. */
  u32(value: number): void {
    if (value < 10) {
      this.#bytes[this.#at++] = 0x30 + value;
      return;
    }
    const digits = digitsOf(value);
    this.#digits(value, this.#at + digits, digits);
    this.#at += digits;
  }

  /** Writes a whole number of up to 2^53 either way for which there is room: at most 17 octets. */
  integer(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.octet(0x2d);
      rest = -rest;
    }
    if (rest <= 0xffff_ffff) {
      this.u32(rest);
      return;
    }
    const high = Math.floor(rest / BILLION);
    this.u32(high);
    this.padded(rest - high * BILLION, 9);
  }

  /** Writes a number in so many digits, with zeros in front, for which there is room. */
  padded(value: number, digits: number): void {
    this.#digits(value, this.#at + digits, digits);
    this.#at += digits;
  }

  #digits(value: number, end: number, digits: number): void {
    let rest = value;
    let at = end;
    let left = digits;
    while (left >= 2) {
      const quotient = Math.floor(rest / 100);
      at -= 2;
      left -= 2;
      this.#view.setUint16(at, PAIRS[rest - quotient * 100] ?? 0, true);
      rest = quotient;
    }
    if (left === 1) this.#bytes[at - 1] = 0x30 + rest;
  }

  /** Writes octets in hexadecimal, for which there is room: two for each. */
  hex(bytes: Uint8Array, start: number, length: number): void {
    let at = this.#at;
    for (let i = start; i < start + length; i++, at += 2) this.#view.setUint16(at, HEX_PAIRS[bytes[i] ?? 0] ?? 0, true);
    this.#at = at;
  }

  /** Writes octets as a hardware address, for which there is room: three for each. */
  mac(bytes: Uint8Array, start: number, length: number): void {
    for (let i = 0; i < length; i++) {
      if (i > 0) this.octet(0x3a);
      this.#view.setUint16(this.#at, HEX_PAIRS[bytes[start + i] ?? 0] ?? 0, true);
      this.#at += 2;
    }
  }

  /** Writes a number below 2^16 in hexadecimal without zeros in front, for which there is room: at most four octets. */
  hex16(value: number): void {
    if (value > 0xff) {
      if (value > 0xfff) this.#nibble(value >> 12);
      this.#nibble((value >> 8) & 15);
      this.#view.setUint16(this.#at, HEX_PAIRS[value & 0xff] ?? 0, true);
      this.#at += 2;
      return;
    }
    if (value > 0xf) this.#nibble(value >> 4);
    this.#nibble(value & 15);
  }

  #nibble(value: number): void {
    this.#bytes[this.#at++] = value < 10 ? 0x30 + value : 0x57 + value;
  }

  /** Writes the inside of a JSON string, for which there is room: at most six octets for each that is read. */
  jsonText(bytes: Uint8Array, start: number, end: number): void {
    const out = this.#bytes;
    let at = this.#at;
    for (let i = start; i < end; i++) {
      const octet = bytes[i] ?? 0;
      if (octet >= 0x20 && octet !== 0x22 && octet !== 0x5c) out[at++] = octet;
      else {
        this.#at = at;
        this.#escape(octet);
        at = this.#at;
      }
    }
    this.#at = at;
  }

  #escape(octet: number): void {
    const short = SHORT_ESCAPES[octet];
    this.octet(0x5c);
    if (short !== undefined) {
      this.octet(short);
      return;
    }
    this.octet(0x75);
    this.padded(0, 2);
    this.#view.setUint16(this.#at, HEX_PAIRS[octet] ?? 0, true);
    this.#at += 2;
  }
}

/** What stands after the backslash, by octet. */
const SHORT_ESCAPES: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72, 34: 0x22, 92: 0x5c };

function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  return value < BILLION ? 9 : 10;
}
