/**
 * `nfc`: near field communication. C twin: `linux/nfc.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, enumeration, flagBits, indexed, nest, string, u16, u32, u8, type GenericFamily } from '../schema/index.ts';

const protocols = flagBits('nfc-protocols', {
  1: 'jewel',
  2: 'mifare',
  3: 'felica',
  4: 'iso14443',
  5: 'nfc-dep',
  6: 'iso14443-b',
  7: 'iso15693',
});

const service = attributes('nfc-sdp-attrs', { 1: string('uri'), 2: u8('sap') });

const nfcAttrs = attributes('nfc-attrs', {
  1: u32('device-index'),
  2: string('device-name'),
  3: u32('protocols', { names: protocols }),
  4: u32('target-index'),
  5: u16('target-sens-res'),
  6: u8('target-sel-res'),
  7: binary('target-nfcid1'),
  8: binary('target-sensb-res'),
  9: binary('target-sensf-res'),
  10: u8('comm-mode', { names: enumeration('nfc-comm-mode', ['active', 'passive']) }),
  11: u8('rf-mode', { names: enumeration('nfc-rf-mode', ['initiator', 'target', 'none']) }),
  12: u8('device-powered'),
  13: u32('im-protocols', { names: protocols }),
  14: u32('tm-protocols', { names: protocols }),
  15: u8('llc-param-lto'),
  16: u8('llc-param-rw'),
  17: u16('llc-param-miux'),
  18: binary('se'),
  19: indexed(nest('llc-sdp', service)),
  20: string('firmware-name'),
  21: u32('se-index'),
  22: u8('se-type', { names: enumeration('nfc-se-type', { 1: 'uicc', 2: 'embedded' }) }),
  23: binary('se-aid'),
  24: u32('firmware-download-status'),
  25: binary('se-apdu'),
  26: u8('target-iso15693-dsfid'),
  27: binary('target-iso15693-uid'),
  28: binary('se-params'),
  29: u32('vendor-id'),
  30: u32('vendor-subcmd'),
  31: binary('vendor-data'),
});

/** Near field communication. */
export const nfc: GenericFamily = {
  name: 'nfc',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'get-device', attributes: nfcAttrs },
  2: { name: 'dev-up', attributes: nfcAttrs },
  3: { name: 'dev-down', attributes: nfcAttrs },
  4: { name: 'dep-link-up', attributes: nfcAttrs },
  5: { name: 'dep-link-down', attributes: nfcAttrs },
  6: { name: 'start-poll', attributes: nfcAttrs },
  7: { name: 'stop-poll', attributes: nfcAttrs },
  8: { name: 'get-target', attributes: nfcAttrs },
  15: { name: 'llc-get-params', attributes: nfcAttrs },
  16: { name: 'llc-set-params', attributes: nfcAttrs },
  17: { name: 'enable-se', attributes: nfcAttrs },
  18: { name: 'disable-se', attributes: nfcAttrs },
  19: { name: 'llc-sdreq', attributes: nfcAttrs },
  21: { name: 'fw-download', attributes: nfcAttrs },
  26: { name: 'get-se', attributes: nfcAttrs },
  27: { name: 'se-io', attributes: nfcAttrs },
  28: { name: 'activate-target', attributes: nfcAttrs },
  29: { name: 'vendor', attributes: nfcAttrs },
  30: { name: 'deactivate-target', attributes: nfcAttrs },
  9: { name: 'event-targets-found', attributes: nfcAttrs },
  10: { name: 'event-device-added', attributes: nfcAttrs },
  11: { name: 'event-device-removed', attributes: nfcAttrs },
  12: { name: 'event-target-lost', attributes: nfcAttrs },
  13: { name: 'event-tm-activated', attributes: nfcAttrs },
  14: { name: 'event-tm-deactivated', attributes: nfcAttrs },
  20: { name: 'event-llc-sdres', attributes: nfcAttrs },
  22: { name: 'event-se-added', attributes: nfcAttrs },
  23: { name: 'event-se-removed', attributes: nfcAttrs },
  24: { name: 'event-se-connectivity', attributes: nfcAttrs },
  25: { name: 'event-se-transaction', attributes: nfcAttrs },
  },
  groups: { 0: 'events' },
};
