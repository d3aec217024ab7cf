import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IFF_UP,
  IFLA_AF_SPEC,
  IFLA_BRIDGE_FLAGS,
  ifinfomsg,
  NETCONFA_IFINDEX,
  NETLINK_GET_STRICT_CHK,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_HDRLEN,
  RTM_DELLINK,
  RTM_GETACTION,
  RTM_GETADDR,
  RTM_GETADDRLABEL,
  RTM_GETCHAIN,
  RTM_GETDCB,
  RTM_GETLINK,
  RTM_GETMDB,
  RTM_GETNEIGH,
  RTM_GETNETCONF,
  RTM_GETNEXTHOP,
  RTM_GETQDISC,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_GETTCLASS,
  RTM_GETTFILTER,
  RTM_NEWQDISC,
  RTM_SETLINK,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { MessageWriter, type Message } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten, hex } from './rtnetlink-flatten.ts';
import { add, ask, dump, exchange, indexOf, outcome, Rig, verdict } from './rtnetlink-rig.ts';

/** A request with a family and zeros after it. */
function request(type: number, flags: number, family: number, length: number, more: readonly number[] = []): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 1, 0);
  const at = writer.reserve(length);
  writer.buffer[at] = family;
  writer.append(Uint8Array.from(more));
  writer.end();
  return writer.toBytes();
}

describe('everything but links', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    socket = rig.socket();
  });

  const dumped = (type: number, family: number, length: number): Message[] => exchange(socket, request(type, NLM_F_DUMP, family, length));
  const texts = (all: readonly Message[]): string[] => all.map(({ type, payload }) => (type === NLMSG_DONE ? 'done' : hex(payload)));

  it.each([
    ['addresses', RTM_GETADDR, AF_UNSPEC, 8],
    ['IPv4 addresses', RTM_GETADDR, AF_INET, 8],
    ['IPv6 addresses', RTM_GETADDR, AF_INET6, 8],
    ['routes', RTM_GETROUTE, AF_UNSPEC, 12],
    ['IPv6 routes', RTM_GETROUTE, AF_INET6, 12],
    ['neighbours', RTM_GETNEIGH, AF_UNSPEC, 12],
    ['forwarding entries', RTM_GETNEIGH, AF_BRIDGE, 12],
    ['next hops', RTM_GETNEXTHOP, AF_UNSPEC, 8],
    ['multicast entries', RTM_GETMDB, AF_BRIDGE, 8],
    ['classes', RTM_GETTCLASS, AF_UNSPEC, 20],
    ['filters', RTM_GETTFILTER, AF_UNSPEC, 20],
    ['chains', RTM_GETCHAIN, AF_UNSPEC, 20],
    ['actions', RTM_GETACTION, AF_UNSPEC, 4],
    ['bridges’ ports', RTM_GETLINK, AF_BRIDGE, 16],
  ])('has no %s', (_what, type, family, length) => {
    expect(texts(dumped(type, family, length))).toEqual(['done']);
  });

  it.each([
    [RTM_GETADDR, AF_UNSPEC, 'ipv4: Invalid header for address dump request'],
    [RTM_GETADDR, AF_INET6, 'ipv6: Invalid header for address dump request'],
    [RTM_GETROUTE, AF_INET, 'Invalid header for FIB dump request'],
    [RTM_GETNEIGH, AF_UNSPEC, 'Invalid header for neighbor dump request'],
    [RTM_GETRULE, AF_UNSPEC, 'Invalid header for fib rule dump request'],
    [RTM_GETLINK, AF_BRIDGE, 'Invalid header for bridge link dump'],
    [RTM_GETLINK, AF_INET6, 'ipv6: Invalid header for link dump request'],
  ])('wants a whole header for type %i of family %i when it is strict', (type, family, text) => {
    expect(outcome(verdict(dumped(type, family, 1)))).toMatch(/^ok/);
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(verdict(dumped(type, family, 1)))).toBe(`EINVAL: ${text}`);
  });

  it('cannot be changed, nor asked about one by one', () => {
    for (const type of [RTM_NEWQDISC, RTM_GETADDR, RTM_GETQDISC]) {
      expect(outcome(verdict(exchange(socket, request(type, NLM_F_ACK, AF_INET, 20))))).toBe('EOPNOTSUPP');
    }
    expect(outcome(verdict(dumped(RTM_GETDCB, AF_UNSPEC, 4)))).toBe('EOPNOTSUPP');
    expect(outcome(verdict(dumped(RTM_GETADDRLABEL, AF_INET, 12)))).toBe('EOPNOTSUPP');
  });

  it('has the queueing discipline of each device that was up, as `tc qdisc show` of a real kernel got it', () => {
    const noqueue =
      '000000000100000000000000ffffffff020000000c0001006e6f71756575650005000c000000000030000700140001000000' +
      '00000000000000000000000000001800030000000000000000000000000000000000000000002c0003000000000000000000' +
      '0000000000000000000000000000000000000000000000000000000000000000';
    add(socket, 'nlmon0', 'nlmon');
    expect(texts(dumped(RTM_GETQDISC, AF_UNSPEC, 20))).toEqual(['done']);
    ask(socket, { type: RTM_SETLINK, index: 1, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    expect(texts(dumped(RTM_GETQDISC, AF_UNSPEC, 20))).toEqual([noqueue, 'done']);
    ask(socket, { type: RTM_SETLINK, index: 1, ifiFlags: 0, ifiChange: IFF_UP });
    ask(socket, { type: RTM_SETLINK, index: 2, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    expect(texts(dumped(RTM_GETQDISC, AF_UNSPEC, 20))).toEqual([noqueue, noqueue.replace('01000000', '02000000'), 'done']);
    expect(outcome(verdict(dumped(RTM_GETQDISC, AF_UNSPEC, 4)))).toBe('EINVAL: Invalid header length');
  });

  it('has the rules that every namespace is born with, as `ip rule` of a real kernel got them', () => {
    const rules = {
      [AF_INET]: [
        '02000000ff0000010000000008000f00ff00000008000e00ffffffff0500150002000000',
        '02000000fe0000010000000008000f00fe00000008000e00ffffffff050015000200000008000600fe7f0000',
        '02000000fd0000010000000008000f00fd00000008000e00ffffffff050015000200000008000600ff7f0000',
      ],
      [AF_INET6]: [
        '0a000000ff0000010000000008000f00ff00000008000e00ffffffff0500150002000000',
        '0a000000fe0000010000000008000f00fe00000008000e00ffffffff050015000200000008000600fe7f0000',
      ],
    };
    expect(texts(dumped(RTM_GETRULE, AF_INET, 12))).toEqual([...rules[AF_INET], 'done']);
    expect(texts(dumped(RTM_GETRULE, AF_INET6, 12))).toEqual([...rules[AF_INET6], 'done']);
    expect(texts(dumped(RTM_GETRULE, AF_UNSPEC, 12))).toEqual([...rules[AF_INET], ...rules[AF_INET6], 'done']);
    expect(outcome(verdict(dumped(RTM_GETRULE, AF_BRIDGE, 12)))).toBe('EAFNOSUPPORT');
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(verdict(exchange(socket, request(RTM_GETRULE, NLM_F_DUMP, 0, 12, [4, 0, 1, 0]))))).toBe(
      'EINVAL: Invalid data after header in fib rule dump request',
    );
  });

  it('shows links as IPv6 sees them, with what it knows', () => {
    add(socket, 'nlmon0', 'nlmon');
    ask(socket, { type: RTM_SETLINK, index: 2, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    const { links } = dump(socket, { family: AF_INET6 });
    expect(links.map(indexOf)).toEqual([1, 2]);
    expect(links.map(({ view, offset }) => ifinfomsg.ifi_family(view, offset + NLMSG_HDRLEN))).toEqual([AF_INET6, AF_INET6]);
    const [lo, nlmon] = links.map((message) => flatten(message).map(([path]) => path));
    expect(lo).toEqual(['3', '1', '4', '16', '12']);
    expect(nlmon).toEqual(['3', '4', '16', '12']);
    expect(new Map(flatten(links[1] ?? links[0] ?? fail())).get('12')?.slice(0, 16)).toBe('0800010000000080');
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(dump(socket, { family: AF_INET6, index: 1 }).done)).toBe('EINVAL: ipv6: Invalid values in header for dump request');
    const mask = (writer: MessageWriter): void => {
      writer.putU32(29, 1);
    };
    expect(outcome(dump(socket, { family: AF_INET6, attributes: mask }).done)).toBe('EINVAL: ipv6: Invalid data after header');
  });

  it('answers for bridges that there are none', () => {
    const set = (type: number, index: number, attributes?: (writer: MessageWriter) => void): string =>
      ask(socket, { type, family: AF_BRIDGE, index, ...(attributes === undefined ? {} : { attributes }) });
    for (const type of [RTM_SETLINK, RTM_DELLINK]) {
      expect(set(type, 1)).toBe('EOPNOTSUPP');
      expect(set(type, 77)).toBe('ENODEV: unknown ifindex');
      const short = (writer: MessageWriter): void => {
        writer.putNested(IFLA_AF_SPEC, () => {
          writer.putU8(IFLA_BRIDGE_FLAGS, 1);
        });
      };
      expect(set(type, 1, short)).toBe('EINVAL');
    }
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(dump(socket, { family: AF_BRIDGE, index: 1 }).done)).toBe('EINVAL: Invalid values in header for bridge link dump request');
    const mtu = (writer: MessageWriter): void => {
      writer.putU32(4, 1);
    };
    expect(outcome(dump(socket, { family: AF_BRIDGE, attributes: mtu }).done)).toBe(
      'EINVAL: Unsupported attribute in bridge link dump request',
    );
  });

  it('tells settings of one link, of all and of fresh ones', () => {
    const one = (family: number, index: number): Message[] => {
      const number = [...new Uint8Array(Int32Array.of(index).buffer)];
      return exchange(socket, request(RTM_GETNETCONF, NLM_F_ACK, family, 4, [8, 0, NETCONFA_IFINDEX, 0, ...number]));
    };
    const v4 = (index: string): string => `0200000008000100${index}${'0800020000000000080003000000000008000400000000000800080000000000080005000000000008000600000000000'.slice(0, 96)}`;
    expect(texts(one(AF_INET, 1)).at(0)).toBe(v4('01000000'));
    expect(texts(one(AF_INET, -1)).at(0)).toBe(v4('ffffffff'));
    expect(texts(one(AF_INET6, -2)).at(0)).toBe('0a00000008000100feffffff0800020000000000080004000000000008000500000000000800060000000000');
    expect(outcome(verdict(one(AF_INET, 77)))).toBe('ENODEV');
    expect(outcome(verdict(one(AF_INET6, 77)))).toBe('EINVAL');
    expect(outcome(verdict(one(AF_UNSPEC, 1)))).toBe('EOPNOTSUPP');
    expect(outcome(verdict(exchange(socket, request(RTM_GETNETCONF, NLM_F_ACK, AF_INET, 4))))).toBe('EINVAL');
    expect(dumped(RTM_GETNETCONF, AF_UNSPEC, 4)).toHaveLength(7);
    expect(dumped(RTM_GETNETCONF, AF_INET, 4)).toHaveLength(4);
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(verdict(exchange(socket, request(RTM_GETNETCONF, NLM_F_DUMP, AF_INET6, 4, [4, 0, 1, 0]))))).toBe(
      'EINVAL: ipv6: Invalid data after header in netconf dump request',
    );
    expect(outcome(verdict(exchange(socket, request(RTM_GETNETCONF, NLM_F_ACK, AF_INET, 4, [8, 0, 2, 0, 1, 0, 0, 0]))))).toBe(
      'EINVAL: ipv4: Unsupported attribute in netconf get request',
    );
  });

  it('goes on in the next chunk where a dump of many devices fills one', () => {
    for (let i = 0; i < 60; i++) add(socket, '', 'nlmon', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
    const fresh = rig.socket();
    expect(exchange(fresh, request(RTM_GETQDISC, NLM_F_DUMP, 0, 20))).toHaveLength(61);
    expect(exchange(rig.socket(), request(RTM_GETNETCONF, NLM_F_DUMP, 0, 4))).toHaveLength(2 * 63 + 1);
    const links = exchange(rig.socket(), request(RTM_GETLINK, NLM_F_DUMP, AF_INET6, 16)).filter(({ type }) => type !== NLMSG_DONE);
    expect(links.map(indexOf)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
  });
});

function fail(): never {
  throw new Error('no links');
}
