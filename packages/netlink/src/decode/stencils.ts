import { LeafRecorder, Stencil } from './stencil.ts';
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

  constructor(format: FormatTable, size: number) {
    this.format = format;
    this.size = size;
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

/** What was made of payloads, by format and size. Of those that share a place the last is remembered. */
export class Stencils<T extends Kept> {
  readonly #slots: (Slot<T> | undefined)[] = new Array<Slot<T> | undefined>(SLOTS).fill(undefined);
  /** Where the payload goes that was not found. */
  #slot: Slot<T> | undefined;
  #changed = 0;

  /** How many values of the payload that was {@link find | found} last differ from what is kept. */
  get changed(): number {
    return this.#changed;
  }

  /**
   * What was made of a payload of the same form.
   *
   * @param format - what the payload is
   * @param type - of its message
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts; the first octet is an address family, or part of what a family's messages have in common
   * @param end - where it ends
   * @returns `undefined` if nothing was; the payload may then be {@link recorder | recorded}
   */
  find(format: FormatTable, type: number, bytes: Uint8Array, view: DataView, start: number, end: number): T | undefined {
    this.#slot = undefined;
    const size = end - start;
    if ((size & 3) !== 0 || size > MOST_SIZE || size <= 0) return undefined;
    const index = (Math.imul(type, 0x9e37) ^ Math.imul(size >> 2, 0x61) ^ Math.imul(view.getUint8(start), 0x1d)) & (SLOTS - 1);
    const slot = this.#slots[index];
    if (slot?.format !== format || slot.size !== size) {
      // Most come once: the second is remembered.
      this.#slots[index] = new Slot(format, size);
      return undefined;
    }
    const { kept } = slot;
    if (kept !== undefined) {
      const { stencil } = kept;
      this.#changed = stencil.compare(bytes, view, start);
      slot.report(this.#changed, stencil.leaves.length);
      if (this.#changed >= 0) return kept;
    }
    this.#slot = slot;
    return undefined;
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
