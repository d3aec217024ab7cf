import { NETLINK_ROUTE, RTM_NEWLINK, nlmsghdr } from '@netdevkit/bindings';
import {
  decodeStep,
  directionOf,
  FieldReader,
  isJsonList,
  PayloadReader,
  printable,
  valueText,
  type DecodedError,
  type DecodedLine,
  type DecodedMessage,
  type Direction,
  type JsonObject,
  type PacketCursor,
} from '@netdevkit/netlink';
import type { Arbitrary } from './arbitrary.ts';
import { LineVisitor } from './line-visitor.ts';
import type { LineTaker } from './line-taker.ts';
import { NormalValues } from './normal-values.ts';
import { Place } from './place.ts';

const MAX_INTERFACES = 256;

/** A first line, and what it was made of. */
interface Head {
  readonly type: string;
  readonly command: string | undefined;
  readonly flagsId: number;
  readonly direction: Direction;
  readonly protocol: number;
  readonly text: string;
}

/**
 * Turns the messages of a capture into lines that are the same for another run of the same programs. Of what is arbitrary,
 * sequence numbers and ports are left out, the index of an interface is its name, and other values are a star; but what a
 * request is the first to name was chosen by its program, and is what it is. Nothing is counted, so that a difference in one
 * place makes none in others.
 */
export class Normaliser {
  readonly #kept: ReadonlySet<Arbitrary>;
  readonly #taker: LineTaker;
  readonly #values: NormalValues;
  readonly #visitor: LineVisitor;
  readonly #reader: PayloadReader;
  readonly #errors: Place = Place.root('error');
  readonly #interfaces: string[];
  readonly #names: FieldReader = new FieldReader(['type', 'command']);
  readonly #flags: FieldReader = new FieldReader(['flags']);
  readonly #link: FieldReader = new FieldReader(['header.ifi-index', 'attr.ifname']);
  #head: Head | undefined;

  /**
   * @param kept - what is to be compared all the same
   * @param taker - takes the lines
   * @param before - what has read the same capture before: what was found out by it need not be again
   */
  constructor(kept: ReadonlySet<Arbitrary>, taker: LineTaker, before?: Normaliser) {
    this.#kept = kept;
    this.#taker = taker;
    this.#values = before?.values ?? new NormalValues(kept);
    this.#values.restart();
    this.#interfaces = before?.interfaces ?? [];
    this.#visitor = new LineVisitor(taker, this.#values);
    this.#reader = new PayloadReader(this.#visitor);
  }

  /** What values are in any run, once all of the capture was read. */
  get values(): NormalValues {
    return this.#values;
  }

  /** The interfaces that captured, in the order in which they turned up. */
  get interfaces(): string[] {
    return this.#interfaces;
  }

  /**
   * Passes over what a cursor stands at, where another has read the capture before: no lines are wanted of it.
   *
   * @param cursor - at a message, or at octets that are none
   */
  pass(cursor: PacketCursor): void {
    const { view, offset, context, isMessage: isOne } = cursor;
    if (!isOne || context.protocol !== NETLINK_ROUTE || nlmsghdr.nlmsg_type(view, offset) !== RTM_NEWLINK) return;
    this.#values.begin(context.interface, false);
    this.#learn(cursor);
  }

  /**
   * Gives the lines of what a cursor stands at: what it is, and below a line for each value that stands in it.
   *
   * @param cursor - at a message, or at octets that are none; from the start of the capture, in its order
   */
  add(cursor: PacketCursor): void {
    if (cursor.isMessage) this.#message(cursor);
    else this.#octets(cursor);
  }

  #message(cursor: PacketCursor): void {
    const { view, offset, length, context, trailing } = cursor;
    const typeId = nlmsghdr.nlmsg_type(view, offset);
    const flagsId = nlmsghdr.nlmsg_flags(view, offset);
    const pid = nlmsghdr.nlmsg_pid(view, offset);
    const direction = directionOf({ typeId, flagsId, seq: nlmsghdr.nlmsg_seq(view, offset), pid });
    this.#values.begin(context.interface, direction === 'request');
    if (typeId === RTM_NEWLINK && context.protocol === NETLINK_ROUTE) this.#learn(cursor);
    const port = pid !== 0 && this.#kept.has('port') ? ` port ${String(pid)}` : '';
    this.#taker.text(`${this.#headOf(cursor, flagsId, direction)}${port}${this.#where(context.interface)}`);
    this.#visitor.begin();
    if (trailing === 0 && nlmsghdr.nlmsg_len(view, offset) <= length && this.#reader.read(cursor)) return;
    const decoded = decodeStep(cursor);
    if (isMessage(decoded)) this.#decoded(decoded);
  }

  /** What is not just a header and attributes. */
  #decoded({ header, attrs, payload, trailing, truncated, error }: DecodedMessage): void {
    const taker = this.#taker;
    const visitor = this.#visitor;
    visitor.begin();
    if (header !== undefined) visitor.members(header);
    if (attrs !== undefined) visitor.members(attrs);
    if (payload !== undefined) taker.text(`  payload ${payload}`);
    if (trailing !== undefined) taker.text(`  trailing ${trailing}`);
    if (truncated === true) taker.text('  truncated');
    if (error !== undefined) this.#error(error);
  }

  #octets(cursor: PacketCursor): void {
    const line = decodeStep(cursor);
    this.#values.begin(line.interface, false);
    this.#taker.text(`${line.protocol} no message${this.#where(line.interface)}`);
    this.#visitor.begin();
    if (line.attrs !== undefined) this.#visitor.members(line.attrs);
    else this.#taker.text(`  ${line.trailing ?? ''}`);
  }

  /** What a message is, without its port: mostly what the one before was. */
  #headOf(cursor: PacketCursor, flagsId: number, direction: Direction): string {
    const { protocol, protocolName } = cursor.context;
    const [named, commandNamed] = this.#names.read(cursor);
    const type = typeof named === 'string' ? named : '';
    const command = typeof commandNamed === 'string' ? commandNamed : undefined;
    const last = this.#head;
    if (last?.type === type && last.command === command && last.flagsId === flagsId && last.direction === direction && last.protocol === protocol) return last.text;
    const [flags] = this.#flags.read(cursor);
    const flagText = isJsonList(flags) ? flags.map((flag) => valueText(flag).replace(/^NLM_F_/, '')).join('|') : '';
    const name = command === undefined ? type : `${type} ${command}`;
    const text = printable(`${direction} ${protocolName.replace(/^NETLINK_/, '')} ${name} ${flagText}`).trimEnd();
    this.#head = { type, command, flagsId, direction, protocol, text };
    return text;
  }

  /** Where there is one interface, nobody needs to be told. */
  #where(name: string | undefined): string {
    if (name === undefined || name === this.#interfaces[0]) return '';
    if (!this.#interfaces.includes(name) && this.#interfaces.length < MAX_INTERFACES) this.#interfaces.push(name);
    const number = this.#interfaces.indexOf(name) + 1;
    return number === 1 ? '' : ` on interface ${String(number)}`;
  }

  #error(error: DecodedError): void {
    const { errno, name, request, ...rest } = error;
    this.#taker.text(`  error ${name ?? String(errno)}`);
    if (request !== undefined) this.#taker.text(`  of ${printable(request.command === undefined ? request.type : `${request.type} ${request.command}`)}`);
    this.#visitor.begin(this.#errors);
    // CAST: without the request nothing is left but values of JSON.
    this.#visitor.members(rest as JsonObject);
  }

  /** Notes which link has which index. */
  #learn(cursor: PacketCursor): void {
    const [index, name] = this.#link.read(cursor);
    if (typeof index === 'number' && index > 0 && typeof name === 'string') this.#values.link(index, name);
  }
}

function isMessage(line: DecodedLine | DecodedMessage): line is DecodedMessage {
  return 'typeId' in line;
}
