import { NLA_HDRLEN, NLMSG_HDRLEN, nla_bitfield32, nlattr, nlmsghdr } from '@netdevkit/bindings';
import type { nlmsg_builder } from '@netdevkit/bindings/raw';
import { align } from './align.ts';
import { utf8Length, writeUtf8 } from './utf8.ts';
import { viewOf } from './view-of.ts';

const LONGEST_ATTRIBUTE = 0xffff;

/**
 * Writes netlink messages: into a buffer of its own that grows, or into a region of somebody else's that does not.
 *
 * ```
 *   start       message                position              limit
 *     |  messages  | nlmsghdr | attributes  |                  |
 * ```
 *
 * What no longer fits a fixed region is left out, all that follows it too, and {@link overflowed} says so until
 * {@link cancel} goes back to a point where everything fitted: as a kernel that fills a dump's datagram does.
 *
 * Integers are in host order, which is little-endian on every platform that runs this; 64-bit ones are not padded to 8
 * octets. Attributes start at multiples of 4 octets from the region's start, and gaps are zero.
 *
 * @example
 * ```ts
 * const writer = new MessageWriter();
 * writer.begin(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0);
 * writer.reserve(ifinfomsg.SIZE);
 * writer.putString(IFLA_IFNAME, 'nlmon0');
 * writer.putNested(IFLA_LINKINFO, () => writer.putString(IFLA_INFO_KIND, 'nlmon'));
 * writer.end();
 * socket.send(writer.bytes);
 * ```
 */
export class MessageWriter implements nlmsg_builder {
  #own: Uint8Array<ArrayBuffer>;
  #buffer: Uint8Array;
  #view: DataView;
  #start = 0;
  #limit: number;
  #position = 0;
  #message = -1;
  #overflowed = false;
  #grows = true;

  /**
   * @param capacity - octets of the writer's own buffer to begin with
   * @defaultValue 4096
   */
  constructor(capacity = 4096) {
    this.#own = new Uint8Array(capacity);
    this.#buffer = this.#own;
    this.#view = new DataView(this.#own.buffer);
    this.#limit = capacity;
  }

  /**
   * Starts afresh, in the writer's own buffer, which grows; or in a region that is handed in, which does not.
   *
   * @param bytes - what holds the region
   * @param start - where the region starts in it
   * @param limit - where it ends
   * @throws RangeError: the region is not inside `bytes`
   */
  reset(bytes?: Uint8Array, start = 0, limit: number = bytes?.length ?? 0): void {
    const buffer = bytes ?? this.#own;
    if (bytes !== undefined && !(start >= 0 && start <= limit && limit <= bytes.length)) {
      throw new RangeError(`reset: expected a region of ${String(bytes.length)} octets, got ${String(start)} to ${String(limit)}`);
    }
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#view = viewOf(buffer);
    }
    this.#grows = bytes === undefined;
    this.#start = bytes === undefined ? 0 : start;
    this.#limit = bytes === undefined ? this.#own.length : limit;
    this.#position = this.#start;
    this.#message = -1;
    this.#overflowed = false;
  }

  /** Whether something did not fit. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** How many octets were written. */
  get length(): number {
    return this.#position - this.#start;
  }

  /** Where the next octet goes, in {@link buffer}. */
  get position(): number {
    return this.#position;
  }

  /** What was written, as a view that the next {@link reset} or growth makes stale. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#position);
  }

  /** What was written, as a copy. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes);
  }

  /** The octets that offsets refer to; growth replaces them. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  /** The same octets, for the accessors of structs; growth replaces it. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Opens a message. C twin: `nlmsg_put` without a payload.
   *
   * @param type - `nlmsg_type`
   * @param flags - `nlmsg_flags`
   * @param seq - `nlmsg_seq`
   * @param pid - `nlmsg_pid`
   * @returns the offset of its header, good for {@link cancel}; -1 when it does not fit
   * @throws Error: a message is open already
   */
  begin(type: number, flags: number, seq: number, pid: number): number {
    if (this.#message !== -1) throw new Error('begin: expected no open message, got one: end() or cancel() it first');
    const header = this.#take(NLMSG_HDRLEN);
    if (header === -1) return -1;
    const view = this.#view;
    nlmsghdr.set_nlmsg_len(view, header, NLMSG_HDRLEN);
    nlmsghdr.set_nlmsg_type(view, header, type);
    nlmsghdr.set_nlmsg_flags(view, header, flags);
    nlmsghdr.set_nlmsg_seq(view, header, seq);
    nlmsghdr.set_nlmsg_pid(view, header, pid);
    this.#message = header;
    return header;
  }

  /**
   * Closes the message: sets its length, and pads to 4 octets as far as there is room. C twin: `nlmsg_end`.
   *
   * @returns `nlmsg_len`, without the padding after a fixed header; -1 when something did not fit
   */
  end(): number {
    const header = this.#message;
    if (header === -1) return -1;
    const length = this.#position - header;
    nlmsghdr.set_nlmsg_len(this.#view, header, length);
    this.#message = -1;
    this.#pad();
    return this.#overflowed ? -1 : length;
  }

  /**
   * Where the writer stands.
   *
   * @returns what {@link cancel} takes; -1 when something did not fit before
   */
  mark(): number {
    return this.#overflowed ? -1 : this.#position;
  }

  /**
   * Goes back to a mark, and forgets what was written since and that it did not fit. C twins: `nlmsg_cancel`, `nlmsg_trim`.
   *
   * @param mark - from {@link mark}, {@link begin} or {@link nestStart}; -1 changes nothing
   */
  cancel(mark: number): void {
    if (mark === -1) return;
    this.#position = mark;
    this.#overflowed = false;
    if (this.#message >= mark) this.#message = -1;
  }

  /**
   * Room for a fixed header, zeroed.
   *
   * @param length - octets
   * @returns its offset in {@link buffer}, for a struct's accessors; -1 when it does not fit
   */
  reserve(length: number): number {
    const at = this.#take(length);
    if (at !== -1) this.#buffer.fill(0, at, at + length);
    return at;
  }

  /** Octets as they are: a fixed header, or the payload of a message without attributes. */
  append(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    if (at !== -1) this.#buffer.set(bytes, at);
  }

  /**
   * Room for an attribute's payload, zeroed. C twin: `nla_reserve`.
   *
   * @param type - with `NLA_F_*` if wanted
   * @param length - octets of payload
   * @returns the payload's offset in {@link buffer}; -1 when it does not fit
   */
  reserveAttribute(type: number, length: number): number {
    const at = this.#attribute(type, length);
    if (at !== -1) this.#buffer.fill(0, at, at + length);
    return at;
  }

  /** An unsigned octet. */
  putU8(type: number, value: number): void {
    const at = this.#attribute(type, 1);
    if (at !== -1) this.#view.setUint8(at, value);
  }

  /** A 16-bit unsigned integer. */
  putU16(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    if (at !== -1) this.#view.setUint16(at, value, true);
  }

  /** A 32-bit unsigned integer. */
  putU32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    if (at !== -1) this.#view.setUint32(at, value, true);
  }

  /** A 64-bit unsigned integer. */
  putU64(type: number, value: bigint): void {
    const at = this.#attribute(type, 8);
    if (at !== -1) this.#view.setBigUint64(at, value, true);
  }

  /** A signed octet. */
  putS8(type: number, value: number): void {
    this.putU8(type, value);
  }

  /** A 16-bit signed integer. */
  putS16(type: number, value: number): void {
    this.putU16(type, value);
  }

  /** A 32-bit signed integer. */
  putS32(type: number, value: number): void {
    this.putU32(type, value);
  }

  /** A 64-bit signed integer. */
  putS64(type: number, value: bigint): void {
    const at = this.#attribute(type, 8);
    if (at !== -1) this.#view.setBigInt64(at, value, true);
  }

  /** A 16-bit integer in network order. */
  putBe16(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    if (at !== -1) this.#view.setUint16(at, value, false);
  }

  /** A 32-bit integer in network order. */
  putBe32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    if (at !== -1) this.#view.setUint32(at, value, false);
  }

  /** An unsigned integer in 4 octets if they hold it, else in 8. C twin: `nla_put_uint`. */
  putUint(type: number, value: number | bigint): void {
    if (value >= 0 && value <= 0xffff_ffff) this.putU32(type, Number(value));
    else this.putU64(type, BigInt(value));
  }

  /** A signed integer in 4 octets if they hold it, else in 8. C twin: `nla_put_sint`. */
  putSint(type: number, value: number | bigint): void {
    if (value >= -0x8000_0000 && value <= 0x7fff_ffff) this.putS32(type, Number(value));
    else this.putS64(type, BigInt(value));
  }

  /** A `struct nla_bitfield32`. */
  putBitfield32(type: number, value: number, selector: number): void {
    const at = this.#attribute(type, 8);
    if (at === -1) return;
    nla_bitfield32.set_value(this.#view, at, value);
    nla_bitfield32.set_selector(this.#view, at, selector);
  }

  /** A string in UTF-8 with its final NUL; a NUL inside ends it, as in C. */
  putString(type: number, value: string): void {
    const length = utf8Length(value);
    const at = this.#attribute(type, length + 1);
    if (at === -1) return;
    writeUtf8(this.#buffer, at, value);
    this.#buffer[at + length] = 0;
  }

  /** Octets. */
  putBytes(type: number, value: Uint8Array): void {
    const at = this.#attribute(type, value.length);
    if (at !== -1) this.#buffer.set(value, at);
  }

  /** An attribute that is there, without a payload. */
  putFlag(type: number): void {
    this.#attribute(type, 0);
  }

  /**
   * Opens a nest. C twin: `nla_nest_start_noflag`; with `NLA_F_NESTED` added to the type, `nla_nest_start`.
   *
   * @param type - with `NLA_F_NESTED` where the family sets it: Linux does in some places only
   * @returns what {@link nestEnd} and {@link nestCancel} take; -1 when it does not fit
   */
  nestStart(type: number): number {
    const payload = this.#attribute(type, 0);
    return payload === -1 ? -1 : payload - NLA_HDRLEN;
  }

  /**
   * Closes a nest: sets its length, the padding of its last attribute included, as Linux does.
   *
   * @param nest - from {@link nestStart}
   * @throws RangeError: longer than 65535 octets, in a writer that grows; in a fixed region that is an overflow
   */
  nestEnd(nest: number): void {
    if (nest === -1 || this.#overflowed) return;
    const length = this.#position - nest;
    if (length > LONGEST_ATTRIBUTE) this.#tooLong(length);
    else nlattr.set_nla_len(this.#view, nest, length);
  }

  /**
   * Leaves a nest out after all.
   *
   * @param nest - from {@link nestStart}
   */
  nestCancel(nest: number): void {
    this.cancel(nest);
  }

  /**
   * A nest and what the callback puts into it.
   *
   * @param type - with `NLA_F_NESTED` where the family sets it
   * @param fill - writes the attributes inside
   */
  putNested(type: number, fill: (writer: this) => void): void {
    const nest = this.nestStart(type);
    fill(this);
    this.nestEnd(nest);
  }

  /** An attribute's header, and its padding zeroed; gives the payload's offset, or -1. */
  #attribute(type: number, length: number): number {
    if (length > LONGEST_ATTRIBUTE - NLA_HDRLEN) {
      this.#tooLong(length + NLA_HDRLEN);
      return -1;
    }
    const padded = align(length);
    const header = this.#take(NLA_HDRLEN + padded);
    if (header === -1) return -1;
    if (padded !== length) this.#view.setUint32(header + padded, 0, true);
    nlattr.set_nla_len(this.#view, header, length + NLA_HDRLEN);
    nlattr.set_nla_type(this.#view, header, type);
    return header + NLA_HDRLEN;
  }

  /** Takes octets at the next multiple of 4; gives their offset, or -1. */
  #take(length: number): number {
    if (this.#overflowed) return -1;
    const gap = (this.#start - this.#position) & 3;
    const end = this.#position + gap + length;
    if (end > this.#limit && !this.#grow(end)) {
      this.#overflowed = true;
      return -1;
    }
    for (let i = 0; i < gap; i++) this.#buffer[this.#position++] = 0;
    const at = this.#position;
    this.#position = end;
    return at;
  }

  /** Pads to a multiple of 4, as far as there is room. */
  #pad(): void {
    let gap = (this.#start - this.#position) & 3;
    if (this.#position + gap > this.#limit && !this.#grow(this.#position + gap)) gap = this.#limit - this.#position;
    for (let i = 0; i < gap; i++) this.#buffer[this.#position++] = 0;
  }

  #grow(needed: number): boolean {
    if (!this.#grows) return false;
    const larger = new Uint8Array(Math.max(2 * this.#own.length, needed, 64));
    larger.set(this.#own.subarray(0, this.#position));
    this.#own = larger;
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
    this.#limit = larger.length;
    return true;
  }

  #tooLong(length: number): void {
    if (this.#grows) throw new RangeError(`attribute: expected at most ${String(LONGEST_ATTRIBUTE)} octets, got ${String(length)}`);
    this.#overflowed = true;
  }
}
