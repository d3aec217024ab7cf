import { pseudoHeaderChecksum, type ReadonlyBytes } from '@netdevkit/skbuff';
import { ETH_ALEN, ETH_HLEN, checksum, copy, frameBack, isAll, putU16, u16, type Answer, type Host } from './frame.ts';

/** The Ethertype of IPv6. */
export const ETH_P_IPV6 = 0x86dd;
const HEADER = 40;
const IPV6_ALEN = 16;
const ICMPV6 = 58;
const FRAGMENT = 44;
const ICMP_HEADER = 8;
const ECHO_REQUEST = 128;
const ECHO_REPLY = 129;
const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;
/** ICMPv6's header, with the flags of the advertisement, and the target. */
const NEIGHBOUR_LENGTH = ICMP_HEADER + IPV6_ALEN;
const TARGET_ADDRESS = 2;
const OPTION_LENGTH = 8;
/** It answers a question, and replaces what was known. */
const SOLICITED_OVERRIDE = 0x60;
const HOP_LIMIT = 64;
/** What neighbour discovery is sent with: nobody has forwarded it. */
const ON_LINK = 255;

/** Where things stand in a header, from its start. */
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOPS = 7;
const SOURCE = 8;
const DESTINATION = SOURCE + IPV6_ALEN;

/** Answers neighbour solicitations (RFC 4861) and echo requests (RFC 4443), whomever they are for. */
export function answerIpv6(frame: ReadonlyBytes, host: Host): Answer {
  const ip = ETH_HLEN;
  if (frame.length < ip + HEADER) return 'PKT_TOO_SMALL';
  if ((frame[ip] ?? 0) >> 4 !== 6) return 'IP_INHDR';
  const end = ip + HEADER + u16(frame, ip + PAYLOAD_LENGTH);
  if (end > frame.length) return 'PKT_TOO_SMALL';
  if (frame[ip + SOURCE] === 0xff) return 'IP_INADDRERRORS';
  const next = frame[ip + NEXT_HEADER];
  if (next === FRAGMENT) return 'FRAG_TOO_FAR';
  if (next !== ICMPV6) return 'IP_NOPROTO';
  const icmp = ip + HEADER;
  if (end - icmp < ICMP_HEADER) return 'PKT_TOO_SMALL';
  if (checksum(frame, icmp, end, pseudoHeader(frame, end - icmp)) !== 0) return 'ICMP_CSUM';
  if (frame[icmp] === NEIGHBOUR_SOLICITATION) return answerSolicitation(frame, host, end);
  const isEcho = frame[icmp] === ECHO_REQUEST && frame[icmp + 1] === 0;
  return isEcho && frame[ip + DESTINATION] !== 0xff && !isUnspecified(frame, ip + SOURCE) ? answerEcho(frame, host, end) : undefined;
}

function answerEcho(frame: ReadonlyBytes, host: Host, end: number): Uint8Array {
  const icmp = ETH_HLEN + HEADER;
  const reply = packetBack(frame, host, frame.slice(ETH_HLEN + DESTINATION, ETH_HLEN + HEADER), HOP_LIMIT, end - icmp);
  reply.set(frame.slice(icmp, end), icmp);
  reply[icmp] = ECHO_REPLY;
  return sealed(reply);
}

/** Probes for duplicates (RFC 4862), which come from no address, are not answered: every address would be one. */
function answerSolicitation(frame: ReadonlyBytes, host: Host, end: number): Answer {
  const icmp = ETH_HLEN + HEADER;
  if (frame[ETH_HLEN + HOPS] !== ON_LINK) return 'IPV6_NDISC_HOP_LIMIT';
  if (frame[icmp + 1] !== 0) return 'IPV6_NDISC_BAD_CODE';
  if (end - icmp < NEIGHBOUR_LENGTH) return 'PKT_TOO_SMALL';
  if (!hasGoodOptions(frame, icmp + NEIGHBOUR_LENGTH, end)) return 'IPV6_NDISC_BAD_OPTIONS';
  const target = frame.slice(icmp + ICMP_HEADER, icmp + NEIGHBOUR_LENGTH);
  if (target[0] === 0xff || isUnspecified(target, 0)) return 'IP_INADDRERRORS';
  if (isUnspecified(frame, ETH_HLEN + SOURCE)) return undefined;
  const reply = packetBack(frame, host, target, ON_LINK, NEIGHBOUR_LENGTH + OPTION_LENGTH);
  reply[icmp] = NEIGHBOUR_ADVERTISEMENT;
  reply[icmp + 4] = SOLICITED_OVERRIDE;
  reply.set(target, icmp + ICMP_HEADER);
  const option = icmp + NEIGHBOUR_LENGTH;
  reply[option] = TARGET_ADDRESS;
  reply[option + 1] = OPTION_LENGTH / 8;
  reply.set(host.address.subarray(0, ETH_ALEN), option + 2);
  return sealed(reply);
}

/** Whether each option has a length, and ends in the packet. */
function hasGoodOptions(frame: ReadonlyBytes, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const length = (frame[at + 1] ?? 0) * 8;
    if (length === 0 || at + length > end) return false;
    at += length;
  }
  return true;
}

/** A packet back to the sender of another, its checksum still to be made. */
function packetBack(frame: ReadonlyBytes, host: Host, source: Uint8Array, hops: number, length: number): Uint8Array {
  const ip = ETH_HLEN;
  const reply = frameBack(frame, host, ETH_P_IPV6, HEADER + length);
  reply[ip] = 0x60;
  putU16(reply, ip + PAYLOAD_LENGTH, length);
  reply[ip + NEXT_HEADER] = ICMPV6;
  reply[ip + HOPS] = hops;
  reply.set(source, ip + SOURCE);
  copy(frame, ip + SOURCE, reply, ip + DESTINATION, IPV6_ALEN);
  return reply;
}

function sealed(reply: Uint8Array): Uint8Array {
  const icmp = ETH_HLEN + HEADER;
  putU16(reply, icmp + 2, 0);
  putU16(reply, icmp + 2, checksum(reply, icmp, reply.length, pseudoHeader(reply, reply.length - icmp)));
  return reply;
}

function pseudoHeader(frame: ReadonlyBytes, length: number): number {
  const source = frame.subarray(ETH_HLEN + SOURCE, ETH_HLEN + DESTINATION);
  const destination = frame.subarray(ETH_HLEN + DESTINATION, ETH_HLEN + HEADER);
  return pseudoHeaderChecksum(source, destination, ICMPV6, length);
}

function isUnspecified(bytes: ReadonlyBytes, at: number): boolean {
  return isAll(bytes, at, at + IPV6_ALEN, 0);
}
