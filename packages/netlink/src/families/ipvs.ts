/**
 * `IPVS`: the virtual server. C twin: `linux/ip_vs.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  be16,
  be32,
  binary,
  choice,
  enumeration,
  flagBits,
  nest,
  pad,
  record,
  string,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type GenericFamily,
} from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

const svcFlagNames = flagBits('ip-vs-svc-f', ['persistent', 'hashed', 'onepacket', 'sched1', 'sched2', 'sched3']);

const svcFlags = struct('ip-vs-flags', [u32('flags', { names: svcFlagNames }), u32('mask', { hint: 'hex' })]);

/** In 32 bits, and in 64. */
const stats = attributes('ipvs-stats-attrs', {
  1: u32('conns'),
  2: u32('inpkts'),
  3: u32('outpkts'),
  4: u64('inbytes'),
  5: u64('outbytes'),
  6: u32('cps'),
  7: u32('inpps'),
  8: u32('outpps'),
  9: u32('inbps'),
  10: u32('outbps'),
  11: pad(),
});

const stats64 = attributes('ipvs-stats64-attrs', {
  1: u64('conns'),
  2: u64('inpkts'),
  3: u64('outpkts'),
  4: u64('inbytes'),
  5: u64('outbytes'),
  6: u64('cps'),
  7: u64('inpps'),
  8: u64('outpps'),
  9: u64('inbps'),
  10: u64('outbps'),
  11: pad(),
});

/** An address has 16 octets, whatever its family: of IPv4 the first four count. */
const addressOfFamily = choice('ipvs-addr-msg', {
  inet: { header: struct('ipvs-addr-v4', [binary('address', { hint: 'ipv4', length: 4 }), pad(12)]) },
  inet6: { header: struct('ipvs-addr-v6', [binary('address', { hint: 'ipv6', length: 16 })]) },
});

const serviceAttrs = attributes('ipvs-svc-attrs', {
  1: u16('af', { names: addressFamilies }),
  2: u16('protocol'),
  3: subMessage('addr', addressOfFamily, 'af'),
  4: be16('port'),
  5: u32('fwmark'),
  6: string('sched-name'),
  7: record('flags', svcFlags),
  8: u32('timeout'),
  9: be32('netmask', { hint: 'hex' }),
  10: nest('stats', stats),
  11: string('pe-name'),
  12: nest('stats64', stats64),
});

const tunType = enumeration('ip-vs-conn-f-tunnel-type', ['ipip', 'gue', 'gre']);

const tunFlags = flagBits('ip-vs-tunnel-encap-flag', ['csum', 'remcsum']);

const destAttrs = attributes('ipvs-dest-attrs', {
  1: subMessage('addr', addressOfFamily, 'addr-family'),
  2: be16('port'),
  3: u32('fwd-method', { names: enumeration('ip-vs-conn-f-fwd', ['masq', 'localnode', 'tunnel', 'droute', 'bypass']) }),
  4: u32('weight'),
  5: u32('u-thresh'),
  6: u32('l-thresh'),
  7: u32('active-conns'),
  8: u32('inact-conns'),
  9: u32('persist-conns'),
  10: nest('stats', stats),
  11: u16('addr-family', { names: addressFamilies }),
  12: nest('stats64', stats64),
  13: u8('tun-type', { names: tunType }),
  14: be16('tun-port'),
  15: u16('tun-flags', { names: tunFlags }),
});

const daemonAttrs = attributes('ipvs-daemon-attrs', {
  1: u32('state', { names: flagBits('ip-vs-state', ['master', 'backup']) }),
  2: string('mcast-ifn'),
  3: u32('sync-id'),
  4: u16('sync-maxlen'),
  5: binary('mcast-group', { hint: 'ipv4' }),
  6: binary('mcast-group6', { hint: 'ipv6' }),
  7: u16('mcast-port'),
  8: u8('mcast-ttl'),
});

const ipvsAttrs = attributes('ipvs-cmd-attrs', {
  1: nest('service', serviceAttrs),
  2: nest('dest', destAttrs),
  3: nest('daemon', daemonAttrs),
  4: u32('timeout-tcp'),
  5: u32('timeout-tcp-fin'),
  6: u32('timeout-udp'),
});

const infoAttrs = attributes('ipvs-info-attrs', { 1: u32('version', { hint: 'hex' }), 2: u32('conn-tab-size') });

/** The virtual server. */
export const ipvs: GenericFamily = {
  name: 'IPVS',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'new-service', attributes: ipvsAttrs },
  2: { name: 'set-service', attributes: ipvsAttrs },
  3: { name: 'del-service', attributes: ipvsAttrs },
  4: { name: 'get-service', attributes: ipvsAttrs },
  5: { name: 'new-dest', attributes: ipvsAttrs },
  6: { name: 'set-dest', attributes: ipvsAttrs },
  7: { name: 'del-dest', attributes: ipvsAttrs },
  8: { name: 'get-dest', attributes: ipvsAttrs },
  9: { name: 'new-daemon', attributes: ipvsAttrs },
  10: { name: 'del-daemon', attributes: ipvsAttrs },
  11: { name: 'get-daemon', attributes: ipvsAttrs },
  12: { name: 'set-config', attributes: ipvsAttrs },
  13: { name: 'get-config', attributes: ipvsAttrs },
  14: { name: 'set-info', attributes: infoAttrs },
  15: { name: 'get-info', attributes: ipvsAttrs },
  16: { name: 'zero', attributes: ipvsAttrs },
  17: { name: 'flush', attributes: ipvsAttrs },
  },
};
