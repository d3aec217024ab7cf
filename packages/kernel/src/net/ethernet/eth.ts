import {
  ARPHRD_ETHER,
  ETH_ALEN,
  ETH_DATA_LEN,
  ETH_HLEN,
  ETH_MIN_MTU,
  ETH_P_802_2,
  ETH_P_802_3,
  ETH_P_802_3_MIN,
  IFF_BROADCAST,
  IFF_MULTICAST,
  PACKET_BROADCAST,
  PACKET_MULTICAST,
  PACKET_OTHERHOST,
} from '@netdevkit/bindings';
import { DEFAULT_TX_QUEUE_LEN, IFF_TX_SKB_SHARING, NET_ADDR_RANDOM, type net_device, type sk_buff } from '@netdevkit/bindings/raw';
import type { Random } from '../../random.ts';

/** What an IPX frame of the oldest form has where others have their LLC header. */
const RAW_IPX = 0xffff;

/** `ether_setup`: what all Ethernet devices have in common. */
export function etherSetup(dev: net_device): void {
  dev.type = ARPHRD_ETHER;
  dev.hard_header_len = ETH_HLEN;
  dev.min_header_len = ETH_HLEN;
  dev.mtu = ETH_DATA_LEN;
  dev.min_mtu = ETH_MIN_MTU;
  dev.max_mtu = ETH_DATA_LEN;
  dev.addr_len = ETH_ALEN;
  dev.tx_queue_len = DEFAULT_TX_QUEUE_LEN;
  dev.flags = IFF_BROADCAST | IFF_MULTICAST;
  dev.priv_flags |= IFF_TX_SKB_SHARING;
  dev.broadcast.fill(0xff, 0, ETH_ALEN);
}

/** `eth_hw_addr_random`: an address that is this device's own, administered by nobody but us. */
export function ethHwAddrRandom(dev: net_device, random: Random): void {
  const address = dev.dev_addr.subarray(0, ETH_ALEN);
  random.fill(address);
  address[0] = ((address[0] ?? 0) & 0xfe) | 0x02;
  dev.addr_assign_type = NET_ADDR_RANDOM;
}

/**
 * `eth_type_trans`: takes the header off, and says what is behind it. The packet has at least {@link ETH_HLEN} octets.
 *
 * @returns the protocol, host order
 */
export function ethTypeTrans(skb: sk_buff, dev: net_device): number {
  skb.dev = dev;
  const { head } = skb;
  const at = (skb.mac_header = skb.data);
  skb.data = at + ETH_HLEN;
  skb.len -= ETH_HLEN;
  if (head === null) return 0;
  const { bytes, view } = head;
  const own = dev.dev_addr;
  let i = 0;
  while (i < ETH_ALEN && bytes[at + i] === own[i]) i++;
  if (i < ETH_ALEN) skb.pkt_type = castOf(bytes, at, dev);
  const type = view.getUint16(at + 2 * ETH_ALEN, false);
  if (type >= ETH_P_802_3_MIN) return type;
  return skb.len >= 2 && view.getUint16(skb.data, false) === RAW_IPX ? ETH_P_802_3 : ETH_P_802_2;
}

function castOf(bytes: Uint8Array, at: number, dev: net_device): number {
  if (((bytes[at] ?? 0) & 1) === 0) return PACKET_OTHERHOST;
  for (let i = 0; i < ETH_ALEN; i++) if (bytes[at + i] !== dev.broadcast[i]) return PACKET_MULTICAST;
  return PACKET_BROADCAST;
}
