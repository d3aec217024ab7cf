import {
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
  RTM_BASE,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_GETNETCONF,
  RTM_GETNSID,
  RTM_GETQDISC,
  RTM_GETRULE,
  RTM_GETSTATS,
  RTM_MAX,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_NEWNSID,
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
