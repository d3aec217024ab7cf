import { isJsonList, type JsonObject, type JsonValue, type MutableJsonObject } from './json-value.ts';
import { ObjectSketch, type Container, type Part, type Place } from './object-sketch.ts';
import type { ObjectWalker } from './object-walker.ts';
import { leafLength, type Stencil } from './stencil.ts';
import { Stencils, type Kept } from './stencils.ts';
import type { FormatTable } from './tables.ts';

/** Octets of a payload that is worth comparing where generated code could read it. */
const LONG = 256;

/** A part of what was made of a payload. */
interface Shared extends Part {
  /** What it holds, in a shape that is quickly copied. */
  readonly value: Container;
  /** The same, frozen: for payloads that have the same octets there. */
  readonly frozen: Container;
}

/** A stencil, and the objects of the payload that it was made of. */
class ObjectForm implements Kept {
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

  constructor(stencil: Stencil, { parts, places }: ObjectSketch, header: JsonObject | undefined, attrs: JsonObject | undefined) {
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
  }

  /** The structure in front, of the payload that was made last. */
  get header(): JsonObject | undefined {
    return this.#root(this.#headerAt);
  }

  /** What follows it. */
  get attrs(): JsonObject | undefined {
    return this.#root(this.#attrsAt);
  }

  /**
   * Makes objects of a payload of the same form: copies of those in which something differs. The others are shared.
   *
   * @param walker - what reads values
   * @param view - what holds the payload
   * @param start - where it starts
   * @param count - how many values differ
   */
  make(walker: ObjectWalker, view: DataView, start: number, count: number): void {
    const { leaves, changed } = this.stencil;
    this.#payload++;
    for (const list of this.#lists) this.#own(list);
    for (let i = 0; i < count; i++) {
      const leaf = leaves[changed[i] ?? 0];
      const place = this.#places[changed[i] ?? 0];
      if (leaf === undefined || place === undefined) continue;
      put(this.#own(place.part), place.key, walker.leaf(leaf.entry, start + leaf.at, leafLength(leaf, view, start)));
    }
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

/** Makes the objects of payloads that have the form of one that was read before as copies of that one's, but for the values that differ. */
export class ObjectForms {
  /** The structure in front, of the payload that was read last. */
  header: JsonObject | undefined;
  /** What follows it. */
  attrs: JsonObject | undefined;
  readonly #walker: ObjectWalker;
  readonly #stencils: Stencils<ObjectForm> = new Stencils();

  /**
   * @param walker - what payloads are read by that have a form of their own
   */
  constructor(walker: ObjectWalker) {
    this.#walker = walker;
  }

  /**
   * Reads a payload, if one of its form is known. If not, the walker has to, between this and {@link end}.
   *
   * @param format - what it is
   * @param type - of its message
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts
   * @param end - where it ends
   * @returns whether it is read
   */
  read(format: FormatTable, type: number, bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    // Of a short payload generated code makes objects faster than it is compared.
    if (format.set?.code !== undefined && end - start < LONG) return false;
    const kept = this.#stencils.find(format, type, bytes, view, start, end);
    const walker = this.#walker;
    if (kept !== undefined) {
      walker.look(bytes, view);
      kept.make(walker, view, start, this.#stencils.changed);
      this.header = kept.header;
      this.attrs = kept.attrs;
      return true;
    }
    walker.recorder = this.#stencils.recorder(start, 0);
    walker.sketch = walker.recorder === undefined ? undefined : new ObjectSketch();
    return false;
  }

  /**
   * The payload that {@link read} did not read is read.
   *
   * @param header - its structure
   * @param attrs - what follows it
   * @param view - what holds it
   * @param start - where it starts
   */
  end(header: JsonObject | undefined, attrs: JsonObject | undefined, view: DataView, start: number): void {
    this.header = header;
    this.attrs = attrs;
    const { recorder, sketch } = this.#walker;
    if (recorder === undefined || sketch === undefined) return;
    this.#walker.recorder = undefined;
    this.#walker.sketch = undefined;
    this.#stencils.keep(recorder, view, start, (stencil) => new ObjectForm(stencil, sketch, header, attrs));
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
