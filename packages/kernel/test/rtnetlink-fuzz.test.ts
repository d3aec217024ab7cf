import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IFA_F_NODAD,
  IFF_UP,
  IFLA_ALT_IFNAME,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_PROP_LIST,
  IFLA_TARGET_NETNSID,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GET_STRICT_CHK,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NTF_PROXY,
  RTM_BASE,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_GETADDR,
  RTM_GETANYCAST,
  RTM_GETLINK,
  RTM_GETMULTICAST,
  RTM_GETNEIGH,
  RTM_GETNEIGHTBL,
  RTM_GETNETCONF,
  RTM_GETNSID,
  RTM_GETQDISC,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_GETSTATS,
  RTM_MAX,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWNEIGH,
  RTM_NEWNSID,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_SETLINK,
  RTM_SETSTATS,
  RTNLGRP_LINK,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { messages, type MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { address, dumpOf, linkUp, lookup, neighbour, route, rule } from './route-requests.ts';
import { exchanges } from './rtnetlink-capture.ts';
import { checkInvariants, linkMessage, Rig } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

const kind = (name: string, more?: Fill): Fill => (writer) => {
  writer.putNested(IFLA_LINKINFO, () => {
    writer.putString(IFLA_INFO_KIND, name);
    more?.(writer);
  });
};

/** Well-formed requests of every kind, to be spoiled. */
const SEEDS: readonly Uint8Array[] = [
  ...exchanges(new URL('golden/rtnetlink-link.pcap', import.meta.url)).map(({ request }) => request),
  linkMessage({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, attributes: kind('dummy') }),
  linkMessage({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, ifiFlags: IFF_UP, ifiChange: IFF_UP, attributes: kind('nlmon') }),
  linkMessage({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, attributes: kind('opt', (writer) => { writer.putNested(IFLA_INFO_DATA, () => { writer.putU32(1, 7); }); }) }),
  linkMessage({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, attributes: (writer) => { writer.putU32(IFLA_NET_NS_FD, 3); kind('nlmon')(writer); } }),
  linkMessage({ type: RTM_SETLINK, index: 2, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'r%d'); writer.putU32(IFLA_MTU, 1000); } }),
  linkMessage({ type: RTM_SETLINK, index: 3, attributes: (writer) => { writer.putU32(IFLA_NET_NS_FD, 3); } }),
  linkMessage({ type: RTM_DELLINK, index: 2 }),
  linkMessage({ type: RTM_DELLINK, attributes: (writer) => { writer.putU32(IFLA_GROUP, 42); } }),
  linkMessage({ type: RTM_GETLINK, index: 2, attributes: (writer) => { writer.putS32(IFLA_TARGET_NETNSID, 0); } }),
  linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP, attributes: kind('dummy') }),
  linkMessage({ type: RTM_NEWLINKPROP, index: 2, attributes: (writer) => { writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => { writer.putString(IFLA_ALT_IFNAME, 'spy'); }); } }),
  ...[RTM_GETSTATS, RTM_SETSTATS, RTM_GETNETCONF, RTM_GETNSID, RTM_NEWNSID, RTM_GETQDISC, RTM_GETRULE].flatMap((type) => [
    linkMessage({ type, index: 2, ifiFlags: 0x1f }),
    linkMessage({ type, flags: NLM_F_DUMP }),
  ]),
  linkUp(2),
  address(RTM_NEWADDR, NLM_F_CREATE, 2, '192.0.2.1/24', { label: 'dummy0:a', broadcast: '192.0.2.255', lifetime: [10, 20], metric: 5 }),
  address(RTM_NEWADDR, NLM_F_CREATE, 2, '2001:db8::1/64', { flags: IFA_F_NODAD, metric: 5 }),
  address(RTM_DELADDR, 0, 2, '192.0.2.1/24'),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.0.0.0/8', { via: '192.0.2.9', dev: 2, metric: 5, mtu: 1400, source: '192.0.2.1', table: 1000 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '10.1.0.0/16', { hops: [[2, '192.0.2.9'], [2, '192.0.2.10']] }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '2001:db8:a::/48', { via: '2001:db8::9', dev: 2, metric: 5, mtu: 1400, expires: 10 }),
  route(RTM_NEWROUTE, NLM_F_CREATE, '2001:db8:b::/48', { hops: [[2, '2001:db8::9'], [2, '2001:db8::10']] }),
  route(RTM_DELROUTE, 0, '10.0.0.0/8'),
  lookup('10.1.1.1', { oif: 2 }),
  lookup('2001:db8:a::1', { oif: 2 }),
  neighbour(RTM_NEWNEIGH, NLM_F_CREATE, 2, '192.0.2.9', { lladdr: 1, protocol: 3 }),
  neighbour(RTM_NEWNEIGH, NLM_F_CREATE, 2, '2001:db8::9', { flags: NTF_PROXY }),
  neighbour(RTM_DELNEIGH, 0, 2, '192.0.2.9'),
  neighbour(RTM_GETNEIGH, 0, 2, '192.0.2.9', { state: 0 }),
  rule(RTM_NEWRULE, NLM_F_CREATE, AF_INET, { priority: 5, table: 100, from: '10.0.0.0/8', iif: 'dummy0', mark: 1, mask: 3, suppress: 0 }),
  rule(RTM_DELRULE, 0, AF_INET6, { priority: 5 }),
  ...[RTM_GETADDR, RTM_GETMULTICAST, RTM_GETANYCAST, RTM_GETROUTE, RTM_GETNEIGH, RTM_GETNEIGHTBL].map((type) => dumpOf(type, AF_UNSPEC, 12)),
];

/** One way to spoil octets. */
type Spoil = (octets: Uint8Array) => Uint8Array;

const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]): Spoil => (octets) => octets.with(at % octets.length, value)),
  fc.tuple(fc.nat(), fc.constantFrom(0, 1, 3, 4, 5, 8, 0x7fff, 0x8000, 0xffff)).map(([at, value]): Spoil => (octets) => {
    const place = (at % octets.length) & ~1;
    return octets.with(place, value & 0xff).with(Math.min(place + 1, octets.length - 1), value >> 8);
  }),
  fc.nat().map((length): Spoil => (octets) => octets.slice(0, Math.max(1, length % octets.length))),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more): Spoil => (octets) => Uint8Array.from([...octets, ...more])),
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]): Spoil => (octets) => {
    const start = 32 + (from % octets.length);
    return Uint8Array.from([...octets, ...octets.slice(start, start + (to % 64))]);
  }),
  fc.integer({ min: RTM_BASE, max: RTM_MAX }).map((type): Spoil => (octets) => octets.with(4 % octets.length, type)),
  fc.constantFrom(NLM_F_ACK, NLM_F_DUMP, NLM_F_ACK | NLM_F_CREATE).map((flags): Spoil => (octets) => {
    if (octets.length < 8) return octets;
    return octets.with(6, (flags | NLM_F_REQUEST) & 0xff).with(7, flags >> 8);
  }),
);

/** Makes the length of a message right again, so that what is inside it is looked at. */
function relength(octets: Uint8Array): Uint8Array {
  if (octets.length < 16) return octets;
  const whole = octets.slice();
  new DataView(whole.buffer).setUint32(0, whole.length, true);
  return whole;
}

const spoilt: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(spoil, { maxLength: 4 }), fc.boolean())
  .map(([seed, ways, whole]) => {
    const octets = ways.reduce((present, way) => way(present), seed);
    return whole ? relength(octets) : octets;
  });

function makeRig(): { rig: Rig; sockets: EmbeddedNetlinkSocket[]; baseline: number } {
  const rig = new Rig();
  const { linkOps } = rig.rtnetlink;
  linkOps.register(rig.nlmonOps());
  linkOps.register(rig.dummyOps());
  linkOps.register({
    ...rig.dummyOps(),
    kind: 'opt',
    maxtype: 3,
    policy: [undefined, { type: 'NLA_U32', max: 9 }, { type: 'NLA_NESTED', nested: [undefined, { type: 'NLA_U8' }] }, { type: 'NLA_STRING', len: 4 }],
    changelink: () => 0,
    fill_info: (writer) => {
      writer.putU32(1, 7);
      return 0;
    },
  });
  const blue = rig.namespace('blue');
  rig.namespaces.open(blue);
  rig.namespaces.setNsid(rig.init, blue, 0);
  const baseline = rig.skbs.live;
  const sockets = [rig.socket(), rig.socket(), rig.socket(rig.init, false), rig.socket(blue)];
  sockets[1]?.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
  const [listener] = sockets;
  listener?.bind();
  listener?.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
  return { rig, sockets, baseline };
}

/** Reads until nothing is left: what comes is whole messages, and it ends. */
function read(socket: EmbeddedNetlinkSocket): void {
  for (let count = 0; count < 10_000; count++) {
    try {
      const datagram = socket.receive();
      if (datagram === undefined) return;
      const found = messages(datagram.bytes);
      expect([...found].length).toBeGreaterThan(0);
      expect(found.trailing).toHaveLength(0);
    } catch (error) {
      if (!isKernelError(error, 'ENOBUFS')) throw error;
    }
  }
  throw new Error('answers without end');
}

function send(socket: EmbeddedNetlinkSocket, octets: Uint8Array): void {
  try {
    socket.send(octets);
  } catch (error) {
    if (!isKernelError(error)) throw error;
  }
}

function play(requests: readonly (readonly [who: number, octets: Uint8Array])[]): void {
  const { rig, sockets, baseline } = makeRig();
  for (const [who, octets] of requests) {
    const socket = sockets[who];
    if (socket === undefined) continue;
    send(socket, octets);
    checkInvariants(rig);
    read(socket);
  }
  for (const socket of sockets) {
    read(socket);
    socket.close();
  }
  for (const namespace of [...rig.namespaces.all].reverse()) {
    rig.rtnl.lock();
    rig.rtnetlink.linkOps.delete(namespace.devices.filter(({ rtnl_link_ops: ops }) => ops !== null), null);
    rig.rtnl.unlock();
    expect(namespace.devices.map(({ type }) => type)).toEqual([772]);
  }
  checkInvariants(rig);
  expect(rig.skbs.live).toBe(baseline);
  expect(rig.netlink.liveDumps).toBe(0);
  expect(rig.netlink.liveTaps).toBe(0);
  expect(rig.log.lines().filter(({ text }) => /underflow|use-after-free|is registered/.test(text))).toEqual([]);
}

const who = fc.nat(3);

describe('requests that no sane program sends', () => {
  it('of random octets end in an error or in nothing', () => {
    fc.assert(fc.property(fc.array(fc.tuple(who, fc.uint8Array({ minLength: 1, maxLength: 200 })), { minLength: 1, maxLength: 30, size: 'max' }), play), {
      numRuns: 150,
    });
  });

  it('that were right and have been spoilt leave everything in order', { timeout: 60_000 }, () => {
    fc.assert(fc.property(fc.array(fc.tuple(who, spoilt), { minLength: 1, maxLength: 40, size: 'max' }), play), { numRuns: 2000 });
  });

  it('among failing allocations leave everything in order', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(who, spoilt, fc.nat(12)), { minLength: 1, maxLength: 25, size: 'max' }), (requests) => {
        const { rig, sockets, baseline } = makeRig();
        for (const [index, octets, nth] of requests) {
          const socket = sockets[index];
          if (socket === undefined) continue;
          using fault = rig.faults.failAllocation({ nth: nth + 1 });
          send(socket, octets);
          read(socket);
          fault[Symbol.dispose]();
          checkInvariants(rig);
        }
        for (const socket of sockets) socket.close();
        expect(rig.skbs.live).toBe(baseline);
      }),
      { numRuns: 200 },
    );
  });
});
