import { MAX_LINKS, NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import type { DecodeContext, PacketInfo } from './context.ts';
import type { MessageSpan } from './span.ts';
import { viewOf } from '../view-of.ts';

/** A packet: where its datagram stands, and what is known of it. */
export interface Packet extends PacketInfo {
  /** What holds the datagram. */
  readonly bytes: Uint8Array;
  /**
   * Where it starts.
   *
   * @defaultValue 0
   */
  readonly offset?: number;
  /**
   * Its octets, as far as they were captured.
   *
   * @defaultValue up to the end of `bytes`
   */
  readonly length?: number;
}

// Constants of this module are constants for V8, too; imported ones, and members of such, are loaded each time.
const HEADER = NLMSG_HDRLEN;
const { nlmsg_len } = nlmsghdr;

const NOTHING = new Uint8Array(0);

/**
 * Walks what a packet holds, message by message, and tells its context what later messages need. Unlike `MessageCursor` it
 * also comes to a last message of which the packet has only a part, and to octets that are no message: everything in a
 * packet is in one of its steps.
 *
 * @example
 * ```ts
 * const cursor = new PacketCursor(context);
 * for (const packet of packets) {
 *   cursor.reset(packet);
 *   while (cursor.next()) console.log(decodeStep(cursor));
 * }
 * ```
 */
export class PacketCursor implements MessageSpan {
  /** Whose packets these are. */
  readonly context: DecodeContext;
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #offset = 0;
  #length = 0;
  #trailing = 0;
  #next = 0;
  #end = 0;
  #isPlain = false;

  /**
   * @param context - whose packets they are
   */
  constructor(context: DecodeContext) {
    this.context = context;
  }

  /**
   * Turns to a packet, before its first message.
   *
   * @param packet - the packet
   */
  reset(packet: Packet): void {
    const { bytes, offset = 0, length = bytes.length - offset } = packet;
    this.context.begin(packet);
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.#next = Math.min(Math.max(0, offset), bytes.length);
    this.#end = Math.max(this.#next, Math.min(offset + length, bytes.length));
    this.#offset = this.#next;
    this.#length = 0;
    this.#trailing = 0;
    // What is sent into a capture device by hand may be of any protocol.
    this.#isPlain = packet.protocol >= MAX_LINKS || (this.context.raw?.isHeaderless ?? false);
  }

  /**
   * Goes to the next message, or to octets that are none.
   *
   * @returns whether there is something
   */
  next(): boolean {
    const rest = this.#end - this.#next;
    if (rest <= 0) return false;
    this.#offset = this.#next;
    const claimed = this.#isPlain ? 0 : claimedLength(this.#view, this.#next, rest);
    if (claimed === 0) {
      this.#length = 0;
      this.#trailing = rest;
      this.#next = this.#end;
      return true;
    }
    this.#length = Math.min(claimed, rest);
    const after = Math.min(this.#offset + ((this.#length + 3) & ~3), this.#end);
    // Octets after the last message belong to its step: programs append zeros to requests.
    const isLast = claimedLength(this.#view, after, this.#end - after) === 0;
    this.#trailing = isLast ? this.#end - after : 0;
    this.#next = isLast ? this.#end : after;
    this.context.observe(this);
    return true;
  }

  /** Whether it stands at a message, and not at octets that are none. */
  get isMessage(): boolean {
    return this.#length > 0;
  }

  /** What holds the packet. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same octets. */
  get view(): DataView {
    return this.#view;
  }

  /** Where the message starts. */
  get offset(): number {
    return this.#offset;
  }

  /** How many octets of the message are there; 0 for what is no message. */
  get length(): number {
    return this.#length;
  }

  /** How many octets after the message, or instead of one, hold none. */
  get trailing(): number {
    return this.#trailing;
  }
}

/** The length that a header claims, if there is room for one and it is long enough for itself; else 0. */
function claimedLength(view: DataView, at: number, rest: number): number {
  if (rest < HEADER) return 0;
  const length = nlmsg_len(view, at);
  return length < HEADER ? 0 : length;
}
