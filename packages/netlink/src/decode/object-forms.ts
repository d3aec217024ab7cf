import type { JsonObject, JsonValue } from './json-value.ts';
import { ObjectSketch, type Container, type Part, type Place } from './object-sketch.ts';
import type { ObjectWalker } from './object-walker.ts';
import { leafLength, type Stencil } from './stencil.ts';
import { Stencils, type Kept } from './stencils.ts';
import type { FormatTable } from './tables.ts';

/** A stencil, and the objects of the payload that it was made of. */
class ObjectForm implements Kept {
  readonly stencil: Stencil;
  /** Which of its objects is the structure in front; -1 if there is none. */
  readonly headerAt: number;
  /** Which is what follows it. */
  readonly attrsAt: number;
  readonly #parts: readonly Part[];
  readonly #places: readonly Place[];

  constructor(stencil: Stencil, { parts, places }: ObjectSketch, header: JsonObject | undefined, attrs: JsonObject | undefined) {
    this.stencil = stencil;
    this.headerAt = parts.findIndex(({ value }) => value === header);
    this.attrsAt = parts.findIndex(({ value }) => value === attrs);
    this.#parts = parts.map(({ value, parent, key }) => ({ value: settled(value), parent, key }));
    this.#places = places;
  }

  /**
   * Makes objects of a payload of the same form.
   *
   * @param made - where they go, each at its number
   */
  make(made: Container[], walker: ObjectWalker, view: DataView, start: number, count: number): void {
    const { leaves, changed } = this.stencil;
    const parts = this.#parts;
    for (let number = 0; number < parts.length; number++) {
      const part = parts[number];
      if (part === undefined) continue;
      const copy = Array.isArray(part.value) ? part.value.slice() : Object.assign({}, part.value);
      made[number] = copy;
      if (part.parent >= 0) put(made[part.parent], part.key, copy);
    }
    for (let i = 0; i < count; i++) {
      const leaf = leaves[changed[i] ?? 0];
      const place = this.#places[changed[i] ?? 0];
      if (leaf === undefined || place === undefined) continue;
      put(made[place.part], place.key, walker.leaf(leaf.entry, start + leaf.at, leafLength(leaf, view, start)));
    }
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
  readonly #made: Container[] = [];

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
    // Generated code makes objects as fast as they can be compared and copied.
    if (format.set?.code !== undefined) return false;
    const kept = this.#stencils.find(format, type, bytes, view, start, end);
    const walker = this.#walker;
    if (kept !== undefined) {
      walker.look(bytes, view);
      kept.make(this.#made, walker, view, start, this.#stencils.changed);
      this.header = kept.headerAt < 0 ? undefined : rootOf(this.#made[kept.headerAt]);
      this.attrs = kept.attrsAt < 0 ? undefined : rootOf(this.#made[kept.attrsAt]);
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

function rootOf(container: Container | undefined): JsonObject | undefined {
  return Array.isArray(container) ? undefined : container;
}

/**
 * A copy whose own copies take little time. An object that has grown by computed keys is a dictionary to V8, and copied key by
 * key; one whose keys were defined has a shape, which a copy takes over.
 */
function settled(value: Container): Container {
  if (Array.isArray(value)) return value.slice();
  const copy: JsonObject = {};
  for (const [key, held] of Object.entries(value)) Object.defineProperty(copy, key, { value: held, writable: true, enumerable: true, configurable: true });
  return copy;
}
