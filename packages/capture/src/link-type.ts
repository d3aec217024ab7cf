import { ARPHRD_NETLINK } from '@netdevkit/bindings';

/**
 * Link types that this package knows by name: what the octets of a packet begin with. Any other number works too.
 *
 * C twins: `LINKTYPE_*` of libpcap, which are `DLT_*` for these.
 */
export const LinkType = {
  /** An Ethernet frame. */
  ETHERNET: 1,
  /** Linux "cooked" capture of any device, 16 octets of header. */
  LINUX_SLL: 113,
  /** Netlink messages behind {@link NETLINK_HEADER_LENGTH} octets: what nlmon gives. */
  NETLINK: 253,
  /** Linux "cooked" capture of any device, version 2, 20 octets of header. */
  LINUX_SLL2: 276,
} as const;

/** The length of the header that `LinkType.NETLINK` puts before a datagram, in octets. */
export const NETLINK_HEADER_LENGTH = 16;

const SLL2_HEADER_LENGTH = 20;

/**
 * Writes the header of a netlink packet. All of it is in network order.
 *
 * ```
 * 0           2               4                    6                14           16
 * | pkttype   | ARPHRD 0x0338 | address length 0   | 8 x 0          | protocol   |
 * ```
 *
 * @param view - has {@link NETLINK_HEADER_LENGTH} octets at `at`
 * @param at - where to
 * @param protocol - the netlink family: `NETLINK_ROUTE` (0), …
 * @param packetType - `PACKET_*`
 */
export function writeNetlinkHeader(view: DataView, at: number, protocol: number, packetType: number): void {
  view.setUint32(at, (packetType << 16) | ARPHRD_NETLINK, false);
  view.setUint32(at + 4, 0);
  view.setUint32(at + 8, 0);
  view.setUint32(at + 12, protocol & 0xffff, false);
}

/** Where a netlink datagram stands in a captured packet. */
export interface NetlinkPayload {
  /** The netlink family, or the ethertype of what was sent into the device otherwise. */
  readonly protocol: number;
  /** `PACKET_*`. */
  readonly packetType: number;
  /** Where the datagram starts, in the array that was asked about. */
  readonly offset: number;
  /** Its length in octets, as far as it was captured. */
  readonly length: number;
}

/**
 * Finds the netlink datagram in a packet of link type `NETLINK`, or of `LINUX_SLL` or `LINUX_SLL2` from a netlink device.
 *
 * @param linkType - of the packet
 * @param bytes - what holds it
 * @param offset - where it starts
 * @param length - octets of it
 * @returns `undefined` when it is none, or cut off within its header
 */
export function netlinkPayload(
  linkType: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
): NetlinkPayload | undefined {
  const be16 = (at: number): number => ((bytes[offset + at] ?? 0) << 8) | (bytes[offset + at + 1] ?? 0);
  if (linkType === LinkType.LINUX_SLL2) {
    if (length < SLL2_HEADER_LENGTH || be16(8) !== ARPHRD_NETLINK) return undefined;
    return {
      protocol: be16(0),
      packetType: bytes[offset + 10] ?? 0,
      offset: offset + SLL2_HEADER_LENGTH,
      length: length - SLL2_HEADER_LENGTH,
    };
  }
  if (linkType !== LinkType.NETLINK && linkType !== LinkType.LINUX_SLL) return undefined;
  if (length < NETLINK_HEADER_LENGTH || be16(2) !== ARPHRD_NETLINK) return undefined;
  return {
    protocol: be16(14),
    packetType: be16(0),
    offset: offset + NETLINK_HEADER_LENGTH,
    length: length - NETLINK_HEADER_LENGTH,
  };
}
