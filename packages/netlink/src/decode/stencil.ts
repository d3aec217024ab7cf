import { NLA_HDRLEN } from '@netdevkit/bindings';
import type { Entry } from './entry.ts';
import { fits } from './fits.ts';
import { Kind } from './kind.ts';

/** One value of a message. */
export interface Leaf {
  /** What it is a value of. */
  readonly entry: Entry;
  /** Where its octets start, from the start of the payload. */
  readonly at: number;
  /** Their number. */
  readonly length: number;
  /** Where it starts in what was made of the payload. */
  readonly from: number;
  /** Where it ends there. */
  readonly to: number;
  /** Whether it is the text of an attribute, which may be longer or shorter as long as what follows stays where it is. */
  readonly isElastic: boolean;
}

/** Takes down, while a payload is walked, where its values are and what octets the walk itself depends on. */
export class LeafRecorder {
  /** The values, in the order in which they were said. */
  readonly leaves: Leaf[] = [];
  /** Octets that say what others are: where they start, from the start of the payload, and their number. */
  readonly consulted: (readonly [at: number, length: number])[] = [];
  readonly #start: number;
  readonly #origin: number;

  /**
   * @param start - where the payload starts
   * @param origin - where what is made of it starts
   */
  constructor(start: number, origin: number) {
    this.#start = start;
    this.#origin = origin;
  }

  /**
   * A value was said.
   *
   * @param from - where what was made of it starts
   * @param to - where that ends
   * @param levelEnd - where the level ends that it is on
   */
  leaf(entry: Entry, at: number, length: number, from: number, to: number, levelEnd: number): void {
    const isElastic = entry.kind === Kind.STRING && entry.type >= 0 && at + padded(length) <= levelEnd;
    this.leaves.push({ entry, at: at - this.#start, length, from: from - this.#origin, to: to - this.#origin, isElastic });
    if (entry.familyAt !== 0) this.consult(at + entry.familyAt, entry.isFamilyEtherType ? 2 : 1);
  }

  /** Octets were looked at that say what others are. */
  consult(at: number, length: number): void {
    this.consulted.push([at - this.#start, length]);
  }
}

/** Four octets of a payload, of which some are the same in each of its form. */
export interface FixedWord {
  /** Where they start, from the start of the payload. */
  readonly at: number;
  /** What they are, as a little-endian number. */
  readonly word: number;
  /** Which bits of it are the same. */
  readonly mask: number;
}

/** A message with more values is not worth a stencil: nothing that comes by the thousand has as many. */
const MOST_LEAVES = 0x7fff;
const EACH_BIT = -1;
const HEADER = NLA_HDRLEN;
const LENGTH_SIZE = 2;

/** The bits of a word that octets have in it. */
const bitsOf = (at: number, length: number): number => (length >= 4 ? EACH_BIT : ((1 << (length << 3)) - 1) << ((at & 3) << 3));

const padded = (size: number): number => (size + 3) & ~3;

/** The octets that a value changes: of an elastic one its attribute's. */
function spanOf({ at, length, isElastic }: Leaf): { readonly at: number; readonly length: number } {
  return isElastic ? { at: at - HEADER, length: HEADER + padded(length) } : { at, length };
}

/** Says of octets whether they have to be the same. */
function cover(masks: Int32Array, at: number, length: number, isFixed: boolean): void {
  for (let octet = at; octet < at + length; octet++) {
    const word = octet >> 2;
    const bits = bitsOf(octet, 1);
    if (word >= 0 && word < masks.length) masks[word] = isFixed ? (masks[word] ?? 0) | bits : (masks[word] ?? 0) & ~bits;
  }
}

/**
 * How many octets a value has in a payload of the same form.
 *
 * @param leaf - the value
 * @param view - what holds the payload
 * @param start - where it starts
 */
export function leafLength(leaf: Leaf, view: DataView, start: number): number {
  return leaf.isElastic ? view.getUint16(start + leaf.at - HEADER, true) - HEADER : leaf.length;
}

/**
 * A payload that was walked once, and which of its octets may change without changing anything but values: a payload of the
 * same format and size whose other octets are equal has the same form. Of a dump most have, and what is made of them is what was
 * made of the first, but for a few values.
 *
 * # Invariants
 * - What is said of a payload is a function of its format and its octets; each octet that decides more than a value is in the mask.
 */
export class Stencil {
  /** The values, in the order of their octets. */
  readonly leaves: readonly Leaf[];
  /** Which of {@link leaves} have changed, as {@link compare} found: as many as it says. */
  readonly changed: Int16Array;
  /** The octets, in words of this machine's making: they are compared, not read. */
  readonly #words: Int32Array;
  /** What of each word has to be the same. */
  readonly #masks: Int32Array;
  /** The same where only those values may differ that {@link settle} was told. */
  readonly #fixed: Int32Array;
  /** The first and the last value that has octets in the word. */
  readonly #first: Int16Array;
  readonly #last: Int16Array;
  /** By value, its bits of the word; all of them where it has octets in others, too. */
  readonly #bits: Int32Array;
  /** By value, whether it is a text: that depends on what it holds. */
  readonly #isText: Uint8Array;

  private constructor(leaves: readonly Leaf[], view: DataView, start: number, count: number) {
    this.leaves = leaves;
    this.changed = new Int16Array(leaves.length);
    this.#words = Int32Array.from({ length: count }, (_, word) => view.getInt32(start + word * 4, true));
    this.#masks = new Int32Array(count).fill(EACH_BIT);
    this.#fixed = new Int32Array(count);
    this.#first = new Int16Array(count).fill(-1);
    this.#last = new Int16Array(count).fill(-1);
    this.#bits = Int32Array.from(leaves, ({ at, length, isElastic }) => ((at & 3) + length > 4 || isElastic ? EACH_BIT : bitsOf(at, length)));
    this.#isText = Uint8Array.from(leaves, ({ entry: { kind } }) => (kind === Kind.STRING || kind === Kind.STRINGS ? 1 : 0));
  }

  /**
   * Makes a stencil of a payload.
   *
   * @param recorder - what was taken down of it
   * @param view - what holds it
   * @param start - where it starts
   * @param size - its octets: a multiple of four
   * @returns the stencil; `undefined` where values are not said in the order in which they stand
   */
  static of({ leaves, consulted }: LeafRecorder, view: DataView, start: number, size: number): Stencil | undefined {
    if (leaves.length > MOST_LEAVES) return undefined;
    for (const [index, leaf] of leaves.entries()) {
      const before = leaves[index - 1];
      if (before !== undefined && (leaf.at < before.at + before.length || leaf.from < before.to)) return undefined;
    }
    const stencil = new Stencil(leaves, view, start, size >> 2);
    leaves.forEach((leaf, index) => {
      const { at, length } = spanOf(leaf);
      // The length in front of a text is looked at with the text, the type behind it is not.
      cover(stencil.#masks, at, length, false);
      if (leaf.isElastic) cover(stencil.#masks, leaf.at - LENGTH_SIZE, LENGTH_SIZE, true);
      for (let word = at >> 2; word << 2 < at + length; word++) {
        if ((stencil.#first[word] ?? 0) < 0) stencil.#first[word] = index;
        stencil.#last[word] = index;
      }
    });
    for (const [at, length] of consulted) cover(stencil.#masks, at, length, true);
    return stencil;
  }

  /** Its octets. */
  get size(): number {
    return this.#words.length * 4;
  }

  /**
   * Compares a payload of the same format and size.
   *
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts
   * @returns how many values differ, which {@link changed} names in their order; -1 if its form is another
   */
  compare(bytes: Uint8Array, view: DataView, start: number): number {
    const words = this.#words;
    const { length } = words;
    let count = 0;
    let next = 0;
    for (let word = 0, at = start; word < length; ) {
      // Most words are equal: two at a time.
      while (word + 1 < length && ((view.getInt32(at, true) ^ (words[word] ?? 0)) | (view.getInt32(at + 4, true) ^ (words[word + 1] ?? 0))) === 0) {
        word += 2;
        at += 8;
      }
      if (word >= length) break;
      const difference = view.getInt32(at, true) ^ (words[word] ?? 0);
      if (difference !== 0) {
        if ((difference & (this.#masks[word] ?? 0)) !== 0) return -1;
        const last = this.#last[word] ?? -1;
        for (let index = Math.max(next, this.#first[word] ?? 0); index <= last; index++) {
          if ((difference & (this.#bits[index] ?? 0)) === 0) continue;
          if (this.#isText[index] === 1 && !this.#canBe(index, bytes, view, start)) return -1;
          this.changed[count++] = index;
        }
        if (last >= next) next = last + 1;
      }
      word++;
      at += 4;
    }
    return count;
  }

  /**
   * Chooses which values {@link holds} lets differ.
   *
   * @param isVolatile - by value, 1 for those
   */
  settle(isVolatile: Uint8Array): void {
    this.#fixed.set(this.#masks);
    this.leaves.forEach((leaf, index) => {
      const { at, length } = spanOf(leaf);
      if (isVolatile[index] !== 1) cover(this.#fixed, at, length, true);
    });
  }

  /**
   * Whether a payload of the same format and size has the same form, and differs in nothing but the values that {@link settle}
   * was told; texts among them may still be none.
   *
   * @param view - what holds it
   * @param start - where it starts
   */
  holds(view: DataView, start: number): boolean {
    const words = this.#words;
    const fixed = this.#fixed;
    const { length } = words;
    let differs = 0;
    let word = 0;
    let at = start;
    for (; word + 1 < length; word += 2, at += 8) {
      differs |= ((view.getInt32(at, true) ^ (words[word] ?? 0)) & (fixed[word] ?? 0)) | ((view.getInt32(at + 4, true) ^ (words[word + 1] ?? 0)) & (fixed[word + 1] ?? 0));
    }
    if (word < length) differs |= (view.getInt32(at, true) ^ (words[word] ?? 0)) & (fixed[word] ?? 0);
    return differs === 0;
  }

  /** What {@link holds} compares. */
  fixedWords(): readonly FixedWord[] {
    return Array.from(this.#words, (word, index) => ({ at: index * 4, word, mask: this.#fixed[index] ?? 0 })).filter(({ mask }) => mask !== 0);
  }

  /** Whether a text is still one, and what follows is still in its place. */
  #canBe(index: number, bytes: Uint8Array, view: DataView, start: number): boolean {
    const leaf = this.leaves[index];
    if (leaf === undefined) return false;
    const length = leafLength(leaf, view, start);
    return padded(length) === padded(leaf.length) && length >= 0 && fits(leaf.entry, bytes, start + leaf.at, length);
  }
}
