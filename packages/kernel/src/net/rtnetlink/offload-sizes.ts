import {
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { AttributeTable } from '@netdevkit/netlink';

/** The greatest size that IPv4's own limit follows: GSO_LEGACY_MAX_SIZE, GRO_LEGACY_MAX_SIZE. */
const LEGACY_MAX_SIZE = 65_536;

/**
 * Sets how great the packets may be that devices cut up or put together (`netif_set_gso_max_size` and its kin).
 *
 * @returns whether anything changed
 */
export function setOffloadSizes(dev: net_device, tb: AttributeTable): boolean {
  let changed = false;
  const take = (type: number, present: number, set: (value: number) => void): void => {
    const value = tb.u32(type);
    if (value === undefined || value === present) return;
    set(value);
    changed = true;
  };
  take(IFLA_GSO_MAX_SIZE, dev.gso_max_size, (size) => {
    dev.gso_max_size = size;
    if (size <= LEGACY_MAX_SIZE) dev.gso_ipv4_max_size = size;
  });
  take(IFLA_GSO_MAX_SEGS, dev.gso_max_segs, (segs) => {
    dev.gso_max_segs = segs;
  });
  take(IFLA_GRO_MAX_SIZE, dev.gro_max_size, (size) => {
    dev.gro_max_size = size;
    if (size <= LEGACY_MAX_SIZE) dev.gro_ipv4_max_size = size;
  });
  take(IFLA_GSO_IPV4_MAX_SIZE, dev.gso_ipv4_max_size, (size) => {
    dev.gso_ipv4_max_size = size;
  });
  take(IFLA_GRO_IPV4_MAX_SIZE, dev.gro_ipv4_max_size, (size) => {
    dev.gro_ipv4_max_size = size;
  });
  return changed;
}
