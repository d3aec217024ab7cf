/**
 * Nexthop objects and the buckets of resilient groups. C twin: `linux/nexthop.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  packed,
  pad,
  record,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  uint,
  type RawFamily,
} from '../schema/index.ts';
import { routeEncapMessages, routeEncapTypes } from './lwtunnel.ts';
import { addressFamilies, nexthopFlags, routeProtocols, routeScopes } from './route-names.ts';

const nhmsg = struct('nhmsg', [
  u8('nh-family', { names: addressFamilies }),
  u8('nh-scope', { names: routeScopes }),
  u8('nh-protocol', { names: routeProtocols }),
  pad(1),
  u32('nh-flags', { names: nexthopFlags }),
]);

/** A weight is one less than what is meant. From 6.12 on it has 16 bits, the low ones in front. */
const nexthopGrp = struct('nexthop-grp', [u32('id'), u16('weight'), pad(2)]);

const opFlags = flagBits('nha-op-flags', { 0: 'dump-stats', 1: 'dump-hw-stats', 31: 'resp-grp-resvd-0' });

const groupType = enumeration('nexthop-group-type', ['mpath', 'res']);

const groupStats = attributes('nha-group-stats-attrs', {
  1: many(nest('entry', attributes('nha-group-stats-entry-attrs', { 1: u32('id'), 2: uint('packets'), 3: uint('packets-hw') }))),
});

const resGroup = attributes('nha-res-group-attrs', {
  0: pad(),
  1: u16('buckets'),
  2: u32('idle-timer'),
  3: u32('unbalanced-timer'),
  4: u64('unbalanced-time'),
});

const resBucket = attributes('nha-res-bucket-attrs', { 0: pad(), 1: u16('index'), 2: u64('idle-time'), 3: u32('nh-id') });

const nexthopAttrs = attributes('nexthop-attrs', {
  1: u32('id'),
  2: packed(record('group', nexthopGrp)),
  3: u16('group-type', { names: groupType }),
  4: flag('blackhole'),
  5: u32('oif'),
  6: binary('gateway', { hint: 'ipv4-or-v6' }),
  7: u16('encap-type', { names: routeEncapTypes }),
  8: subMessage('encap', routeEncapMessages, 'encap-type'),
  9: flag('groups'),
  10: u32('master'),
  11: flag('fdb'),
  12: nest('res-group', resGroup),
  13: nest('res-bucket', resBucket),
  14: u32('op-flags', { names: opFlags }),
  15: nest('group-stats', groupStats),
  16: u32('hw-stats-enable'),
  17: u32('hw-stats-used'),
});

/** Nexthops. */
export const rtNexthop: RawFamily = {
  name: 'rt-nexthop',
  protocol: 0,
  requests: {
    104: { name: 'RTM_NEWNEXTHOP', header: nhmsg, attributes: nexthopAttrs },
    105: { name: 'RTM_DELNEXTHOP', header: nhmsg, attributes: nexthopAttrs },
    106: { name: 'RTM_GETNEXTHOP', header: nhmsg, attributes: nexthopAttrs },
    116: { name: 'RTM_NEWNEXTHOPBUCKET', header: nhmsg, attributes: nexthopAttrs },
    117: { name: 'RTM_DELNEXTHOPBUCKET', header: nhmsg, attributes: nexthopAttrs },
    118: { name: 'RTM_GETNEXTHOPBUCKET', header: nhmsg, attributes: nexthopAttrs },
  },
  groups: { 32: 'rtnlgrp-nexthop' },
};
