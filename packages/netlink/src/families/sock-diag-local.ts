import {
  attributes,
  binary,
  enumeration,
  flagBits,
  packed,
  pad,
  record,
  strings,
  struct,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Names,
  type Struct,
} from '../schema/index.ts';
import { skMeminfoStruct, tcpStateNames, tcpStatesBits } from './inet-diag-info.ts';
import { skShutdownBits } from './inet-diag.ts';
import { addressFamilies } from './route-names.ts';

/*
 * Sockets of AF_UNIX, AF_NETLINK and AF_PACKET. C twins: `linux/unix_diag.h`, `linux/netlink_diag.h`, `linux/packet_diag.h`.
 */

/** `sock-type`. C twins: `SOCK_STREAM` and the like. */
export const sockTypeNames: Names = enumeration('sock-type', {
  1: 'stream',
  2: 'dgram',
  3: 'raw',
  4: 'rdm',
  5: 'seqpacket',
  6: 'dccp',
  10: 'packet',
});

/** `udiag-show`. C twins: `UDIAG_SHOW_*`. */
export const udiagShowBits: Names = flagBits('udiag-show', ['name', 'vfs', 'peer', 'icons', 'rqlen', 'meminfo', 'uid']);

/** `unix-diag-req`. C twin: `struct unix_diag_req`. */
export const unixDiagReqStruct: Struct = struct('unix-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('udiag-states', { names: tcpStatesBits }),
  u32('udiag-ino'),
  u32('udiag-show', { names: udiagShowBits }),
  u64('udiag-cookie', { hint: 'hex' }),
]);

/** `unix-diag-msg`. C twin: `struct unix_diag_msg`. */
export const unixDiagMsgStruct: Struct = struct('unix-diag-msg', [
  u8('udiag-family', { names: addressFamilies }),
  u8('udiag-type', { names: sockTypeNames }),
  u8('udiag-state', { names: tcpStateNames }),
  pad(1),
  u32('udiag-ino'),
  u64('udiag-cookie', { hint: 'hex' }),
]);

/** `unix-diag-vfs`. C twin: `struct unix_diag_vfs`. */
export const unixDiagVfsStruct: Struct = struct('unix-diag-vfs', [u32('udiag-vfs-ino'), u32('udiag-vfs-dev', { hint: 'hex' })]);

/** `unix-diag-rqlen`. C twin: `struct unix_diag_rqlen`. */
export const unixDiagRqlenStruct: Struct = struct('unix-diag-rqlen', [u32('udiag-rqueue'), u32('udiag-wqueue')]);

/**
 * `unix-diag-attrs`. The name is a path, or for a name of the abstract space an empty text before it: its first octet is a
 * NUL. C twins: `UNIX_DIAG_*`.
 */
export const unixDiagAttrsSet: AttributeSet = attributes('unix-diag-attrs', {
  0: strings('name'),
  1: record('vfs', unixDiagVfsStruct),
  2: u32('peer'),
  3: packed(u32('icons')),
  4: record('rqlen', unixDiagRqlenStruct),
  5: record('meminfo', skMeminfoStruct),
  6: u8('shutdown', { names: skShutdownBits }),
  7: u32('uid'),
});

/**
 * `ndiag-state`; a socket that was never connected is in the state that all sockets start in. C twins: `NETLINK_UNCONNECTED`,
 * `NETLINK_CONNECTED`, `TCP_CLOSE`.
 */
export const ndiagStateNames: Names = enumeration('ndiag-state', { 0: 'unconnected', 1: 'connected', 7: 'close' });

/** `ndiag-show`. C twins: `NDIAG_SHOW_*`. */
export const ndiagShowBits: Names = flagBits('ndiag-show', ['meminfo', 'groups', 'ring-cfg', 'flags']);

/** `ndiag-flags`. C twins: `NDIAG_FLAG_*`. */
export const ndiagFlagsBits: Names = flagBits('ndiag-flags', [
  'cb-running',
  'pktinfo',
  'broadcast-error',
  'no-enobufs',
  'listen-all-nsid',
  'cap-ack',
]);

/** `netlink-diag-req`; protocol 255 is all. C twin: `struct netlink_diag_req`. */
export const netlinkDiagReqStruct: Struct = struct('netlink-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('ndiag-ino'),
  u32('ndiag-show', { names: ndiagShowBits }),
  u64('ndiag-cookie', { hint: 'hex' }),
]);

/** `netlink-diag-msg`. C twin: `struct netlink_diag_msg`. */
export const netlinkDiagMsgStruct: Struct = struct('netlink-diag-msg', [
  u8('ndiag-family', { names: addressFamilies }),
  u8('ndiag-type', { names: sockTypeNames }),
  u8('ndiag-protocol'),
  u8('ndiag-state', { names: ndiagStateNames }),
  u32('ndiag-portid'),
  u32('ndiag-dst-portid'),
  u32('ndiag-dst-group'),
  u32('ndiag-ino'),
  u64('ndiag-cookie', { hint: 'hex' }),
]);

/** `netlink-diag-ring`. C twin: `struct netlink_diag_ring`. */
export const netlinkDiagRingStruct: Struct = struct('netlink-diag-ring', [
  u32('ndr-block-size'),
  u32('ndr-block-nr'),
  u32('ndr-frame-size'),
  u32('ndr-frame-nr'),
]);

/** `netlink-diag-attrs`; the groups are a bitmap in words of 32 bits. C twins: `NETLINK_DIAG_*`. */
export const netlinkDiagAttrsSet: AttributeSet = attributes('netlink-diag-attrs', {
  0: record('meminfo', skMeminfoStruct),
  1: packed(u32('groups', { hint: 'hex' })),
  2: record('rx-ring', netlinkDiagRingStruct),
  3: record('tx-ring', netlinkDiagRingStruct),
  4: u32('flags', { names: ndiagFlagsBits }),
});

/** `pdiag-show`. C twins: `PACKET_SHOW_*`. */
export const pdiagShowBits: Names = flagBits('pdiag-show', ['info', 'mclist', 'ring-cfg', 'fanout', 'meminfo', 'filter']);

/** `pdi-flags`. C twins: `PDI_*`. */
export const pdiFlagsBits: Names = flagBits('pdi-flags', ['running', 'auxdata', 'origdev', 'vnethdr', 'loss']);

/** `packet-diag-req`. C twin: `struct packet_diag_req`. */
export const packetDiagReqStruct: Struct = struct('packet-diag-req', [
  u8('sdiag-family', { names: addressFamilies }),
  u8('sdiag-protocol'),
  pad(2),
  u32('pdiag-ino'),
  u32('pdiag-show', { names: pdiagShowBits }),
  u64('pdiag-cookie', { hint: 'hex' }),
]);

/** `packet-diag-msg`; `pdiag-num` is an `ETH_P_*`. C twin: `struct packet_diag_msg`. */
export const packetDiagMsgStruct: Struct = struct('packet-diag-msg', [
  u8('pdiag-family', { names: addressFamilies }),
  u8('pdiag-type', { names: sockTypeNames }),
  u16('pdiag-num', { hint: 'hex' }),
  u32('pdiag-ino'),
  u64('pdiag-cookie', { hint: 'hex' }),
]);

/** `packet-diag-info`. C twin: `struct packet_diag_info`. */
export const packetDiagInfoStruct: Struct = struct('packet-diag-info', [
  u32('pdi-index'),
  u32('pdi-version'),
  u32('pdi-reserve'),
  u32('pdi-copy-thresh'),
  u32('pdi-tstamp'),
  u32('pdi-flags', { names: pdiFlagsBits }),
]);

/** `packet-diag-mclist`. C twin: `struct packet_diag_mclist`. */
export const packetDiagMclistStruct: Struct = struct('packet-diag-mclist', [
  u32('pdmc-index'),
  u32('pdmc-count'),
  u16('pdmc-type'),
  u16('pdmc-alen'),
  binary('pdmc-addr', { hint: 'mac', length: 32 }),
]);

/** `packet-diag-ring`. C twin: `struct packet_diag_ring`. */
export const packetDiagRingStruct: Struct = struct('packet-diag-ring', [
  u32('pdr-block-size'),
  u32('pdr-block-nr'),
  u32('pdr-frame-size'),
  u32('pdr-frame-nr'),
  u32('pdr-retire-tmo'),
  u32('pdr-sizeof-priv'),
  u32('pdr-features', { hint: 'hex' }),
]);

/** `sock-filter`: an instruction of classic BPF. C twin: `struct sock_filter`, `linux/filter.h`. */
export const sockFilterStruct: Struct = struct('sock-filter', [u16('code', { hint: 'hex' }), u8('jt'), u8('jf'), u32('k')]);

/** `packet-diag-attrs`; a fanout is its number, and its type in the upper half. C twins: `PACKET_DIAG_*`. */
export const packetDiagAttrsSet: AttributeSet = attributes('packet-diag-attrs', {
  0: record('info', packetDiagInfoStruct),
  1: packed(record('mclist', packetDiagMclistStruct)),
  2: record('rx-ring', packetDiagRingStruct),
  3: record('tx-ring', packetDiagRingStruct),
  4: u32('fanout', { hint: 'hex' }),
  5: u32('uid'),
  6: record('meminfo', skMeminfoStruct),
  7: packed(record('filter', sockFilterStruct)),
});
