import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { errnoName, strerror } from '@netdevkit/errno';
import { Acknowledgement, ackAttributes } from './ack.ts';
import { hexText } from './address-text.ts';
import { ByteWriter } from './byte-writer.ts';
import type { DecodeContext } from './context.ts';
import { EncodedText } from './encoded-text.ts';
import { Identity } from './identity.ts';
import { OctetLines } from './octet-lines.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { bodyStart, structureEnd } from './payload-parts.ts';
import { PrefixCache } from './prefix-cache.ts';
import { quoteText } from './safe-text.ts';
import type { MessageSpan } from './span.ts';
import { Stamps } from './stamps.ts';
import type { FormatTable, SetTable } from './tables.ts';
import { plainStyle, type TextStyle } from './text-style.ts';
import { TextWalker } from './text-walker.ts';
import { TimeText } from './time-text.ts';

const DEFAULT_CAPACITY = 1 << 20;
const INDENT = 4;
const NEWLINE = 0x0a;
const SPACE = new EncodedText(' ');
const TIME_END = new EncodedText('Z ');
const PID = new EncodedText(' pid ');
const LEN = new EncodedText(' len ');

/** How a {@link TextWriter} writes. */
export interface TextOptions {
  /**
   * Colours.
   *
   * @defaultValue none
   */
  readonly style?: TextStyle;
}

/**
 * Writes messages as text: a line that says what each is, its attributes in lines of their own below. Nothing in it
 * commands a terminal, whatever the message holds.
 *
 * ```
 * 12 2026-11-21T17:02:03.123456789Z nlmon0 NETLINK_ROUTE RTM_NEWLINK seq 1 pid 1234 len 1428 MULTI
 *     ifi-family 0 ifi-type 772 ifi-index 1 ifi-flags up,loopback ifi-change 0
 *     ifname: lo
 *     linkinfo:
 *         kind: veth
 * ```
 */
export class TextWriter extends OctetLines {
  readonly #context: DecodeContext;
  readonly #out: ByteWriter;
  readonly #walker: TextWalker;
  readonly #stamps: Stamps;
  readonly #style: TextStyle;
  readonly #identity: Identity = new Identity();
  readonly #acknowledgement: Acknowledgement = new Acknowledgement();
  readonly #time: TimeText = new TimeText();
  readonly #prefixes: PrefixCache = new PrefixCache((identity, isOutermost) => this.#prefix(identity, isOutermost));
  readonly #suffixes: PrefixCache = new PrefixCache((identity) => this.#suffix(identity));
  #second = -1;
  #secondText: EncodedText = SPACE;
  readonly #ackSet: SetTable;

  /**
   * @param context - whose messages it writes
   * @param options - colours
   */
  constructor(context: DecodeContext, options: TextOptions = {}) {
    const out = new ByteWriter(DEFAULT_CAPACITY);
    super(out);
    this.#context = context;
    this.#style = options.style ?? plainStyle;
    this.#out = out;
    this.#walker = new TextWalker(this.#out, this.#style);
    this.#stamps = new Stamps(this.#walker, context.compiler);
    this.#ackSet = context.tables.set(ackAttributes);
  }

  /**
   * Writes what a cursor stands at.
   *
   * @param cursor - of the same context
   */
  write(cursor: PacketCursor): void {
    if (cursor.isMessage) {
      this.message(cursor);
      return;
    }
    const { bytes, view, offset, trailing } = cursor;
    this.#packet();
    this.#say(`${this.#place()} len ${String(trailing)}${this.#style.reset}`);
    const operation = this.#context.raw?.isHeaderless === true ? this.#context.rawOperation(0, false) : undefined;
    if (operation === undefined) this.#octets('not a message', bytes, offset, trailing, INDENT);
    else this.#walker.writeBody(bytes, view, operation.format, offset, offset + trailing, offset, INDENT);
    this.#out.reserve(8);
    this.#out.octet(NEWLINE);
  }

  /**
   * Writes a message.
   *
   * @param message - the message; its packet is the one that the context has begun
   * @throws RangeError: there are fewer octets than netlink's header has
   */
  message(message: MessageSpan): void {
    if (message.length < NLMSG_HDRLEN) {
      throw new RangeError(`TextWriter: expected a message of at least ${String(NLMSG_HDRLEN)} octets, got ${String(message.length)}`);
    }
    const identity = this.#identity;
    identity.look(this.#context, message);
    this.#packet();
    this.#headers(message, identity, true);
    if (identity.role === 'family') this.#payload(message, identity, INDENT);
    else if (identity.role === 'control') this.#opaque(message, identity.start, INDENT);
    else this.#error(message, identity.role === 'error');
    const { bytes, offset, length, trailing = 0 } = message;
    if (trailing > 0) this.#octets('not a message', bytes, offset + length, trailing, INDENT);
    this.#out.reserve(8);
    this.#out.octet(NEWLINE);
  }

  /** The packet's number and time. */
  #packet(): void {
    const { frame, seconds, nanoseconds } = this.#context;
    const out = this.#out;
    out.reserve(64);
    if (this.#style.faint !== '') this.#say(this.#style.faint);
    if (frame >= 0) {
      out.integer(frame);
      out.key(SPACE);
    }
    if (seconds < 0) return;
    if (seconds !== this.#second) {
      this.#second = seconds;
      this.#secondText = new EncodedText(this.#time.prefix(seconds));
    }
    out.text(this.#secondText);
    out.nine(nanoseconds);
    out.key(TIME_END);
  }

  #headers({ view, offset, length }: MessageSpan, identity: Identity, isOutermost: boolean): void {
    const out = this.#out;
    const claimed = nlmsghdr.nlmsg_len(view, offset);
    out.text(this.#prefixes.get(this.#context, identity, isOutermost));
    out.integer(nlmsghdr.nlmsg_seq(view, offset));
    out.text(PID);
    out.integer(nlmsghdr.nlmsg_pid(view, offset));
    out.text(LEN);
    out.integer(claimed);
    out.text(this.#suffixes.get(this.#context, identity, isOutermost));
    if (claimed > length && isOutermost) this.#say(` ${this.#style.error}cut off after ${String(length)}${this.#style.reset}`);
  }

  /** What stands between the time and the sequence number. */
  #prefix(identity: Identity, isOutermost: boolean): string {
    const { type, faint, reset } = this.#style;
    const what = identity.command === undefined ? identity.typeName : `${identity.typeName} ${identity.command} v${String(identity.version)}`;
    return `${isOutermost ? `${this.#place()}${reset}` : ''} ${type}${quoteParts(what)}${reset}${faint} seq `;
  }

  /** What stands behind the numbers. */
  #suffix(identity: Identity): string {
    const names = identity.flagNames(this.#context).map((name) => name.replace(/^NLM_F_/, ''));
    return names.length === 0 ? this.#style.reset : `${this.#style.reset} ${names.join(',')}`;
  }

  #place(): string {
    const { interface: captured, protocolName } = this.#context;
    return captured === undefined ? protocolName : `${quoteText(captured)} ${protocolName}`;
  }

  #payload(message: MessageSpan, identity: Identity, indent: number): void {
    const { bytes, view, offset, length } = message;
    const end = offset + length;
    const { format, type, start, opaque } = identity;
    if (!identity.isKnown) {
      this.#opaque(message, start, indent);
      return;
    }
    if (opaque > 0) this.#octets('header', bytes, start, opaque, indent);
    const from = start + opaque;
    // What is remembered is indented as messages are, not as the requests inside of them.
    if (indent === INDENT && this.#stamps.write(format, type, bytes, view, from, end)) return;
    this.#known(bytes, view, format, from, end, indent);
    this.#stamps.end(view, from);
  }

  /** What a format describes, from its start to its end. */
  #known(bytes: Uint8Array, view: DataView, format: FormatTable, start: number, end: number, indent: number): void {
    if (format.header !== undefined && start < end) this.#walker.writeStruct(bytes, view, format.header, start, structureEnd(format.header, start, end), indent);
    const at = bodyStart(format, start, 0, end);
    if (at < end) this.#walker.writeBody(bytes, view, format, at, end, start, indent);
  }

  #opaque({ bytes, offset, length }: MessageSpan, start: number, indent: number): void {
    if (start < offset + length) this.#octets('payload', bytes, start, offset + length - start, indent);
  }

  #error(message: MessageSpan, isError: boolean): void {
    const ack = this.#acknowledgement;
    ack.look(this.#context, message, isError);
    const { bytes, view } = message;
    if (!ack.isPresent) {
      this.#opaque(message, message.offset + NLMSG_HDRLEN, INDENT);
      return;
    }
    const { errno, attribute, missing, attributesAt, attributesEnd } = ack;
    const { error, reset } = this.#style;
    const request: MessageSpan = { bytes, view, offset: ack.requestAt, length: ack.requestEnd - ack.requestAt };
    const spaces = ' '.repeat(INDENT);
    if (errno < 0) this.#say(`\n${spaces}${error}error: ${errnoName(-errno) ?? String(errno)} (${strerror(-errno)})${reset}`);
    else if (errno > 0) this.#say(`\n${spaces}error: ${String(errno)}`);
    else if (isError) this.#say(`\n${spaces}ok`);
    if (attribute !== undefined) this.#say(`\n${spaces}${error}attr: ${attribute}${reset}`);
    if (missing !== undefined) this.#say(`\n${spaces}${error}missing: ${missing}${reset}`);
    if (attributesAt < attributesEnd) this.#walker.writeAttributes(bytes, view, this.#ackSet, attributesAt, attributesEnd, INDENT);
    if (request.offset >= 0) this.#request(request, spaces);
  }

  #request(request: MessageSpan, spaces: string): void {
    const identity = this.#identity;
    identity.look(this.#context, request);
    this.#say(`\n${spaces}request:`);
    this.#headers(request, identity, false);
    if (request.length > NLMSG_HDRLEN && identity.role === 'family') this.#payload(request, identity, 2 * INDENT);
  }

  #octets(name: string, bytes: Uint8Array, at: number, length: number, indent: number): void {
    const { faint, reset } = this.#style;
    this.#say(`\n${' '.repeat(indent)}${faint}${name}: ${hexText(bytes, at, length)}${reset}`);
  }

  #say(text: string): void {
    this.#out.text(new EncodedText(text));
  }
}

/** Names of families and commands: the kernel's, or whatever a capture says. */
function quoteParts(text: string): string {
  return text.split(' ').map(quoteText).join(' ');
}
