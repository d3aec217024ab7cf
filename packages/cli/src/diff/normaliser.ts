import { decodeStep, type DecodedLine, type DecodedMessage, type JsonObject, type JsonValue, type PacketCursor } from '@netdevkit/netlink';
import { directionOf } from '../print/direction.ts';
import { printable } from '../print/printable.ts';
import { valueText } from '../print/value-text.ts';
import { arbitraryKind, isStatistics, type Arbitrary } from './arbitrary.ts';

/** So much is remembered of links and of values. */
const MAX_LINKS = 65_536;
const MAX_VALUES = 262_144;
const MAX_INTERFACES = 256;

/** What stands for a value that another run would not have. */
const ANY = '*';
/** What a program may have chosen itself. The others are the kernel's, whoever names them first. */
const CHOOSABLE: ReadonlySet<Arbitrary> = new Set<Arbitrary>(['netns', 'address', 'id']);

/**
 * Turns the messages of a capture into lines that are the same for another run of the same programs. Of what is arbitrary,
 * sequence numbers and ports are left out, the index of an interface is its name, and other values are a star; but what a
 * request is the first to name was chosen by its program, and is what it is. Nothing is counted, so that a difference in one
 * place makes none in others.
 */
export class Normaliser {
  readonly #kept: ReadonlySet<Arbitrary>;
  /** Values by kind and name, and whether a program chose them. */
  readonly #chosen: Map<string, boolean> = new Map();
  readonly #interfaces: string[] = [];
  readonly #links: Map<string, string> = new Map();

  /**
   * @param kept - what is to be compared all the same
   */
  constructor(kept: ReadonlySet<Arbitrary>) {
    this.#kept = kept;
  }

  /**
   * The lines of what a cursor stands at: what it is, and below a line for each value that stands in it.
   *
   * @param cursor - at a message, or at octets that are none; from the start of the capture, in its order
   */
  lines(cursor: PacketCursor): string[] {
    const line = decodeStep(cursor);
    const where = this.#where(line);
    if (!isMessage(line)) {
      const lines = [`${line.protocol} no message${where}`];
      if (line.attrs !== undefined) this.#object(lines, '', line.attrs, false, line);
      else lines.push(`  ${line.trailing ?? ''}`);
      return lines;
    }
    this.#learn(line);
    const { header, attrs, payload, trailing, truncated, error } = line;
    const lines = [`${this.#head(line)}${where}`];
    if (header !== undefined) this.#object(lines, '', header, false, line);
    if (attrs !== undefined) this.#object(lines, '', attrs, false, line);
    if (payload !== undefined) lines.push(`  payload ${payload}`);
    if (trailing !== undefined) lines.push(`  trailing ${trailing}`);
    if (truncated === true) lines.push('  truncated');
    if (error !== undefined) this.#error(lines, error, line);
    return lines;
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

  #error(lines: string[], error: NonNullable<DecodedMessage['error']>, message: DecodedMessage): void {
    const { errno, name, request, ...rest } = error;
    lines.push(`  error ${name ?? String(errno)}`);
    if (request !== undefined) lines.push(`  of ${printable(request.command === undefined ? request.type : `${request.type} ${request.command}`)}`);
    // CAST: without the request nothing is left but values of JSON.
    this.#object(lines, 'error.', rest as JsonObject, false, message);
  }

  #object(lines: string[], path: string, object: JsonObject, isInStatistics: boolean, line: DecodedLine): void {
    for (const [name, value] of Object.entries(object)) {
      if (typeof value === 'object' && value !== null) this.#composite(lines, `${path}${name}`, name, value, isInStatistics || isStatistics(name), line);
      else lines.push(`  ${printable(`${path}${name}`)} ${this.#leaf(name, value, isInStatistics, line)}`);
    }
  }

  #composite(lines: string[], path: string, name: string, value: JsonObject | JsonValue[], isInStatistics: boolean, line: DecodedLine): void {
    // Whether there are any is worth a line, how many there are of what is not.
    if (isInStatistics && !this.#kept.has('stats')) {
      lines.push(`  ${printable(path)} *`);
      return;
    }
    if (!Array.isArray(value)) {
      if (Object.keys(value).length === 0) lines.push(`  ${printable(path)}`);
      this.#object(lines, `${path}.`, value, isInStatistics, line);
      return;
    }
    if (value.every((element) => typeof element !== 'object' || element === null)) {
      lines.push(`  ${printable(path)} ${value.map((element) => this.#leaf(name, element, isInStatistics, line)).join(',')}`.trimEnd());
      return;
    }
    value.forEach((element, index) => {
      const at = `${path}.${String(index)}`;
      if (typeof element === 'object' && element !== null) this.#composite(lines, at, name, element, isInStatistics, line);
      else lines.push(`  ${printable(at)} ${this.#leaf(name, element, isInStatistics, line)}`);
    });
  }

  #leaf(name: string, value: string | number | boolean | null, isInStatistics: boolean, line: DecodedLine): string {
    const text = String(value);
    const kind = arbitraryKind(name, isInStatistics, text);
    if (kind === undefined || this.#kept.has(kind)) return valueText(value);
    // 0 says that there is none, in every kind of number; what is below says that it is not known.
    if (kind !== 'stats' && kind !== 'time' && (text === '0' || text.startsWith('-'))) return text;
    if (kind === 'ifindex') return this.#links.get(linkKey(line, text)) ?? ANY;
    return CHOOSABLE.has(kind) && this.#isChosen(`${kind === 'address' ? kind : name} ${text}`, line) ? valueText(value) : ANY;
  }

  /** Whether a request was the first to name a value. */
  #isChosen(key: string, line: DecodedLine): boolean {
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const isChosen = isMessage(line) && directionOf(line) === 'request';
    if (this.#chosen.size < MAX_VALUES) this.#chosen.set(key, isChosen);
    return isChosen;
  }

  /** Notes which link has which index. */
  #learn(message: DecodedMessage): void {
    const { type, header, attrs } = message;
    const index = header?.['ifi-index'];
    const name = attrs?.['ifname'];
    if (type !== 'RTM_NEWLINK' || typeof index !== 'number' || index <= 0 || typeof name !== 'string') return;
    const key = linkKey(message, String(index));
    if (this.#links.size < MAX_LINKS || this.#links.has(key)) this.#links.set(key, valueText(name));
  }
}

function linkKey({ interface: captured }: DecodedLine, index: string): string {
  return `${captured ?? ''} ${index}`;
}

function isMessage(line: DecodedLine | DecodedMessage): line is DecodedMessage {
  return 'typeId' in line;
}
