import { hexText } from './address-text.ts';
import type { Entry } from './entry.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { leafValue } from './leaf-value.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { Walker } from './walker.ts';

/** Makes plain objects of what it walks. */
export class ObjectWalker extends Walker {
  /** The objects and lists that are open, the innermost last. */
  readonly #open: (JsonObject | JsonValue[])[] = [];
  #key = '';

  /**
   * The members of a structure.
   *
   * @param bytes - what holds it
   * @param view - the same
   * @param table - the structure
   * @param start - where it starts
   * @param end - where the octets end
   */
  structOf(bytes: Uint8Array, view: DataView, table: StructTable, start: number, end: number): JsonObject {
    const object = this.#begin(bytes, view);
    const at = this.members(table, start, end);
    if (at < end) object['#trailing'] = hexText(bytes, at, end - at);
    return object;
  }

  /**
   * What follows a message's structure.
   *
   * @param bytes - what holds it
   * @param view - the same
   * @param format - what it is
   * @param start - where it starts
   * @param end - where it ends
   * @param headerAt - where the structure starts
   */
  bodyOf(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, headerAt: number): JsonObject {
    const object = this.#begin(bytes, view);
    this.body(format, start, end, headerAt);
    return object;
  }

  /**
   * The attributes of a level.
   *
   * @param bytes - what holds them
   * @param view - the same
   * @param set - their set
   * @param start - where they start
   * @param end - where they end
   */
  attributesOf(bytes: Uint8Array, view: DataView, set: SetTable | undefined, start: number, end: number): JsonObject {
    const object = this.#begin(bytes, view);
    this.attributes(set, start, end);
    return object;
  }

  #begin(bytes: Uint8Array, view: DataView): JsonObject {
    this.reset(bytes, view);
    const object: JsonObject = {};
    this.#open.length = 0;
    this.#open.push(object);
    return object;
  }

  #put(value: JsonValue): void {
    const target = this.#open[this.#open.length - 1];
    if (Array.isArray(target)) target.push(value);
    else if (target !== undefined) target[this.#key] = value;
  }

  protected override name(entry: Entry, nth: number): void {
    this.#key = nth === 1 ? entry.name : `${entry.name}#${String(nth)}`;
  }

  protected override rawName(type: number, nth: number): void {
    this.#key = nth === 1 ? `#${String(type)}` : `#${String(type)}#${String(nth)}`;
  }

  protected override plainName(name: string): void {
    this.#key = name;
  }

  protected override value(entry: Entry, at: number, length: number): void {
    this.#put(leafValue(entry, this.bytes, this.view, at, length, this.strings));
  }

  protected override hex(at: number, length: number): void {
    this.#put(hexText(this.bytes, at, length));
  }

  protected override count(value: number): void {
    this.#put(value);
  }

  protected override open(): void {
    this.#enter({});
  }

  protected override close(): void {
    this.#open.pop();
  }

  protected override openList(): void {
    this.#enter([]);
  }

  protected override closeList(): void {
    this.#open.pop();
  }

  #enter(value: JsonObject | JsonValue[]): void {
    this.#put(value);
    this.#open.push(value);
  }
}
