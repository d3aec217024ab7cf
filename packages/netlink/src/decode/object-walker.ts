import { hexText } from './address-text.ts';
import type { Entry } from './entry.ts';
import type { JsonObject, JsonValue, MutableJsonObject } from './json-value.ts';
import { LeafReader } from './leaf-reader.ts';
import { nthName, rawName } from './member-name.ts';
import type { NameTable } from './name-table.ts';
import { readArray } from './numbers.ts';
import type { Container, ObjectSketch } from './object-sketch.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { Walker } from './walker.ts';

/** Makes plain objects of what it walks. */
export class ObjectWalker extends Walker {
  readonly #leaves: LeafReader = new LeafReader(this.strings);
  /** The object or list that is open, and those around it, which are as many as {@link #depth} says. */
  #target: Container = [];
  readonly #around: Container[] = [];
  #depth = 0;
  #key = '';
  /** What takes down where values are put, beside the recorder that takes down where they come from. */
  sketch: ObjectSketch | undefined;

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
    if (table.code !== undefined && end - start === table.size && this.recorder === undefined) {
      this.reset(bytes, view);
      return table.code.object(this, table, start);
    }
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

  #begin(bytes: Uint8Array, view: DataView): MutableJsonObject {
    this.reset(bytes, view);
    const object: MutableJsonObject = {};
    this.#target = object;
    this.#depth = 0;
    this.sketch?.root(object);
    return object;
  }

  /** Gives where it went. */
  #put(value: JsonValue): string | number {
    const target = this.#target;
    if (Array.isArray(target)) return target.push(value) - 1;
    target[this.#key] = value;
    return this.#key;
  }

  protected override attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt: number = 0): void {
    const target = this.#target;
    if (table?.code === undefined || Array.isArray(target) || this.recorder !== undefined) {
      super.attributes(table, start, end, header, headerAt);
      return;
    }
    const { types } = this.levels.enter(table, start, end, header, headerAt);
    const at = table.code.object(this, table, target, start, end);
    if (at < end) {
      types.restart(this.view, start, at);
      this.rest(table, types, at, end);
    }
    this.levels.leave();
  }

  protected override record(entry: Entry, start: number, end: number): void {
    const { struct } = entry;
    if (struct?.code === undefined || end - start !== struct.size || this.recorder !== undefined) {
      super.record(entry, start, end);
      return;
    }
    const key = this.#key;
    const record = struct.code.object(this, struct, start);
    // Members that the code leaves to the walker have keys of their own.
    this.#key = key;
    this.#put(record);
  }

  protected override packed(entry: Entry, start: number, end: number): void {
    const { element } = entry;
    if (element === undefined || element.plainSize <= 0 || this.recorder !== undefined) super.packed(entry, start, end);
    else this.#put(readArray(this.view, start, end, element.kind, element.plainSize, element.bigEndian));
  }

  /** For generated code: an attribute that is the first of its type, whatever it is. */
  any(table: SetTable, type: number, target: MutableJsonObject, at: number, size: number, end: number): void {
    const outer = this.#target;
    this.#target = target;
    this.step(table, type, 1, at, size, end);
    this.#target = outer;
  }

  /** For generated code: the attributes of a nest. */
  inside(table: SetTable, type: number, at: number, end: number): JsonObject {
    const object: MutableJsonObject = {};
    const outer = this.#target;
    this.#target = object;
    this.attributes(table.entries[type]?.set, at, end);
    this.#target = outer;
    return object;
  }

  /** For generated code: a member of a structure, whatever it is. */
  member(table: StructTable, index: number, target: MutableJsonObject, start: number): void {
    const member = table.members[index];
    if (member === undefined) return;
    const outer = this.#target;
    this.#target = target;
    this.attribute(member, 1, start + member.offset, member.size);
    this.#target = outer;
  }

  /** For generated code: the name of a value, or the names of its bits. */
  named(names: NameTable | undefined, value: number): JsonValue {
    if (names === undefined) return value;
    return names.isFlags ? names.list(value >>> 0) : (names.name(value) ?? value);
  }

  /** For generated code: an IPv4 address. */
  ipv4(at: number): string {
    return this.#leaves.addresses.ipv4(this.bytes, this.view, at);
  }

  /** For generated code: an IPv6 address. */
  ipv6(at: number): string {
    return this.#leaves.addresses.ipv6(this.bytes, this.view, at);
  }

  /** For generated code: a hardware address. */
  mac(at: number, length: number): string {
    return this.#leaves.addresses.mac(this.bytes, this.view, at, length);
  }

  /** For generated code: a text; `undefined` for octets that are none. */
  text(at: number, end: number): string | undefined {
    return this.#leaves.addresses.text(this.bytes, this.view, at, end);
  }

  protected override name(entry: Entry, nth: number): void {
    this.#key = nthName(entry.name, nth);
  }

  protected override rawName(type: number, nth: number): void {
    this.#key = rawName(type, nth);
  }

  protected override plainName(name: string): void {
    this.#key = name;
  }

  protected override value(entry: Entry, at: number, length: number): void {
    const value = this.leaf(entry, at, length);
    const key = this.#put(value);
    if (this.recorder === undefined) return;
    this.recorder.leaf(entry, at, length, 0, 0, this.levels.end);
    this.sketch?.leaf(value, this.#target, key);
  }

  /** A value by itself. */
  leaf(entry: Entry, at: number, length: number): JsonValue {
    return this.#leaves.read(entry, this.bytes, this.view, at, length);
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
    this.#leave();
  }

  protected override openList(): void {
    this.#enter([]);
  }

  protected override closeList(): void {
    this.#leave();
  }

  #enter(value: Container): void {
    const key = this.#put(value);
    this.sketch?.inner(value, this.#target, key);
    this.#around[this.#depth++] = this.#target;
    this.#target = value;
  }

  #leave(): void {
    this.#target = this.#around[--this.#depth] ?? this.#target;
  }
}
