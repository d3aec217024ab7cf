import {
  AF_NAMES,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  RTM_GETSTATS,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWNSID,
  RTM_NEWSTATS,
  if_stats_msg,
  rtgenmsg,
} from '@netdevkit/bindings';
import { parseStats } from '@netdevkit/iproute';
import { attributesOf, type MessageCursor } from '@netdevkit/netlink';
import { NAMESPACE_ATTRIBUTES } from './attribute-sets.ts';
import { attributeValues } from './attribute-values.ts';
import type { Direction } from './direction.ts';
import { errorReport, errorText } from './error-report.ts';
import type { GenericFamilies } from './generic-families.ts';
import { linkGist, linkRequestGist, words } from './link-gist.ts';
import { hex, printable } from './printable.ts';

/** What a message is about, in words. */
export interface Gist {
  readonly text: string;
  /** Whether it is an error. */
  readonly isError: boolean;
}

// Octets of what cannot be taken apart; the rest is in the capture file.
const SHOWN = 32;

/**
 * What a message is about, in a few words that fit a line.
 *
 * @param protocol - the netlink protocol
 * @param message - any message
 * @param direction - what it is in its conversation
 * @param families - the generic families that are known
 */
export function messageGist(protocol: number, message: MessageCursor, direction: Direction, families: GenericFamilies): Gist {
  const { type } = message;
  if (type === NLMSG_ERROR || type === NLMSG_DONE) {
    const gist = endGist(protocol, message, families);
    if (gist !== undefined) return gist;
  }
  const text =
    (protocol === NETLINK_ROUTE ? routeGist(message, direction) : undefined) ??
    (protocol === NETLINK_GENERIC ? genericGist(message, families) : undefined) ??
    rawGist(message);
  return { text, isError: false };
}

function endGist(protocol: number, message: MessageCursor, families: GenericFamilies): Gist | undefined {
  const report = errorReport(protocol, message, families);
  if (report === undefined) return undefined;
  const { request, errno, msg } = report;
  const name = request === undefined ? undefined : families.typeText(protocol, request);
  const what = name === undefined ? 'dump' : printable(name);
  if (errno !== 0) return { text: `${what} failed: ${printable(errorText(report))}`, isError: true };
  const warning = msg === undefined ? '' : `, warning: ${printable(msg)}`;
  return { text: `${what} ${name === undefined ? 'complete' : 'done'}${warning}`, isError: false };
}

function routeGist(message: MessageCursor, direction: Direction): string | undefined {
  const { type } = message;
  switch (type & ~3) {
    case RTM_NEWLINK:
    case RTM_NEWLINKPROP:
      return direction === 'request' ? linkRequestGist(message) : linkGist(message);
    case RTM_NEWNSID: {
      const values = attributeValues(attributesOf(message, rtgenmsg.SIZE), NAMESPACE_ATTRIBUTES);
      return Object.entries(values)
        .map(([name, value]) => `${name} ${words(value)}`)
        .join(' ');
    }
    case RTM_NEWSTATS:
      return type === RTM_GETSTATS ? statsRequestGist(message) : statsGist(message);
    default:
      return familyGist(message);
  }
}

function statsRequestGist({ flags, length, view, offset }: MessageCursor): string | undefined {
  if (length < NLMSG_HDRLEN + if_stats_msg.SIZE) return undefined;
  const at = offset + NLMSG_HDRLEN;
  const which = (flags & NLM_F_DUMP) === NLM_F_DUMP ? 'all links' : `index ${String(if_stats_msg.ifindex(view, at))}`;
  return `${which} mask 0x${if_stats_msg.filter_mask(view, at).toString(16)}`;
}

function statsGist(message: MessageCursor): string | undefined {
  const report = parseStats(message.message());
  if (report === undefined) return undefined;
  const { index, link, others } = report;
  if (link === undefined) return `${String(index)}: ${String(others.length)} groups`;
  return `${String(index)}: rx ${String(link.rxPackets)} packets ${String(link.rxBytes)} octets, tx ${String(link.txPackets)} packets ${String(link.txBytes)} octets`;
}

/** Of rtnetlink's other messages: every one begins with an address family. */
function familyGist(message: MessageCursor): string | undefined {
  if (message.length === NLMSG_HDRLEN) return undefined;
  const family = message.view.getUint8(message.offset + NLMSG_HDRLEN);
  return `${AF_NAMES[family] ?? `family ${String(family)}`} ${rawGist(message)}`;
}

function genericGist(message: MessageCursor, families: GenericFamilies): string | undefined {
  const described = families.describe(message);
  if (described === undefined) return undefined;
  const { family = `family ${String(message.type)}`, command, version } = described;
  const parts = [`${printable(family)} ${command} version ${String(version)}`];
  if (message.type !== GENL_ID_CTRL) return `${parts.join(' ')} ${rawGist(message)}`;
  const cursor = attributesOf(message, GENL_HDRLEN);
  while (cursor.next()) {
    if (cursor.type === CTRL_ATTR_FAMILY_NAME) parts.push(`name ${printable(cursor.string())}`);
    else if (cursor.type === CTRL_ATTR_FAMILY_ID) parts.push(`id ${String(cursor.u16() ?? '?')}`);
  }
  return parts.join(' ');
}

/** What cannot be taken apart: the first octets behind the header. */
function rawGist({ bytes, offset, length }: MessageCursor): string {
  return length === NLMSG_HDRLEN ? 'empty' : hex(bytes, offset + NLMSG_HDRLEN, length - NLMSG_HDRLEN, SHOWN);
}
