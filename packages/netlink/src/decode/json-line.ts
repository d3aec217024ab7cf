import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { errnoName } from '@netdevkit/errno';
import { Acknowledgement, ackAttributes } from './ack.ts';
import { ByteWriter } from './byte-writer.ts';
import type { DecodeContext } from './context.ts';
import { packed, putNumber } from './digits.ts';
import { EncodedText } from './encoded-text.ts';
import { Identity } from './identity.ts';
import { JsonWalker } from './json-walker.ts';
import { LineHead } from './line-head.ts';
import { OctetLines } from './octet-lines.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { bodyStart, structureEnd } from './payload-parts.ts';
import { PrefixCache } from './prefix-cache.ts';
import type { MessageSpan } from './span.ts';
import { Stamps } from './stamps.ts';
import type { FormatTable, SetTable } from './tables.ts';
import { TimeText } from './time-text.ts';

const FRAME = new EncodedText('{"frame":');
const TIME_END = new EncodedText('Z",');
const LENGTH = new EncodedText('"len":');
/** `"pid":` and `"len":`, in two parts. */
const PID = packed('"pid');
const PID_END = packed('":');
const LEN = packed('"len');
const LEN_END = packed('":');
/** A frame's number, a time, and what stands around them. */
const MOST_BEGIN = 128;
/** A sequence number, a port and a length with their keys. */
const MOST_NUMBERS = 96;
const BRACE = 0x7b;
const HEADER = new EncodedText('"header":{');
const USER = new EncodedText('"#user":');
const ATTRS = new EncodedText('"attrs":{');
const ERROR = new EncodedText('"error":{"errno":');
const REQUEST = new EncodedText('"request":{');
const PAYLOAD = new EncodedText('"payload":');
const TRUNCATED = new EncodedText('"truncated":true,');
const TRAILING = new EncodedText('"trailing":');
const OPEN = new EncodedText('{');

const NEWLINE = 0x0a;

const DEFAULT_CAPACITY = 1 << 20;
const MAX_TEXTS = 1024;

/**
 * Writes messages as JSON lines into octets that it uses again and again, without making objects or strings of them.
 *
 * @example
 * ```ts
 * const lines = new JsonLineWriter(context);
 * while (cursor.next()) {
 *   lines.write(cursor);
 *   if (lines.length > 1 << 20) {
 *     writeSync(1, lines.bytes);
 *     lines.clear();
 *   }
 * }
 * ```
 */
export class JsonLineWriter extends OctetLines {
  readonly #context: DecodeContext;
  readonly #out: ByteWriter;
  readonly #walker: JsonWalker;
  readonly #identity: Identity = new Identity();
  readonly #acknowledgement: Acknowledgement = new Acknowledgement();
  readonly #time: TimeText = new TimeText();
  readonly #texts: Map<string, EncodedText> = new Map();
  readonly #prefixes: PrefixCache = new PrefixCache((identity, isOutermost) => this.#prefix(identity, isOutermost));
  #second = -1;
  #secondText: EncodedText = OPEN;
  readonly #head: LineHead = new LineHead();
  readonly #stamps: Stamps;
  readonly #ackSet: SetTable;

  /**
   * @param context - whose messages it writes
   * @param capacity - octets to begin with; it grows when a line needs more
   */
  constructor(context: DecodeContext, capacity: number = DEFAULT_CAPACITY) {
    const out = new ByteWriter(capacity);
    super(out);
    this.#context = context;
    this.#out = out;
    this.#walker = new JsonWalker(this.#out);
    this.#stamps = new Stamps(this.#walker, context.compiler);
    this.#ackSet = context.tables.set(ackAttributes);
  }

  /**
   * Writes what a cursor stands at, as a line.
   *
   * @param cursor - of the same context
   */
  write(cursor: PacketCursor): void {
    if (cursor.isMessage) {
      this.message(cursor);
      return;
    }
    this.#begin();
    const { bytes, view, offset, trailing } = cursor;
    this.#texted(`${JSON.stringify(this.#packetParts()).slice(1, -1)},`);
    this.#out.pair(LENGTH, trailing);
    const operation = this.#context.raw?.isHeaderless === true ? this.#context.rawOperation(0, false) : undefined;
    if (operation === undefined) this.#hex(TRAILING, bytes, offset, trailing);
    else {
      this.#out.text(ATTRS);
      this.#walker.writeBody(bytes, view, operation.format, offset, offset + trailing, offset);
      this.#walker.end();
    }
    this.#end();
  }

  /**
   * Writes a message as a line.
   *
   * @param message - the message; its packet is the one that the context has begun
   * @throws RangeError: there are fewer octets than netlink's header has
   */
  message(message: MessageSpan): void {
    if (message.length < NLMSG_HDRLEN) {
      throw new RangeError(`JsonLineWriter: expected a message of at least ${String(NLMSG_HDRLEN)} octets, got ${String(message.length)}`);
    }
    const identity = this.#identity;
    identity.look(this.#context, message);
    this.#begun(message, identity);
    if (identity.role === 'family') this.#payload(message, identity);
    else if (identity.role === 'control') this.#opaque(message, identity.start);
    else this.#error(message, identity.role === 'error');
    const { bytes, view, offset, length, trailing = 0 } = message;
    if (nlmsghdr.nlmsg_len(view, offset) > length) this.#out.text(TRUNCATED);
    if (trailing > 0) this.#hex(TRAILING, bytes, offset + length, trailing);
    this.#end();
  }

  /** The packet's number and time; what follows is the same in message after message. */
  #begin(): void {
    const { frame, seconds, nanoseconds } = this.#context;
    const out = this.#out;
    out.reserve(MOST_BEGIN);
    if (frame < 0) out.octet(BRACE);
    else {
      out.key(FRAME);
      out.item(frame);
    }
    if (seconds < 0) return;
    if (seconds !== this.#second) {
      this.#second = seconds;
      this.#secondText = new EncodedText(`"time":"${this.#time.prefix(seconds)}`);
    }
    out.key(this.#secondText);
    out.nine(nanoseconds);
    out.key(TIME_END);
  }

  #end(): void {
    this.#walker.end();
    this.#out.replaceLast(NEWLINE);
  }

  /** A line up to its message's length: in a dump it is that of the line before. */
  #begun({ view, offset }: MessageSpan, identity: Identity): void {
    const out = this.#out;
    const head = this.#head;
    const prefix = this.#prefixes.get(this.#context, identity, true);
    const seq = nlmsghdr.nlmsg_seq(view, offset);
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    if (!head.copy(out, this.#context, prefix, seq, pid)) {
      const from = out.at;
      this.#begin();
      this.#numbered(prefix, seq, pid);
      head.learn(out, from, this.#context, prefix, seq, pid);
    }
    out.item(nlmsghdr.nlmsg_len(view, offset));
  }

  #headers({ view, offset }: MessageSpan, identity: Identity): void {
    const prefix = this.#prefixes.get(this.#context, identity, false);
    this.#numbered(prefix, nlmsghdr.nlmsg_seq(view, offset), nlmsghdr.nlmsg_pid(view, offset));
    this.#out.item(nlmsghdr.nlmsg_len(view, offset));
  }

  /** What a message is, up to its length. Room for that is made. */
  #numbered(prefix: EncodedText, seq: number, pid: number): void {
    const out = this.#out;
    out.reserve(prefix.length + MOST_NUMBERS);
    out.key(prefix);
    const { view: o } = out;
    let to = putNumber(o, out.at, seq);
    o.setInt32(to, PID, true);
    o.setInt16(to + 4, PID_END, true);
    to = putNumber(o, to + 6, pid);
    o.setInt32(to, LEN, true);
    o.setInt16(to + 4, LEN_END, true);
    out.at = to + 6;
  }

  #packetParts(): { interface?: string; protocol: string } {
    const { interface: captured, protocolName: protocol } = this.#context;
    return captured === undefined ? { protocol } : { interface: captured, protocol };
  }

  /** Names and flags, up to the sequence number. */
  #prefix({ family, command, version, typeName, type, flags, flagContext }: Identity, isOutermost: boolean): string {
    const parts = {
      ...(isOutermost ? this.#packetParts() : {}),
      ...(family === undefined ? {} : { family }),
      ...(command === undefined ? {} : { command, version }),
      type: typeName,
      typeId: type,
      flags: this.#context.flags.names(flags, flagContext),
      flagsId: flags,
    };
    return `${JSON.stringify(parts).slice(1, -1)},"seq":`;
  }

  #payload(message: MessageSpan, identity: Identity): void {
    const { bytes, view, offset, length } = message;
    const end = offset + length;
    const { format, type, start, opaque } = identity;
    if (!identity.isKnown) {
      this.#opaque(message, start);
      return;
    }
    if (opaque > 0) {
      this.#out.text(HEADER);
      this.#hex(USER, bytes, start, opaque);
      this.#walker.end();
    }
    const from = start + opaque;
    if (this.#stamps.write(format, type, bytes, view, from, end)) return;
    this.#known(bytes, view, format, from, end);
    this.#stamps.end(view, from);
  }

  /** What a format describes, from its start to its end. */
  #known(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number): void {
    if (format.header !== undefined && start < end) {
      this.#out.text(HEADER);
      this.#walker.writeStruct(bytes, view, format.header, start, structureEnd(format.header, start, end));
      this.#walker.end();
    }
    const at = bodyStart(format, start, 0, end);
    if (at >= end) return;
    this.#out.text(ATTRS);
    this.#walker.writeBody(bytes, view, format, at, end, start);
    this.#walker.end();
  }

  #opaque({ bytes, offset, length }: MessageSpan, start: number): void {
    if (start < offset + length) this.#hex(PAYLOAD, bytes, start, offset + length - start);
  }

  #error(message: MessageSpan, isError: boolean): void {
    const ack = this.#acknowledgement;
    ack.look(this.#context, message, isError);
    const { bytes, view } = message;
    if (!ack.isPresent) {
      this.#opaque(message, message.offset + NLMSG_HDRLEN);
      return;
    }
    const hasMore = ack.attributesAt < ack.attributesEnd;
    if (!isError && ack.errno === 0 && !hasMore) return;
    this.#out.pair(ERROR, ack.errno);
    const name = ack.errno < 0 ? errnoName(-ack.errno) : undefined;
    if (name !== undefined) this.#texted(`"name":"${name}",`);
    const { attribute, missing } = ack;
    const request: MessageSpan = { bytes, view, offset: ack.requestAt, length: ack.requestEnd - ack.requestAt };
    if (hasMore) this.#walker.writeAttributes(bytes, view, this.#ackSet, ack.attributesAt, ack.attributesEnd);
    if (attribute !== undefined) this.#texted(`"attr":${JSON.stringify(attribute)},`);
    if (missing !== undefined) this.#texted(`"missing":${JSON.stringify(missing)},`);
    if (request.offset >= 0) this.#request(request);
    this.#walker.end();
  }

  #request(request: MessageSpan): void {
    const identity = this.#identity;
    identity.look(this.#context, request);
    this.#out.text(REQUEST);
    this.#headers(request, identity);
    if (request.length > NLMSG_HDRLEN && identity.role === 'family') this.#payload(request, identity);
    this.#walker.end();
  }

  #hex(key: EncodedText, bytes: Uint8Array, at: number, length: number): void {
    this.#out.text(key);
    this.#walker.writeHex(bytes, at, length);
  }

  /** Text that comes again and again. */
  #texted(text: string): void {
    let encoded = this.#texts.get(text);
    if (encoded === undefined) {
      if (this.#texts.size >= MAX_TEXTS) this.#texts.clear();
      encoded = new EncodedText(text);
      this.#texts.set(text, encoded);
    }
    this.#out.text(encoded);
  }
}
