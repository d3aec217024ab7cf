/**
 * Attributes of routes, rules, addresses and neighbours whose insides the specifications leave out or have otherwise than
 * the kernel. C twins: `linux/rtnetlink.h`, `linux/fib_rules.h`, `linux/if_addr.h`, `linux/neighbour.h`, `linux/mroute.h`.
 *
 * @packageDocumentation
 */

import { addrAttrsSet, ifaddrmsgStruct } from '../generated/rt-addr.ts';
import { afSpecMsgFormats } from '../generated/rt-link.ts';
import { ndmsgStruct, ndtmsgStruct, neighbourAttrsSet, ntfFlagsBits, nudStateBits } from '../generated/rt-neigh.ts';
import { metricsSet, routeAttrsSet, rtmsgStruct, rtRoute } from '../generated/rt-route.ts';
import { fibRuleAttrsSet, fibRuleHdrStruct } from '../generated/rt-rule.ts';
import {
  attributes,
  be16,
  be64,
  binary,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  openAddress,
  pad,
  record,
  s32,
  sized,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Extension,
  type Format,
  type RawFamily,
} from '../schema/index.ts';
import { routeEncapMessages, routeEncapTypes } from './lwtunnel.ts';
import { addressFamilies, ipProtocols, nexthopFlags, routeFlags, routeProtocols, routerPreferences, routeScopes, routeTables } from './route-names.ts';

const mfcStats = struct('rta-mfc-stats', [u64('packets'), u64('bytes'), u64('wrong-if')]);

const via = struct('rtvia', [u16('family', { names: addressFamilies }), openAddress('addr', 'family')]);

const rtnexthop = struct('rtnexthop', [u16('rtnh-len'), u8('rtnh-flags', { names: nexthopFlags }), u8('rtnh-hops'), s32('rtnh-ifindex')]);

const metricFlags = flagBits('rtax-features', ['ecn', 'sack', 'timestamp', 'allfrag', 'tcp-usec-ts']);

/** A bit for each metric that the kernel must not change. */
const lockedMetrics = flagBits('rtax-lock', Object.fromEntries(Object.entries(metricsSet.attributes).map(([type, { name }]) => [type, name])));

const routeFields = {
  8: nest('metrics', metricsSet),
  9: sized('multipath', { header: rtnexthop, attributes: (): AttributeSet => routeAttrsSet }),
  15: u32('table', { names: routeTables }),
  17: record('mfc-stats', mfcStats),
  18: record('via', via),
  20: u8('pref', { names: routerPreferences }),
  21: u16('encap-type', { names: routeEncapTypes }),
  22: subMessage('encap', routeEncapMessages, 'encap-type'),
  24: pad(),
  27: u8('ip-proto', { names: ipProtocols }),
  28: be16('sport'),
  29: be16('dport'),
};

/** Routes of MPLS: their destinations are stacks of labels. */
const mplsRouteAttrs = attributes('mpls-route-attrs', {
  ...routeAttrsSet.attributes,
  ...routeFields,
  1: binary('dst', { hint: 'mpls' }),
  9: sized('multipath', { header: rtnexthop, attributes: (): AttributeSet => mplsRouteAttrs }),
  19: binary('newdst', { hint: 'mpls' }),
});

const byFamily: Readonly<Record<number, Format>> = { 28: { header: rtmsgStruct, attributes: mplsRouteAttrs } };

/** Messages of routes, of all families. */
export const rtRouteMessages: RawFamily = {
  name: 'rt-route',
  protocol: 0,
  requests: Object.fromEntries(Object.entries(rtRoute.requests).map(([type, operation]) => [type, { ...operation, byFamily }])),
  groups: { 7: 'rtnlgrp-ipv4-route', 11: 'rtnlgrp-ipv6-route', 27: 'rtnlgrp-mpls-route' },
};

/** Routes. */
export const rtRouteMore: Extension = {
  sets: [
    [routeAttrsSet, routeFields],
    [metricsSet, { 1: u32('lock', { names: lockedMetrics }), 12: u32('features', { names: metricFlags }) }],
  ],
  structs: [
    [
      rtmsgStruct,
      [
        u8('rtm-family', { names: addressFamilies }),
        u8('rtm-table', { names: routeTables }),
        u8('rtm-protocol', { names: routeProtocols }),
        u8('rtm-scope', { names: routeScopes }),
        u32('rtm-flags', { names: routeFlags }),
      ],
    ],
  ],
};

const ruleFlags = flagBits('fib-rule-flags', {
  0: 'permanent', 1: 'invert', 2: 'unresolved', 3: 'iif-detached', 4: 'oif-detached', 16: 'find-saddr',
}); // prettier-ignore

/** Rules. */
export const rtRuleMore: Extension = {
  sets: [
    [
      fibRuleAttrsSet,
      {
        12: be64('tun-id'),
        // -1 is none.
        13: s32('suppress-ifgroup'),
        14: s32('suppress-prefixlen'),
        15: u32('table', { names: routeTables }),
        21: u8('protocol', { names: routeProtocols }),
        22: u8('ip-proto', { names: ipProtocols }),
      },
    ],
  ],
  structs: [
    [
      fibRuleHdrStruct,
      [u8('family', { names: addressFamilies }), u8('table', { names: routeTables }), u32('flags', { names: ruleFlags })],
    ],
  ],
};

const ip = { hint: 'ipv4-or-v6' } as const;

/** From include/uapi/linux/if_addr.h: `IFAPROT_*`. */
const addressOrigins = enumeration('ifa-proto', ['unspec', 'kernel-lo', 'kernel-ra', 'kernel-ll']);

/** Addresses. */
export const rtAddrMore: Extension = {
  sets: [
    [addrAttrsSet, { 5: binary('anycast', ip), 7: binary('multicast', ip), 10: s32('target-netnsid'), 11: u8('proto', { names: addressOrigins }) }],
  ],
  structs: [[ifaddrmsgStruct, [u8('ifa-family', { names: addressFamilies }), u8('ifa-scope', { names: routeScopes })]]],
};

const fdbNotify = flagBits('fdb-notify', ['notify', 'inactive']);

const fdbExtAttrs = attributes('nfea-attrs', { 1: u8('activity-notify', { names: fdbNotify }), 2: flag('dont-refresh') });

/** Neighbours and forwarding entries. */
export const rtNeighMore: Extension = {
  sets: [
    [
      neighbourAttrsSet,
      {
        6: be16('port'),
        12: u8('protocol', { names: routeProtocols }),
        14: nest('fdb-ext-attrs', fdbExtAttrs),
        16: u16('ndm-state-mask', { names: nudStateBits }),
        17: u8('ndm-flags-mask', { names: ntfFlagsBits }),
      },
    ],
  ],
  structs: [
    [ndmsgStruct, [u8('ndm-family', { names: addressFamilies })]],
    [ndtmsgStruct, [u8('family', { names: addressFamilies })]],
  ],
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
export const rtMulticastTables: Extension = { choices: [[afSpecMsgFormats, { ipmr: { attributes: ipmrTable } }]] };
