/**
 * Network identifiers that a VXLAN device with a filter accepts. C twin: `linux/if_link.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, flagBits, many, nest, pad, struct, u32, u64, u8, type RawFamily } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

const tunnelMsg = struct('tunnel-msg', [
  u8('family', { names: addressFamilies }),
  u8('flags', { names: flagBits('tunnel-msg-flags', { 0: 'stats' }) }),
  pad(2),
  u32('ifindex'),
]);

const stats = attributes('vnifilter-entry-stats-attrs', {
  1: u64('rx-bytes'),
  2: u64('rx-pkts'),
  3: u64('rx-drops'),
  4: u64('rx-errors'),
  5: u64('tx-bytes'),
  6: u64('tx-pkts'),
  7: u64('tx-drops'),
  8: u64('tx-errors'),
  9: pad(),
});

const entryAttrs = attributes('vxlan-vnifilter-entry-attrs', {
  1: u32('start'),
  2: u32('end'),
  3: binary('group', { hint: 'ipv4' }),
  4: binary('group6', { hint: 'ipv6' }),
  5: nest('stats', stats),
});

const filterAttrs = attributes('vxlan-vnifilter-attrs', { 1: many(nest('entry', entryAttrs)) });

/** Filters of VXLAN devices. */
export const rtTunnel: RawFamily = {
  name: 'rt-tunnel',
  protocol: 0,
  requests: {
    120: { name: 'RTM_NEWTUNNEL', header: tunnelMsg, attributes: filterAttrs },
    121: { name: 'RTM_DELTUNNEL', header: tunnelMsg, attributes: filterAttrs },
    122: { name: 'RTM_GETTUNNEL', header: tunnelMsg, attributes: filterAttrs },
  },
  groups: { 35: 'rtnlgrp-tunnel' },
};
