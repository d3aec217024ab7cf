/**
 * Statistics of links in full: what `RTM_GETSTATS` asks for, and the nests of its answers.
 * C twins: `linux/if_link.h`, `linux/if_bridge.h`, `linux/if_bonding.h`, `linux/mpls.h`.
 *
 * @packageDocumentation
 */

import { hwSInfoOneSet, ifStatsMsgStruct, linkOffloadXstatsSet, rtnlLinkStats64Struct, statsAttrsSet } from '../generated/rt-link.ts';
import {
  attributes,
  many,
  nest,
  packed,
  pad,
  record,
  struct,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Extension,
  type Field,
  type RawFamily,
  type Struct,
} from '../schema/index.ts';
import { bridgeVlanInfoFlags } from './rt-link-bridge.ts';

const vlanXstats = struct('bridge-vlan-xstats', [
  u64('rx-bytes'),
  u64('rx-packets'),
  u64('tx-bytes'),
  u64('tx-packets'),
  u16('vid'),
  u16('flags', { names: bridgeVlanInfoFlags }),
  pad(4),
]);

/** Two counters, received and sent. */
const both = (name: string): Field => packed(u64(name), 16);

/** `struct br_mcast_stats`. */
export const bridgeMcastStats: Struct = struct('br-mcast-stats', [
  both('igmp-v1queries'),
  both('igmp-v2queries'),
  both('igmp-v3queries'),
  both('igmp-leaves'),
  both('igmp-v1reports'),
  both('igmp-v2reports'),
  both('igmp-v3reports'),
  u64('igmp-parse-errors'),
  both('mld-v1queries'),
  both('mld-v2queries'),
  both('mld-leaves'),
  both('mld-v1reports'),
  both('mld-v2reports'),
  u64('mld-parse-errors'),
  both('mcast-bytes'),
  both('mcast-packets'),
]);

const stpXstats = struct('bridge-stp-xstats', [
  u64('transition-blk'),
  u64('transition-fwd'),
  u64('rx-bpdu'),
  u64('tx-bpdu'),
  u64('rx-tcn'),
  u64('tx-tcn'),
]);

const bridgeXstats = attributes('bridge-xstats-attrs', {
  1: many(record('vlan', vlanXstats)),
  2: record('mcast', bridgeMcastStats),
  3: pad(),
  4: record('stp', stpXstats),
});

const bond3ad = attributes('bond-3ad-stats-attrs', {
  0: u64('lacpdu-rx'),
  1: u64('lacpdu-tx'),
  2: u64('lacpdu-unknown-rx'),
  3: u64('lacpdu-illegal-rx'),
  4: u64('marker-rx'),
  5: u64('marker-tx'),
  6: u64('marker-resp-rx'),
  7: u64('marker-resp-tx'),
  8: u64('marker-unknown-rx'),
  9: pad(),
});

const xstats = attributes('link-xstats-attrs', {
  1: nest('bridge', bridgeXstats),
  2: nest('bond', attributes('bond-xstats-attrs', { 1: nest('3ad', bond3ad) })),
});

const hwStats64 = struct('rtnl-hw-stats64', [
  u64('rx-packets'),
  u64('tx-packets'),
  u64('rx-bytes'),
  u64('tx-bytes'),
  u64('rx-errors'),
  u64('tx-errors'),
  u64('rx-dropped'),
  u64('tx-dropped'),
  u64('multicast'),
]);

const mplsLinkStats = struct('mpls-link-stats', [
  u64('rx-packets'),
  u64('tx-packets'),
  u64('rx-bytes'),
  u64('tx-bytes'),
  u64('rx-errors'),
  u64('tx-errors'),
  u64('rx-dropped'),
  u64('tx-dropped'),
  u64('rx-noroute'),
]);

const mplsStats = attributes('mpls-stats-attrs', { 0: pad(), 1: record('link', mplsLinkStats) });

/** Each a mask of what is wanted of the group that its type names. */
const filters = attributes('stats-filter-attrs', {
  1: u32('link-64'),
  2: u32('link-xstats'),
  3: u32('link-xstats-slave'),
  4: u32('link-offload-xstats'),
  5: u32('af-spec'),
});

const getsetAttrs = attributes('stats-getset-attrs', { 1: nest('filters', filters), 2: u8('offload-xstats-l3-stats') });

/** The nests of `RTM_NEWSTATS`. */
export const rtStatsNests: Extension = {
  sets: [
    [
      statsAttrsSet,
      {
        0: pad(),
        2: nest('link-xstats', xstats),
        3: nest('link-xstats-slave', xstats),
        5: nest('af-spec', attributes('stats-af-spec-attrs', { 28: nest('mpls', mplsStats) })),
      },
    ],
    [
      linkOffloadXstatsSet,
      { 1: record('cpu-hit', rtnlLinkStats64Struct), 2: nest('hw-s-info', hwStatsInfo()), 3: record('l3-stats', hwStats64) },
    ],
  ],
};

/** What hardware counts, by the number of the group of counters. */
function hwStatsInfo(): AttributeSet {
  return attributes('hw-s-info-attrs', { 3: nest('l3-stats', hwSInfoOneSet) });
}

/** Statistics of links: requests, whose attributes are not those of the answers. */
export const rtStats: RawFamily = {
  name: 'rt-stats',
  protocol: 0,
  requests: {
    94: { name: 'RTM_GETSTATS', header: ifStatsMsgStruct, attributes: getsetAttrs },
    95: { name: 'RTM_SETSTATS', header: ifStatsMsgStruct, attributes: getsetAttrs },
  },
  groups: { 36: 'rtnlgrp-stats' },
};
