import {
  SKF_AD_ALU_XOR_X,
  SKF_AD_CPU,
  SKF_AD_HATYPE,
  SKF_AD_IFINDEX,
  SKF_AD_MARK,
  SKF_AD_NLATTR,
  SKF_AD_NLATTR_NEST,
  SKF_AD_OFF,
  SKF_AD_PKTTYPE,
  SKF_AD_PROTOCOL,
  SKF_AD_QUEUE,
  SKF_AD_RANDOM,
  SKF_LL_OFF,
  SKF_NET_OFF,
} from '@netdevkit/bindings';
import type { net_device, sk_buff } from '@netdevkit/bindings/raw';

/** What a filter may know beside the packet. */
export interface FilterContext {
  /** The CPU that runs it. */
  readonly cpu: () => number;
  /** Gives integers from 0 to below its argument. */
  readonly random: (below: number) => number;
}

/** `sizeof(struct nlattr)`. */
const NLA_HDRLEN = 4;
const NLA_TYPE_MASK = 0x3fff;

/**
 * A number of a packet, big-endian as all of them are.
 *
 * @param offset - from the start of the packet; from SKF_LL_OFF and SKF_NET_OFF on, of the link layer's and the network's
 * header
 * @param size - 1, 2 or 4 octets
 * @returns the number, unsigned; `undefined` where the packet has none, which ends the filter
 */
export function loadPacket(skb: sk_buff, offset: number, size: number): number | undefined {
  const { head } = skb;
  if (head === null) return undefined;
  let at = skb.data + offset;
  if (offset < 0) {
    // From kernel/bpf/core.c:bpf_internal_load_pointer_neg_helper.
    if (offset >= SKF_NET_OFF) at = skb.network_header + offset - SKF_NET_OFF;
    else if (offset >= SKF_LL_OFF && skb.mac_header >= 0) at = skb.mac_header + offset - SKF_LL_OFF;
    else return undefined;
    if (at < head.start || at + size > skb.tail) return undefined;
  } else if (offset + size > skb.len) {
    return undefined;
  }
  if (size === 1) return head.view.getUint8(at);
  return size === 2 ? head.view.getUint16(at, false) : head.view.getUint32(at, false);
}

/**
 * Ancillary data: `SKF_AD_*`. From net/core/filter.c:convert_bpf_extensions.
 *
 * @returns a number; `undefined` for a packet without device, which ends the filter
 */
export function loadAncillary(skb: sk_buff, k: number, a: number, x: number, context: FilterContext): number | undefined {
  const dev: net_device | null = skb.dev;
  switch ((k - SKF_AD_OFF) >>> 0) {
    case SKF_AD_PROTOCOL:
      return skb.protocol;
    case SKF_AD_PKTTYPE:
      return skb.pkt_type & 7;
    case SKF_AD_IFINDEX:
      return dev?.ifindex;
    case SKF_AD_HATYPE:
      return dev?.type;
    case SKF_AD_NLATTR:
      return findAttribute(skb, a, skb.len, x);
    case SKF_AD_NLATTR_NEST:
      return findNested(skb, a, x);
    case SKF_AD_MARK:
      return skb.mark >>> 0;
    case SKF_AD_QUEUE:
      return skb.queue_mapping;
    case SKF_AD_CPU:
      return context.cpu();
    case SKF_AD_ALU_XOR_X:
      return (a ^ x) >>> 0;
    case SKF_AD_RANDOM:
      return context.random(0x1_0000_0000);
    default:
      // SKF_AD_RXHASH, VLAN_TAG, VLAN_TAG_PRESENT, VLAN_TPID, PAY_OFFSET: packets here have no hash and no tag beside
      // them, and nobody looks for the start of their payload.
      return 0;
  }
}

/** `nla_find` from an offset of the packet on: the attribute's offset, 0 for none. */
function findAttribute(skb: sk_buff, from: number, end: number, type: number): number {
  const view = skb.head?.view;
  if (view === undefined || skb.len < NLA_HDRLEN || from > skb.len - NLA_HDRLEN) return 0;
  for (let at = from; at + NLA_HDRLEN <= end; ) {
    const length = view.getUint16(skb.data + at, true);
    if (length < NLA_HDRLEN || at + length > end) return 0;
    if ((view.getUint16(skb.data + at + 2, true) & NLA_TYPE_MASK) === type) return at;
    at += (length + 3) & ~3;
  }
  return 0;
}

/** `nla_find_nested` in the attribute at an offset of the packet. */
function findNested(skb: sk_buff, at: number, type: number): number {
  const view = skb.head?.view;
  if (view === undefined || skb.len < NLA_HDRLEN || at > skb.len - NLA_HDRLEN) return 0;
  const length = view.getUint16(skb.data + at, true);
  if (length > skb.len - at || length < 2 * NLA_HDRLEN) return 0;
  return findAttribute(skb, at + NLA_HDRLEN, at + length, type);
}
