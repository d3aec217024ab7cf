/**
 * NetLabel: labels of packets, in four families. C twins: `net/netlabel/netlabel_{mgmt,unlabeled,cipso_v4,calipso}.h`.
 *
 * @packageDocumentation
 */

import { attributes, binary, enumeration, many, nest, string, u16, u32, u8, type Field, type GenericFamily } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

const VERSION = 3;

const protocols = enumeration('netlbl-nltype', ['none', 'mgmt', 'ripso', 'cipsov4', 'cipsov6', 'unlabeled', 'addrselect', 'calipso']);

const mgmtFields: Readonly<Record<number, Field>> = {
  1: string('domain'),
  2: u32('protocol', { names: protocols }),
  3: u32('version'),
  4: u32('cv4doi'),
  5: binary('ipv6addr', { hint: 'ipv6' }),
  6: binary('ipv6mask', { hint: 'ipv6' }),
  7: binary('ipv4addr', { hint: 'ipv4' }),
  8: binary('ipv4mask', { hint: 'ipv4' }),
  11: u16('family', { names: addressFamilies }),
  12: u32('clpdoi'),
};

const selector = attributes('nlbl-mgmt-selector-attrs', mgmtFields);

const mgmtAttrs = attributes('nlbl-mgmt-attrs', {
  ...mgmtFields,
  9: nest('addrselector', selector),
  10: nest('selectorlist', attributes('nlbl-mgmt-selectorlist-attrs', { 9: many(nest('addrselector', selector)) })),
});

/** Mappings of domains to protocols. */
export const netlabelManagement: GenericFamily = {
  name: 'NLBL_MGMT',
  generic: true,
  version: VERSION,
  requests: {
  1: { name: 'add', attributes: mgmtAttrs },
  2: { name: 'remove', attributes: mgmtAttrs },
  3: { name: 'listall', attributes: mgmtAttrs },
  4: { name: 'adddef', attributes: mgmtAttrs },
  5: { name: 'removedef', attributes: mgmtAttrs },
  6: { name: 'listdef', attributes: mgmtAttrs },
  7: { name: 'protocols', attributes: mgmtAttrs },
  8: { name: 'version', attributes: mgmtAttrs },
  },
};

const unlabeledAttrs = attributes('nlbl-unlabel-attrs', {
  1: u8('acptflg'),
  2: binary('ipv6addr', { hint: 'ipv6' }),
  3: binary('ipv6mask', { hint: 'ipv6' }),
  4: binary('ipv4addr', { hint: 'ipv4' }),
  5: binary('ipv4mask', { hint: 'ipv4' }),
  6: string('iface'),
  7: string('secctx'),
});

/** Labels of traffic that has none. */
export const netlabelUnlabeled: GenericFamily = {
  name: 'NLBL_UNLBL',
  generic: true,
  version: VERSION,
  requests: {
  1: { name: 'accept', attributes: unlabeledAttrs },
  2: { name: 'list', attributes: unlabeledAttrs },
  3: { name: 'staticadd', attributes: unlabeledAttrs },
  4: { name: 'staticremove', attributes: unlabeledAttrs },
  5: { name: 'staticlist', attributes: unlabeledAttrs },
  6: { name: 'staticadddef', attributes: unlabeledAttrs },
  7: { name: 'staticremovedef', attributes: unlabeledAttrs },
  8: { name: 'staticlistdef', attributes: unlabeledAttrs },
  },
};

const level = attributes('nlbl-cipsov4-mlslvl-attrs', { 5: u32('mlslvlloc'), 6: u32('mlslvlrem') });

const category = attributes('nlbl-cipsov4-mlscat-attrs', { 9: u32('mlscatloc'), 10: u32('mlscatrem') });

const cipsoMaps = enumeration('cipso-v4-map', { 0: 'unknown', 1: 'trans', 2: 'pass', 3: 'local' });

const cipsoAttrs = attributes('nlbl-cipsov4-attrs', {
  1: u32('doi'),
  2: u32('mtype', { names: cipsoMaps }),
  3: u8('tag'),
  4: nest('taglst', attributes('nlbl-cipsov4-taglst-attrs', { 3: many(u8('tag')) })),
  5: u32('mlslvlloc'),
  6: u32('mlslvlrem'),
  7: nest('mlslvl', level),
  8: nest('mlslvllst', attributes('nlbl-cipsov4-mlslvllst-attrs', { 7: many(nest('mlslvl', level)) })),
  9: u32('mlscatloc'),
  10: u32('mlscatrem'),
  11: nest('mlscat', category),
  12: nest('mlscatlst', attributes('nlbl-cipsov4-mlscatlst-attrs', { 11: many(nest('mlscat', category)) })),
});

/** Labels in IPv4. */
export const netlabelCipso: GenericFamily = {
  name: 'NLBL_CIPSOv4',
  generic: true,
  version: VERSION,
  requests: {
  1: { name: 'add', attributes: cipsoAttrs },
  2: { name: 'remove', attributes: cipsoAttrs },
  3: { name: 'list', attributes: cipsoAttrs },
  4: { name: 'listall', attributes: cipsoAttrs },
  },
};

const calipsoAttrs = attributes('nlbl-calipso-attrs', {
  1: u32('doi'),
  2: u32('mtype', { names: enumeration('calipso-map', { 0: 'unknown', 2: 'pass' }) }),
});

/** Labels in IPv6. */
export const netlabelCalipso: GenericFamily = {
  name: 'NLBL_CALIPSO',
  generic: true,
  version: VERSION,
  requests: {
  1: { name: 'add', attributes: calipsoAttrs },
  2: { name: 'remove', attributes: calipsoAttrs },
  3: { name: 'list', attributes: calipsoAttrs },
  4: { name: 'listall', attributes: calipsoAttrs },
  },
};
