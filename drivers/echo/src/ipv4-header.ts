/** Octets of a header without options. */
export const IP_HEADER = 20;
/** Octets of an address. */
export const IP_ALEN = 4;
/** How many routers an answer may pass. */
export const TTL = 64;
export const DONT_FRAGMENT = 0x4000;
/** More fragments to come, or an offset that is not 0. */
export const FRAGMENT = 0x3fff;

// Where things stand in a header, from its start.
export const TOTAL_LENGTH = 2;
export const IDENTIFICATION = 4;
export const FLAGS = 6;
export const TIME_TO_LIVE = 8;
export const PROTOCOL = 9;
export const CHECKSUM = 10;
export const SOURCE = 12;
export const DESTINATION = 16;

/** The protocol of ICMP. */
export const ICMP = 1;
/** Octets of its header. */
export const ICMP_HEADER = 8;
/** Where its checksum stands, behind type and code. */
export const ICMP_CHECKSUM = 2;
export const ECHO_REQUEST = 8;
export const ECHO_REPLY = 0;
