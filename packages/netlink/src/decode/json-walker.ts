import { longestZeros } from './address-text.ts';
import { ByteWriter } from './byte-writer.ts';
import { EncodedText, JsonKey } from './encoded-text.ts';
import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { familyOf, leafValue } from './leaf-value.ts';
import { EXACT, highWord, isSigned, isWide, lowWord, readSmall, readWide } from './numbers.ts';
import type { FormatTable, SetTable, StructTable } from './tables.ts';
import { textEnd } from './text-octets.ts';
import { Walker } from './walker.ts';

const WORD = 0x1_0000_0000;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const AF_INET = 2;
const AF_INET6 = 10;

const TRUE = new EncodedText('true,');
const OBJECT = new EncodedText('{');
const LIST = new EncodedText('[');

/**
 * Writes what it walks as JSON, straight into octets. Each value is followed by a comma; what ends an object or a list
 * takes the last one's place.
 */
export class JsonWalker extends Walker {
  /** Where it is written. */
  readonly out: ByteWriter;
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
    this.out.u32(type);
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
    this.out.text(new JsonKey(`${name}#${String(nth)}`));
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
    this.out.text(OBJECT);
  }

  protected override close(): void {
    this.#end(0x7d);
  }

  protected override openList(): void {
    this.out.text(LIST);
  }

  protected override closeList(): void {
    this.#end(0x5d);
  }

  #end(octet: number): void {
    const { out } = this;
    if (out.last === COMMA) out.replaceLast(octet);
    else {
      out.reserve(8);
      out.octet(octet);
    }
    out.reserve(8);
    out.octet(COMMA);
  }

  /** What a key has not made room for is asked for here. */
  protected override value(entry: Entry, at: number, length: number): void {
    const { out, view } = this;
    switch (entry.kind) {
      case Kind.U8:
        out.reserve(32);
        out.u32(view.getUint8(at));
        break;
      case Kind.U16:
        out.reserve(32);
        out.u32(view.getUint16(at, !entry.bigEndian));
        break;
      case Kind.U32:
        out.reserve(32);
        out.u32(view.getUint32(at, !entry.bigEndian));
        break;
      case Kind.U64:
        out.reserve(32);
        this.#unsigned(highWord(view, at, entry.bigEndian) * WORD + lowWord(view, at, entry.bigEndian), entry, at);
        break;
      case Kind.STRING:
        out.reserve(length * 6 + 8);
        out.octet(QUOTE);
        out.jsonText(this.bytes, at, textEnd(this.bytes, at, at + length));
        out.octet(QUOTE);
        break;
      case Kind.BINARY:
        this.hex(at, length);
        return;
      case Kind.MAC:
        out.reserve(length * 3 + 8);
        out.octet(QUOTE);
        out.mac(this.bytes, at, length);
        out.octet(QUOTE);
        break;
      case Kind.IPV4:
        this.#ipv4(at);
        break;
      case Kind.IPV6:
        this.#ipv6(at);
        break;
      case Kind.IP:
        if (length === 4) this.#ipv4(at);
        else this.#ipv6(at);
        break;
      case Kind.ENUM:
      case Kind.FLAGS:
        this.#named(entry, at, length);
        return;
      case Kind.FLAG:
        out.text(TRUE);
        return;
      default:
        this.#rare(entry, at, length);
        return;
    }
    out.octet(COMMA);
  }

  #named(entry: Entry, at: number, length: number): void {
    const { names } = entry;
    if (names !== undefined && !isWide(entry.base, length) && entry.base < Kind.U64) {
      const value = readSmall(this.view, at, entry.base, entry.bigEndian);
      const text = entry.kind === Kind.FLAGS ? names.encodedNames(value >>> 0) : names.encodedName(value);
      if (text !== undefined) this.out.text(text);
      else this.count(value);
      return;
    }
    this.#json(leafValue(entry, this.bytes, this.view, at, length, this.strings));
  }

  #rare(entry: Entry, at: number, length: number): void {
    const { view, out } = this;
    if (entry.kind < Kind.ENUM) {
      out.reserve(40);
      const value = isWide(entry.base, length) ? readWide(view, at, isSigned(entry.base), entry.bigEndian) : this.#narrow(entry, at);
      if (typeof value === 'number') out.integer(value);
      else this.#quoted(value);
      out.octet(COMMA);
      return;
    }
    if (entry.kind === Kind.IP_OF_FAMILY) {
      const family = familyOf(view, at + entry.familyAt);
      if (family === AF_INET) this.#ipv4(at);
      else if (family === AF_INET6) this.#ipv6(at);
      else {
        this.hex(at, length);
        return;
      }
      out.octet(COMMA);
      return;
    }
    this.#json(leafValue(entry, this.bytes, view, at, length, this.strings));
  }

  #narrow(entry: Entry, at: number): number {
    if (entry.base < Kind.U64) return readSmall(this.view, at, entry.base, entry.bigEndian);
    return entry.base === Kind.SINT ? this.view.getInt32(at, !entry.bigEndian) : this.view.getUint32(at, !entry.bigEndian);
  }

  #unsigned(value: number, entry: Entry, at: number): void {
    if (value < EXACT) this.out.integer(value);
    else {
      const exact = readWide(this.view, at, false, entry.bigEndian);
      if (typeof exact === 'number') this.out.integer(exact);
      else this.#quoted(exact);
    }
  }

  #quoted(digits: string): void {
    this.out.octet(QUOTE);
    for (let i = 0; i < digits.length; i++) this.out.octet(digits.charCodeAt(i));
    this.out.octet(QUOTE);
  }

  #ipv4(at: number): void {
    const { out, bytes } = this;
    out.reserve(64);
    out.octet(QUOTE);
    this.#dotted(bytes, at);
    out.octet(QUOTE);
  }

  #dotted(bytes: Uint8Array, at: number): void {
    for (let i = 0; i < 4; i++) {
      if (i > 0) this.out.octet(0x2e);
      this.out.u32(bytes[at + i] ?? 0);
    }
  }

  #ipv6(at: number): void {
    const { out, bytes } = this;
    out.reserve(64);
    out.octet(QUOTE);
    const run = longestZeros(bytes, at);
    const isMapped = run.length === 5 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
    const groups = run.start === 0 && (run.length === 6 || isMapped) ? 6 : 8;
    let needsColon = false;
    for (let i = 0; i < groups; i++) {
      if (i === run.start) {
        out.octet(COLON);
        out.octet(COLON);
        needsColon = false;
        i += run.length - 1;
        continue;
      }
      if (needsColon) out.octet(COLON);
      out.hex16(((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0));
      needsColon = true;
    }
    if (groups === 6) {
      if (needsColon) out.octet(COLON);
      this.#dotted(bytes, at + 12);
    }
    out.octet(QUOTE);
  }

  /** Values that are rare enough to be made first. */
  #json(value: unknown): void {
    this.out.text(new EncodedText(`${JSON.stringify(value)},`));
  }
}
