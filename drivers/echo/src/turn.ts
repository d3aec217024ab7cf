import { foldChecksum, partialChecksum, type ReadonlyBytes } from '@netdevkit/skbuff';
import { ETH_ALEN, ETH_HLEN, checksum, copy, isSame, isToGroup, putU16, u16, type Host } from './frame.ts';
import { ETH_P_IP, isUnicast } from './ipv4.ts';

const IP = ETH_HLEN;
const HEADER = 20;
const ICMP = IP + HEADER;
const ICMP_HEADER = 8;
const PROTOCOL_ICMP = 1;
const ECHO_REQUEST = 8;
const TTL = 64;
const DONT_FRAGMENT = 0x4000;
const FRAGMENT = 0x3fff;
const IP_ALEN = 4;

/**
 * Whether a frame is a ping that looks as pings do: to the host behind the device, whole, without options. Its checksums are
 * still to be seen.
 */
export function isPlainPing(frame: ReadonlyBytes, host: Host): boolean {
  if (frame.length < ICMP + ICMP_HEADER || u16(frame, 2 * ETH_ALEN) !== ETH_P_IP) return false;
  if (frame[IP] !== 0x45 || frame[IP + 9] !== PROTOCOL_ICMP || u16(frame, ICMP) !== ECHO_REQUEST << 8) return false;
  if ((u16(frame, IP + 6) & FRAGMENT) !== 0) return false;
  const length = u16(frame, IP + 2);
  if (length < HEADER + ICMP_HEADER || IP + length > frame.length) return false;
  if (isToGroup(frame) || ((frame[ETH_ALEN] ?? 0) & 1) === 1 || !isSame(frame, 0, host.address, 0, ETH_ALEN)) return false;
  return isUnicast(frame, IP + 12) && isUnicast(frame, IP + 16);
}

/**
 * Turns a ping into its answer where it is: what {@link answerIpv4} would make of it, without a frame more.
 *
 * @param frame - what {@link isPlainPing} said yes to
 * @returns how long the answer is; 0 if a checksum is wrong: nothing has been changed then
 */
export function turnAround(frame: Uint8Array, host: Host): number {
  const end = IP + u16(frame, IP + 2);
  if (checksum(frame, IP, ICMP) !== 0) return 0;
  const rest = partialChecksum(frame, 0, ICMP + 4, end);
  if (foldChecksum(rest + u16(frame, ICMP) + u16(frame, ICMP + 2)) !== 0) return 0;
  copy(frame, ETH_ALEN, frame, 0, ETH_ALEN);
  copy(host.address, 0, frame, ETH_ALEN, ETH_ALEN);
  putU16(frame, IP + 4, 0);
  putU16(frame, IP + 6, DONT_FRAGMENT);
  frame[IP + 8] = TTL;
  for (let i = 0; i < IP_ALEN; i++) {
    const octet = frame[IP + 12 + i] ?? 0;
    frame[IP + 12 + i] = frame[IP + 16 + i] ?? 0;
    frame[IP + 16 + i] = octet;
  }
  putU16(frame, IP + 10, 0);
  putU16(frame, IP + 10, checksum(frame, IP, ICMP));
  frame[ICMP] = 0;
  putU16(frame, ICMP + 2, foldChecksum(rest));
  return end;
}
