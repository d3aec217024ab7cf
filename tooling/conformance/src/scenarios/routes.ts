import {
  AF_INET,
  AF_INET6,
  IFLA_CARRIER,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTAX_ADVMSS,
  RTAX_CC_ALGO,
  RTAX_FEATURES,
  RTAX_HOPLIMIT,
  RTAX_INITCWND,
  RTAX_LOCK,
  RTAX_MTU,
  RTAX_QUICKACK,
  RTAX_RTT,
  RTA_CACHEINFO,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_EXPIRES,
  RTA_FLOW,
  RTA_GATEWAY,
  RTA_IIF,
  RTA_IP_PROTO,
  RTA_MARK,
  RTA_METRICS,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PREF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_SPORT,
  RTA_SRC,
  RTA_TABLE,
  RTA_UID,
  RTA_VIA,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_F_CLONED,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_F_PREFIX,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWROUTE,
  RTM_SETLINK,
  RTNH_F_DEAD,
  RTNH_F_ONLINK,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  RTN_BLACKHOLE,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_NAT,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNREACHABLE,
  RTN_UNSPEC,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  rtnexthop,
} from '@netdevkit/bindings';
import { parseIpAddress } from '@netdevkit/iproute';
import { be16, bare, nest, octets, text, u16, u32, u8, writeAttributes, type Attribute } from '../attributes.ts';
import { ACK, address, general, link, rawRoute, route, structure, type RouteHeader } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, NEW, PLAIN, SECOND, asking, newLink, up, type Asked } from './common.ts';

const GROUPS = [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE];
const D0 = FIRST;
const D1 = SECOND;

const via = (text1: string): Attribute => octets(RTA_GATEWAY, parseIpAddress(text1));
const from = (text1: string): Attribute => octets(RTA_PREFSRC, parseIpAddress(text1));
const dev = (index: number): Attribute => u32(RTA_OIF, index);
const metrics = (...inside: readonly Attribute[]): Attribute => nest(RTA_METRICS, ...inside);

/** One of several next hops. */
function hop(index: number, flags: number, weight: number, ...attributes: readonly Attribute[]): number[] {
  const inside = writeAttributes(attributes);
  return [
    ...structure(rtnexthop.SIZE, (view) => {
      rtnexthop.set_rtnh_len(view, 0, rtnexthop.SIZE + inside.length);
      rtnexthop.set_rtnh_flags(view, 0, flags);
      rtnexthop.set_rtnh_hops(view, 0, weight);
      rtnexthop.set_rtnh_ifindex(view, 0, index);
    }),
    ...inside,
  ];
}

const hops = (...all: readonly (readonly number[])[]): Attribute => octets(RTA_MULTIPATH, all.flat());

/** Two links that are up, with addresses of both families. */
async function ready(scene: Scene, port: Port): Promise<void> {
  await scene.ask(port, 'bring lo up', up(LO));
  for (const [name, index] of [['d0', D0], ['d1', D1]] as const) {
    await scene.ask(port, `make ${name}`, newLink(name, 'ifb'));
    await scene.ask(port, `bring ${name} up`, up(index));
    await scene.wait('IPv6 does its part', 10);
    await scene.ask(port, 'an address', address(RTM_NEWADDR, NEW, index, `192.0.${String(index)}.1/24`));
    await scene.ask(port, 'one of IPv6', address(RTM_NEWADDR, NEW, index, `2001:db8:${String(index)}::1/64`));
    await scene.wait('IPv6 does its part again', 10);
  }
}

/** What a route is described by. */
type Tried = readonly [header: RouteHeader, ...attributes: readonly Attribute[]];

/** Adds a route, deletes it, for each way to describe it. */
function addedAndDeleted(prefix: string, tried: Readonly<Record<string, Tried>>): Asked {
  return Object.fromEntries(Object.entries(tried).flatMap(([what, [header, ...attributes]]) => [
    [`add: ${what}`, route(RTM_NEWROUTE, NEW, prefix, header, ...attributes)],
    [`delete: ${what}`, route(RTM_DELROUTE, ACK, prefix, header, ...attributes)],
  ]));
}

const TYPES = { RTN_UNSPEC, RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW, RTN_NAT, twelve: 12, all: 255 };

const families = [
  { name: 'IPv4', family: AF_INET, to: '10.1.0.0/16', gateway: '192.0.2.9', second: '192.0.3.9', unreachable: '10.99.0.1', own: '192.0.2.1', foreign: '10.99.0.2' },
  { name: 'IPv6', family: AF_INET6, to: '2001:db8:100::/48', gateway: '2001:db8:2::9', second: '2001:db8:3::9', unreachable: '2001:db8:99::1', own: '2001:db8:2::1', foreign: '2001:db8:99::2' },
] as const;

const perFamily: readonly Scenario[] = families.flatMap(({ name, family, to, gateway, second, unreachable, own, foreign }) => [
  asking(`route: ${name}, what it may have`, addedAndDeleted(to, {
    'nothing': [{}],
    'a link': [{}, dev(D0)],
    'no such link': [{}, dev(99)],
    'lo': [{}, dev(LO)],
    'a gateway': [{}, via(gateway)],
    'a gateway and its link': [{}, via(gateway), dev(D0)],
    'a gateway and another link': [{}, via(gateway), dev(D1)],
    'a gateway that cannot be reached': [{}, via(unreachable)],
    'a gateway that is on the link by word': [{ flags: RTNH_F_ONLINK }, via(unreachable), dev(D0)],
    'on the link by word, without a link': [{ flags: RTNH_F_ONLINK }, via(unreachable)],
    'a gateway that is its own': [{}, via(own)],
    'a source': [{}, dev(D0), from(own)],
    'a source that is not its own': [{}, dev(D0), from(foreign)],
    'a priority': [{}, dev(D0), u32(RTA_PRIORITY, 77)],
    'a table': [{}, dev(D0), u32(RTA_TABLE, 1000)],
    'a table in the header': [{ table: 200 }, dev(D0)],
    'table 0': [{ table: 0 }, dev(D0)],
    'the local table': [{ table: 255 }, dev(D0)],
    'scope link': [{ scope: RT_SCOPE_LINK }, dev(D0)],
    'scope host': [{ scope: RT_SCOPE_HOST }, dev(D0)],
    'scope nowhere': [{ scope: RT_SCOPE_NOWHERE }, dev(D0)],
    'scope link with a gateway': [{ scope: RT_SCOPE_LINK }, via(gateway)],
    'a type of service': [{ tos: 4 }, dev(D0)],
    'bits of congestion': [{ tos: 3 }, dev(D0)],
    'flag dead': [{ flags: RTNH_F_DEAD }, dev(D0)],
    'flag cloned': [{ flags: RTM_F_CLONED }, dev(D0)],
    'a preference': [{}, dev(D0), u8(RTA_PREF, 1)],
    'an end': [{}, dev(D0), u32(RTA_EXPIRES, 1000)],
    'a realm': [{}, dev(D0), u32(RTA_FLOW, 3)],
    'a source prefix': [{ sourceLength: 8 }, dev(D0), octets(RTA_SRC, parseIpAddress(own))],
    'an incoming link': [{}, dev(D0), u32(RTA_IIF, D1)],
    'an encapsulation': [{}, dev(D0), u16(RTA_ENCAP_TYPE, 1), nest(RTA_ENCAP)],
    'an encapsulation that is not known': [{}, dev(D0), u16(RTA_ENCAP_TYPE, 99), nest(RTA_ENCAP)],
    'a nexthop object': [{}, u32(RTA_NH_ID, 5)],
    'a nexthop object and a link': [{}, u32(RTA_NH_ID, 5), dev(D0)],
    'an attribute that is not known': [{}, dev(D0), u32(60, 1)],
    'octets of the cache': [{}, dev(D0), octets(RTA_CACHEINFO, new Uint8Array(4))],
    'a mark and a user': [{}, dev(D0), u32(RTA_MARK, 1), u32(RTA_UID, 1)],
    'a gateway of three octets': [{}, octets(RTA_GATEWAY, [1, 2, 3])],
    'a gateway of all zeros': [{}, octets(RTA_GATEWAY, new Uint8Array(family === AF_INET ? 4 : 16)), dev(D0)],
    'a gateway of the other family': [{}, octets(RTA_VIA, [...(family === AF_INET ? [10, 0, ...parseIpAddress('2001:db8:2::9')] : [2, 0, 192, 0, 2, 9])]), dev(D0)],
    'a gateway of no family': [{}, octets(RTA_VIA, [99, 0, 1, 2, 3, 4])],
    'a gateway that is too short': [{}, octets(RTA_VIA, [2])],
  }), { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, types`, addedAndDeleted(to, Object.fromEntries(Object.entries(TYPES).flatMap(([what, type]): [string, Tried][] => [
    [what, [{ type }]],
    [`${what} with a link`, [{ type }, dev(D0)]],
    [`${what} with a gateway`, [{ type }, via(gateway)]],
  ]))), { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, metrics`, addedAndDeleted(to, {
    'an MTU': [{}, dev(D0), metrics(u32(RTAX_MTU, 1400))],
    'an MTU that is locked': [{}, dev(D0), metrics(u32(RTAX_LOCK, 1 << RTAX_MTU), u32(RTAX_MTU, 1400))],
    'an MTU that is too large': [{}, dev(D0), metrics(u32(RTAX_MTU, 100_000))],
    'several': [{}, dev(D0), metrics(u32(RTAX_ADVMSS, 70_000), u32(RTAX_INITCWND, 10), u32(RTAX_HOPLIMIT, 64), u32(RTAX_RTT, 80), u32(RTAX_QUICKACK, 1))],
    'a hop limit that is too large': [{}, dev(D0), metrics(u32(RTAX_HOPLIMIT, 300))],
    'features': [{}, dev(D0), metrics(u32(RTAX_FEATURES, 1))],
    'features that there are not': [{}, dev(D0), metrics(u32(RTAX_FEATURES, 0x100))],
    'a control of congestion': [{}, dev(D0), metrics(text(RTAX_CC_ALGO, 'cubic'))],
    'one that there is not': [{}, dev(D0), metrics(text(RTAX_CC_ALGO, 'no-such'))],
    'a metric that is not known': [{}, dev(D0), metrics(u32(40, 1))],
    'a metric of 2 octets': [{}, dev(D0), metrics(u16(RTAX_MTU, 1400))],
    'none': [{}, dev(D0), metrics()],
    'a broken nest': [{}, dev(D0), octets(RTA_METRICS, [9, 0, 2, 0])],
  }), { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, several next hops`, {
    ...addedAndDeleted(to, {
      'two gateways': [{}, hops(hop(0, 0, 0, via(gateway)), hop(0, 0, 4, via(second)))],
      'two links': [{}, hops(hop(D0, 0, 0), hop(D1, 0, 1))],
      'one': [{}, hops(hop(D0, 0, 0, via(gateway)))],
      'none': [{}, hops()],
      'one twice': [{}, hops(hop(D0, 0, 0, via(gateway)), hop(D0, 0, 0, via(gateway)))],
      'one that cannot be reached': [{}, hops(hop(0, 0, 0, via(gateway)), hop(0, 0, 0, via(unreachable)))],
      'no such link': [{}, hops(hop(99, 0, 0, via(gateway)))],
      'flags': [{}, hops(hop(D0, RTNH_F_ONLINK, 0, via(unreachable)), hop(D1, 0, 255, via(second)))],
      'flag dead': [{}, hops(hop(D0, RTNH_F_DEAD, 0, via(gateway)))],
      'a length that is too short': [{}, octets(RTA_MULTIPATH, [4, 0, 0, 0, 0, 0, 0, 0])],
      'a length that is too long': [{}, octets(RTA_MULTIPATH, [40, 0, 0, 0, D0, 0, 0, 0])],
      'four octets': [{}, octets(RTA_MULTIPATH, [8, 0, 0, 0])],
      'with a gateway of all': [{}, via(gateway), hops(hop(D0, 0, 0))],
      'with a priority and metrics': [{}, u32(RTA_PRIORITY, 5), metrics(u32(RTAX_MTU, 1400)), hops(hop(D0, 0, 0, via(gateway)), hop(D1, 0, 0, via(second)))],
    }),
    'add two': route(RTM_NEWROUTE, NEW, to, {}, hops(hop(D0, 0, 0, via(gateway)), hop(D1, 0, 0, via(second)))),
    'delete one of them': route(RTM_DELROUTE, ACK, to, {}, via(second)),
    'dump': general(RTM_GETROUTE, DUMP, family),
    'a link goes': link(RTM_DELLINK, ACK, { index: D1 }),
    'dump again': general(RTM_GETROUTE, DUMP, family),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, flags of the message`, {
    'not to be made': route(RTM_NEWROUTE, ACK, to, {}, dev(D0)),
    'made': route(RTM_NEWROUTE, ACK | NLM_F_CREATE, to, {}, dev(D0)),
    'made again': route(RTM_NEWROUTE, ACK | NLM_F_CREATE, to, {}, dev(D0)),
    'exclusively': route(RTM_NEWROUTE, NEW, to, {}, dev(D0)),
    'exclusively, another link': route(RTM_NEWROUTE, NEW, to, {}, dev(D1)),
    'replaced': route(RTM_NEWROUTE, ACK | NLM_F_REPLACE, to, {}, dev(D1)),
    'replaced by the same': route(RTM_NEWROUTE, ACK | NLM_F_REPLACE, to, {}, dev(D1)),
    'made or replaced': route(RTM_NEWROUTE, ACK | NLM_F_CREATE | NLM_F_REPLACE, to, {}, via(gateway)),
    'made and replaced, with another priority': route(RTM_NEWROUTE, ACK | NLM_F_CREATE | NLM_F_REPLACE, to, {}, via(gateway), u32(RTA_PRIORITY, 9)),
    'only replaced, with a third': route(RTM_NEWROUTE, ACK | NLM_F_REPLACE, to, {}, via(gateway), u32(RTA_PRIORITY, 10)),
    'appended': route(RTM_NEWROUTE, ACK | NLM_F_CREATE | NLM_F_APPEND, to, {}, via(second)),
    'appended again': route(RTM_NEWROUTE, ACK | NLM_F_CREATE | NLM_F_APPEND, to, {}, via(second)),
    'exclusively replaced': route(RTM_NEWROUTE, ACK | NLM_F_EXCL | NLM_F_REPLACE, to, {}, via(second)),
    'echoed': route(RTM_NEWROUTE, ACK | NLM_F_CREATE | NLM_F_ECHO, to, {}, dev(D0), u32(RTA_PRIORITY, 30)),
    'dump': general(RTM_GETROUTE, DUMP, family),
    'deleted, echoed': route(RTM_DELROUTE, ACK | NLM_F_ECHO, to, {}, u32(RTA_PRIORITY, 30)),
    'deleted by link': route(RTM_DELROUTE, ACK, to, {}, dev(D1)),
    'deleted by another protocol': route(RTM_DELROUTE, ACK, to, { protocol: 99 }),
    'deleted, whatever it is': route(RTM_DELROUTE, ACK, to, { protocol: 0, type: 0, scope: RT_SCOPE_NOWHERE }),
    'deleted until there is none': route(RTM_DELROUTE, ACK, to, { protocol: 0, type: 0, scope: RT_SCOPE_NOWHERE }),
    'dump again': general(RTM_GETROUTE, DUMP, family),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, asked for`, Object.fromEntries([own, gateway, unreachable, family === AF_INET ? '127.0.0.1' : '::1', family === AF_INET ? '192.0.2.255' : 'fe80::9', family === AF_INET ? '224.0.0.1' : 'ff02::1', family === AF_INET ? '0.0.0.0' : '::'].flatMap((place) => [
    [place, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 })],
    [`${place} of the table`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0, flags: RTM_F_LOOKUP_TABLE })],
    [`${place} as the rule has it`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0, flags: RTM_F_FIB_MATCH })],
    [`${place} over a link`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, dev(D1))],
    [`${place} over no link`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, dev(99))],
    [`${place} from an own address`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0, sourceLength: family === AF_INET ? 32 : 128 }, octets(RTA_SRC, parseIpAddress(own)))],
    [`${place} from a foreign address`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0, sourceLength: family === AF_INET ? 32 : 128 }, octets(RTA_SRC, parseIpAddress(foreign)))],
    [`${place} with a mark`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, u32(RTA_MARK, 5))],
    [`${place} with ports`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, u8(RTA_IP_PROTO, 6), be16(RTA_SPORT, 80))],
    [`${place} of a protocol that is not known`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, u8(RTA_IP_PROTO, 200))],
    [`${place} with a user`, route(RTM_GETROUTE, PLAIN, place, { table: 0, protocol: 0, type: 0 }, u32(RTA_UID, 0))],
    [`${place} of a prefix`, route(RTM_GETROUTE, PLAIN, `${place}/8`, { table: 0, protocol: 0, type: 0 })],
    [`${place} with a table`, route(RTM_GETROUTE, PLAIN, place, { table: 100, protocol: 0, type: 0 })],
  ])), { needs: ['ifb'], before: ready }),
  asking(`route: ${name}, strictly asked for`, {
    'one': route(RTM_GETROUTE, PLAIN, own, { table: 0, protocol: 0, type: 0 }),
    'with a table': route(RTM_GETROUTE, PLAIN, own, { table: 100, protocol: 0, type: 0 }),
    'with a length of its prefix': route(RTM_GETROUTE, PLAIN, `${own}/8`, { table: 0, protocol: 0, type: 0 }),
    'without an address': rawRoute(RTM_GETROUTE, PLAIN, { family, length: 32 }),
    'with an attribute that is not asked for': route(RTM_GETROUTE, PLAIN, own, { table: 0, protocol: 0, type: 0 }, u32(RTA_PRIORITY, 1)),
    'with flags': route(RTM_GETROUTE, PLAIN, own, { table: 0, protocol: 0, type: 0, flags: RTM_F_PREFIX }),
    'all': rawRoute(RTM_GETROUTE, DUMP, { family }),
    'all of a table': rawRoute(RTM_GETROUTE, DUMP, { family }, u32(RTA_TABLE, 255)),
    'all of a table that is not there': rawRoute(RTM_GETROUTE, DUMP, { family }, u32(RTA_TABLE, 4321)),
    'all of a table in the header': rawRoute(RTM_GETROUTE, DUMP, { family, table: 254 }),
    'all of a link': rawRoute(RTM_GETROUTE, DUMP, { family }, dev(D0)),
    'all of no link': rawRoute(RTM_GETROUTE, DUMP, { family }, dev(99)),
    'all of a protocol': rawRoute(RTM_GETROUTE, DUMP, { family, protocol: 2 }),
    'all of a type': rawRoute(RTM_GETROUTE, DUMP, { family, type: RTN_LOCAL }),
    'all that are cached': rawRoute(RTM_GETROUTE, DUMP, { family, flags: RTM_F_CLONED }),
    'all that are not': rawRoute(RTM_GETROUTE, DUMP, { family, flags: RTM_F_PREFIX }),
    'with other flags': rawRoute(RTM_GETROUTE, DUMP, { family, flags: RTM_F_LOOKUP_TABLE }),
    'with a scope': rawRoute(RTM_GETROUTE, DUMP, { family, scope: 253 }),
    'with a prefix': rawRoute(RTM_GETROUTE, DUMP, { family, length: 8 }),
    'with an attribute': rawRoute(RTM_GETROUTE, DUMP, { family }, u32(RTA_PRIORITY, 1)),
    'a short header': general(RTM_GETROUTE, DUMP, family),
  }, { needs: ['ifb'], strict: true, before: ready }),
  asking(`route: ${name}, prefixes`, {
    ...Object.fromEntries((family === AF_INET ? ['0.0.0.0/0', '10.0.0.0/8', '10.1.1.1/32', '255.255.255.255/32', '127.0.0.0/8', '224.0.0.0/4'] : ['::/0', '2001:db8::/32', '2001:db8:200::1/128', 'ff00::/8', 'fe80::/64', '::1/128']).flatMap((prefix) => [
    [`add ${prefix}`, route(RTM_NEWROUTE, NEW, prefix, {}, dev(D0))],
    [`delete ${prefix}`, route(RTM_DELROUTE, ACK, prefix, {}, dev(D0))],
  ] as const)),
    'bits behind the prefix': rawRoute(RTM_NEWROUTE, NEW, { family, length: 8, table: 254, protocol: 3, type: 1 }, octets(RTA_DST, parseIpAddress(own)), dev(D0)),
    'delete it': rawRoute(RTM_DELROUTE, ACK, { family, length: 8, table: 254, protocol: 3, type: 1 }, octets(RTA_DST, parseIpAddress(own)), dev(D0)),
    'a length that is too long': rawRoute(RTM_NEWROUTE, NEW, { family, length: 129, table: 254, protocol: 3, type: 1 }, octets(RTA_DST, parseIpAddress(own)), dev(D0)),
    'a length of 33': rawRoute(RTM_NEWROUTE, NEW, { family, length: 33, table: 254, protocol: 3, type: 1 }, octets(RTA_DST, parseIpAddress(own)), dev(D0)),
    'a length without an address': rawRoute(RTM_NEWROUTE, NEW, { family, length: 8, table: 254, protocol: 3, type: 1 }, dev(D0)),
    'an address without NUL': rawRoute(RTM_NEWROUTE, NEW, { family, length: 8, table: 254, protocol: 3, type: 1 }, bare(RTA_DST, 'x'), dev(D0)),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
  asking(`route: ${name}, what becomes of it`, {
    'to a link': route(RTM_NEWROUTE, NEW, to, {}, dev(D0)),
    'by a gateway': route(RTM_NEWROUTE, NEW, family === AF_INET ? '10.2.0.0/16' : '2001:db8:200::/48', {}, via(gateway)),
    'from an address': route(RTM_NEWROUTE, NEW, family === AF_INET ? '10.3.0.0/16' : '2001:db8:300::/48', {}, dev(D1), from(own)),
    'the address goes': address(RTM_DELADDR, ACK, D0, family === AF_INET ? '192.0.2.1/24' : '2001:db8:2::1/64'),
    'dump without it': general(RTM_GETROUTE, DUMP, family),
    'no carrier': link(RTM_SETLINK, ACK, { index: D0 }, u8(IFLA_CARRIER, 0)),
    'down': up(D0, false),
    'dump when down': general(RTM_GETROUTE, DUMP, family),
    'up again': up(D0),
    'dump when up': general(RTM_GETROUTE, DUMP, family),
    'lo down': up(LO, false),
    'delete the link': link(RTM_DELLINK, ACK, { index: D0 }),
    'dump without the link': general(RTM_GETROUTE, DUMP, family),
  }, { needs: ['ifb'], groups: GROUPS, before: ready }),
]);

/** Routes of IPv4 and IPv6. */
export const routes: readonly Scenario[] = perFamily;
