/**
 * What the specification of routes leaves out or has otherwise than the kernel. C twin: `linux/rtnetlink.h`.
 *
 * @packageDocumentation
 */

import { metricsSet, routeAttrsSet, rtmsgStruct, rtRoute } from '../generated/rt-route.ts';
import {
  attributes,
  be16,
  binary,
  flagBits,
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
