/**
 * `vdpa`: data paths of virtio in hardware. C twin: `linux/vdpa.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, pad, string, u16, u32, u64, u8, type GenericFamily } from '../schema/index.ts';


const vdpaAttrs = attributes('vdpa-attrs', {
  0: pad(),
  1: string('mgmtdev-bus-name'),
  2: string('mgmtdev-dev-name'),
  3: u64('mgmtdev-supported-classes', { hint: 'hex' }),
  4: string('dev-name'),
  5: u32('dev-id'),
  6: u32('dev-vendor-id'),
  7: u32('dev-max-vqs'),
  8: u16('dev-max-vq-size'),
  9: u16('dev-min-vq-size'),
  10: binary('dev-net-cfg-macaddr', { hint: 'mac' }),
  11: u16('dev-net-status'),
  12: u16('dev-net-cfg-max-vqp'),
  13: u16('dev-net-cfg-mtu'),
  14: u64('dev-negotiated-features', { hint: 'hex' }),
  15: u32('dev-mgmtdev-max-vqs'),
  16: u64('dev-supported-features', { hint: 'hex' }),
  17: u32('dev-queue-index'),
  18: string('dev-vendor-attr-name'),
  19: u64('dev-vendor-attr-value'),
  20: u64('dev-features', { hint: 'hex' }),
  21: u64('dev-blk-cfg-capacity'),
  22: u32('dev-blk-cfg-size-max'),
  23: u32('dev-blk-cfg-blk-size'),
  24: u32('dev-blk-cfg-seg-max'),
  25: u16('dev-blk-cfg-num-queues'),
  26: u8('dev-blk-cfg-phy-blk-exp'),
  27: u8('dev-blk-cfg-align-offset'),
  28: u16('dev-blk-cfg-min-io-size'),
  29: u32('dev-blk-cfg-opt-io-size'),
  30: u32('dev-blk-cfg-max-discard-sec'),
  31: u32('dev-blk-cfg-max-discard-seg'),
  32: u32('dev-blk-cfg-discard-sec-align'),
  33: u32('dev-blk-cfg-max-write-zeroes-sec'),
  34: u32('dev-blk-cfg-max-write-zeroes-seg'),
  35: u8('dev-blk-read-only'),
  36: u8('dev-blk-flush'),
});

/** Data paths of virtio in hardware. */
export const vdpa: GenericFamily = {
  name: 'vdpa',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'mgmtdev-new', attributes: vdpaAttrs },
  2: { name: 'mgmtdev-get', attributes: vdpaAttrs },
  3: { name: 'dev-new', attributes: vdpaAttrs },
  4: { name: 'dev-del', attributes: vdpaAttrs },
  5: { name: 'dev-get', attributes: vdpaAttrs },
  6: { name: 'dev-config-get', attributes: vdpaAttrs },
  7: { name: 'dev-vstats-get', attributes: vdpaAttrs },
  8: { name: 'dev-attr-set', attributes: vdpaAttrs },
  },
};
