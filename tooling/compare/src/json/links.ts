import type { DecodedMessage } from '@netdevkit/netlink';
import type { Compare, Printed } from './printed.ts';
import { linkOfKind } from './link.ts';
import { isObject, valueAt, type JsonObject } from './value.ts';

/**
 * Attributes of a message and members of its header: their names differ.
 *
 * @param message - the message
 */
export function contentsOf({ header, attrs }: DecodedMessage): JsonObject {
  return { ...header, ...attrs };
}

/**
 * Objects of a list; nothing of what is no list. `ip` prints empty objects for what it leaves out.
 *
 * @param json - what a command printed
 */
export function objectsIn(json: unknown): readonly JsonObject[] {
  return Array.isArray(json) ? json.filter((item) => isObject(item)).filter((item) => Object.keys(item).length > 0) : [];
}

/**
 * The message about a link: what answers a request for all links, before one that answers a request for one.
 *
 * @param printed - the command
 * @param index - of the link
 */
export function linkMessage({ answers }: Pick<Printed, 'answers'>, index: unknown): JsonObject | undefined {
  const about = answers.filter(({ type, header }) => type === 'RTM_NEWLINK' && header?.['ifi-index'] === index);
  const message = about.find(({ flags }) => flags.includes('NLM_F_MULTI')) ?? about.at(-1);
  return message === undefined ? undefined : contentsOf(message);
}

/** Compares links. */
export const compareLinks: Compare = (comparison, printed) => {
  for (const theirs of objectsIn(printed.json)) {
    const ours = linkMessage(printed, theirs['ifindex']);
    comparison.object('link', theirs, ours, linkOfKind(valueAt(theirs, 'linkinfo.info_kind')), printed.world);
  }
};
