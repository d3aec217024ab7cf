import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { align } from './align.ts';
import { viewOf } from './view-of.ts';

// Constants of this module are constants for V8, too; imported ones are loaded each time.
const HEADER = NLMSG_HDRLEN;

/**
 * Whether a whole message starts somewhere. C twin: `NLMSG_OK` (include/uapi/linux/netlink.h).
 *
 * @param view - the octets
 * @param offset - where its header would start
 * @param end - where the octets end that count
 * @returns its length in octets, or 0
 */
function lengthAt(view: DataView, offset: number, end: number): number {
  if (end - offset < HEADER) return 0;
  const length = nlmsghdr.nlmsg_len(view, offset);
  return length < HEADER || length > end - offset ? 0 : length;
}

/**
 * One message where it stands: a view that reads its header from the octets each time it is asked.
 *
 * C twin: `struct nlmsghdr *` (include/uapi/linux/netlink.h).
 */
export class Message {
  /** The octets that hold the message. */
  readonly bytes: Uint8Array;
  /** The same octets. */
  readonly view: DataView;
  /** Where its header starts in them. */
  readonly offset: number;
  /** Its length with the header, `nlmsg_len`, in octets; all of them are inside {@link bytes}. */
  readonly length: number;

  /**
   * @param bytes - what holds the message
   * @param offset - where its header starts
   * @param view - the same octets, if there is a view of them already
   * @throws RangeError: there is no whole message
   */
  constructor(bytes: Uint8Array, offset = 0, view: DataView = viewOf(bytes)) {
    const length = lengthAt(view, offset, bytes.length);
    if (length === 0) {
      throw new RangeError(
        `Message: expected a whole message at octet ${String(offset)}, got ${String(bytes.length)} octets without one`,
      );
    }
    this.bytes = bytes;
    this.view = view;
    this.offset = offset;
    this.length = length;
  }

  /** `nlmsg_type`: `RTM_*`, `NLMSG_*`, or a generic netlink family's id. */
  get type(): number {
    return nlmsghdr.nlmsg_type(this.view, this.offset);
  }

  /** `nlmsg_flags`: `NLM_F_*`. */
  get flags(): number {
    return nlmsghdr.nlmsg_flags(this.view, this.offset);
  }

  /** `nlmsg_seq`: ties an answer to its request. */
  get seq(): number {
    return nlmsghdr.nlmsg_seq(this.view, this.offset);
  }

  /** `nlmsg_pid`: the port that sent a request, or that an answer is for; 0 is the kernel. */
  get pid(): number {
    return nlmsghdr.nlmsg_pid(this.view, this.offset);
  }

  /** Where the payload starts in {@link bytes}. */
  get payloadOffset(): number {
    return this.offset + NLMSG_HDRLEN;
  }

  /** The payload's length in octets. */
  get payloadLength(): number {
    return this.length - NLMSG_HDRLEN;
  }

  /** The payload, as a view. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadOffset, this.offset + this.length);
  }
}

/**
 * Walks the messages of a datagram without making an object of each: for paths where messages are many.
 *
 * It ends where no whole message follows: {@link rest} says how many octets that leaves. Programs append zeros to some
 * dump requests, so octets left over are not an error.
 *
 * @example
 * ```ts
 * const cursor = new MessageCursor();
 * cursor.reset(datagram);
 * while (cursor.next()) count(cursor.type);
 * ```
 */
export class MessageCursor {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = viewOf(this.#bytes);
  #offset = 0;
  #length = 0;
  #next = 0;
  #end = 0;

  /**
   * Turns to a datagram, before its first message.
   *
   * @param bytes - what holds the datagram
   * @param start - where it starts
   * @param end - where it ends
   */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.#offset = start;
    this.#length = 0;
    this.#next = start;
    this.#end = Math.max(start, Math.min(end, bytes.length));
  }

  /**
   * Goes to the next message. What the members say is of this one until the next call.
   *
   * @returns whether there is one
   */
  next(): boolean {
    const length = lengthAt(this.#view, this.#next, this.#end);
    if (length === 0) return false;
    this.#offset = this.#next;
    this.#length = length;
    // The last message need not be padded.
    this.#next = Math.min(this.#next + align(length), this.#end);
    return true;
  }

  /** How many octets follow this message: once {@link next} has said `false`, those that hold no message. */
  get rest(): number {
    return this.#end - this.#next;
  }

  /** The octets that hold the datagram. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same octets. */
  get view(): DataView {
    return this.#view;
  }

  /** Where the message's header starts in {@link bytes}. */
  get offset(): number {
    return this.#offset;
  }

  /** The message's length with its header, in octets. */
  get length(): number {
    return this.#length;
  }

  /** `nlmsg_type`. */
  get type(): number {
    return nlmsghdr.nlmsg_type(this.#view, this.#offset);
  }

  /** `nlmsg_flags`. */
  get flags(): number {
    return nlmsghdr.nlmsg_flags(this.#view, this.#offset);
  }

  /** `nlmsg_seq`. */
  get seq(): number {
    return nlmsghdr.nlmsg_seq(this.#view, this.#offset);
  }

  /** `nlmsg_pid`. */
  get pid(): number {
    return nlmsghdr.nlmsg_pid(this.#view, this.#offset);
  }

  /** The message as an object that outlives the next step. */
  message(): Message {
    return new Message(this.#bytes, this.#offset, this.#view);
  }
}

/**
 * The messages of a datagram, one after another.
 *
 * @example
 * ```ts
 * const found = messages(datagram);
 * for (const message of found) console.log(message.type, message.length);
 * if (found.trailing.some((octet) => octet !== 0)) console.log('not a message:', found.trailing);
 * ```
 */
export class MessageList implements Iterable<Message> {
  readonly #bytes: Uint8Array;
  readonly #end: number;

  /**
   * @param bytes - what holds the datagram
   * @param length - its length in octets
   */
  constructor(bytes: Uint8Array, length: number = bytes.length) {
    this.#bytes = bytes;
    this.#end = length;
  }

  /** The octets after the last whole message: none, padding, or what is malformed. */
  get trailing(): Uint8Array {
    const cursor = new MessageCursor();
    cursor.reset(this.#bytes, 0, this.#end);
    while (cursor.next());
    const end = Math.min(this.#end, this.#bytes.length);
    return this.#bytes.subarray(end - cursor.rest, end);
  }

  /** Gives the messages up to where no whole one follows. */
  [Symbol.iterator](): Iterator<Message, undefined> {
    const cursor = new MessageCursor();
    cursor.reset(this.#bytes, 0, this.#end);
    return {
      next: (): IteratorResult<Message, undefined> =>
        cursor.next() ? { done: false, value: cursor.message() } : { done: true, value: undefined },
    };
  }
}

/**
 * The messages of a datagram: {@link MessageList}.
 *
 * @param bytes - what holds the datagram
 * @param length - its length in octets
 * @defaultValue all of `bytes`
 */
export function messages(bytes: Uint8Array, length: number = bytes.length): MessageList {
  return new MessageList(bytes, length);
}
