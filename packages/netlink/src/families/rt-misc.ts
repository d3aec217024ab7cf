/**
 * Small families of rtnetlink: settings (`RTM_*NETCONF`), namespaces (`RTM_*NSID`), labels of addresses (`RTM_*ADDRLABEL`),
 * prefixes and other options that routers announce, groups and anycast addresses, reports of multicast routing.
 * C twins: `linux/netconf.h`, `linux/net_namespace.h`, `linux/if_addrlabel.h`, `linux/rtnetlink.h`, `linux/mroute.h`.
 *
 * @packageDocumentation
 */

import { addrAttrsSet, ifaddrmsgStruct } from '../generated/rt-addr.ts';
import { attributes, binary, enumeration, flagBits, pad, record, s32, struct, u16, u32, u8, type RawFamily } from '../schema/index.ts';
import { addressFamilies } from './route-names.ts';

const rtgenmsg = struct('rtgenmsg', [u8('rtgen-family', { names: addressFamilies })]);

const netconfmsg = struct('netconfmsg', [u8('ncm-family', { names: addressFamilies })]);

const netconfAttrs = attributes('netconf-attrs', {
  1: s32('ifindex'),
  2: s32('forwarding'),
  3: s32('rp-filter'),
  4: s32('mc-forwarding'),
  5: s32('proxy-neigh'),
  6: s32('ignore-routes-with-linkdown'),
  7: s32('input'),
  8: s32('bc-forwarding'),
});

/** Settings of protocols on interfaces. */
export const rtNetconf: RawFamily = {
  name: 'rt-netconf',
  protocol: 0,
  requests: {
    80: { name: 'RTM_NEWNETCONF', header: netconfmsg, attributes: netconfAttrs },
    81: { name: 'RTM_DELNETCONF', header: netconfmsg, attributes: netconfAttrs },
    82: { name: 'RTM_GETNETCONF', header: netconfmsg, attributes: netconfAttrs },
  },
  groups: { 24: 'rtnlgrp-ipv4-netconf', 25: 'rtnlgrp-ipv6-netconf', 29: 'rtnlgrp-mpls-netconf' },
};

const nsidAttrs = attributes('netnsa-attrs', {
  1: s32('nsid'),
  2: u32('pid'),
  3: u32('fd'),
  4: s32('target-nsid'),
  5: s32('current-nsid'),
});

/** Numbers that namespaces have for each other. */
export const rtNsid: RawFamily = {
  name: 'rt-nsid',
  protocol: 0,
  requests: {
    88: { name: 'RTM_NEWNSID', header: rtgenmsg, attributes: nsidAttrs },
    89: { name: 'RTM_DELNSID', header: rtgenmsg, attributes: nsidAttrs },
    90: { name: 'RTM_GETNSID', header: rtgenmsg, attributes: nsidAttrs },
  },
  groups: { 28: 'rtnlgrp-nsid' },
};

const ifaddrlblmsg = struct('ifaddrlblmsg', [
  u8('ifal-family', { names: addressFamilies }),
  pad(1),
  u8('ifal-prefixlen'),
  u8('ifal-flags'),
  u32('ifal-index'),
  u32('ifal-seq'),
]);

const addrlabelAttrs = attributes('ifal-attrs', { 1: binary('address', { hint: 'ipv6' }), 2: u32('label') });

/** Labels that choose among addresses. */
export const rtAddrlabel: RawFamily = {
  name: 'rt-addrlabel',
  protocol: 0,
  requests: {
    72: { name: 'RTM_NEWADDRLABEL', header: ifaddrlblmsg, attributes: addrlabelAttrs },
    73: { name: 'RTM_DELADDRLABEL', header: ifaddrlblmsg, attributes: addrlabelAttrs },
    74: { name: 'RTM_GETADDRLABEL', header: ifaddrlblmsg, attributes: addrlabelAttrs },
  },
};

const prefixmsg = struct('prefixmsg', [
  u8('prefix-family', { names: addressFamilies }),
  pad(3),
  s32('prefix-ifindex'),
  u8('prefix-type'),
  u8('prefix-len'),
  u8('prefix-flags', { names: flagBits('prefix-flags', ['onlink', 'autoconf']) }),
  pad(1),
]);

const prefixAttrs = attributes('prefix-attrs', {
  1: binary('address', { hint: 'ipv6' }),
  2: record('cacheinfo', struct('prefix-cacheinfo', [u32('preferred-time'), u32('valid-time')])),
});

const nduseroptmsg = struct('nduseroptmsg', [
  u8('nduseropt-family', { names: addressFamilies }),
  pad(1),
  u16('nduseropt-opts-len'),
  s32('nduseropt-ifindex'),
  u8('nduseropt-icmp-type'),
  u8('nduseropt-icmp-code'),
  pad(6),
]);

/** What routers announce. */
export const rtNeighbourDiscovery: RawFamily = {
  name: 'rt-nd',
  protocol: 0,
  requests: {
    52: { name: 'RTM_NEWPREFIX', header: prefixmsg, attributes: prefixAttrs },
    // `nduseropt-opts-len` octets of options, then attributes: NDUSEROPT_SRCADDR.
    68: { name: 'RTM_NEWNDUSEROPT', header: nduseroptmsg, body: binary('options') },
  },
  groups: { 18: 'rtnlgrp-ipv6-prefix', 20: 'rtnlgrp-nd-useropt' },
};

/** Groups that interfaces are members of, and anycast addresses; from 6.14 on they are announced too. */
export const rtMulticastAddresses: RawFamily = {
  name: 'rt-maddr',
  protocol: 0,
  requests: {
    56: { name: 'RTM_NEWMULTICAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
    57: { name: 'RTM_DELMULTICAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
    58: { name: 'RTM_GETMULTICAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
    60: { name: 'RTM_NEWANYCAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
    61: { name: 'RTM_DELANYCAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
    62: { name: 'RTM_GETANYCAST', header: ifaddrmsgStruct, attributes: addrAttrsSet },
  },
};

const cacheReportAttrs = attributes('ipmra-creport-attrs', {
  1: u8('msgtype', { names: enumeration('igmpmsg-type', { 1: 'nocache', 2: 'wrongvif', 3: 'wholepkt', 4: 'wrvifwhole' }) }),
  2: u32('vif-id'),
  3: binary('src-addr', { hint: 'ipv4-or-v6' }),
  4: binary('dst-addr', { hint: 'ipv4-or-v6' }),
  5: binary('pkt'),
  6: u32('table'),
});

/** What multicast routing asks its daemon. */
export const rtCacheReport: RawFamily = {
  name: 'rt-cache-report',
  protocol: 0,
  requests: {
    96: { name: 'RTM_NEWCACHEREPORT', header: rtgenmsg, attributes: cacheReportAttrs },
  },
  groups: { 30: 'rtnlgrp-ipv4-mroute-r', 31: 'rtnlgrp-ipv6-mroute-r' },
};
