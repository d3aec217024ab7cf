import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  NDA_DST,
  NDA_FLAGS_EXT,
  NDA_IFINDEX,
  NDA_LLADDR,
  NDA_MASTER,
  NDA_PROBES,
  NDA_PROTOCOL,
  NDTA_NAME,
  NDTA_PARMS,
  NDTA_THRESH1,
  NDTPA_BASE_REACHABLE_TIME,
  NDTPA_IFINDEX,
  NDTPA_INTERVAL_PROBE_TIME_MS,
  NDTPA_MCAST_PROBES,
  NDTPA_QUEUE_LENBYTES,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_EXT_LEARNED,
  NTF_PROXY,
  NTF_ROUTER,
  NTF_SELF,
  NTF_USE,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_NONE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_GETNEIGHTBL,
  RTM_NEWNEIGH,
  RTM_SETNEIGHTBL,
  RTNLGRP_NEIGH,
} from '@netdevkit/bindings';
import { nest, octets, text, u32, u64, u8 } from '../attributes.ts';
import { ACK, general, link, neighbour, rawNeighbour } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, LO, NEW, PLAIN, asking, bringUp, mac, newLink } from './common.ts';

const STATES = { NUD_NONE, NUD_INCOMPLETE, NUD_REACHABLE, NUD_STALE, NUD_DELAY, NUD_PROBE, NUD_FAILED, NUD_NOARP, NUD_PERMANENT, 'NUD_STALE|NUD_NOARP': NUD_STALE | NUD_NOARP };
const lladdr = (last: number): ReturnType<typeof octets> => octets(NDA_LLADDR, mac(last));

async function ready(scene: Scene, port: Port): Promise<void> {
  await scene.ask(port, 'make a link', newLink('d0', 'ifb'));
  await bringUp(scene, port);
}

/** Neighbours, and the tables that they are in. */
export const neighbours: readonly Scenario[] = [
  ...(['192.0.2.9', '2001:db8::9'] as const).flatMap((to) => {
    const family = to.includes(':') ? AF_INET6 : AF_INET;
    return [
      asking(`neighbour: ${to}, from the beginning to the end`, {
        'not to be made': neighbour(RTM_NEWNEIGH, ACK, FIRST, to, {}, lladdr(1)),
        add: neighbour(RTM_NEWNEIGH, NEW, FIRST, to, {}, lladdr(1)),
        'add again': neighbour(RTM_NEWNEIGH, NEW, FIRST, to, {}, lladdr(1)),
        'another address, exclusively': neighbour(RTM_NEWNEIGH, NEW, FIRST, to, {}, lladdr(2)),
        'another address': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, lladdr(2)),
        replaced: neighbour(RTM_NEWNEIGH, ACK | NLM_F_REPLACE, FIRST, to, {}, lladdr(2)),
        get: neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: 0 }),
        dump: general(RTM_GETNEIGH, DUMP, family),
        'echo': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE | NLM_F_ECHO, FIRST, to, { state: NUD_STALE }, lladdr(3)),
        delete: neighbour(RTM_DELNEIGH, ACK, FIRST, to),
        'delete again': neighbour(RTM_DELNEIGH, ACK, FIRST, to),
        'get what is not there': neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: 0 }),
        'the link goes': link(RTM_DELLINK, ACK, { index: FIRST }),
        'dump again': general(RTM_GETNEIGH, DUMP, family),
      }, { needs: ['ifb'], groups: [RTNLGRP_NEIGH], before: ready }),
      asking(`neighbour: ${to}, states`, Object.fromEntries(Object.entries(STATES).flatMap(([name, state]) => [
        // Those that are under way would be asked for, and time would tell.
        ...(name === 'NUD_INCOMPLETE' || name === 'NUD_DELAY' || name === 'NUD_PROBE' ? [] : [
          [`${name} with an address`, neighbour(RTM_NEWNEIGH, NEW, FIRST, to, { state }, lladdr(1))],
          [`get ${name}`, neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: 0 })],
          [`${name}, another address`, neighbour(RTM_NEWNEIGH, ACK | NLM_F_REPLACE, FIRST, to, { state }, lladdr(2))],
          [`delete ${name}`, neighbour(RTM_DELNEIGH, ACK, FIRST, to)],
        ] as const),
        [`${name} without one`, neighbour(RTM_NEWNEIGH, NEW, FIRST, to, { state })],
        [`delete ${name} without one`, neighbour(RTM_DELNEIGH, ACK, FIRST, to)],
      ])), { needs: ['ifb'], before: ready }),
      asking(`neighbour: ${to}, what it may have`, {
        'a router': neighbour(RTM_NEWNEIGH, NEW, FIRST, to, { flags: NTF_ROUTER }, lladdr(1)),
        'no router any more': neighbour(RTM_NEWNEIGH, ACK | NLM_F_REPLACE, FIRST, to, {}, lladdr(1)),
        'learned elsewhere': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, { flags: NTF_EXT_LEARNED }, lladdr(1)),
        'an origin': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, lladdr(1), u8(NDA_PROTOCOL, 7)),
        'more flags': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, lladdr(1), u32(NDA_FLAGS_EXT, 1)),
        'flags that there are not': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, lladdr(1), u32(NDA_FLAGS_EXT, 0x80)),
        'five octets': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, octets(NDA_LLADDR, [2, 0, 0, 0, 1])),
        'seven octets': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, octets(NDA_LLADDR, [...mac(9), 1])),
        'probes': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, u32(NDA_PROBES, 3)),
        'another link': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, {}, u32(NDA_IFINDEX, LO)),
        'dump': general(RTM_GETNEIGH, DUMP, family),
        'proxied': neighbour(RTM_NEWNEIGH, NEW, FIRST, to, { flags: NTF_PROXY }),
        'proxied again': neighbour(RTM_NEWNEIGH, NEW, FIRST, to, { flags: NTF_PROXY }),
        'proxied, for all links': neighbour(RTM_NEWNEIGH, NEW, 0, to, { flags: NTF_PROXY }),
        'proxied, with an origin': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE, FIRST, to, { flags: NTF_PROXY }, u8(NDA_PROTOCOL, 9)),
        'get what is proxied': neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { flags: NTF_PROXY, state: 0 }),
        'get what is proxied, for all': neighbour(RTM_GETNEIGH, PLAIN, 0, to, { flags: NTF_PROXY, state: 0 }),
        'dump what is proxied': rawNeighbour(RTM_GETNEIGH, DUMP, { family, flags: NTF_PROXY }),
        'delete what is proxied': neighbour(RTM_DELNEIGH, ACK, FIRST, to, { flags: NTF_PROXY }),
        'delete it again': neighbour(RTM_DELNEIGH, ACK, FIRST, to, { flags: NTF_PROXY }),
        'delete it for all links': neighbour(RTM_DELNEIGH, ACK, 0, to, { flags: NTF_PROXY }),
        'on no link': neighbour(RTM_NEWNEIGH, NEW, 99, to),
        'on link 0': neighbour(RTM_NEWNEIGH, NEW, 0, to),
        'on lo': neighbour(RTM_NEWNEIGH, NEW, LO, to, {}, lladdr(4)),
        'no destination': rawNeighbour(RTM_NEWNEIGH, NEW, { family, index: FIRST, state: NUD_PERMANENT }, lladdr(1)),
        'a destination that is too short': rawNeighbour(RTM_NEWNEIGH, NEW, { family, index: FIRST, state: NUD_PERMANENT }, octets(NDA_DST, [1, 2, 3])),
        'a destination that is too long': rawNeighbour(RTM_NEWNEIGH, NEW, { family, index: FIRST, state: NUD_PERMANENT }, octets(NDA_DST, new Uint8Array(17).fill(7)), lladdr(1)),
        'of no family': rawNeighbour(RTM_NEWNEIGH, NEW, { family: 99, index: FIRST, state: NUD_PERMANENT }, octets(NDA_DST, [1, 2, 3, 4]), lladdr(1)),
        'delete on no link': neighbour(RTM_DELNEIGH, ACK, 99, to),
        'delete without a destination': rawNeighbour(RTM_DELNEIGH, ACK, { family, index: FIRST }),
        'get with a state': neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: NUD_PERMANENT }),
        'get with flags': neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: 0, flags: NTF_ROUTER }),
        'get with an attribute': neighbour(RTM_GETNEIGH, PLAIN, FIRST, to, { state: 0 }, lladdr(1)),
        'used': neighbour(RTM_NEWNEIGH, ACK | NLM_F_CREATE | NLM_F_EXCL, FIRST, to, { flags: NTF_USE | NTF_SELF, state: NUD_PERMANENT }, lladdr(1)),
      }, { needs: ['ifb'], groups: [RTNLGRP_NEIGH], before: ready }),
    ];
  }),
  asking('neighbour: what a dump is to have', Object.fromEntries([AF_UNSPEC, AF_INET, AF_INET6, AF_BRIDGE].flatMap((family) => [
    [`all of ${String(family)}`, rawNeighbour(RTM_GETNEIGH, DUMP, { family })],
    [`${String(family)} of a link`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, u32(NDA_IFINDEX, FIRST))],
    [`${String(family)} of no link`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, u32(NDA_IFINDEX, 99))],
    [`${String(family)} of a link in the header`, rawNeighbour(RTM_GETNEIGH, DUMP, { family, index: FIRST })],
    [`${String(family)} of a master`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, u32(NDA_MASTER, FIRST))],
    [`${String(family)} in a state`, rawNeighbour(RTM_GETNEIGH, DUMP, { family, state: NUD_PERMANENT })],
    [`${String(family)} with flags`, rawNeighbour(RTM_GETNEIGH, DUMP, { family, flags: NTF_ROUTER })],
    [`${String(family)} with a type`, rawNeighbour(RTM_GETNEIGH, DUMP, { family, type: 1 })],
    [`${String(family)} with an attribute`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, lladdr(1))],
    [`${String(family)} with an attribute that is not known`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, u32(60, 1))],
    [`${String(family)}, a link of 2 octets`, rawNeighbour(RTM_GETNEIGH, DUMP, { family }, octets(NDA_IFINDEX, [1, 0]))],
  ])), { strict: true, needs: ['ifb'], before: async (scene, port) => {
    await ready(scene, port);
    await scene.ask(port, 'a neighbour', neighbour(RTM_NEWNEIGH, NEW, FIRST, '192.0.2.9', {}, lladdr(1)));
    await scene.ask(port, 'one of IPv6', neighbour(RTM_NEWNEIGH, NEW, FIRST, '2001:db8::9', {}, lladdr(2)));
  } }),
  asking('neighbour: tables', {
    dump: general(RTM_GETNEIGHTBL, DUMP),
    'a setting': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'arp_cache'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, FIRST), u64(NDTPA_BASE_REACHABLE_TIME, 20_000n))),
    'another': general(RTM_SETNEIGHTBL, ACK, AF_INET6, text(NDTA_NAME, 'ndisc_cache'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, FIRST), u32(NDTPA_MCAST_PROBES, 7), u32(NDTPA_QUEUE_LENBYTES, 100_000))),
    'of no table': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'nope'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, FIRST))),
    'of the other family': general(RTM_SETNEIGHTBL, ACK, AF_INET6, text(NDTA_NAME, 'arp_cache'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, FIRST))),
    'without a name': general(RTM_SETNEIGHTBL, ACK, AF_INET),
    'of no link': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'arp_cache'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, 99))),
    'of links to come': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'arp_cache'), nest(NDTA_PARMS, u32(NDTPA_MCAST_PROBES, 7))),
    'a threshold': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'arp_cache'), u32(NDTA_THRESH1, 5)),
    'a time of 0': general(RTM_SETNEIGHTBL, ACK, AF_INET, text(NDTA_NAME, 'arp_cache'), nest(NDTA_PARMS, u32(NDTPA_IFINDEX, FIRST), u64(NDTPA_INTERVAL_PROBE_TIME_MS, 0n))),
    'dump again': general(RTM_GETNEIGHTBL, DUMP),
  }, { needs: ['ifb'], before: ready }),
];
