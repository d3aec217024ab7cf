import {
  ETH_SS_FEATURES,
  ETH_SS_LINK_MODES,
  ETH_SS_MSG_CLASSES,
  ETH_SS_PHY_STATS,
  ETH_SS_PHY_TUNABLES,
  ETH_SS_PRIV_FLAGS,
  ETH_SS_RSS_HASH_FUNCS,
  ETH_SS_SOF_TIMESTAMPING,
  ETH_SS_STATS,
  ETH_SS_STATS_ETH_CTRL,
  ETH_SS_STATS_ETH_MAC,
  ETH_SS_STATS_ETH_PHY,
  ETH_SS_STATS_RMON,
  ETH_SS_STATS_STD,
  ETH_SS_TEST,
  ETH_SS_TS_RX_FILTERS,
  ETH_SS_TS_TX_TYPES,
  ETH_SS_TUNABLES,
  ETH_SS_UDP_TUNNEL_TYPES,
  ETH_SS_WOL_MODES,
} from '@netdevkit/bindings';
import { FEATURE_NAMES } from './feature-names.ts';
import { LINK_MODE_NAMES } from './link-mode-names.ts';

// Names that programs see. From net/ethtool/common.c and net/ethtool/stats.c, by the number of each.

export const MESSAGE_CLASSES: readonly string[] = [
  'drv', 'probe', 'link', 'timer', 'ifdown', 'ifup', 'rx_err', 'tx_err', 'tx_queued', 'intr', 'tx_done', 'rx_status', 'pktdata', 'hw', 'wol',
];

export const TIMESTAMPING_NAMES: readonly string[] = [
  'hardware-transmit', 'software-transmit', 'hardware-receive', 'software-receive', 'software-system-clock', 'hardware-legacy-clock',
  'hardware-raw-clock', 'option-id', 'sched-transmit', 'ack-transmit', 'option-cmsg', 'option-tsonly', 'option-stats', 'option-pktinfo',
  'option-tx-swhw', 'bind-phc', 'option-id-tcp', 'option-rx-filter',
];

export const TX_TYPES: readonly string[] = ['off', 'on', 'onestep-sync', 'onestep-p2p'];

export const RX_FILTERS: readonly string[] = [
  'none', 'all', 'some', 'ptpv1-l4-event', 'ptpv1-l4-sync', 'ptpv1-l4-delay-req', 'ptpv2-l4-event', 'ptpv2-l4-sync', 'ptpv2-l4-delay-req',
  'ptpv2-l2-event', 'ptpv2-l2-sync', 'ptpv2-l2-delay-req', 'ptpv2-event', 'ptpv2-sync', 'ptpv2-delay-req', 'ntp-all',
];

const MAC_STATISTICS: readonly string[] = [
  'FramesTransmittedOK', 'SingleCollisionFrames', 'MultipleCollisionFrames', 'FramesReceivedOK', 'FrameCheckSequenceErrors',
  'AlignmentErrors', 'OctetsTransmittedOK', 'FramesWithDeferredXmissions', 'LateCollisions', 'FramesAbortedDueToXSColls',
  'FramesLostDueToIntMACXmitError', 'CarrierSenseErrors', 'OctetsReceivedOK', 'FramesLostDueToIntMACRcvError',
  'MulticastFramesXmittedOK', 'BroadcastFramesXmittedOK', 'FramesWithExcessiveDeferral', 'MulticastFramesReceivedOK',
  'BroadcastFramesReceivedOK', 'InRangeLengthErrors', 'OutOfRangeLengthField', 'FrameTooLongErrors',
];

/** The string sets that are the same for every device. */
export const STRING_SETS: ReadonlyMap<number, readonly string[]> = new Map([
  [ETH_SS_FEATURES, FEATURE_NAMES],
  [ETH_SS_RSS_HASH_FUNCS, ['toeplitz', 'xor', 'crc32']],
  [ETH_SS_TUNABLES, ['Unspec', 'rx-copybreak', 'tx-copybreak', 'pfc-prevention-tout', 'tx-copybreak-buf-size']],
  [ETH_SS_PHY_TUNABLES, ['Unspec', 'phy-downshift', 'phy-fast-link-down', 'phy-energy-detect-power-down']],
  [ETH_SS_LINK_MODES, LINK_MODE_NAMES],
  [ETH_SS_MSG_CLASSES, MESSAGE_CLASSES],
  [ETH_SS_WOL_MODES, ['phy', 'ucast', 'mcast', 'bcast', 'arp', 'magic', 'magicsecure', 'filter']],
  [ETH_SS_SOF_TIMESTAMPING, TIMESTAMPING_NAMES],
  [ETH_SS_TS_TX_TYPES, TX_TYPES],
  [ETH_SS_TS_RX_FILTERS, RX_FILTERS],
  [ETH_SS_UDP_TUNNEL_TYPES, ['vxlan', 'geneve', 'vxlan-gpe']],
  [ETH_SS_STATS_STD, ['eth-phy', 'eth-mac', 'eth-ctrl', 'rmon']],
  [ETH_SS_STATS_ETH_PHY, ['SymbolErrorDuringCarrier']],
  [ETH_SS_STATS_ETH_MAC, MAC_STATISTICS],
  [ETH_SS_STATS_ETH_CTRL, ['MACControlFramesTransmitted', 'MACControlFramesReceived', 'UnsupportedOpcodesReceived']],
  [ETH_SS_STATS_RMON, ['etherStatsUndersizePkts', 'etherStatsOversizePkts', 'etherStatsFragments', 'etherStatsJabbers']],
]);

/** The string sets that each device has its own of. */
export const DEVICE_SETS: ReadonlySet<number> = new Set([ETH_SS_TEST, ETH_SS_STATS, ETH_SS_PRIV_FLAGS, ETH_SS_PHY_STATS]);
