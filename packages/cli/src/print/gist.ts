import { IFF_NAMES, flagNames } from '@netdevkit/bindings';
import type { DecodedLine, DecodedMessage, JsonObject, JsonValue } from '@netdevkit/netlink';
import { directionOf } from './direction.ts';
import { outcomeText, requestName } from './error-text.ts';
import { printable } from './printable.ts';
import { memberText, valueText } from './value-text.ts';

/** Nobody reads a line to its end that is longer. */
const LONGEST = 160;
/** Octets that no schema describes: the first are enough to know them again. */
const HEX_DIGITS = 64;
const EVERY_FLAG = 0xffff_ffff;

/** What a message is about, in words. */
export interface Gist {
  readonly text: string;
  /** Whether it is an error. */
  readonly isError: boolean;
}

/**
 * What a message is about, in a few words that fit a line.
 *
 * @param message - any message
 */
export function gistOf(message: DecodedMessage): Gist {
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
export function octetsGist({ attrs, trailing, len }: DecodedLine): string {
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
