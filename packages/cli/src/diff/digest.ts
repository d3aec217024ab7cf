const WORD = 0x1_0000_0000;
/** From draft-eastlake-fnv: offset basis and prime of 32 bits. */
const BASIS = 0x811c_9dc5;
const PRIME = 0x0100_0193;
const OTHER_BASIS = 0x5bd1_e995;
/** What no unit of a text is. */
const [END_OF_TEXT, NUMBER] = [0x1_0000, 0x1_0001];

/** A value without members. */
export type Primitive = string | number | boolean | null;

/** Makes a number of texts and numbers: equal for equal ones, and hardly ever for others. */
export class Digest {
  #low = BASIS;
  #high = OTHER_BASIS;

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

  /** 53 bits of all that was added, from two FNV-1a hashes. */
  get value(): number {
    return ((this.#high >>> 0) & 0x1f_ffff) * WORD + (this.#low >>> 0);
  }

  #word(word: number): void {
    this.#low = Math.imul(this.#low ^ word, PRIME);
    this.#high = Math.imul(this.#high ^ word, PRIME) ^ (this.#high >>> 15);
  }
}
