import type { ethtool_channels, ethtool_ringparam } from '@netdevkit/bindings/raw';

/** Rings that a driver has yet to speak of. */
export function noRings(): ethtool_ringparam {
  return {
    rx_max_pending: 0,
    rx_mini_max_pending: 0,
    rx_jumbo_max_pending: 0,
    tx_max_pending: 0,
    rx_pending: 0,
    rx_mini_pending: 0,
    rx_jumbo_pending: 0,
    tx_pending: 0,
  };
}

/** Channels that a driver has yet to speak of. */
export function noChannels(): ethtool_channels {
  return { max_rx: 0, max_tx: 0, max_other: 0, max_combined: 0, rx_count: 0, tx_count: 0, other_count: 0, combined_count: 0 };
}
