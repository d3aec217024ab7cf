import type { Names } from '../schema/index.ts';
import { utf8Length } from '../utf8.ts';
import { EncodedText } from './encoded-text.ts';
import { PLAIN } from './line-text.ts';

/** Values up to this stand in an array; a table that reaches further is looked up. */
const DENSE = 1024;
/** A number without a name, brackets and commas. */
const MOST_NUMBER = 32;
/**
 * Numbers below this are met most. An array that is asked for others has V8 compile its reader again and again (Node 24.21): one
 * compares first.
 */
export const DENSE_TEXTS = 256;
/** Combinations of bits that are kept as text; a capture has a few. */
const MAX_COMBINATIONS = 1024;

/** Texts by number: small ones, which are most, in an array. */
export class EncodedTexts {
  /** Those of numbers below 256 that were asked for. */
  readonly dense: readonly (EncodedText | undefined)[];
  readonly #dense: (EncodedText | undefined)[] = new Array<EncodedText | undefined>(DENSE_TEXTS).fill(undefined);
  readonly #others: Map<number, EncodedText> = new Map();

  constructor() {
    this.dense = this.#dense;
  }

  /** The text of a number, if it was made. */
  get(value: number): EncodedText | undefined {
    return value >= 0 && value < DENSE_TEXTS ? this.#dense[value] : this.#others.get(value);
  }

  /** Remembers the text of a number. */
  set(value: number, text: string): EncodedText {
    const encoded = new EncodedText(text);
    if (value >= 0 && value < DENSE_TEXTS) this.#dense[value] = encoded;
    else {
      if (this.#others.size >= MAX_COMBINATIONS) this.#others.clear();
      this.#others.set(value, encoded);
    }
    return encoded;
  }
}

/** Names of numbers, ready to be looked up. */
export class NameTable {
  /** Whether bits are named, not values. */
  readonly isFlags: boolean;
  readonly #dense: (string | undefined)[] = [];
  readonly #sparse: Map<number, string> = new Map();
  /** What {@link encodedName} and {@link encodedNames} have made. */
  readonly json: EncodedTexts = new EncodedTexts();
  /** What {@link nameLabel} and {@link namesLabel} have made. */
  readonly labels: EncodedTexts = new EncodedTexts();
  /** What {@link list} has made, and what it was asked for last. */
  readonly #lists: Map<number, readonly string[]> = new Map();
  #lastBits = 0;
  #lastList: readonly string[] = [];
  #isPlain: boolean | undefined;
  /** The most octets that a value takes in JSON or text, with names of all its bits. */
  readonly most: number;

  constructor(names: Names) {
    this.isFlags = names.isFlags;
    const lengths = Object.values(names.values).map((name) => utf8Length(JSON.stringify(name)) + 1);
    this.most = MOST_NUMBER + (names.isFlags ? lengths.reduce((sum, length) => sum + length, 0) : Math.max(0, ...lengths));
    for (const [key, name] of Object.entries(names.values)) {
      const value = Number(key);
      if (value >= 0 && value < DENSE) {
        while (this.#dense.length <= value) this.#dense.push(undefined);
        this.#dense[value] = name;
      } else this.#sparse.set(value, name);
    }
  }

  /** Whether every name can stand in a line of text as it is. */
  get isPlain(): boolean {
    return (this.#isPlain ??= this.#dense.every((name) => name === undefined || PLAIN.test(name)) && [...this.#sparse.values()].every((name) => PLAIN.test(name)));
  }

  /** The name of a value, or of a bit. */
  name(value: number): string | undefined {
    if (value >= 0 && value < this.#dense.length) return this.#dense[value];
    return this.#sparse.size === 0 ? undefined : this.#sparse.get(value);
  }

  /** The value of a name, or the number of its bit. */
  value(name: string): number | undefined {
    const dense = this.#dense.indexOf(name);
    if (dense >= 0) return dense;
    for (const [value, other] of this.#sparse) if (other === name) return value;
    return undefined;
  }

  /**
   * The names of the bits that are set, from the lowest up; bits without a name come last, as one hexadecimal number.
   *
   * @param low - bits 0 to 31
   * @param high - bits 32 to 63
   */
  names(low: number, high: number = 0): string[] {
    const names: string[] = [];
    const restLow = this.#collect(low, 0, names);
    const restHigh = high === 0 ? 0 : this.#collect(high, 32, names);
    if (restLow !== 0 || restHigh !== 0) names.push(`0x${((BigInt(restHigh) << 32n) | BigInt(restLow)).toString(16)}`);
    return names;
  }

  /** The same of bits 0 to 31: a list of the caller's own of what was made once. A shared one would be frozen, which JSON.stringify is slow with. */
  list(bits: number): string[] {
    if (bits === this.#lastBits) return this.#lastList.slice();
    let list = this.#lists.get(bits);
    if (list === undefined) {
      if (this.#lists.size >= MAX_COMBINATIONS) this.#lists.clear();
      list = this.names(bits);
      this.#lists.set(bits, list);
    }
    this.#lastBits = bits;
    this.#lastList = list;
    return list.slice();
  }

  /** The name of a value as an element of JSON, with the comma after it. */
  encodedName(value: number): EncodedText | undefined {
    return this.json.get(value) ?? this.#named(this.json, value, (name) => `${JSON.stringify(name)},`);
  }

  /** The names of bits 0 to 31 as a list of JSON, with the comma after it. */
  encodedNames(bits: number): EncodedText {
    return this.json.get(bits) ?? this.json.set(bits, `${JSON.stringify(this.names(bits))},`);
  }

  /** The name of a value as text. */
  nameLabel(value: number): EncodedText | undefined {
    return this.labels.get(value) ?? this.#named(this.labels, value, (name) => name);
  }

  /** The names of bits 0 to 31 as text; `0` if there are none. */
  namesLabel(bits: number): EncodedText {
    return this.labels.get(bits) ?? this.labels.set(bits, bits === 0 ? '0' : this.names(bits).join(','));
  }

  /** What has no name is not remembered: there is no end of such values. */
  #named(texts: EncodedTexts, value: number, form: (name: string) => string): EncodedText | undefined {
    const name = this.name(value);
    return name === undefined ? undefined : texts.set(value, form(name));
  }

  #collect(bits: number, base: number, names: string[]): number {
    let rest = 0;
    for (let left = bits; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      const name = this.name(base + bit);
      if (name === undefined) rest |= 1 << bit;
      else names.push(name);
    }
    return rest >>> 0;
  }
}
