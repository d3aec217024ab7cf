/**
 * VLANs of bridges and their ports. C twin: `linux/if_bridge.h`.
 *
 * @packageDocumentation
 */

import { attributes, enumeration, flagBits, many, nest, pad, record, struct, u16, u32, u64, u8, type RawFamily } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';
import { bridgeVlanInfoFlags } from './rt-link-bridge.ts';
import { bridgeQuerierState } from './rt-link-more.ts';
import { mdbRouterAttrsSet } from './rt-mdb.ts';

const vlanMsg = struct('br-vlan-msg', [u8('family', { names: addressFamilies }), pad(3), u32('ifindex')]);

const vlanInfo = struct('bridge-vlan-info', [u16('flags', { names: bridgeVlanInfoFlags }), u16('vid')]);

const tunnelInfo = attributes('bridge-vlandb-tinfo-attrs', {
  1: u32('id'),
  2: u32('cmd', { names: enumeration('link-command', { 17: 'dellink', 19: 'setlink' }) }),
});

const stats = attributes('bridge-vlandb-stats-attrs', {
  1: u64('rx-bytes'),
  2: u64('rx-packets'),
  3: u64('tx-bytes'),
  4: u64('tx-packets'),
  5: pad(),
});

const portState = enumeration('br-state', ['disabled', 'listening', 'learning', 'forwarding', 'blocking']);

const entryAttrs = attributes('bridge-vlandb-entry-attrs', {
  1: record('info', vlanInfo),
  2: u16('range'),
  3: u8('state', { names: portState }),
  4: nest('tunnel-info', tunnelInfo),
  5: nest('stats', stats),
  6: u8('mcast-router'),
  7: u32('mcast-n-groups'),
  8: u32('mcast-max-groups'),
  9: u8('neigh-suppress'),
  10: u8('neigh-forward-grat'),
});

const globalOptions = attributes('bridge-vlandb-gopts-attrs', {
  1: u16('id'),
  2: u16('range'),
  3: u8('mcast-snooping'),
  4: u8('mcast-igmp-version'),
  5: u8('mcast-mld-version'),
  6: u32('mcast-last-member-cnt'),
  7: u32('mcast-startup-query-cnt'),
  8: u64('mcast-last-member-intvl'),
  9: pad(),
  10: u64('mcast-membership-intvl'),
  11: u64('mcast-querier-intvl'),
  12: u64('mcast-query-intvl'),
  13: u64('mcast-query-response-intvl'),
  14: u64('mcast-startup-query-intvl'),
  15: u8('mcast-querier'),
  16: nest('mcast-router-ports', mdbRouterAttrsSet),
  17: nest('mcast-querier-state', bridgeQuerierState),
  18: u16('msti'),
});

const vlanAttrs = attributes('bridge-vlandb-attrs', {
  1: many(nest('entry', entryAttrs)),
  2: many(nest('global-options', globalOptions)),
});

const dumpAttrs = attributes('bridge-vlandb-dump-attrs', {
  1: u32('flags', { names: flagBits('bridge-vlandb-dumpf', ['stats', 'global']) }),
});

/** VLANs of bridges. */
export const rtBridgeVlan: RawFamily = {
  name: 'rt-bridge-vlan',
  protocol: 0,
  requests: {
    112: { name: 'RTM_NEWVLAN', header: vlanMsg, attributes: vlanAttrs },
    113: { name: 'RTM_DELVLAN', header: vlanMsg, attributes: vlanAttrs },
    114: { name: 'RTM_GETVLAN', header: vlanMsg, attributes: dumpAttrs },
  },
  groups: { 33: 'rtnlgrp-brvlan' },
};
