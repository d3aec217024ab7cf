import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_VERSION,
  CTRL_CMD_NEWFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  GENL_NAMSIZ,
  NETLINK_GENERIC,
  NLA_HDRLEN,
  NLMSG_HDRLEN,
  genlmsghdr,
  nlattr,
  nlmsghdr,
} from '@netdevkit/bindings';
import { encodeText } from './options.ts';
import type { PcapngWriter } from './pcapng-writer.ts';

/** What the controller's own messages say is their version. */
const CTRL_VERSION = 2;

/** A multicast group of a generic netlink family. */
export interface GenericGroup {
  /** Its number. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
}

/**
 * A generic netlink family, as the kernel that a capture comes from numbered it.
 *
 * C twin: `struct genl_family` of `include/net/genetlink.h`.
 */
export interface GenericFamily {
  /** Its number: the type of its messages. */
  readonly id: number;
  /** Its name, such as `'ethtool'`. */
  readonly name: string;
  /**
   * The version of its protocol.
   *
   * @defaultValue 1
   */
  readonly version?: number;
  /**
   * Octets of its own header.
   *
   * @defaultValue 0
   */
  readonly hdrsize?: number;
  /**
   * The greatest type of its attributes.
   *
   * @defaultValue 0
   */
  readonly maxattr?: number;
  /** Its multicast groups. */
  readonly groups?: readonly GenericGroup[];
}

/** Where and when {@link primeFamilies} puts its packets. */
export interface PrimeOptions {
  /** An interface of `LinkType.NETLINK` that keeps packets whole, from `addInterface`. */
  readonly interfaceId: number;
  /** When: whole seconds since 1970. */
  readonly seconds: number;
  /** When: 0 to 999 999 999 nanoseconds more. */
  readonly nanoseconds: number;
}

/**
 * The message with which a kernel announces a generic netlink family: `CTRL_CMD_NEWFAMILY` of the family `nlctrl`. It does not
 * list operations.
 *
 * @param family - the family
 * @returns a netlink datagram
 * @throws RangeError: a number or a name that no family can have
 */
export function familyMessage(family: GenericFamily): Uint8Array<ArrayBuffer> {
  const { id, name, version = 1, hdrsize = 0, maxattr = 0, groups = [] } = family;
  if (!(Number.isInteger(id) && id > 0 && id <= 0xffff)) throw new RangeError(`family: expected a number of 16 bits, got ${String(id)}`);
  // From net/netlink/genetlink.c:ctrl_fill_info.
  const parts = [
    attribute(CTRL_ATTR_FAMILY_NAME, nameOctets(name)),
    attribute(CTRL_ATTR_FAMILY_ID, u16(id)),
    attribute(CTRL_ATTR_VERSION, u32(version)),
    attribute(CTRL_ATTR_HDRSIZE, u32(hdrsize)),
    attribute(CTRL_ATTR_MAXATTR, u32(maxattr)),
  ];
  if (groups.length > 0) {
    const nests = groups.map((group, index) => {
      const number = attribute(CTRL_ATTR_MCAST_GRP_ID, u32(group.id));
      return attribute(index + 1, joined([number, attribute(CTRL_ATTR_MCAST_GRP_NAME, nameOctets(group.name))]));
    });
    parts.push(attribute(CTRL_ATTR_MCAST_GROUPS, joined(nests)));
  }
  return message(joined(parts));
}

/**
 * Writes a packet for each family that tells its number, as the kernel does when a family comes up. A reader that learns
 * numbers from a capture, such as Wireshark, then knows the families' messages that follow. A comment on each packet says that
 * it was added.
 *
 * @param writer - where to, before the packets that need it
 * @param families - the families; `nlctrl` itself has a fixed number, and is left out
 * @param options - where and when
 * @throws SinkError: the sink failed; RangeError: no such interface or time, or no such family
 *
 * @example
 * ```ts
 * const nlmon0 = writer.addInterface({ linkType: LinkType.NETLINK, name: 'nlmon0' });
 * primeFamilies(writer, [{ id: 22, name: 'ethtool' }], { interfaceId: nlmon0, seconds, nanoseconds });
 * ```
 */
export function primeFamilies(writer: PcapngWriter, families: readonly GenericFamily[], options: PrimeOptions): void {
  const { interfaceId, seconds, nanoseconds } = options;
  for (const family of families) {
    if (family.id === GENL_ID_CTRL) continue;
    const comments = [`Added when the capture was written: ${family.name} is generic netlink family ${String(family.id)}.`];
    writer.write({ interfaceId, seconds, nanoseconds, protocol: NETLINK_GENERIC, bytes: familyMessage(family), comments });
  }
}

/** From nobody's request: sequence number and port are 0, as in what the kernel multicasts. */
function message(attributes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = NLMSG_HDRLEN + GENL_HDRLEN;
  const bytes = new Uint8Array(head + attributes.length);
  const view = new DataView(bytes.buffer);
  nlmsghdr.set_nlmsg_len(view, 0, bytes.length);
  nlmsghdr.set_nlmsg_type(view, 0, GENL_ID_CTRL);
  genlmsghdr.set_cmd(view, NLMSG_HDRLEN, CTRL_CMD_NEWFAMILY);
  genlmsghdr.set_version(view, NLMSG_HDRLEN, CTRL_VERSION);
  bytes.set(attributes, head);
  return bytes;
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const length = NLA_HDRLEN + value.length;
  if (length > 0xffff) throw new RangeError(`attribute ${String(type)}: expected at most 65535 octets, got ${String(length)}`);
  const bytes = new Uint8Array(length + (-length & 3));
  const view = new DataView(bytes.buffer);
  nlattr.set_nla_len(view, 0, length);
  nlattr.set_nla_type(view, 0, type);
  bytes.set(value, NLA_HDRLEN);
  return bytes;
}

function nameOctets(name: string): Uint8Array {
  const octets = encodeText(`${name}\0`);
  if (name === '' || name.includes('\0') || octets.length > GENL_NAMSIZ) {
    throw new RangeError(`name: expected 1 to ${String(GENL_NAMSIZ - 1)} octets, got '${name}'`);
  }
  return octets;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, true);
  return bytes;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
