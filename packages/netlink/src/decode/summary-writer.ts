import { nlmsghdr } from '@netdevkit/bindings';
import { errnoName } from '@netdevkit/errno';
import { Acknowledgement, ackAttributes } from './ack.ts';
import { ByteWriter } from './byte-writer.ts';
import { ClockText } from './clock-text.ts';
import type { DecodeContext } from './context.ts';
import type { DecodedError } from './decoded.ts';
import { directionOfNumbers, type Direction } from './direction.ts';
import { EncodedText } from './encoded-text.ts';
import { GistWalker } from './gist-walker.ts';
import { Identity } from './identity.ts';
import { printable } from './line-text.ts';
import { LINK_ATTRIBUTES, LINK_HEADER, writeLink } from './link-gist.ts';
import { OctetLines } from './octet-lines.ts';
import { outcomeText, requestName } from './outcome-text.ts';
import type { PacketCursor } from './packet-cursor.ts';
import { PartWalker } from './part-walker.ts';
import { bodyStart, structureEnd } from './payload-parts.ts';
import { PrefixCache } from './prefix-cache.ts';
import { plainSummary, type SummaryPart, type SummaryStyle } from './summary-style.ts';
import type { MessageSpan } from './span.ts';
import type { SetTable } from './tables.ts';
import { Wanted } from './wanted.ts';

const DEFAULT_CAPACITY = 1 << 18;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const NUMBER_WIDTH = 5;
const DIRECTION_WIDTH = 'request'.length;
const TYPE_WIDTH = 'RTM_NEWLINK'.length;
/** A number and what stands around it. */
const MOST_NUMBER = 64;

const PID = new EncodedText(' pid ');
const LEN = new EncodedText(' len ');
const SPACES = new EncodedText(' '.repeat(NUMBER_WIDTH));

const HEADER = new Wanted(LINK_HEADER);
const ATTRIBUTES = new Wanted(LINK_ATTRIBUTES);
const COMPLAINT = new Wanted([['msg'], ['offs']]);

/** How a {@link SummaryWriter} writes. */
export interface SummaryOptions {
  /**
   * Colours.
   *
   * @defaultValue none
   */
  readonly style?: SummaryStyle;
  /**
   * Whether lines begin with the packet's number.
   *
   * @defaultValue true
   */
  readonly isNumbered?: boolean;
  /**
   * Octets to begin with.
   *
   * @defaultValue 262144
   */
  readonly capacity?: number;
}

/**
 * Writes a line for each message: when, local time, on which interface, whether it is a request, an answer or an event, protocol and
 * type, flags, sequence number, length, and what it is about, as far as there is room. It makes no objects of messages, and
 * nothing in the lines commands a terminal.
 *
 * ```
 *    12 17:02:03.123456 nlmon0 event   ROUTE RTM_NEWLINK seq 0 len 1428 2: eth0 <up,running> mtu 1500 state UP
 * ```
 *
 * @example
 * ```ts sketch
 * const lines = new SummaryWriter(context);
 * while (cursor.next()) lines.write(cursor);
 * writeSync(1, lines.bytes);
 * lines.clear();
 * ```
 */
export class SummaryWriter extends OctetLines {
  readonly #context: DecodeContext;
  readonly #out: ByteWriter;
  readonly #walker: GistWalker;
  readonly #parts: PartWalker = new PartWalker();
  readonly #style: SummaryStyle;
  readonly #isNumbered: boolean;
  readonly #clock: ClockText = new ClockText();
  readonly #identity: Identity = new Identity();
  readonly #acknowledgement: Acknowledgement = new Acknowledgement();
  /** What stands between the time and the sequence number, of messages and of notifications. */
  readonly #heads: PrefixCache = new PrefixCache((identity) => this.#head(identity, directionOfNumbers(identity.type, identity.flags, 1, 1)));
  readonly #events: PrefixCache = new PrefixCache((identity) => this.#head(identity, directionOfNumbers(identity.type, identity.flags, 0, 0)));
  readonly #detailEnd: EncodedText;
  readonly #ackSet: SetTable;
  #second = NaN;
  #secondText: EncodedText = SPACES;
  readonly #timeEnd: EncodedText;

  /**
   * @param context - whose messages it writes
   * @param options - what lines look like
   */
  constructor(context: DecodeContext, { style = plainSummary, isNumbered = true, capacity = DEFAULT_CAPACITY }: SummaryOptions = {}) {
    const out = new ByteWriter(capacity);
    super(out);
    this.#context = context;
    this.#style = style;
    this.#isNumbered = isNumbered;
    this.#out = out;
    this.#walker = new GistWalker(this.#out);
    this.#ackSet = context.tables.set(ackAttributes);
    this.#detailEnd = new EncodedText(`${style.detail[1]} `);
    this.#timeEnd = new EncodedText(`${style.time[1]} `);
  }

  /**
   * Writes what a cursor stands at, as a line.
   *
   * @param cursor - of the same context
   */
  write(cursor: PacketCursor): void {
    this.#packet();
    if (cursor.isMessage) this.#message(cursor);
    else this.#octets(cursor);
    const out = this.#out;
    // Where nothing is to be said, nothing separates it.
    while (out.at > 0 && out.bytes[out.at - 1] === SPACE) out.truncate(out.at - 1);
    out.reserve(1);
    out.octet(NEWLINE);
  }

  /** The packet's number and time. */
  #packet(): void {
    const { frame, seconds, nanoseconds } = this.#context;
    const out = this.#out;
    out.reserve(2 * MOST_NUMBER);
    if (this.#isNumbered && frame >= 0) {
      this.#say(this.#style.number[0]);
      const from = out.at;
      out.key(SPACES);
      out.truncate(from + Math.max(0, NUMBER_WIDTH - digitsOf(frame)));
      out.integer(frame);
      this.#say(this.#style.number[1]);
      out.reserve(MOST_NUMBER);
      out.octet(SPACE);
    }
    if (seconds < 0) return;
    if (seconds !== this.#second) {
      this.#second = seconds;
      this.#secondText = new EncodedText(`${this.#style.time[0]}${this.#clock.second(seconds)}.`);
    }
    out.text(this.#secondText);
    out.nine(nanoseconds);
    // Microseconds are enough.
    out.truncate(out.at - 3);
    out.text(this.#timeEnd);
  }

  #message(message: MessageSpan): void {
    const identity = this.#identity;
    const out = this.#out;
    identity.look(this.#context, message);
    const { view, offset } = message;
    const seq = nlmsghdr.nlmsg_seq(view, offset);
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    const direction = directionOfNumbers(identity.type, identity.flags, seq, pid);
    out.text((direction === 'event' ? this.#events : this.#heads).get(this.#context, identity, true));
    out.reserve(4 * MOST_NUMBER);
    out.integer(seq);
    if (pid !== 0) {
      out.key(PID);
      out.integer(pid);
    }
    out.key(LEN);
    out.integer(nlmsghdr.nlmsg_len(view, offset));
    out.text(this.#detailEnd);
    if (identity.role === 'error' || identity.role === 'done') this.#outcome(message, identity.role === 'error');
    else this.#gist(message, direction);
  }

  /** Names and flags, up to the sequence number. */
  #head(identity: Identity, direction: Direction): string {
    const { typeName, command } = identity;
    const { interface: captured, protocolName } = this.#context;
    const flags = identity.flagNames(this.#context).map((name) => name.replace(/^NLM_F_/, ''));
    const name = printable(command === undefined ? typeName : `${typeName} ${command}`);
    const place = captured === undefined ? '' : `${printable(captured)} `;
    const detail = flags.length === 0 ? '' : `${flags.join('|')} `;
    return `${place}${this.#painted(direction, direction.padEnd(DIRECTION_WIDTH))} ${shortName(protocolName)} ${this.#painted('type', name.padEnd(TYPE_WIDTH))} ${this.#style.detail[0]}${detail}seq `;
  }

  /** What a message is about. */
  #gist(message: MessageSpan, direction: Direction): void {
    const { bytes, view, offset, length } = message;
    const { role, isKnown, format, start, opaque, typeName } = this.#identity;
    const end = offset + length;
    const walker = this.#walker;
    walker.begin();
    if (role !== 'family' || !isKnown) {
      if (start < end) walker.octets(bytes, start, end - start);
    } else {
      const at = bodyStart(format, start, opaque, end);
      const isLink = direction !== 'request' && (typeName === 'RTM_NEWLINK' || typeName === 'RTM_DELLINK');
      if (isLink && this.#link(message, at)) return;
      if (opaque > 0) walker.namedOctets('#user', bytes, view, start, opaque);
      if (format.header !== undefined && start < end) walker.writeHeader(bytes, view, format.header, start, structureEnd(format.header, start, end));
      if (at < end) walker.writeBody(bytes, view, format, at, end, start);
    }
    if (nlmsghdr.nlmsg_len(view, offset) > length) walker.part('(cut off)');
    walker.end();
  }

  /** A link; gives whether it has a name. */
  #link({ bytes, view, offset, length }: MessageSpan, at: number): boolean {
    const { format, start } = this.#identity;
    const end = offset + length;
    if (format.header === undefined || at >= end) return false;
    const attrs = this.#parts.bodyOf(bytes, view, format, at, end, start, ATTRIBUTES);
    const header = this.#parts.structOf(bytes, view, format.header, start, structureEnd(format.header, start, end), HEADER);
    if (!writeLink(this.#walker, header, attrs)) return false;
    this.#walker.end();
    return true;
  }

  /** What an acknowledgement or the end of a dump says. */
  #outcome(message: MessageSpan, isError: boolean): void {
    const ack = this.#acknowledgement;
    ack.look(this.#context, message, isError);
    const { errno, requestAt, requestEnd } = ack;
    const hasMore = ack.attributesAt < ack.attributesEnd;
    const error = ack.isPresent && (isError || errno !== 0 || hasMore) ? this.#error(message, hasMore) : undefined;
    let what = 'dump';
    if (error !== undefined && requestAt >= 0) {
      const identity = this.#identity;
      identity.look(this.#context, { bytes: message.bytes, view: message.view, offset: requestAt, length: requestEnd - requestAt });
      what = requestName(identity.command === undefined ? { type: identity.typeName } : { type: identity.typeName, command: identity.command });
    }
    const text = outcomeText(what, error);
    this.#say(error !== undefined && errno !== 0 ? this.#painted('error', text) : text.trimEnd());
  }

  #error({ bytes, view }: MessageSpan, hasMore: boolean): DecodedError {
    const { errno, attribute, missing, attributesAt, attributesEnd } = this.#acknowledgement;
    const name = errno < 0 ? errnoName(-errno) : undefined;
    return {
      errno,
      ...(name === undefined ? {} : { name }),
      ...(hasMore ? this.#parts.attributesOf(bytes, view, this.#ackSet, attributesAt, attributesEnd, COMPLAINT) : {}),
      ...(attribute === undefined ? {} : { attr: attribute }),
      ...(missing === undefined ? {} : { missing }),
    };
  }

  /** Octets that are no message. */
  #octets({ bytes, view, offset, trailing }: PacketCursor): void {
    const { interface: captured, protocolName, raw } = this.#context;
    const operation = raw?.isHeaderless === true ? this.#context.rawOperation(0, false) : undefined;
    const place = captured === undefined ? '' : `${printable(captured)} `;
    // What a protocol without messages sends is none either, and nothing is wrong with it.
    const what = operation === undefined ? `${this.#painted('error', 'no message')} ` : '';
    this.#say(`${place}${shortName(protocolName)} ${what}${this.#painted('detail', `len ${String(trailing)}`)} `);
    const walker = this.#walker;
    walker.begin();
    if (operation === undefined) walker.octets(bytes, offset, trailing);
    else walker.writeBody(bytes, view, operation.format, offset, offset + trailing, offset);
    walker.end();
  }

  #painted(part: SummaryPart, text: string): string {
    const [before, after] = this.#style[part];
    return `${before}${text}${after}`;
  }

  #say(text: string): void {
    if (text !== '') this.#out.text(new EncodedText(text));
  }
}

function shortName(protocol: string): string {
  return protocol.replace(/^NETLINK_/, '');
}

function digitsOf(value: number): number {
  return value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : NUMBER_WIDTH;
}
