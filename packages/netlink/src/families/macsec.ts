/**
 * `macsec`: secure channels and associations of MACsec devices. C twin: `linux/if_macsec.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  be32,
  binary,
  enumeration,
  indexed,
  nest,
  pad,
  u32,
  u64,
  u8,
  uint,
  type GenericFamily,
} from '../schema/index.ts';

const validation = enumeration('macsec-validation-type', ['disabled', 'check', 'strict']);

const offload = enumeration('macsec-offload', ['off', 'phy', 'mac']);

const secyAttrs = attributes('macsec-secy-attrs', {
  1: binary('sci', { length: 8 }),
  2: u8('encoding-sa'),
  3: u32('window'),
  4: u64('cipher-suite', { hint: 'hex' }),
  5: u8('icv-len'),
  6: u8('protect'),
  7: u8('replay'),
  8: u8('oper'),
  9: u8('validate', { names: validation }),
  10: u8('encrypt'),
  11: u8('inc-sci'),
  12: u8('es'),
  13: u8('scb'),
  14: pad(),
});

const saStats = attributes('macsec-sa-stats-attrs', {
  1: u32('in-pkts-ok'),
  2: u32('in-pkts-invalid'),
  3: u32('in-pkts-not-valid'),
  4: u32('in-pkts-not-using-sa'),
  5: u32('in-pkts-unused-sa'),
  6: u32('out-pkts-protected'),
  7: u32('out-pkts-encrypted'),
});

/** A packet number has 64 bits with the extended cipher suites, else 32. */
const saAttrs = attributes('macsec-sa-attrs', {
  1: u8('an'),
  2: u8('active'),
  3: uint('pn'),
  4: binary('key'),
  5: binary('keyid'),
  6: nest('stats', saStats),
  7: pad(),
  8: be32('ssci', { hint: 'hex' }),
  9: binary('salt'),
});

const rxscStats = attributes('macsec-rxsc-stats-attrs', {
  1: u64('in-octets-validated'),
  2: u64('in-octets-decrypted'),
  3: u64('in-pkts-unchecked'),
  4: u64('in-pkts-delayed'),
  5: u64('in-pkts-ok'),
  6: u64('in-pkts-invalid'),
  7: u64('in-pkts-late'),
  8: u64('in-pkts-not-valid'),
  9: u64('in-pkts-not-using-sa'),
  10: u64('in-pkts-unused-sa'),
  11: pad(),
});

const rxscAttrs = attributes('macsec-rxsc-attrs', {
  1: binary('sci', { length: 8 }),
  2: u8('active'),
  3: indexed(nest('sa-list', saAttrs)),
  4: nest('stats', rxscStats),
  5: pad(),
});

const txscStats = attributes('macsec-txsc-stats-attrs', {
  1: u64('out-pkts-protected'),
  2: u64('out-pkts-encrypted'),
  3: u64('out-octets-protected'),
  4: u64('out-octets-encrypted'),
  5: pad(),
});

const secyStats = attributes('macsec-secy-stats-attrs', {
  1: u64('out-pkts-untagged'),
  2: u64('in-pkts-untagged'),
  3: u64('out-pkts-too-long'),
  4: u64('in-pkts-no-tag'),
  5: u64('in-pkts-bad-tag'),
  6: u64('in-pkts-unknown-sci'),
  7: u64('in-pkts-no-sci'),
  8: u64('in-pkts-overrun'),
  9: pad(),
});

const macsecAttrs = attributes('macsec-attrs', {
  1: u32('ifindex'),
  2: nest('rxsc-config', rxscAttrs),
  3: nest('sa-config', saAttrs),
  4: nest('secy', secyAttrs),
  5: indexed(nest('txsa-list', saAttrs)),
  6: indexed(nest('rxsc-list', rxscAttrs)),
  7: nest('txsc-stats', txscStats),
  8: nest('secy-stats', secyStats),
  9: nest('offload', attributes('macsec-offload-attrs', { 1: u8('type', { names: offload }) })),
});

/** MACsec. */
export const macsec: GenericFamily = {
  name: 'macsec',
  generic: true,
  version: 1,
  requests: {
  0: { name: 'get-txsc', attributes: macsecAttrs },
  1: { name: 'add-rxsc', attributes: macsecAttrs },
  2: { name: 'del-rxsc', attributes: macsecAttrs },
  3: { name: 'upd-rxsc', attributes: macsecAttrs },
  4: { name: 'add-txsa', attributes: macsecAttrs },
  5: { name: 'del-txsa', attributes: macsecAttrs },
  6: { name: 'upd-txsa', attributes: macsecAttrs },
  7: { name: 'add-rxsa', attributes: macsecAttrs },
  8: { name: 'del-rxsa', attributes: macsecAttrs },
  9: { name: 'upd-rxsa', attributes: macsecAttrs },
  10: { name: 'upd-offload', attributes: macsecAttrs },
  },
};
