import { ARPHRD_ETHER, ARPHRD_LOOPBACK, ETH_HLEN } from '@netdevkit/bindings';
import { NET_RX_DROP, NET_SKB_PAD, type net_device, type sk_buff, type skb_drop_reason } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { fromRawKeptUnsafe, handOnUnsafe, handedOnUnsafe, rawSkbUnsafe } from '@netdevkit/skbuff/unsafe';

/** The longest packet that a driver may ask memory for, in octets. */
const LONGEST = 0x100_0000;

/** A new packet for a device, with room for so many octets, and headroom. */
export function allocSkb(dev: net_device, length: number): SkBuff {
  if (!Number.isInteger(length) || length < 0 || length > LONGEST) {
    throw new RangeError(`length: expected an integer from 0 to ${String(LONGEST)}, got ${String(length)}`);
  }
  // SAFETY: the caller's device is alive; the new skb is empty and has that much room.
  const raw = dev.kernel.alloc_skb(NET_SKB_PAD + length);
  if (raw === null) throw new KernelError('ENOMEM', undefined, { op: 'netdev_alloc_skb' });
  // SAFETY: as above.
  raw.kernel.skb_reserve(raw, NET_SKB_PAD);
  // INVARIANT: as in C, an skb refers to its device as long as somebody has it; the core drops those of devices that go.
  raw.dev = dev;
  // SAFETY: nobody else knows the skb.
  return fromRawKeptUnsafe(raw);
}

/** How a packet goes up from a device. */
export type ReceivePath = 'netif_rx' | 'netif_receive_skb' | 'dev_forward_skb';

/** Lets a packet come in at a device. Consumes it. */
export function receive(dev: net_device, skb: SkBuff, path: ReceivePath): TxOutcome {
  // SAFETY: it is only asked whose it is.
  if (rawSkbUnsafe(skb).kernel !== dev.kernel) throw new TypeError('SkBuff: the packet belongs to another kernel than the device');
  // SAFETY: its reference goes to the kernel below, on every way.
  const raw = handOnUnsafe(skb);
  // SAFETY: the result is that of the function that took the skb.
  return handedOnUnsafe(path === 'dev_forward_skb' ? forward(dev, raw) : up(dev, raw, path));
}

function forward(dev: net_device, raw: sk_buff): number {
  if (!hasHeader(dev) || raw.len < ETH_HLEN) return drop(dev, raw, 'HDR_TRUNC');
  // SAFETY: the device is the caller's and alive, the skb is ours and has an Ethernet header.
  return dev.kernel.dev_forward_skb(dev, raw);
}

function up(dev: net_device, raw: sk_buff, path: 'netif_rx' | 'netif_receive_skb'): number {
  // INVARIANT: as above.
  raw.dev = dev;
  if (hasHeader(dev)) {
    if (raw.len < ETH_HLEN) return drop(dev, raw, 'HDR_TRUNC');
    raw.pkt_type = 0;
    // SAFETY: the device is alive, the skb is ours and has an Ethernet header.
    raw.protocol = dev.kernel.eth_type_trans(raw, dev);
  } else {
    raw.mac_header = raw.data;
  }
  // SAFETY: the skb is ours, and device, protocol and type are set.
  if (path === 'netif_rx') return dev.kernel.netif_rx(raw);
  // SAFETY: as above.
  return dev.kernel.netif_receive_skb(raw);
}

function hasHeader(dev: net_device): boolean {
  return dev.type === ARPHRD_ETHER || dev.type === ARPHRD_LOOPBACK;
}

/** Drops a frame that is none. */
function drop(dev: net_device, raw: sk_buff, reason: skb_drop_reason): number {
  // SAFETY: the device is alive.
  dev.kernel.dev_core_stats_rx_dropped_inc(dev);
  // SAFETY: the reference is ours, and ends here.
  raw.kernel.kfree_skb_reason(raw, reason);
  return NET_RX_DROP;
}
