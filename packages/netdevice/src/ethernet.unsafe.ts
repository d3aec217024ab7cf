import { ETH_ALEN } from '@netdevkit/bindings';
import { IFF_LIVE_ADDR_CHANGE } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import type { ReadonlyBytes } from '@netdevkit/skbuff';
import { rawDeviceUnsafe, type Device } from './device.unsafe.ts';

/**
 * Whether an address can be a device's own: 6 octets, not all 0, no group's.
 *
 * C twin: `is_valid_ether_addr` (include/linux/etherdevice.h).
 */
export function isValidEtherAddr(address: ReadonlyBytes): boolean {
  if (address.length !== ETH_ALEN || ((address[0] ?? 0) & 1) !== 0) return false;
  for (let i = 0; i < ETH_ALEN; i++) if (address[i] !== 0) return true;
  return false;
}

/**
 * Checks a new address for an Ethernet device: what `setMacAddress` of most drivers does.
 *
 * C twin: `eth_mac_addr` (net/ethernet/eth.c); the core stores the address afterwards.
 *
 * @throws KernelError `EADDRNOTAVAIL`: see {@link isValidEtherAddr}; `EBUSY`: the device runs, and was not set up with
 * `PrivFlags.LIVE_ADDR_CHANGE`
 */
export function ethMacAddr(dev: Device, address: ReadonlyBytes): void {
  // SAFETY: the flags are looked at, and nothing is kept.
  const live = (rawDeviceUnsafe(dev).priv_flags & IFF_LIVE_ADDR_CHANGE) !== 0;
  if (!live && dev.isRunning) throw new KernelError('EBUSY', undefined, { op: 'eth_mac_addr' });
  if (!isValidEtherAddr(address)) throw new KernelError('EADDRNOTAVAIL', undefined, { op: 'eth_mac_addr' });
}

/**
 * Refuses to open a device without an address of its own: what `validateAddr` of most drivers does.
 *
 * C twin: `eth_validate_addr` (net/ethernet/eth.c).
 *
 * @throws KernelError `EADDRNOTAVAIL`
 */
export function ethValidateAddr(dev: Device): void {
  if (!isValidEtherAddr(dev.address)) throw new KernelError('EADDRNOTAVAIL', undefined, { op: 'eth_validate_addr' });
}
