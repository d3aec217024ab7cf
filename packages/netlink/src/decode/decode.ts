import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { errnoName } from '@netdevkit/errno';
import { Acknowledgement, ackAttributes } from './ack.ts';
import { hexText } from './address-text.ts';
import type { DecodeContext } from './context.ts';
import type { DecodedError, DecodedLine, DecodedMessage, DecodedRequest } from './decoded.ts';
import type { Made } from './form-plan.ts';
import { Identity } from './identity.ts';
import { ObjectForms } from './object-forms.ts';
import { ObjectWalker } from './object-walker.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { bodyStart, structureEnd } from './payload-parts.ts';
import type { MessageSpan } from './span.ts';
import type { SetTable } from './tables.ts';
import { TimeText } from './time-text.ts';

// Constants of this module are constants for V8, too; imported ones, and members of such, are loaded each time.
const { nlmsg_len, nlmsg_pid, nlmsg_seq } = nlmsghdr;

/** Makes plain objects of messages. What it keeps between them only saves time. */
export class ObjectDecoder {
  readonly #context: DecodeContext;
  readonly #identity: Identity = new Identity();
  readonly #acknowledgement: Acknowledgement = new Acknowledgement();
  readonly #walker: ObjectWalker = new ObjectWalker();
  readonly #forms: ObjectForms;
  readonly #time: TimeText = new TimeText();
  readonly #ackSet: SetTable;

  /**
   * @param context - whose messages it decodes
   */
  constructor(context: DecodeContext) {
    this.#context = context;
    this.#forms = new ObjectForms(this.#walker, context.compiler);
    this.#ackSet = context.tables.set(ackAttributes);
  }

  /**
   * Decodes a message.
   *
   * @param message - the message; its packet is the one that the context has begun
   * @returns an object whose parts may be those of other messages, too: these are frozen
   * @throws RangeError: there are fewer octets than netlink's header has
   */
  message(message: MessageSpan): DecodedMessage {
    if (message.length < NLMSG_HDRLEN) {
      throw new RangeError(`decode: expected a message of at least ${String(NLMSG_HDRLEN)} octets, got ${String(message.length)}`);
    }
    const context = this.#context;
    const identity = this.#identity;
    identity.look(context, message);
    const decoded = this.#usual(message, identity) ?? this.#other(message, identity);
    const { view, offset, length, bytes, trailing = 0 } = message;
    if (nlmsg_len(view, offset) > length) decoded.truncated = true;
    if (trailing > 0) decoded.trailing = hexText(bytes, offset + length, trailing);
    return decoded;
  }

  /**
   * Decodes what a cursor stands at: a message, a datagram of a protocol without messages, or octets that are neither.
   *
   * @param cursor - of the context that the decoder is of
   */
  step(cursor: PacketCursor): DecodedLine | DecodedMessage {
    if (cursor.isMessage) return this.message(cursor);
    const { bytes, view, offset, trailing } = cursor;
    const line = { ...this.#line(), len: trailing };
    const operation = this.#context.raw?.isHeaderless === true ? this.#context.rawOperation(0, false) : undefined;
    if (operation !== undefined) line.attrs = this.#walker.bodyOf(bytes, view, operation.format, offset, offset + trailing, offset);
    else line.trailing = hexText(bytes, offset, trailing);
    return line;
  }

  /**
   * What most messages are is made of one literal: an object that grows key by key takes several times as long. `undefined` for
   * what is not of that shape.
   */
  #usual(message: MessageSpan, identity: Identity): DecodedMessage | undefined {
    const { view, offset, length } = message;
    const { frame, seconds, nanoseconds, interface: captured, protocolName: protocol } = this.#context;
    const { format, start, family, typeName: type, type: typeId, flags: flagsId } = identity;
    const table = format.header;
    if (frame < 0 || seconds < 0 || family !== undefined || !identity.isKnown || identity.opaque > 0 || table === undefined || table.isOpen) return undefined;
    if (start + ((table.size + 3) & ~3) >= offset + length) return undefined;
    const { header, attrs } = this.#read(message, identity);
    if (header === undefined || attrs === undefined) return undefined;
    const time = this.#time.text(seconds, nanoseconds);
    const names = identity.flagNames(this.#context);
    // Most have none, or one: a copy is a call.
    const flags = names.length === 0 ? [] : names.slice();
    const seq = nlmsg_seq(view, offset);
    const pid = nlmsg_pid(view, offset);
    const len = nlmsg_len(view, offset);
    return captured === undefined
      ? { frame, time, protocol, type, typeId, flags, flagsId, seq, pid, len, header, attrs }
      : { frame, time, interface: captured, protocol, type, typeId, flags, flagsId, seq, pid, len, header, attrs };
  }

  #other(message: MessageSpan, identity: Identity): DecodedMessage {
    const decoded = this.#headers(this.#line(), message, identity);
    if (identity.role === 'family') this.#payload(decoded, message, identity);
    else if (identity.role === 'control') this.#opaque(decoded, message, identity.start);
    else this.#error(decoded, message, identity.role === 'error');
    return decoded;
  }

  #line(): DecodedLine {
    const { frame, seconds, nanoseconds, interface: captured, protocolName } = this.#context;
    const line: Partial<DecodedLine> = {};
    if (frame >= 0) line.frame = frame;
    if (seconds >= 0) line.time = this.#time.text(seconds, nanoseconds);
    if (captured !== undefined) line.interface = captured;
    line.protocol = protocolName;
    // CAST: the length is the next thing that every caller sets; the order of the keys is that of the JSON line.
    return line as DecodedLine;
  }

  #headers<T extends object>(target: T, { view, offset }: MessageSpan, identity: Identity): T & DecodedMessage {
    // CAST: what is missing is added below.
    const decoded = target as T & DecodedMessage;
    if (identity.family !== undefined) decoded.family = identity.family;
    if (identity.command !== undefined) {
      decoded.command = identity.command;
      decoded.version = identity.version;
    }
    decoded.type = identity.typeName;
    decoded.typeId = identity.type;
    decoded.flags = identity.flagNames(this.#context).slice();
    decoded.flagsId = identity.flags;
    decoded.seq = nlmsg_seq(view, offset);
    decoded.pid = nlmsg_pid(view, offset);
    decoded.len = nlmsg_len(view, offset);
    return decoded;
  }

  #payload(decoded: DecodedMessage, message: MessageSpan, identity: Identity): void {
    if (!identity.isKnown) {
      this.#opaque(decoded, message, identity.start);
      return;
    }
    if (identity.opaque > 0) decoded.header = { '#user': hexText(message.bytes, identity.start, identity.opaque) };
    const { header, attrs } = this.#read(message, identity);
    if (header !== undefined) decoded.header = header;
    if (attrs !== undefined) decoded.attrs = attrs;
  }

  /** Reads what a format describes. */
  #read({ bytes, view, offset, length }: MessageSpan, { format, type, start: payload, opaque }: Identity): Made {
    const start = payload + opaque;
    const end = offset + length;
    const known = this.#forms.read(format, type, bytes, view, start, end);
    if (known !== undefined) return known;
    const header = format.header === undefined || start >= end ? undefined : this.#walker.structOf(bytes, view, format.header, start, structureEnd(format.header, start, end));
    const at = bodyStart(format, start, 0, end);
    const attrs = at < end ? this.#walker.bodyOf(bytes, view, format, at, end, start) : undefined;
    const made = { header, attrs };
    this.#forms.end(made, view, start);
    return made;
  }

  #opaque(decoded: DecodedMessage, { bytes, offset, length }: MessageSpan, start: number): void {
    if (start < offset + length) decoded.payload = hexText(bytes, start, offset + length - start);
  }

  #error(decoded: DecodedMessage, message: MessageSpan, isError: boolean): void {
    const ack = this.#acknowledgement;
    ack.look(this.#context, message, isError);
    const { bytes, view } = message;
    if (!ack.isPresent) {
      this.#opaque(decoded, message, message.offset + NLMSG_HDRLEN);
      return;
    }
    const hasMore = ack.attributesAt < ack.attributesEnd;
    if (!isError && ack.errno === 0 && !hasMore) return;
    const error: DecodedError = { errno: ack.errno };
    const name = ack.errno < 0 ? errnoName(-ack.errno) : undefined;
    if (name !== undefined) error.name = name;
    const { attribute, missing } = ack;
    const request: MessageSpan = { bytes, view, offset: ack.requestAt, length: ack.requestEnd - ack.requestAt };
    if (hasMore) Object.assign(error, this.#walker.attributesOf(bytes, view, this.#ackSet, ack.attributesAt, ack.attributesEnd));
    if (attribute !== undefined) error.attr = attribute;
    if (missing !== undefined) error.missing = missing;
    decoded.error = error;
    if (request.offset >= 0) error.request = this.#request(request);
  }

  #request(request: MessageSpan): DecodedRequest {
    const identity = this.#identity;
    identity.look(this.#context, request);
    const decoded = this.#headers({}, request, identity);
    // What is left out because the message is an answer is not cut off: only a payload of which a part came is told as such.
    if (request.length > NLMSG_HDRLEN && identity.role === 'family') this.#payload(decoded, request, identity);
    return decoded;
  }
}

/**
 * Decodes a message into a plain object: what `JSON.parse` would make of its JSON line.
 *
 * Its parts are to be read: one that is equal to that of an earlier message may be the same object, and is frozen then. Whoever
 * wants to change them takes a copy (`structuredClone`).
 *
 * @param message - the message; its packet is the one that the context has begun
 * @param context - the schemas, and what the capture has told so far
 * @throws RangeError: there are fewer octets than netlink's header has
 * @example
 * ```ts
 * const context = new DecodeContext({ families: [rtLink] });
 * for (const message of messages(datagram)) console.log(decode(message, context).attrs?.['ifname']);
 * ```
 */
export function decode(message: MessageSpan, context: DecodeContext): DecodedMessage {
  return decoderOf(context).message(message);
}

/**
 * Decodes what a cursor stands at into a plain object.
 *
 * @param cursor - after its `next` has said `true`
 */
export function decodeStep(cursor: PacketCursor): DecodedLine | DecodedMessage {
  return decoderOf(cursor.context).step(cursor);
}

/** The context keeps its decoder: what that keeps between messages is of no use to another. */
function decoderOf(context: DecodeContext): ObjectDecoder {
  context.decoder ??= new ObjectDecoder(context);
  return context.decoder;
}
