import {
  AF_INET6,
  IFF_ALLMULTI,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  IFLA_ALT_IFNAME,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_GROUP,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_LINKMODE,
  IFLA_MTU,
  IFLA_PROP_LIST,
  IFLA_TXQLEN,
  ifinfomsg,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_BROADCAST_ERROR,
  NETLINK_NO_ENOBUFS,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_ECHO,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  RTM_DELLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_SETLINK,
  RTNLGRP_IPV6_IFINFO,
  RTNLGRP_LINK,
  SO_RCVBUF,
  SOL_NETLINK,
  SOL_SOCKET,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device } from '@netdevkit/bindings/raw';
import type { Message, MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten } from './rtnetlink-flatten.ts';
import { add, ask, device, drain, exchange, linkMessage, Rig, type Ask } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

/** A message about a link: what it is, which flags changed, and the flags. */
function told(message: Message): string {
  const at = message.offset + NLMSG_HDRLEN;
  const kind = message.type === RTM_NEWLINK ? 'new' : 'del';
  return `${kind} ${ifinfomsg.ifi_change(message.view, at).toString(16)} ${ifinfomsg.ifi_flags(message.view, at).toString(16)}`;
}

describe('notifications of links', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  let monitor: EmbeddedNetlinkSocket;
  let dummy: net_device;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
    add(socket, 'd0', 'dummy');
    dummy = device(rig.init, 'd0');
    monitor = listen(rig);
  });

  const set = (attributes: Fill | undefined, more: Partial<Ask> = {}): string[] => {
    const request = { type: RTM_SETLINK, index: dummy.ifindex, ...more, ...(attributes === undefined ? {} : { attributes }) };
    expect(ask(socket, request)).toBe('ok');
    return drain(monitor).map(told);
  };
  const flags = (value: number, mask: number): string[] => set(undefined, { ifiFlags: value, ifiChange: mask });

  it('tell of a new link once, as it ends up', () => {
    add(socket, 'd1', 'dummy', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
    expect(drain(monitor).map(told)).toEqual(['new ffffffff 100c3']);
  });

  it('tell of up and down by the flag, and of a link that goes while it is up by two messages', () => {
    expect(flags(IFF_UP, IFF_UP)).toEqual(['new 1 100c3']);
    expect(flags(IFF_UP, IFF_UP)).toEqual([]);
    expect(flags(0, IFF_UP)).toEqual(['new 1 82']);
    flags(IFF_UP, IFF_UP);
    ask(socket, { type: RTM_DELLINK, index: dummy.ifindex });
    expect(drain(monitor).map(told)).toEqual(['new 41 82', 'del ffffffff 82']);
  });

  it('tell of one message for a link that goes while it is down', () => {
    ask(socket, { type: RTM_DELLINK, index: dummy.ifindex });
    expect(drain(monitor).map(told)).toEqual(['del ffffffff 82']);
  });

  it.each<[string, Fill, number, number]>([
    ['an MTU', (writer) => { writer.putU32(IFLA_MTU, 1400); }, 1, 1],
    ['the same MTU', (writer) => { writer.putU32(IFLA_MTU, 1500); }, 0, 0],
    ['a queue length', (writer) => { writer.putU32(IFLA_TXQLEN, 7); }, 1, 1],
    ['the same queue length', (writer) => { writer.putU32(IFLA_TXQLEN, 1000); }, 0, 0],
    ['a broadcast address', (writer) => { writer.putBytes(IFLA_BROADCAST, new Uint8Array(6)); }, 1, 1],
    ['a group', (writer) => { writer.putU32(IFLA_GROUP, 4); }, 0, 1],
    ['an alias', (writer) => { writer.putString(IFLA_IFALIAS, 'x'); }, 0, 1],
    ['a link mode', (writer) => { writer.putU8(IFLA_LINKMODE, 1); }, 0, 1],
    ['a size of segments', (writer) => { writer.putU32(IFLA_GSO_MAX_SIZE, 2000); }, 0, 0],
    ['a name', (writer) => { writer.putString(IFLA_IFNAME, 'other'); }, 1, 1],
  ])('tell of %s', (_what, attributes, whenDown, whenUp) => {
    expect(set(attributes)).toHaveLength(whenDown);
    const rest = new Rig();
    rest.rtnetlink.linkOps.register(rest.dummyOps());
    const user = rest.socket();
    add(user, 'd0', 'dummy', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
    const ear = listen(rest);
    expect(ask(user, { type: RTM_SETLINK, index: 2, attributes })).toBe('ok');
    expect(drain(ear).map(told)).toEqual(Array.from({ length: whenUp }, () => 'new 0 100c3'));
  });

  it('tell of flags by their bits, when down too', () => {
    expect(flags(IFF_PROMISC, IFF_PROMISC)).toEqual(['new 100 182']);
    expect(flags(IFF_ALLMULTI, IFF_ALLMULTI)).toEqual(['new 200 382']);
    expect(flags(IFF_MULTICAST, IFF_MULTICAST)).toEqual(['new 1000 1382']);
    expect(flags(0, IFF_NOARP)).toEqual(['new 80 1302']);
    expect(flags(0, IFF_NOARP)).toEqual([]);
  });

  it('tell of a carrier when the kernel is left', () => {
    flags(IFF_UP, IFF_UP);
    expect(set((writer) => { writer.putU8(IFLA_CARRIER, 0); })).toEqual(['new 0 83']);
    expect(dummy.operstate).toBe(2);
    expect(set((writer) => { writer.putU8(IFLA_CARRIER, 1); })).toEqual(['new 0 100c3']);
    expect(dummy.operstate).toBe(6);
    expect(dummy).toMatchObject({ carrier_up_count: 1, carrier_down_count: 1 });
  });

  it('tell of alternative names when up', () => {
    const attributes: Fill = (writer) => {
      writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
        writer.putString(IFLA_ALT_IFNAME, 'spy');
      });
    };
    ask(socket, { type: RTM_NEWLINKPROP, index: dummy.ifindex, attributes });
    expect(drain(monitor)).toEqual([]);
    flags(IFF_UP, IFF_UP);
    const second: Fill = (writer) => {
      writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
        writer.putString(IFLA_ALT_IFNAME, 'another');
      });
    };
    ask(socket, { type: RTM_NEWLINKPROP, index: dummy.ifindex, attributes: second });
    expect(drain(monitor).map(told)).toEqual(['new 0 100c3']);
  });

  it('say which event it was, where listeners want to know', () => {
    rig.chain.call(NETDEV_EVENT.FEAT_CHANGE, dummy);
    rig.chain.call(NETDEV_EVENT.REBOOT, dummy);
    const events = drain(monitor).map((message) => flatten(message).find(([path]) => path === '44')?.[1]);
    expect(events).toEqual(['02000000', '01000000']);
  });

  it('bear no numbers of the asker, unless it asks for an echo', () => {
    add(socket, 'd1', 'dummy', { seq: 77 });
    expect(drain(monitor).map(({ seq, pid }) => [seq, pid])).toEqual([[0, 0]]);
    const { pid } = socket.getsockname();
    const answers = exchange(
      socket,
      linkMessage({
        type: RTM_NEWLINK,
        flags: NLM_F_ACK | NLM_F_ECHO | NLM_F_CREATE,
        seq: 78,
        attributes: (writer) => {
          writer.putString(IFLA_IFNAME, 'd2');
          writer.putNested(18, () => {
            writer.putString(1, 'dummy');
          });
        },
      }),
    );
    expect(answers.map(({ type, seq, pid: to }) => [type, seq, to])).toEqual([
      [RTM_NEWLINK, 78, pid],
      [NLMSG_ERROR, 78, pid],
    ]);
    expect(drain(monitor).map(({ seq, pid: to }) => [seq, to])).toEqual([[78, pid]]);
    const gone = exchange(socket, linkMessage({ type: RTM_DELLINK, flags: NLM_F_ACK | NLM_F_ECHO, seq: 79, index: device(rig.init, 'd2').ifindex }));
    expect(gone.map(({ type, seq }) => [type, seq])).toEqual([
      [RTM_DELLINK, 79],
      [NLMSG_ERROR, 79],
    ]);
    expect(drain(monitor).map(({ type, seq, pid: to }) => [type, seq, to])).toEqual([[RTM_DELLINK, 79, pid]]);
  });

  it('echo to an asker that listens itself comes once', () => {
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
    const answers = exchange(socket, linkMessage({ type: RTM_SETLINK, flags: NLM_F_ACK | NLM_F_ECHO, index: dummy.ifindex, ifiFlags: IFF_UP, ifiChange: IFF_UP }));
    // As on Linux, a change of flags by RTM_SETLINK is told to all alike: only making and deleting echo.
    expect(answers.map(({ type, seq }) => [type, seq === 0])).toEqual([
      [RTM_NEWLINK, true],
      [NLMSG_ERROR, false],
    ]);
  });

  it('tell in IPv6’s own words when it is ready', () => {
    const ear = rig.socket();
    ear.bind();
    ear.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_IFINFO);
    flags(IFF_UP, IFF_UP);
    const [ready, ...more] = drain(ear);
    expect(more).toEqual([]);
    expect(ready?.payload[0]).toBe(AF_INET6);
    expect(new Map(flatten(ready ?? fail())).get('12')?.slice(0, 16)).toBe('0800010000000080');
    set((writer) => { writer.putU32(IFLA_GROUP, 4); });
    expect(drain(ear)).toEqual([]);
  });

  it('reach the asker though another has no room and wants everybody to know', () => {
    const full = listen(rig);
    full.setOption(SOL_SOCKET, SO_RCVBUF, 2304);
    full.setOption(SOL_NETLINK, NETLINK_BROADCAST_ERROR, 1);
    for (let i = 0; i < 3; i++) add(socket, '', 'dummy');
    const before = rig.skbs.live;
    const request = linkMessage({ type: RTM_DELLINK, flags: NLM_F_ACK | NLM_F_ECHO, index: dummy.ifindex });
    expect(exchange(socket, request).map(({ type }) => type)).toEqual([RTM_DELLINK, NLMSG_ERROR]);
    drain(monitor);
    expect(rig.skbs.live).toBeLessThanOrEqual(before);
    full.close();
    expect(rig.skbs.live).toBe(0);
  });

  it('that could not be made are lost with ENOBUFS', () => {
    using fault = rig.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    rig.devices.states.changeFlags(dummy, dummy.flags | IFF_UP);
    expect(fault.hits).toBe(1);
    expect(() => monitor.receive()).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    expect(monitor.receive()).toBeUndefined();
    const deaf = listen(rig);
    deaf.setOption(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
    using second = rig.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    rig.devices.states.changeFlags(dummy, dummy.flags & ~IFF_UP);
    expect(second.hits).toBe(1);
    expect(deaf.receive()).toBeUndefined();
  });
});

function fail(): never {
  throw new Error('no message');
}

function listen(rig: Rig): EmbeddedNetlinkSocket {
  const monitor = rig.socket();
  monitor.bind();
  monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
  return monitor;
}
