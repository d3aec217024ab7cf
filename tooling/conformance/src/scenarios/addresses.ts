import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_F_DEPRECATED,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  IFA_F_TENTATIVE,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFA_TARGET_NETNSID,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_GETANYCAST,
  RTM_GETMULTICAST,
  RTM_NEWADDR,
  RTM_GETROUTE,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  ifa_cacheinfo,
} from '@netdevkit/bindings';
import { bare, octets, text, u16, u32, u8, type Attribute } from '../attributes.ts';
import { ACK, address, general, rawAddress, structure } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, NEW, PLAIN, REPLACE, asking, bringUp, newLink, up, type Asked } from './common.ts';

const GROUPS = [RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE];

/** A link that is up, and IPv6 ready on it. */
async function ready(scene: Scene, port: Port): Promise<void> {
  await scene.ask(port, 'bring lo up', up(LO));
  await scene.ask(port, 'make a link', newLink('d0', 'ifb'));
  await bringUp(scene, port);
}

function lifetimes(preferred: number, valid: number): Attribute {
  return octets(IFA_CACHEINFO, structure(ifa_cacheinfo.SIZE, (view) => {
    ifa_cacheinfo.set_ifa_prefered(view, 0, preferred);
    ifa_cacheinfo.set_ifa_valid(view, 0, valid);
  }));
}

const FLAGS = { IFA_F_SECONDARY, IFA_F_NODAD, IFA_F_OPTIMISTIC, IFA_F_HOMEADDRESS, IFA_F_DEPRECATED, IFA_F_TENTATIVE, IFA_F_PERMANENT, IFA_F_MANAGETEMPADDR, IFA_F_NOPREFIXROUTE, IFA_F_MCAUTOJOIN, all: 0xffff_ffff };

/** What both families are tried with. */
function both(text1: string, text2: string, other: string): Asked {
  const dumps = { dump: general(RTM_GETADDR, DUMP, text1.includes(':') ? AF_INET6 : AF_INET), routes: general(RTM_GETROUTE, DUMP, text1.includes(':') ? AF_INET6 : AF_INET) };
  return {
    add: address(RTM_NEWADDR, NEW, FIRST, text1),
    'add it again': address(RTM_NEWADDR, NEW, FIRST, text1),
    'replace it': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, text1),
    'create or replace it': address(RTM_NEWADDR, ACK | NLM_F_CREATE | NLM_F_REPLACE, FIRST, text1),
    'only create it': address(RTM_NEWADDR, REPLACE, FIRST, text1),
    'neither': address(RTM_NEWADDR, ACK, FIRST, text1),
    'append it': address(RTM_NEWADDR, ACK | NLM_F_CREATE | NLM_F_APPEND, FIRST, text1),
    'a second one': address(RTM_NEWADDR, ACK | NLM_F_CREATE | NLM_F_EXCL, FIRST, text2),
    'change what is not there': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, other),
    'echo it': address(RTM_NEWADDR, NEW | NLM_F_ECHO, FIRST, other),
    ...dumps,
    'to no link': address(RTM_NEWADDR, NEW, 99, text1),
    'to link 0': address(RTM_NEWADDR, NEW, 0, text1),
    'delete': address(RTM_DELADDR, ACK, FIRST, text1),
    'delete it again': address(RTM_DELADDR, ACK, FIRST, text1),
    'delete, another link': address(RTM_DELADDR, ACK, LO, text2),
    'delete, no link': address(RTM_DELADDR, ACK, 99, text2),
    'delete the second': address(RTM_DELADDR, ACK | NLM_F_ECHO, FIRST, text2),
    'dump again': dumps.dump,
    'routes again': dumps.routes,
  };
}

const four = [192, 0, 2, 1];
const six = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/** Addresses of IPv4 and IPv6. */
export const addresses: readonly Scenario[] = [
  asking('address: IPv4, added and deleted', both('192.0.2.1/24', '192.0.2.2/24', '198.51.100.1/25'), { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking('address: IPv6, added and deleted', both('2001:db8::1/64', '2001:db8::2/64', '2001:db8:1::1/96'), { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking('address: on a link that is down', {
    make: newLink('d0', 'ifb'),
    v4: address(RTM_NEWADDR, NEW, FIRST, '192.0.2.1/24'),
    v6: address(RTM_NEWADDR, NEW, FIRST, '2001:db8::1/64'),
    dump: general(RTM_GETADDR, DUMP),
    routes: general(RTM_GETROUTE, DUMP),
    up: up(FIRST),
    'dump when up': general(RTM_GETADDR, DUMP),
    down: up(FIRST, false),
    'dump when down': general(RTM_GETADDR, DUMP),
    'routes when down': general(RTM_GETROUTE, DUMP),
  }, { needs: ['ifb'], groups: GROUPS }),
  ...(['192.0.2.1/24', '2001:db8::1/64'] as const).map((prefix) => asking(`address: flags of ${prefix}`, Object.fromEntries(Object.entries(FLAGS).flatMap(([name, bits]) => [
    [`${name} in the header`, address(RTM_NEWADDR, NEW, FIRST, prefix, { flags: bits & 0xff })],
    [`delete, ${name} in the header`, address(RTM_DELADDR, ACK, FIRST, prefix)],
    [`${name} as an attribute`, address(RTM_NEWADDR, NEW, FIRST, prefix, {}, u32(IFA_FLAGS, bits))],
    [`none for what has ${name}`, address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, u32(IFA_FLAGS, 0))],
    [`${name} for what has none`, address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, u32(IFA_FLAGS, bits))],
    [`delete what has ${name}`, address(RTM_DELADDR, ACK, FIRST, prefix)],
  ])), { needs: ['ifb'], groups: GROUPS, before: ready })),
  ...(['192.0.2.1/24', '2001:db8::1/64'] as const).map((prefix) => asking(`address: lifetimes of ${prefix}`, {
    'for ever': address(RTM_NEWADDR, NEW, FIRST, prefix, {}, lifetimes(0xffff_ffff, 0xffff_ffff)),
    'an end': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(5000, 10_000)),
    'deprecated at once': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(0, 10_000)),
    'deprecated, for ever': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(0, 0xffff_ffff)),
    'not at all': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(0, 0)),
    'preferred for longer': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(20_000, 10_000)),
    'preferred for ever': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, lifetimes(0xffff_ffff, 10_000)),
    'without lifetimes': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix),
    'octets are missing': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, prefix, {}, octets(IFA_CACHEINFO, new Uint8Array(8))),
    delete: address(RTM_DELADDR, ACK, FIRST, prefix),
    'new, with an end': address(RTM_NEWADDR, NEW, FIRST, prefix, {}, lifetimes(5000, 10_000)),
    routes: general(RTM_GETROUTE, DUMP, prefix.includes(':') ? AF_INET6 : AF_INET),
  }, { needs: ['ifb'], groups: GROUPS, before: ready })),
  ...(['192.0.2.1', '2001:db8::1'] as const).map((local) => asking(`address: lengths and scopes of ${local}`, Object.fromEntries([
    ...[0, 1, 24, 31, 32, 64, 127, 128, 33, 129, 255].flatMap((length) => {
      const family = local.includes(':') ? AF_INET6 : AF_INET;
      const own = octets(IFA_LOCAL, family === AF_INET ? four : six);
      return [
        [`/${String(length)}`, rawAddress(RTM_NEWADDR, NEW, { family, length, index: FIRST }, own)],
        [`delete /${String(length)}`, rawAddress(RTM_DELADDR, ACK, { family, length, index: FIRST }, own)],
      ] as const;
    }),
    ...[0, 200, 253, 254, 255].flatMap((scope) => [
      [`scope ${String(scope)}`, address(RTM_NEWADDR, NEW, FIRST, local.includes(':') ? '2001:db8::1/64' : '192.0.2.1/24', { scope })],
      [`delete scope ${String(scope)}`, address(RTM_DELADDR, ACK, FIRST, local.includes(':') ? '2001:db8::1/64' : '192.0.2.1/24')],
    ] as const),
  ]), { needs: ['ifb'], groups: GROUPS, before: ready })),
  asking('address: what IPv4 attributes may be', {
    'no attributes': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET, length: 24, index: FIRST }),
    'only the address': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET, length: 24, index: FIRST }, octets(IFA_ADDRESS, four)),
    'only what is local': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET, length: 25, index: FIRST }, octets(IFA_LOCAL, [192, 0, 2, 5])),
    'a peer': address(RTM_NEWADDR, NEW, FIRST, '198.51.100.1/32', { peer: '198.51.100.2' }),
    'a broadcast address': address(RTM_NEWADDR, NEW, FIRST, '10.1.0.1/24', {}, octets(IFA_BROADCAST, [10, 1, 0, 255])),
    'a label': address(RTM_NEWADDR, NEW, FIRST, '10.2.0.1/24', {}, text(IFA_LABEL, 'd0:one')),
    'a label of another link': address(RTM_NEWADDR, NEW, FIRST, '10.3.0.1/24', {}, text(IFA_LABEL, 'other')),
    'a label that is too long': address(RTM_NEWADDR, NEW, FIRST, '10.4.0.1/24', {}, text(IFA_LABEL, 'd0:fourteen-octets')),
    'a label without NUL': address(RTM_NEWADDR, NEW, FIRST, '10.4.0.1/24', {}, bare(IFA_LABEL, 'd0:bare')),
    'a metric': address(RTM_NEWADDR, NEW, FIRST, '10.5.0.1/24', {}, u32(IFA_RT_PRIORITY, 77)),
    'another metric': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, '10.5.0.1/24', {}, u32(IFA_RT_PRIORITY, 78)),
    'an origin': address(RTM_NEWADDR, NEW, FIRST, '10.6.0.1/24', {}, u8(IFA_PROTO, 3)),
    'another origin': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, '10.6.0.1/24', {}, u8(IFA_PROTO, 4)),
    'three octets': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET, length: 24, index: FIRST }, octets(IFA_LOCAL, [1, 2, 3])),
    'five octets': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET, length: 24, index: FIRST }, octets(IFA_LOCAL, [10, 7, 0, 1, 9])),
    'zero': address(RTM_NEWADDR, NEW, FIRST, '0.0.0.0/24'),
    'broadcast': address(RTM_NEWADDR, NEW, FIRST, '255.255.255.255/32'),
    'multicast': address(RTM_NEWADDR, NEW, FIRST, '224.0.0.9/32'),
    'multicast, to be joined': address(RTM_NEWADDR, NEW, FIRST, '224.0.0.9/32', {}, u32(IFA_FLAGS, IFA_F_MCAUTOJOIN)),
    'loopback': address(RTM_NEWADDR, NEW, FIRST, '127.0.0.5/8'),
    'network': address(RTM_NEWADDR, NEW, FIRST, '10.8.0.0/24'),
    'an attribute that is not known': address(RTM_NEWADDR, NEW, FIRST, '10.9.0.1/24', {}, u32(50, 1)),
    'flags of 2 octets': address(RTM_NEWADDR, NEW, FIRST, '10.10.0.1/24', {}, u16(IFA_FLAGS, 0)),
    'another namespace': address(RTM_NEWADDR, NEW, FIRST, '10.11.0.1/24', {}, u32(IFA_TARGET_NETNSID, 1)),
    dump: general(RTM_GETADDR, DUMP, AF_INET),
    routes: general(RTM_GETROUTE, DUMP, AF_INET),
    'delete by what is local': rawAddress(RTM_DELADDR, ACK, { family: AF_INET, length: 25, index: FIRST }, octets(IFA_LOCAL, [192, 0, 2, 5])),
    'delete by label': rawAddress(RTM_DELADDR, ACK, { family: AF_INET, length: 24, index: FIRST }, text(IFA_LABEL, 'd0:one')),
    'delete by peer': address(RTM_DELADDR, ACK, FIRST, '198.51.100.1/32', { peer: '198.51.100.2' }),
    'delete with another length': address(RTM_DELADDR, ACK, FIRST, '10.5.0.1/25'),
    'delete the first there is': rawAddress(RTM_DELADDR, ACK, { family: AF_INET, index: FIRST }),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking('address: what IPv6 attributes may be', {
    'no attributes': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET6, length: 64, index: FIRST }),
    'only the address': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET6, length: 64, index: FIRST }, octets(IFA_ADDRESS, six)),
    'a peer': address(RTM_NEWADDR, NEW, FIRST, '2001:db8:5::1/128', { peer: '2001:db8:5::2' }),
    'another peer': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, '2001:db8:5::1/128', { peer: '2001:db8:5::3' }),
    'a metric': address(RTM_NEWADDR, NEW, FIRST, '2001:db8:6::1/64', {}, u32(IFA_RT_PRIORITY, 77)),
    'another metric': address(RTM_NEWADDR, ACK | NLM_F_REPLACE, FIRST, '2001:db8:6::1/64', {}, u32(IFA_RT_PRIORITY, 78)),
    'an origin': address(RTM_NEWADDR, NEW, FIRST, '2001:db8:7::1/64', {}, u8(IFA_PROTO, 3)),
    'fifteen octets': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET6, length: 64, index: FIRST }, octets(IFA_LOCAL, new Uint8Array(15).fill(1))),
    'seventeen octets': rawAddress(RTM_NEWADDR, NEW, { family: AF_INET6, length: 64, index: FIRST }, octets(IFA_LOCAL, [...six, 1])),
    'any': address(RTM_NEWADDR, NEW, FIRST, '::/64'),
    'loopback': address(RTM_NEWADDR, NEW, FIRST, '::1/128'),
    'loopback on lo': address(RTM_NEWADDR, NEW, LO, '::1/128'),
    'multicast': address(RTM_NEWADDR, NEW, FIRST, 'ff02::77/128'),
    'multicast, to be joined': address(RTM_NEWADDR, NEW, FIRST, 'ff02::77/128', {}, u32(IFA_FLAGS, IFA_F_MCAUTOJOIN)),
    'mapped': address(RTM_NEWADDR, NEW, FIRST, '::ffff:192.0.2.1/128'),
    'compatible': address(RTM_NEWADDR, NEW, FIRST, '::192.0.2.1/128'),
    'of the link': address(RTM_NEWADDR, NEW, FIRST, 'fe80::77/64'),
    'of the site': address(RTM_NEWADDR, NEW, FIRST, 'fec0::1/64'),
    'on lo': address(RTM_NEWADDR, NEW, LO, '2001:db8:8::1/64'),
    dump: general(RTM_GETADDR, DUMP, AF_INET6),
    groups: general(RTM_GETMULTICAST, DUMP, AF_INET6),
    anycast: general(RTM_GETANYCAST, DUMP, AF_INET6),
    routes: general(RTM_GETROUTE, DUMP, AF_INET6),
    'get one': rawAddress(RTM_GETADDR, PLAIN, { family: AF_INET6, length: 64 }, octets(IFA_ADDRESS, six)),
    'get one that is not there': rawAddress(RTM_GETADDR, PLAIN, { family: AF_INET6, length: 64 }, octets(IFA_ADDRESS, new Uint8Array(16).fill(2))),
    'get by nothing': rawAddress(RTM_GETADDR, PLAIN, { family: AF_INET6 }),
    'get on a link': rawAddress(RTM_GETADDR, PLAIN, { family: AF_INET6, index: FIRST }, octets(IFA_ADDRESS, six)),
    'delete with another length': address(RTM_DELADDR, ACK, FIRST, '2001:db8:6::1/65'),
    'delete without attributes': rawAddress(RTM_DELADDR, ACK, { family: AF_INET6, length: 64, index: FIRST }),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking('address: secondary ones', {
    one: address(RTM_NEWADDR, NEW, FIRST, '192.0.2.1/24'),
    two: address(RTM_NEWADDR, NEW, FIRST, '192.0.2.2/24'),
    three: address(RTM_NEWADDR, NEW, FIRST, '192.0.2.3/25'),
    'four, asked to be primary': address(RTM_NEWADDR, NEW, FIRST, '192.0.2.4/24', {}, u32(IFA_FLAGS, 0)),
    dump: general(RTM_GETADDR, DUMP, AF_INET),
    'delete the first': address(RTM_DELADDR, ACK, FIRST, '192.0.2.1/24'),
    'dump what is left': general(RTM_GETADDR, DUMP, AF_INET),
    routes: general(RTM_GETROUTE, DUMP, AF_INET),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking('address: what a dump is to have', Object.fromEntries([AF_UNSPEC, AF_INET, AF_INET6].flatMap((family) => [
    [`all of ${String(family)}`, rawAddress(RTM_GETADDR, DUMP, { family })],
    [`${String(family)} of a link`, rawAddress(RTM_GETADDR, DUMP, { family, index: FIRST })],
    [`${String(family)} of no link`, rawAddress(RTM_GETADDR, DUMP, { family, index: 99 })],
    [`${String(family)} with a length`, rawAddress(RTM_GETADDR, DUMP, { family, length: 24 })],
    [`${String(family)} with flags`, rawAddress(RTM_GETADDR, DUMP, { family, flags: 1 })],
    [`${String(family)} with a scope`, rawAddress(RTM_GETADDR, DUMP, { family, scope: 253 })],
    [`${String(family)} of a namespace`, rawAddress(RTM_GETADDR, DUMP, { family }, u32(IFA_TARGET_NETNSID, 9))],
    [`${String(family)} with an attribute`, rawAddress(RTM_GETADDR, DUMP, { family }, u32(IFA_RT_PRIORITY, 9))],
    [`${String(family)} with an attribute that is not known`, rawAddress(RTM_GETADDR, DUMP, { family }, u32(60, 9))],
    [`${String(family)}, a short header`, general(RTM_GETADDR, DUMP, family)],
  ])), { strict: true, needs: ['ifb'], before: async (scene, port) => {
    await ready(scene, port);
    await scene.ask(port, 'an address', address(RTM_NEWADDR, NEW, FIRST, '192.0.2.1/24'));
  } }),
];
