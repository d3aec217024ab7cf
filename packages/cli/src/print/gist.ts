import { IF_OPER_NAMES, IFF_NAMES, flagNames } from '@netdevkit/bindings';
import type { DecodedLine, DecodedMessage, JsonObject, JsonValue } from '@netdevkit/netlink';
import { directionOf } from './direction.ts';
import { outcomeText, requestName } from './error-text.ts';
import { printable } from './printable.ts';
import { memberTexts, valueText } from './value-text.ts';

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
  if (attrs !== undefined) return joined(memberTexts(attrs));
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
  const parts = [...memberTexts(said(header)), ...memberTexts(attrs)];
  if (payload !== undefined) parts.push(shortHex(payload));
  if (truncated === true) parts.push('(cut off)');
  return joined(parts);
}

/** Members of a header that say something: all are there in every message. */
function said(header: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(header).filter(([, value]) => value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0)));
}

function joined(parts: readonly string[]): string {
  let text = '';
  for (const [index, part] of parts.entries()) {
    if (text.length + part.length > LONGEST) {
      // A part that is long all by itself is shown as far as it fits.
      const start = text === '' || text.length < LONGEST / 2 ? ` ${part.slice(0, LONGEST - text.length)}` : '';
      return `${text}${start} …${index < parts.length - 1 ? ` and ${String(parts.length - index - (start === '' ? 0 : 1))} more` : ''}`.trimStart();
    }
    text += `${text === '' ? '' : ' '}${part}`;
  }
  return text;
}

/** From include/uapi/linux/if.h: `IF_OPER_*`. */
function stateName(state: JsonValue | undefined): JsonValue | undefined {
  return typeof state === 'number' ? (IF_OPER_NAMES[state]?.slice('IF_OPER_'.length) ?? state) : state;
}

function shortHex(octets: string): string {
  return octets.length > HEX_DIGITS ? `${octets.slice(0, HEX_DIGITS)}…` : octets;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
