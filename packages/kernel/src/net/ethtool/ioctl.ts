import { errno } from '@netdevkit/errno';
import type { ethtool_drvinfo } from '@netdevkit/bindings/raw';
import { isRunning } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';

/**
 * `ETHTOOL_GLINK`: whether a device's link is detected. From net/ethtool/ioctl.c:ethtool_get_link.
 *
 * @returns 1, 0, or a negative errno: ENODEV, EOPNOTSUPP for a driver that cannot say
 */
export function ethtoolGetLink(namespace: Net, name: string): number {
  const dev = namespace.byName(name);
  if (dev === undefined) return -errno.ENODEV;
  const getLink = dev.ethtool_ops?.get_link ?? null;
  if (getLink === null) return -errno.EOPNOTSUPP;
  return isRunning(dev) && getLink(dev) ? 1 : 0;
}

/**
 * `ETHTOOL_GDRVINFO`: which driver a device has. From net/ethtool/ioctl.c:ethtool_get_drvinfo.
 *
 * @param release - the kernel's release, the version of drivers that name none
 * @returns the answer, or a negative errno: ENODEV, EOPNOTSUPP for a device without a driver's name
 */
export function ethtoolGetDrvinfo(namespace: Net, name: string, release: string): ethtool_drvinfo | number {
  const dev = namespace.byName(name);
  if (dev === undefined) return -errno.ENODEV;
  const info: ethtool_drvinfo = { driver: '', version: release, fw_version: '', bus_info: '' };
  const getDrvinfo = dev.ethtool_ops?.get_drvinfo ?? null;
  if (getDrvinfo !== null) getDrvinfo(dev, info);
  else if (dev.rtnl_link_ops !== null) info.driver = dev.rtnl_link_ops.kind;
  else return -errno.EOPNOTSUPP;
  return info;
}
