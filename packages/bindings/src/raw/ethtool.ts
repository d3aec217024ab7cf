import type { net_device } from './netdevice.ts';

/** `struct ethtool_drvinfo`, as far as a driver fills it. */
export interface ethtool_drvinfo {
  driver: string;
  version: string;
  fw_version: string;
  bus_info: string;
}

/** `struct kernel_ethtool_ts_info`: sets of bits. */
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

/** `struct ethtool_ringparam` with `struct kernel_ethtool_ringparam`. A greatest size of 0 means that there is no such ring. */
export interface ethtool_ringparam {
  rx_max_pending: number;
  rx_mini_max_pending: number;
  rx_jumbo_max_pending: number;
  tx_max_pending: number;
  rx_pending: number;
  rx_mini_pending: number;
  rx_jumbo_pending: number;
  tx_pending: number;
}

/** `struct ethtool_channels`. */
export interface ethtool_channels {
  max_rx: number;
  max_tx: number;
  max_other: number;
  max_combined: number;
  rx_count: number;
  tx_count: number;
  other_count: number;
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
  phy_address: number;
  /** Whether the settings were negotiated. */
  autoneg: number;
  transceiver: number;
}

/**
 * `struct ethtool_ops`. Absent operations are `null`; results are 0 or a negative errno unless said otherwise.
 */
export interface ethtool_ops {
  /** Whether the link is detected; the core adds that the device must be running. */
  readonly get_link: ((dev: net_device) => boolean) | null;
  readonly get_drvinfo: ((dev: net_device, info: ethtool_drvinfo) => void) | null;
  readonly get_ts_info: ((dev: net_device, info: ethtool_ts_info) => number) | null;
  readonly get_ringparam: ((dev: net_device, ring: ethtool_ringparam) => number) | null;
  readonly set_ringparam: ((dev: net_device, ring: ethtool_ringparam) => number) | null;
  readonly get_channels: ((dev: net_device, channels: ethtool_channels) => number) | null;
  readonly set_channels: ((dev: net_device, channels: ethtool_channels) => number) | null;
  /** Which values `set_coalesce` takes, by bit: see {@link ethtool_coalesce}. */
  readonly supported_coalesce_params: number;
  readonly get_coalesce: ((dev: net_device, coalesce: ethtool_coalesce) => number) | null;
  readonly set_coalesce: ((dev: net_device, coalesce: ethtool_coalesce) => number) | null;
  /** The strings of a set (`ETH_SS_*`), of at most 31 octets; a negative errno for a set that the driver does not have. */
  readonly get_strings: ((dev: net_device, stringset: number) => readonly string[] | number) | null;
  /** The values of `ETH_SS_STATS`, in the order of its strings. */
  readonly get_ethtool_stats: ((dev: net_device) => readonly bigint[] | number) | null;
  /** By bit, in the order of the strings of `ETH_SS_PRIV_FLAGS`; at most 32. */
  readonly get_priv_flags: ((dev: net_device) => number) | null;
  readonly set_priv_flags: ((dev: net_device, flags: number) => number) | null;
  /** `NETIF_MSG_*`: what the driver logs. */
  readonly get_msglevel: ((dev: net_device) => number) | null;
  readonly set_msglevel: ((dev: net_device, level: number) => number) | null;
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
