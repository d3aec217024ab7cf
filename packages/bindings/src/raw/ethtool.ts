import type { net_device } from './netdevice.ts';

/** `struct ethtool_drvinfo`, as far as a driver fills it. */
export interface ethtool_drvinfo {
  driver: string;
  version: string;
  fw_version: string;
  bus_info: string;
}

/**
 * `struct ethtool_ops`. Absent operations are `null`.
 */
export interface ethtool_ops {
  /** Whether the link is detected; the core adds that the device must be running. */
  readonly get_link: ((dev: net_device) => boolean) | null;
  readonly get_drvinfo: ((dev: net_device, info: ethtool_drvinfo) => void) | null;
}
