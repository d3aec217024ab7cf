const WORD = 0x1_0000_0000;
const BASIS = 0x811c_9dc5 | 0;
const OTHER_BASIS = 0x5bd1_e995 | 0;
/** Odd, so that no two numbers have one product. */
const FACTOR = 0x9e37_79b1 | 0;
const OTHER_FACTOR = 0x85eb_ca6b | 0;
/** What no unit of a text is. */
const END_OF_TEXT = 0x1_0000;
const NUMBER = 0x1_0001;
const OCTETS = 0x1_0002;

/** A value without members. */
export type Primitive = string | number | boolean | null;

/** Makes a number of texts and numbers: equal for equal ones, and hardly ever for others. */
export class Digest {
  #low: number = BASIS;
  #high: number = OTHER_BASIS;

  /** The digest of a text. */
  static of(text: string): number {
    const digest = new Digest();
    digest.text(text);
    return digest.value;
  }

  /** Begins anew. */
  reset(): void {
    this.#low = BASIS;
    this.#high = OTHER_BASIS;
  }

  /** Adds a text. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#word(text.charCodeAt(i));
    this.#word(END_OF_TEXT);
  }

  /** Adds a value. */
  add(value: Primitive): void {
    if (typeof value === 'string') this.text(value);
    else this.number(Number(value));
  }

  /** Adds an integer. */
  number(value: number): void {
    this.#word(NUMBER);
    this.#word(value | 0);
    this.#word(Math.floor(value / WORD) | 0);
  }

  /** Adds octets. */
  octets(view: DataView, at: number, length: number): void {
    this.#word(OCTETS);
    const end = at + length;
    let next = at;
    for (; end - next >= 4; next += 4) this.#word(view.getInt32(next, true));
    for (; next < end; next++) this.#word(view.getUint8(next));
    this.#word(length);
  }

  /** 53 bits of all that was added, from two hashes. */
  get value(): number {
    return ((this.#high >>> 0) & 0x1f_ffff) * WORD + (this.#low >>> 0);
  }

  #word(word: number): void {
    // A product hardly mixes its low bits: what is above is brought there.
    const low = Math.imul(this.#low ^ word, FACTOR);
    const high = Math.imul(this.#high ^ word, OTHER_FACTOR);
    this.#low = low ^ (low >>> 15);
    this.#high = high ^ (high >>> 13);
  }
}
