/**
 * The address of a packet socket, or where a packet came from.
 *
 * C twin: `struct sockaddr_ll` (include/uapi/linux/if_packet.h). Numbers are host order, the protocol too.
 */
export interface SockaddrLl {
  /** The ethertype; for netlink packets the netlink protocol. */
  readonly protocol: number;
  /** The device: 0 for any, -1 once it has gone. */
  readonly ifindex: number;
  /** `ARPHRD_*` of the device. */
  readonly hatype: number;
  /** `PACKET_*`: whose packet it is. */
  readonly pktType: number;
  /** The sender's hardware address; empty on devices without. */
  readonly address: Uint8Array;
}

/** What is known of a packet beside its octets. */
export interface PacketInfo {
  /** When it was seen: seconds since the epoch, and nanoseconds. */
  readonly sec: number;
  /** Nanoseconds of that second. */
  readonly nsec: number;
  /** The ethertype; for netlink packets the netlink protocol. */
  readonly protocol: number;
  /** `PACKET_*`: whose packet it is. */
  readonly pktType: number;
  /** The device that it came in at or left through. */
  readonly ifindex: number;
  /** `ARPHRD_*` of the device. */
  readonly hatype: number;
  /** The packet's length before it was cut, in octets. */
  readonly origLength: number;
}

/**
 * Takes one packet.
 *
 * @param bytes - a slab with many packets, whose other octets are none of the handler's business
 * @param offset - where the packet starts in it
 * @param length - octets
 * @param info - a record that serves packet after packet
 */
export type PacketHandler = (bytes: Uint8Array, offset: number, length: number, info: PacketInfo) => void;

/** `struct tpacket_auxdata`, as far as packets of this kernel have it: no VLAN tags, no checksums left to do. */
export interface PacketAuxdata {
  /** `TP_STATUS_*` bits: `TP_STATUS_USER` (1), which is all that there is to say here. */
  readonly status: number;
  /** The packet's length before it was cut. */
  readonly length: number;
  /** How many octets of it the filter left: all of them where there is none. */
  readonly snaplen: number;
  /** Where the link-layer header starts: 0, as for every socket without a ring. */
  readonly mac: number;
  /** Where the network header starts. */
  readonly net: number;
}

/** One packet that `PacketSocket.receive` took. */
export interface ReceivedPacket {
  /** What fitted: a view of the caller's buffer when one was given, else octets that are the caller's to keep. */
  readonly bytes: Uint8Array;
  /** The length of the whole packet in octets. */
  readonly length: number;
  /** `MSG_TRUNC` (0x20) when it did not fit. */
  readonly flags: number;
  /** Whose packet it was, and which device's. */
  readonly from: SockaddrLl;
  /** When it was seen: seconds since the epoch, and nanoseconds. */
  readonly sec: number;
  /** Nanoseconds of that second. */
  readonly nsec: number;
  /** Where the network header starts: behind the hardware's, when the packet has that. */
  readonly networkOffset: number;
  /** With `PACKET_AUXDATA`. */
  readonly auxdata?: PacketAuxdata;
}

/** `struct packet_mreq`: what a socket wants of a device. */
export interface PacketMembership {
  /** The device that is to receive more. */
  readonly ifindex: number;
  /** `PACKET_MR_*`. */
  readonly type: number;
  /** For multicast and unicast addresses. */
  readonly address?: Uint8Array;
}

/** `struct tpacket_stats`, since the last time it was read. */
export interface PacketStatistics {
  /** Packets that came, those that were dropped too. */
  readonly packets: number;
  /** Packets that found no room. */
  readonly drops: number;
}

/** Where `PacketSocket.send` sends. */
export interface PacketDestination {
  /** The device that it leaves through. */
  readonly ifindex: number;
  /** The ethertype. */
  readonly protocol: number;
  /** The receiver's hardware address, with which a `SOCK_DGRAM` socket makes the header. */
  readonly address?: Uint8Array;
}

/** A packet that left, and when: what `PacketSocket.receiveTimestamp` takes. */
export interface TransmitTimestamp {
  /** The packet as it left, with its link-layer header; the caller's to keep. */
  readonly bytes: Uint8Array;
  /** Seconds since the epoch. */
  readonly sec: number;
  /** Nanoseconds of the second. */
  readonly nsec: number;
}
