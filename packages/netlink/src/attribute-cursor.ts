import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN, nlattr } from '@netdevkit/bindings';
import { align } from './align.ts';
import type { Message, MessageCursor } from './message.ts';
import { readString } from './utf8.ts';
import { MOST_OCTETS, viewOf } from './view-of.ts';

// Constants of this module are constants for V8, too; imported ones, and members of such, are loaded each time.
const HEADER = NLA_HDRLEN;
const TYPE_MASK = NLA_TYPE_MASK;
const { nla_len, nla_type } = nlattr;

/** Where octets end, at most: see `viewOf`. */
const MOST: number = MOST_OCTETS;

const NOTHING = new Uint8Array(0);
const NO_OCTETS = new DataView(NOTHING.buffer);

/**
 * Walks the attributes of one level, in the order in which they stand, without making an object of each.
 *
 * C twin: `nla_for_each_attr` (include/net/netlink.h).
 *
 * A cursor that is made for one level and does not leave its function costs nothing: V8 keeps its members in registers.
 *
 * It ends where no whole attribute follows: {@link rest} says how many octets that leaves. The getters are of the present
 * attribute; what is shorter than its type is `undefined`.
 *
 * @example
 * ```ts
 * const cursor = attributesOf(message, ifinfomsg.SIZE);
 * while (cursor.next()) if (cursor.type === IFLA_IFNAME) console.log(cursor.string());
 * ```
 */
export class AttributeCursor {
  #bytes: Uint8Array;
  #view: DataView;
  /** Where the attribute starts; before the first, so that its payload is empty and stands where the run starts. */
  #at: number;
  /** Its octets, those of its header included. */
  #size = HEADER;
  #rawType = 0;
  /** Where the next attribute would start. */
  #next: number;
  #end: number;

  /**
   * Stands before the first of a run of attributes.
   *
   * @param bytes - what holds the attributes
   * @param start - where they start
   * @param end - where they end
   * @param view - the same octets, if there is a view of them already
   * @throws RangeError: there are more than 4294967295 octets, and no view of them
   */
  constructor(bytes: Uint8Array = NOTHING, start = 0, end: number = bytes.length, view: DataView = bytes === NOTHING ? NO_OCTETS : viewOf(bytes)) {
    this.#bytes = bytes;
    this.#view = view;
    this.#at = start - HEADER;
    this.#next = start;
    // Not the view's length: V8 calls a function for it where views of several buffers were seen, and the cursor leaves its registers.
    this.#end = Math.min(end, bytes.length, MOST);
  }

  /**
   * Turns to a run of attributes, before its first.
   *
   * @param bytes - what holds the attributes
   * @param start - where they start
   * @param end - where they end
   * @param view - the same octets, if there is a view of them already
   * @throws RangeError: there are more than 4294967295 octets, and no view of them
   */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length, view?: DataView): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = view ?? viewOf(bytes);
    }
    this.#span(start, end);
  }

  /**
   * Turns another cursor to the attributes inside the present one.
   *
   * @param cursor - which; not this one
   */
  enter(cursor: AttributeCursor): void {
    cursor.#bytes = this.#bytes;
    cursor.#view = this.#view;
    cursor.#span(this.offset, this.offset + this.length);
  }

  /**
   * Goes to the next attribute.
   *
   * @returns whether there is one
   */
  next(): boolean {
    const at = this.#next;
    const rest = this.#end - at;
    if (rest < HEADER) return false;
    const view = this.#view;
    // What has no sign need not be extended by it: a cycle of nine on the way from one attribute to the next.
    const size = nla_len(view, at >>> 0);
    if (size < HEADER || size > rest) return false;
    this.#next = at + ((size + 3) & ~3);
    this.#rawType = nla_type(view, at);
    this.#at = at;
    this.#size = size;
    return true;
  }

  /** How many octets follow this attribute: once {@link next} has said `false`, those that hold no attribute. */
  get rest(): number {
    // The last attribute need not be padded.
    return Math.max(0, this.#end - this.#next);
  }

  /** The octets that hold the attributes. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same octets. */
  get view(): DataView {
    return this.#view;
  }

  /** The attribute's type without flags. */
  get type(): number {
    return this.#rawType & TYPE_MASK;
  }

  /** The attribute's type as it stands there, with `NLA_F_*`. */
  get rawType(): number {
    return this.#rawType;
  }

  /** Whether it carries `NLA_F_NESTED`; many nests do not. */
  get isNested(): boolean {
    return (this.#rawType & NLA_F_NESTED) !== 0;
  }

  /** Whether it carries `NLA_F_NET_BYTEORDER`; many values in network order do not. */
  get isNetworkOrder(): boolean {
    return (this.#rawType & NLA_F_NET_BYTEORDER) !== 0;
  }

  /** Where the payload starts in {@link bytes}. */
  get offset(): number {
    return this.#at + HEADER;
  }

  /** The payload's length in octets. */
  get length(): number {
    return this.#size - HEADER;
  }

  /** An unsigned octet. */
  u8(): number | undefined {
    return this.length < 1 ? undefined : this.#view.getUint8(this.offset);
  }

  /** A 16-bit unsigned integer in host order. */
  u16(): number | undefined {
    return this.length < 2 ? undefined : this.#view.getUint16(this.offset, true);
  }

  /** A 16-bit unsigned integer in network order. */
  be16(): number | undefined {
    return this.length < 2 ? undefined : this.#view.getUint16(this.offset, false);
  }

  /** A 32-bit unsigned integer in host order. */
  u32(): number | undefined {
    return this.length < 4 ? undefined : this.#view.getUint32(this.offset, true);
  }

  /** A 32-bit signed integer in host order. */
  s32(): number | undefined {
    return this.length < 4 ? undefined : this.#view.getInt32(this.offset, true);
  }

  /** A 32-bit unsigned integer in network order. */
  be32(): number | undefined {
    return this.length < 4 ? undefined : this.#view.getUint32(this.offset, false);
  }

  /** A 64-bit unsigned integer in host order. */
  u64(): bigint | undefined {
    return this.length < 8 ? undefined : this.#view.getBigUint64(this.offset, true);
  }

  /** A 64-bit signed integer in host order. */
  s64(): bigint | undefined {
    return this.length < 8 ? undefined : this.#view.getBigInt64(this.offset, true);
  }

  /** An unsigned integer of 4 or 8 octets, as the sender chose. */
  uint(): bigint | undefined {
    const short = this.length === 4 ? this.u32() : undefined;
    return short === undefined ? this.u64() : BigInt(short);
  }

  /** A string: up to its first NUL, or its end. Octets that are not UTF-8 become U+FFFD; {@link octets} has them all. */
  string(): string {
    return readString(this.#bytes, this.offset, this.offset + this.length);
  }

  /** The payload, as a view. */
  octets(): Uint8Array {
    return this.#bytes.subarray(this.offset, this.offset + this.length);
  }

  #span(start: number, end: number): void {
    this.#at = start - HEADER;
    this.#next = start;
    this.#end = Math.min(end, this.#bytes.length, MOST);
    this.#size = HEADER;
    this.#rawType = 0;
  }
}

/**
 * The attributes of a message, which follow its family's header.
 *
 * @param message - the message; one too short for the header has none
 * @param headerLength - the length of the family's header in octets, unpadded
 * @returns a cursor before the first attribute
 */
export function attributesOf(message: Message | MessageCursor, headerLength: number): AttributeCursor {
  const end = message.offset + message.length;
  return new AttributeCursor(message.bytes, Math.min(message.offset + NLMSG_HDRLEN + align(headerLength), end), end, message.view);
}
