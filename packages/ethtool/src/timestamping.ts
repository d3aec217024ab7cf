import {
  SOF_TIMESTAMPING_RAW_HARDWARE,
  SOF_TIMESTAMPING_RX_HARDWARE,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_HARDWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
} from '@netdevkit/bindings';
import type { TimestampInfo } from './operations.ts';

/**
 * Who stamps packets, and where: `SOF_TIMESTAMPING_*` (include/uapi/linux/net_tstamp.h). Combine them with `|`.
 */
export const Timestamping: Readonly<
  Record<'TX_HARDWARE' | 'TX_SOFTWARE' | 'RX_HARDWARE' | 'RX_SOFTWARE' | 'SOFTWARE' | 'RAW_HARDWARE', number>
> = {
  TX_HARDWARE: SOF_TIMESTAMPING_TX_HARDWARE,
  TX_SOFTWARE: SOF_TIMESTAMPING_TX_SOFTWARE,
  RX_HARDWARE: SOF_TIMESTAMPING_RX_HARDWARE,
  RX_SOFTWARE: SOF_TIMESTAMPING_RX_SOFTWARE,
  SOFTWARE: SOF_TIMESTAMPING_SOFTWARE,
  RAW_HARDWARE: SOF_TIMESTAMPING_RAW_HARDWARE,
};

/**
 * What a driver says that calls `skb.txTimestamp()`, and has no clock of its own.
 *
 * C twin: `ethtool_op_get_ts_info` (net/ethtool/ioctl.c).
 */
export const SOFTWARE_TIMESTAMPING: TimestampInfo = {
  timestamping: SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE,
};
