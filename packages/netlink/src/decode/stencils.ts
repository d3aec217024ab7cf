import { LeafRecorder, Stencil } from './stencil.ts';
import type { FormatTable } from './tables.ts';

/** A power of two. */
const SLOTS = 512;
/** How many others a slot outlasts that share its place, at most: as many as payloads came that it serves. */
const MOST_HEAT = 64;
/** Longer payloads are not remembered: what is kept stays small. */
const MOST_SIZE = 8192;
/** How many payloads a stencil has to have failed for before another is made. */
const FIRST_PATIENCE = 16;
const MOST_PATIENCE = 1 << 16;
/** A stencil that this many values differ from, and more than one in {@link FEW} of them, is becoming useless. */
const MANY = 8;
const FEW = 4;

/** What was made of a payload, with its stencil. */
export interface Kept {
  readonly stencil: Stencil;
}

/** What is known of payloads of one format and size. */
class Slot<T extends Kept> {
  readonly format: FormatTable;
  readonly size: number;
  kept: T | undefined;
  /** Whether the next payload that has to be walked is one to make a stencil of. */
  isDue = true;
  #patience = FIRST_PATIENCE;
  #failures = 0;
  #heat = 0;

  constructor(format: FormatTable, size: number) {
    this.format = format;
    this.size = size;
  }

  /** Whether it is of payloads of this format and size. */
  serves(format: FormatTable, size: number): boolean {
    if (this.format !== format || this.size !== size) return false;
    if (this.#heat < MOST_HEAT) this.#heat++;
    return true;
  }

  /** Another payload wants its place: whether it may have it. */
  cools(): boolean {
    return --this.#heat < 0;
  }

  /** Says how many of how many values differed; -1 if the stencil did not serve. */
  report(changed: number, leaves: number): void {
    if (changed >= 0 && (changed <= MANY || changed * FEW <= leaves)) return;
    this.#failures++;
    if (this.#failures >= this.#patience) this.isDue = true;
  }

  /** Keeps what was made; `undefined` if there can be no stencil. The next one comes later. */
  keep(made: T | undefined): void {
    this.kept = made;
    this.isDue = false;
    this.#failures = 0;
    this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE);
  }
}

/** What was made of payloads, by format and size. Two places are open to each; what has served there less has to go. */
export class Stencils<T extends Kept> {
  readonly #slots: (Slot<T> | undefined)[] = new Array<Slot<T> | undefined>(SLOTS).fill(undefined);
  /** Where the payload goes that was looked for last. */
  #slot: Slot<T> | undefined;

  /**
   * What was made of a payload that may have the same form: {@link compare} tells.
   *
   * @param format - what the payload is
   * @param type - of its message
   * @param view - what holds it
   * @param start - where it starts; the first octet is an address family, or part of what a family's messages have in common
   * @param end - where it ends
   * @returns `undefined` if nothing was; the payload may then be {@link recorder | recorded}
   */
  find(format: FormatTable, type: number, view: DataView, start: number, end: number): T | undefined {
    this.#slot = undefined;
    const size = end - start;
    if ((size & 3) !== 0 || size > MOST_SIZE || size <= 0) return undefined;
    const index = (Math.imul(type, 0x9e37) ^ Math.imul(size >> 2, 0x61) ^ Math.imul(view.getUint8(start), 0x1d)) & (SLOTS - 1);
    const [first, second] = [this.#slots[index], this.#slots[index ^ 1]];
    const slot = first?.serves(format, size) === true ? first : second?.serves(format, size) === true ? second : undefined;
    if (slot !== undefined) {
      this.#slot = slot;
      return slot.kept;
    }
    // Most come once: the second is remembered.
    for (const place of [index, index ^ 1]) {
      if (this.#slots[place]?.cools() === false) continue;
      this.#slots[place] = new Slot(format, size);
      break;
    }
    return undefined;
  }

  /**
   * Compares the payload that was looked for last with what was found.
   *
   * @param kept - what was found
   * @param bytes - what holds the payload
   * @param view - the same
   * @param start - where it starts
   * @returns how many values differ, which the stencil names; -1 if it has another form, and may be {@link recorder | recorded}
   */
  compare({ stencil }: T, bytes: Uint8Array, view: DataView, start: number): number {
    const changed = stencil.compare(bytes, view, start);
    this.#slot?.report(changed, stencil.leaves.length);
    return changed;
  }

  /**
   * What is to take down the payload that was not found.
   *
   * @param start - where it starts
   * @param origin - where what is made of it starts
   * @returns `undefined` if it is not to be remembered
   */
  recorder(start: number, origin: number): LeafRecorder | undefined {
    return this.#slot?.isDue === true ? new LeafRecorder(start, origin) : undefined;
  }

  /**
   * Keeps what was made of that payload.
   *
   * @param recorder - what took it down
   * @param view - what holds it
   * @param start - where it starts
   * @param make - gives what was made, with its stencil
   */
  keep(recorder: LeafRecorder, view: DataView, start: number, make: (stencil: Stencil) => T): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    const stencil = Stencil.of(recorder, view, start, slot.size);
    slot.keep(stencil === undefined ? undefined : make(stencil));
  }
}
