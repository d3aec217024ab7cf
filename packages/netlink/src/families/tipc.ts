/**
 * `TIPCv2` and its predecessor `TIPC`. C twins: `linux/tipc_netlink.h`, `linux/tipc_config.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, flag, nest, packed, pad, string, struct, u16, u32, u64, type GenericFamily } from '../schema/index.ts';

const prop = attributes('tipc-nla-prop-attrs', {
  1: u32('prio'),
  2: u32('tol'),
  3: u32('win'),
  4: u32('mtu'),
  5: u32('broadcast'),
  6: u32('broadcast-ratio'),
});

/** Addresses are `struct sockaddr_storage`. */
const udp = attributes('tipc-nla-udp-attrs', { 1: binary('local', { hint: 'sockaddr' }), 2: binary('remote', { hint: 'sockaddr' }), 3: flag('multi-remoteip') });

const bearer = attributes('tipc-nla-bearer-attrs', {
  1: string('name'),
  2: nest('prop', prop),
  3: u32('domain'),
  4: nest('udp-opts', udp),
});

const con = attributes('tipc-nla-con-attrs', {
  1: flag('flag'),
  2: u32('node'),
  3: u32('sock'),
  4: u32('type'),
  5: u32('inst'),
});

const sockStat = attributes('tipc-nla-sock-stat-attrs', {
  0: u32('rcvq'),
  1: u32('sendq'),
  2: flag('link-cong'),
  3: flag('conn-cong'),
  4: u32('drop'),
});

const sockGroup = attributes('tipc-nla-sock-group-attrs', {
  0: u32('id'),
  1: flag('open'),
  2: flag('node-scope'),
  3: flag('cluster-scope'),
  4: u32('instance'),
  5: u32('bc-send-next'),
});

const sock = attributes('tipc-nla-sock-attrs', {
  1: u32('addr'),
  2: u32('ref'),
  3: nest('con', con),
  4: flag('has-publ'),
  5: nest('stat', sockStat),
  6: u32('type'),
  7: u32('ino'),
  8: u32('uid'),
  9: u32('tipc-state'),
  10: u64('cookie'),
  11: pad(),
  12: nest('group', sockGroup),
});

const publ = attributes('tipc-nla-publ-attrs', {
  1: u32('type'),
  2: u32('lower'),
  3: u32('upper'),
  4: u32('scope'),
  5: u32('node'),
  6: u32('ref'),
  7: u32('key'),
});

const stats = attributes('tipc-nla-stats-attrs', {
  1: u32('rx-info'),
  2: u32('rx-fragments'),
  3: u32('rx-fragmented'),
  4: u32('rx-bundles'),
  5: u32('rx-bundled'),
  6: u32('tx-info'),
  7: u32('tx-fragments'),
  8: u32('tx-fragmented'),
  9: u32('tx-bundles'),
  10: u32('tx-bundled'),
  11: u32('msg-prof-tot'),
  12: u32('msg-len-cnt'),
  13: u32('msg-len-tot'),
  14: u32('msg-len-p0'),
  15: u32('msg-len-p1'),
  16: u32('msg-len-p2'),
  17: u32('msg-len-p3'),
  18: u32('msg-len-p4'),
  19: u32('msg-len-p5'),
  20: u32('msg-len-p6'),
  21: u32('rx-states'),
  22: u32('rx-probes'),
  23: u32('rx-nacks'),
  24: u32('rx-deferred'),
  25: u32('tx-states'),
  26: u32('tx-probes'),
  27: u32('tx-nacks'),
  28: u32('tx-acks'),
  29: u32('retransmitted'),
  30: u32('duplicates'),
  31: u32('link-congs'),
  32: u32('max-queue'),
  33: u32('avg-queue'),
});

const link = attributes('tipc-nla-link-attrs', {
  1: string('name'),
  2: u32('dest'),
  3: u32('mtu'),
  4: flag('broadcast'),
  5: flag('up'),
  6: flag('active'),
  7: nest('prop', prop),
  8: nest('stats', stats),
  9: u32('rx'),
  10: u32('tx'),
});

const node = attributes('tipc-nla-node-attrs', {
  1: u32('addr'),
  2: flag('up'),
  3: binary('id'),
  4: binary('key'),
  5: flag('key-master'),
  6: u32('rekeying'),
});

const net = attributes('tipc-nla-net-attrs', {
  1: u32('id'),
  2: u32('addr'),
  3: u64('nodeid'),
  4: u64('nodeid-w1'),
  5: flag('addr-legacy'),
});

const mon = attributes('tipc-nla-mon-attrs', {
  1: u32('activation-threshold'),
  2: u32('ref'),
  3: flag('active'),
  4: string('bearer-name'),
  5: u32('peercnt'),
  6: u32('listgen'),
});

const monPeer = attributes('tipc-nla-mon-peer-attrs', {
  1: u32('addr'),
  2: u32('domgen'),
  3: u32('applied'),
  4: u64('upmap'),
  5: packed(u32('members')),
  6: flag('up'),
  7: flag('head'),
  8: flag('local'),
  9: pad(),
});

const tipcAttrs = attributes('tipc-nla-attrs', {
  1: nest('bearer', bearer),
  2: nest('sock', sock),
  3: nest('publ', publ),
  4: nest('link', link),
  5: nest('media', attributes('tipc-nla-media-attrs', { 1: string('name'), 2: nest('prop', prop) })),
  6: nest('node', node),
  7: nest('net', net),
  8: nest('name-table', attributes('tipc-nla-name-table-attrs', { 1: nest('publ', publ) })),
  9: nest('mon', mon),
  10: nest('mon-peer', monPeer),
});

/** TIPC. */
export const tipc: GenericFamily = {
  name: 'TIPCv2',
  generic: true,
  version: 1,
  requests: {
  2: { name: 'bearer-disable', attributes: tipcAttrs },
  3: { name: 'bearer-enable', attributes: tipcAttrs },
  4: { name: 'bearer-get', attributes: tipcAttrs },
  5: { name: 'bearer-set', attributes: tipcAttrs },
  6: { name: 'sock-get', attributes: tipcAttrs },
  7: { name: 'publ-get', attributes: tipcAttrs },
  8: { name: 'link-get', attributes: tipcAttrs },
  9: { name: 'link-set', attributes: tipcAttrs },
  10: { name: 'link-reset-stats', attributes: tipcAttrs },
  11: { name: 'media-get', attributes: tipcAttrs },
  12: { name: 'media-set', attributes: tipcAttrs },
  13: { name: 'node-get', attributes: tipcAttrs },
  14: { name: 'net-get', attributes: tipcAttrs },
  15: { name: 'net-set', attributes: tipcAttrs },
  16: { name: 'name-table-get', attributes: tipcAttrs },
  17: { name: 'mon-set', attributes: tipcAttrs },
  18: { name: 'mon-get', attributes: tipcAttrs },
  19: { name: 'mon-peer-get', attributes: tipcAttrs },
  20: { name: 'peer-remove', attributes: tipcAttrs },
  21: { name: 'bearer-add', attributes: tipcAttrs },
  22: { name: 'udp-get-remoteip', attributes: tipcAttrs },
  23: { name: 'key-set', attributes: tipcAttrs },
  24: { name: 'key-flush', attributes: tipcAttrs },
  25: { name: 'addr-legacy-get', attributes: tipcAttrs },
  },
};

const tipcGenlmsghdr = struct('tipc-genlmsghdr', [u32('dest', { hint: 'hex' }), u16('cmd', { hint: 'hex' }), pad(2)]);

/** TIPC as it was before Linux 3.19: what follows the header are no attributes, but numbers and texts in network order. */
export const tipcLegacy: GenericFamily = {
  name: 'TIPC',
  generic: true,
  version: 1,
  requests: { 1: { name: 'cmd', header: tipcGenlmsghdr, body: binary('tlvs') } },
};
