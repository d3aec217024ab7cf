import {
  ETHTOOL_MSG_EEE_GET,
  ETHTOOL_MSG_EEE_GET_REPLY,
  ETHTOOL_MSG_EEE_NTF,
  ETHTOOL_MSG_EEE_SET,
  ETHTOOL_MSG_FEC_GET,
  ETHTOOL_MSG_FEC_GET_REPLY,
  ETHTOOL_MSG_FEC_NTF,
  ETHTOOL_MSG_FEC_SET,
  ETHTOOL_MSG_LINKINFO_NTF,
  ETHTOOL_MSG_LINKINFO_SET,
  ETHTOOL_MSG_LINKMODES_NTF,
  ETHTOOL_MSG_LINKMODES_SET,
  ETHTOOL_MSG_PAUSE_GET,
  ETHTOOL_MSG_PAUSE_GET_REPLY,
  ETHTOOL_MSG_PAUSE_NTF,
  ETHTOOL_MSG_PAUSE_SET,
  ETHTOOL_MSG_WOL_GET,
  ETHTOOL_MSG_WOL_GET_REPLY,
  ETHTOOL_MSG_WOL_NTF,
  ETHTOOL_MSG_WOL_SET,
} from '@netdevkit/bindings';
import type { nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { EthnlGet, EthnlSet } from './ethnl-types.ts';
import { HEADER_ONLY, HEADERS, requestPolicy } from './header.ts';

const U8 = { type: 'NLA_U8' } as const;
const U32 = { type: 'NLA_U32' } as const;
const NESTED = { type: 'NLA_NESTED' } as const;
const SWITCH = { type: 'NLA_U8', max: 1 } as const;

// What needs an operation that drivers here cannot have: a wire, an energy to save, somebody to wake. Each is answered as for
// a C driver without it, after the same checks of the request.

function get(cmd: number, reply: number, policy: nla_policies = HEADER_ONLY, admin = false): EthnlGet {
  return { cmd, reply, policy, admin, prepare: () => -errno.EOPNOTSUPP };
}

function set(cmd: number, notification: number, policy: nla_policies): EthnlSet {
  return { cmd, notification, policy, validate: () => -errno.EOPNOTSUPP, set: () => -errno.EOPNOTSUPP };
}

/** Readings of what no device here has. */
export const ABSENT_GETS: readonly EthnlGet[] = [
  get(ETHTOOL_MSG_WOL_GET, ETHTOOL_MSG_WOL_GET_REPLY, HEADER_ONLY, true),
  get(ETHTOOL_MSG_PAUSE_GET, ETHTOOL_MSG_PAUSE_GET_REPLY, [undefined, HEADERS.stats, undefined, undefined, undefined, undefined, { type: 'NLA_U32', max: 2 }]),
  get(ETHTOOL_MSG_EEE_GET, ETHTOOL_MSG_EEE_GET_REPLY),
  get(ETHTOOL_MSG_FEC_GET, ETHTOOL_MSG_FEC_GET_REPLY, [undefined, HEADERS.stats]),
];

/** Settings that no device here has. The numbers are those of net/ethtool's policies. */
export const ABSENT_SETS: readonly EthnlSet[] = [
  set(ETHTOOL_MSG_LINKINFO_SET, ETHTOOL_MSG_LINKINFO_NTF, requestPolicy(5, { 2: U8, 3: U8, 5: U8 })),
  set(ETHTOOL_MSG_LINKMODES_SET, ETHTOOL_MSG_LINKMODES_NTF, requestPolicy(9, { 2: U8, 3: NESTED, 5: U32, 6: U8, 7: U8, 9: { type: 'NLA_U32', min: 1, max: 8 } })),
  set(ETHTOOL_MSG_WOL_SET, ETHTOOL_MSG_WOL_NTF, requestPolicy(3, { 2: NESTED, 3: { type: 'NLA_BINARY', len: 6 } })),
  set(ETHTOOL_MSG_PAUSE_SET, ETHTOOL_MSG_PAUSE_NTF, requestPolicy(4, { 2: U8, 3: U8, 4: U8 })),
  set(ETHTOOL_MSG_EEE_SET, ETHTOOL_MSG_EEE_NTF, requestPolicy(7, { 2: NESTED, 5: U8, 6: U8, 7: U32 })),
  set(ETHTOOL_MSG_FEC_SET, ETHTOOL_MSG_FEC_NTF, requestPolicy(3, { 2: NESTED, 3: SWITCH })),
];
