import type { net_device } from './netdevice.ts';

/** `struct ethtool_drvinfo` (include/uapi/linux/ethtool.h), as far as a driver fills it. */
export interface ethtool_drvinfo {
  /** The driver's name, of 31 octets at most: empty when it is asked for. */
  driver: string;
  /** Its version, of 31 octets at most: the kernel's release when it is asked for, which most drivers leave. */
  version: string;
  /** The version of the device's firmware, of 31 octets at most; empty for none. */
  fw_version: string;
  /** Where the device is on its bus, of 31 octets at most, such as `0000:00:1f.6`; empty for a virtual one. */
  bus_info: string;
}

/** `struct kernel_ethtool_ts_info` (include/linux/ethtool.h): sets of bits. */
export interface ethtool_ts_info {
  /** `SOF_TIMESTAMPING_*`. */
  so_timestamping: number;
  /** The PTP clock's number, -1 for none. */
  phc_index: number;
  /** By bit: `HWTSTAMP_TX_*`. */
  tx_types: number;
  /** By bit: `HWTSTAMP_FILTER_*`. */
  rx_filters: number;
}

/**
 * `struct ethtool_ringparam` (include/uapi/linux/ethtool.h) with `struct kernel_ethtool_ringparam`. A greatest size of 0 means
 * that there is no such ring.
 */
export interface ethtool_ringparam {
  /** The most packets that the receive ring can be set to hold. */
  rx_max_pending: number;
  /** The most packets that the receive ring for small ones can be set to hold. */
  rx_mini_max_pending: number;
  /** The most packets that the receive ring for jumbo ones can be set to hold. */
  rx_jumbo_max_pending: number;
  /** The most packets that the transmit ring can be set to hold. */
  tx_max_pending: number;
  /** How many packets the receive ring holds. */
  rx_pending: number;
  /** How many packets the receive ring for small ones holds. */
  rx_mini_pending: number;
  /** How many packets the receive ring for jumbo ones holds. */
  rx_jumbo_pending: number;
  /** How many packets the transmit ring holds. */
  tx_pending: number;
}

/** `struct ethtool_channels` (include/uapi/linux/ethtool.h). */
export interface ethtool_channels {
  /** The most channels for receiving alone; 0: there are none of the kind. */
  max_rx: number;
  /** The most channels for transmitting alone; 0: there are none of the kind. */
  max_tx: number;
  /** The most channels for neither, such as link interrupts; 0: there are none of the kind. */
  max_other: number;
  /** The most channels that both receive and transmit; 0: there are none of the kind. */
  max_combined: number;
  /** How many channels only receive. */
  rx_count: number;
  /** How many channels only transmit. */
  tx_count: number;
  /** How many channels do neither. */
  other_count: number;
  /** How many channels both receive and transmit. */
  combined_count: number;
}

/**
 * `struct ethtool_coalesce` with `struct kernel_ethtool_coalesce`: by the netlink attribute of each value, less that of the
 * first (`ETHTOOL_A_COALESCE_RX_USECS`). `supported_coalesce_params` counts its bits in the same way.
 */
export type ethtool_coalesce = Uint32Array;

/** What `get_link_ksettings` fills of `struct ethtool_link_ksettings`. */
export interface ethtool_link_ksettings {
  /** Mb/s, -1 for unknown. */
  speed: number;
  /** `DUPLEX_*`. */
  duplex: number;
  /** `PORT_*`. */
  port: number;
  /** The transceiver's MDIO address; 0 where there is none to have one. */
  phy_address: number;
  /** Whether the settings were negotiated. */
  autoneg: number;
  /** Where the transceiver is: inside the device (`XCVR_INTERNAL`, 0) or outside (`XCVR_EXTERNAL`, 1). */
  transceiver: number;
}

/**
 * `struct ethtool_ops` (include/linux/ethtool.h). Absent operations are `null`; results are 0 or a negative errno unless said
 * otherwise.
 */
export interface ethtool_ops {
  /** Whether the link is detected; the core adds that the device must be running. */
  readonly get_link: ((dev: net_device) => boolean) | null;
  /** Fills in what `ethtool -i` shows. `null`: the link kind stands for the driver, and a device of no kind answers -EOPNOTSUPP. */
  readonly get_drvinfo: ((dev: net_device, info: ethtool_drvinfo) => void) | null;
  /** Fills in how packets are stamped, to which the core adds what it does itself. `null`: that alone. */
  readonly get_ts_info: ((dev: net_device, info: ethtool_ts_info) => number) | null;
  /** Fills in a zeroed record: `ethtool -g`. `null`: -EOPNOTSUPP. */
  readonly get_ringparam: ((dev: net_device, ring: ethtool_ringparam) => number) | null;
  /** Takes all sizes, none above its greatest: `ethtool -G`. `null`: -EOPNOTSUPP. */
  readonly set_ringparam: ((dev: net_device, ring: ethtool_ringparam) => number) | null;
  /** Fills in a zeroed record: `ethtool -l`. `null`: -EOPNOTSUPP. */
  readonly get_channels: ((dev: net_device, channels: ethtool_channels) => number) | null;
  /** Takes all numbers, none above its greatest: `ethtool -L`. `null`: -EOPNOTSUPP. */
  readonly set_channels: ((dev: net_device, channels: ethtool_channels) => number) | null;
  /** Which values `set_coalesce` takes, by bit: see {@link ethtool_coalesce}. */
  readonly supported_coalesce_params: number;
  /** Fills in a zeroed record: `ethtool -c`. `null`: -EOPNOTSUPP. */
  readonly get_coalesce: ((dev: net_device, coalesce: ethtool_coalesce) => number) | null;
  /** Takes all values, of which only the supported ones differ from those that were got: `ethtool -C`. `null`: -EOPNOTSUPP. */
  readonly set_coalesce: ((dev: net_device, coalesce: ethtool_coalesce) => number) | null;
  /** The strings of a set (`ETH_SS_*`), of at most 31 octets; a negative errno for a set that the driver does not have. */
  readonly get_strings: ((dev: net_device, stringset: number) => readonly string[] | number) | null;
  /** The values of `ETH_SS_STATS`, in the order of its strings. */
  readonly get_ethtool_stats: ((dev: net_device) => readonly bigint[] | number) | null;
  /** By bit, in the order of the strings of `ETH_SS_PRIV_FLAGS`; at most 32. */
  readonly get_priv_flags: ((dev: net_device) => number) | null;
  /** Takes all flags, in the order of {@link get_priv_flags}. `null`: -EOPNOTSUPP. */
  readonly set_priv_flags: ((dev: net_device, flags: number) => number) | null;
  /** `NETIF_MSG_*`: what the driver logs. */
  readonly get_msglevel: ((dev: net_device) => number) | null;
  /** Takes what the driver is to log: `NETIF_MSG_*`. `null`: -EOPNOTSUPP. */
  readonly set_msglevel: ((dev: net_device, level: number) => number) | null;
  /** Fills in a zeroed record of the link's speed and duplex. `null`: -EOPNOTSUPP. */
  readonly get_link_ksettings: ((dev: net_device, settings: ethtool_link_ksettings) => number) | null;
}

/** A driver that tells ethtool nothing: what the operations of others start from. */
export const default_ethtool_ops: ethtool_ops = {
  get_link: null,
  get_drvinfo: null,
  get_ts_info: null,
  get_ringparam: null,
  set_ringparam: null,
  get_channels: null,
  set_channels: null,
  supported_coalesce_params: 0,
  get_coalesce: null,
  set_coalesce: null,
  get_strings: null,
  get_ethtool_stats: null,
  get_priv_flags: null,
  set_priv_flags: null,
  get_msglevel: null,
  set_msglevel: null,
  get_link_ksettings: null,
};
