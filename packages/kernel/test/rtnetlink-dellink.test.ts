import { IFF_UP, IFLA_GROUP, IFLA_IFNAME, IFLA_NET_NS_FD, NLM_F_ACK, NLM_F_BULK, RTM_DELLINK } from '@netdevkit/bindings';
import { NETREG, type rtnl_link_ops } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { add, ask, checkInvariants, device, names, Rig } from './rtnetlink-rig.ts';

const inGroup = (group: number) => (writer: MessageWriter): void => {
  writer.putU32(IFLA_GROUP, group);
};

describe('RTM_DELLINK', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
  });

  it('deletes by index or name, and frees the device before it answers', () => {
    add(socket, 'a', 'nlmon');
    add(socket, 'b', 'nlmon', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
    const a = device(rig.init, 'a');
    expect(ask(socket, { type: RTM_DELLINK, index: a.ifindex })).toBe('ok');
    expect(a.reg_state).toBe(NETREG.RELEASED);
    expect(ask(socket, { type: RTM_DELLINK, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'b'); } })).toBe('ok');
    expect(names(rig.init)).toEqual(['lo']);
    expect(rig.devices.live).toBe(1);
    checkInvariants(rig);
  });

  it('says what it cannot delete', () => {
    expect(ask(socket, { type: RTM_DELLINK })).toBe('EINVAL');
    expect(ask(socket, { type: RTM_DELLINK, index: 77 })).toBe('ENODEV');
    expect(ask(socket, { type: RTM_DELLINK, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'nosuch'); } })).toBe('ENODEV');
    expect(ask(socket, { type: RTM_DELLINK, index: 1 })).toBe('EOPNOTSUPP');
    expect(ask(socket, { type: RTM_DELLINK, index: 1, flags: NLM_F_ACK | NLM_F_BULK })).toBe('EOPNOTSUPP: Bulk delete is not supported');
    const elsewhere = (writer: MessageWriter): void => {
      writer.putU32(IFLA_NET_NS_FD, 3);
    };
    expect(ask(socket, { type: RTM_DELLINK, index: 1, attributes: elsewhere })).toBe('EOPNOTSUPP: specified netns attribute not supported');
  });

  it('deletes a whole group, or none of it', () => {
    for (const name of ['a', 'b']) add(socket, name, 'dummy', { attributes: inGroup(7) });
    add(socket, 'c', 'dummy');
    expect(ask(socket, { type: RTM_DELLINK, attributes: inGroup(0) })).toBe('EPERM');
    expect(ask(socket, { type: RTM_DELLINK, attributes: inGroup(8) })).toBe('ENODEV');
    device(rig.init, 'lo').group = 7;
    expect(ask(socket, { type: RTM_DELLINK, attributes: inGroup(7) })).toBe('EOPNOTSUPP');
    expect(names(rig.init)).toEqual(['lo', 'a', 'b', 'c']);
    device(rig.init, 'lo').group = 0;
    expect(ask(socket, { type: RTM_DELLINK, attributes: inGroup(7) })).toBe('ok');
    expect(names(rig.init)).toEqual(['lo', 'c']);
    checkInvariants(rig);
  });

  it('hands a device to its kind, which may take others along', () => {
    const ops: rtnl_link_ops = {
      ...rig.dummyOps(),
      kind: 'pair',
      dellink: (dev) => {
        for (const other of rig.init.devices.filter((candidate) => candidate.rtnl_link_ops === dev.rtnl_link_ops)) {
          rig.rtnetlink.queueUnregister(other);
        }
      },
    };
    rig.rtnetlink.linkOps.register(ops);
    add(socket, 'left', 'pair');
    add(socket, 'right', 'pair');
    expect(ask(socket, { type: RTM_DELLINK, index: device(rig.init, 'left').ifindex })).toBe('ok');
    expect(names(rig.init)).toEqual(['lo']);
    checkInvariants(rig);
  });
});

describe('LinkOps', () => {
  it('has one of each kind, with at most 50 attributes', () => {
    const rig = new Rig();
    const { linkOps } = rig.rtnetlink;
    const ops = rig.nlmonOps();
    expect(linkOps.register({ ...ops, maxtype: 51 })).toBe(-22);
    expect(linkOps.register(ops)).toBe(0);
    expect(linkOps.register({ ...ops })).toBe(-17);
    expect(linkOps.find('nlmon')).toBe(ops);
    linkOps.unregister({ ...ops });
    expect(rig.log.lines().at(-1)?.text).toContain('nlmon is not registered');
    expect(linkOps.find('nlmon')).toBe(ops);
    linkOps.unregister(ops);
    expect(linkOps.find('nlmon')).toBeUndefined();
  });

  it('deletes the links of a kind that goes, in every namespace', () => {
    const rig = new Rig();
    const { linkOps } = rig.rtnetlink;
    const ops = rig.nlmonOps();
    linkOps.register(ops);
    linkOps.register(rig.dummyOps());
    const other = rig.namespace('other');
    for (const namespace of [rig.init, other]) {
      const socket = rig.socket(namespace);
      add(socket, 'a', 'nlmon', { ifiFlags: IFF_UP, ifiChange: IFF_UP });
      add(socket, 'b', 'dummy');
      add(socket, 'c', 'nlmon');
    }
    linkOps.unregister(ops);
    expect(names(rig.init)).toEqual(['lo', 'b']);
    expect(names(other)).toEqual(['lo', 'b']);
    expect(rig.netlink.liveTaps).toBe(0);
    checkInvariants(rig);
  });

  it('does not make links of a kind without a set-up, nor delete them', () => {
    const rig = new Rig();
    rig.rtnetlink.linkOps.register({ ...rig.nlmonOps(), setup: null });
    expect(add(rig.socket(), 'x', 'nlmon')).toBe('EOPNOTSUPP');
  });
});
