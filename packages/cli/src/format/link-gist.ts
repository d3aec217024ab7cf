import { IF_OPER_NAMES, IFF_NAMES, IFLA_EXT_MASK, NLM_F_DUMP, NLMSG_HDRLEN, flagNames, ifinfomsg } from '@netdevkit/bindings';
import { parseLink, type Link } from '@netdevkit/iproute';
import { attributesOf, type MessageCursor } from '@netdevkit/netlink';
import { LINK_ATTRIBUTES } from './attribute-sets.ts';
import { attributeValues, type JsonValue } from './attribute-values.ts';
import { printable } from './printable.ts';

const EVERY_FLAG = 0xffff_ffff;

/**
 * A link in a few words, as `ip -oneline link` would have it.
 *
 * @param message - an answer or event that begins with a `struct ifinfomsg`
 * @returns `undefined` when it is too short
 */
export function linkGist(message: MessageCursor): string | undefined {
  const link = parseLink(message.message());
  if (link === undefined) return undefined;
  const parts = [`${String(link.index)}: ${printable(link.name)}`, `<${linkFlags(link.flags).join(',')}>`];
  const say = (label: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') parts.push(`${label} ${String(value)}`);
  };
  say('kind', link.info?.kind === undefined ? undefined : printable(link.info.kind));
  say('mtu', link.mtu);
  say('state', link.operState === undefined ? undefined : stateName(link.operState));
  say('master', link.master);
  say('address', link.address);
  if (link.altNames.length > 0) say('altname', link.altNames.map((name) => printable(name)).join(','));
  say('alias', link.alias === undefined ? undefined : words(link.alias));
  say('changed', changed(link));
  say('to netns', link.newNetnsid);
  return parts.join(' ');
}

/**
 * What a request about links asks for: the link, the flags, and the attributes.
 *
 * @param message - a request that begins with a `struct ifinfomsg`, or with less when it asks for all links
 */
export function linkRequestGist(message: MessageCursor): string {
  const isDump = (message.flags & NLM_F_DUMP) === NLM_F_DUMP;
  const parts: string[] = isDump ? ['all links'] : [];
  if (message.length < NLMSG_HDRLEN + ifinfomsg.SIZE) return parts.join(' ');
  const { view, offset } = message;
  const at = offset + NLMSG_HDRLEN;
  const index = ifinfomsg.ifi_index(view, at);
  if (index !== 0) parts.push(`index ${String(index)}`);
  const flags = ifinfomsg.ifi_flags(view, at);
  const change = ifinfomsg.ifi_change(view, at);
  for (const name of linkFlags(change & flags)) parts.push(`+${name}`);
  for (const name of linkFlags(change & ~flags)) parts.push(`-${name}`);

  const values = attributeValues(attributesOf(message, ifinfomsg.SIZE), LINK_ATTRIBUTES);
  // It says how much to tell, not what to do.
  const hidden = LINK_ATTRIBUTES[IFLA_EXT_MASK]?.name;
  for (const [name, value] of Object.entries(values)) if (name !== hidden) parts.push(`${name} ${words(value)}`);
  return parts.join(' ');
}

/** The names of a link's flags as `ip` prints them. */
function linkFlags(flags: number): string[] {
  return flagNames(IFF_NAMES, flags).map((name) => name.replace(/^IFF_/, ''));
}

function stateName(state: number): string {
  return IF_OPER_NAMES[state]?.slice('IF_OPER_'.length) ?? String(state);
}

/** The flags that a notification is about; all of them are no news. */
function changed({ change }: Link): string | undefined {
  return change === 0 || change === EVERY_FLAG ? undefined : linkFlags(change).join(',');
}

/** A value in a line of text. */
export function words(value: JsonValue): string {
  if (typeof value === 'string') return /^\S+$/.test(value) ? printable(value) : printable(JSON.stringify(value));
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((one: JsonValue) => words(one)).join(',');
  const inside = Object.entries(value).map(([name, one]: [string, JsonValue]) => `${name} ${words(one)}`);
  return `{${inside.join(' ')}}`;
}
