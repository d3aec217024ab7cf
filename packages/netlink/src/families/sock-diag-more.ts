import {
  attributes,
  binary,
  enumeration,
  flag,
  flagBits,
  nest,
  pad,
  record,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Names,
  type Struct,
} from '../schema/index.ts';
import { cStruct } from '../schema/struct.ts';
import { skMeminfoStruct, tcpStateNames, tcpStatesBits } from './inet-diag-info.ts';
import { skShutdownBits, sockidMembers } from './inet-diag.ts';
import { sockTypeNames } from './sock-diag-local.ts';
import { addressFamilies } from './route-names.ts';

/*
 * Sockets of AF_VSOCK, AF_XDP, AF_SMC and AF_TIPC. C twins: `linux/vm_sockets_diag.h`, `linux/xdp_diag.h`, `linux/smc_diag.h`,
 * `linux/tipc_sockets_diag.h`.
 */

/** `vsock-diag-req`. C twin: `struct vsock_diag_req`. */
export const vsockDiagReqStruct: Struct = struct('vsock-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('vdiag-states', { names: tcpStatesBits }),
  u32('vdiag-ino'),
  u32('vdiag-show', { hint: 'hex' }),
  u64('vdiag-cookie', { hint: 'hex' }),
]);

/** `vsock-diag-msg`. C twin: `struct vsock_diag_msg`. */
export const vsockDiagMsgStruct: Struct = struct('vsock-diag-msg', [
  u8('vdiag-family', { names: addressFamilies }),
  u8('vdiag-type', { names: sockTypeNames }),
  u8('vdiag-state', { names: tcpStateNames }),
  u8('vdiag-shutdown', { names: skShutdownBits }),
  u32('vdiag-src-cid'),
  u32('vdiag-src-port'),
  u32('vdiag-dst-cid'),
  u32('vdiag-dst-port'),
  u32('vdiag-ino'),
  u64('vdiag-cookie', { hint: 'hex' }),
]);

/** `xdiag-show`. C twins: `XDP_SHOW_*`. */
export const xdiagShowBits: Names = flagBits('xdiag-show', ['info', 'ring-cfg', 'umem', 'meminfo', 'stats']);

/** `xdp-diag-req`. C twin: `struct xdp_diag_req`. */
export const xdpDiagReqStruct: Struct = struct('xdp-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('xdiag-ino'),
  u32('xdiag-show', { names: xdiagShowBits }),
  u64('xdiag-cookie', { hint: 'hex' }),
]);

/** `xdp-diag-msg`. C twin: `struct xdp_diag_msg`. */
export const xdpDiagMsgStruct: Struct = struct('xdp-diag-msg', [
  u8('xdiag-family', { names: addressFamilies }),
  u8('xdiag-type', { names: sockTypeNames }),
  pad(2),
  u32('xdiag-ino'),
  u64('xdiag-cookie', { hint: 'hex' }),
]);

/** `xdp-diag-info`. C twin: `struct xdp_diag_info`. */
export const xdpDiagInfoStruct: Struct = struct('xdp-diag-info', [u32('ifindex'), u32('queue-id')]);

/** `xdp-diag-ring`. C twin: `struct xdp_diag_ring`. */
export const xdpDiagRingStruct: Struct = struct('xdp-diag-ring', [u32('entries')]);

/** `xdp-diag-umem`. C twin: `struct xdp_diag_umem`. */
export const xdpDiagUmemStruct: Struct = struct('xdp-diag-umem', [
  u64('size'),
  u32('id'),
  u32('num-pages'),
  u32('chunk-size'),
  u32('headroom'),
  u32('ifindex'),
  u32('queue-id'),
  u32('flags', { names: flagBits('xdp-diag-umem-flags', ['zerocopy']) }),
  u32('refs'),
]);

/** `xdp-diag-stats`. C twin: `struct xdp_diag_stats`. */
export const xdpDiagStatsStruct: Struct = struct('xdp-diag-stats', [
  u64('n-rx-dropped'),
  u64('n-rx-invalid'),
  u64('n-rx-full'),
  u64('n-fill-ring-empty'),
  u64('n-tx-invalid'),
  u64('n-tx-ring-empty'),
]);

/** `xdp-diag-attrs`. C twins: `XDP_DIAG_*`. */
export const xdpDiagAttrsSet: AttributeSet = attributes('xdp-diag-attrs', {
  1: record('info', xdpDiagInfoStruct),
  2: u32('uid'),
  3: record('rx-ring', xdpDiagRingStruct),
  4: record('tx-ring', xdpDiagRingStruct),
  5: record('umem', xdpDiagUmemStruct),
  6: record('umem-fill-ring', xdpDiagRingStruct),
  7: record('umem-completion-ring', xdpDiagRingStruct),
  8: record('meminfo', skMeminfoStruct),
  9: record('stats', xdpDiagStatsStruct),
});

/** `smc-state`. C twins: `enum smc_state`, `net/smc/smc.h`. */
export const smcStateNames: Names = enumeration('smc-state', {
  1: 'active',
  2: 'init',
  7: 'closed',
  10: 'listen',
  20: 'peerclosewait1',
  21: 'peerclosewait2',
  22: 'appclosewait1',
  23: 'appclosewait2',
  24: 'appfinclosewait',
  25: 'peerfinclosewait',
  26: 'peerabortwait',
  27: 'processabort',
});

/** `smc-diag-mode`. C twins: `SMC_DIAG_MODE_*`. */
export const smcDiagModeNames: Names = enumeration('smc-diag-mode', ['smcr', 'fallback-tcp', 'smcd']);

/** `smc-diag-ext`: the attributes that are asked for. C twins: bit n for attribute n + 1 of `SMC_DIAG_*`. */
export const smcDiagExtBits: Names = flagBits('smc-diag-ext', ['conninfo', 'lgrinfo', 'shutdown', 'dmbinfo', 'fallback']);

/** `smc-diag-req`; nothing tells the family of the addresses. C twin: `struct smc_diag_req`. */
export const smcDiagReqStruct: Struct = struct('smc-diag-req', [
  u8('diag-family', { names: addressFamilies }),
  pad(2),
  u8('diag-ext', { names: smcDiagExtBits }),
  ...sockidMembers((name) => [binary(name, { length: 16 })]),
]);

/** `smc-diag-msg`; nothing tells the family of the addresses. C twin: `struct smc_diag_msg`. */
export const smcDiagMsgStruct: Struct = struct('smc-diag-msg', [
  u8('diag-family', { names: addressFamilies }),
  u8('diag-state', { names: smcStateNames }),
  u8('diag-mode', { names: smcDiagModeNames }),
  u8('diag-shutdown', { names: skShutdownBits }),
  ...sockidMembers((name) => [binary(name, { length: 16 })]),
  u32('diag-uid'),
  u64('diag-inode'),
]);

/** `smc-diag-cursor`. C twin: `struct smc_diag_cursor`. */
export const smcDiagCursorStruct: Struct = struct('smc-diag-cursor', [u16('reserved'), u16('wrap'), u32('count')]);

/** `smc-diag-conninfo`. C twin: `struct smc_diag_conninfo`. */
export const smcDiagConninfoStruct: Struct = struct('smc-diag-conninfo', [
  u32('token', { hint: 'hex' }),
  u32('sndbuf-size'),
  u32('rmbe-size'),
  u32('peer-rmbe-size'),
  record('rx-prod', smcDiagCursorStruct),
  record('rx-cons', smcDiagCursorStruct),
  record('tx-prod', smcDiagCursorStruct),
  record('tx-cons', smcDiagCursorStruct),
  u8('rx-prod-flags', { hint: 'hex' }),
  u8('rx-conn-state-flags', { hint: 'hex' }),
  u8('tx-prod-flags', { hint: 'hex' }),
  u8('tx-conn-state-flags', { hint: 'hex' }),
  record('tx-prep', smcDiagCursorStruct),
  record('tx-sent', smcDiagCursorStruct),
  record('tx-fin', smcDiagCursorStruct),
]);

/** `smc-diag-linkinfo`. C twin: `struct smc_diag_linkinfo`. */
export const smcDiagLinkinfoStruct: Struct = struct('smc-diag-linkinfo', [
  u8('link-id'),
  string('ibname', 64),
  u8('ibport'),
  string('gid', 40),
  string('peer-gid', 40),
]);

/** `smc-diag-lgrinfo`. C twin: `struct smc_diag_lgrinfo`. */
export const smcDiagLgrinfoStruct: Struct = struct('smc-diag-lgrinfo', [record('lnk', smcDiagLinkinfoStruct), u8('role')]);

/** `smcd-diag-dmbinfo`. C twin: `struct smcd_diag_dmbinfo`. */
export const smcdDiagDmbinfoStruct: Struct = cStruct('smcd-diag-dmbinfo', [
  u32('linkid'),
  u64('peer-gid', { hint: 'hex' }),
  u64('my-gid', { hint: 'hex' }),
  u64('token', { hint: 'hex' }),
  u64('peer-token', { hint: 'hex' }),
  u64('peer-gid-ext', { hint: 'hex' }),
  u64('my-gid-ext', { hint: 'hex' }),
]);

/** `smc-diag-fallback`. C twin: `struct smc_diag_fallback`. */
export const smcDiagFallbackStruct: Struct = struct('smc-diag-fallback', [
  u32('reason', { hint: 'hex' }),
  u32('peer-diagnosis', { hint: 'hex' }),
]);

/** `smc-diag-attrs`. C twins: `SMC_DIAG_*`. */
export const smcDiagAttrsSet: AttributeSet = attributes('smc-diag-attrs', {
  1: record('conninfo', smcDiagConninfoStruct),
  2: record('lgrinfo', smcDiagLgrinfoStruct),
  3: u8('shutdown', { names: skShutdownBits }),
  4: record('dmbinfo', smcdDiagDmbinfoStruct),
  5: record('fallback', smcDiagFallbackStruct),
});

/** `tipc-sock-diag-req`. C twin: `struct tipc_sock_diag_req`. */
export const tipcSockDiagReqStruct: Struct = struct('tipc-sock-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('tidiag-states', { hint: 'hex' }),
]);

/** `tipc-sock-con-attrs`. C twins: `TIPC_NLA_CON_*`, `linux/tipc_netlink.h`. */
export const tipcSockConAttrsSet: AttributeSet = attributes('tipc-sock-con-attrs', {
  1: flag('flag'),
  2: u32('node', { hint: 'hex' }),
  3: u32('sock'),
  4: u32('type'),
  5: u32('inst'),
});

/** `tipc-sock-stat-attrs`. C twins: `TIPC_NLA_SOCK_STAT_*`. */
export const tipcSockStatAttrsSet: AttributeSet = attributes('tipc-sock-stat-attrs', {
  0: u32('rcvq'),
  1: u32('sendq'),
  2: flag('link-cong'),
  3: flag('conn-cong'),
  4: u32('drop'),
});

/** `tipc-sock-group-attrs`. C twins: `TIPC_NLA_SOCK_GROUP_*`. */
export const tipcSockGroupAttrsSet: AttributeSet = attributes('tipc-sock-group-attrs', {
  0: u32('id'),
  1: flag('open'),
  2: flag('node-scope'),
  3: flag('cluster-scope'),
  4: u32('instance'),
  5: u32('bc-send-next'),
});

/** `tipc-sock-attrs`. C twins: `TIPC_NLA_SOCK_*`, `linux/tipc_netlink.h`. */
export const tipcSockAttrsSet: AttributeSet = attributes('tipc-sock-attrs', {
  1: u32('addr', { hint: 'hex' }),
  2: u32('ref'),
  3: nest('con', tipcSockConAttrsSet),
  4: flag('has-publ'),
  5: nest('stat', tipcSockStatAttrsSet),
  6: u32('type', { names: sockTypeNames }),
  7: u32('ino'),
  8: u32('uid'),
  9: u32('tipc-state'),
  10: u64('cookie', { hint: 'hex' }),
  11: pad(),
  12: nest('group', tipcSockGroupAttrsSet),
});
