/**
 * Netlink protocols that carry little: events of devices, look-ups of routes, programs among themselves, SELinux.
 * C twins: `linux/netlink.h`, `linux/selinux_netlink.h`; look-ups: `struct fib_result_nl` (include/net/ip_fib.h).
 *
 * @packageDocumentation
 */

import { rtmTypeNames } from '../generated/rt-route.ts';
import { be32, binary, s32, strings, struct, u32, u8, type RawFamily } from '../schema/index.ts';
import { routeScopes, routeTables } from './route-names.ts';

/**
 * `NETLINK_KOBJECT_UEVENT`: a datagram is texts, the action and the device first, then variables. Those of udev, in the
 * second group, begin with `libudev` and a header of binary numbers, and are shown as octets.
 */
export const kobjectUevent: RawFamily = {
  name: 'kobject-uevent',
  protocol: 15,
  requests: {},
  others: { name: 'UEVENT', kind: 'other', body: strings('uevent') },
  headerless: true,
  groups: { 1: 'kernel', 2: 'udev' },
};

const fibResult = struct('fib-result-nl', [
  be32('fl-addr', { hint: 'ipv4' }),
  u32('fl-mark', { hint: 'hex' }),
  u8('fl-tos'),
  u8('fl-scope', { names: routeScopes }),
  u8('tb-id-in', { names: routeTables }),
  u8('tb-id', { names: routeTables }),
  u8('prefixlen'),
  u8('nh-sel'),
  u8('type', { names: rtmTypeNames }),
  u8('scope', { names: routeScopes }),
  s32('err'),
]);

/** `NETLINK_FIB_LOOKUP`: the answer is the request with its blanks filled in, whatever its type. */
export const fibLookup: RawFamily = {
  name: 'fib-lookup',
  protocol: 10,
  requests: {},
  others: { name: 'FIB_LOOKUP', kind: 'get', header: fibResult },
  ownsControlTypes: true,
};

/** `NETLINK_USERSOCK`: what programs say to each other. */
export const usersock: RawFamily = {
  name: 'usersock',
  protocol: 2,
  requests: {},
  others: { name: 'USERSOCK', kind: 'other', body: binary('data') },
};

/** `NETLINK_SELINUX`. */
export const selinux: RawFamily = {
  name: 'selinux',
  protocol: 7,
  requests: {
    16: { name: 'SELNL_MSG_SETENFORCE', kind: 'other', header: struct('selnl-msg-setenforce', [s32('val')]) },
    17: { name: 'SELNL_MSG_POLICYLOAD', kind: 'other', header: struct('selnl-msg-policyload', [u32('seqno')]) },
  },
  groups: { 1: 'selnlgrp-avc' },
};
