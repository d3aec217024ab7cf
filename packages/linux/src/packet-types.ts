/** The address of a packet socket, and of a packet's sender. C twin: `struct sockaddr_ll` (linux/if_packet.h). */
export interface SockaddrLl {
  /** The Ethertype, in host order; for netlink packets the netlink protocol. */
  readonly protocol: number;
  /** 0: any device. */
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
  /** The Ethertype; for netlink packets the netlink protocol. */
  readonly protocol: number;
  /** `PACKET_*`: whose packet it is. */
  readonly pktType: number;
  /** The device that it came in at or left through. */
  readonly ifindex: number;
  /** `ARPHRD_*` of the device. */
  readonly hatype: number;
  /** The packet's length before it was cut, in octets. */
  readonly origLength: number;
  /**
   * The VLAN tag that was taken out of the packet's Ethernet header: its TPID in the upper 16 bits, its TCI in the lower; 0 if there was none.
   * Only a ring tells.
   */
  readonly vlan: number;
}

/**
 * Takes one packet.
 *
 * @param bytes - what holds the packet; other octets are none of the handler's business, but for the
 * {@link RingOptions.headroom} in front of it
 * @param offset - where the packet starts in it
 * @param length - octets
 * @param info - a record that serves packet after packet
 */
export type PacketHandler = (bytes: Uint8Array, offset: number, length: number, info: PacketInfo) => void;

/** What a packet socket counted since it was read last. C twin: `struct tpacket_stats_v3`. */
export interface PacketStatistics {
  /** Packets that came, those that were dropped too. */
  readonly packets: number;
  /** Packets that found no room. */
  readonly drops: number;
}

/** Where a packet is sent. */
export interface PacketDestination {
  /** The device that it leaves through. */
  readonly ifindex: number;
  /** The Ethertype. */
  readonly protocol: number;
  /** The receiver's hardware address, with which a `SOCK_DGRAM` socket makes the header. */
  readonly address?: Uint8Array;
}

/** One packet that was received. */
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
}

/** What a socket wants of a device. C twin: `struct packet_mreq`. */
export interface PacketMembership {
  /** The device that is to receive more. */
  readonly ifindex: number;
  /** `PACKET_MR_*`. */
  readonly type: number;
  /** For multicast and unicast addresses. */
  readonly address?: Uint8Array;
}

/** A ring that the kernel writes packets into. */
export interface RingOptions {
  /**
   * How many octets in all, rounded up to whole blocks.
   *
   * @defaultValue 32 MiB
   */
  readonly size?: number;
  /**
   * How many octets a block has: a power of two of at least a page. A packet that is longer is cut.
   *
   * @defaultValue 256 KiB
   */
  readonly blockSize?: number;
  /**
   * After how many milliseconds a block is handed over that is not full. So many blocks, so many times as long a reader may be away
   * before packets are lost, be they ever so few.
   *
   * @defaultValue 20
   */
  readonly timeout?: number;
  /**
   * How many octets in front of each packet the handler may overwrite.
   *
   * @defaultValue 0
   */
  readonly headroom?: number;
}
