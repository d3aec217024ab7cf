import { ETH_ALEN, ETH_HLEN, frameBack, isAll, isSame, putU16, u16, type Answer, type Host } from './frame.ts';
import { isUnicast } from './ipv4.ts';
import type { ReadonlyBytes } from '@netdevkit/skbuff';

/** The Ethertype of ARP. */
export const ETH_P_ARP = 0x0806;
const ETHERNET = 1;
const ETH_P_IP = 0x0800;
const IP_ALEN = 4;
const REQUEST = 1;
const REPLY = 2;
/** Octets of an ARP packet for IPv4 over Ethernet. */
const LENGTH = 28;

/** Where things stand in such a packet, from its start. */
const OPERATION = 6;
const SENDER = 8;
const SENDER_IP = SENDER + ETH_ALEN;
const TARGET = SENDER_IP + IP_ALEN;
const TARGET_IP = TARGET + ETH_ALEN;

/**
 * Answers a question for an address, whichever it is (RFC 826). Gratuitous requests and probes, by which somebody finds out
 * whether an address is in use (RFC 5227), are not answered: every address would be.
 */
export function answerArp(frame: ReadonlyBytes, host: Host): Answer {
  if (frame.length < ETH_HLEN + LENGTH) return 'PKT_TOO_SMALL';
  const at = ETH_HLEN;
  if (u16(frame, at) !== ETHERNET || u16(frame, at + 2) !== ETH_P_IP) return 'INVALID_PROTO';
  if (frame[at + 4] !== ETH_ALEN || frame[at + 5] !== IP_ALEN) return 'INVALID_PROTO';
  if (u16(frame, at + OPERATION) !== REQUEST) return undefined;
  const isProbe = isAll(frame, at + SENDER_IP, at + SENDER_IP + IP_ALEN, 0);
  const isGratuitous = isSame(frame, at + SENDER_IP, frame, at + TARGET_IP, IP_ALEN);
  if (isProbe || isGratuitous || !isUnicast(frame, at + TARGET_IP)) return undefined;
  const reply = frameBack(frame, host, ETH_P_ARP, LENGTH);
  putU16(reply, at, ETHERNET);
  putU16(reply, at + 2, ETH_P_IP);
  reply[at + 4] = ETH_ALEN;
  reply[at + 5] = IP_ALEN;
  putU16(reply, at + OPERATION, REPLY);
  reply.set(host.address, at + SENDER);
  reply.set(frame.slice(at + TARGET_IP, at + LENGTH), at + SENDER_IP);
  reply.set(frame.slice(at + SENDER, at + TARGET), at + TARGET);
  return reply;
}
