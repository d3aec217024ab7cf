import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import type { Entry } from './entry.ts';
import { fits } from './fits.ts';
import { Kind } from './kind.ts';
import { Levels } from './levels.ts';
import type { ShortStrings } from './short-strings.ts';
import type { LeafRecorder } from './stencil.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { isZero } from './text-octets.ts';
import type { TypeCounter } from './type-counter.ts';
import { hasSingle } from './typed-nests.ts';

// Constants of this module are constants for V8, too; imported ones are loaded each time.
const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;

/** The octets of a structure's own length. */
const LENGTH_SIZE = 2;

const NOTHING = new Uint8Array(0);

/**
 * Walks a message's structures and attributes with the tables of its schema and says what it meets, in the order in which
 * it stands: the one place that knows how netlink nests. What is made of it, an object, JSON or text, is up to subclasses.
 *
 * Everything that is said lies inside the octets that were handed in. What does not fit its schema (an unknown type, a
 * length that is wrong, text that is no text) is said with {@link rawName} and {@link hex}; nothing throws.
 */
export abstract class Walker {
  /** What holds the message. */
  bytes: Uint8Array = NOTHING;
  /** The same octets. */
  view: DataView = new DataView(NOTHING.buffer);
  /** What the walk is inside of. */
  protected readonly levels: Levels = new Levels();
  /** Strings that come again and again. */
  protected readonly strings: ShortStrings = this.levels.strings;
  /** What is to take down values: while it is there, each is said by {@link value}. */
  recorder: LeafRecorder | undefined;

  /** A key for what follows, which is `length` octets at `at`: the `nth` of its name on this level, from 1. */
  protected abstract name(entry: Entry, nth: number, at: number, length: number): void;
  /** A key for octets of an attribute that is not understood: the `nth` of its type on this level. */
  protected abstract rawName(type: number, nth: number, at: number, length: number): void;
  /** A key that is no attribute's. */
  protected abstract plainName(name: string): void;
  /** A value that is complete and of a fitting length. */
  protected abstract value(entry: Entry, at: number, length: number): void;
  /** Octets. */
  protected abstract hex(at: number, length: number): void;
  /** A number that stands nowhere: the type of a nest. */
  protected abstract count(value: number): void;
  /** An object begins. */
  protected abstract open(): void;
  /** An object ends. */
  protected abstract close(): void;
  /** A list begins. */
  protected abstract openList(): void;
  /** A list ends. */
  protected abstract closeList(): void;

  /** Turns to another message. */
  protected reset(bytes: Uint8Array, view: DataView): void {
    this.look(bytes, view);
    this.levels.reset();
  }

  /** Turns to other octets for single values. */
  look(bytes: Uint8Array, view: DataView): void {
    this.bytes = bytes;
    this.view = view;
  }

  /**
   * Says the members of a structure.
   *
   * @param table - the structure
   * @param start - where it starts
   * @param end - where the octets end that there are: it may be cut off
   * @returns where the first octet stands that belongs to no member
   */
  protected members(table: StructTable, start: number, end: number): number {
    for (const member of table.members) {
      const at = start + member.offset;
      const size = member.size < 0 ? end - at : member.size;
      if (size < 0 || at + size > end) return Math.min(at, end);
      // An address whose family is cut off is octets.
      if (member.familyAt > 0 && at + member.familyAt + (member.isFamilyEtherType ? 1 : 0) >= end) {
        this.name(member, 1, at, size);
        this.hex(at, size);
      } else this.attribute(member, 1, at, size);
    }
    return table.isOpen ? end : start + table.size;
  }

  /**
   * Says the attributes of a level.
   *
   * @param table - their set; without one all of them are raw
   * @param start - where they start
   * @param end - where they end
   * @param header - the structure in front of them, whose members may be selectors
   * @param headerAt - where it starts
   */
  protected attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt: number = 0): void {
    const { types } = this.levels.enter(table, start, end, header, headerAt);
    types.reset();
    this.rest(table, types, start, end);
    this.levels.leave();
  }

  /** Says the attributes of the present level from a place on, and what follows them. */
  protected rest(table: SetTable | undefined, types: TypeCounter, from: number, end: number): void {
    let at = from;
    while (end - at >= HEADER) {
      const head = this.view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      const type = (head >>> 16) & TYPE_MASK;
      this.step(table, type, types.count(type), at, size, end);
      at += (size + 3) & ~3;
    }
    if (at < end) this.trailing(at, end);
  }

  /**
   * Says one attribute of a level.
   *
   * @param table - the level's set
   * @param type - the attribute's type
   * @param nth - how often the type has come
   * @param at - where the attribute's header starts
   * @param size - its octets with the header
   * @param end - where the level ends
   */
  protected step(table: SetTable | undefined, type: number, nth: number, at: number, size: number, end: number): void {
    const entries = table?.entries;
    const entry = entries !== undefined && type < entries.length ? entries[type] : undefined;
    if (entry === undefined) this.#raw(type, nth, at + HEADER, size - HEADER);
    else if (!entry.many) this.attribute(entry, nth, at + HEADER, size - HEADER);
    else if (nth === 1) this.#all(entry, at, end);
  }

  /**
   * Says what a format describes: a structure, then attributes or one value.
   *
   * @param format - the format
   * @param start - where it starts
   * @param end - where it ends
   */
  protected format(format: FormatTable, start: number, end: number): void {
    const { header } = format;
    let at = start;
    if (header !== undefined) {
      at = this.members(header, start, end);
      if (at < start + header.size) {
        if (at < end) this.trailing(at, end);
        return;
      }
      if (!header.isOpen) at = Math.min(end, start + ((header.size + 3) & ~3));
    }
    this.body(format, at, end, start);
  }

  /**
   * Says what follows a format's structure.
   *
   * @param format - the format
   * @param at - where it starts
   * @param end - where it ends
   * @param headerAt - where the structure starts
   */
  protected body(format: FormatTable, at: number, end: number, headerAt: number): void {
    if (format.body === undefined) {
      if (at < end) this.attributes(format.set, at, end, format.header, headerAt);
      return;
    }
    this.levels.enter(undefined, at, at, format.header, headerAt);
    this.attribute(format.body, 1, at, end - at);
    this.levels.leave();
  }

  /** Says octets that hold no attribute. */
  protected trailing(at: number, end: number): void {
    this.plainName('#trailing');
    this.hex(at, end - at);
  }

  #raw(type: number, nth: number, at: number, length: number): void {
    this.rawName(type, nth, at, length);
    this.hex(at, length);
  }

  /** An attribute, or a member of a structure, with its name. */
  protected attribute(entry: Entry, nth: number, at: number, length: number): void {
    if (entry.kind === Kind.PAD && isZero(this.bytes, at, at + length)) return;
    if (!fits(entry, this.bytes, at, length)) {
      // What is no attribute has a name and no type.
      if (entry.type < 0) this.name(entry, nth, at, length);
      else this.rawName(entry.type, nth, at, length);
      this.hex(at, length);
      return;
    }
    this.name(entry, nth, at, length);
    this.bare(entry, at, length);
  }

  /** All attributes of one type on this level, from the first on, as a list. */
  #all(entry: Entry, first: number, end: number): void {
    this.name(entry, 1, first + HEADER, 0);
    this.openList();
    let at = first;
    while (end - at >= HEADER) {
      const head = this.view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      if (((head >>> 16) & TYPE_MASK) === entry.type) this.#item(entry, entry.type, at + HEADER, size - HEADER, false);
      at += (size + 3) & ~3;
    }
    this.closeList();
  }

  /** An element of a list. One that does not fit is an object, so that it cannot be taken for a value. */
  #item(entry: Entry, type: number, at: number, length: number, isOdd: boolean): void {
    const isFit = fits(entry, this.bytes, at, length);
    if (isFit && !isOdd) {
      this.bare(entry, at, length);
      return;
    }
    this.open();
    if (isOdd) {
      this.plainName('#index');
      this.count(type);
    }
    if (!isFit) this.#raw(type, 1, at, length);
    else if (entry.kind === Kind.NEST && !this.isDeep) this.attributes(entry.set, at, at + length);
    else {
      this.plainName('value');
      this.bare(entry, at, length);
    }
    this.close();
  }

  /** A value that fits, without its name. */
  protected bare(entry: Entry, at: number, length: number): void {
    if (!entry.isComposite) {
      this.value(entry, at, length);
      return;
    }
    if (this.isDeep) {
      this.hex(at, length);
      return;
    }
    switch (entry.kind) {
      case 25 satisfies typeof Kind.RECORD:
        this.record(entry, at, at + length);
        break;
      case 26 satisfies typeof Kind.PACKED:
        this.packed(entry, at, at + length);
        break;
      case 27 satisfies typeof Kind.NEST:
        this.open();
        this.attributes(entry.set, at, at + length);
        this.close();
        break;
      case 28 satisfies typeof Kind.INDEXED:
        this.#indexed(entry, at, at + length);
        break;
      case 29 satisfies typeof Kind.TYPED:
        this.#typed(entry, at, at + length);
        break;
      case 31 satisfies typeof Kind.SIZED:
        this.#sized(entry, at, at + length);
        break;
      default: {
        const format = entry.choice?.format(this.levels.select(entry.selector, this.bytes, this.view, this.recorder));
        if (format === undefined) {
          this.hex(at, length);
          break;
        }
        this.open();
        this.format(format, at, at + length);
        this.close();
      }
    }
  }

  /** A structure. */
  protected record(entry: Entry, start: number, end: number): void {
    this.open();
    const { struct } = entry;
    const at = struct === undefined ? start : this.members(struct, start, end);
    if (at < end) this.trailing(at, end);
    this.close();
  }

  /** An array without headers. */
  protected packed(entry: Entry, start: number, end: number): void {
    const { element } = entry;
    this.openList();
    // What fits is a whole number of elements.
    if (element !== undefined) for (let at = start; at < end; at += element.size) this.bare(element, at, element.size);
    this.closeList();
  }

  /** Elements whose types count them, from 0 or 1 on, or are all the same; one that leaves the sequence says its number. */
  #indexed(entry: Entry, start: number, end: number): void {
    const { element } = entry;
    this.openList();
    let at = start;
    let expected = -1;
    while (element !== undefined && end - at >= HEADER) {
      const head = this.view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      const type = (head >>> 16) & TYPE_MASK;
      this.#item(element, type, at + HEADER, size - HEADER, expected === -1 ? type > 1 : type !== expected && type !== expected - 1);
      expected = type + 1;
      at += (size + 3) & ~3;
    }
    if (at < end) {
      this.open();
      this.trailing(at, end);
      this.close();
    }
    this.closeList();
  }

  /** Structures that say their own lengths, each with its attributes. From include/uapi/linux/rtnetlink.h: RTNH_OK, RTNH_NEXT. */
  #sized(entry: Entry, start: number, end: number): void {
    const { format } = entry;
    // What has no length cannot say one.
    const least = Math.max(LENGTH_SIZE, format?.header?.size ?? 0);
    this.openList();
    let at = start;
    while (format !== undefined && end - at >= least) {
      const size = this.view.getUint16(at, true);
      if (size < least || size > end - at) break;
      this.recorder?.consult(at, LENGTH_SIZE);
      this.open();
      this.format(format, at, at + size);
      this.close();
      at += (size + 3) & ~3;
    }
    if (at < end) {
      this.open();
      this.trailing(at, end);
      this.close();
    }
    this.closeList();
  }

  /** Nests whose types are values: an object where there is one of each, as there is in practice; else a list of objects. */
  #typed(entry: Entry, start: number, end: number): void {
    const isSingle = hasSingle(this.view, entry.levels.length, start, end);
    if (!isSingle) this.openList();
    this.#typedLevel(entry, 0, start, end, []);
    if (!isSingle) this.closeList();
  }

  #typedLevel(entry: Entry, level: number, start: number, end: number, types: readonly number[]): void {
    let at = start;
    while (end - at >= HEADER) {
      const head = this.view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      const path = [...types, (head >>> 16) & TYPE_MASK];
      if (level + 1 < entry.levels.length) this.#typedLevel(entry, level + 1, at + HEADER, at + size, path);
      else this.#typedElement(entry, path, at + HEADER, at + size);
      at += (size + 3) & ~3;
    }
    if (at >= end) return;
    this.open();
    this.#types(entry, types);
    this.trailing(at, end);
    this.close();
  }

  #typedElement(entry: Entry, types: readonly number[], start: number, end: number): void {
    const { element } = entry;
    this.open();
    this.#types(entry, types);
    if (element?.kind === Kind.NEST) this.attributes(element.set, start, end);
    else if (element !== undefined && fits(element, this.bytes, start, end - start)) this.attribute(element, 1, start, end - start);
    else this.#raw(types[types.length - 1] ?? 0, 1, start, end - start);
    this.close();
  }

  #types(entry: Entry, types: readonly number[]): void {
    types.forEach((type, index) => {
      this.plainName(entry.levels[index] ?? '');
      this.count(type);
    });
  }

  /** Whether a nest of this level is too deep to be entered. */
  get isDeep(): boolean {
    return this.levels.isDeep;
  }
}
