/**
 * `NET_DM`: packets that are dropped, and where. C twin: `linux/net_dropmon.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  enumeration,
  flag,
  many,
  nest,
  packed,
  pad,
  record,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type GenericFamily,
} from '../schema/index.ts';

const dropPoint = struct('net-dm-drop-point', [u64('pc', { hint: 'hex' }), u32('count')]);

const alertMsg = struct('net-dm-alert-msg', [u32('entries'), packed(record('points', dropPoint))]);

const port = attributes('net-dm-port-attrs', { 0: u32('netdev-ifindex'), 1: string('netdev-name') });

const stats = attributes('net-dm-stats-attrs', { 0: u64('dropped') });

const hwEntry = attributes('net-dm-hw-entry-attrs', { 16: string('hw-trap-name'), 19: u32('hw-trap-count') });

const dropAttrs = attributes('net-dm-attrs', {
  // Summaries have no number of their own.
  0: record('alert', alertMsg),
  1: u8('alert-mode', { names: enumeration('net-dm-alert-mode', ['summary', 'packet']) }),
  2: u64('pc', { hint: 'hex' }),
  3: string('symbol'),
  4: nest('in-port', port),
  5: u64('timestamp'),
  6: u16('proto', { hint: 'hex' }),
  7: binary('payload'),
  8: pad(),
  9: u32('trunc-len'),
  10: u32('orig-len'),
  11: u32('queue-len'),
  12: nest('stats', stats),
  13: nest('hw-stats', stats),
  14: u16('origin', { names: enumeration('net-dm-origin', ['sw', 'hw']) }),
  15: string('hw-trap-group-name'),
  16: string('hw-trap-name'),
  17: nest('hw-entries', attributes('net-dm-hw-entries-attrs', { 18: many(nest('hw-entry', hwEntry)) })),
  18: nest('hw-entry', hwEntry),
  19: u32('hw-trap-count'),
  20: flag('sw-drops'),
  21: flag('hw-drops'),
  22: binary('flow-action-cookie'),
  23: string('reason'),
});

/** The drop monitor. */
export const dropMonitor: GenericFamily = {
  name: 'NET_DM',
  generic: true,
  version: 2,
  requests: {
  1: { name: 'alert', attributes: dropAttrs },
  2: { name: 'config', attributes: dropAttrs },
  3: { name: 'start', attributes: dropAttrs },
  4: { name: 'stop', attributes: dropAttrs },
  5: { name: 'packet-alert', attributes: dropAttrs },
  6: { name: 'config-get', attributes: dropAttrs },
  7: { name: 'config-new', attributes: dropAttrs },
  8: { name: 'stats-get', attributes: dropAttrs },
  9: { name: 'stats-new', attributes: dropAttrs },
  },
  groups: { 0: 'events' },
};
