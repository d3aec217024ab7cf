import { IFF_NAMES, flagNames } from '@netdevkit/bindings';
import { EncodedText } from './encoded-text.ts';
import type { GistWalker } from './gist-walker.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { printable, valueText } from './line-text.ts';

const EVERY_FLAG = 0xffff_ffff;

/** What of a link's header its gist needs. */
export const LINK_HEADER: readonly (readonly string[])[] = [['ifi-index'], ['ifi-flags'], ['ifi-change']];

/** What of a link's attributes its gist needs. */
export const LINK_ATTRIBUTES: readonly (readonly string[])[] = [
  ['ifname'], ['linkinfo', 'kind'], ['mtu'], ['operstate'], ['master'], ['address'], ['prop-list', 'alt-ifname'], ['ifalias'], ['new-netnsid'],
]; // prettier-ignore

const KIND = new EncodedText('kind');
const MTU = new EncodedText('mtu');
const STATE = new EncodedText('state');
const MASTER = new EncodedText('master');
const ADDRESS = new EncodedText('address');
const ALTNAME = new EncodedText('altname');
const ALIAS = new EncodedText('alias');
const CHANGED = new EncodedText('changed');
const TO_NETNS = new EncodedText('to netns');

/**
 * Writes a link as `ip -oneline link` has it.
 *
 * @param gist - takes the parts
 * @param header - at least {@link LINK_HEADER} of it
 * @param attrs - at least {@link LINK_ATTRIBUTES} of them
 * @returns whether it has: not if the link has no name
 */
export function writeLink(gist: GistWalker, header: JsonObject, attrs: JsonObject): boolean {
  const name = attrs['ifname'];
  if (typeof name !== 'string') return false;
  const flags = header['ifi-flags'];
  gist.part(`${valueText(header['ifi-index'] ?? 0)}: ${printable(name)}`);
  gist.part(`<${Array.isArray(flags) && flags.length > 0 ? valueText(flags) : ''}>`);
  const say = (label: EncodedText, value: JsonValue | undefined): void => {
    if (value !== undefined && value !== '') gist.labelled(label, value);
  };
  const info = attrs['linkinfo'];
  say(KIND, isJsonObject(info) ? info['kind'] : undefined);
  say(MTU, attrs['mtu']);
  const state = attrs['operstate'];
  // From include/uapi/linux/if.h: `IF_OPER_*`.
  say(STATE, typeof state === 'string' ? state.toUpperCase() : state);
  say(MASTER, attrs['master']);
  say(ADDRESS, attrs['address']);
  const properties = attrs['prop-list'];
  say(ALTNAME, isJsonObject(properties) ? properties['alt-ifname'] : undefined);
  say(ALIAS, attrs['ifalias']);
  const change = header['ifi-change'];
  // All flags at once are no news.
  if (typeof change === 'number' && change !== 0 && change !== EVERY_FLAG) say(CHANGED, flagNames(IFF_NAMES, change).map((flag) => flag.slice('IFF_'.length)));
  say(TO_NETNS, attrs['new-netnsid']);
  return true;
}
