import {
  ETHTOOL_A_CHANNELS_COMBINED_COUNT,
  ETHTOOL_A_CHANNELS_COMBINED_MAX,
  ETHTOOL_A_CHANNELS_OTHER_COUNT,
  ETHTOOL_A_CHANNELS_OTHER_MAX,
  ETHTOOL_A_CHANNELS_RX_COUNT,
  ETHTOOL_A_CHANNELS_RX_MAX,
  ETHTOOL_A_CHANNELS_TX_COUNT,
  ETHTOOL_A_CHANNELS_TX_MAX,
  ETHTOOL_A_RINGS_CQE_SIZE,
  ETHTOOL_A_RINGS_RX,
  ETHTOOL_A_RINGS_RX_BUF_LEN,
  ETHTOOL_A_RINGS_RX_JUMBO,
  ETHTOOL_A_RINGS_RX_JUMBO_MAX,
  ETHTOOL_A_RINGS_RX_MAX,
  ETHTOOL_A_RINGS_RX_MINI,
  ETHTOOL_A_RINGS_RX_MINI_MAX,
  ETHTOOL_A_RINGS_RX_PUSH,
  ETHTOOL_A_RINGS_TCP_DATA_SPLIT,
  ETHTOOL_A_RINGS_TX,
  ETHTOOL_A_RINGS_TX_MAX,
  ETHTOOL_A_RINGS_TX_PUSH,
  ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN,
  ETHTOOL_MSG_CHANNELS_GET,
  ETHTOOL_MSG_CHANNELS_GET_REPLY,
  ETHTOOL_MSG_CHANNELS_NTF,
  ETHTOOL_MSG_CHANNELS_SET,
  ETHTOOL_MSG_RINGS_GET,
  ETHTOOL_MSG_RINGS_GET_REPLY,
  ETHTOOL_MSG_RINGS_NTF,
  ETHTOOL_MSG_RINGS_SET,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import type { ethtool_channels, ethtool_ringparam } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { EthnlGet, EthnlQuestion, EthnlSet } from './ethnl-types.ts';
import { HEADER_ONLY, requestPolicy } from './header.ts';
import { noChannels, noRings } from './no-counts.ts';

const U32 = { type: 'NLA_U32' } as const;
const AT_LEAST_ONE = { type: 'NLA_U32', min: 1 } as const;
const SWITCH = { type: 'NLA_U8', max: 1 } as const;

/** One count of a record: its attribute, its greatest value's attribute, and the fields of both. */
type Count<R> = readonly [count: number, max: number, field: keyof R, maxField: keyof R];

const RINGS: readonly Count<ethtool_ringparam>[] = [
  [ETHTOOL_A_RINGS_RX, ETHTOOL_A_RINGS_RX_MAX, 'rx_pending', 'rx_max_pending'],
  [ETHTOOL_A_RINGS_RX_MINI, ETHTOOL_A_RINGS_RX_MINI_MAX, 'rx_mini_pending', 'rx_mini_max_pending'],
  [ETHTOOL_A_RINGS_RX_JUMBO, ETHTOOL_A_RINGS_RX_JUMBO_MAX, 'rx_jumbo_pending', 'rx_jumbo_max_pending'],
  [ETHTOOL_A_RINGS_TX, ETHTOOL_A_RINGS_TX_MAX, 'tx_pending', 'tx_max_pending'],
];

const CHANNELS: readonly Count<ethtool_channels>[] = [
  [ETHTOOL_A_CHANNELS_RX_COUNT, ETHTOOL_A_CHANNELS_RX_MAX, 'rx_count', 'max_rx'],
  [ETHTOOL_A_CHANNELS_TX_COUNT, ETHTOOL_A_CHANNELS_TX_MAX, 'tx_count', 'max_tx'],
  [ETHTOOL_A_CHANNELS_OTHER_COUNT, ETHTOOL_A_CHANNELS_OTHER_MAX, 'other_count', 'max_other'],
  [ETHTOOL_A_CHANNELS_COMBINED_COUNT, ETHTOOL_A_CHANNELS_COMBINED_MAX, 'combined_count', 'max_combined'],
];

/** What rings may do beyond their sizes, none of which a driver here does, and how each is refused. */
const RING_EXTRAS: readonly (readonly [attr: number, message: string])[] = [
  [ETHTOOL_A_RINGS_RX_BUF_LEN, 'setting rx buf len not supported'],
  [ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 'setting TCP data split is not supported'],
  [ETHTOOL_A_RINGS_CQE_SIZE, 'setting cqe size not supported'],
  [ETHTOOL_A_RINGS_TX_PUSH, 'setting tx push not supported'],
  [ETHTOOL_A_RINGS_RX_PUSH, 'setting rx push not supported'],
  [ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, 'setting tx push buf len is not supported'],
];

/** net/ethtool/rings.c. */
export const RINGS_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_RINGS_GET,
  reply: ETHTOOL_MSG_RINGS_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev) {
    const rings = noRings();
    const error = dev?.ethtool_ops?.get_ringparam?.(dev, rings) ?? -errno.EOPNOTSUPP;
    if (error < 0) return error;
    return (writer) => {
      for (const [count, max, field, maxField] of RINGS) {
        if (rings[maxField] === 0) continue;
        writer.putU32(max, rings[maxField]);
        writer.putU32(count, rings[field]);
      }
      writer.putU8(ETHTOOL_A_RINGS_TX_PUSH, 0);
      writer.putU8(ETHTOOL_A_RINGS_RX_PUSH, 0);
    };
  },
};

export const RINGS_SET: EthnlSet = {
  cmd: ETHTOOL_MSG_RINGS_SET,
  policy: requestPolicy(ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, {
    [ETHTOOL_A_RINGS_RX]: U32,
    [ETHTOOL_A_RINGS_RX_MINI]: U32,
    [ETHTOOL_A_RINGS_RX_JUMBO]: U32,
    [ETHTOOL_A_RINGS_TX]: U32,
    [ETHTOOL_A_RINGS_RX_BUF_LEN]: AT_LEAST_ONE,
    [ETHTOOL_A_RINGS_TCP_DATA_SPLIT]: { type: 'NLA_U8', max: 2 },
    [ETHTOOL_A_RINGS_CQE_SIZE]: AT_LEAST_ONE,
    [ETHTOOL_A_RINGS_TX_PUSH]: SWITCH,
    [ETHTOOL_A_RINGS_RX_PUSH]: SWITCH,
    [ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN]: U32,
  }),
  notification: ETHTOOL_MSG_RINGS_NTF,
  validate({ ethtool_ops: ops }, question) {
    for (const [attr, message] of RING_EXTRAS) if (question.attrs.has(attr)) return refuse(question, attr, message, errno.EOPNOTSUPP);
    return ops?.get_ringparam != null && ops.set_ringparam !== null ? 1 : -errno.EOPNOTSUPP;
  },
  set(dev, question) {
    const ops = dev.ethtool_ops;
    const rings = noRings();
    const error = ops?.get_ringparam?.(dev, rings) ?? -errno.EOPNOTSUPP;
    if (error < 0) return error;
    if (!update(rings, RINGS, question)) return 0;
    const wrong = RINGS.find(([, , field, max]) => rings[field] > rings[max]);
    if (wrong !== undefined) return refuse(question, wrong[0], 'requested ring size exceeds maximum');
    const result = ops?.set_ringparam?.(dev, rings) ?? -errno.EOPNOTSUPP;
    return result < 0 ? result : 1;
  },
};

/** net/ethtool/channels.c. */
export const CHANNELS_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_CHANNELS_GET,
  reply: ETHTOOL_MSG_CHANNELS_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev) {
    const channels = noChannels();
    const error = dev?.ethtool_ops?.get_channels?.(dev, channels) ?? -errno.EOPNOTSUPP;
    if (error < 0) return error;
    return (writer) => {
      for (const [count, max, field, maxField] of CHANNELS) {
        if (channels[maxField] === 0) continue;
        writer.putU32(max, channels[maxField]);
        writer.putU32(count, channels[field]);
      }
    };
  },
};

export const CHANNELS_SET: EthnlSet = {
  cmd: ETHTOOL_MSG_CHANNELS_SET,
  policy: requestPolicy(ETHTOOL_A_CHANNELS_COMBINED_COUNT, {
    [ETHTOOL_A_CHANNELS_RX_COUNT]: U32,
    [ETHTOOL_A_CHANNELS_TX_COUNT]: U32,
    [ETHTOOL_A_CHANNELS_OTHER_COUNT]: U32,
    [ETHTOOL_A_CHANNELS_COMBINED_COUNT]: U32,
  }),
  notification: ETHTOOL_MSG_CHANNELS_NTF,
  validate: ({ ethtool_ops: ops }) => (ops?.get_channels != null && ops.set_channels !== null ? 1 : -errno.EOPNOTSUPP),
  set(dev, question) {
    const ops = dev.ethtool_ops;
    const channels = noChannels();
    const error = ops?.get_channels?.(dev, channels) ?? -errno.EOPNOTSUPP;
    if (error < 0) return error;
    const combined = channels.combined_count;
    if (!update(channels, CHANNELS, question)) return 0;
    const wrong = CHANNELS.find(([, , field, max]) => channels[field] > channels[max]);
    if (wrong !== undefined) return refuse(question, wrong[0], 'requested channel count exceeds maximum');
    const missing = missingChannel(channels);
    if (missing !== 0) {
      const attr = channels.combined_count === combined ? missing : ETHTOOL_A_CHANNELS_COMBINED_COUNT;
      return refuse(question, attr, 'requested channel counts would result in no RX or TX channel being configured');
    }
    const result = ops?.set_channels?.(dev, channels) ?? -errno.EOPNOTSUPP;
    return result < 0 ? result : 1;
  },
};

function missingChannel(channels: ethtool_channels): number {
  if (channels.combined_count !== 0) return 0;
  if (channels.rx_count === 0) return ETHTOOL_A_CHANNELS_RX_COUNT;
  return channels.tx_count === 0 ? ETHTOOL_A_CHANNELS_TX_COUNT : 0;
}

/** Puts what is asked for into a record. Gives whether anything differs. */
function update<R extends Record<keyof R, number>>(record: R, counts: readonly Count<R>[], { attrs }: EthnlQuestion): boolean {
  let changed = false;
  for (const [attr, , field] of counts) {
    const value = attrs.u32(attr);
    if (value === undefined || value === record[field]) continue;
    // CAST: every field of such a record is a number.
    record[field] = value as R[keyof R];
    changed = true;
  }
  return changed;
}

/** Says what is wrong, at an attribute if it came. */
function refuse({ attrs, extack }: EthnlQuestion, attr: number, message: string, code: number = errno.EINVAL): number {
  extack._msg = message;
  if (attrs.has(attr)) extack.bad_attr = attrs.offset(attr) - NLA_HDRLEN;
  return -code;
}
