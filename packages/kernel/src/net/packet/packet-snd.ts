import { ARPHRD_ETHER, ETH_HLEN, ETH_P_8021Q, ETH_P_802_2, ETH_P_802_3, ETH_P_ALL, IFF_LOOPBACK, IFF_NOARP, IFF_UP, SOCK_DGRAM, SOCK_RAW } from '@netdevkit/bindings';
import { NET_XMIT_CN, type net_device, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Transmit } from '../core/dev-xmit.ts';
import { skb_push, skb_put, skb_reserve, type SkBuffs } from '../core/skbuff.ts';
import { hasEthernetHeader, type PacketSock } from './packet-sock.ts';
import type { PacketDestination } from './packet-types.ts';

const VLAN_HLEN = 4;
const ETH_ALEN = 6;
/** `sizeof(struct ipv6hdr)`. */
const IPV6_HEADER = 40;

/**
 * `packet_snd`: sends one packet through a device.
 *
 * @returns how many octets were sent, or a negative errno: -ENXIO without a device, -ENETDOWN, -EMSGSIZE above its MTU,
 * -EINVAL for a packet without octets or without all of its header, -ENOBUFS
 */
export function packetSend(
  sock: PacketSock,
  bytes: Uint8Array,
  to: PacketDestination | undefined,
  skbs: SkBuffs,
  xmit: Transmit,
): number {
  const dev = to === undefined ? sock.dev : (sock.namespace.byIndex(to.ifindex) ?? null);
  const protocol = to === undefined ? sock.num : to.protocol;
  const { length } = bytes;
  if (sock.type === SOCK_DGRAM && to?.address !== undefined && dev !== null && to.address.length < dev.addr_len) return -errno.EINVAL;
  if (dev === null) return -errno.ENXIO;
  if ((dev.flags & IFF_UP) === 0) return -errno.ENETDOWN;
  const header = dev.hard_header_len;
  const reserve = sock.type === SOCK_RAW ? header : 0;
  if (length > dev.mtu + reserve + VLAN_HLEN) return -errno.EMSGSIZE;
  const pending = sock.takeError();
  if (pending !== 0) return -pending;

  const skb = skbs.alloc(header + length);
  if (skb === null) return -errno.ENOBUFS;
  const error = fill(skb, sock.type, dev, bytes, protocol, to?.address);
  if (error !== 0) {
    skbs.drop(skb, 'NOT_SPECIFIED');
    return error;
  }
  skb.protocol = sock.type === SOCK_RAW && (protocol === 0 || protocol === ETH_P_ALL) ? parseProtocol(skb, dev) : protocol;
  skb.dev = dev;
  skb.sk = sock;
  const result = xmit.queue(skb);
  if (result > 0) return result === NET_XMIT_CN ? length : -errno.ENOBUFS;
  return result < 0 ? result : length;
}

/** Puts header and octets into the skb, and checks them. */
function fill(
  skb: sk_buff,
  type: number,
  dev: net_device,
  bytes: Uint8Array,
  protocol: number,
  address: Uint8Array | undefined,
): number {
  const header = dev.hard_header_len;
  const { length } = bytes;
  skb_reserve(skb, header);
  skb.network_header = skb.data;
  const payload = skb_put(skb, type === SOCK_RAW ? Math.max(length - header, 0) : length);
  if (type === SOCK_RAW) {
    if (length < minimalHeader(dev)) return -errno.EINVAL;
    skb_push(skb, Math.min(header, length));
    // A packet too short for anything behind its header is shown from its start.
    if (length < header + IPV6_HEADER && minimalHeader(dev) !== header) skb.network_header = skb.data;
  } else {
    const error = putHeader(skb, dev, protocol, address, length);
    if (error !== 0) return error;
  }
  skb.head?.bytes.set(bytes, type === SOCK_RAW ? skb.data : payload);
  if (skb.len === 0) return -errno.EINVAL;
  skb.mac_header = skb.data;
  const reserve = type === SOCK_RAW ? header : 0;
  return length > dev.mtu + reserve && !isTagged(skb, dev) ? -errno.EMSGSIZE : 0;
}

/** `dev_hard_header`, which for the devices here is `eth_header` or nothing. */
function putHeader(skb: sk_buff, dev: net_device, protocol: number, address: Uint8Array | undefined, length: number): number {
  if (dev.hard_header_len === 0 || !hasEthernetHeader(dev.type)) return 0;
  const at = skb_push(skb, ETH_HLEN);
  const { head } = skb;
  if (head === null) return -errno.EINVAL;
  const raw802 = protocol === ETH_P_802_3 || protocol === ETH_P_802_2;
  head.view.setUint16(at + 2 * ETH_ALEN, raw802 ? length : protocol, false);
  head.bytes.set(dev.dev_addr.subarray(0, ETH_ALEN), at + ETH_ALEN);
  if (address !== undefined) {
    head.bytes.set(address.subarray(0, ETH_ALEN), at);
    return 0;
  }
  if ((dev.flags & (IFF_LOOPBACK | IFF_NOARP)) === 0) return -errno.EINVAL;
  head.bytes.fill(0, at, at + ETH_ALEN);
  return 0;
}

/** `min_header_len`, which Ethernet has in full. */
function minimalHeader(dev: net_device): number {
  return hasEthernetHeader(dev.type) ? dev.hard_header_len : 0;
}

/** `dev_parse_header_protocol`. */
function parseProtocol(skb: sk_buff, dev: net_device): number {
  if (!hasEthernetHeader(dev.type) || skb.len < ETH_HLEN) return 0;
  return skb.head?.view.getUint16(skb.data + 2 * ETH_ALEN, false) ?? 0;
}

/** `packet_extra_vlan_len_allowed`. */
function isTagged(skb: sk_buff, dev: net_device): boolean {
  return dev.type === ARPHRD_ETHER && parseProtocol(skb, dev) === ETH_P_8021Q;
}
