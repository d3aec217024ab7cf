import type { ByteWriter } from './byte-writer.ts';
import { putArray32, putNumber } from './digits.ts';
import { EncodedText } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { nthName, rawName } from './member-name.ts';
import { EXACT, readPlain } from './numbers.ts';
import { putText64 } from './put.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { writeOctets, writeTextLeaf } from './text-leaf.ts';
import { sequence, type TextStyle } from './text-style.ts';
import { Walker } from './walker.ts';

/** How what is being written stands: a line for each attribute, or one after another on one line; with names or without. */
const Mode = { BLOCK: 0, INLINE: 1, LIST: 2, INLINE_LIST: 3 } as const;

/** What a number takes at most, with its sign and a space. */
const MOST_DIGITS = 24;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const DASH = 0x2d;
const COLON = 0x3a;
const INDENT = 4;
/** What `- ` takes. */
const DASH_INDENT = 2;
/** Deeper nests are not indented further: a hostile message must not be answered with megabytes of spaces. */
const MOST_INDENT = 80;

/** Writes what it walks as indented text: a line for each attribute, records and arrays of numbers on one line. */
export class TextWalker extends Walker {
  /** Where it is written. */
  readonly out: ByteWriter;
  /** See `LeafWriter`. */
  readonly isJson: boolean = false;
  readonly #before: EncodedText | undefined;
  readonly #beforeRaw: EncodedText | undefined;
  readonly #after: EncodedText | undefined;
  readonly #modes: number[] = [];
  readonly #indents: number[] = [];
  #indent = 0;
  #mode: number = Mode.BLOCK;
  #isFirst = true;
  /** Whether the line of a list's element has been begun, for its first attribute. */
  #hasLine = false;

  constructor(out: ByteWriter, style: TextStyle) {
    super();
    this.out = out;
    this.#before = sequence(style.name);
    this.#beforeRaw = sequence(style.faint);
    this.#after = sequence(style.reset);
  }

  /** Writes the members of a structure on one line of their own. */
  writeStruct(bytes: Uint8Array, view: DataView, table: StructTable, start: number, end: number, indent: number): void {
    this.#begin(bytes, view, indent);
    this.#line();
    this.#mode = Mode.INLINE;
    const at = this.members(table, start, end);
    if (at < end) this.trailing(at, end);
  }

  /** Writes what follows a message's structure, a line for each attribute. */
  writeBody(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, headerAt: number, indent: number): void {
    this.#begin(bytes, view, indent);
    this.body(format, start, end, headerAt);
  }

  /** Writes the attributes of a level, a line for each. */
  writeAttributes(bytes: Uint8Array, view: DataView, set: SetTable | undefined, start: number, end: number, indent: number): void {
    this.#begin(bytes, view, indent);
    this.attributes(set, start, end);
  }

  #begin(bytes: Uint8Array, view: DataView, indent: number): void {
    this.reset(bytes, view);
    this.#modes.length = 0;
    this.#indents.length = 0;
    this.#hasLine = false;
    this.#mode = Mode.BLOCK;
    this.#indent = indent;
    this.#isFirst = true;
  }

  /** Begins a line, unless it is there already. */
  #line(): void {
    const { out } = this;
    if (this.#hasLine) {
      this.#hasLine = false;
      return;
    }
    out.reserve(MOST_INDENT + 16);
    out.octet(NEWLINE);
    const indent = Math.min(this.#indent, MOST_INDENT);
    for (let i = 0; i < indent; i++) out.octet(SPACE);
  }

  #key(label: EncodedText, before: EncodedText | undefined): void {
    const { out } = this;
    const isBlock = this.#mode === Mode.BLOCK;
    if (isBlock) this.#line();
    else if (!this.#isFirst) this.#space();
    if (before !== undefined) out.text(before);
    out.text(label);
    if (isBlock) out.octet(COLON);
    if (before !== undefined && this.#after !== undefined) out.text(this.#after);
    this.#isFirst = false;
  }

  #space(): void {
    this.out.reserve(16);
    this.out.octet(SPACE);
  }

  /** What stands before a value. */
  #lead(): void {
    if (this.#mode === Mode.LIST) {
      this.#line();
      this.out.octet(DASH);
      this.out.octet(SPACE);
    } else if (this.#mode !== Mode.INLINE_LIST || !this.#isFirst) this.#space();
    this.#isFirst = false;
  }

  /** Spaces in front of an attribute. */
  get indent(): number {
    return Math.min(this.#indent, MOST_INDENT);
  }

  /** Generated code knows neither colours nor lines that are begun. */
  get #isPlain(): boolean {
    return this.#before === undefined && this.#beforeRaw === undefined && !this.#hasLine;
  }

  protected override attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt: number = 0): void {
    if (table?.code === undefined || this.#mode !== Mode.BLOCK || !this.#isPlain || this.recorder !== undefined) {
      super.attributes(table, start, end, header, headerAt);
      return;
    }
    const { types } = this.levels.enter(table, start, end, header, headerAt);
    const at = table.code.text(this, table, start, end);
    if (at < end) {
      types.restart(this.view, start, at);
      this.rest(table, types, at, end);
    }
    this.levels.leave();
  }

  protected override members(table: StructTable, start: number, end: number): number {
    if (table.code === undefined || this.#mode !== Mode.INLINE || !this.#isPlain || this.recorder !== undefined || start + table.size > end) return super.members(table, start, end);
    const { out } = this;
    const from = out.at;
    const isFirst = this.#isFirst;
    table.code.text(this, table, start);
    // Every member has a space in front of it.
    if (isFirst && out.at > from) {
      out.bytes.copyWithin(from, from + 1, out.at);
      out.at--;
    }
    this.#isFirst = false;
    return start + table.size;
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

  /** For generated code: writes the attributes of a nest whose name is written. */
  inside(table: SetTable, type: number, at: number, end: number, to: number, room: number): number {
    const { out } = this;
    out.at = to;
    this.#push(Mode.BLOCK, INDENT);
    this.attributes(table.entries[type]?.set, at, end);
    this.#pop();
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes a value that fits, whose name is written. */
  bareOf(table: SetTable, type: number, at: number, end: number, to: number, room: number): number {
    const { out } = this;
    const entry = table.entries[type];
    out.at = to;
    out.reserve(room);
    this.#isFirst = false;
    if (entry !== undefined) this.bare(entry, at, end - at);
    out.reserve(room);
    return out.at;
  }

  /** For generated code: writes an array of numbers. */
  array(table: SetTable, type: number, at: number, size: number, to: number, room: number): number {
    return this.any(table, type, at, size, at + size, to, room);
  }

  /** For generated code: writes a member of a structure, whatever it is. */
  member(table: StructTable, index: number, start: number, to: number, room: number): number {
    const { out } = this;
    const member = table.members[index];
    out.at = to;
    const mode = this.#mode;
    this.#mode = Mode.INLINE;
    this.#isFirst = false;
    if (member !== undefined) this.attribute(member, 1, start + member.offset, member.size);
    this.#mode = mode;
    out.reserve(room);
    return out.at;
  }

  protected override name(entry: Entry, nth: number): void {
    this.#key(nth === 1 ? entry.label : new EncodedText(nthName(entry.name, nth)), this.#before);
  }

  protected override rawName(type: number, nth: number): void {
    this.#key(new EncodedText(rawName(type, nth)), this.#beforeRaw);
  }

  protected override plainName(name: string): void {
    this.#key(new EncodedText(name), this.#before);
  }

  protected override value(entry: Entry, at: number, length: number): void {
    this.#lead();
    const { out } = this;
    const from = out.at;
    this.leaf(entry, at, length);
    this.recorder?.leaf(entry, at, length, from, out.at, this.levels.end);
  }

  /** Writes a value and nothing around it. */
  leaf(entry: Entry, at: number, length: number): void {
    writeTextLeaf(this.out, entry, this.bytes, this.view, at, length, this.strings);
  }

  protected override hex(at: number, length: number): void {
    this.#lead();
    writeOctets(this.out, this.bytes, at, length);
  }

  protected override count(value: number): void {
    this.#lead();
    this.out.reserve(32);
    this.out.integer(value);
  }

  protected override open(): void {
    const inner = this.#mode === Mode.INLINE || this.#mode === Mode.INLINE_LIST ? Mode.INLINE : Mode.BLOCK;
    const isElement = this.#mode === Mode.LIST;
    if (inner === Mode.INLINE) this.#bracket(0x7b);
    else if (isElement) {
      this.#line();
      this.out.octet(DASH);
      this.out.octet(SPACE);
      this.#hasLine = true;
    }
    this.#push(inner, isElement ? DASH_INDENT : INDENT);
  }

  protected override close(): void {
    const isInline = this.#mode === Mode.INLINE;
    this.#hasLine = false;
    this.#pop();
    if (isInline) this.#unbracket(0x7d);
  }

  protected override openList(): void {
    const inner = this.#mode === Mode.INLINE || this.#mode === Mode.INLINE_LIST ? Mode.INLINE_LIST : Mode.LIST;
    if (inner === Mode.INLINE_LIST) this.#bracket(0x5b);
    this.#push(inner, INDENT);
  }

  protected override closeList(): void {
    const isInline = this.#mode === Mode.INLINE_LIST;
    this.#pop();
    if (isInline) this.#unbracket(0x5d);
  }

  /** Records stand on one line, whatever is around them. */
  protected override record(entry: Entry, start: number, end: number): void {
    if (this.#mode === Mode.INLINE || this.#mode === Mode.INLINE_LIST) {
      super.record(entry, start, end);
      return;
    }
    this.#lead();
    this.#push(Mode.INLINE, INDENT);
    const { struct } = entry;
    const at = struct === undefined ? start : this.members(struct, start, end);
    if (at < end) this.trailing(at, end);
    this.#pop();
  }

  /** So do arrays. */
  protected override packed(entry: Entry, start: number, end: number): void {
    const { element } = entry;
    if (this.#mode === Mode.LIST) {
      super.packed(entry, start, end);
      return;
    }
    this.#bracket(0x5b);
    if (element !== undefined && element.plainSize > 0 && !element.isHex && this.recorder === undefined) {
      this.#numbers(element, start, end);
      this.#unbracket(0x5d);
      return;
    }
    this.#push(Mode.INLINE_LIST, INDENT);
    if (element !== undefined) for (let at = start; at < end; at += element.size) this.bare(element, at, element.size);
    this.#pop();
    this.#unbracket(0x5d);
  }

  /** Numbers with spaces between them. */
  #numbers({ kind, plainSize, bigEndian }: Entry, start: number, end: number): void {
    const { out, view } = this;
    out.reserve(((end - start) / plainSize) * MOST_DIGITS + 16);
    const { view: o } = out;
    if (end > start && !bigEndian && (kind === Kind.U32 || kind === Kind.S32)) {
      out.at = putArray32(o, out.at, view, start, end, kind === Kind.S32, SPACE) - 1;
      return;
    }
    let to = out.at;
    for (let at = start; at < end; at += plainSize) {
      if (at > start) o.setUint8(to++, SPACE);
      const value = readPlain(view, at, kind, bigEndian);
      if (value < EXACT && value > -EXACT) to = putNumber(o, to, value) - 1;
      else to = putText64(o, to, view, at, !bigEndian, kind === Kind.S64);
    }
    out.at = to;
  }

  #bracket(octet: number): void {
    this.#lead();
    this.out.reserve(16);
    this.out.octet(octet);
  }

  #unbracket(octet: number): void {
    this.out.reserve(16);
    this.out.octet(octet);
  }

  #push(mode: number, indent: number): void {
    this.#modes.push(this.#mode);
    this.#indents.push(this.#indent);
    this.#mode = mode;
    this.#indent += indent;
    this.#isFirst = true;
  }

  #pop(): void {
    this.#mode = this.#modes.pop() ?? Mode.BLOCK;
    this.#indent = this.#indents.pop() ?? 0;
    this.#isFirst = false;
  }
}
