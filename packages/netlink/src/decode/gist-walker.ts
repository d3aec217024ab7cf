import { NLA_HDRLEN } from '@netdevkit/bindings';
import { readString } from '../utf8.ts';
import type { ByteWriter } from './byte-writer.ts';
import { EncodedText } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import type { JsonValue } from './json-value.ts';
import { ENOUGH, GistLine, LONGEST } from './gist-line.ts';
import { Kind } from './kind.ts';
import { leafValue } from './leaf-value.ts';
import { printable, valueText } from './line-text.ts';
import { nthName, rawName } from './member-name.ts';
import type { NameTable } from './name-table.ts';
import { highWord, isSigned, isWide, lowWord, readNumber, readSmall } from './numbers.ts';
import { putAscii, putIp, putIpv4, putIpv6, putMac, putText64 } from './put.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { isZero, textEnd } from './text-octets.ts';
import { Walker } from './walker.ts';

/** Octets that no schema describes: the first are enough to know them again. */
const HEX_DIGITS = 64;
/** Room for a number, an address and what stands around it. */
const MOST_NUMBER = 64;

const NO_TEXT = new EncodedText('""');
const EMPTY_LIST = new EncodedText('[]');

const [SPACE, COMMA, OPEN, CLOSE] = [0x20, 0x2c, 0x7b, 0x7d];
const NO_FAMILY = 'unspec';

/** By octet: whether it can stand in a line as it is. */
const IS_PLAIN: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => (octet < 0x80 && /[\w.:/+-]/.test(String.fromCharCode(octet)) ? 1 : 0));

/** An object or a list that is open: what stands in front of its next member, if there is one already. */
interface Level {
  isList: boolean;
  count: number;
}

/**
 * Writes what a message holds in a few words that fit a line: its members and attributes from the start, as many as there is
 * room for. The others are counted, and nothing is made of them.
 */
export class GistWalker extends Walker {
  readonly #out: ByteWriter;
  readonly #line: GistLine;
  readonly #stack: Level[] = [];
  #depth = 0;
  /** Whether members of a message's own header are walked: all are there in every message, and those that say nothing are left out. */
  #isHeader = false;
  /** The name that was said last, and has not been written. */
  #label: EncodedText | undefined;
  #name: string | undefined;

  /**
   * @param out - where it writes
   */
  constructor(out: ByteWriter) {
    super();
    this.#out = out;
    this.#line = new GistLine(out);
  }

  /** Begins a text. */
  begin(): void {
    this.#line.begin();
    this.#depth = 0;
    this.#isHeader = false;
  }

  /** Ends it. */
  end(): void {
    this.#line.end();
  }

  /** A part of the text, as it is. */
  part(text: string): void {
    this.#label = undefined;
    this.#name = undefined;
    if (!this.#line.enter()) return;
    this.#line.string(text);
    this.#line.check();
  }

  /**
   * A part of the text: a word and a value.
   *
   * @param label - the word
   * @param value - the value
   */
  labelled(label: EncodedText, value: JsonValue): void {
    this.#label = label;
    if (!this.#enter(true)) return;
    this.#out.reserve(MOST_NUMBER);
    if (typeof value === 'number') this.#out.integer(value);
    else this.#line.string(valueText(value, LONGEST));
    this.#line.check();
  }

  /** A part of octets that no schema describes. */
  octets(bytes: Uint8Array, at: number, length: number): void {
    const shown = Math.min(length, HEX_DIGITS / 2);
    this.#label = undefined;
    this.#name = undefined;
    if (!this.#line.enter()) return;
    this.#out.reserve(2 * shown);
    this.#out.hex(bytes, at, shown);
    if (shown < length) this.#line.string('…');
    this.#line.check();
  }

  /** A part with octets that have a name. */
  namedOctets(name: string, bytes: Uint8Array, view: DataView, at: number, length: number): void {
    this.look(bytes, view);
    this.plainName(name);
    this.hex(at, length);
  }

  /** The members of a message's header that say something. */
  writeHeader(bytes: Uint8Array, view: DataView, table: StructTable, start: number, end: number): void {
    this.reset(bytes, view);
    this.#isHeader = true;
    if (end - start === table.size && !table.isOpen) for (const member of table.members) this.#member(member, start);
    else {
      const at = this.members(table, start, end);
      if (at < end) this.trailing(at, end);
    }
    this.#isHeader = false;
  }

  /** What follows a message's structure. */
  writeBody(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, headerAt: number): void {
    this.reset(bytes, view);
    this.body(format, start, end, headerAt);
  }

  /** A member of a header of which nothing is missing: most are numbers, and most of these are 0. */
  #member(entry: Entry, start: number): void {
    const at = start + entry.offset;
    if (!entry.isSmall || entry.kind > Kind.FLAGS) {
      this.attribute(entry, 1, at, entry.size);
      return;
    }
    const value = readSmall(this.view, at, entry.base, entry.bigEndian);
    const name = entry.kind === Kind.ENUM ? entry.names?.name(value) : undefined;
    if (name === undefined ? value === 0 : name === NO_FAMILY) return;
    this.#label = entry.label;
    if (!this.#enter(true)) return;
    this.#out.reserve(MOST_NUMBER);
    this.#put(entry, at, entry.size);
    this.#line.check();
  }

  /** What is not shown is counted where its names are enough for that, and not walked otherwise. */
  protected override step(table: SetTable | undefined, type: number, nth: number, at: number, size: number, end: number): void {
    if (!this.#line.isFull) {
      super.step(table, type, nth, at, size, end);
      return;
    }
    if (this.#depth > 0) return;
    const entry = table !== undefined && type < table.entries.length ? table.entries[type] : undefined;
    if (entry?.many === true ? nth > 1 : entry?.kind === Kind.PAD && isZero(this.bytes, at + NLA_HDRLEN, at + size)) return;
    this.#line.leave();
  }

  protected override bare(entry: Entry, at: number, length: number): void {
    if (this.#line.isFull && this.#depth > 0) return;
    super.bare(entry, at, length);
  }

  protected override name(entry: Entry, nth: number): void {
    this.#label = nth === 1 ? entry.label : undefined;
    this.#name = nth === 1 ? undefined : nthName(entry.name, nth);
  }

  protected override rawName(type: number, nth: number): void {
    this.plainName(rawName(type, nth));
  }

  protected override plainName(name: string): void {
    this.#label = undefined;
    this.#name = name;
  }

  protected override value(entry: Entry, at: number, length: number): void {
    if (this.#isHeader && this.#depth === 0 && this.#saysNothing(entry, at, length)) return;
    // What is just true is said by the name.
    if (!this.#enter(entry.kind !== Kind.FLAG)) return;
    this.#out.reserve(MOST_NUMBER);
    this.#put(entry, at, length);
    this.#line.check();
  }

  protected override hex(at: number, length: number): void {
    if (this.#isHeader && this.#depth === 0 && length === 0) return;
    if (this.#enter(true)) this.#hex(at, length);
    this.#line.check();
  }

  protected override count(value: number): void {
    if (!this.#enter(true)) return;
    this.#out.reserve(MOST_NUMBER);
    this.#out.integer(value);
    this.#line.check();
  }

  protected override open(): void {
    if (this.#enter(true)) this.#line.octet(OPEN);
    this.#push(false);
  }

  protected override close(): void {
    this.#depth--;
    if (!this.#line.isFull) this.#line.octet(CLOSE);
    this.#line.check();
  }

  protected override openList(): void {
    this.#enter(true);
    this.#push(true);
  }

  protected override closeList(): void {
    const { count } = this.#level;
    this.#depth--;
    if (this.#line.isFull || count > 0) return;
    this.#out.text(EMPTY_LIST);
    this.#line.check();
  }

  /** An empty list in a header says nothing. */
  protected override attribute(entry: Entry, nth: number, at: number, length: number): void {
    if (this.#isHeader && this.#depth === 0 && length === 0 && isList(entry.kind)) return;
    super.attribute(entry, nth, at, length);
  }

  get #level(): Level {
    return (this.#stack[this.#depth] ??= { isList: false, count: 0 });
  }

  #push(isList: boolean): void {
    this.#depth++;
    const level = this.#level;
    level.isList = isList;
    level.count = 0;
  }

  /**
   * Writes what stands in front of a value: what separates it from the one before, and its name.
   *
   * @param hasValue - whether a value follows the name
   * @returns whether there is room for more
   */
  #enter(hasValue: boolean): boolean {
    if (this.#depth === 0) {
      if (!this.#line.enter()) return false;
    } else {
      if (this.#line.isFull) return false;
      const level = this.#level;
      if (level.count++ > 0) this.#line.octet(level.isList ? COMMA : SPACE);
      if (level.isList) {
        if (!hasValue) this.#line.string('true');
        return true;
      }
    }
    if (this.#label !== undefined) this.#out.text(this.#label);
    else this.#line.string(printable(this.#name ?? ''));
    if (hasValue) this.#line.octet(SPACE);
    return true;
  }

  /** Writes a value for which the name stands there. There is room for a number. */
  #put(entry: Entry, at: number, length: number): void {
    const { bytes, view } = this;
    const out = this.#out;
    switch (entry.kind) {
      case 0 satisfies typeof Kind.U8:
      case 1 satisfies typeof Kind.U16:
      case 2 satisfies typeof Kind.U32:
      case 3 satisfies typeof Kind.S8:
      case 4 satisfies typeof Kind.S16:
      case 5 satisfies typeof Kind.S32:
      case 6 satisfies typeof Kind.U64:
      case 7 satisfies typeof Kind.S64:
      case 8 satisfies typeof Kind.UINT:
      case 9 satisfies typeof Kind.SINT:
        this.#number(entry, at, length);
        break;
      case 10 satisfies typeof Kind.ENUM:
        this.#enumeration(entry, at, length);
        break;
      case 11 satisfies typeof Kind.FLAGS:
        this.#flags(entry, at, length);
        break;
      case 12 satisfies typeof Kind.STRING:
        this.#text(at, at + length);
        break;
      case 14 satisfies typeof Kind.BINARY:
        this.#hex(at, length);
        break;
      case 15 satisfies typeof Kind.MAC: {
        if (length === 0) out.text(NO_TEXT);
        const shown = Math.min(length, ENOUGH / 2);
        out.reserve(3 * shown + 4);
        out.at = putMac(out.view, out.at, bytes, at, at + shown);
        break;
      }
      case 16 satisfies typeof Kind.IPV4:
        out.at = putIpv4(out.view, out.at, bytes, at);
        break;
      case 17 satisfies typeof Kind.IPV6:
        out.at = putIpv6(out.view, out.at, bytes, at);
        break;
      case 18 satisfies typeof Kind.IP:
        out.at = putIp(out.view, out.at, bytes, at, length);
        break;
      case 21 satisfies typeof Kind.FLAG:
        break;
      default:
        this.#line.string(valueText(leafValue(entry, bytes, view, at, length, this.strings), LONGEST));
    }
  }

  #number({ base, bigEndian }: Entry, at: number, length: number): void {
    const { view } = this;
    const out = this.#out;
    if (isWide(base, length)) out.at = putText64(out.view, out.at, view, at, !bigEndian, isSigned(base));
    else out.integer(Number(readNumber(view, at, length, base, bigEndian)));
  }

  #enumeration(entry: Entry, at: number, length: number): void {
    const { names, base, bigEndian } = entry;
    const value = readNumber(this.view, at, length, base, bigEndian);
    if (typeof value === 'string') this.#out.at = putAscii(this.#out.view, this.#out.at, value);
    else if (!this.#named(names, value, names?.nameLabel(value))) this.#line.string(valueText(names?.name(value) ?? value));
  }

  #flags(entry: Entry, at: number, length: number): void {
    const { names, base, bigEndian } = entry;
    if (isWide(base, length) && highWord(this.view, at, bigEndian) !== 0) {
      this.#line.string(valueText(names?.names(lowWord(this.view, at, bigEndian), highWord(this.view, at, bigEndian)) ?? [], LONGEST));
      return;
    }
    const bits = isWide(base, length) ? lowWord(this.view, at, bigEndian) : Number(readNumber(this.view, at, length, base, bigEndian)) >>> 0;
    if (bits === 0 || names === undefined) this.#out.text(EMPTY_LIST);
    else if (!this.#named(names, bits, names.namesLabel(bits))) this.#line.string(valueText(names.names(bits), LONGEST));
  }

  /** Writes a name that needs no quotes, or several; gives whether it has. */
  #named(names: NameTable | undefined, value: number, label: EncodedText | undefined): boolean {
    const out = this.#out;
    if (label === undefined) {
      out.integer(value);
      return true;
    }
    if (names?.isPlain !== true) return false;
    out.text(label);
    return true;
  }

  /** Writes octets that are text; what can stand in a line as it is without making a string of it. */
  #text(start: number, end: number): void {
    const { bytes } = this;
    const out = this.#out;
    out.reserve(ENOUGH);
    const target = out.bytes;
    const to = out.at - start;
    let at = start;
    for (; at < end && at - start < ENOUGH; at++) {
      const octet = bytes[at] ?? 0;
      if (IS_PLAIN[octet] === 0) break;
      target[to + at] = octet;
    }
    if (at > start && (at === end || bytes[at] === 0)) out.at = to + at;
    else this.#line.string(valueText(readString(bytes, start, textEnd(bytes, start, end))));
  }

  #hex(at: number, length: number): void {
    const out = this.#out;
    if (length === 0) {
      out.text(NO_TEXT);
      return;
    }
    const shown = Math.min(length, ENOUGH / 2);
    out.reserve(2 * shown);
    out.hex(this.bytes, at, shown);
  }

  /** Whether a member of a header says nothing: 0, no text, no family, no flags. */
  #saysNothing(entry: Entry, at: number, length: number): boolean {
    const value = leafValue(entry, this.bytes, this.view, at, length, this.strings);
    return value === 0 || value === '' || value === NO_FAMILY || (Array.isArray(value) && value.length === 0);
  }
}

/** Whether nothing of it would be an empty list. */
function isList(kind: number): boolean {
  return kind === Kind.PACKED || kind === Kind.INDEXED || kind === Kind.TYPED || kind === Kind.SIZED;
}
