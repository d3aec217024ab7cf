/**
 * Multicast routing, whose tables are listed as links. C twin: `linux/mroute.h`.
 *
 * @packageDocumentation
 */

import { afSpecMsgFormats } from '../generated/rt-link.ts';
import { attributes, binary, flagBits, many, nest, pad, s32, u16, u32, u64, u8, type Extension } from '../schema/index.ts';

const vifFlags = flagBits('vif-flags', ['tunnel', 'srcrt', 'register', 'use-ifindex']);

const ipmrVif = attributes('ipmr-vif-attrs', {
  1: u32('ifindex'),
  2: u32('vif-id'),
  3: u16('flags', { names: vifFlags }),
  4: u64('bytes-in'),
  5: u64('bytes-out'),
  6: u64('packets-in'),
  7: u64('packets-out'),
  8: binary('local-addr', { hint: 'ipv4' }),
  9: binary('remote-addr', { hint: 'ipv4' }),
  10: pad(),
});

const ipmrTable = attributes('ipmr-table-attrs', {
  1: u32('id'),
  2: u32('cache-res-queue-len'),
  3: s32('mroute-reg-vif-num'),
  4: u8('mroute-do-assert'),
  5: u8('mroute-do-pim'),
  6: nest('vifs', attributes('ipmr-vifs-attrs', { 1: many(nest('vif', ipmrVif)) })),
  7: u8('mroute-do-wrvifwhole'),
});

/** Tables of multicast routing, which are listed as links of the family `RTNL_FAMILY_IPMR`. */
export const rtMulticastTables: Extension = { choices: [[afSpecMsgFormats, { ipmr: { attributes: ipmrTable } }]] };
