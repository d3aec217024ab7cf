import { utf8Length, writeUtf8 } from '../utf8.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodedText } from './encoded-text.ts';
import { putAscii } from './put.ts';

/** Nobody reads a line to its end that is longer: in units of UTF-16, as strings have them. */
export const LONGEST = 160;
/** Of a value no more is written than this: what is beyond does not fit anyway. */
export const ENOUGH: number = LONGEST + 2;

const MORE = new EncodedText(' …');
const AND = new EncodedText(' and ');
const OTHERS = new EncodedText(' more');

const SPACE = 0x20;
/** What stands for half of a character of UTF-16, in UTF-8. */
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;

/** A text of parts that fits a line: what does not is counted. */
export class GistLine {
  readonly #out: ByteWriter;
  /** Where the text starts, and how many octets more than units it has up to the part that is being written. */
  #start = 0;
  #surplus = 0;
  /** Where that part starts, with what separates it from the one before; where its own text does; its octets more than units. */
  #partAt = 0;
  #textAt = 0;
  #partSurplus = 0;
  /** The units that the part may have. */
  #room = LONGEST;
  #isFull = false;
  /** How many parts there were that are not shown at all; the one that did not fit is one only if others follow. */
  #left = 0;
  #isLast = true;

  /**
   * @param out - where it writes
   */
  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** Whether what follows is not shown. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Begins a text. */
  begin(): void {
    this.#start = this.#out.at;
    this.#partAt = this.#start;
    this.#textAt = this.#start;
    this.#surplus = 0;
    this.#partSurplus = 0;
    this.#isFull = false;
    this.#isLast = true;
    this.#left = 0;
  }

  /** Ends it. */
  end(): void {
    if (!this.#isFull) return;
    const out = this.#out;
    out.text(MORE);
    if (this.#isLast) return;
    out.text(AND);
    out.integer(this.#left);
    out.text(OTHERS);
  }

  /** Begins a part; gives whether there is room for it. */
  enter(): boolean {
    if (this.#isFull) {
      this.leave();
      return false;
    }
    const out = this.#out;
    this.#surplus += this.#partSurplus;
    this.#partSurplus = 0;
    this.#partAt = out.at;
    this.#room = LONGEST - (out.at - this.#start - this.#surplus);
    if (out.at > this.#start) this.octet(SPACE);
    this.#textAt = out.at;
    return true;
  }

  /** Counts a part that is not shown. */
  leave(): void {
    this.#left++;
    this.#isLast = false;
  }

  /** Ends the text where the part does not fit. */
  check(): void {
    const out = this.#out;
    if (this.#isFull || out.at - this.#textAt - this.#partSurplus <= this.#room) return;
    this.#isFull = true;
    // A part that is long all by itself is shown as far as it fits.
    if (LONGEST - this.#room < LONGEST / 2) this.#cut();
    else {
      out.truncate(this.#partAt);
      this.#left++;
    }
  }

  #cut(): void {
    const out = this.#out;
    if (this.#partSurplus === 0) {
      out.truncate(this.#textAt + this.#room);
      return;
    }
    let at = this.#textAt;
    let units = 0;
    while (units < this.#room) {
      const octet = out.bytes[at] ?? 0;
      const size = octet < 0x80 ? 1 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4;
      units += size === 4 ? 2 : 1;
      if (units > this.#room) {
        // Half of a character is none.
        out.bytes.set(REPLACEMENT, at);
        at += REPLACEMENT.length;
      } else at += size;
    }
    out.truncate(at);
  }

  /** Writes an octet. */
  octet(octet: number): void {
    this.#out.reserve(1);
    this.#out.octet(octet);
  }

  /** Writes as much of a string as may be shown. */
  string(text: string): void {
    const out = this.#out;
    const shown = text.length > ENOUGH ? text.slice(0, ENOUGH) : text;
    out.reserve(ENOUGH);
    const end = putAscii(out.view, out.at, shown);
    if (end >= 0) {
      out.at = end;
      return;
    }
    const length = utf8Length(shown);
    out.reserve(length);
    writeUtf8(out.bytes, out.at, shown);
    out.at += length;
    this.#partSurplus += length - shown.length;
  }
}
