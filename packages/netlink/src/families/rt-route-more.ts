/**
 * Attributes of routes, rules, addresses and neighbours whose insides the specifications leave out or have otherwise than
 * the kernel. C twins: `linux/rtnetlink.h`, `linux/fib_rules.h`, `linux/if_addr.h`, `linux/neighbour.h`, `linux/mroute.h`.
 *
 * @packageDocumentation
 */

import { addrAttrsSet } from '../generated/rt-addr.ts';
import { afSpecMsgFormats } from '../generated/rt-link.ts';
import { neighbourAttrsSet } from '../generated/rt-neigh.ts';
import { routeAttrsSet } from '../generated/rt-route.ts';
import { fibRuleAttrsSet } from '../generated/rt-rule.ts';
import {
  attributes,
  be16,
  be64,
  binary,
  flag,
  flagBits,
  many,
  nest,
  pad,
  record,
  s32,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type Extension,
} from '../schema/index.ts';
import { routeEncapMessages } from './lwtunnel.ts';

const mfcStats = struct('rta-mfc-stats', [u64('packets'), u64('bytes'), u64('wrong-if')]);

const via = struct('rtvia', [u16('family'), binary('addr')]);

/** Routes. */
export const rtRouteMore: Extension = {
  sets: [
    [
      routeAttrsSet,
      {
        17: record('mfc-stats', mfcStats),
        18: record('via', via),
        22: subMessage('encap', routeEncapMessages, 'encap-type'),
        24: pad(),
        28: be16('sport'),
        29: be16('dport'),
      },
    ],
  ],
};

/** Rules. */
export const rtRuleMore: Extension = { sets: [[fibRuleAttrsSet, { 12: be64('tun-id') }]] };

const ip = { hint: 'ipv4-or-v6' } as const;

/** Addresses. */
export const rtAddrMore: Extension = {
  sets: [[addrAttrsSet, { 5: binary('anycast', ip), 7: binary('multicast', ip), 10: s32('target-netnsid') }]],
};

const fdbNotify = flagBits('fdb-notify', ['notify', 'inactive']);

const fdbExtAttrs = attributes('nfea-attrs', { 1: u8('activity-notify', { names: fdbNotify }), 2: flag('dont-refresh') });

/** Neighbours and forwarding entries. */
export const rtNeighMore: Extension = {
  sets: [[neighbourAttrsSet, { 6: be16('port'), 14: nest('fdb-ext-attrs', fdbExtAttrs) }]],
};

const vifFlags = flagBits('vif-flags', ['tunnel', 'srcrt', 'register', 'use-ifindex']);

const ipmrVif = attributes('ipmr-vif-attrs', {
  1: u32('ifindex'),
  2: u32('vif-id'),
  3: u16('flags', { names: vifFlags }),
  4: u64('bytes-in'),
  5: u64('bytes-out'),
  6: u64('packets-in'),
  7: u64('packets-out'),
  8: binary('local-addr', { hint: 'ipv4' }),
  9: binary('remote-addr', { hint: 'ipv4' }),
  10: pad(),
});

const ipmrTable = attributes('ipmr-table-attrs', {
  1: u32('id'),
  2: u32('cache-res-queue-len'),
  3: s32('mroute-reg-vif-num'),
  4: u8('mroute-do-assert'),
  5: u8('mroute-do-pim'),
  6: nest('vifs', attributes('ipmr-vifs-attrs', { 1: many(nest('vif', ipmrVif)) })),
  7: u8('mroute-do-wrvifwhole'),
});

/** Tables of multicast routing, which are listed as links of the family `RTNL_FAMILY_IPMR`. */
export const rtMulticastTables: Extension = { choices: [[afSpecMsgFormats, { 128: { attributes: ipmrTable } }]] };
