import type { Device } from '@netdevkit/netdevice';

/** What is counted for a receive queue, and for a transmit queue: XDP, all of it, and the drops of polling. */
const RX_QUEUE = ['xdp_packets', 'xdp_bytes', 'drops', 'xdp_redirect', 'xdp_drops', 'xdp_tx', 'xdp_tx_errors'];
const TX_QUEUE = ['xdp_xmit', 'xdp_xmit_errors'];

/**
 * `ethtool -S`: the other end's index, and for each queue in use what nothing here counts, as there is no XDP.
 *
 * From drivers/net/veth.c:veth_get_strings.
 */
export function statistics(dev: Device, peer: Device | undefined): ReadonlyMap<string, bigint> {
  const all = new Map<string, bigint>([['peer_ifindex', BigInt(peer?.ifindex ?? 0)]]);
  for (let i = 0; i < dev.realNumRxQueues; i++) for (const name of RX_QUEUE) all.set(`rx_queue_${String(i)}_${name}`, 0n);
  for (let i = 0; i < dev.realNumTxQueues; i++) for (const name of TX_QUEUE) all.set(`tx_queue_${String(i)}_${name}`, 0n);
  return all;
}
