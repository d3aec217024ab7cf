/**
 * Open vSwitch: meters and limits of connections, which have no specification, and what the specifications of the other
 * families leave out. C twin: `linux/openvswitch.h`.
 *
 * @packageDocumentation
 */

import { datapathSet, ovsHeaderStruct, userFeaturesBits } from '../generated/ovs-datapath.ts';
import { actionAttrsSet, flowAttrsSet, keyAttrsSet, tunnelKeyAttrsSet } from '../generated/ovs-flow.ts';
import { packetSet } from '../generated/ovs-packet.ts';
import { vportOptionsSet, vportSet } from '../generated/ovs-vport.ts';
import {
  attributes,
  be16,
  be32,
  binary,
  enumeration,
  flag,
  many,
  nest,
  packed,
  pad,
  record,
  s32,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Extension,
  type GenericFamily,
} from '../schema/index.ts';
import { memberSize } from '../schema/struct.ts';

const flowStats = struct('ovs-flow-stats', [u64('n-packets'), u64('n-bytes')]);

const bandAttrs = attributes('ovs-band-attrs', {
  1: u32('type', { names: enumeration('ovs-meter-band-type', { 1: 'drop' }) }),
  2: u32('rate'),
  3: u32('burst'),
  4: record('stats', flowStats),
});

const meterAttrs = attributes('ovs-meter-attrs', {
  1: u32('id'),
  2: flag('kbps'),
  3: record('stats', flowStats),
  4: nest('bands', attributes('ovs-meter-bands-attrs', { 0: many(nest('band', bandAttrs)) })),
  5: u64('used'),
  6: flag('clear'),
  7: u32('max-meters'),
  8: u32('max-bands'),
  9: pad(),
});

/** Meters. */
export const ovsMeter: GenericFamily = {
  name: 'ovs_meter',
  generic: true,
  version: 1,
  requests: {
    1: { name: 'features', header: ovsHeaderStruct, attributes: meterAttrs },
    2: { name: 'set', header: ovsHeaderStruct, attributes: meterAttrs },
    3: { name: 'del', header: ovsHeaderStruct, attributes: meterAttrs },
    4: { name: 'get', header: ovsHeaderStruct, attributes: meterAttrs },
  },
  groups: { 0: 'ovs_meter' },
};

const zoneLimit = struct('ovs-zone-limit', [s32('zone-id'), u32('limit'), u32('count')]);

const ctLimitAttrs = attributes('ovs-ct-limit-attrs', { 1: packed(record('zone-limit', zoneLimit)) });

/** Limits of connections in zones. */
export const ovsCtLimit: GenericFamily = {
  name: 'ovs_ct_limit',
  generic: true,
  version: 1,
  requests: {
    1: { name: 'set', header: ovsHeaderStruct, attributes: ctLimitAttrs },
    2: { name: 'del', header: ovsHeaderStruct, attributes: ctLimitAttrs },
    3: { name: 'get', header: ovsHeaderStruct, attributes: ctLimitAttrs },
  },
  groups: { 0: 'ovs_ct_limit' },
};

/** What the specification of datapaths leaves out. The last bit is for asking whether a kernel refuses bits. */
export const ovsDatapathMore: GenericFamily = {
  name: 'ovs_datapath',
  generic: true,
  version: 2,
  requests: { 4: { name: 'set', header: ovsHeaderStruct, attributes: datapathSet } },
};

/** What the specification of ports leaves out. */
export const ovsVportMore: GenericFamily = {
  name: 'ovs_vport',
  generic: true,
  version: 2,
  requests: { 4: { name: 'set', header: ovsHeaderStruct, attributes: vportSet } },
};

/** What the specification of flows leaves out. */
export const ovsFlowMore: GenericFamily = {
  name: 'ovs_flow',
  generic: true,
  version: 1,
  requests: {
    2: { name: 'del', header: ovsHeaderStruct, attributes: flowAttrsSet },
    4: { name: 'set', header: ovsHeaderStruct, attributes: flowAttrsSet },
  },
};

const pushMpls = struct('ovs-action-push-mpls', [
  be32('mpls-lse', { hint: 'hex' }),
  be16('mpls-ethertype', { hint: 'hex' }),
  pad(2),
]);

/** A value, then a mask as long. */
const masked = attributes(
  'masked-key-attrs',
  Object.fromEntries(
    Object.entries(keyAttrsSet.attributes).map(([type, field]) => [type, memberSize(field) > 0 ? packed(field) : field]),
  ),
);

const ctTupleIpv4 = struct('ovs-key-ct-tuple-ipv4', [
  binary('ipv4-src', { hint: 'ipv4', length: 4 }),
  binary('ipv4-dst', { hint: 'ipv4', length: 4 }),
  be16('src-port'),
  be16('dst-port'),
  u8('ipv4-proto'),
  pad(3),
]);

const ctTupleIpv6 = struct('ovs-key-ct-tuple-ipv6', [
  binary('ipv6-src', { hint: 'ipv6', length: 16 }),
  binary('ipv6-dst', { hint: 'ipv6', length: 16 }),
  be16('src-port'),
  be16('dst-port'),
  u8('ipv6-proto'),
  pad(3),
]);

const tunnelExtension = attributes('vport-extension', { 1: flag('gbp') });

/** Attributes of Open vSwitch. */
export const ovsAttributes: Extension = {
  sets: [
    [
      datapathSet,
      {
        5: u32('user-features', { names: { ...userFeaturesBits, values: { ...userFeaturesBits.values, 31: 'unsupported' } } }),
        9: s32('ifindex'),
      },
    ],
    [vportOptionsSet, { 1: u16('dst-port'), 2: nest('extension', tunnelExtension) }],
    [vportSet, { 9: s32('netnsid') }],
    [
      packetSet,
      { 2: nest('key', keyAttrsSet), 3: nest('actions', actionAttrsSet), 5: nest('egress-tun-key', tunnelKeyAttrsSet) },
    ],
    [flowAttrsSet, { 8: flag('probe') }],
    [
      keyAttrsSet,
      { 26: record('ct-orig-tuple-ipv4', ctTupleIpv4), 27: record('ct-orig-tuple-ipv6', ctTupleIpv6) },
    ],
    [
      tunnelKeyAttrsSet,
      {
        1: binary('ipv4-src', { hint: 'ipv4' }),
        2: binary('ipv4-dst', { hint: 'ipv4' }),
        12: binary('ipv6-src', { hint: 'ipv6' }),
        13: binary('ipv6-dst', { hint: 'ipv6' }),
      },
    ],
    [actionAttrsSet, { 9: record('push-mpls', pushMpls), 11: nest('set-masked', masked), 25: u32('drop') }],
  ],
};
