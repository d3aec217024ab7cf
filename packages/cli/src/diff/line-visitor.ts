import { isJsonList, type Interest, type JsonObject, type JsonValue, type PayloadVisitor } from '@netdevkit/netlink';
import type { Primitive } from './digest.ts';
import type { LineTaker } from './line-taker.ts';
import { ANY, type NormalValues } from './normal-values.ts';
import { Place } from './place.ts';

/** An object or a list that is open. */
class Level {
  place: Place;
  isList = false;
  /** How many members or elements there were. */
  count = 0;
  /** The elements so far, as long as none of them has members. */
  values: Primitive[] = [];
  isPlain = true;

  constructor(place: Place) {
    this.place = place;
  }
}

/** Makes a line of each value in a message, as its payload is walked. */
export class LineVisitor implements PayloadVisitor {
  readonly #taker: LineTaker;
  readonly #normal: NormalValues;
  readonly #root: Place = Place.root('');
  readonly #levels: Level[] = [];
  #depth = 0;
  #level: Level;
  /** Where what comes next stands. */
  #place: Place;

  /**
   * @param taker - takes the lines
   * @param normal - says what values are in any run
   */
  constructor(taker: LineTaker, normal: NormalValues) {
    this.#taker = taker;
    this.#normal = normal;
    this.#place = this.#root;
    this.#level = new Level(this.#root);
    this.#levels.push(this.#level);
  }

  /**
   * Begins anew.
   *
   * @param place - where members stand
   */
  begin(place: Place = this.#root): void {
    this.#depth = 0;
    this.#level = this.#levels[0] ?? this.#level;
    this.#level.place = place;
    this.#level.isList = false;
  }

  /** Visits what is an object already. */
  members(object: JsonObject): void {
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value !== undefined && this.member(name) !== 'nothing') this.value(value);
    }
  }

  member(name: string): Interest {
    const level = this.#level;
    level.count++;
    const place = level.place.member(name);
    this.#place = place;
    if (!place.isInStatistics || this.#normal.keepsStatistics) return place.kind.isPlain && this.#taker.takesOctets ? 'octets' : 'value';
    // Whether there are any is worth a line, how many there are of what is not.
    this.#taker.value(place, ANY);
    return 'nothing';
  }

  octets(view: DataView, at: number, length: number): void {
    this.#taker.octets(this.#place, view, at, length);
  }

  value(value: JsonValue): void {
    if (!isComposite(value)) this.#primitive(value);
    else if (isJsonList(value)) {
      this.openList();
      for (const element of value) this.value(element);
      this.closeList();
    } else {
      this.open();
      this.members(value);
      this.close();
    }
  }

  open(): void {
    this.#enter(false);
  }

  close(): void {
    const { place, count } = this.#leave();
    if (count === 0) this.#taker.place(place);
  }

  openList(): void {
    this.#enter(true);
  }

  closeList(): void {
    const { place, isPlain, values } = this.#leave();
    if (!isPlain) return;
    this.#taker.list(place, values);
    values.length = 0;
  }

  #primitive(value: Primitive): void {
    const level = this.#level;
    if (!level.isList) this.#taker.value(this.#place, this.#normal.of(this.#place, value));
    else if (level.isPlain) {
      level.values.push(this.#normal.of(level.place, value));
      level.count++;
    } else {
      const place = level.place.element(level.count++);
      this.#taker.value(place, this.#normal.of(place, value));
    }
  }

  #enter(isList: boolean): void {
    const outer = this.#level;
    if (outer.isList) {
      if (outer.isPlain) this.#spread(outer);
      this.#place = outer.place.element(outer.count++);
    }
    this.#depth++;
    const level = (this.#levels[this.#depth] ??= new Level(this.#place));
    level.place = this.#place;
    level.isList = isList;
    level.isPlain = true;
    level.count = 0;
    this.#level = level;
  }

  #leave(): Level {
    const level = this.#level;
    this.#level = this.#levels[--this.#depth] ?? level;
    return level;
  }

  /** A list with members in it has lines of its own for all of its elements. */
  #spread(level: Level): void {
    level.isPlain = false;
    level.values.forEach((value, index) => {
      this.#taker.value(level.place.element(index), value);
    });
    level.values.length = 0;
  }
}

function isComposite(value: JsonValue): value is JsonObject | readonly JsonValue[] {
  return typeof value === 'object' && value !== null;
}
