import { IFF_NAMES, flagNames } from '@netdevkit/bindings';
import {
  decodeStep,
  directionOf,
  outcomeText,
  printable,
  requestName,
  valueText,
  type DecodedLine,
  type DecodedMessage,
  type JsonObject,
  type JsonValue,
  type PacketCursor,
  type SummaryPart,
} from '../src/decode/index.ts';

/*
 * Lines as `SummaryWriter` writes them, made of whole objects and strings: slow, and easy to see through.
 */

const TYPE_WIDTH = 'RTM_NEWLINK'.length;
const DIRECTION_WIDTH = 'request'.length;
const NUMBER_WIDTH = 5;

/** Nobody reads a line to its end that is longer. */
const LONGEST = 160;
/** Octets that no schema describes: the first are enough to know them again. */
const HEX_DIGITS = 64;
const EVERY_FLAG = 0xffff_ffff;

/** Colours a part of a line, or leaves it as it is. */
export type Paint = (part: SummaryPart, text: string) => string;

/** Makes lines. */
export class PlainSummary {
  readonly #paint: Paint;
  readonly #isNumbered: boolean;

  constructor(paint: Paint, isNumbered: boolean) {
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
    if (context.seconds >= 0) start.push(this.#paint('time', timeText(context.seconds, context.nanoseconds)));
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

function timeText(seconds: number, nanoseconds: number): string {
  const date = new Date(seconds * 1000);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return `${parts.join(':')}.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}`;
}

/** What a message is about, in words. */
interface Gist {
  readonly text: string;
  /** Whether it is an error. */
  readonly isError: boolean;
}

/**
 * What a message is about, in a few words that fit a line.
 *
 * @param message - any message
 */
function gistOf(message: DecodedMessage): Gist {
  const { type, error } = message;
  if (type === 'NLMSG_ERROR' || type === 'NLMSG_DONE') {
    const what = error?.request === undefined ? 'dump' : requestName(error.request);
    return { text: outcomeText(what, error), isError: error !== undefined && error.errno !== 0 };
  }
  const isLink = /^RTM_(?:NEW|DEL)LINK$/.test(type) && directionOf(message) !== 'request';
  const link = isLink ? linkGist(message) : undefined;
  return { text: link ?? contents(message), isError: false };
}

/**
 * Octets that are no message, in a few words.
 *
 * @param line - what was made of them
 */
function octetsGist({ attrs, trailing, len }: DecodedLine): string {
  if (attrs !== undefined) return joined(Object.entries(attrs).map(([name, value]) => memberText(name, value, LONGEST)));
  return trailing === undefined ? `${String(len)} octets` : shortHex(trailing);
}

/** A link as `ip -oneline link` has it. */
function linkGist({ header, attrs }: DecodedMessage): string | undefined {
  if (header === undefined || attrs === undefined || typeof attrs['ifname'] !== 'string') return undefined;
  const flags = header['ifi-flags'];
  const flagText = Array.isArray(flags) ? flags.map((flag) => valueText(flag)).join(',') : '';
  const parts = [`${valueText(header['ifi-index'] ?? 0)}: ${printable(attrs['ifname'])}`, `<${flagText}>`];
  const say = (label: string, value: JsonValue | undefined): void => {
    if (value !== undefined && value !== '') parts.push(`${label} ${valueText(value)}`);
  };
  const info = attrs['linkinfo'];
  say('kind', isObject(info) ? info['kind'] : undefined);
  say('mtu', attrs['mtu']);
  say('state', stateName(attrs['operstate']));
  for (const name of ['master', 'address']) say(name, attrs[name]);
  const properties = attrs['prop-list'];
  say('altname', isObject(properties) ? properties['alt-ifname'] : undefined);
  say('alias', attrs['ifalias']);
  const change = header['ifi-change'];
  // All flags at once are no news.
  if (typeof change === 'number' && change !== 0 && change !== EVERY_FLAG) say('changed', flagNames(IFF_NAMES, change).map((name) => name.slice('IFF_'.length)));
  say('to netns', attrs['new-netnsid']);
  return joined(parts);
}

/** What stands in the header and the attributes, from the start. */
function contents({ header = {}, attrs = {}, payload, truncated }: DecodedMessage): string {
  const line = new ShortLine();
  for (const [name, value] of Object.entries(header)) if (says(value)) line.member(name, value);
  for (const [name, value] of Object.entries(attrs)) line.member(name, value);
  if (payload !== undefined) line.part(shortHex(payload));
  if (truncated === true) line.part('(cut off)');
  return line.text;
}

/** Whether a member of a header says something: all are there in every message. */
function says(value: JsonValue): boolean {
  return value !== 0 && value !== '' && value !== 'unspec' && !(Array.isArray(value) && value.length === 0);
}

/** Parts in a line, as many as fit; the others are counted. */
class ShortLine {
  #text = '';
  #isFull = false;
  /** How many parts there were that are not shown at all; the one that did not fit is one only if others follow. */
  #left = 0;
  #isLast = true;

  /** Adds a member of an object, and makes text of it only if it is shown. */
  member(name: string, value: JsonValue): void {
    this.part(this.#isFull ? '' : memberText(name, value, LONGEST));
  }

  part(part: string): void {
    if (this.#isFull) {
      this.#left++;
      this.#isLast = false;
    } else if (this.#text.length + part.length > LONGEST) {
      this.#isFull = true;
      // A part that is long all by itself is shown as far as it fits.
      if (this.#text.length < LONGEST / 2) this.#text += ` ${part.slice(0, LONGEST - this.#text.length)}`;
      else this.#left++;
    } else {
      this.#text += this.#text === '' ? part : ` ${part}`;
    }
  }

  get text(): string {
    if (!this.#isFull) return this.#text;
    return `${this.#text.trimStart()} …${this.#isLast ? '' : ` and ${String(this.#left)} more`}`;
  }
}

function joined(parts: readonly string[]): string {
  const line = new ShortLine();
  for (const part of parts) line.part(part);
  return line.text;
}

/** From include/uapi/linux/if.h: `IF_OPER_*`. */
function stateName(state: JsonValue | undefined): JsonValue | undefined {
  return typeof state === 'string' ? state.toUpperCase() : state;
}

function shortHex(octets: string): string {
  return octets.length > HEX_DIGITS ? `${octets.slice(0, HEX_DIGITS)}…` : octets;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object; what is just true is said by the name. */
function memberText(name: string, value: JsonValue, enough: number): string {
  return value === true ? printable(name) : `${printable(name)} ${valueText(value, enough)}`;
}
