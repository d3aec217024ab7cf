import {
  IFLA_PORT_HOST_UUID,
  IFLA_PORT_INSTANCE_UUID,
  IFLA_PORT_MAX,
  IFLA_PORT_PROFILE,
  IFLA_PORT_REQUEST,
  IFLA_PORT_RESPONSE,
  IFLA_PORT_SELF,
  IFLA_PORT_VF,
  IFLA_PORT_VSI_TYPE,
  IFLA_VF_BROADCAST,
  IFLA_VF_IB_NODE_GUID,
  IFLA_VF_IB_PORT_GUID,
  IFLA_VF_INFO,
  IFLA_VF_LINK_STATE,
  IFLA_VF_MAC,
  IFLA_VF_MAX,
  IFLA_VF_PORTS,
  IFLA_VF_RATE,
  IFLA_VF_RSS_QUERY_EN,
  IFLA_VF_SPOOFCHK,
  IFLA_VF_STATS,
  IFLA_VF_TRUST,
  IFLA_VF_TX_RATE,
  IFLA_VF_VLAN,
  IFLA_VF_VLAN_LIST,
  IFLA_VFINFO_LIST,
  IFLA_XDP,
  IFLA_XDP_ATTACHED,
  IFLA_XDP_EXPECTED_FD,
  IFLA_XDP_FD,
  IFLA_XDP_FLAGS,
  IFLA_XDP_MAX,
  IFLA_XDP_PROG_ID,
  NLA_HDRLEN,
  PORT_PROFILE_MAX,
  PORT_UUID_MAX,
  XDP_FLAGS_MASK,
  XDP_FLAGS_MODES,
  XDP_FLAGS_REPLACE,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseAttributes, strictFrom, Validation } from '@netdevkit/netlink';
import type { Namespaces } from '../core/net-namespace.ts';
import { policies } from './link-policy.ts';

// Sizes of the `ifla_vf_*` records, by the attribute that holds each. From net/core/rtnetlink.c:ifla_vf_policy.
const VF_POLICY = policies(IFLA_VF_MAX, {
  [IFLA_VF_MAC]: { type: 'NLA_UNSPEC', len: 36 },
  [IFLA_VF_BROADCAST]: { type: 'NLA_REJECT' },
  [IFLA_VF_VLAN]: { type: 'NLA_UNSPEC', len: 12 },
  [IFLA_VF_VLAN_LIST]: { type: 'NLA_NESTED' },
  [IFLA_VF_TX_RATE]: { type: 'NLA_UNSPEC', len: 8 },
  [IFLA_VF_SPOOFCHK]: { type: 'NLA_UNSPEC', len: 8 },
  [IFLA_VF_RATE]: { type: 'NLA_UNSPEC', len: 12 },
  [IFLA_VF_LINK_STATE]: { type: 'NLA_UNSPEC', len: 8 },
  [IFLA_VF_RSS_QUERY_EN]: { type: 'NLA_UNSPEC', len: 8 },
  [IFLA_VF_STATS]: { type: 'NLA_NESTED' },
  [IFLA_VF_TRUST]: { type: 'NLA_UNSPEC', len: 8 },
  [IFLA_VF_IB_NODE_GUID]: { type: 'NLA_UNSPEC', len: 16 },
  [IFLA_VF_IB_PORT_GUID]: { type: 'NLA_UNSPEC', len: 16 },
});

const PORT_POLICY = policies(IFLA_PORT_MAX, {
  [IFLA_PORT_VF]: { type: 'NLA_U32' },
  [IFLA_PORT_PROFILE]: { type: 'NLA_STRING', len: PORT_PROFILE_MAX },
  [IFLA_PORT_INSTANCE_UUID]: { type: 'NLA_BINARY', len: PORT_UUID_MAX },
  [IFLA_PORT_HOST_UUID]: { type: 'NLA_STRING', len: PORT_UUID_MAX },
  [IFLA_PORT_REQUEST]: { type: 'NLA_U8' },
  [IFLA_PORT_RESPONSE]: { type: 'NLA_U16' },
  [IFLA_PORT_VSI_TYPE]: { type: 'NLA_BINARY', len: 8 },
});

const XDP_POLICY = policies(IFLA_XDP_MAX, {
  0: strictFrom(IFLA_XDP_EXPECTED_FD),
  [IFLA_XDP_FD]: { type: 'NLA_S32' },
  [IFLA_XDP_EXPECTED_FD]: { type: 'NLA_S32' },
  [IFLA_XDP_ATTACHED]: { type: 'NLA_U8' },
  [IFLA_XDP_FLAGS]: { type: 'NLA_U32' },
  [IFLA_XDP_PROG_ID]: { type: 'NLA_U32' },
});

/** What asks for a virtual function, in the order in which it is done. */
const VF_CHANGES = [
  IFLA_VF_MAC,
  IFLA_VF_VLAN,
  IFLA_VF_VLAN_LIST,
  IFLA_VF_TX_RATE,
  IFLA_VF_RATE,
  IFLA_VF_SPOOFCHK,
  IFLA_VF_LINK_STATE,
  IFLA_VF_RSS_QUERY_EN,
  IFLA_VF_TRUST,
  IFLA_VF_IB_NODE_GUID,
  IFLA_VF_IB_PORT_GUID,
];
/** The first number that no virtual function can have. */
const VF_LIMIT = 0x7fff_ffff;

/**
 * Changes to virtual functions, which no device here has: `IFLA_VFINFO_LIST`. From net/core/rtnetlink.c:do_setvfinfo.
 *
 * @returns 0 for an empty list, else a negative errno
 */
export function setVirtualFunctions(tb: AttributeTable): number {
  if (!tb.has(IFLA_VFINFO_LIST)) return 0;
  const cursor = new AttributeCursor();
  const at = tb.offset(IFLA_VFINFO_LIST);
  cursor.reset(tb.bytes, at, at + tb.length(IFLA_VFINFO_LIST));
  if (!cursor.next()) return 0;
  if (cursor.type !== IFLA_VF_INFO || cursor.length < NLA_HDRLEN) return -errno.EINVAL;
  const vf = new AttributeTable(IFLA_VF_MAX);
  const error = parseAttributes(vf, cursor.bytes, cursor.offset, cursor.length, VF_POLICY, Validation.LIBERAL, null);
  if (error < 0) return error;
  const change = VF_CHANGES.find((type) => vf.has(type));
  if (change === undefined) return -errno.EINVAL;
  // Every record starts with the function's number; the list of VLANs is asked for the operation first.
  if (change !== IFLA_VF_VLAN_LIST && (vf.u32(change) ?? 0) >= VF_LIMIT) return -errno.EINVAL;
  return -errno.EOPNOTSUPP;
}

/** Port profiles, which no device here has: `IFLA_VF_PORTS` and `IFLA_PORT_SELF`. */
export function setPorts(tb: AttributeTable): number {
  if (tb.has(IFLA_VF_PORTS)) return -errno.EOPNOTSUPP;
  if (!tb.has(IFLA_PORT_SELF)) return 0;
  const error = tb.nested(IFLA_PORT_SELF, new AttributeTable(IFLA_PORT_MAX), PORT_POLICY, Validation.LIBERAL, null);
  return error < 0 ? error : -errno.EOPNOTSUPP;
}

/**
 * XDP programs, of which there are none: `IFLA_XDP`. To take one away always succeeds.
 *
 * @returns 0, or a negative errno; positive when a change was made that was none
 */
export function setXdp(tb: AttributeTable, namespaces: Namespaces): number {
  if (!tb.has(IFLA_XDP)) return 0;
  const xdp = new AttributeTable(IFLA_XDP_MAX);
  const error = tb.nested(IFLA_XDP, xdp, XDP_POLICY, Validation.LIBERAL, null);
  if (error < 0) return error;
  if (xdp.has(IFLA_XDP_ATTACHED) || xdp.has(IFLA_XDP_PROG_ID)) return -errno.EINVAL;
  const flags = xdp.u32(IFLA_XDP_FLAGS) ?? 0;
  const modes = flags & XDP_FLAGS_MODES;
  if ((flags & ~XDP_FLAGS_MASK) !== 0 || (modes & (modes - 1)) !== 0) return -errno.EINVAL;
  const fd = xdp.s32(IFLA_XDP_FD);
  if (fd === undefined) return 0;
  const replaces = (flags & XDP_FLAGS_REPLACE) !== 0;
  if (replaces && !xdp.has(IFLA_XDP_EXPECTED_FD)) return -errno.EINVAL;
  const expected = replaces ? (xdp.s32(IFLA_XDP_EXPECTED_FD) ?? -1) : -1;
  // From kernel/bpf/syscall.c:bpf_prog_get: the descriptors that there are, are namespaces.
  for (const wanted of [fd, expected]) {
    if (wanted < 0) continue;
    return typeof namespaces.byDescriptor(wanted) === 'number' ? -errno.EBADF : -errno.EINVAL;
  }
  return 1;
}
