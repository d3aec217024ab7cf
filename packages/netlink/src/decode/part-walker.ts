import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import { hexText } from './address-text.ts';
import { Kind } from './kind.ts';
import type { Entry } from './entry.ts';
import type { JsonObject, JsonValue, MutableJsonObject } from './json-value.ts';
import type { Container } from './object-sketch.ts';
import { LeafReader } from './leaf-reader.ts';
import { nthName, rawName } from './member-name.ts';
import { readNumber } from './numbers.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { Walker } from './walker.ts';
import { Wanted } from './wanted.ts';

// Constants of this module are constants for V8, too; imported ones are loaded each time.
const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;

const NOTHING = new Wanted([]);

/**
 * Makes plain objects that hold what is wanted of what it walks, and nothing else: a question about one attribute costs little
 * more than to come by the others. What is there is what `ObjectWalker` makes.
 */
export class PartWalker extends Walker {
  readonly #leaves: LeafReader = new LeafReader(this.strings);
  /** Whether values that are shown by their names, or bits by theirs, are their numbers instead, and all others are left out. */
  #isNumeric = false;
  /** The object or list that is open, what is wanted of it, and those around it. */
  #target: Container = [];
  #wanted: Wanted = NOTHING;
  readonly #targets: Container[] = [];
  readonly #wants: Wanted[] = [];
  #depth = 0;
  /** What was named last, and what is wanted of it. */
  #key = '';
  #below: Wanted | undefined;

  /**
   * What is wanted of a structure.
   *
   * @param bytes - what holds it
   * @param view - the same
   * @param table - the structure
   * @param start - where it starts
   * @param end - where the octets end
   * @param wanted - what to look for
   * @param isNumeric - whether to give the numbers of names, and nothing else
   */
  structOf(bytes: Uint8Array, view: DataView, table: StructTable, start: number, end: number, wanted: Wanted, isNumeric: boolean = false): JsonObject {
    const object = this.#begin(bytes, view, wanted, isNumeric);
    const at = this.members(table, start, end);
    if (at < end) this.trailing(at, end);
    return object;
  }

  /**
   * What is wanted of what follows a message's structure.
   *
   * @param bytes - what holds it
   * @param view - the same
   * @param format - what it is
   * @param start - where it starts
   * @param end - where it ends
   * @param headerAt - where the structure starts
   * @param wanted - what to look for
   * @param isNumeric - whether to give the numbers of names, and nothing else
   */
  bodyOf(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, headerAt: number, wanted: Wanted, isNumeric: boolean = false): JsonObject {
    const object = this.#begin(bytes, view, wanted, isNumeric);
    this.body(format, start, end, headerAt);
    return object;
  }

  /**
   * What is wanted of the attributes of a level.
   *
   * @param bytes - what holds them
   * @param view - the same
   * @param set - their set
   * @param start - where they start
   * @param end - where they end
   * @param wanted - what to look for
   */
  attributesOf(bytes: Uint8Array, view: DataView, set: SetTable, start: number, end: number, wanted: Wanted): JsonObject {
    const object = this.#begin(bytes, view, wanted, false);
    this.attributes(set, start, end);
    return object;
  }

  #begin(bytes: Uint8Array, view: DataView, wanted: Wanted, isNumeric: boolean): MutableJsonObject {
    this.reset(bytes, view);
    const object: MutableJsonObject = {};
    this.#target = object;
    this.#wanted = wanted;
    this.#isNumeric = isNumeric;
    this.#depth = 0;
    return object;
  }

  protected override attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt: number = 0): void {
    const wanted = this.#wanted;
    if (wanted.isWhole) {
      super.attributes(table, start, end, header, headerAt);
      return;
    }
    const { view } = this;
    const { types } = this.levels.enter(table, start, end, header, headerAt);
    types.reset();
    const wants = wanted.types(table);
    let at = start;
    while (end - at >= HEADER) {
      const head = view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      const type = (head >>> 16) & TYPE_MASK;
      if (type < wants.length ? wants[type] === 1 : wanted.wantsRaw(type)) this.step(table, type, types.count(type), at, size, end);
      at += (size + 3) & ~3;
    }
    if (at < end) this.trailing(at, end);
    this.levels.leave();
  }

  #named(key: string): void {
    this.#key = key;
    this.#below = this.#wanted.member(key);
  }

  protected override name(entry: Entry, nth: number): void {
    this.#named(nthName(entry.name, nth));
  }

  protected override rawName(type: number, nth: number): void {
    this.#named(rawName(type, nth));
  }

  protected override plainName(name: string): void {
    this.#named(name);
  }

  /** Whether what comes next is wanted: elements of a list are if the list is. */
  get #isWanted(): boolean {
    return this.#below !== undefined || Array.isArray(this.#target);
  }

  #put(value: JsonValue): void {
    const target = this.#target;
    if (Array.isArray(target)) target.push(value);
    else target[this.#key] = value;
  }

  protected override value(entry: Entry, at: number, length: number): void {
    if (!this.#isWanted) return;
    if (!this.#isNumeric) this.#put(this.#leaves.read(entry, this.bytes, this.view, at, length));
    else if (entry.kind === Kind.ENUM || entry.kind === Kind.FLAGS) {
      const number = readNumber(this.view, at, length, entry.base, entry.bigEndian);
      // One that is exact in JavaScript.
      if (typeof number === 'number') this.#put(number);
    }
  }

  protected override hex(at: number, length: number): void {
    if (this.#isWanted && !this.#isNumeric) this.#put(hexText(this.bytes, at, length));
  }

  protected override count(value: number): void {
    if (this.#isWanted && !this.#isNumeric) this.#put(value);
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
    const depth = this.#depth++;
    this.#targets[depth] = this.#target;
    this.#wants[depth] = this.#wanted;
    const isList = Array.isArray(this.#target);
    if (this.#isWanted) this.#put(value);
    // What is wanted of a list is wanted of its elements.
    this.#wanted = isList ? this.#wanted : (this.#below ?? NOTHING);
    this.#target = value;
  }

  #leave(): void {
    const depth = --this.#depth;
    this.#target = this.#targets[depth] ?? this.#target;
    this.#wanted = this.#wants[depth] ?? NOTHING;
  }
}
