import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import { ByteWriter } from './byte-writer.ts';
import { putArray32, putArray64 } from './digits.ts';
import { JsonKey } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import { BIG_ENDIAN, COMPLEX, ENTRY_WORDS, MOST_OCTETS } from './json-program.ts';
import { writeLeaf } from './json-leaf.ts';
import { Kind } from './kind.ts';
import { nthName } from './member-name.ts';
import { EXACT, readPlain } from './numbers.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { isZero } from './text-octets.ts';
import { Walker } from './walker.ts';

const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;
const STRING = Kind.STRING;
/** A `0`, and a comma behind it. */
const DIGIT_AND_COMMA = 0x2c30;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What a number takes at most, with its quotes, sign and comma. */
const MOST_DIGITS = 24;

/**
 * Writes what it walks as JSON, straight into octets. Each value is followed by a comma; what ends an object or a list
 * takes the last one's place.
 */
export class JsonWalker extends Walker {
  /** Where it is written. */
  readonly out: ByteWriter;
  /** See `LeafWriter`. */
  readonly isJson: boolean = true;
  readonly #plain: Map<string, JsonKey> = new Map();

  constructor(out: ByteWriter) {
    super();
    this.out = out;
  }

  /** Writes the members of a structure, inside an object that is open. */
  writeStruct(bytes: Uint8Array, view: DataView, table: StructTable, start: number, end: number): void {
    this.reset(bytes, view);
    const at = this.members(table, start, end);
    if (at >= end) return;
    this.plainName('#trailing');
    this.hex(at, end - at);
  }

  /** Writes what follows a message's structure, inside an object that is open. */
  writeBody(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, headerAt: number): void {
    this.reset(bytes, view);
    this.body(format, start, end, headerAt);
  }

  /** Writes the attributes of a level, inside an object that is open. */
  writeAttributes(bytes: Uint8Array, view: DataView, set: SetTable | undefined, start: number, end: number): void {
    this.reset(bytes, view);
    this.attributes(set, start, end);
  }

  /** Writes octets in hexadecimal. */
  writeHex(bytes: Uint8Array, at: number, length: number): void {
    this.out.reserve(length * 2 + 8);
    this.out.octet(QUOTE);
    this.out.hex(bytes, at, length);
    this.out.octet(QUOTE);
    this.out.octet(COMMA);
  }

  /** Ends an object. */
  end(): void {
    this.close();
  }

  protected override name(entry: Entry, nth: number): void {
    if (nth === 1) this.out.text(entry.key);
    else this.#numbered(entry.name, nth);
  }

  protected override rawName(type: number, nth: number): void {
    if (nth > 1) {
      this.#numbered(`#${String(type)}`, nth);
      return;
    }
    this.out.reserve(64);
    this.out.octet(QUOTE);
    this.out.octet(0x23);
    this.out.integer(type);
    this.out.octet(QUOTE);
    this.out.octet(COLON);
  }

  protected override plainName(name: string): void {
    let key = this.#plain.get(name);
    if (key === undefined) {
      key = new JsonKey(name);
      this.#plain.set(name, key);
    }
    this.out.text(key);
  }

  #numbered(name: string, nth: number): void {
    this.out.text(new JsonKey(nthName(name, nth)));
  }

  protected override hex(at: number, length: number): void {
    this.writeHex(this.bytes, at, length);
  }

  protected override count(value: number): void {
    this.out.reserve(32);
    this.out.integer(value);
    this.out.octet(COMMA);
  }

  protected override open(): void {
    this.out.reserve(64);
    this.out.octet(0x7b);
  }

  protected override close(): void {
    this.#end(0x7d);
  }

  protected override openList(): void {
    this.out.reserve(64);
    this.out.octet(0x5b);
  }

  protected override closeList(): void {
    this.#end(0x5d);
  }

  #end(octet: number): void {
    const { out } = this;
    out.reserve(64);
    const { bytes, at } = out;
    if (bytes[at - 1] === COMMA) {
      bytes[at - 1] = octet;
      bytes[at] = COMMA;
      out.at = at + 1;
    } else {
      bytes[at] = octet;
      bytes[at + 1] = COMMA;
      out.at = at + 2;
    }
  }

  /** Texts are written while they are looked at. */
  protected override attribute(entry: Entry, nth: number, at: number, length: number): void {
    if (nth !== 1 || entry.kind !== STRING || this.recorder !== undefined || !this.#plainText(entry, at, length)) super.attribute(entry, nth, at, length);
  }

  /** Writes a text without anything to escape, and with nothing behind its NUL; gives whether it is one. */
  #plainText(entry: Entry, at: number, length: number): boolean {
    const { out, bytes } = this;
    const from = out.at;
    out.reserve(entry.key.length + length + 64);
    out.key(entry.key);
    out.octet(QUOTE);
    const count = out.plain(bytes, at, at + length);
    if (!isZero(bytes, at + count, at + length)) {
      out.truncate(from);
      return false;
    }
    out.octet(QUOTE);
    out.octet(COMMA);
    return true;
  }

  protected override attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt: number = 0): void {
    if (table === undefined || this.recorder !== undefined) {
      super.attributes(table, start, end, header, headerAt);
      return;
    }
    const { code } = table;
    let at = start;
    if (code?.isFlat === true) {
      at = code.json(this, table, start, end);
      if (at >= end) return;
    }
    const { types } = this.levels.enter(table, start, end, header, headerAt);
    if (code?.isFlat === false) at = code.json(this, table, start, end);
    if (code !== undefined && at >= end) {
      this.levels.leave();
      return;
    }
    types.restart(this.view, start, at);
    const { view } = this;
    const { program } = table;
    const known = table.entries.length;
    while (end - at >= HEADER) {
      const head = view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) break;
      const type = (head >>> 16) & TYPE_MASK;
      const nth = types.count(type);
      const entry = type < known ? (program[type] ?? 0) : 0;
      if (entry === 0 || nth !== 1 || program[entry] !== size - HEADER || !this.#number(program, entry, at + HEADER)) {
        this.step(table, type, nth, at, size, end);
      }
      at += (size + 3) & ~3;
    }
    if (at < end) this.trailing(at, end);
    this.levels.leave();
  }

  /**
   * For generated code: writes an attribute that is the first of its type, whatever it is.
   *
   * @param to - where it goes
   * @param room - the octets to make room for behind it
   * @returns where what follows goes
   */
  any(table: SetTable, type: number, at: number, size: number, end: number, to: number, room: number): number {
    const { out } = this;
    out.at = to;
    this.step(table, type, 1, at, size, end);
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes the attributes of a nest whose key and `{` are written, and its end. */
  inside(table: SetTable, type: number, at: number, end: number, to: number, room: number): number {
    const { out } = this;
    out.at = to;
    this.attributes(table.entries[type]?.set, at, end);
    this.close();
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes a value that fits, whose key is written. */
  bareOf(table: SetTable, type: number, at: number, end: number, to: number, room: number): number {
    const { out } = this;
    const entry = table.entries[type];
    out.at = to;
    out.reserve(room);
    if (entry !== undefined) this.bare(entry, at, end - at);
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes an array of numbers. */
  array(table: SetTable, type: number, at: number, size: number, to: number, room: number): number {
    const { out } = this;
    const entry = table.entries[type];
    out.at = to;
    if (entry !== undefined) {
      out.text(entry.key);
      this.packed(entry, at + HEADER, at + size);
    }
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes a member of a structure, whatever it is. */
  member(table: StructTable, index: number, start: number, to: number, room: number): number {
    const { out } = this;
    const member = table.members[index];
    out.at = to;
    if (member !== undefined) this.attribute(member, 1, start + member.offset, member.size);
    out.reserve(room);
    return out.at;
  }

  protected override members(table: StructTable, start: number, end: number): number {
    if (table.isOpen || start + table.size > end || this.recorder !== undefined) return super.members(table, start, end);
    const { program, members, code } = table;
    if (code !== undefined) {
      code.json(this, table, start);
      return start + table.size;
    }
    let index = 0;
    for (let entry = 0; entry < program.length; index++) {
      const at = start + (program[entry] ?? 0);
      if (program[entry + 1] === COMPLEX || !this.#number(program, entry, at)) {
        const member = members[index];
        if (member !== undefined) super.attribute(member, 1, at, member.size);
      }
      entry += ENTRY_WORDS + (program[entry + 3] ?? 0);
    }
    return start + table.size;
  }

  /** Writes a key and its number as a program says; gives whether the number is one that JSON can have. */
  #number(program: Int32Array, entry: number, at: number): boolean {
    const { out } = this;
    out.reserve(MOST_OCTETS);
    const how = program[entry + 1] ?? 0;
    const value = readPlain(this.view, at, how & 7, (how & BIG_ENDIAN) !== 0);
    if (!(value < EXACT && value > -EXACT)) return false;
    const target = out.view;
    let to = out.at;
    const first = entry + ENTRY_WORDS;
    const words = program[entry + 3] ?? 0;
    for (let i = 0; i < words; i++) target.setInt32(to + i * 4, program[first + i] ?? 0, true);
    to += program[entry + 2] ?? 0;
    // Most are zero, or small.
    if (value >= 0 && value < 10) {
      target.setUint16(to, DIGIT_AND_COMMA + value, true);
      out.at = to + 2;
    } else {
      out.at = to;
      out.item(value);
    }
    return true;
  }

  protected override packed(entry: Entry, start: number, end: number): void {
    const { element } = entry;
    if (element === undefined || element.plainSize <= 0 || this.recorder !== undefined) {
      super.packed(entry, start, end);
      return;
    }
    const { out, view } = this;
    const { kind, bigEndian, plainSize } = element;
    this.openList();
    out.reserve(((end - start) / plainSize) * MOST_DIGITS + 8);
    const target = out.view;
    let to = out.at;
    if (bigEndian || (kind !== Kind.U32 && kind !== Kind.S32 && kind !== Kind.U64)) {
      for (let at = start; at < end; at += plainSize) {
        const value = readPlain(view, at, kind, bigEndian);
        out.at = to;
        if (value < EXACT && value > -EXACT) out.item(value);
        else this.value(element, at, plainSize);
        to = out.at;
      }
    } else if (kind === Kind.U64) to = putArray64(target, to, view, start, end);
    else to = putArray32(target, to, view, start, end, kind === Kind.S32, COMMA);
    out.at = to;
    this.closeList();
  }

  protected override value(entry: Entry, at: number, length: number): void {
    const { out } = this;
    const from = out.at;
    writeLeaf(out, entry, this.bytes, this.view, at, length, this.strings);
    this.recorder?.leaf(entry, at, length, from, out.at - 1, this.levels.end);
  }

  /** Writes a value without a comma. */
  leaf(entry: Entry, at: number, length: number): void {
    const { out } = this;
    writeLeaf(out, entry, this.bytes, this.view, at, length, this.strings);
    out.at--;
  }
}
