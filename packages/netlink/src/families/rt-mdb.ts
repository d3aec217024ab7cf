/**
 * Multicast databases of bridges and of VXLAN. C twin: `linux/if_bridge.h`.
 *
 * @packageDocumentation
 */

import {
  address,
  attributes,
  be16,
  binary,
  choice,
  enumeration,
  flagBits,
  many,
  nest,
  pad,
  record,
  s32,
  struct,
  subMessage,
  u16,
  u32,
  u8,
  type AttributeSet,
  type RawFamily,
  type SubMessage,
} from '../schema/index.ts';
import { addressFamilies, routeProtocols } from './route-names.ts';
import { etherTypes } from './ether-types.ts';

const portMsg = struct('br-port-msg', [u8('family', { names: addressFamilies }), pad(3), u32('ifindex')]);

const mdbState = enumeration('mdb-state', ['temporary', 'permanent']);

const mdbFlags = flagBits('mdb-flags', ['offload', 'fast-leave', 'star-excl', 'blocked', 'offload-failed']);

/** The protocol says what the address is: IPv4, IPv6, or if it is 0 Ethernet. */
const entryMembers = [
  u32('ifindex'),
  u8('state', { names: mdbState }),
  u8('flags', { names: mdbFlags }),
  u16('vid'),
  address('addr', 'proto'),
  be16('proto', { names: etherTypes }),
  pad(2),
];

const mdbEntry = struct('br-mdb-entry', entryMembers);

const filterMode = enumeration('mdb-filter-mode', ['exclude', 'include']);

const source = attributes('mdba-mdb-srcattr-attrs', { 1: binary('address', { hint: 'ipv4-or-v6' }), 2: u32('timer') });

const entryAttrs = attributes('mdba-mdb-eattr-attrs', {
  1: u32('timer'),
  2: nest('src-list', attributes('mdba-mdb-srclist-attrs', { 1: many(nest('entry', source)) })),
  3: u8('group-mode', { names: filterMode }),
  4: binary('source', { hint: 'ipv4-or-v6' }),
  5: u8('rtprot', { names: routeProtocols }),
  6: binary('dst', { hint: 'ipv4-or-v6' }),
  7: u16('dst-port'),
  8: u32('vni'),
  9: u32('ifindex'),
  10: u32('src-vni'),
});

/** An entry, then attributes of it. */
const entryInfo = choice('mdba-mdb-entry-info-msg', { '*': { header: mdbEntry, attributes: entryAttrs } });

const entries = attributes('mdba-mdb-entry-attrs', { 1: many(subMessage('info', entryInfo, '')) });

const routerType = enumeration('mdb-rtr-type', ['disabled', 'temp-query', 'perm', 'temp']);

const routerAttrs = attributes('mdba-router-pattr-attrs', {
  1: u32('timer'),
  2: u8('type', { names: routerType }),
  3: u32('inet-timer'),
  4: u32('inet6-timer'),
  5: u16('vid'),
});

/** A port, then attributes of it. */
export const mdbRouterPort: SubMessage = choice('mdba-router-port-msg', {
  '*': { header: struct('mdba-router-port', [u32('ifindex')]), attributes: routerAttrs },
});

/** The ports where there is a router. */
export const mdbRouterAttrsSet: AttributeSet = attributes('mdba-router-attrs', { 1: many(subMessage('port', mdbRouterPort, '')) });

const mdbAttrs = attributes('mdba-attrs', {
  1: nest('mdb', attributes('mdba-mdb-attrs', { 1: many(nest('entry', entries)) })),
  2: nest('router', mdbRouterAttrsSet),
});

const setSource = attributes('mdbe-srcattr-attrs', { 1: binary('address', { hint: 'ipv4-or-v6' }) });

const setSources = attributes('mdbe-src-list-attrs', { 1: many(nest('entry', setSource)) });

const setAttrs = attributes('mdbe-attrs', {
  1: binary('source', { hint: 'ipv4-or-v6' }),
  2: nest('src-list', setSources),
  3: u8('group-mode', { names: filterMode }),
  4: u8('rtprot', { names: routeProtocols }),
  5: binary('dst', { hint: 'ipv4-or-v6' }),
  6: u16('dst-port'),
  7: u32('vni'),
  8: s32('ifindex'),
  9: u32('src-vni'),
  10: u8('state-mask'),
});

/** What is set, deleted or asked for. */
const requestAttrs = attributes('mdba-set-entry-attrs', { 1: record('entry', mdbEntry), 2: nest('attrs', setAttrs) });

/** Multicast databases. */
export const rtMdb: RawFamily = {
  name: 'rt-mdb',
  protocol: 0,
  requests: {
    84: { name: 'RTM_NEWMDB', header: portMsg, attributes: requestAttrs },
    85: { name: 'RTM_DELMDB', header: portMsg, attributes: requestAttrs },
    86: { name: 'RTM_GETMDB', header: portMsg, attributes: requestAttrs },
  },
  replies: {
    84: { name: 'RTM_NEWMDB', header: portMsg, attributes: mdbAttrs },
    85: { name: 'RTM_DELMDB', header: portMsg, attributes: mdbAttrs },
    86: { name: 'RTM_GETMDB', header: portMsg, attributes: mdbAttrs },
  },
  groups: { 26: 'rtnlgrp-mdb' },
};
