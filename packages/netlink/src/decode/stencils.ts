import type { FormatTable } from './tables.ts';

/** A power of two. */
const SLOTS = 256;
/** Longer payloads are not remembered: what is kept stays small. */
const MOST_SIZE = 8192;
/** How many payloads a stencil has to have failed for before another is made. */
const FIRST_PATIENCE = 16;
const MOST_PATIENCE = 1 << 16;
/** A stencil that this many values differ from, and more than one in {@link FEW} of them, is becoming useless. */
const MANY = 8;
const FEW = 4;

/** What is known of payloads of one format and size. */
export class Slot<T> {
  readonly format: FormatTable;
  readonly size: number;
  /** The stencil, and what belongs to it. */
  kept: T | undefined;
  #patience = FIRST_PATIENCE;
  #failures = 0;
  #isDue = true;

  constructor(format: FormatTable, size: number) {
    this.format = format;
    this.size = size;
  }

  /** Whether the next payload that has to be walked is one to make a stencil of. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Says how many of how many values differed; -1 if the stencil did not serve. */
  report(changed: number, leaves: number): void {
    if (changed >= 0 && (changed <= MANY || changed * FEW <= leaves)) return;
    this.#failures++;
    if (this.#failures >= this.#patience) this.#isDue = true;
  }

  /** Keeps a stencil; `undefined` if none could be made. The next one comes later. */
  keep(made: T | undefined): void {
    this.kept = made;
    this.#isDue = false;
    this.#failures = 0;
    this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE);
  }
}

/** Stencils by format and size. Of those that share a place the last is remembered. */
export class Stencils<T> {
  readonly #slots: (Slot<T> | undefined)[] = new Array<Slot<T> | undefined>(SLOTS).fill(undefined);

  /**
   * What is known of payloads of a format and size.
   *
   * @param format - what they are
   * @param type - of their messages
   * @param view - what holds one
   * @param start - where it starts; the first octet is an address family, or part of what a family's messages have in common
   * @param end - where it ends
   * @returns `undefined` if it is the first one, or none that is remembered
   */
  slot(format: FormatTable, type: number, view: DataView, start: number, end: number): Slot<T> | undefined {
    const size = end - start;
    if ((size & 3) !== 0 || size > MOST_SIZE || size <= 0) return undefined;
    const index = (Math.imul(type, 0x9e37) ^ Math.imul(size >> 2, 0x61) ^ Math.imul(view.getUint8(start), 0x1d)) & (SLOTS - 1);
    const slot = this.#slots[index];
    if (slot?.format === format && slot.size === size) return slot;
    this.#slots[index] = new Slot(format, size);
    return undefined;
  }
}
