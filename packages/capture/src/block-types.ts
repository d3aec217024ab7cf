/** Block types of pcapng. */
export const Block = {
  SECTION_HEADER: 0x0a0d0d0a,
  INTERFACE_DESCRIPTION: 1,
  /** Obsolete, but still read. */
  PACKET: 2,
  SIMPLE_PACKET: 3,
  NAME_RESOLUTION: 4,
  INTERFACE_STATISTICS: 5,
  ENHANCED_PACKET: 6,
  SYSTEMD_JOURNAL: 9,
  DECRYPTION_SECRETS: 10,
  CUSTOM: 0x0bad,
  /** A custom block that is to be left out when a capture is changed. */
  CUSTOM_NO_COPY: 0x4000_0bad,
} as const;

/** Options that any block of pcapng may have. */
export const AnyOption = {
  END: 0,
  COMMENT: 1,
  /** Custom options that are to be left out when a capture is changed: text and octets. */
  CUSTOM_TEXT_NO_COPY: 19372,
  CUSTOM_OCTETS_NO_COPY: 19373,
} as const;

/** Options of a section header. */
export const SectionOption = { HARDWARE: 2, OS: 3, APPLICATION: 4 } as const;

/** Options of an interface description. */
export const InterfaceOption = {
  NAME: 2,
  DESCRIPTION: 3,
  SPEED: 8,
  TIMESTAMP_RESOLUTION: 9,
  FILTER: 11,
  OS: 12,
  TIMESTAMP_OFFSET: 14,
  HARDWARE: 15,
  SEND_SPEED: 16,
  RECEIVE_SPEED: 17,
} as const;

/** Options of an enhanced packet. */
export const PacketOption = { FLAGS: 2, HASH: 3, DROP_COUNT: 4, PACKET_ID: 5, QUEUE: 6, VERDICT: 7 } as const;

/** Records of a name resolution block. */
export const NameRecordType = { END: 0, IPV4: 1, IPV6: 2, EUI48: 3, EUI64: 4 } as const;

/** Options of interface statistics. */
export const StatisticsOption = {
  START_TIME: 2,
  END_TIME: 3,
  RECEIVED: 4,
  DROPPED: 5,
  FILTER_ACCEPTED: 6,
  OS_DROPPED: 7,
  DELIVERED: 8,
} as const;

/** What tells the byte order of a section of pcapng. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** What a classic pcap file begins with: microseconds, nanoseconds. */
export const PCAP_MAGIC_MICRO = 0xa1b2c3d4;
/** See {@link PCAP_MAGIC_MICRO}. */
export const PCAP_MAGIC_NANO = 0xa1b23c4d;
