/**
 * `l2tp`: tunnels and sessions. C twin: `linux/l2tp.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, enumeration, flag, nest, pad, string, u16, u32, u64, u8, type GenericFamily } from '../schema/index.ts';

const pwType = enumeration('l2tp-pwtype', { 0: 'none', 4: 'eth-vlan', 5: 'eth', 7: 'ppp', 8: 'ppp-ac', 11: 'ip' });

const l2specType = enumeration('l2tp-l2spec-type', ['none', 'default']);

const stats = attributes('l2tp-stats-attrs', {
  1: u64('tx-packets'),
  2: u64('tx-bytes'),
  3: u64('tx-errors'),
  4: u64('rx-packets'),
  5: u64('rx-bytes'),
  6: u64('rx-seq-discards'),
  7: u64('rx-oos-packets'),
  8: u64('rx-errors'),
  9: pad(undefined, 'stats-pad'),
  10: u64('rx-cookie-discards'),
  11: u64('rx-invalid'),
});

const l2tpAttrs = attributes('l2tp-attrs', {
  1: u16('pw-type', { names: pwType }),
  2: u16('encap-type', { names: enumeration('l2tp-encap-type', ['udp', 'ip']) }),
  3: u16('offset'),
  4: u8('data-seq', { names: enumeration('l2tp-seqmode', ['none', 'ip', 'all']) }),
  5: u8('l2spec-type', { names: l2specType }),
  6: u8('l2spec-len'),
  7: u8('proto-version'),
  8: string('ifname'),
  9: u32('conn-id'),
  10: u32('peer-conn-id'),
  11: u32('session-id'),
  12: u32('peer-session-id'),
  13: u8('udp-csum'),
  14: u16('vlan-id'),
  15: binary('cookie'),
  16: binary('peer-cookie'),
  17: u32('debug'),
  18: u8('recv-seq'),
  19: u8('send-seq'),
  20: u8('lns-mode'),
  21: u8('using-ipsec'),
  22: u64('recv-timeout'),
  23: u32('fd'),
  24: binary('ip-saddr', { hint: 'ipv4' }),
  25: binary('ip-daddr', { hint: 'ipv4' }),
  26: u16('udp-sport'),
  27: u16('udp-dport'),
  28: u16('mtu'),
  29: u16('mru'),
  30: nest('stats', stats),
  31: binary('ip6-saddr', { hint: 'ipv6' }),
  32: binary('ip6-daddr', { hint: 'ipv6' }),
  33: flag('udp-zero-csum6-tx'),
  34: flag('udp-zero-csum6-rx'),
  35: pad(),
});

/** L2TP. */
export const l2tp: GenericFamily = {
  name: 'l2tp',
  generic: true,
  version: 1,
  requests: {
  0: { name: 'noop', attributes: l2tpAttrs },
  1: { name: 'tunnel-create', attributes: l2tpAttrs },
  2: { name: 'tunnel-delete', attributes: l2tpAttrs },
  3: { name: 'tunnel-modify', attributes: l2tpAttrs },
  4: { name: 'tunnel-get', attributes: l2tpAttrs },
  5: { name: 'session-create', attributes: l2tpAttrs },
  6: { name: 'session-delete', attributes: l2tpAttrs },
  7: { name: 'session-modify', attributes: l2tpAttrs },
  8: { name: 'session-get', attributes: l2tpAttrs },
  },
  groups: { 0: 'l2tp' },
};
