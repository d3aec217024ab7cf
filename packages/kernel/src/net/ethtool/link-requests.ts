import {
  ETHTOOL_A_DEBUG_MSGMASK,
  ETHTOOL_A_LINKINFO_PHYADDR,
  ETHTOOL_A_LINKINFO_PORT,
  ETHTOOL_A_LINKINFO_TP_MDIX,
  ETHTOOL_A_LINKINFO_TP_MDIX_CTRL,
  ETHTOOL_A_LINKINFO_TRANSCEIVER,
  ETHTOOL_A_LINKMODES_AUTONEG,
  ETHTOOL_A_LINKMODES_DUPLEX,
  ETHTOOL_A_LINKMODES_OURS,
  ETHTOOL_A_LINKMODES_SPEED,
  ETHTOOL_A_LINKSTATE_LINK,
  ETHTOOL_A_TSINFO_PHC_INDEX,
  ETHTOOL_A_TSINFO_RX_FILTERS,
  ETHTOOL_A_TSINFO_STATS,
  ETHTOOL_A_TSINFO_TIMESTAMPING,
  ETHTOOL_A_TSINFO_TX_TYPES,
  ETHTOOL_FLAG_STATS,
  ETHTOOL_MSG_DEBUG_GET,
  ETHTOOL_MSG_DEBUG_GET_REPLY,
  ETHTOOL_MSG_DEBUG_NTF,
  ETHTOOL_MSG_DEBUG_SET,
  ETHTOOL_MSG_LINKINFO_GET,
  ETHTOOL_MSG_LINKINFO_GET_REPLY,
  ETHTOOL_MSG_LINKMODES_GET,
  ETHTOOL_MSG_LINKMODES_GET_REPLY,
  ETHTOOL_MSG_LINKSTATE_GET,
  ETHTOOL_MSG_LINKSTATE_GET_REPLY,
  ETHTOOL_MSG_TSINFO_GET,
  ETHTOOL_MSG_TSINFO_GET_REPLY,
  NLA_F_NESTED,
} from '@netdevkit/bindings';
import type { ethtool_link_ksettings, ethtool_ts_info, net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { isRunning } from '../core/link-watch.ts';
import { applyBits, parseBitset, putBitset } from './bitset.ts';
import type { EthnlGet, EthnlQuestion, EthnlSet } from './ethnl-types.ts';
import { HEADER_ONLY, HEADERS, requestPolicy } from './header.ts';
import { LINK_MODE_NAMES } from './link-mode-names.ts';
import { MESSAGE_CLASSES, RX_FILTERS, TIMESTAMPING_NAMES, TX_TYPES } from './strings.ts';
import { tsInfo } from './ts-info.ts';

/** ETHTOOL_A_LINKMODES_RATE_MATCHING. */
const RATE_MATCHING = 10;

/** net/ethtool/linkstate.c. */
export const LINKSTATE_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_LINKSTATE_GET,
  reply: ETHTOOL_MSG_LINKSTATE_GET_REPLY,
  policy: [undefined, HEADERS.stats],
  prepare(dev) {
    const getLink = dev?.ethtool_ops?.get_link ?? null;
    const link = getLink === null || dev === undefined ? undefined : isRunning(dev) && getLink(dev);
    return (writer) => {
      if (link !== undefined) writer.putU8(ETHTOOL_A_LINKSTATE_LINK, link ? 1 : 0);
    };
  },
};

/** net/ethtool/linkinfo.c. */
export const LINKINFO_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_LINKINFO_GET,
  reply: ETHTOOL_MSG_LINKINFO_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev, question) {
    const settings = settingsOf(dev, question);
    if (typeof settings === 'number') return settings;
    return (writer) => {
      writer.putU8(ETHTOOL_A_LINKINFO_PORT, settings.port);
      writer.putU8(ETHTOOL_A_LINKINFO_PHYADDR, settings.phy_address);
      writer.putU8(ETHTOOL_A_LINKINFO_TP_MDIX, 0);
      writer.putU8(ETHTOOL_A_LINKINFO_TP_MDIX_CTRL, 0);
      writer.putU8(ETHTOOL_A_LINKINFO_TRANSCEIVER, settings.transceiver);
    };
  },
};

/** net/ethtool/linkmodes.c. Nothing here has modes to choose from. */
export const LINKMODES_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_LINKMODES_GET,
  reply: ETHTOOL_MSG_LINKMODES_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev, question) {
    const settings = settingsOf(dev, question);
    if (typeof settings === 'number') return settings;
    return (writer) => {
      writer.putU8(ETHTOOL_A_LINKMODES_AUTONEG, settings.autoneg);
      putBitset(writer, ETHTOOL_A_LINKMODES_OURS, 0n, 0n, LINK_MODE_NAMES, question.compact);
      writer.putU32(ETHTOOL_A_LINKMODES_SPEED, settings.speed >>> 0);
      writer.putU8(ETHTOOL_A_LINKMODES_DUPLEX, settings.duplex);
      writer.putU8(RATE_MATCHING, 0);
    };
  },
};

function settingsOf(dev: net_device | undefined, { extack }: EthnlQuestion): ethtool_link_ksettings | number {
  const settings: ethtool_link_ksettings = { speed: 0, duplex: 0, port: 0, phy_address: 0, autoneg: 0, transceiver: 0 };
  const error = dev?.ethtool_ops?.get_link_ksettings?.(dev, settings) ?? -errno.EOPNOTSUPP;
  if (error >= 0) return settings;
  extack._msg = 'failed to retrieve link settings';
  return error;
}

/** net/ethtool/tsinfo.c. */
export const TSINFO_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_TSINFO_GET,
  reply: ETHTOOL_MSG_TSINFO_GET_REPLY,
  policy: [undefined, HEADERS.stats],
  prepare(dev, { compact, flags }) {
    const info: ethtool_ts_info = { so_timestamping: 0, phc_index: -1, tx_types: 0, rx_filters: 0 };
    const error = dev === undefined ? -errno.ENODEV : tsInfo(dev, info);
    if (error < 0) return error;
    return (writer) => {
      const put = (type: number, bits: number, names: readonly string[]): void => {
        if (bits !== 0) putBitset(writer, type, BigInt(bits), null, names, compact);
      };
      put(ETHTOOL_A_TSINFO_TIMESTAMPING, info.so_timestamping, TIMESTAMPING_NAMES);
      put(ETHTOOL_A_TSINFO_TX_TYPES, info.tx_types, TX_TYPES);
      put(ETHTOOL_A_TSINFO_RX_FILTERS, info.rx_filters, RX_FILTERS);
      if (info.phc_index >= 0) writer.putU32(ETHTOOL_A_TSINFO_PHC_INDEX, info.phc_index);
      // No driver here counts stamps, so that the nest is empty.
      if ((flags & ETHTOOL_FLAG_STATS) !== 0) writer.nestEnd(writer.nestStart(ETHTOOL_A_TSINFO_STATS | NLA_F_NESTED));
    };
  },
};

/** net/ethtool/debug.c. */
export const DEBUG_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_DEBUG_GET,
  reply: ETHTOOL_MSG_DEBUG_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev, { compact }) {
    const level = dev?.ethtool_ops?.get_msglevel?.(dev);
    if (level === undefined) return -errno.EOPNOTSUPP;
    return (writer) => {
      putBitset(writer, ETHTOOL_A_DEBUG_MSGMASK, BigInt(level), null, MESSAGE_CLASSES, compact);
    };
  },
};

export const DEBUG_SET: EthnlSet = {
  cmd: ETHTOOL_MSG_DEBUG_SET,
  policy: requestPolicy(ETHTOOL_A_DEBUG_MSGMASK, { [ETHTOOL_A_DEBUG_MSGMASK]: { type: 'NLA_NESTED' } }),
  notification: ETHTOOL_MSG_DEBUG_NTF,
  validate: ({ ethtool_ops: ops }) => (ops?.get_msglevel != null && ops.set_msglevel !== null ? 1 : -errno.EOPNOTSUPP),
  set(dev, { attrs, extack }) {
    const ops = dev.ethtool_ops;
    if (!attrs.has(ETHTOOL_A_DEBUG_MSGMASK)) return 0;
    const before = BigInt(ops?.get_msglevel?.(dev) ?? 0);
    const bits = parseBitset(attrs, ETHTOOL_A_DEBUG_MSGMASK, MESSAGE_CLASSES, extack);
    if (typeof bits === 'number') return bits;
    const after = applyBits(before, bits);
    if (after === before) return 0;
    const error = ops?.set_msglevel?.(dev, Number(after)) ?? -errno.EOPNOTSUPP;
    return error < 0 ? error : 1;
  },
};
