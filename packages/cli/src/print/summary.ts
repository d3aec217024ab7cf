import { decodeStep, type DecodedLine, type DecodedMessage, type PacketCursor } from '@netdevkit/netlink';
import { Clock } from './clock-time.ts';
import { directionOf, type Direction } from './direction.ts';
import { gistOf, octetsGist } from './gist.ts';
import { printable } from './printable.ts';

/** What a part of a line is, for its colour. */
export type Part = 'number' | 'time' | Direction | 'type' | 'detail' | 'error';

/** Colours a part of a line, or leaves it as it is. */
export type Paint = (part: Part, text: string) => string;

const TYPE_WIDTH = 'RTM_NEWLINK'.length;
const DIRECTION_WIDTH = 'request'.length;
const NUMBER_WIDTH = 5;

/** What a summary shows. */
export interface SummaryOptions {
  /** Colours the parts of a line. */
  readonly paint: Paint;
  /** Whether lines begin with the packet's number. */
  readonly isNumbered: boolean;
}

/**
 * Makes a line for each message: when, on which interface, request, answer or event, protocol and type, flags, sequence number,
 * length, and what it is about.
 */
export class Summary {
  readonly #paint: Paint;
  readonly #isNumbered: boolean;
  readonly #clock: Clock = new Clock();

  /**
   * @param options - what it shows
   */
  constructor({ paint, isNumbered }: SummaryOptions) {
    this.#paint = paint;
    this.#isNumbered = isNumbered;
  }

  /**
   * The line of what a cursor stands at.
   *
   * @param cursor - at a message, or at octets that are none
   */
  line(cursor: PacketCursor): string {
    const { context } = cursor;
    const decoded = decodeStep(cursor);
    const start: string[] = [];
    if (this.#isNumbered && context.frame >= 0) start.push(this.#paint('number', String(context.frame).padStart(NUMBER_WIDTH)));
    if (context.seconds >= 0) start.push(this.#paint('time', this.#clock.text(context.seconds, context.nanoseconds)));
    if (context.interface !== undefined) start.push(printable(context.interface));
    const rest = isMessage(decoded) ? this.#message(decoded) : this.#octets(decoded);
    return `${[...start, ...rest].join(' ').trimEnd()}\n`;
  }

  #message(message: DecodedMessage): string[] {
    const paint = this.#paint;
    const { flags, seq, pid, len, type, command } = message;
    const direction = directionOf(message);
    const flagText = flags.map((name) => name.replace(/^NLM_F_/, '')).join('|');
    const details = [flagText, `seq ${String(seq)}`, pid === 0 ? '' : `pid ${String(pid)}`, `len ${String(len)}`];
    const gist = gistOf(message);
    const name = printable(command === undefined ? type : `${type} ${command}`);
    return [
      paint(direction, direction.padEnd(DIRECTION_WIDTH)),
      shortName(message.protocol),
      paint('type', name.padEnd(TYPE_WIDTH)),
      paint('detail', details.filter((part) => part !== '').join(' ')),
      gist.isError ? paint('error', gist.text) : gist.text,
    ];
  }

  #octets(line: DecodedLine): string[] {
    const paint = this.#paint;
    // What a protocol without messages sends is none either, and nothing is wrong with it.
    const what = line.attrs === undefined ? [paint('error', 'no message')] : [];
    return [shortName(line.protocol), ...what, paint('detail', `len ${String(line.len)}`), octetsGist(line)];
  }
}

function isMessage(line: DecodedLine | DecodedMessage): line is DecodedMessage {
  return 'typeId' in line;
}

function shortName(protocol: string): string {
  return protocol.replace(/^NETLINK_/, '');
}
