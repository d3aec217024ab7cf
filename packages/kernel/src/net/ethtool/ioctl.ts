import {
  ETHTOOL_BUSINFO_LEN,
  ETHTOOL_GDRVINFO,
  ETHTOOL_GET_TS_INFO,
  ETHTOOL_GFEATURES,
  ETHTOOL_GFLAGS,
  ETHTOOL_GGRO,
  ETHTOOL_GGSO,
  ETHTOOL_GLINK,
  ETHTOOL_GPERMADDR,
  ETHTOOL_GRXCSUM,
  ETHTOOL_GSG,
  ETHTOOL_GSSET_INFO,
  ETHTOOL_GSTRINGS,
  ETHTOOL_GTSO,
  ETHTOOL_GTXCSUM,
  ETHTOOL_PERQUEUE,
  ETH_SS_PRIV_FLAGS,
  ETH_SS_STATS,
  ETH_SS_TEST,
  ethtool_drvinfo as drvinfo,
  ifreq,
} from '@netdevkit/bindings';
import { LINK_STATE, NETIF_F, type ethtool_drvinfo, type ethtool_ts_info, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { fieldOf } from '../../text.ts';
import type { UserMemory } from '../../user-memory.ts';
import type { IoctlContext } from '../core/ioctl-context.ts';
import type { InterfaceRequest } from '../core/ifreq.ts';
import { isRunning, testState } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import { askDriver, putValue } from './ioctl-driver.ts';
import { getSsetInfo, getStrings, stringsOf } from './ioctl-strings.ts';
import { isUnprivileged } from './ioctl-permissions.ts';
import { tsInfo } from './ts-info.ts';

/** The words that a device's features take. */
const FEATURE_WORDS = 2;
/** `sizeof(struct ethtool_ts_info)`. */
const TS_INFO_SIZE = 44;

/** What features the old commands, one for each, stand for. From net/ethtool/ioctl.c:ethtool_get_feature_mask. */
const ONE_FEATURE: Readonly<Record<number, bigint>> = {
  [ETHTOOL_GTXCSUM]: NETIF_F.HW_CSUM | NETIF_F.IP_CSUM | NETIF_F.IPV6_CSUM | NETIF_F.FCOE_CRC | NETIF_F.SCTP_CRC,
  [ETHTOOL_GRXCSUM]: NETIF_F.RXCSUM,
  [ETHTOOL_GSG]: NETIF_F.SG | NETIF_F.FRAGLIST,
  [ETHTOOL_GTSO]: NETIF_F.TSO | NETIF_F.TSO6 | NETIF_F.TSO_ECN | NETIF_F.TSO_MANGLEID,
  [ETHTOOL_GGSO]: NETIF_F.GSO,
  [ETHTOOL_GGRO]: NETIF_F.GRO,
};

/** The features that ETHTOOL_GFLAGS tells, by the bit of the answer. */
const FLAGS: readonly (readonly [feature: bigint, flag: number])[] = [
  [NETIF_F.LRO, 1 << 15],
  [NETIF_F.HW_VLAN_CTAG_RX, 1 << 8],
  [NETIF_F.HW_VLAN_CTAG_TX, 1 << 7],
  [NETIF_F.NTUPLE, 1 << 27],
  [NETIF_F.RXHASH, 1 << 28],
];

/**
 * `SIOCETHTOOL`. From net/ethtool/ioctl.c:dev_ethtool. Under RTNL.
 *
 * What asks for an operation that the driver does not have is EOPNOTSUPP, as on Linux. Unlike Linux, features, rings, channels
 * and coalescing cannot be changed here: netlink does that.
 *
 * @param release - the kernel's release
 * @returns 0, or a negative errno
 */
export function devEthtool(request: InterfaceRequest, { namespace, credentials, memory }: IoctlContext, release: string): number {
  const address = ifreq.ifr_data(request.view, 0);
  const command = readU32(memory, address);
  if (command === undefined) return -errno.EFAULT;
  const { device } = request;
  const dev = device === null ? undefined : namespace.byName(device);
  if (dev === undefined) return -errno.ENODEV;
  const subCommand = command === ETHTOOL_PERQUEUE ? readU32(memory, address + 4n) : command;
  if (subCommand === undefined) return -errno.EFAULT;
  if (!isUnprivileged(subCommand) && !credentials.netAdmin) return -errno.EPERM;
  if (!testState(dev, LINK_STATE.PRESENT)) return -errno.ENODEV;
  switch (command) {
    case ETHTOOL_GDRVINFO:
      return getDrvinfo(dev, memory, address, release);
    case ETHTOOL_GLINK: {
      const link = linkOf(dev);
      return link < 0 ? link : putValue(memory, address, command, link);
    }
    case ETHTOOL_GSSET_INFO:
      return getSsetInfo(dev, memory, address);
    case ETHTOOL_GSTRINGS:
      return getStrings(dev, memory, address);
    case ETHTOOL_GFEATURES:
      return getFeatures(dev, memory, address);
    case ETHTOOL_GPERMADDR:
      return getPermaddr(dev, memory, address);
    case ETHTOOL_GET_TS_INFO:
      return getTsInfo(dev, memory, address);
    case ETHTOOL_GFLAGS: {
      const flags = FLAGS.reduce((all, [feature, flag]) => ((dev.features & feature) === 0n ? all : all | flag), 0);
      return putValue(memory, address, command, flags);
    }
    default: {
      const mask = ONE_FEATURE[command];
      if (mask === undefined) return askDriver({ dev, command, memory, address });
      return putValue(memory, address, command, (dev.features & mask) === 0n ? 0 : 1);
    }
  }
}

/**
 * `ETHTOOL_GLINK`: whether a device's link is detected. From net/ethtool/ioctl.c:ethtool_get_link.
 *
 * @returns 1, 0, or a negative errno: ENODEV, EOPNOTSUPP for a driver that cannot say
 */
export function ethtoolGetLink(namespace: Net, name: string): number {
  const dev = namespace.byName(name);
  return dev === undefined ? -errno.ENODEV : linkOf(dev);
}

/**
 * `ETHTOOL_GDRVINFO`: which driver a device has. From net/ethtool/ioctl.c:ethtool_get_drvinfo.
 *
 * @param release - the kernel's release, the version of drivers that name none
 * @returns the answer, or a negative errno: ENODEV, EOPNOTSUPP for a device without a driver's name
 */
export function ethtoolGetDrvinfo(namespace: Net, name: string, release: string): ethtool_drvinfo | number {
  const dev = namespace.byName(name);
  return dev === undefined ? -errno.ENODEV : drvinfoOf(dev, release);
}

function linkOf(dev: net_device): number {
  const getLink = dev.ethtool_ops?.get_link ?? null;
  if (getLink === null) return -errno.EOPNOTSUPP;
  return isRunning(dev) && getLink(dev) ? 1 : 0;
}

function drvinfoOf(dev: net_device, release: string): ethtool_drvinfo | number {
  const info: ethtool_drvinfo = { driver: '', version: release, fw_version: '', bus_info: '' };
  const getDrvinfo = dev.ethtool_ops?.get_drvinfo ?? null;
  if (getDrvinfo !== null) getDrvinfo(dev, info);
  else if (dev.rtnl_link_ops !== null) info.driver = dev.rtnl_link_ops.kind;
  else return -errno.EOPNOTSUPP;
  return info;
}

function getDrvinfo(dev: net_device, memory: UserMemory, address: bigint, release: string): number {
  const info = drvinfoOf(dev, release);
  if (typeof info === 'number') return info;
  const bytes = new Uint8Array(drvinfo.SIZE);
  const view = new DataView(bytes.buffer);
  drvinfo.set_cmd(view, 0, ETHTOOL_GDRVINFO);
  drvinfo.set_driver(view, 0, fieldOf(info.driver, ETHTOOL_BUSINFO_LEN));
  drvinfo.set_version(view, 0, fieldOf(info.version, ETHTOOL_BUSINFO_LEN));
  drvinfo.set_fw_version(view, 0, fieldOf(info.fw_version, ETHTOOL_BUSINFO_LEN));
  drvinfo.set_bus_info(view, 0, fieldOf(info.bus_info, ETHTOOL_BUSINFO_LEN));
  drvinfo.set_n_stats(view, 0, countOf(dev, ETH_SS_STATS));
  drvinfo.set_n_priv_flags(view, 0, countOf(dev, ETH_SS_PRIV_FLAGS));
  drvinfo.set_testinfo_len(view, 0, countOf(dev, ETH_SS_TEST));
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

/** How many strings the driver has in a set of its own. */
function countOf(dev: net_device, set: number): number {
  const names = stringsOf(dev, set);
  return typeof names === 'number' ? 0 : names.length;
}

/** `ethtool_get_features`: as many words as the program has room for. */
function getFeatures(dev: net_device, memory: UserMemory, address: bigint): number {
  const room = readU32(memory, address + 4n);
  if (room === undefined) return -errno.EFAULT;
  const words = Math.min(room, FEATURE_WORDS);
  const bytes = new Uint8Array(8 + 16 * words);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ETHTOOL_GFEATURES, true);
  view.setUint32(4, FEATURE_WORDS, true);
  const sets = [dev.hw_features, dev.wanted_features, dev.features, NETIF_F.VLAN_CHALLENGED];
  for (let word = 0; word < words; word++) {
    for (const [i, set] of sets.entries()) view.setUint32(8 + 16 * word + 4 * i, Number((set >> BigInt(32 * word)) & 0xffff_ffffn), true);
  }
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

function getPermaddr(dev: net_device, memory: UserMemory, address: bigint): number {
  const room = readU32(memory, address + 4n);
  if (room === undefined) return -errno.EFAULT;
  // ETOOSMALL (include/linux/errno.h), which programs see as 525: an errno of the kernel's own.
  if (room < dev.addr_len) return -ETOOSMALL;
  const bytes = new Uint8Array(8 + dev.addr_len);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, readU32(memory, address) ?? 0, true);
  view.setUint32(4, dev.addr_len, true);
  bytes.set(dev.perm_addr.subarray(0, dev.addr_len), 8);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}
const ETOOSMALL = 525;

/** `ethtool_get_ts_info`. */
function getTsInfo(dev: net_device, memory: UserMemory, address: bigint): number {
  const info: ethtool_ts_info = { so_timestamping: 0, phc_index: -1, tx_types: 0, rx_filters: 0 };
  const error = tsInfo(dev, info);
  if (error < 0) return error;
  const bytes = new Uint8Array(TS_INFO_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ETHTOOL_GET_TS_INFO, true);
  view.setUint32(4, info.so_timestamping, true);
  view.setInt32(8, info.phc_index, true);
  view.setUint32(12, info.tx_types, true);
  view.setUint32(28, info.rx_filters, true);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

function readU32(memory: UserMemory, address: bigint): number | undefined {
  const bytes = memory.read(address, 4);
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
