import {
  address,
  be16,
  binary,
  enumeration,
  flagBits,
  s32,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Names,
  type Struct,
} from '../schema/index.ts';
import { cStruct } from '../schema/struct.ts';
import { addressFamilies } from './route-names.ts';

/*
 * What protocols tell of a socket. Each structure grows at its end from kernel to kernel: of a shorter one the members that
 * are there are shown.
 */

/** `tcp-state`, of other protocols too. C twins: `TCP_ESTABLISHED` and the like, `net/tcp_states.h`. */
export const tcpStateNames: Names = enumeration('tcp-state', {
  1: 'established',
  2: 'syn-sent',
  3: 'syn-recv',
  4: 'fin-wait1',
  5: 'fin-wait2',
  6: 'time-wait',
  7: 'close',
  8: 'close-wait',
  9: 'last-ack',
  10: 'listen',
  11: 'closing',
  12: 'new-syn-recv',
  13: 'bound-inactive',
});

/** `tcp-states`: a set of {@link tcpStateNames}. */
export const tcpStatesBits: Names = flagBits('tcp-states', tcpStateNames.values);

/** `tcp-ca-state`. C twins: `TCP_CA_*`. */
export const tcpCaStateNames: Names = enumeration('tcp-ca-state', ['open', 'disorder', 'cwr', 'recovery', 'loss']);

/** `tcpi-options`. C twins: `TCPI_OPT_*`. */
export const tcpiOptionsBits: Names = flagBits('tcpi-options', [
  'timestamps',
  'sack',
  'wscale',
  'ecn',
  'ecn-seen',
  'syn-data',
  'usec-ts',
]);

/**
 * `tcpi-bits`: `tcpi_delivery_rate_app_limited`, and in the two bits above it the number `tcpi_fastopen_client_fail`. C twins:
 * the bit-fields of `struct tcp_info`.
 */
export const tcpiBits: Names = flagBits('tcpi-bits', [
  'delivery-rate-app-limited',
  'fastopen-client-fail-1',
  'fastopen-client-fail-2',
]);

/**
 * `tcp-info`. Two shifts share `tcpi-wscales`, that for sending in its lower four bits. The last eight members came with Linux
 * 6.18; the last holds `tcpi_ecn_mode` in its lowest two bits, then `tcpi_accecn_opt_seen` in two, `tcpi_accecn_fail_mode` in
 * four, `tcpi_options2` in the rest. C twin: `struct tcp_info`, `linux/tcp.h`.
 */
export const tcpInfoStruct: Struct = struct('tcp-info', [
  u8('tcpi-state', { names: tcpStateNames }),
  u8('tcpi-ca-state', { names: tcpCaStateNames }),
  u8('tcpi-retransmits'),
  u8('tcpi-probes'),
  u8('tcpi-backoff'),
  u8('tcpi-options', { names: tcpiOptionsBits }),
  u8('tcpi-wscales', { hint: 'hex' }),
  u8('tcpi-bits', { names: tcpiBits }),
  u32('tcpi-rto'),
  u32('tcpi-ato'),
  u32('tcpi-snd-mss'),
  u32('tcpi-rcv-mss'),
  u32('tcpi-unacked'),
  u32('tcpi-sacked'),
  u32('tcpi-lost'),
  u32('tcpi-retrans'),
  u32('tcpi-fackets'),
  u32('tcpi-last-data-sent'),
  u32('tcpi-last-ack-sent'),
  u32('tcpi-last-data-recv'),
  u32('tcpi-last-ack-recv'),
  u32('tcpi-pmtu'),
  u32('tcpi-rcv-ssthresh'),
  u32('tcpi-rtt'),
  u32('tcpi-rttvar'),
  u32('tcpi-snd-ssthresh'),
  u32('tcpi-snd-cwnd'),
  u32('tcpi-advmss'),
  u32('tcpi-reordering'),
  u32('tcpi-rcv-rtt'),
  u32('tcpi-rcv-space'),
  u32('tcpi-total-retrans'),
  u64('tcpi-pacing-rate'),
  u64('tcpi-max-pacing-rate'),
  u64('tcpi-bytes-acked'),
  u64('tcpi-bytes-received'),
  u32('tcpi-segs-out'),
  u32('tcpi-segs-in'),
  u32('tcpi-notsent-bytes'),
  u32('tcpi-min-rtt'),
  u32('tcpi-data-segs-in'),
  u32('tcpi-data-segs-out'),
  u64('tcpi-delivery-rate'),
  u64('tcpi-busy-time'),
  u64('tcpi-rwnd-limited'),
  u64('tcpi-sndbuf-limited'),
  u32('tcpi-delivered'),
  u32('tcpi-delivered-ce'),
  u64('tcpi-bytes-sent'),
  u64('tcpi-bytes-retrans'),
  u32('tcpi-dsack-dups'),
  u32('tcpi-reord-seen'),
  u32('tcpi-rcv-ooopack'),
  u32('tcpi-snd-wnd'),
  u32('tcpi-rcv-wnd'),
  u32('tcpi-rehash'),
  u16('tcpi-total-rto'),
  u16('tcpi-total-rto-recoveries'),
  u32('tcpi-total-rto-time'),
  u32('tcpi-received-ce'),
  u32('tcpi-delivered-e1-bytes'),
  u32('tcpi-delivered-e0-bytes'),
  u32('tcpi-delivered-ce-bytes'),
  u32('tcpi-received-e1-bytes'),
  u32('tcpi-received-e0-bytes'),
  u32('tcpi-received-ce-bytes'),
  u32('tcpi-ecn', { hint: 'hex' }),
]);

/** `sockaddr-storage`: an address of any family, whose own members are not told apart. C twin: `struct sockaddr_storage`. */
export const sockaddrStorageStruct: Struct = struct('sockaddr-storage', [
  u16('ss-family', { names: addressFamilies }),
  be16('ss-port'),
  binary('ss-data', { length: 124 }),
]);

/** `sctp-info`. C twin: `struct sctp_info`, `linux/sctp.h`. */
export const sctpInfoStruct: Struct = cStruct('sctp-info', [
  u32('sctpi-tag'),
  u32('sctpi-state'),
  u32('sctpi-rwnd'),
  u16('sctpi-unackdata'),
  u16('sctpi-penddata'),
  u16('sctpi-instrms'),
  u16('sctpi-outstrms'),
  u32('sctpi-fragmentation-point'),
  u32('sctpi-inqueue'),
  u32('sctpi-outqueue'),
  u32('sctpi-overall-error'),
  u32('sctpi-max-burst'),
  u32('sctpi-maxseg'),
  u32('sctpi-peer-rwnd'),
  u32('sctpi-peer-tag'),
  u8('sctpi-peer-capable'),
  u8('sctpi-peer-sack'),
  u16('reserved1'),
  u64('sctpi-isacks'),
  u64('sctpi-osacks'),
  u64('sctpi-opackets'),
  u64('sctpi-ipackets'),
  u64('sctpi-rtxchunks'),
  u64('sctpi-outofseqtsns'),
  u64('sctpi-idupchunks'),
  u64('sctpi-gapcnt'),
  u64('sctpi-ouodchunks'),
  u64('sctpi-iuodchunks'),
  u64('sctpi-oodchunks'),
  u64('sctpi-iodchunks'),
  u64('sctpi-octrlchunks'),
  u64('sctpi-ictrlchunks'),
  u16('sctpi-p-family', { names: addressFamilies }),
  be16('sctpi-p-port'),
  binary('sctpi-p-address', { length: 124 }),
  s32('sctpi-p-state'),
  u32('sctpi-p-cwnd'),
  u32('sctpi-p-srtt'),
  u32('sctpi-p-rto'),
  u32('sctpi-p-hbinterval'),
  u32('sctpi-p-pathmaxrxt'),
  u32('sctpi-p-sackdelay'),
  u32('sctpi-p-sackfreq'),
  u32('sctpi-p-ssthresh'),
  u32('sctpi-p-partial-bytes-acked'),
  u32('sctpi-p-flight-size'),
  u16('sctpi-p-error'),
  u16('reserved2'),
  u32('sctpi-s-autoclose'),
  u32('sctpi-s-adaptation-ind'),
  u32('sctpi-s-pd-point'),
  u8('sctpi-s-nodelay'),
  u8('sctpi-s-disable-fragments'),
  u8('sctpi-s-v4mapped'),
  u8('sctpi-s-frag-interleave'),
  u32('sctpi-s-type'),
  u32('reserved3'),
]);

/** `tcpvegas-info`. C twin: `struct tcpvegas_info`, `linux/inet_diag.h`. */
export const tcpvegasInfoStruct: Struct = struct('tcpvegas-info', [
  u32('tcpv-enabled'),
  u32('tcpv-rttcnt'),
  u32('tcpv-rtt'),
  u32('tcpv-minrtt'),
]);

/** `tcp-dctcp-info`. C twin: `struct tcp_dctcp_info`, `linux/inet_diag.h`. */
export const tcpDctcpInfoStruct: Struct = struct('tcp-dctcp-info', [
  u16('dctcp-enabled'),
  u16('dctcp-ce-state'),
  u32('dctcp-alpha'),
  u32('dctcp-ab-ecn'),
  u32('dctcp-ab-tot'),
]);

/** `tcp-bbr-info`. C twin: `struct tcp_bbr_info`, `linux/inet_diag.h`. */
export const tcpBbrInfoStruct: Struct = struct('tcp-bbr-info', [
  u32('bbr-bw-lo'),
  u32('bbr-bw-hi'),
  u32('bbr-min-rtt'),
  u32('bbr-pacing-gain'),
  u32('bbr-cwnd-gain'),
]);

/** `tcp-diag-md5sig`. C twin: `struct tcp_diag_md5sig`, `linux/tcp.h`. */
export const tcpDiagMd5sigStruct: Struct = struct('tcp-diag-md5sig', [
  u8('tcpm-family', { names: addressFamilies }),
  u8('tcpm-prefixlen'),
  u16('tcpm-keylen'),
  address('tcpm-addr', 'tcpm-family'),
  binary('tcpm-key', { length: 80 }),
]);

/** `sk-meminfo`: octets that a socket holds, and what it dropped. C twins: `SK_MEMINFO_*`, `linux/sock_diag.h`. */
export const skMeminfoStruct: Struct = struct('sk-meminfo', [
  u32('rmem-alloc'),
  u32('rcvbuf'),
  u32('wmem-alloc'),
  u32('sndbuf'),
  u32('fwd-alloc'),
  u32('wmem-queued'),
  u32('optmem'),
  u32('backlog'),
  u32('drops'),
]);
