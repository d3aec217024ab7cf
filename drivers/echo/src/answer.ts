import type { ReadonlyBytes } from '@netdevkit/skbuff';
import { ETH_P_ARP, answerArp } from './arp.ts';
import { ETH_ALEN, ETH_HLEN, isSame, isToGroup, u16, type Answer, type Host } from './frame.ts';
import { ETH_P_IP, answerIpv4 } from './ipv4.ts';
import { ETH_P_IPV6, answerIpv6 } from './ipv6.ts';

/**
 * What the host behind the device makes of a frame.
 *
 * @param frame - as it is on the wire, from its Ethernet header on
 * @param host - who answers
 * @returns the answer's frame; a reason to drop this one; `undefined` when it is in order and needs no answer
 */
export function answer(frame: ReadonlyBytes, host: Host): Answer {
  if (frame.length < ETH_HLEN) return 'HDR_TRUNC';
  if (!isToGroup(frame) && !isSame(frame, 0, host.address, 0, ETH_ALEN)) return 'OTHERHOST';
  // An answer goes to one host.
  if (((frame[ETH_ALEN] ?? 0) & 1) === 1) return 'MAC_INVALID_SOURCE';
  switch (u16(frame, 2 * ETH_ALEN)) {
    case ETH_P_ARP:
      return answerArp(frame, host);
    case ETH_P_IP:
      return answerIpv4(frame, host);
    case ETH_P_IPV6:
      return answerIpv6(frame, host);
    default:
      return 'UNHANDLED_PROTO';
  }
}
