import { NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN } from '@netdevkit/bindings';
import { ipv4Text, ipv6Text, macText } from '../decode/address-text.ts';
import { ShortStrings } from '../decode/short-strings.ts';
import type { MessageSpan } from '../decode/span.ts';
import { isText, textEnd } from '../decode/text-octets.ts';

const NOTHING = new Uint8Array(0);
const NO_OCTETS = new DataView(NOTHING.buffer);

// Constants of this module are constants for V8, too; imported ones are loaded each time.
const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;
const MESSAGE_HEADER = NLMSG_HDRLEN;

const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;
const LAST_STAMP = 0x7fff_fff0;

/**
 * Looks attributes up where they stand, when they are asked for: nothing is decoded that nobody wants, and nothing is made for
 * an attribute but the value that is returned. One view serves message after message.
 *
 * A getter goes on from where the last one stopped, notes what it passes, and stops at what it looks for. Of several attributes of
 * one type the first counts. What is missing, or does not fit its getter, is `undefined`.
 *
 * @example
 * ```ts
 * const view = new AttributeView(ifinfomsg.SIZE);
 * for (const message of messages(datagram)) {
 *   view.reset(message);
 *   console.log(view.textOf(IFLA_IFNAME), view.u32Of(IFLA_MTU));
 * }
 * ```
 */
export class AttributeView {
  readonly #headerSize: number;
  readonly #types: number;
  /** For each type the stamp of the message where it was met, and where its header starts. */
  readonly #places: Int32Array;
  readonly #strings: ShortStrings;
  #bytes: Uint8Array = NOTHING;
  #view: DataView = NO_OCTETS;
  #start = 0;
  #next = 0;
  #end = 0;
  #stamp = 0;

  /**
   * @param headerSize - octets of the family's header in front of the attributes, without padding
   * @param types - attributes of this type and above are not found; a power of two is not needed
   * @param parent - shares what it keeps of strings
   */
  constructor(headerSize = 0, types = 128, parent?: AttributeView) {
    this.#headerSize = headerSize;
    this.#types = types;
    this.#places = new Int32Array(types * 2);
    this.#strings = parent === undefined ? new ShortStrings() : parent.#strings;
  }

  /**
   * Turns to a message.
   *
   * @param message - whose octets must stay as they are while the view is asked
   */
  reset(message: MessageSpan): void {
    const { offset } = message;
    this.#turn(message.bytes, message.view, offset + MESSAGE_HEADER, offset + message.length);
  }

  /**
   * Turns to what is inside an attribute of another view.
   *
   * @param outer - the view of the level around it
   * @param type - the attribute's
   * @returns whether there is one
   */
  enter(outer: AttributeView, type: number): boolean {
    const at = outer.#find(type);
    if (at < 0) return false;
    this.#turn(outer.#bytes, outer.#view, at + HEADER, at + outer.#view.getUint16(at, true));
    return true;
  }

  #turn(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    if (this.#bytes !== bytes) this.#bytes = bytes;
    if (this.#view !== view) this.#view = view;
    this.#start = start;
    this.#end = end;
    this.#next = start + ((this.#headerSize + 3) & ~3);
    if (this.#stamp >= LAST_STAMP) {
      this.#stamp = 0;
      this.#places.fill(0);
    }
    this.#stamp++;
  }

  /** Where the header of the first attribute of a type starts; -1 if there is none. */
  #find(type: number): number {
    const places = this.#places;
    const stamp = this.#stamp;
    if (type >= this.#types) return -1;
    if (places[type * 2] === stamp) return places[type * 2 + 1] ?? -1;
    const view = this.#view;
    const end = this.#end;
    const types = this.#types;
    let at = this.#next;
    while (end - at >= HEADER) {
      const head = view.getUint32(at, true);
      const size = head & 0xffff;
      if (size < HEADER || size > end - at) {
        at = end;
        break;
      }
      const met = (head >>> 16) & TYPE_MASK;
      if (met < types && places[met * 2] !== stamp) {
        places[met * 2] = stamp;
        places[met * 2 + 1] = at;
        if (met === type) {
          this.#next = at + ((size + 3) & ~3);
          return at;
        }
      }
      at += (size + 3) & ~3;
    }
    this.#next = at;
    return -1;
  }

  /** Where the payload of an attribute of so many octets starts; -1 if there is none. */
  #sized(type: number, length: number): number {
    const at = this.#find(type);
    return at >= 0 && this.#view.getUint16(at, true) === HEADER + length ? at + HEADER : -1;
  }

  /** Where a member of the family's header starts; -1 if it is not all there. */
  #member(offset: number, length: number): number {
    return this.#start + offset + length <= this.#end ? this.#start + offset : -1;
  }

  /**
   * Whether there is an attribute of a type.
   *
   * @param type - without flags
   */
  has(type: number): boolean {
    return this.#find(type) >= 0;
  }

  /** An unsigned octet. */
  u8Of(type: number): number | undefined {
    const at = this.#sized(type, 1);
    return at < 0 ? undefined : this.#view.getUint8(at);
  }

  /** A signed octet. */
  s8Of(type: number): number | undefined {
    const at = this.#sized(type, 1);
    return at < 0 ? undefined : this.#view.getInt8(at);
  }

  /** 16 bits, unsigned; network order if `bigEndian`. */
  u16Of(type: number, bigEndian = false): number | undefined {
    const at = this.#sized(type, 2);
    return at < 0 ? undefined : this.#view.getUint16(at, !bigEndian);
  }

  /** 16 bits, signed; network order if `bigEndian`. */
  s16Of(type: number, bigEndian = false): number | undefined {
    const at = this.#sized(type, 2);
    return at < 0 ? undefined : this.#view.getInt16(at, !bigEndian);
  }

  /** 32 bits, unsigned; network order if `bigEndian`. */
  u32Of(type: number, bigEndian = false): number | undefined {
    const at = this.#sized(type, 4);
    return at < 0 ? undefined : this.#view.getUint32(at, !bigEndian);
  }

  /** 32 bits, signed; network order if `bigEndian`. */
  s32Of(type: number, bigEndian = false): number | undefined {
    const at = this.#sized(type, 4);
    return at < 0 ? undefined : this.#view.getInt32(at, !bigEndian);
  }

  /** 64 bits, unsigned; network order if `bigEndian`. */
  u64Of(type: number, bigEndian = false): bigint | undefined {
    const at = this.#sized(type, 8);
    return at < 0 ? undefined : this.#view.getBigUint64(at, !bigEndian);
  }

  /** 64 bits, signed; network order if `bigEndian`. */
  s64Of(type: number, bigEndian = false): bigint | undefined {
    const at = this.#sized(type, 8);
    return at < 0 ? undefined : this.#view.getBigInt64(at, !bigEndian);
  }

  /** Text, up to its NUL; `undefined` for what is no UTF-8. Short ones are made once. */
  textOf(type: number): string | undefined {
    const at = this.#find(type);
    if (at < 0) return undefined;
    const start = at + HEADER;
    const end = at + this.#view.getUint16(at, true);
    return isText(this.#bytes, start, end) ? this.#strings.get(this.#bytes, start, textEnd(this.#bytes, start, end)) : undefined;
  }

  /** A hardware address: hexadecimal digits with colons between octets. */
  macOf(type: number): string | undefined {
    const at = this.#find(type);
    return at < 0 ? undefined : macText(this.#bytes, at + HEADER, this.#view.getUint16(at, true) - HEADER);
  }

  /** An IPv4 or IPv6 address, by its length. */
  ipOf(type: number): string | undefined {
    const at = this.#find(type);
    if (at < 0) return undefined;
    const length = this.#view.getUint16(at, true) - HEADER;
    if (length === IPV4_LENGTH) return ipv4Text(this.#bytes, at + HEADER);
    return length === IPV6_LENGTH ? ipv6Text(this.#bytes, at + HEADER) : undefined;
  }

  /** The payload, as a view of the message's octets. */
  octetsOf(type: number): Uint8Array | undefined {
    const at = this.#find(type);
    return at < 0 ? undefined : this.#bytes.subarray(at + HEADER, at + this.#view.getUint16(at, true));
  }

  /** An octet of the family's header. */
  protected u8At(offset: number): number | undefined {
    const at = this.#member(offset, 1);
    return at < 0 ? undefined : this.#view.getUint8(at);
  }

  /** 16 bits of the family's header, unsigned. */
  protected u16At(offset: number, bigEndian = false): number | undefined {
    const at = this.#member(offset, 2);
    return at < 0 ? undefined : this.#view.getUint16(at, !bigEndian);
  }

  /** 32 bits of the family's header, unsigned. */
  protected u32At(offset: number, bigEndian = false): number | undefined {
    const at = this.#member(offset, 4);
    return at < 0 ? undefined : this.#view.getUint32(at, !bigEndian);
  }

  /** 32 bits of the family's header, signed. */
  protected s32At(offset: number, bigEndian = false): number | undefined {
    const at = this.#member(offset, 4);
    return at < 0 ? undefined : this.#view.getInt32(at, !bigEndian);
  }
}
