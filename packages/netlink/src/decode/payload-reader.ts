import { hexText } from './address-text.ts';
import type { Entry } from './entry.ts';
import { Identity } from './identity.ts';
import type { JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import { LeafReader } from './leaf-reader.ts';
import { nthName, rawName } from './member-name.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { bodyStart, structureEnd } from './payload-parts.ts';
import { Walker } from './walker.ts';

/** What a visitor wants of a member: its value, if it can be its octets instead of that, or nothing. */
export type Interest = 'value' | 'octets' | 'nothing';

/** Is told what stands in a message, in its order: names and values of which `decode` makes objects. */
export interface PayloadVisitor {
  /**
   * The name of what comes next.
   *
   * @param name - as the objects have it
   * @returns what is wanted of it
   */
  member(name: string): Interest;
  /**
   * The octets of a value that says neither more nor less than they do, where they are wanted: of a number, with a name or
   * without one, of several numbers, of an IPv4 address, or of what is octets anyway.
   *
   * @param view - what holds them
   * @param at - where they start
   * @param length - how many there are
   */
  octets(view: DataView, at: number, length: number): void;
  /**
   * A value, of the name that was said or in the list that is open.
   *
   * @param value - a list where bits are shown by their names, an object where they have a mask
   */
  value(value: JsonValue): void;
  /** An object begins. */
  open(): void;
  /** An object ends. */
  close(): void;
  /** A list begins. */
  openList(): void;
  /** A list ends. */
  closeList(): void;
}

/**
 * Tells a visitor what messages hold: their headers' members and their attributes, without making objects of them.
 *
 * @example
 * ```ts sketch
 * const reader = new PayloadReader(visitor);
 * while (cursor.next()) if (!reader.read(cursor)) console.log(decodeStep(cursor));
 * ```
 */
export class PayloadReader {
  readonly #identity: Identity = new Identity();
  readonly #walker: VisitWalker;

  /**
   * @param visitor - is told
   */
  constructor(visitor: PayloadVisitor) {
    this.#walker = new VisitWalker(visitor);
  }

  /**
   * Tells what a message holds: the members of its family's header, then its attributes.
   *
   * @param cursor - stands at it
   * @returns whether it has; not of an acknowledgement or the like, of a type without a schema, and of what is no message
   */
  read(cursor: PacketCursor): boolean {
    if (!cursor.isMessage) return false;
    const identity = this.#identity;
    identity.look(cursor.context, cursor);
    if (identity.role !== 'family' || !identity.isKnown) return false;
    this.#walker.walk(cursor, identity);
    return true;
  }
}

/** Kinds whose octets say as much as their value does. */
const ARE_OCTETS: ReadonlySet<number> = new Set<number>([
  Kind.U8, Kind.U16, Kind.U32, Kind.S8, Kind.S16, Kind.S32, Kind.U64, Kind.S64, Kind.UINT, Kind.SINT, Kind.ENUM, Kind.FLAGS, Kind.IPV4, Kind.FLAG, Kind.BINARY,
]); // prettier-ignore

/** By kind. */
const IS_OCTETS: Uint8Array = Uint8Array.from({ length: Math.max(...Object.values(Kind)) + 1 }, (_, kind) => (ARE_OCTETS.has(kind) ? 1 : 0));

function isOctets(entry: Entry, length: number): boolean {
  const { kind } = entry;
  if (kind === Kind.PACKED) return entry.element !== undefined && IS_OCTETS[entry.element.kind] === 1;
  return IS_OCTETS[kind] === 1 || (kind === Kind.IP && length === 4);
}

class VisitWalker extends Walker {
  readonly #visitor: PayloadVisitor;
  readonly #leaves: LeafReader = new LeafReader(this.strings);
  #interest: Interest = 'value';
  /** How many objects and lists are open that are not wanted. */
  #passed = 0;

  constructor(visitor: PayloadVisitor) {
    super();
    this.#visitor = visitor;
  }

  walk({ bytes, view, offset, length }: PacketCursor, { format, start, opaque }: Identity): void {
    const end = offset + length;
    this.reset(bytes, view);
    this.#passed = 0;
    if (opaque > 0 && this.#visitor.member('#user') !== 'nothing') this.#visitor.value(hexText(bytes, start, opaque));
    if (format.header !== undefined && start < end) {
      const headerEnd = structureEnd(format.header, start, end);
      const at = this.members(format.header, start, headerEnd);
      if (at < headerEnd) this.trailing(at, headerEnd);
    }
    const at = bodyStart(format, start, opaque, end);
    if (at < end) this.body(format, at, end, start);
  }

  #named(name: string): void {
    if (this.#passed === 0) this.#interest = this.#visitor.member(name);
  }

  /** Whether what comes next is told. */
  get #isTold(): boolean {
    return this.#passed === 0 && this.#interest !== 'nothing';
  }

  protected override bare(entry: Entry, at: number, length: number): void {
    if (!this.#isTold) return;
    if (this.#interest === 'octets' && isOctets(entry, length)) this.#visitor.octets(this.view, at, length);
    else super.bare(entry, at, length);
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

  protected override value(entry: Entry, at: number, length: number): void {
    if (this.#isTold) this.#visitor.value(this.#leaves.read(entry, this.bytes, this.view, at, length));
  }

  protected override hex(at: number, length: number): void {
    if (this.#isTold) this.#visitor.value(hexText(this.bytes, at, length));
  }

  protected override count(value: number): void {
    if (this.#isTold) this.#visitor.value(value);
  }

  protected override open(): void {
    if (this.#isTold) this.#visitor.open();
    else this.#passed++;
    this.#interest = 'value';
  }

  protected override close(): void {
    if (this.#passed > 0) this.#passed--;
    else this.#visitor.close();
    // What follows in a list is wanted as the list is; all else has a name.
    this.#interest = 'value';
  }

  protected override openList(): void {
    if (this.#isTold) this.#visitor.openList();
    else this.#passed++;
    // Elements are values.
    this.#interest = 'value';
  }

  protected override closeList(): void {
    if (this.#passed > 0) this.#passed--;
    else this.#visitor.closeList();
    this.#interest = 'value';
  }
}
