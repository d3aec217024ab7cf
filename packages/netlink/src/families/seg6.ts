/**
 * `SEG6`, `IOAM6` and `ila`: headers that IPv6 routers write. C twins: `linux/seg6_genl.h`, `linux/ioam6_genl.h`,
 * `linux/ila.h`.
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
  pad,
  s32,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type GenericFamily,
} from '../schema/index.ts';
import { ilaAttrsSet } from './lwtunnel.ts';

const hmacAlgorithm = enumeration('seg6-hmac-algo', { 1: 'sha1', 2: 'sha256' });

const seg6Attrs: AttributeSet = attributes('seg6-attrs', {
  1: binary('dst', { hint: 'ipv6' }),
  2: s32('dstlen'),
  3: u32('hmackeyid'),
  4: binary('secret'),
  5: u8('secretlen'),
  6: u8('algid', { names: hmacAlgorithm }),
  7: many(nest('hmacinfo', () => seg6Attrs)),
});

/** Segment routing. */
export const seg6: GenericFamily = {
  name: 'SEG6',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'sethmac', attributes: seg6Attrs },
  2: { name: 'dumphmac', attributes: seg6Attrs },
  3: { name: 'set-tunsrc', attributes: seg6Attrs },
  4: { name: 'get-tunsrc', attributes: seg6Attrs },
  },
};

const ioam6Attrs = attributes('ioam6-attrs', {
  1: u16('ns-id'),
  2: u32('ns-data', { hint: 'hex' }),
  3: u64('ns-data-wide', { hint: 'hex' }),
  4: u32('sc-id'),
  5: binary('sc-data'),
  6: flag('sc-none'),
  7: pad(),
});

const ioam6EventAttrs = attributes('ioam6-event-attrs', {
  1: u16('trace-namespace'),
  2: u8('trace-nodelen'),
  3: u32('trace-type', { hint: 'hex' }),
  4: binary('trace-data'),
});

/** In-situ operations, administration and maintenance. */
export const ioam6: GenericFamily = {
  name: 'IOAM6',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'add-namespace', attributes: ioam6Attrs },
  2: { name: 'del-namespace', attributes: ioam6Attrs },
  3: { name: 'dump-namespaces', attributes: ioam6Attrs },
  4: { name: 'add-schema', attributes: ioam6Attrs },
  5: { name: 'del-schema', attributes: ioam6Attrs },
  6: { name: 'dump-schemas', attributes: ioam6Attrs },
  7: { name: 'ns-set-schema', attributes: ioam6Attrs },
  },
  // Events count from 1 as well, and nothing but the group tells them from answers to the first command, which has none.
  replies: {
    1: { name: 'event-trace', attributes: ioam6EventAttrs },
    3: { name: 'dump-namespaces', attributes: ioam6Attrs },
    6: { name: 'dump-schemas', attributes: ioam6Attrs },
  },
  groups: { 0: 'ioam6_events' },
};

/** Identifier locator addressing. */
export const ila: GenericFamily = {
  name: 'ila',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'add', attributes: ilaAttrsSet },
  2: { name: 'del', attributes: ilaAttrsSet },
  3: { name: 'get', attributes: ilaAttrsSet },
  4: { name: 'flush', attributes: ilaAttrsSet },
  },
};
