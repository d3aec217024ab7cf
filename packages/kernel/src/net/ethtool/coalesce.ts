import {
  ETHTOOL_A_COALESCE_RX_USECS,
  ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS,
  ETHTOOL_A_COALESCE_TX_PROFILE,
  ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
  ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX,
  ETHTOOL_A_COALESCE_USE_CQE_MODE_RX,
  ETHTOOL_A_COALESCE_USE_CQE_MODE_TX,
  ETHTOOL_A_COALESCE_RX_PROFILE,
  ETHTOOL_MSG_COALESCE_GET,
  ETHTOOL_MSG_COALESCE_GET_REPLY,
  ETHTOOL_MSG_COALESCE_NTF,
  ETHTOOL_MSG_COALESCE_SET,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import type { ethtool_coalesce, net_device, nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { EthnlGet, EthnlQuestion, EthnlSet } from './ethnl-types.ts';
import { HEADER_ONLY, requestPolicy } from './header.ts';

const FIRST = ETHTOOL_A_COALESCE_RX_USECS;
const LAST = ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS;
/** How coalescing works, rather than for how long: on the wire, octets. */
const MODES: ReadonlySet<number> = new Set([
  ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
  ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX,
  ETHTOOL_A_COALESCE_USE_CQE_MODE_TX,
  ETHTOOL_A_COALESCE_USE_CQE_MODE_RX,
]);

/** From net/ethtool/coalesce.c:coalesce_profile_policy: microseconds, packets and completions of one step. */
const PROFILE: nla_policy = {
  type: 'NLA_NESTED',
  nested: [undefined, { type: 'NLA_NESTED', nested: [undefined, { type: 'NLA_U32' }, { type: 'NLA_U32' }, { type: 'NLA_U32' }] }],
};

function policies(): Record<number, nla_policy> {
  const known: Record<number, nla_policy> = { [ETHTOOL_A_COALESCE_RX_PROFILE]: PROFILE, [ETHTOOL_A_COALESCE_TX_PROFILE]: PROFILE };
  for (let attr = FIRST; attr <= LAST; attr++) known[attr] = { type: MODES.has(attr) ? 'NLA_U8' : 'NLA_U32' };
  known[ETHTOOL_A_COALESCE_USE_CQE_MODE_TX] = known[ETHTOOL_A_COALESCE_USE_CQE_MODE_RX] = { type: 'NLA_U8', max: 1 };
  return known;
}

/** net/ethtool/coalesce.c. */
export const COALESCE_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_COALESCE_GET,
  reply: ETHTOOL_MSG_COALESCE_GET_REPLY,
  policy: HEADER_ONLY,
  prepare(dev) {
    const values = read(dev);
    if (typeof values === 'number') return values;
    const supported = dev?.ethtool_ops?.supported_coalesce_params ?? 0;
    return (writer) => {
      for (let attr = FIRST; attr <= LAST; attr++) {
        const value = values[attr - FIRST] ?? 0;
        if (value === 0 && ((supported >>> (attr - FIRST)) & 1) === 0) continue;
        if (MODES.has(attr)) writer.putU8(attr, value === 0 ? 0 : 1);
        else writer.putU32(attr, value);
      }
    };
  },
};

export const COALESCE_SET: EthnlSet = {
  cmd: ETHTOOL_MSG_COALESCE_SET,
  policy: requestPolicy(ETHTOOL_A_COALESCE_TX_PROFILE, policies()),
  notification: ETHTOOL_MSG_COALESCE_NTF,
  validate({ ethtool_ops: ops }, { attrs, extack }) {
    if (ops?.get_coalesce == null || ops.set_coalesce === null) return -errno.EOPNOTSUPP;
    for (let attr = FIRST; attr <= ETHTOOL_A_COALESCE_TX_PROFILE; attr++) {
      const supported = attr <= LAST && ((ops.supported_coalesce_params >>> (attr - FIRST)) & 1) === 1;
      if (!attrs.has(attr) || supported) continue;
      extack._msg = 'cannot modify an unsupported parameter';
      extack.bad_attr = attrs.offset(attr) - NLA_HDRLEN;
      return -errno.EINVAL;
    }
    return 1;
  },
  set(dev, question) {
    const first = change(dev, question);
    if (typeof first === 'number') return first;
    // From net/ethtool/coalesce.c:ethnl_set_coalesce: a new mode may reset what came with it, so it is set again.
    const second = first.dual ? change(dev, question) : 1;
    return typeof second === 'number' && second < 0 ? second : 1;
  },
};

/** Gives 0 when nothing differs, a negative errno, or whether both modes and values were changed. */
function change(dev: net_device, { attrs }: EthnlQuestion): { readonly dual: boolean } | number {
  const values = read(dev);
  if (typeof values === 'number') return values;
  let [times, modes] = [false, false];
  for (let attr = FIRST; attr <= LAST; attr++) {
    const isMode = MODES.has(attr);
    const value = isMode ? attrs.u8(attr) : attrs.u32(attr);
    if (value === undefined) continue;
    const wanted = isMode ? (value === 0 ? 0 : 1) : value;
    if (wanted === values[attr - FIRST]) continue;
    values[attr - FIRST] = wanted;
    if (isMode) modes = true;
    else times = true;
  }
  if (!times && !modes) return 0;
  const error = dev.ethtool_ops?.set_coalesce?.(dev, values) ?? -errno.EOPNOTSUPP;
  return error < 0 ? error : { dual: times && modes };
}

function read(dev: net_device | undefined): ethtool_coalesce | number {
  const values = new Uint32Array(LAST - FIRST + 1);
  const error = dev?.ethtool_ops?.get_coalesce?.(dev, values) ?? -errno.EOPNOTSUPP;
  return error < 0 ? error : values;
}
