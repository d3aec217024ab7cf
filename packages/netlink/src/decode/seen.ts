/** Attribute types up to here are counted in arrays. */
const SMALL = 512;

const LAST_STAMP = 0x7fff_fff0;

/** Counts how often each type of attribute has come on a level. Entering a level costs nothing but a number. */
class Level {
  readonly stamps: Int32Array = new Int32Array(SMALL);
  readonly counts: Int32Array = new Int32Array(SMALL);
  readonly large: Map<number, number> = new Map();
  stamp = 0;
}

/** Which types of attributes have come, on each level of a message. */
export class Seen {
  readonly #levels: Level[] = [];
  #stamp = 0;

  /**
   * Begins a level anew.
   *
   * @param depth - how far in, from 0
   */
  enter(depth: number): void {
    const level = this.#levels[depth] ?? this.#add(depth);
    if (this.#stamp >= LAST_STAMP) this.#restart();
    level.stamp = ++this.#stamp;
    if (level.large.size > 0) level.large.clear();
  }

  /**
   * Counts an attribute.
   *
   * @param depth - its level, which was entered
   * @param type - its type
   * @returns how often the type has come on this level, this time included
   */
  count(depth: number, type: number): number {
    const level = this.#levels[depth] ?? this.#add(depth);
    if (type >= SMALL) {
      const count = (level.large.get(type) ?? 0) + 1;
      level.large.set(type, count);
      return count;
    }
    if (level.stamps[type] !== level.stamp) {
      level.stamps[type] = level.stamp;
      level.counts[type] = 1;
      return 1;
    }
    return (level.counts[type] = (level.counts[type] ?? 0) + 1);
  }

  #add(depth: number): Level {
    while (this.#levels.length <= depth) this.#levels.push(new Level());
    // CAST: the loop has just put it there.
    return this.#levels[depth] as Level;
  }

  #restart(): void {
    this.#stamp = 0;
    for (const level of this.#levels) level.stamps.fill(0);
  }
}
