import {
  ETH_SS_PRIV_FLAGS,
  ETHTOOL_A_FEATURES_ACTIVE,
  ETHTOOL_A_FEATURES_HW,
  ETHTOOL_A_FEATURES_NOCHANGE,
  ETHTOOL_A_FEATURES_WANTED,
  ETHTOOL_A_PRIVFLAGS_FLAGS,
  ETHTOOL_MSG_FEATURES_GET,
  ETHTOOL_MSG_FEATURES_GET_REPLY,
  ETHTOOL_MSG_PRIVFLAGS_GET,
  ETHTOOL_MSG_PRIVFLAGS_GET_REPLY,
  ETHTOOL_MSG_PRIVFLAGS_NTF,
  ETHTOOL_MSG_PRIVFLAGS_SET,
} from '@netdevkit/bindings';
import { NETIF_F, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { applyBits, parseBitset, putBitset } from './bitset.ts';
import type { EthnlGet, EthnlSet } from './ethnl-types.ts';
import { FEATURE_NAMES } from './feature-names.ts';
import { HEADER_ONLY, requestPolicy } from './header.ts';

/** What no user changes. From include/linux/netdev_features.h:NETIF_F_NEVER_CHANGE; LLTX and NETNS_LOCAL are no features in 6.12. */
export const NEVER_CHANGE: bigint = NETIF_F.VLAN_CHALLENGED;
/** Every feature that there is. */
export const ALL_FEATURES: bigint = (1n << BigInt(FEATURE_NAMES.length)) - 1n;

/** net/ethtool/features.c. */
export const FEATURES_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_FEATURES_GET,
  reply: ETHTOOL_MSG_FEATURES_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev, { compact }) {
    if (dev === undefined) return -errno.ENODEV;
    return (writer) => {
      putBitset(writer, ETHTOOL_A_FEATURES_HW, dev.hw_features, ALL_FEATURES, FEATURE_NAMES, compact);
      putBitset(writer, ETHTOOL_A_FEATURES_WANTED, dev.wanted_features, null, FEATURE_NAMES, compact);
      putBitset(writer, ETHTOOL_A_FEATURES_ACTIVE, dev.features, null, FEATURE_NAMES, compact);
      putBitset(writer, ETHTOOL_A_FEATURES_NOCHANGE, NEVER_CHANGE, null, FEATURE_NAMES, compact);
    };
  },
};

/** net/ethtool/privflags.c. */
export const PRIVFLAGS_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_PRIVFLAGS_GET,
  reply: ETHTOOL_MSG_PRIVFLAGS_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev, { compact }) {
    const names = namesOf(dev);
    if (typeof names === 'number') return names;
    const flags = dev?.ethtool_ops?.get_priv_flags?.(dev);
    if (flags === undefined) return -errno.EOPNOTSUPP;
    const all = (1n << BigInt(names.length)) - 1n;
    return (writer) => {
      putBitset(writer, ETHTOOL_A_PRIVFLAGS_FLAGS, BigInt(flags >>> 0), all, names, compact);
    };
  },
};

export const PRIVFLAGS_SET: EthnlSet = {
  cmd: ETHTOOL_MSG_PRIVFLAGS_SET,
  policy: requestPolicy(ETHTOOL_A_PRIVFLAGS_FLAGS, { [ETHTOOL_A_PRIVFLAGS_FLAGS]: { type: 'NLA_NESTED' } }),
  notification: ETHTOOL_MSG_PRIVFLAGS_NTF,
  validate({ ethtool_ops: ops }, { attrs }) {
    if (!attrs.has(ETHTOOL_A_PRIVFLAGS_FLAGS)) return -errno.EINVAL;
    return ops?.get_priv_flags != null && ops.set_priv_flags !== null && ops.get_strings !== null ? 1 : -errno.EOPNOTSUPP;
  },
  set(dev, { attrs, extack }) {
    const names = namesOf(dev);
    if (typeof names === 'number') return names;
    const ops = dev.ethtool_ops;
    const before = BigInt((ops?.get_priv_flags?.(dev) ?? 0) >>> 0);
    const bits = parseBitset(attrs, ETHTOOL_A_PRIVFLAGS_FLAGS, names, extack);
    if (typeof bits === 'number') return bits;
    const after = applyBits(before, bits);
    if (after === before) return 0;
    const error = ops?.set_priv_flags?.(dev, Number(after)) ?? -errno.EOPNOTSUPP;
    return error < 0 ? error : 1;
  },
};

function namesOf(dev: net_device | undefined): readonly string[] | number {
  if (dev?.ethtool_ops?.get_priv_flags == null) return -errno.EOPNOTSUPP;
  return dev.ethtool_ops.get_strings?.(dev, ETH_SS_PRIV_FLAGS) ?? -errno.EOPNOTSUPP;
}
