import type { module } from './module.ts';
import type { net_device } from './netdevice.ts';

/**
 * `struct netlink_tap` (include/linux/netlink.h): a device that gets a copy of the netlink traffic of its namespace.
 */
export interface netlink_tap {
  /**
   * Whom the copies go to: a device of type `ARPHRD_NETLINK`, whose namespace is the one that is tapped. Set before the
   * tap is added.
   */
  dev: net_device | null;
  /** Pinned while the tap is added. */
  module: module | null;
}
