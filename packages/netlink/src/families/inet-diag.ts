import {
  address,
  attributes,
  be16,
  be32,
  binary,
  choice,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  packed,
  pad,
  record,
  string,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Field,
  type Names,
  type Struct,
  type SubMessage,
} from '../schema/index.ts';
import {
  sctpInfoStruct,
  skMeminfoStruct,
  sockaddrStorageStruct,
  tcpBbrInfoStruct,
  tcpDctcpInfoStruct,
  tcpDiagMd5sigStruct,
  tcpInfoStruct,
  tcpStateNames,
  tcpStatesBits,
  tcpvegasInfoStruct,
} from './inet-diag-info.ts';
import { addressFamilies, ipProtocols } from './route-names.ts';

/*
 * Sockets of AF_INET and AF_INET6. C twin: `linux/inet_diag.h`.
 */

/** `sk-shutdown`: the directions that are closed. C twins: `RCV_SHUTDOWN`, `SEND_SHUTDOWN`. */
export const skShutdownBits: Names = flagBits('sk-shutdown', ['rcv', 'send']);

/** `idiag-timer`. */
export const idiagTimerNames: Names = enumeration('idiag-timer', ['none', 'retransmit', 'keepalive', 'time-wait', 'probe0']);

/** `idiag-ext`: the attributes that are asked for. C twins: bit n for attribute n + 1 of `INET_DIAG_*`. */
export const idiagExtBits: Names = flagBits('idiag-ext', [
  'meminfo',
  'info',
  'vegasinfo',
  'cong',
  'tos',
  'tclass',
  'skmeminfo',
  'shutdown',
]);

/** `inet-diag-sockopt`. C twin: the bit-fields of `struct inet_diag_sockopt`. */
export const inetDiagSockoptBits: Names = flagBits('inet-diag-sockopt', [
  'recverr',
  'is-icsk',
  'freebind',
  'hdrincl',
  'mc-loop',
  'transparent',
  'mc-all',
  'nodefrag',
  'bind-address-no-port',
  'recverr-rfc4884',
  'defer-connect',
]);

/** `tls-conf`. C twins: `TLS_CONF_*`, `linux/tls.h`. */
export const tlsConfNames: Names = enumeration('tls-conf', { 1: 'base', 2: 'sw', 3: 'hw', 4: 'hw-record' });

/** `tls-version`. C twins: `TLS_1_2_VERSION`, `TLS_1_3_VERSION`, `linux/tls.h`. */
export const tlsVersionNames: Names = enumeration('tls-version', { 0x303: '1.2', 0x304: '1.3' });

/** `tls-cipher`. C twins: `TLS_CIPHER_*`, `linux/tls.h`. */
export const tlsCipherNames: Names = enumeration('tls-cipher', {
  51: 'aes-gcm-128',
  52: 'aes-gcm-256',
  53: 'aes-ccm-128',
  54: 'chacha20-poly1305',
  55: 'sm4-gcm',
  56: 'sm4-ccm',
  57: 'aria-gcm-128',
  58: 'aria-gcm-256',
});

/** `mptcp-subflow-flags`. C twins: `MPTCP_SUBFLOW_FLAG_*`, `linux/mptcp.h`. */
export const mptcpSubflowFlagsBits: Names = flagBits('mptcp-subflow-flags', [
  'mcap-rem',
  'mcap-loc',
  'join-rem',
  'join-loc',
  'bkup-rem',
  'bkup-loc',
  'fully-established',
  'connected',
  'mapvalid',
]);

/** How the two addresses of a socket are written in a structure that is 16 octets wide for each. */
type Addresses = (name: string) => readonly Field[];

const ipv4: Addresses = (name) => [be32(name, { hint: 'ipv4' }), pad(12, `${name}-pad`)];
const ipv6: Addresses = (name) => [binary(name, { hint: 'ipv6', length: 16 })];
const either: Addresses = (name) => [address(name, 'idiag-family')];

/**
 * The members of `struct inet_diag_sockid`.
 *
 * @param addresses - makes the members of an address
 */
export function sockidMembers(addresses: (name: string) => readonly Field[]): readonly Field[] {
  return [
    be16('idiag-sport'),
    be16('idiag-dport'),
    ...addresses('idiag-src'),
    ...addresses('idiag-dst'),
    u32('idiag-if'),
    u64('idiag-cookie', { hint: 'hex' }),
  ];
}

function request(name: string, addresses: Addresses): Struct {
  return struct(name, [
    u8('sdiag-family', { names: addressFamilies }),
    u8('sdiag-protocol', { names: ipProtocols }),
    u8('idiag-ext', { names: idiagExtBits }),
    u8('sdiag-raw-protocol'),
    u32('idiag-states', { names: tcpStatesBits }),
    ...sockidMembers(addresses),
  ]);
}

function message(name: string, addresses: Addresses): Struct {
  return struct(name, [
    u8('idiag-family', { names: addressFamilies }),
    u8('idiag-state', { names: tcpStateNames }),
    u8('idiag-timer', { names: idiagTimerNames }),
    u8('idiag-retrans'),
    ...sockidMembers(addresses),
    u32('idiag-expires'),
    u32('idiag-rqueue'),
    u32('idiag-wqueue'),
    u32('idiag-uid'),
    u32('idiag-inode'),
  ]);
}

/** `inet-diag-req-v2`, for AF_INET. C twins: `struct inet_diag_req_v2`, `struct inet_diag_req_raw`. */
export const inetDiagReqStruct: Struct = request('inet-diag-req-v2', ipv4);

/** `inet-diag-req-v2`, for AF_INET6. C twins: `struct inet_diag_req_v2`, `struct inet_diag_req_raw`. */
export const inet6DiagReqStruct: Struct = request('inet6-diag-req-v2', ipv6);

/** `inet-diag-msg`, of AF_INET. C twin: `struct inet_diag_msg`. */
export const inetDiagMsgStruct: Struct = message('inet-diag-msg', ipv4);

/** `inet-diag-msg`, of AF_INET6. C twin: `struct inet_diag_msg`. */
export const inet6DiagMsgStruct: Struct = message('inet6-diag-msg', ipv6);

/** `inet-diag-msg`, of the one family or the other. C twin: `struct inet_diag_msg`. */
export const anyInetDiagMsgStruct: Struct = message('any-inet-diag-msg', either);

/** `inet-diag-req`, of `TCPDIAG_GETSOCK` and `DCCPDIAG_GETSOCK`. C twin: `struct inet_diag_req`. */
export const oldInetDiagReqStruct: Struct = struct('inet-diag-req', [
  u8('idiag-family', { names: addressFamilies }),
  u8('idiag-src-len'),
  u8('idiag-dst-len'),
  u8('idiag-ext', { names: idiagExtBits }),
  ...sockidMembers(either),
  u32('idiag-states', { names: tcpStatesBits }),
  u32('idiag-dbs'),
]);

/** `inet-diag-meminfo`. C twin: `struct inet_diag_meminfo`. */
export const inetDiagMeminfoStruct: Struct = struct('inet-diag-meminfo', [
  u32('idiag-rmem'),
  u32('idiag-wmem'),
  u32('idiag-fmem'),
  u32('idiag-tmem'),
]);

/** `bpf-storage-req-attrs`. C twins: `SK_DIAG_BPF_STORAGE_REQ_*`, `linux/sock_diag.h`. */
export const bpfStorageReqAttrsSet: AttributeSet = attributes('bpf-storage-req-attrs', { 1: many(u32('map-fd')) });

/** `bpf-storage-attrs`. C twins: `SK_DIAG_BPF_STORAGE_*`, `linux/sock_diag.h`. */
export const bpfStorageAttrsSet: AttributeSet = attributes('bpf-storage-attrs', {
  1: pad(),
  2: u32('map-id'),
  3: binary('map-value'),
});

/** `bpf-storages-attrs`. C twin: `SK_DIAG_BPF_STORAGE`, `linux/sock_diag.h`. */
export const bpfStoragesAttrsSet: AttributeSet = attributes('bpf-storages-attrs', {
  1: many(nest('storage', bpfStorageAttrsSet)),
});

/** `inet-diag-req-attrs`; the bytecode is that of `INET_DIAG_BC_*`. C twins: `INET_DIAG_REQ_*`. */
export const inetDiagReqAttrsSet: AttributeSet = attributes('inet-diag-req-attrs', {
  1: binary('bytecode'),
  2: nest('sk-bpf-storages', bpfStorageReqAttrsSet),
  3: u32('protocol', { names: ipProtocols }),
});

/** `ulp-tls-attrs`. C twins: `TLS_INFO_*`, `linux/tls.h`. */
export const ulpTlsAttrsSet: AttributeSet = attributes('ulp-tls-attrs', {
  1: u16('version', { names: tlsVersionNames }),
  2: u16('cipher', { names: tlsCipherNames }),
  3: u16('txconf', { names: tlsConfNames }),
  4: u16('rxconf', { names: tlsConfNames }),
  5: flag('zc-ro-tx'),
  6: flag('rx-no-pad'),
});

/** `ulp-mptcp-attrs`. C twins: `MPTCP_SUBFLOW_ATTR_*`, `linux/mptcp_pm.h`. */
export const ulpMptcpAttrsSet: AttributeSet = attributes('ulp-mptcp-attrs', {
  1: u32('token-rem', { hint: 'hex' }),
  2: u32('token-loc', { hint: 'hex' }),
  3: u32('relwrite-seq'),
  4: u64('map-seq'),
  5: u32('map-sfseq'),
  6: u32('ssn-offset'),
  7: u16('map-datalen'),
  8: u32('flags', { names: mptcpSubflowFlagsBits }),
  9: u8('id-rem'),
  10: u8('id-loc'),
  11: pad(),
});

/** `inet-ulp-info-attrs`: the layer above TCP. C twins: `INET_ULP_INFO_*`. */
export const inetUlpInfoAttrsSet: AttributeSet = attributes('inet-ulp-info-attrs', {
  1: string('name'),
  2: nest('tls', ulpTlsAttrsSet),
  3: nest('mptcp', ulpMptcpAttrsSet),
});

/**
 * What `INET_DIAG_INFO` holds, by protocol (`IPPROTO_SCTP`). A message says its protocol for raw sockets and for those that
 * end; without it the structure is taken for that of TCP, which it is nearly always.
 */
export const inetDiagInfoFormats: SubMessage = choice('inet-diag-info', {
  132: { header: sctpInfoStruct },
  '*': { header: tcpInfoStruct },
});

/** `inet-diag-attrs`. C twins: `INET_DIAG_*`. */
export const inetDiagAttrsSet: AttributeSet = attributes('inet-diag-attrs', {
  1: record('meminfo', inetDiagMeminfoStruct),
  2: subMessage('info', inetDiagInfoFormats, 'protocol'),
  3: record('vegasinfo', tcpvegasInfoStruct),
  4: string('cong'),
  5: u8('tos'),
  6: u8('tclass'),
  7: record('skmeminfo', skMeminfoStruct),
  8: u8('shutdown', { names: skShutdownBits }),
  9: record('dctcpinfo', tcpDctcpInfoStruct),
  10: u8('protocol'),
  11: u8('skv6only'),
  12: packed(record('locals', sockaddrStorageStruct)),
  13: packed(record('peers', sockaddrStorageStruct)),
  14: pad(),
  15: u32('mark', { hint: 'hex' }),
  16: record('bbrinfo', tcpBbrInfoStruct),
  17: u32('class-id', { hint: 'hex' }),
  18: packed(record('md5sig', tcpDiagMd5sigStruct)),
  19: nest('ulp-info', inetUlpInfoAttrsSet),
  20: nest('sk-bpf-storages', bpfStoragesAttrsSet),
  21: u64('cgroup-id'),
  22: u16('sockopt', { names: inetDiagSockoptBits }),
});
