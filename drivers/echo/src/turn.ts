import { foldChecksum, partialChecksum, type ReadonlyBytes } from '@netdevkit/skbuff';
import { ETH_ALEN, ETH_HLEN, checksum, copy, isSame, isToGroup, putU16, u16, type Host } from './frame.ts';
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
  IDENTIFICATION,
  IP_ALEN,
  IP_HEADER,
  PROTOCOL,
  SOURCE,
  TIME_TO_LIVE,
  TOTAL_LENGTH,
  TTL,
} from './ipv4-header.ts';
import { ETH_P_IP, isUnicast } from './ipv4.ts';

const IP = ETH_HLEN;
/** Where ICMP begins behind a header without options. */
const AT = IP + IP_HEADER;
/** Version 4, five words. */
const NO_OPTIONS = 0x45;

/**
 * Whether a frame is a ping that looks as pings do: to the host behind the device, whole, without options. Its checksums are
 * still to be seen.
 */
export function isPlainPing(frame: ReadonlyBytes, host: Host): boolean {
  if (frame.length < AT + ICMP_HEADER || u16(frame, 2 * ETH_ALEN) !== ETH_P_IP) return false;
  if (frame[IP] !== NO_OPTIONS || frame[IP + PROTOCOL] !== ICMP || u16(frame, AT) !== ECHO_REQUEST << 8) return false;
  if ((u16(frame, IP + FLAGS) & FRAGMENT) !== 0) return false;
  const length = u16(frame, IP + TOTAL_LENGTH);
  if (length < IP_HEADER + ICMP_HEADER || IP + length > frame.length) return false;
  if (isToGroup(frame) || ((frame[ETH_ALEN] ?? 0) & 1) === 1 || !isSame(frame, 0, host.address, 0, ETH_ALEN)) return false;
  return isUnicast(frame, IP + SOURCE) && isUnicast(frame, IP + DESTINATION);
}

/**
 * Turns a ping into its answer where it is: what {@link answerIpv4} would make of it, without a frame more.
 *
 * @param frame - what {@link isPlainPing} said yes to
 * @returns how long the answer is; 0 if a checksum is wrong: nothing has been changed then
 */
export function turnAround(frame: Uint8Array, host: Host): number {
  const end = IP + u16(frame, IP + TOTAL_LENGTH);
  if (checksum(frame, IP, AT) !== 0) return 0;
  const rest = partialChecksum(frame, 0, AT + ICMP_CHECKSUM + 2, end);
  if (foldChecksum(rest + u16(frame, AT) + u16(frame, AT + ICMP_CHECKSUM)) !== 0) return 0;
  copy(frame, ETH_ALEN, frame, 0, ETH_ALEN);
  copy(host.address, 0, frame, ETH_ALEN, ETH_ALEN);
  putU16(frame, IP + IDENTIFICATION, 0);
  putU16(frame, IP + FLAGS, DONT_FRAGMENT);
  frame[IP + TIME_TO_LIVE] = TTL;
  for (let i = 0; i < IP_ALEN; i++) {
    const octet = frame[IP + SOURCE + i] ?? 0;
    frame[IP + SOURCE + i] = frame[IP + DESTINATION + i] ?? 0;
    frame[IP + DESTINATION + i] = octet;
  }
  putU16(frame, IP + CHECKSUM, 0);
  putU16(frame, IP + CHECKSUM, checksum(frame, IP, AT));
  frame[AT] = ECHO_REPLY;
  putU16(frame, AT + ICMP_CHECKSUM, foldChecksum(rest));
  return end;
}
