import { NLA_TYPE_MASK } from '@netdevkit/bindings';

const TYPE_MASK = NLA_TYPE_MASK;
/** Attribute types up to here are looked up in an array. */
const SMALL = 512;

const LAST_STAMP = 0x7fff_fff0;

/** Counts how often each type of attribute comes on one level. Beginning anew costs nothing but a number. */
export class TypeCounter {
  readonly #stamps: Int32Array = new Int32Array(SMALL);
  /** Only of types that have come before: most never do. */
  readonly #repeats: Map<number, number> = new Map();
  #stamp = 0;

  /** Forgets all types. */
  reset(): void {
    if (this.#repeats.size > 0) this.#repeats.clear();
    if (this.#stamp >= LAST_STAMP) {
      this.#stamp = 0;
      this.#stamps.fill(0);
    }
    this.#stamp++;
  }

  /**
   * Counts an attribute.
   *
   * @param type - its type
   * @returns how often the type has come, this time included
   */
  count(type: number): number {
    if (type < SMALL && this.#stamps[type] !== this.#stamp) {
      this.#stamps[type] = this.#stamp;
      return 1;
    }
    return this.#again(type);
  }

  /**
   * Begins anew with the attributes that stand in front of others: whoever has said them did not count.
   *
   * @param view - the octets
   * @param start - where the first starts
   * @param end - where the last ends; all of them are whole
   */
  restart(view: DataView, start: number, end: number): void {
    this.reset();
    for (let at = start; at < end; ) {
      const head = view.getUint32(at, true);
      this.count((head >>> 16) & TYPE_MASK);
      at += ((head & 0xffff) + 3) & ~3;
    }
  }

  #again(type: number): number {
    const count = (this.#repeats.get(type) ?? (type < SMALL ? 1 : 0)) + 1;
    this.#repeats.set(type, count);
    return count;
  }
}
