/**
 * Families of single drivers: `gtp`, `HSR`, `NCSI`, and `psample`, which samples packets. C twins: `linux/gtp.h`,
 * `linux/hsr_netlink.h`, `linux/ncsi.h`, `linux/psample.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  be16,
  be64,
  binary,
  enumeration,
  flag,
  many,
  nest,
  pad,
  string,
  u16,
  u32,
  u64,
  u8,
  type GenericFamily,
} from '../schema/index.ts';

const gtpAttrs = attributes('gtp-attrs', {
  1: u32('link'),
  2: u32('version', { names: enumeration('gtp-version', ['v0', 'v1']) }),
  3: u64('tid'),
  4: binary('peer-address', { hint: 'ipv4' }),
  5: binary('ms-address', { hint: 'ipv4' }),
  6: u16('flow'),
  7: u32('net-ns-fd'),
  8: u32('i-tei'),
  9: u32('o-tei'),
  10: pad(),
  11: binary('peer-addr6', { hint: 'ipv6' }),
  12: binary('ms-addr6', { hint: 'ipv6' }),
  13: u8('family'),
});

/** GTP tunnels. */
export const gtp: GenericFamily = {
  name: 'gtp',
  generic: true,
  version: 0,
  requests: {
  0: { name: 'newpdp', attributes: gtpAttrs },
  1: { name: 'delpdp', attributes: gtpAttrs },
  2: { name: 'getpdp', attributes: gtpAttrs },
  3: { name: 'echoreq', attributes: gtpAttrs },
  },
  groups: { 0: 'gtp' },
};

const hsrAttrs = attributes('hsr-attrs', {
  1: binary('node-addr', { hint: 'mac' }),
  2: u32('ifindex'),
  3: u32('if1-age'),
  4: u32('if2-age'),
  5: binary('node-addr-b', { hint: 'mac' }),
  6: u16('if1-seq'),
  7: u16('if2-seq'),
  8: u32('if1-ifindex'),
  9: u32('if2-ifindex'),
  10: u32('addr-b-ifindex'),
});

/** High-availability seamless redundancy. */
export const hsr: GenericFamily = {
  name: 'HSR',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'ring-error', attributes: hsrAttrs },
  2: { name: 'node-down', attributes: hsrAttrs },
  3: { name: 'get-node-status', attributes: hsrAttrs },
  4: { name: 'set-node-status', attributes: hsrAttrs },
  5: { name: 'get-node-list', attributes: hsrAttrs },
  6: { name: 'set-node-list', attributes: hsrAttrs },
  },
  groups: { 0: 'hsr-network' },
};

const ncsiChannel = attributes('ncsi-channel-attrs', {
  2: u32('id'),
  3: u32('version-major'),
  4: u32('version-minor'),
  5: string('version-str'),
  6: u32('link-state', { hint: 'hex' }),
  7: flag('active'),
  8: flag('forced'),
  9: nest('vlan-list', attributes('ncsi-vlan-list-attrs', { 10: many(u16('vlan-id')) })),
  10: u16('vlan-id'),
});

const ncsiPackage = attributes('ncsi-package-attrs', {
  2: u32('id'),
  3: flag('forced'),
  4: nest('channel-list', attributes('ncsi-channel-list-attrs', { 1: many(nest('channel', ncsiChannel)) })),
});

const ncsiAttrs = attributes('ncsi-attrs', {
  1: u32('ifindex'),
  2: nest('package-list', attributes('ncsi-package-list-attrs', { 1: many(nest('package', ncsiPackage)) })),
  3: u32('package-id'),
  4: u32('channel-id'),
  5: binary('data'),
  6: flag('multi-flag'),
  7: u32('package-mask'),
  8: u32('channel-mask'),
});

/** The sideband of network controllers. */
export const ncsi: GenericFamily = {
  name: 'NCSI',
  generic: true,
  version: 0,
  requests: {
  1: { name: 'pkg-info', attributes: ncsiAttrs },
  2: { name: 'set-interface', attributes: ncsiAttrs },
  3: { name: 'clear-interface', attributes: ncsiAttrs },
  4: { name: 'send-cmd', attributes: ncsiAttrs },
  5: { name: 'set-package-mask', attributes: ncsiAttrs },
  6: { name: 'set-channel-mask', attributes: ncsiAttrs },
  },
};

const tunnelKey = attributes('psample-tunnel-key-attrs', {
  0: be64('id'),
  1: binary('ipv4-src', { hint: 'ipv4' }),
  2: binary('ipv4-dst', { hint: 'ipv4' }),
  3: u8('tos'),
  4: u8('ttl'),
  5: flag('dont-fragment'),
  6: flag('csum'),
  7: flag('oam'),
  8: binary('geneve-opts'),
  9: be16('tp-src'),
  10: be16('tp-dst'),
  11: binary('vxlan-opts'),
  12: binary('ipv6-src', { hint: 'ipv6' }),
  13: binary('ipv6-dst', { hint: 'ipv6' }),
  14: pad(),
  15: binary('erspan-opts'),
  16: flag('ipv4-info-bridge'),
});

const psampleAttrs = attributes('psample-attrs', {
  0: u16('iifindex'),
  1: u16('oifindex'),
  2: u32('origsize'),
  3: u32('sample-group'),
  4: u32('group-seq'),
  5: u32('sample-rate'),
  6: binary('data'),
  7: u32('group-refcount'),
  8: nest('tunnel', tunnelKey),
  9: pad(),
  10: u16('out-tc'),
  11: u64('out-tc-occ'),
  12: u64('latency'),
  13: u64('timestamp'),
  14: u16('proto', { hint: 'hex' }),
  15: binary('user-cookie'),
  16: flag('sample-probability'),
});

/** Samples of packets. */
export const psample: GenericFamily = {
  name: 'psample',
  generic: true,
  version: 1,
  requests: {
  0: { name: 'sample', attributes: psampleAttrs },
  1: { name: 'get-group', attributes: psampleAttrs },
  2: { name: 'new-group', attributes: psampleAttrs },
  3: { name: 'del-group', attributes: psampleAttrs },
  },
  groups: { 0: 'config', 1: 'packets' },
};
