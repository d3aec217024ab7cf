import { NETLINK_ROUTE, NLA_HDRLEN, NLMSG_HDRLEN, RTM_NEWLINK, ifinfomsg, nlmsghdr } from '@netdevkit/bindings';
import { AttributeCursor, attributesOf, decode, DecodeContext, encode, EncodeError, isJsonObject, Message } from '@netdevkit/netlink';
import { rtLink } from '@netdevkit/netlink/families/rt-link';
import type { AttributeObject, AttributeValue, LinkDataByKind, MemberDataByKind } from './generated/link-data.ts';

/**
 * What a driver says of a link of a kind, and is told: attributes by the names of the specification. Of a kind that no schema
 * has they go by number: `{ '#1': '01000000' }`.
 *
 * C twin: `IFLA_INFO_DATA` (include/uapi/linux/if_link.h).
 */
export type LinkData<Kind extends string = string> = Kind extends keyof LinkDataByKind ? LinkDataByKind[Kind] : AttributeObject;

/**
 * What a driver says of a member, and is told, by the kind of the link that it is a member of.
 *
 * C twin: `IFLA_INFO_SLAVE_DATA` (include/uapi/linux/if_link.h).
 */
export type MemberData<Kind extends string = string> = Kind extends keyof MemberDataByKind ? MemberDataByKind[Kind] : AttributeObject;

/** The attributes inside `IFLA_LINKINFO`, by name. */
export type InfoAttributes = Readonly<Partial<Record<'kind' | 'data' | 'xstats' | 'slave-kind' | 'slave-data', AttributeValue>>>;

// The schema, compiled as it is needed: nothing else of a context counts here.
const context: DecodeContext = new DecodeContext({ families: [rtLink] });
context.begin({ protocol: NETLINK_ROUTE });

const HEADERS: number = NLMSG_HDRLEN + ifinfomsg.SIZE;

/**
 * Reads what is inside `IFLA_LINKINFO`.
 *
 * @param cursor - at the attribute
 */
export function decodeInfo({ bytes, offset, length }: AttributeCursor): InfoAttributes {
  const start = offset - NLA_HDRLEN;
  const alone = new Uint8Array(HEADERS + NLA_HDRLEN + length);
  alone.set(bytes.subarray(start, offset + length), HEADERS);
  const view = new DataView(alone.buffer);
  nlmsghdr.set_nlmsg_len(view, 0, alone.length);
  nlmsghdr.set_nlmsg_type(view, 0, RTM_NEWLINK);
  const { attrs } = decode(new Message(alone, 0, view), context);
  const info = attrs?.['linkinfo'];
  return isJsonObject(info) ? info : {};
}

/**
 * Writes what is inside `IFLA_INFO_DATA` or `IFLA_INFO_SLAVE_DATA`.
 *
 * @param label - what the caller calls it
 * @param type - which of the two
 * @param info - it, and the kind that says what it means
 * @throws RangeError: an attribute that the kind does not have, or a value that does not fit one
 */
export function encodeData(label: string, type: number, info: InfoAttributes): Uint8Array {
  const attrs = { linkinfo: info };
  let bytes: Uint8Array;
  try {
    bytes = encode({ type: '', typeId: RTM_NEWLINK, flags: [], flagsId: 0, seq: 0, pid: 0, len: 0, attrs }, context);
  } catch (cause) {
    if (!(cause instanceof EncodeError)) throw cause;
    throw new RangeError(`${label}: ${cause.message}`, { cause });
  }
  const inside = new AttributeCursor();
  const linkInfo = attributesOf(new Message(bytes), 0);
  if (linkInfo.next()) linkInfo.enter(inside);
  while (inside.next()) if (inside.type === type) return inside.octets();
  return new Uint8Array(0);
}
