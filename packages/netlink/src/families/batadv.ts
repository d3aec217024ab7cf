/**
 * `batadv`: meshes. C twin: `linux/batman_adv.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, enumeration, flag, flagBits, pad, string, u16, u32, u64, u8, type GenericFamily } from '../schema/index.ts';

/** Bits 0 to 7 travel between nodes, the others do not. */
const ttFlags = flagBits('batadv-tt-client-flags', {
  0: 'del',
  1: 'roam',
  4: 'wifi',
  5: 'isola',
  8: 'nopurge',
  9: 'new',
  10: 'pending',
  11: 'temp',
});

const mcastFlags = flagBits('batadv-mcast-flags', [
  'all-unsnoopables',
  'want-all-ipv4',
  'want-all-ipv6',
  'want-no-rtr4',
  'want-no-rtr6',
  'have-mc-ptype-capa',
]);

const mcastFlagsPriv = flagBits('batadv-mcast-flags-priv', [
  'bridged',
  'querier-ipv4-exists',
  'querier-ipv6-exists',
  'querier-ipv4-shadowing',
  'querier-ipv6-shadowing',
]);

const gwMode = enumeration('batadv-gw-modes', ['off', 'client', 'server']);

const batadvAttrs = attributes('batadv-attrs', {
  1: string('version'),
  2: string('algo-name'),
  3: u32('mesh-ifindex'),
  4: string('mesh-ifname'),
  5: binary('mesh-address', { hint: 'mac' }),
  6: u32('hard-ifindex'),
  7: string('hard-ifname'),
  8: binary('hard-address', { hint: 'mac' }),
  9: binary('orig-address', { hint: 'mac' }),
  10: u8('tpmeter-result'),
  11: u32('tpmeter-test-time'),
  12: u64('tpmeter-bytes'),
  13: u32('tpmeter-cookie'),
  14: pad(),
  15: flag('active'),
  16: binary('tt-address', { hint: 'mac' }),
  17: u8('tt-ttvn'),
  18: u8('tt-last-ttvn'),
  19: u32('tt-crc32', { hint: 'hex' }),
  20: u16('tt-vid'),
  21: u32('tt-flags', { names: ttFlags }),
  22: flag('flag-best'),
  23: u32('last-seen-msecs'),
  24: binary('neigh-address', { hint: 'mac' }),
  25: u8('tq'),
  26: u32('throughput'),
  27: u32('bandwidth-up'),
  28: u32('bandwidth-down'),
  29: binary('router', { hint: 'mac' }),
  30: flag('bla-own'),
  31: binary('bla-address', { hint: 'mac' }),
  32: u16('bla-vid'),
  33: binary('bla-backbone', { hint: 'mac' }),
  34: u16('bla-crc', { hint: 'hex' }),
  35: binary('dat-cache-ip4address', { hint: 'ipv4' }),
  36: binary('dat-cache-hwaddress', { hint: 'mac' }),
  37: u16('dat-cache-vid'),
  38: u32('mcast-flags', { names: mcastFlags }),
  39: u32('mcast-flags-priv', { names: mcastFlagsPriv }),
  40: u16('vlanid'),
  41: u8('aggregated-ogms-enabled'),
  42: u8('ap-isolation-enabled'),
  43: u32('isolation-mark'),
  44: u32('isolation-mask'),
  45: u8('bonding-enabled'),
  46: u8('bridge-loop-avoidance-enabled'),
  47: u8('distributed-arp-table-enabled'),
  48: u8('fragmentation-enabled'),
  49: u32('gw-bandwidth-down'),
  50: u32('gw-bandwidth-up'),
  51: u8('gw-mode', { names: gwMode }),
  52: u32('gw-sel-class'),
  53: u8('hop-penalty'),
  54: u32('log-level'),
  55: u8('multicast-forceflood-enabled'),
  56: u8('network-coding-enabled'),
  57: u32('orig-interval'),
  58: u32('elp-interval'),
  59: u32('throughput-override'),
  60: u32('multicast-fanout'),
});

/** Better Approach To Mobile Ad-hoc Networking. */
export const batadv: GenericFamily = {
  name: 'batadv',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get-mesh', attributes: batadvAttrs },
  2: { name: 'tp-meter', attributes: batadvAttrs },
  3: { name: 'tp-meter-cancel', attributes: batadvAttrs },
  4: { name: 'get-routing-algos', attributes: batadvAttrs },
  5: { name: 'get-hardif', attributes: batadvAttrs },
  6: { name: 'get-transtable-local', attributes: batadvAttrs },
  7: { name: 'get-transtable-global', attributes: batadvAttrs },
  8: { name: 'get-originators', attributes: batadvAttrs },
  9: { name: 'get-neighbors', attributes: batadvAttrs },
  10: { name: 'get-gateways', attributes: batadvAttrs },
  11: { name: 'get-bla-claim', attributes: batadvAttrs },
  12: { name: 'get-bla-backbone', attributes: batadvAttrs },
  13: { name: 'get-dat-cache', attributes: batadvAttrs },
  14: { name: 'get-mcast-flags', attributes: batadvAttrs },
  15: { name: 'set-mesh', attributes: batadvAttrs },
  16: { name: 'set-hardif', attributes: batadvAttrs },
  17: { name: 'get-vlan', attributes: batadvAttrs },
  18: { name: 'set-vlan', attributes: batadvAttrs },
  },
  groups: { 0: 'config', 1: 'tpmeter' },
};
