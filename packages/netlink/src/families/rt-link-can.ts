/**
 * What CAN controllers say of themselves in `IFLA_INFO_DATA` and `IFLA_INFO_XSTATS`. C twin: `linux/can/netlink.h`.
 *
 * @packageDocumentation
 */

import { linkinfoDataMsgFormats } from '../generated/rt-link.ts';
import {
  attributes,
  enumeration,
  flagBits,
  nest,
  packed,
  record,
  string,
  struct,
  u16,
  u32,
  type Extension,
  type Struct,
} from '../schema/index.ts';

const bittiming = struct('can-bittiming', [
  u32('bitrate'),
  u32('sample-point'),
  u32('tq'),
  u32('prop-seg'),
  u32('phase-seg1'),
  u32('phase-seg2'),
  u32('sjw'),
  u32('brp'),
]);

const bittimingConst = struct('can-bittiming-const', [
  string('name', 16),
  u32('tseg1-min'),
  u32('tseg1-max'),
  u32('tseg2-min'),
  u32('tseg2-max'),
  u32('sjw-max'),
  u32('brp-min'),
  u32('brp-max'),
  u32('brp-inc'),
]);

const ctrlmodeFlags = flagBits('can-ctrlmode-flags', [
  'loopback',
  'listenonly',
  '3-samples',
  'one-shot',
  'berr-reporting',
  'fd',
  'presume-ack',
  'fd-non-iso',
  'cc-len8-dlc',
  'tdc-auto',
  'tdc-manual',
  // After 6.12.
  'restricted',
  'xl',
  'xl-tdc-auto',
  'xl-tdc-manual',
  'xl-tms',
]);

const ctrlmode = struct('can-ctrlmode', [u32('mask', { names: ctrlmodeFlags }), u32('flags', { names: ctrlmodeFlags })]);

const state = enumeration('can-state', ['error-active', 'error-warning', 'error-passive', 'bus-off', 'stopped', 'sleeping']);

const tdc = attributes('can-tdc-attrs', {
  1: u32('tdcv-min'),
  2: u32('tdcv-max'),
  3: u32('tdco-min'),
  4: u32('tdco-max'),
  5: u32('tdcf-min'),
  6: u32('tdcf-max'),
  7: u32('tdcv'),
  8: u32('tdco'),
  9: u32('tdcf'),
});

const canAttrs = attributes('linkinfo-can-attrs', {
  1: record('bittiming', bittiming),
  2: record('bittiming-const', bittimingConst),
  3: u32('clock'),
  4: u32('state', { names: state }),
  5: record('ctrlmode', ctrlmode),
  6: u32('restart-ms'),
  7: u32('restart'),
  8: record('berr-counter', struct('can-berr-counter', [u16('txerr'), u16('rxerr')])),
  9: record('data-bittiming', bittiming),
  10: record('data-bittiming-const', bittimingConst),
  11: u16('termination'),
  12: packed(u16('termination-const')),
  13: packed(u32('bitrate-const')),
  14: packed(u32('data-bitrate-const')),
  15: u32('bitrate-max'),
  16: nest('tdc', tdc),
  17: nest('ctrlmode-ext', attributes('can-ctrlmode-ext-attrs', { 1: u32('supported', { names: ctrlmodeFlags }) })),
  // After 6.12.
  18: record('xl-data-bittiming', bittiming),
  19: record('xl-data-bittiming-const', bittimingConst),
  20: packed(u32('xl-data-bitrate-const')),
  21: nest('xl-tdc', tdc),
});

/** The counters of `IFLA_INFO_XSTATS`. */
export const canDeviceStats: Struct = struct('can-device-stats', [
  u32('bus-error'),
  u32('error-warning'),
  u32('error-passive'),
  u32('bus-off'),
  u32('arbitration-lost'),
  u32('restarts'),
]);

/** CAN controllers. */
export const rtLinkCan: Extension = {
  choices: [[linkinfoDataMsgFormats, { can: { attributes: canAttrs } }]],
};
