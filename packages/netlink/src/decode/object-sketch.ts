import type { JsonObject, JsonValue, MutableJsonObject } from './json-value.ts';

/** An object or a list that is being made. */
export type Container = MutableJsonObject | JsonValue[];

/** A container, and where it is. */
export interface Part {
  /** What it held when it was taken down. */
  readonly value: JsonObject | readonly JsonValue[];
  /** Which part holds it: a number of the sketch, -1 if it is held by none. */
  readonly parent: number;
  /** Its key there. */
  readonly key: string | number;
}

/** Where a value is. */
export interface Place {
  /** The part that holds it. */
  readonly part: number;
  /** Its key there. */
  readonly key: string | number;
}

/** Takes down, while objects are made of a payload, what is inside of what: outer parts first. */
export class ObjectSketch {
  /** The objects and lists. */
  readonly parts: Part[] = [];
  /** Where the values are, in the order in which they were said. */
  readonly places: Place[] = [];
  readonly #numbers: Map<Container, number> = new Map();

  /** An object that nothing holds. */
  root(value: Container): void {
    this.#add(value, -1, '');
  }

  /** An object or a list was begun in another. */
  inner(value: Container, holder: Container, key: string | number): void {
    this.#add(value, this.#numbers.get(holder) ?? -1, key);
  }

  /** A value was put into a part. */
  leaf(value: JsonValue, holder: Container, key: string | number): void {
    const part = this.#numbers.get(holder) ?? -1;
    this.places.push({ part, key });
    this.#inside(value, part, key);
  }

  /** A value may be a list of names, or two. */
  #inside(value: JsonValue, parent: number, key: string | number): void {
    if (typeof value !== 'object' || value === null) return;
    const number = this.parts.length;
    this.parts.push({ value, parent, key });
    for (const [inner, held] of Object.entries(value)) this.#inside(held, number, inner);
  }

  #add(value: Container, parent: number, key: string | number): void {
    this.#numbers.set(value, this.parts.length);
    this.parts.push({ value, parent, key });
  }
}
