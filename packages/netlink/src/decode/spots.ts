import { NLA_HDRLEN, NLA_TYPE_MASK } from '@netdevkit/bindings';
import { Acknowledgement, ackAttributes } from './ack.ts';
import type { DecodeContext } from './context.ts';
import type { Entry } from './entry.ts';
import { Identity } from './identity.ts';
import { Kind } from './kind.ts';
import { nthName } from './member-name.ts';
import { readNumber } from './numbers.ts';
import type { MessageSpan } from './span.ts';
import { Walker } from './walker.ts';

/** A place in a message of which decoding says something: an attribute, a member of a structure, an element of a list. */
export interface Spot {
  /** Where it is in what is decoded: keys, and places in lists. */
  readonly path: readonly (string | number)[];
  /** Its name as in the schema, `#n` for an attribute that is not understood; of an element that of its list. */
  readonly name: string;
  /** Where its octets start, those of an attribute behind its header; -1 for a list that consists of attributes, which stand by themselves. */
  readonly at: number;
  /** How many octets there are. */
  readonly length: number;
  /** Whether it has the header of an attribute in front of it. */
  readonly hasHeader: boolean;
  /** Whether it holds others. */
  readonly isNest: boolean;
  /** The number that has a name, or whose bits have; absent for all else, and beyond 2^53. */
  readonly number?: number;
}

/** An object or a list that is open. */
interface Level {
  readonly path: readonly (string | number)[];
  readonly name: string;
  /** Of a list: how many elements there were, and where the next one stands. */
  readonly elements: Elements | undefined;
}

interface Name {
  readonly key: string;
  readonly name: string;
  readonly at: number;
  readonly length: number;
  readonly entry: Entry | undefined;
}

const NOWHERE = { at: -1, length: 0 } as const;

/** Finds the elements of a list, which a walker does not name. */
class Elements {
  /** How many there were. */
  count = 0;
  /** Whether each has the header of an attribute. */
  readonly hasHeaders: boolean;
  readonly #view: DataView;
  readonly #entry: Entry | undefined;
  readonly #end: number;
  #next: number;

  constructor(view: DataView, list: Name | undefined) {
    this.#view = view;
    this.#entry = list?.entry;
    const isMany = list?.entry?.many === true;
    this.hasHeaders = isMany || list?.entry?.kind === Kind.INDEXED;
    this.#next = list === undefined ? -1 : isMany ? list.at - NLA_HDRLEN : list.at;
    // Attributes of a type end where their level does: the walker stops in time.
    this.#end = list === undefined ? -1 : isMany ? view.byteLength : list.at + list.length;
  }

  /** Where the next one stands. */
  take(): { readonly at: number; readonly length: number } {
    this.count++;
    const entry = this.#entry;
    if (entry === undefined || this.#next < 0) return NOWHERE;
    if (this.hasHeaders) return this.#takeAttribute(entry);
    if (entry.kind === Kind.SIZED) return this.#takeSized();
    const length = entry.kind === Kind.PACKED ? (entry.element?.size ?? -1) : -1;
    if (length < 0) return NOWHERE;
    const at = this.#next;
    this.#next += length;
    return { at, length };
  }

  /** The walker stops where a length is wrong; what it says then is octets, which have their own place. */
  #takeSized(): { readonly at: number; readonly length: number } {
    const at = this.#next;
    const length = this.#end - at < 2 ? 0 : this.#view.getUint16(at, true);
    if (length === 0 || length > this.#end - at) return NOWHERE;
    this.#next += (length + 3) & ~3;
    return { at, length };
  }

  #takeAttribute(entry: Entry): { readonly at: number; readonly length: number } {
    while (this.#end - this.#next >= NLA_HDRLEN) {
      const at = this.#next;
      const size = this.#view.getUint16(at, true);
      if (size < NLA_HDRLEN || size > this.#end - at) break;
      this.#next += (size + 3) & ~3;
      const type = this.#view.getUint16(at + 2, true) & NLA_TYPE_MASK;
      if (!entry.many || type === entry.type) return { at: at + NLA_HDRLEN, length: size - NLA_HDRLEN };
    }
    return NOWHERE;
  }
}

/** Notes where everything stands. */
class SpotWalker extends Walker {
  #spots: Spot[] = [];
  readonly #levels: Level[] = [];
  #name: Name | undefined;
  readonly #identity: Identity = new Identity();
  readonly #acknowledgement: Acknowledgement = new Acknowledgement();

  /**
   * The places of a message.
   *
   * @param message - at least its header is there
   * @param context - whose packet it is in
   */
  spots(message: MessageSpan, context: DecodeContext): readonly Spot[] {
    this.#spots = [];
    this.reset(message.bytes, message.view);
    this.#identity.look(context, message);
    const { role } = this.#identity;
    if (role === 'family') this.#payload(message.offset + message.length, []);
    else if (role !== 'control') this.#error(message, context);
    return this.#spots;
  }

  #payload(end: number, prefix: readonly string[]): void {
    const { isKnown, format, start, opaque } = this.#identity;
    if (!isKnown || start >= end) return;
    let at = start + opaque;
    const { header } = format;
    if (header !== undefined) {
      const isWhole = end - start >= header.size;
      const headerEnd = isWhole && !header.isOpen ? start + header.size : end;
      this.#within([...prefix, 'header'], () => this.members(header, start, headerEnd));
      at = Math.min(end, isWhole ? start + ((headerEnd - start + 3) & ~3) : end);
    }
    const bodyAt = at;
    if (at < end) this.#within([...prefix, 'attrs'], () => { this.body(format, bodyAt, end, start); });
  }

  #error(message: MessageSpan, context: DecodeContext): void {
    const ack = this.#acknowledgement;
    ack.look(context, message, this.#identity.role === 'error');
    if (ack.attributesAt < ack.attributesEnd) {
      this.#within(['error'], () => { this.attributes(context.tables.set(ackAttributes), ack.attributesAt, ack.attributesEnd); });
    }
    const { requestAt, requestEnd } = ack;
    if (requestAt < 0) return;
    this.#identity.look(context, { bytes: message.bytes, view: message.view, offset: requestAt, length: requestEnd - requestAt });
    if (this.#identity.role === 'family') this.#payload(requestEnd, ['error', 'request']);
  }

  #within(path: readonly string[], walk: () => void): void {
    this.#levels.length = 0;
    this.#levels.push({ path, name: path.at(-1) ?? '', elements: undefined });
    walk();
  }

  protected override name(entry: Entry, nth: number, at: number, length: number): void {
    const key = nthName(entry.name, nth);
    this.#name = { key, name: entry.name, at, length, entry };
  }

  protected override rawName(type: number, nth: number, at: number, length: number): void {
    const name = `#${String(type)}`;
    this.#name = { key: nthName(name, nth), name, at, length, entry: undefined };
  }

  protected override plainName(name: string): void {
    this.#name = { key: name, name, at: -1, length: 0, entry: undefined };
  }

  protected override value(entry: Entry, at: number, length: number): void {
    const isNamed = entry.kind === Kind.ENUM || entry.kind === Kind.FLAGS;
    const number = isNamed ? readNumber(this.view, at, length, entry.base, entry.bigEndian) : undefined;
    this.#note(at, length, false, typeof number === 'number' ? number : undefined);
  }

  protected override hex(at: number, length: number): void {
    this.#note(at, length, false);
  }

  protected override count(): void {
    this.#note(-1, 0, false);
  }

  protected override open(): void {
    const { path, name } = this.#note(-1, 0, true);
    this.#levels.push({ path, name, elements: undefined });
  }

  protected override close(): void {
    this.#levels.pop();
  }

  protected override openList(): void {
    const list = this.#name;
    const { path, name } = this.#note(-1, 0, true);
    this.#levels.push({ path, name, elements: new Elements(this.view, list) });
  }

  protected override closeList(): void {
    this.#levels.pop();
  }

  /** Notes what comes next: under the name that was said, or as an element of the list that is open. */
  #note(at: number, length: number, isNest: boolean, number?: number): Spot {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error('a value without a place');
    const { path, elements } = level;
    const name = this.#name;
    this.#name = undefined;
    const place = elements === undefined ? namedSpot(path, name, at, length, isNest) : elementSpot(level, elements, at, length, isNest);
    const spot = number === undefined ? place : { ...place, number };
    this.#spots.push(spot);
    return spot;
  }
}

function namedSpot(path: Spot['path'], name: Name | undefined, at: number, length: number, isNest: boolean): Spot {
  if (name === undefined || name.at < 0) {
    return { path: [...path, name?.key ?? ''], name: name?.name ?? '', at, length, hasHeader: false, isNest };
  }
  const hasHeader = name.entry === undefined || name.entry.type >= 0;
  // A list of attributes has no octets of its own.
  const isMany = name.entry?.many === true;
  return { path: [...path, name.key], name: name.name, at: isMany ? -1 : name.at, length: name.length, hasHeader: hasHeader && !isMany, isNest };
}

function elementSpot(level: Level, elements: Elements, at: number, length: number, isNest: boolean): Spot {
  const index = elements.count;
  const found = elements.take();
  const isFound = found.at >= 0;
  return {
    path: [...level.path, index],
    name: level.name,
    at: isFound ? found.at : at,
    length: isFound ? found.length : length,
    hasHeader: isFound && elements.hasHeaders,
    isNest,
  };
}

const walkers = new WeakMap<DecodeContext, SpotWalker>();

/**
 * Where in its octets everything stands that `decode` says of a message, in the order in which it is said: what a program
 * needs that shows octets beside their meaning.
 *
 * @param message - the message; its packet is the one that the context has begun
 * @param context - the schemas, and what the capture has told so far
 * @returns offsets are into the array that holds the message; of an acknowledgement, `error` and the request that it repeats
 * @example
 * ```ts
 * const context = new DecodeContext({ families: [] });
 * for (const message of messages(datagram)) {
 *   for (const { path, at, length } of spotsOf(message, context)) console.log(path.join('.'), at, length);
 * }
 * ```
 */
export function spotsOf(message: MessageSpan, context: DecodeContext): readonly Spot[] {
  let walker = walkers.get(context);
  if (walker === undefined) {
    walker = new SpotWalker();
    walkers.set(context, walker);
  }
  return walker.spots(message, context);
}
