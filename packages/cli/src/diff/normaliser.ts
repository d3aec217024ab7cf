import { decodeStep, directionOf, printable, type DecodedError, type DecodedLine, type DecodedMessage, type JsonObject, type JsonValue, type PacketCursor } from '@netdevkit/netlink';
import { arbitraryKind, type Arbitrary } from './arbitrary.ts';
import type { Primitive } from './digest.ts';
import { Place } from './place.ts';

/** So much is remembered of links and of values. */
const MOST = 65_536;
const MAX_INTERFACES = 256;

/** What stands for a value that another run would not have. */
const ANY = '*';
/** What a program may have chosen itself. The others are the kernel's, whoever names them first. */
const CHOOSABLE: ReadonlySet<Arbitrary> = new Set<Arbitrary>(['netns', 'address', 'id']);

/** Takes messages, line by line. */
export interface LineTaker {
  /** A line of text. */
  text(line: string): void;
  /** A place without a value. */
  place(place: Place): void;
  /** A value at its place. */
  value(place: Place, value: Primitive): void;
  /** A list of values at its place. */
  list(place: Place, values: readonly Primitive[]): void;
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
  readonly #root: Place = Place.root('');
  readonly #errors: Place = Place.root('error');
  /** Values by kind and name, and whether a program chose them. */
  readonly #chosen: Map<string, boolean> = new Map();
  readonly #interfaces: string[] = [];
  readonly #links: Map<string, string> = new Map();

  /**
   * @param kept - what is to be compared all the same
   * @param taker - takes the lines
   */
  constructor(kept: ReadonlySet<Arbitrary>, taker: LineTaker) {
    this.#kept = kept;
    this.#taker = taker;
  }

  /**
   * Gives the lines of what a cursor stands at: what it is, and below a line for each value that stands in it.
   *
   * @param cursor - at a message, or at octets that are none; from the start of the capture, in its order
   */
  add(cursor: PacketCursor): void {
    const line = decodeStep(cursor);
    if (isMessage(line)) this.#message(line);
    else this.#octets(line);
  }

  #message(message: DecodedMessage): void {
    this.#learn(message);
    const taker = this.#taker;
    const { header, attrs, payload, trailing, truncated, error } = message;
    taker.text(`${this.#head(message)}${this.#where(message)}`);
    if (header !== undefined) this.#members(this.#root, header, message);
    if (attrs !== undefined) this.#members(this.#root, attrs, message);
    if (payload !== undefined) taker.text(`  payload ${payload}`);
    if (trailing !== undefined) taker.text(`  trailing ${trailing}`);
    if (truncated === true) taker.text('  truncated');
    if (error !== undefined) this.#error(error, message);
  }

  #octets(line: DecodedLine): void {
    this.#taker.text(`${line.protocol} no message${this.#where(line)}`);
    if (line.attrs !== undefined) this.#members(this.#root, line.attrs, line);
    else this.#taker.text(`  ${line.trailing ?? ''}`);
  }

  #head(message: DecodedMessage): string {
    const { protocol, type, command, flags, pid } = message;
    const name = command === undefined ? type : `${type} ${command}`;
    const port = pid !== 0 && this.#kept.has('port') ? ` port ${String(pid)}` : '';
    return printable(`${directionOf(message)} ${protocol.replace(/^NETLINK_/, '')} ${name} ${flags.map((flag) => flag.replace(/^NLM_F_/, '')).join('|')}`).trimEnd() + port;
  }

  /** Where there is one interface, nobody needs to be told. */
  #where({ interface: name }: DecodedLine): string {
    if (name === undefined || name === this.#interfaces[0]) return '';
    if (!this.#interfaces.includes(name) && this.#interfaces.length < MAX_INTERFACES) this.#interfaces.push(name);
    const number = this.#interfaces.indexOf(name) + 1;
    return number === 1 ? '' : ` on interface ${String(number)}`;
  }

  #error(error: DecodedError, message: DecodedMessage): void {
    const { errno, name, request, ...rest } = error;
    this.#taker.text(`  error ${name ?? String(errno)}`);
    if (request !== undefined) this.#taker.text(`  of ${printable(request.command === undefined ? request.type : `${request.type} ${request.command}`)}`);
    // CAST: without the request nothing is left but values of JSON.
    this.#members(this.#errors, rest as JsonObject, message);
  }

  #members(place: Place, object: JsonObject, line: DecodedLine): void {
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value !== undefined) this.#any(place.member(name), value, line);
    }
  }

  #any(place: Place, value: JsonValue, line: DecodedLine): void {
    if (!isComposite(value)) this.#taker.value(place, this.#normal(place, value, line));
    // Whether there are any is worth a line, how many there are of what is not.
    else if (place.isInStatistics && !this.#kept.has('stats')) this.#taker.value(place, ANY);
    else if (!Array.isArray(value)) this.#object(place, value, line);
    else if (isPrimitiveList(value)) this.#taker.list(place, value.map((element) => this.#normal(place, element, line)));
    else for (const [index, element] of value.entries()) this.#any(place.element(index), element, line);
  }

  #object(place: Place, object: JsonObject, line: DecodedLine): void {
    if (Object.keys(object).length === 0) this.#taker.place(place);
    else this.#members(place, object, line);
  }

  #normal(place: Place, value: Primitive, line: DecodedLine): Primitive {
    const kind = arbitraryKind(place.kind, place.isInStatistics, value);
    if (kind === undefined || this.#kept.has(kind)) return value;
    // 0 says that there is none, in every kind of number; what is below says that it is not known.
    if (kind !== 'stats' && kind !== 'time' && (value === 0 || value === '0' || String(value).startsWith('-'))) return value;
    if (kind === 'ifindex') return this.#links.get(linkKey(line, String(value))) ?? ANY;
    return CHOOSABLE.has(kind) && this.#isChosen(`${kind === 'address' ? kind : place.name} ${String(value)}`, line) ? value : ANY;
  }

  /** Whether a request was the first to name a value. */
  #isChosen(key: string, line: DecodedLine): boolean {
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const isChosen = isMessage(line) && directionOf(line) === 'request';
    if (this.#chosen.size < MOST) this.#chosen.set(key, isChosen);
    return isChosen;
  }

  /** Notes which link has which index. */
  #learn(message: DecodedMessage): void {
    const { type, header, attrs } = message;
    const index = header?.['ifi-index'];
    const name = attrs?.['ifname'];
    if (type !== 'RTM_NEWLINK' || typeof index !== 'number' || index <= 0 || typeof name !== 'string') return;
    const key = linkKey(message, String(index));
    if (this.#links.size < MOST || this.#links.has(key)) this.#links.set(key, name);
  }
}

function linkKey({ interface: captured }: DecodedLine, index: string): string {
  return `${captured ?? ''} ${index}`;
}

function isMessage(line: DecodedLine | DecodedMessage): line is DecodedMessage {
  return 'typeId' in line;
}

function isComposite(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null;
}

function isPrimitiveList(list: JsonValue[]): list is Primitive[] {
  return !list.some((element) => isComposite(element));
}
