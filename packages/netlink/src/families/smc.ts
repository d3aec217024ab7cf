/**
 * `SMC_GEN_NETLINK` and `SMC_PNETID`: shared memory communications. C twin: `linux/smc.h`.
 *
 * @packageDocumentation
 */

import { attributes, nest, pad, string, u16, u32, u64, u8, uint, type GenericFamily } from '../schema/index.ts';

const sysInfo = attributes('smc-sys-info-attrs', {
  1: u8('ver'),
  2: u8('rel'),
  3: u8('is-ism-v2'),
  4: string('local-host'),
  5: string('seid'),
  6: u8('is-smcr-v2'),
});

const lgrV2 = attributes('smc-lgr-v2-attrs', {
  0: u8('ver'),
  1: u8('rel'),
  2: u8('os'),
  3: string('neg-eid'),
  4: string('peer-host'),
});

const lgrSmcr = attributes('smc-lgr-smcr-attrs', {
  1: u32('id'),
  2: u8('role'),
  3: u8('type'),
  4: string('pnetid'),
  5: u8('vlan-id'),
  6: u32('conns-num'),
  7: nest('v2-common', lgrV2),
  8: nest('v2', attributes('smc-lgr-smcr-v2-attrs', { 1: u8('direct'), 2: u8('max-conns'), 3: u8('max-links') })),
  9: u64('net-cookie'),
  10: pad(),
  11: u8('buf-type'),
  12: uint('sndbuf-alloc'),
  13: uint('rmb-alloc'),
});

const link = attributes('smc-link-smcr-attrs', {
  1: u8('id'),
  2: string('ib-dev'),
  3: u8('ib-port'),
  4: string('gid'),
  5: string('peer-gid'),
  6: u32('conn-cnt'),
  7: u32('net-dev'),
  8: u32('uid'),
  9: u32('peer-uid'),
  10: u32('state'),
});

const lgrSmcd = attributes('smc-lgr-smcd-attrs', {
  1: u32('id'),
  2: u64('gid', { hint: 'hex' }),
  3: u64('peer-gid', { hint: 'hex' }),
  4: u8('vlan-id'),
  5: u32('conns-num'),
  6: string('pnetid'),
  7: u32('chid'),
  8: pad(),
  9: nest('v2-common', lgrV2),
  10: u64('ext-gid', { hint: 'hex' }),
  11: u64('peer-ext-gid', { hint: 'hex' }),
  12: uint('sndbuf-alloc'),
  13: uint('dmb-alloc'),
});

const devPort = attributes('smc-dev-port-attrs', {
  1: u8('pnet-usr'),
  2: string('pnetid'),
  3: u32('netdev'),
  4: u8('state'),
  5: u8('valid'),
  6: u32('lnk-cnt'),
});

const dev = attributes('smc-dev-attrs', {
  1: u32('use-cnt'),
  2: u8('is-crit'),
  3: u32('pci-fid'),
  4: u16('pci-chid'),
  5: u16('pci-vendor'),
  6: u16('pci-device'),
  7: string('pci-id'),
  8: nest('port', devPort),
  9: nest('port2', devPort),
  10: string('ib-name'),
});

const payload = attributes('smc-stats-pload-attrs', {
  0: pad(),
  1: u64('8k'),
  2: u64('16k'),
  3: u64('32k'),
  4: u64('64k'),
  5: u64('128k'),
  6: u64('256k'),
  7: u64('512k'),
  8: u64('1024k'),
  9: u64('g-1024k'),
});

const buffers = attributes('smc-stats-rmb-attrs', {
  0: pad(),
  1: u64('size-sm-peer-cnt'),
  2: u64('size-sm-cnt'),
  3: u64('full-peer-cnt'),
  4: u64('full-cnt'),
  5: u64('reuse-cnt'),
  6: u64('alloc-cnt'),
  7: u64('dgrade-cnt'),
});

const technology = attributes('smc-stats-tech-attrs', {
  0: pad(),
  1: nest('tx-rmb-size', payload),
  2: nest('rx-rmb-size', payload),
  3: nest('txpload-size', payload),
  4: nest('rxpload-size', payload),
  5: nest('tx-rmb-stats', buffers),
  6: nest('rx-rmb-stats', buffers),
  7: u64('clnt-v1-succ'),
  8: u64('clnt-v2-succ'),
  9: u64('srv-v1-succ'),
  10: u64('srv-v2-succ'),
  11: u64('sendpage-cnt'),
  12: u64('splice-cnt'),
  13: u64('cork-cnt'),
  14: u64('ndly-cnt'),
  15: u64('urg-data-cnt'),
  16: u64('rx-bytes'),
  17: u64('tx-bytes'),
  18: u64('rx-cnt'),
  19: u64('tx-cnt'),
  20: uint('rx-rmb-usage'),
  21: uint('tx-rmb-usage'),
});

const stats = attributes('smc-stats-attrs', {
  0: pad(),
  1: nest('smcd-tech', technology),
  2: nest('smcr-tech', technology),
  3: u64('clnt-hs-err-cnt'),
  4: u64('srv-hs-err-cnt'),
});

const fallback = attributes('smc-fback-stats-attrs', {
  0: pad(),
  1: u8('type'),
  2: u64('srv-cnt'),
  3: u64('clnt-cnt'),
  4: u32('rsn-code'),
  5: u16('rsn-cnt'),
});

const genAttrs = attributes('smc-gen-attrs', {
  1: nest('sys-info', sysInfo),
  2: nest('lgr-smcr', lgrSmcr),
  3: nest('link-smcr', link),
  4: nest('lgr-smcd', lgrSmcd),
  5: nest('dev-smcd', dev),
  6: nest('dev-smcr', dev),
  7: nest('stats', stats),
  8: nest('fback-stats', fallback),
});

const ueidAttrs = attributes('smc-eid-table-attrs', { 1: string('entry') });

const seidAttrs = attributes('smc-seid-attrs', { 1: string('entry'), 2: u8('enabled') });

const limitAttrs = attributes('smc-hs-limitation-attrs', { 1: u8('enabled') });

/** Shared memory communications. */
export const smc: GenericFamily = {
  name: 'SMC_GEN_NETLINK',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get-sys-info', attributes: genAttrs },
  2: { name: 'get-lgr-smcr', attributes: genAttrs },
  3: { name: 'get-link-smcr', attributes: genAttrs },
  4: { name: 'get-lgr-smcd', attributes: genAttrs },
  5: { name: 'get-dev-smcd', attributes: genAttrs },
  6: { name: 'get-dev-smcr', attributes: genAttrs },
  7: { name: 'get-stats', attributes: genAttrs },
  8: { name: 'get-fback-stats', attributes: genAttrs },
  9: { name: 'dump-ueid', attributes: ueidAttrs },
  10: { name: 'add-ueid', attributes: ueidAttrs },
  11: { name: 'remove-ueid', attributes: ueidAttrs },
  12: { name: 'flush-ueid', attributes: ueidAttrs },
  13: { name: 'dump-seid', attributes: seidAttrs },
  14: { name: 'enable-seid', attributes: seidAttrs },
  15: { name: 'disable-seid', attributes: seidAttrs },
  16: { name: 'dump-hs-limitation', attributes: limitAttrs },
  17: { name: 'enable-hs-limitation', attributes: limitAttrs },
  18: { name: 'disable-hs-limitation', attributes: limitAttrs },
  },
};

const pnetAttrs = attributes('smc-pnetid-attrs', {
  1: string('name'),
  2: string('ethname'),
  3: string('ibname'),
  4: u8('ibport'),
});

/** Which networks belong together. */
export const smcPnetid: GenericFamily = {
  name: 'SMC_PNETID',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get', attributes: pnetAttrs },
  2: { name: 'add', attributes: pnetAttrs },
  3: { name: 'del', attributes: pnetAttrs },
  4: { name: 'flush', attributes: pnetAttrs },
  },
};
