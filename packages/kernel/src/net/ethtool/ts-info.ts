import { SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_TX_SOFTWARE } from '@netdevkit/bindings';
import type { ethtool_ts_info, net_device } from '@netdevkit/bindings/raw';

/** `ethtool_op_get_ts_info`: what a driver says that calls `skb_tx_timestamp`. */
export function softwareTsInfo(_dev: net_device, info: ethtool_ts_info): number {
  info.so_timestamping = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  info.phc_index = -1;
  return 0;
}

/** What a device says of timestamps: a driver's word, and what the core does by itself. From net/ethtool/common.c:__ethtool_get_ts_info. */
export function tsInfo(dev: net_device, info: ethtool_ts_info): number {
  info.so_timestamping = info.tx_types = info.rx_filters = 0;
  info.phc_index = -1;
  const error = dev.ethtool_ops?.get_ts_info?.(dev, info) ?? 0;
  info.so_timestamping |= SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  return error;
}
