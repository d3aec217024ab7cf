import { FormCode } from './form-code.ts';
import type { FormCompiler, Made, ObjectMaker } from './form-plan.ts';
import { isJsonList, type JsonObject, type JsonValue, type MutableJsonObject } from './json-value.ts';
import type { Container, ObjectSketch, Part, Place } from './object-sketch.ts';
import type { ObjectWalker } from './object-walker.ts';
import { leafLength, type Stencil } from './stencil.ts';
import type { Kept } from './stencils.ts';

/** A part of what was made of a payload. */
interface Shared extends Part {
  /** What it holds, in a shape that is quickly copied. */
  readonly value: Container;
  /** The same, frozen: for payloads that have the same octets there. */
  readonly frozen: Container;
}

/** A stencil, and the objects of the payload that it was made of. */
export class ObjectForm implements Kept {
  readonly stencil: Stencil;
  readonly #parts: readonly Shared[];
  readonly #places: readonly Place[];
  /** Which parts are lists. They are never shared: JSON.stringify is slow with frozen ones. */
  readonly #lists: readonly number[];
  /** Which of the parts is the structure in front; -1 if there is none. */
  readonly #headerAt: number;
  /** Which is what follows it. */
  readonly #attrsAt: number;
  /** The copies that were made of parts, and of which payload: those of others do not count. */
  readonly #copies: Container[];
  readonly #copiedFor: Float64Array;
  #payload = 0;
  readonly #code: FormCode<ObjectMaker>;

  constructor(stencil: Stencil, { parts, places }: ObjectSketch, { header, attrs }: Made, compiler: FormCompiler | undefined) {
    this.stencil = stencil;
    this.#headerAt = parts.findIndex(({ value }) => value === header);
    this.#attrsAt = parts.findIndex(({ value }) => value === attrs);
    this.#parts = parts.map(({ value, parent, key }) => ({ value: settled(value), frozen: settled(value), parent, key }));
    this.#places = places;
    this.#lists = this.#parts.flatMap(({ value }, number) => (Array.isArray(value) ? [number] : []));
    this.#copies = this.#parts.map(({ value }) => value);
    this.#copiedFor = new Float64Array(parts.length);
    for (const { frozen, parent, key } of this.#parts) {
      const holder = this.#parts[parent];
      if (holder === undefined) continue;
      put(holder.value, key, frozen);
      put(holder.frozen, key, frozen);
    }
    for (const { frozen } of this.#parts) Object.freeze(frozen);
    const frozen = this.#parts.map((part) => part.frozen);
    this.#code = new FormCode(stencil, compiler, (by, plan) => by.objects({ ...plan, places, parts: this.#parts, frozen, header: this.#headerAt, attrs: this.#attrsAt }));
  }

  /**
   * Makes objects of a payload by code, if there is some.
   *
   * @param walker - looks at the payload
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts
   * @returns `undefined` if there is none, or not for this one: it may have the same form all the same
   */
  quick(walker: ObjectWalker, bytes: Uint8Array, view: DataView, start: number): Made | undefined {
    const made = this.#code.maker?.(walker, bytes, view, start);
    if (made !== undefined) this.#code.served();
    return made;
  }

  /**
   * Makes objects of a payload of the same form: copies of those in which something differs. The others are shared.
   *
   * @param walker - what reads values
   * @param view - what holds the payload
   * @param start - where it starts
   * @param count - how many values differ
   */
  make(walker: ObjectWalker, view: DataView, start: number, count: number): Made {
    const { leaves, changed } = this.stencil;
    this.#payload++;
    for (const list of this.#lists) this.#own(list);
    for (let i = 0; i < count; i++) {
      const index = changed[i] ?? 0;
      const leaf = leaves[index];
      const place = this.#places[index];
      if (leaf === undefined || place === undefined) continue;
      put(this.#own(place.part), place.key, walker.leaf(leaf.entry, start + leaf.at, leafLength(leaf, view, start)));
    }
    this.#code.missed(count);
    return { header: this.#root(this.#headerAt), attrs: this.#root(this.#attrsAt) };
  }

  /** The payload's own copy of a part, in its own copy of what holds it. */
  #own(number: number): Container | undefined {
    if (this.#copiedFor[number] === this.#payload) return this.#copies[number];
    const part = this.#parts[number];
    if (part === undefined) return undefined;
    const { value, parent, key } = part;
    const copy = Array.isArray(value) ? value.slice() : Object.assign({}, value);
    this.#copies[number] = copy;
    this.#copiedFor[number] = this.#payload;
    if (parent >= 0) put(this.#own(parent), key, copy);
    return copy;
  }

  #root(number: number): JsonObject | undefined {
    const root = this.#copiedFor[number] === this.#payload ? this.#copies[number] : this.#parts[number]?.frozen;
    return Array.isArray(root) ? undefined : root;
  }
}

function put(container: Container | undefined, key: string | number, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else if (container !== undefined) container[key] = value;
}

/**
 * A copy whose own copies take little time. An object that has grown by computed keys is a dictionary to V8, and copied key by
 * key; one whose keys were defined has a shape, which a copy takes over.
 */
function settled(value: Part['value']): Container {
  if (isJsonList(value)) return value.slice();
  const copy: MutableJsonObject = {};
  for (const [key, held] of Object.entries(value)) Object.defineProperty(copy, key, { value: held, writable: true, enumerable: true, configurable: true });
  return copy;
}
