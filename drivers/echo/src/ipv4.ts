import { foldChecksum, partialChecksum, type ReadonlyBytes } from '@netdevkit/skbuff';
import { ETH_HLEN, checksum, copy, frameBack, isToGroup, putU16, u16, type Answer, type Host } from './frame.ts';
import {
  CHECKSUM,
  DESTINATION,
  DONT_FRAGMENT,
  ECHO_REPLY,
  ECHO_REQUEST,
  FLAGS,
  FRAGMENT,
  ICMP,
  ICMP_CHECKSUM,
  ICMP_HEADER,
  IP_ALEN,
  IP_HEADER,
  PROTOCOL,
  SOURCE,
  TIME_TO_LIVE,
  TOTAL_LENGTH,
  TTL,
} from './ipv4-header.ts';

/** The Ethertype of IPv4. */
export const ETH_P_IP = 0x0800;

/** Whether an address of 4 octets can be one host's own. */
export function isUnicast(bytes: ReadonlyBytes, at: number): boolean {
  const first = bytes[at] ?? 0;
  return first !== 0 && first !== 127 && first < 224;
}

/** Answers an echo request (RFC 792), whomever it is for. */
export function answerIpv4(frame: ReadonlyBytes, host: Host): Answer {
  const ip = ETH_HLEN;
  if (frame.length < ip + IP_HEADER) return 'PKT_TOO_SMALL';
  const headerLength = ((frame[ip] ?? 0) & 15) * 4;
  const end = ip + u16(frame, ip + TOTAL_LENGTH);
  if ((frame[ip] ?? 0) >> 4 !== 4 || headerLength < IP_HEADER || end < ip + headerLength) return 'IP_INHDR';
  if (end > frame.length) return 'PKT_TOO_SMALL';
  if (checksum(frame, ip, ip + headerLength) !== 0) return 'IP_CSUM';
  if (!isUnicast(frame, ip + SOURCE)) return 'IP_INADDRERRORS';
  // Whoever asks everybody gets no answer, as on Linux.
  if (!isUnicast(frame, ip + DESTINATION) || isToGroup(frame)) return undefined;
  // There is nothing here that puts fragments together, so none is near enough.
  if ((u16(frame, ip + FLAGS) & FRAGMENT) !== 0) return 'FRAG_TOO_FAR';
  if (frame[ip + PROTOCOL] !== ICMP) return 'IP_NOPROTO';
  return answerIcmp(frame, host, ip + headerLength, end);
}

function answerIcmp(frame: ReadonlyBytes, host: Host, icmp: number, end: number): Answer {
  if (end - icmp < ICMP_HEADER) return 'PKT_TOO_SMALL';
  // Type, code and checksum are all that the answer has otherwise.
  const rest = partialChecksum(frame, 0, icmp + ICMP_CHECKSUM + 2, end);
  if (foldChecksum(rest + u16(frame, icmp) + u16(frame, icmp + ICMP_CHECKSUM)) !== 0) return 'ICMP_CSUM';
  if (frame[icmp] !== ECHO_REQUEST || frame[icmp + 1] !== 0) return undefined;
  const length = IP_HEADER + end - icmp;
  const reply = frameBack(frame, host, ETH_P_IP, length);
  const ip = ETH_HLEN;
  reply[ip] = 0x45;
  reply[ip + 1] = frame[ip + 1] ?? 0;
  putU16(reply, ip + TOTAL_LENGTH, length);
  putU16(reply, ip + FLAGS, DONT_FRAGMENT);
  reply[ip + TIME_TO_LIVE] = TTL;
  reply[ip + PROTOCOL] = ICMP;
  copy(frame, ip + DESTINATION, reply, ip + SOURCE, IP_ALEN);
  copy(frame, ip + SOURCE, reply, ip + DESTINATION, IP_ALEN);
  putU16(reply, ip + CHECKSUM, checksum(reply, ip, ip + IP_HEADER));
  const at = ip + IP_HEADER;
  reply.set(frame.slice(icmp, end), at);
  reply[at] = ECHO_REPLY;
  putU16(reply, at + ICMP_CHECKSUM, foldChecksum(rest));
  return reply;
}
