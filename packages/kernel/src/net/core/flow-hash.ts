import { ETH_ALEN, ETH_HLEN, ETH_P_IP, ETH_P_IPV6 } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';

const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const OFFSET_BASIS = 0x811c_9dc5;
const PRIME = 0x0100_0193;
const IP_ADDRESSES = { at: 12, length: 8 };
const IP_FRAGMENT = 0x3fff;
const IPV6_ADDRESSES = { at: 8, length: 32 };
const IPV6_HEADER = 40;
const PORTS = 4;

/**
 * A number of 32 bits that the packets of one flow share: of the addresses and ports of IPv4 and IPv6, of the link layer's
 * addresses otherwise. C twin: `skb_get_hash`.
 *
 * Unlike Linux, which has a secret per boot, it is the same in every run.
 */
export function flowHash(skb: sk_buff): number {
  const { head, data, tail } = skb;
  if (head === null) return 0;
  const { bytes, view } = head;
  const end = tail;
  let hash: number = OFFSET_BASIS;
  const mix = (at: number, length: number): void => {
    for (let i = at; i < Math.min(at + length, end); i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME);
  };
  const ip = data + ETH_HLEN;
  let transport = -1;
  let protocol = -1;
  if (skb.protocol === ETH_P_IP && ip + 20 <= end && (bytes[ip] ?? 0) >> 4 === 4) {
    mix(ip + IP_ADDRESSES.at, IP_ADDRESSES.length);
    protocol = bytes[ip + 9] ?? 0;
    if ((view.getUint16(ip + 6, false) & IP_FRAGMENT) === 0) transport = ip + 4 * ((bytes[ip] ?? 0) & 15);
  } else if (skb.protocol === ETH_P_IPV6 && ip + IPV6_HEADER <= end) {
    mix(ip + IPV6_ADDRESSES.at, IPV6_ADDRESSES.length);
    protocol = bytes[ip + 6] ?? 0;
    transport = ip + IPV6_HEADER;
  } else {
    mix(data, 2 * ETH_ALEN + 2);
  }
  if (transport !== -1 && (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP)) mix(transport, PORTS);
  return hash >>> 0;
}
