import { NETDEV_EVENT, NETIF_F, type net_device } from '@netdevkit/bindings/raw';
import type { Printk } from '../../printk.ts';
import type { NetdevChain } from './notifier.ts';

const ALL_TSO = NETIF_F.TSO | NETIF_F.TSO6 | NETIF_F.TSO_ECN | NETIF_F.TSO_MANGLEID;
const IP_CHECKSUMS = NETIF_F.IP_CSUM | NETIF_F.IPV6_CSUM;
const ANY_CHECKSUM = NETIF_F.HW_CSUM | IP_CHECKSUMS;

/** What a feature cannot be without: any of the others. From net/core/dev.c:netdev_fix_features, in its order. */
const NEEDS: readonly (readonly [feature: bigint, any: bigint])[] = [
  [ALL_TSO, NETIF_F.SG],
  [NETIF_F.TSO, NETIF_F.HW_CSUM | NETIF_F.IP_CSUM],
  [NETIF_F.TSO_ECN, NETIF_F.HW_CSUM | NETIF_F.IP_CSUM],
  [NETIF_F.TSO6, NETIF_F.HW_CSUM | NETIF_F.IPV6_CSUM],
  [NETIF_F.TSO_MANGLEID, NETIF_F.TSO],
  [NETIF_F.TSO_ECN, NETIF_F.TSO | NETIF_F.TSO6 | NETIF_F.TSO_MANGLEID],
  [NETIF_F.GSO, NETIF_F.SG],
  [NETIF_F.GRO_HW, NETIF_F.RXCSUM],
  [NETIF_F.HW_TLS_TX, ANY_CHECKSUM],
  [NETIF_F.HW_TLS_RX, NETIF_F.RXCSUM],
  [NETIF_F.GSO_UDP_L4, ANY_CHECKSUM],
];

/** What does not go together: the second goes when the first is there. */
const EXCLUDES: readonly (readonly [feature: bigint, out: bigint])[] = [
  [NETIF_F.HW_CSUM, IP_CHECKSUMS],
  [NETIF_F.RXFCS, NETIF_F.LRO | NETIF_F.GRO_HW],
  [NETIF_F.GRO_HW, NETIF_F.LRO],
];

/** Takes away what cannot be together, or alone. */
export function fixFeatures(features: bigint): bigint {
  let fixed = features;
  for (const [feature, out] of EXCLUDES) if ((fixed & feature) !== 0n) fixed &= ~out;
  for (const [feature, any] of NEEDS) if ((fixed & any) === 0n) fixed &= ~feature;
  return fixed;
}

/**
 * Makes a device's features what its users want of what its driver allows. From net/core/dev.c:__netdev_update_features.
 *
 * @returns whether they changed, or may have
 */
export function computeFeatures(dev: net_device, log: Printk): boolean {
  const ops = dev.netdev_ops;
  let features = (dev.features & ~dev.hw_features) | dev.wanted_features;
  features = fixFeatures(ops?.ndo_fix_features?.(dev, features) ?? features);
  if (features === dev.features) return false;
  const error = ops?.ndo_set_features?.(dev, features) ?? 0;
  if (error < 0) {
    const hex = (bits: bigint): string => `0x${bits.toString(16).padStart(16, '0')}`;
    log.write(3, `${dev.name}: set_features() failed (${String(error)}); wanted ${hex(features)}, left ${hex(dev.features)}`);
    return true;
  }
  // A positive result means that the driver has set them itself.
  if (error === 0) dev.features = features;
  return true;
}

/** `netdev_update_features`: the same, telling of it. */
export function updateFeatures(dev: net_device, chain: NetdevChain, log: Printk): void {
  if (computeFeatures(dev, log)) chain.call(NETDEV_EVENT.FEAT_CHANGE, dev);
}
