import { IF_OPER_DOWN } from '@netdevkit/bindings';
import { LINK_STATE, type ethtool_link_ksettings, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { carrierOk, getIflink, isRunning, testState } from '../../net/core/link-watch.ts';

/** `operstates` of net/core/net-sysfs.c, by `IF_OPER_*`. */
const OPERSTATES = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'];

/** By `DUPLEX_*`. */
const DUPLEXES = ['half', 'full'];

/** What a device's file shows: text without its newline, or a negative errno. */
export type Show = (dev: net_device) => string | number;

const decimal =
  (value: (dev: net_device) => number): Show =>
  (dev) =>
    String(value(dev));
/** A state that only a device has that is up. */
const whileRunning =
  (value: (dev: net_device) => boolean): Show =>
  (dev) => {
    if (!isRunning(dev)) return -errno.EINVAL;
    return value(dev) ? '1' : '0';
  };
const unsupported: Show = () => -errno.EOPNOTSUPP;
/** What the driver says of the link of a device that is up. From net/core/net-sysfs.c:speed_show, duplex_show. */
const ofLink =
  (text: (settings: ethtool_link_ksettings) => string): Show =>
  (dev) => {
    const get = dev.ethtool_ops?.get_link_ksettings;
    if (get == null || !isRunning(dev)) return -errno.EINVAL;
    const settings: ethtool_link_ksettings = { speed: 0, duplex: 0, port: 0, phy_address: 0, autoneg: 0, transceiver: 0 };
    return get(dev, settings) < 0 ? -errno.EINVAL : text(settings);
  };

/**
 * The files of `/sys/class/net/DEV` that show something, in the order of net/core/net-sysfs.c:net_class_attrs.
 */
export const ATTRIBUTES: Readonly<Record<string, Show>> = {
  netdev_group: decimal(({ group }) => group | 0),
  type: decimal(({ type }) => type),
  dev_id: () => '0x0',
  dev_port: () => '0',
  iflink: decimal(getIflink),
  ifindex: decimal(({ ifindex }) => ifindex),
  name_assign_type: decimal(({ name_assign_type }) => name_assign_type),
  addr_assign_type: decimal(({ addr_assign_type }) => addr_assign_type),
  addr_len: decimal(({ addr_len }) => addr_len),
  link_mode: decimal(({ link_mode }) => link_mode),
  address: ({ dev_addr, addr_len }) => formatMac(dev_addr.subarray(0, addr_len)),
  broadcast: ({ broadcast, addr_len }) => formatMac(broadcast.subarray(0, addr_len)),
  speed: ofLink(({ speed }) => String(speed | 0)),
  duplex: ofLink(({ duplex }) => DUPLEXES[duplex] ?? 'unknown'),
  dormant: whileRunning((dev) => testState(dev, LINK_STATE.DORMANT)),
  testing: whileRunning((dev) => testState(dev, LINK_STATE.TESTING)),
  operstate: (dev) => OPERSTATES[isRunning(dev) ? dev.operstate : IF_OPER_DOWN] ?? -errno.EINVAL,
  carrier_changes: decimal(({ carrier_up_count, carrier_down_count }) => carrier_up_count + carrier_down_count),
  ifalias: ({ ifalias }) => ifalias,
  carrier: whileRunning(carrierOk),
  mtu: decimal(({ mtu }) => mtu),
  flags: ({ flags }) => `0x${(flags >>> 0).toString(16)}`,
  tx_queue_len: decimal(({ tx_queue_len }) => tx_queue_len),
  gro_flush_timeout: () => '0',
  napi_defer_hard_irqs: () => '0',
  phys_port_id: unsupported,
  phys_port_name: unsupported,
  phys_switch_id: unsupported,
  proto_down: ({ proto_down }) => (proto_down ? '1' : '0'),
  carrier_up_count: decimal(({ carrier_up_count }) => carrier_up_count),
  carrier_down_count: decimal(({ carrier_down_count }) => carrier_down_count),
  threaded: () => '0',
};

/** The files of `statistics`, in the order of the counters of `rtnl_link_stats64`. */
export const STATISTICS: readonly string[] = [
  'rx_packets',
  'tx_packets',
  'rx_bytes',
  'tx_bytes',
  'rx_errors',
  'tx_errors',
  'rx_dropped',
  'tx_dropped',
  'multicast',
  'collisions',
  'rx_length_errors',
  'rx_over_errors',
  'rx_crc_errors',
  'rx_frame_errors',
  'rx_fifo_errors',
  'rx_missed_errors',
  'tx_aborted_errors',
  'tx_carrier_errors',
  'tx_fifo_errors',
  'tx_heartbeat_errors',
  'tx_window_errors',
  'rx_compressed',
  'tx_compressed',
  'rx_nohandler',
];

/** `sysfs_format_mac`. */
function formatMac(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':');
}
