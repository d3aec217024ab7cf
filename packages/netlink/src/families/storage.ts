/**
 * Storage: `TCM-USER`, `nbd`, `VFS_DQUOT` and `cifs`. C twins: `linux/target_core_user.h`, `linux/nbd-netlink.h`,
 * `linux/quota.h`, `linux/cifs/cifs_netlink.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  enumeration,
  flag,
  flagBits,
  many,
  nest,
  pad,
  s32,
  string,
  u32,
  u64,
  u8,
  type GenericFamily,
} from '../schema/index.ts';

const tcmuAttrs = attributes('tcmu-attrs', {
  1: string('device'),
  2: u32('minor'),
  3: pad(),
  4: string('dev-cfg'),
  5: u64('dev-size'),
  6: u8('writecache'),
  7: s32('cmd-status'),
  8: u32('device-id'),
  9: u8('supp-kern-cmd-reply'),
});

/** Storage targets in programs. */
export const tcmu: GenericFamily = {
  name: 'TCM-USER',
  generic: true,
  version: 2,
  requests: {
    1: { name: 'added-device', attributes: tcmuAttrs },
    2: { name: 'removed-device', attributes: tcmuAttrs },
    3: { name: 'reconfig-device', attributes: tcmuAttrs },
    4: { name: 'added-device-done', attributes: tcmuAttrs },
    5: { name: 'removed-device-done', attributes: tcmuAttrs },
    6: { name: 'reconfig-device-done', attributes: tcmuAttrs },
    7: { name: 'set-features', attributes: tcmuAttrs },
  },
  groups: { 0: 'config' },
};

const nbdFlags = flagBits('nbd-flags', {
  0: 'has-flags',
  1: 'read-only',
  2: 'send-flush',
  3: 'send-fua',
  4: 'rotational',
  5: 'send-trim',
  6: 'send-write-zeroes',
  8: 'can-multi-conn',
});

const nbdClientFlags = flagBits('nbd-cflags', ['destroy-on-disconnect', 'disconnect-on-close']);

const nbdSocket = attributes('nbd-sock-attrs', { 1: u32('fd') });

const nbdDevice = attributes('nbd-device-attrs', { 1: u32('index'), 2: u8('connected') });

const nbdAttrs = attributes('nbd-attrs', {
  1: u32('index'),
  2: u64('size-bytes'),
  3: u64('block-size-bytes'),
  4: u64('timeout'),
  5: u64('server-flags', { names: nbdFlags }),
  6: u64('client-flags', { names: nbdClientFlags }),
  7: nest('sockets', attributes('nbd-sock-items', { 1: many(nest('item', nbdSocket)) })),
  8: u64('dead-conn-timeout'),
  9: nest('device-list', attributes('nbd-device-items', { 1: many(nest('item', nbdDevice)) })),
  10: string('backend-identifier'),
});

/** Network block devices. */
export const nbd: GenericFamily = {
  name: 'nbd',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'connect', attributes: nbdAttrs },
  2: { name: 'disconnect', attributes: nbdAttrs },
  3: { name: 'reconfigure', attributes: nbdAttrs },
  4: { name: 'link-dead', attributes: nbdAttrs },
  5: { name: 'status', attributes: nbdAttrs },
  },
  groups: { 0: 'nbd_mc_group' },
};

const quotaWarnings = enumeration('quota-nl-warning', [
  'nowarn',
  'ihardwarn',
  'isoftlongwarn',
  'isoftwarn',
  'bhardwarn',
  'bsoftlongwarn',
  'bsoftwarn',
  'ihardbelow',
  'isoftbelow',
  'bhardbelow',
  'bsoftbelow',
]);

const quotaAttrs = attributes('quota-nl-attrs', {
  1: u32('qtype', { names: enumeration('quota-type', ['usr', 'grp', 'prj']) }),
  2: u64('excess-id'),
  3: u32('warning', { names: quotaWarnings }),
  4: u32('dev-major'),
  5: u32('dev-minor'),
  6: u64('caused-id'),
  7: pad(),
});

/** Warnings of quotas. */
export const quota: GenericFamily = {
  name: 'VFS_DQUOT',
  generic: true,
  version: 1,
  requests: { 1: { name: 'warning', attributes: quotaAttrs } },
  groups: { 0: 'events' },
};

const swnNotification = enumeration('cifs-swn-notification-type', {
  1: 'resource-change',
  2: 'client-move',
  3: 'share-move',
  4: 'ip-change',
});

const swnState = enumeration('cifs-swn-resource-state', { 0: 'unknown', 1: 'available', 255: 'unavailable' });

const cifsAttrs = attributes('cifs-attrs', {
  1: u32('swn-registration-id'),
  2: string('swn-net-name'),
  3: string('swn-share-name'),
  4: binary('swn-ip', { hint: 'sockaddr' }),
  5: flag('swn-net-name-notify'),
  6: flag('swn-share-name-notify'),
  7: flag('swn-ip-notify'),
  8: flag('swn-krb-auth'),
  9: string('swn-user-name'),
  10: string('swn-password'),
  11: string('swn-domain-name'),
  12: u32('swn-notification-type', { names: swnNotification }),
  13: u32('swn-resource-state', { names: swnState }),
  14: string('swn-resource-name'),
});

/** Witnesses of SMB servers. Addresses are `struct sockaddr_storage`. */
export const cifs: GenericFamily = {
  name: 'cifs',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'swn-register', attributes: cifsAttrs },
  2: { name: 'swn-unregister', attributes: cifsAttrs },
  3: { name: 'swn-notify', attributes: cifsAttrs },
  },
  groups: { 0: 'cifs_mcgrp_swn' },
};
