import {
  IFF_UP,
  IFLA_IFNAME,
  IFLA_LINK_NETNSID,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NEW_IFINDEX,
  IFLA_TARGET_NETNSID,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GET_STRICT_CHK,
  NETNSA_CURRENT_NSID,
  NETNSA_FD,
  NETNSA_NSID,
  NETNSA_PID,
  NETNSA_TARGET_NSID,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_REQUEST,
  NLMSG_HDRLEN,
  RTM_DELLINK,
  RTM_DELNSID,
  RTM_GETLINK,
  RTM_GETNSID,
  RTM_NEWLINK,
  RTM_NEWNSID,
  RTM_SETLINK,
  RTNLGRP_LINK,
  RTNLGRP_NSID,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { AttributeCursor, MessageWriter, type Message } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Net } from '../src/net/core/net-namespace.ts';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten } from './rtnetlink-flatten.ts';
import { add, ask, checkInvariants, device, drain, dump, exchange, get, indexOf, names, outcome, Rig, verdict } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

/** One message about namespace numbers. */
function nsid(type: number, flags: number, attributes: Fill): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 1, 0);
  writer.reserve(1);
  attributes(writer);
  writer.end();
  return writer.toBytes();
}

/** The numbers in an answer, by attribute. */
function numbers(message: Message | undefined): Record<number, number> {
  const all: Record<number, number> = {};
  if (message === undefined) return all;
  const cursor = new AttributeCursor();
  cursor.reset(message.bytes, message.offset + NLMSG_HDRLEN + 4, message.offset + message.length);
  while (cursor.next()) all[cursor.type] = cursor.s32() ?? NaN;
  return all;
}

describe('links and namespaces', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  let blue: Net;
  let fd: number;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
    blue = rig.namespace('blue');
    fd = rig.namespaces.open(blue);
  });

  const toBlue = (more?: Fill): Fill => (writer) => {
    writer.putU32(IFLA_NET_NS_FD, fd);
    more?.(writer);
  };

  it('are made in another one at once', () => {
    expect(add(socket, 'x', 'nlmon', { attributes: toBlue() })).toBe('ok');
    rig.namespaces.attach(4321, blue);
    const byProcess: Fill = (writer) => {
      writer.putU32(IFLA_NET_NS_PID, 4321);
    };
    expect(add(socket, 'y', 'nlmon', { attributes: byProcess })).toBe('ok');
    rig.namespaces.setNsid(rig.init, blue, 7);
    const byNumber: Fill = (writer) => {
      writer.putS32(IFLA_TARGET_NETNSID, 7);
    };
    expect(add(socket, 'z', 'nlmon', { attributes: byNumber })).toBe('ok');
    expect([names(rig.init), names(blue)]).toEqual([['lo'], ['lo', 'x', 'y', 'z']]);
    expect(add(socket, 'x', 'nlmon', { attributes: toBlue() })).toBe('EEXIST');
    checkInvariants(rig);
  });

  it('move, go down, and keep their index where it is free', () => {
    add(socket, 'a', 'nlmon');
    add(socket, 'mv', 'nlmon', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
    expect(ask(socket, { type: RTM_SETLINK, index: 3, attributes: toBlue() })).toBe('ok');
    const moved = device(blue, 'mv');
    expect([moved.ifindex, moved.flags & IFF_UP, names(rig.init)]).toEqual([3, 0, ['lo', 'a']]);
    add(rig.socket(blue), 'other', 'nlmon');
    expect(ask(socket, { type: RTM_SETLINK, index: 2, attributes: toBlue() })).toBe('ok');
    expect(device(blue, 'a').ifindex).not.toBe(device(blue, 'other').ifindex);
    checkInvariants(rig);
  });

  it('take another index or name there when asked', () => {
    add(socket, 'nlmon9', 'nlmon');
    add(rig.socket(blue), 'nlmon9', 'nlmon');
    expect(ask(socket, { type: RTM_SETLINK, index: 2, attributes: toBlue() })).toBe('EEXIST');
    const anew = toBlue((writer) => {
      writer.putString(IFLA_IFNAME, 'moved%d');
      writer.putS32(IFLA_NEW_IFINDEX, 50);
    });
    const taken = toBlue((writer) => {
      writer.putS32(IFLA_NEW_IFINDEX, 1);
      writer.putString(IFLA_IFNAME, 'moved%d');
    });
    expect(ask(socket, { type: RTM_SETLINK, index: 2, attributes: taken })).toBe('EBUSY');
    expect(ask(socket, { type: RTM_SETLINK, index: 2, attributes: toBlue((writer) => { writer.putS32(IFLA_NEW_IFINDEX, 0); }) })).toBe(
      'ERANGE: integer out of range',
    );
    expect(ask(socket, { type: RTM_SETLINK, index: 2, attributes: anew })).toBe('ok');
    expect(blue.byIndex(50)?.name).toMatch(/^moved\d$/);
    checkInvariants(rig);
  });

  it('that belong to their namespace stay', () => {
    expect(ask(socket, { type: RTM_SETLINK, index: 1, attributes: toBlue() })).toMatch(/^EINVAL/);
    expect(names(blue)).toEqual(['lo']);
  });

  it('tell both sides: where they went, and that they came', () => {
    add(socket, 'mv', 'nlmon');
    const ears = [rig.init, blue].map((namespace) => {
      const ear = rig.socket(namespace);
      ear.bind();
      ear.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
      return ear;
    });
    ask(socket, { type: RTM_SETLINK, index: 2, attributes: toBlue() });
    const [here = [], there = []] = ears.map(drain);
    expect(here.map(({ type }) => type)).toEqual([RTM_DELLINK]);
    const gone = new Map(here.flatMap((message) => flatten(message)));
    expect([gone.get('45'), gone.get('49')]).toEqual(['00000000', '02000000']);
    expect(there.map(({ type }) => type)).toEqual([RTM_NEWLINK]);
  });

  it('are seen and deleted from elsewhere by a number', () => {
    add(rig.socket(blue), 'far', 'nlmon');
    rig.namespaces.setNsid(rig.init, blue, 7);
    const there: Fill = (writer) => {
      writer.putS32(IFLA_TARGET_NETNSID, 7);
    };
    const shown = get(socket, 2, there);
    expect(flatten(shown).slice(0, 2)).toEqual([['46', '07000000'], ['3', '66617200']]);
    expect(dump(socket, { attributes: there }).links.map(indexOf)).toEqual([1, 2]);
    expect(ask(socket, { type: RTM_DELLINK, index: 2, attributes: there })).toBe('ok');
    expect(names(blue)).toEqual(['lo']);
    const user = rig.socket(rig.init, false);
    expect(ask(user, { type: RTM_GETLINK, index: 1, attributes: there })).toBe('EACCES');
    expect(outcome(dump(user, { attributes: there }).done)).toBe('EACCES: Invalid target network namespace id');
  });

  it('know where their lower device is', () => {
    rig.namespaces.setNsid(rig.init, blue, 7);
    const above: Fill = (writer) => {
      writer.putS32(IFLA_LINK_NETNSID, 7);
    };
    expect(add(socket, 'x', 'nlmon', { attributes: above })).toBe('ok');
    expect(names(rig.init)).toEqual(['lo', 'x']);
    expect(add(socket, 'y', 'nlmon', { attributes: (writer) => { writer.putS32(IFLA_LINK_NETNSID, 8); } })).toBe(
      'EINVAL: Unknown network namespace id',
    );
    checkInvariants(rig);
  });
});

describe('RTM_NEWNSID and RTM_GETNSID', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  let blue: Net;
  let fd: number;
  beforeEach(() => {
    rig = new Rig();
    socket = rig.socket();
    blue = rig.namespace('blue');
    fd = rig.namespaces.open(blue);
  });

  const create = (attributes: Fill): string => outcome(verdict(exchange(socket, nsid(RTM_NEWNSID, NLM_F_ACK, attributes))));
  const named = (type: number, value: number, number: number): Fill => (writer) => {
    writer.putU32(type, value);
    writer.putS32(NETNSA_NSID, number);
  };

  it('give a namespace a number, and tell it', () => {
    const [before] = exchange(socket, nsid(RTM_GETNSID, 0, (writer) => { writer.putU32(NETNSA_FD, fd); }));
    expect(numbers(before)).toEqual({ [NETNSA_NSID]: -1 });
    expect(create(named(NETNSA_FD, fd, 7))).toBe('ok');
    const [after] = exchange(socket, nsid(RTM_GETNSID, 0, (writer) => { writer.putU32(NETNSA_FD, fd); }));
    expect(numbers(after)).toEqual({ [NETNSA_NSID]: 7 });
    rig.namespaces.attach(4321, rig.namespace('red'));
    expect(create(named(NETNSA_PID, 4321, -1))).toBe('ok');
    const [red] = exchange(socket, nsid(RTM_GETNSID, 0, (writer) => { writer.putU32(NETNSA_PID, 4321); }));
    expect(numbers(red)).toEqual({ [NETNSA_NSID]: 0 });
  });

  it('say what is wrong, and where', () => {
    expect(create((writer) => { writer.putU32(NETNSA_FD, fd); })).toBe('EINVAL: nsid is missing');
    expect(create((writer) => { writer.putS32(NETNSA_NSID, 7); })).toBe('EINVAL: Peer netns reference is missing');
    expect(create(named(NETNSA_FD, 99, 7))).toBe('EBADF: Peer netns reference is invalid');
    expect(create(named(NETNSA_PID, 99, 7))).toBe('ESRCH: Peer netns reference is invalid');
    expect(create(named(NETNSA_FD, fd, 7))).toBe('ok');
    expect(create(named(NETNSA_FD, fd, 8))).toBe('EEXIST: Peer netns already has a nsid assigned');
    const red = rig.namespaces.open(rig.namespace('red'));
    const { errno, extack } = verdict(exchange(socket, nsid(RTM_NEWNSID, NLM_F_ACK, named(NETNSA_FD, red, 7))));
    expect([errno, extack?.message, extack?.offset]).toEqual([17, 'The specified nsid is already used', 28]);
    const getting = (attributes: Fill): string => outcome(verdict(exchange(socket, nsid(RTM_GETNSID, NLM_F_ACK, attributes))));
    expect(getting(() => undefined)).toBe('EINVAL: Peer netns reference is missing');
    expect(getting((writer) => { writer.putS32(NETNSA_NSID, 99); })).toBe('ENOENT: Peer netns reference is invalid');
    const target: Fill = (writer) => {
      writer.putU32(NETNSA_FD, fd);
      writer.putS32(NETNSA_TARGET_NSID, 99);
    };
    expect(getting(target)).toBe('EINVAL: Target netns reference is invalid');
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(getting((writer) => { writer.putS32(NETNSA_CURRENT_NSID, 1); })).toBe('EINVAL: Unsupported attribute in peer netns getid request');
  });

  it('show numbers as others see them', () => {
    rig.namespaces.setNsid(rig.init, blue, 7);
    rig.namespaces.setNsid(blue, rig.init, 3);
    const red = rig.namespace('red');
    rig.namespaces.setNsid(rig.init, red, 1);
    rig.namespaces.setNsid(blue, red, 9);
    const viewed: Fill = (writer) => {
      writer.putS32(NETNSA_NSID, 1);
      writer.putS32(NETNSA_TARGET_NSID, 7);
    };
    const [answer] = exchange(socket, nsid(RTM_GETNSID, 0, viewed));
    expect(numbers(answer)).toEqual({ [NETNSA_NSID]: 9, [NETNSA_CURRENT_NSID]: 1 });
    const listed = exchange(socket, nsid(RTM_GETNSID, NLM_F_DUMP, () => undefined));
    expect(listed.filter(({ type }) => type === RTM_NEWNSID).map(numbers)).toEqual([{ [NETNSA_NSID]: 1 }, { [NETNSA_NSID]: 7 }]);
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    const others = exchange(socket, nsid(RTM_GETNSID, NLM_F_DUMP, (writer) => { writer.putS32(NETNSA_TARGET_NSID, 7); }));
    expect(others.filter(({ type }) => type === RTM_NEWNSID).map(numbers)).toEqual([
      { [NETNSA_NSID]: 3, [NETNSA_CURRENT_NSID]: -1 },
      { [NETNSA_NSID]: 9, [NETNSA_CURRENT_NSID]: 1 },
    ]);
    const wrong = (attributes: Fill): string => outcome(verdict(exchange(socket, nsid(RTM_GETNSID, NLM_F_DUMP, attributes))));
    expect(wrong((writer) => { writer.putS32(NETNSA_TARGET_NSID, 99); })).toBe('EINVAL: Invalid target network namespace id');
    expect(wrong((writer) => { writer.putU32(NETNSA_FD, fd); })).toBe('EINVAL: Unsupported attribute in dump request');
  });

  it('are announced, also when nobody asked for them and when they end', () => {
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    const ear = rig.socket();
    ear.bind();
    ear.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_NSID);
    create(named(NETNSA_FD, fd, 7));
    const { pid } = socket.getsockname();
    expect(drain(ear).map((message) => [message.type, message.seq, message.pid, numbers(message)])).toEqual([
      [RTM_NEWNSID, 1, pid, { [NETNSA_NSID]: 7 }],
    ]);
    const red = rig.namespace('red');
    const redFd = rig.namespaces.open(red);
    add(socket, 'mv', 'nlmon');
    ask(socket, { type: RTM_SETLINK, index: 2, attributes: (writer) => { writer.putU32(IFLA_NET_NS_FD, redFd); } });
    rig.namespaces.destroy(blue);
    expect(drain(ear).map((message) => [message.type, message.seq, message.pid, numbers(message)])).toEqual([
      [RTM_NEWNSID, 0, 0, { [NETNSA_NSID]: 0 }],
      [RTM_DELNSID, 0, 0, { [NETNSA_NSID]: 7 }],
    ]);
    expect(rig.init.nsids.has(7)).toBe(false);
  });

  it('echo to who asks for it', () => {
    const answers = exchange(socket, nsid(RTM_NEWNSID, NLM_F_ACK | NLM_F_ECHO, named(NETNSA_FD, fd, 7)));
    expect(answers.map(({ type }) => type)).toEqual([RTM_NEWNSID, 2]);
  });

  it('need a capability to change', () => {
    const user = rig.socket(rig.init, false);
    expect(outcome(verdict(exchange(user, nsid(RTM_NEWNSID, NLM_F_ACK, named(NETNSA_FD, fd, 7)))))).toBe('EPERM');
    expect(exchange(user, nsid(RTM_GETNSID, 0, (writer) => { writer.putU32(NETNSA_FD, fd); }))).toHaveLength(1);
  });
});
