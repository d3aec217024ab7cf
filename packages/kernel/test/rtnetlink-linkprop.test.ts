import { IFLA_ALT_IFNAME, IFLA_IFNAME, IFLA_MTU, IFLA_PROP_LIST, NLA_F_NESTED, RTM_DELLINKPROP, RTM_NEWLINK, RTM_NEWLINKPROP } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { add, ask, checkInvariants, device, exchange, linkMessage, Rig, verdict } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

const altnames = (...all: string[]): Fill => (writer) => {
  writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
    for (const name of all) writer.putString(IFLA_ALT_IFNAME, name);
  });
};

describe('RTM_NEWLINKPROP and RTM_DELLINKPROP', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  let dev: net_device;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    socket = rig.socket();
    add(socket, 'nlmon0', 'nlmon');
    add(socket, 'nlmon1', 'nlmon');
    dev = device(rig.init, 'nlmon0');
  });

  const change = (type: number, attributes: Fill, index = dev.ifindex): string => ask(socket, { type, index, attributes });

  it('give and take alternative names', () => {
    expect(change(RTM_NEWLINKPROP, altnames('spy', 'the-netlink-monitor-with-a-long-name'))).toBe('ok');
    expect(dev.altnames).toEqual(['spy', 'the-netlink-monitor-with-a-long-name']);
    checkInvariants(rig);
    expect(change(RTM_DELLINKPROP, altnames('spy'))).toBe('ok');
    expect(dev.altnames).toEqual(['the-netlink-monitor-with-a-long-name']);
    checkInvariants(rig);
  });

  it('find the link by a name, an alternative one too', () => {
    change(RTM_NEWLINKPROP, altnames('spy'));
    const byName: Fill = (writer) => {
      writer.putString(IFLA_IFNAME, 'spy');
      altnames('second')(writer);
    };
    expect(change(RTM_NEWLINKPROP, byName, 0)).toBe('ok');
    expect(dev.altnames).toEqual(['spy', 'second']);
  });

  it('keep the names of links and their other names apart', () => {
    change(RTM_NEWLINKPROP, altnames('spy'));
    expect(change(RTM_NEWLINKPROP, altnames('lo'))).toBe('EEXIST');
    expect(change(RTM_NEWLINKPROP, altnames('nlmon0'))).toBe('EEXIST');
    expect(change(RTM_NEWLINKPROP, altnames('xx', 'xx'))).toBe('EEXIST');
    expect(dev.altnames).toEqual(['spy', 'xx']);
    expect(add(socket, 'spy', 'nlmon')).toBe('EEXIST');
    expect(ask(socket, { type: RTM_NEWLINK, index: 3, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'spy'); } })).toBe('EEXIST');
  });

  it('take any text for a name, none too', () => {
    expect(change(RTM_NEWLINKPROP, altnames('', 'a/b:c d', '..'))).toBe('ok');
    expect(change(RTM_NEWLINKPROP, altnames(''))).toBe('EEXIST');
    expect(dev.altnames).toEqual(['', 'a/b:c d', '..']);
    checkInvariants(rig);
    expect(change(RTM_DELLINKPROP, altnames(''))).toBe('ok');
    expect(dev.altnames).toEqual(['a/b:c d', '..']);
    checkInvariants(rig);
  });

  it('take only what is there, and is this link’s own', () => {
    change(RTM_NEWLINKPROP, altnames('spy'));
    expect(change(RTM_DELLINKPROP, altnames('nosuch'))).toBe('ENOENT');
    expect(change(RTM_DELLINKPROP, altnames('nlmon0'))).toBe('EINVAL');
    expect(change(RTM_DELLINKPROP, altnames('spy'), 3)).toBe('EINVAL');
    expect(dev.altnames).toEqual(['spy']);
  });

  it('are strict', () => {
    expect(change(RTM_NEWLINKPROP, (writer) => { writer.putNested(IFLA_PROP_LIST, () => undefined); })).toBe('EINVAL: NLA_F_NESTED is missing');
    expect(change(RTM_NEWLINKPROP, (writer) => { writer.putBytes(IFLA_MTU, new Uint8Array(8)); })).toBe('EINVAL: invalid attribute length');
    expect(change(RTM_NEWLINKPROP, (writer) => { writer.putU32(500, 1); })).toBe('EINVAL: Unknown attribute type');
    expect(change(RTM_NEWLINKPROP, (writer) => { writer.append(Uint8Array.of(1)); })).toBe('EINVAL: bytes leftover after parsing attributes');
    expect(change(RTM_NEWLINKPROP, altnames('spy'), 0)).toBe('EINVAL');
    expect(change(RTM_NEWLINKPROP, altnames('spy'), 77)).toBe('ENODEV');
    expect(change(RTM_NEWLINKPROP, () => undefined)).toBe('ok');
  });

  it('say which of the names is too long', () => {
    const request = linkMessage({ type: RTM_NEWLINKPROP, index: dev.ifindex, attributes: altnames('ok', 'l'.repeat(128)) });
    const { errno, extack } = verdict(exchange(socket, request));
    expect([errno, extack?.message, extack?.offset]).toEqual([34, 'Attribute failed policy validation', 44]);
    expect(dev.altnames).toEqual(['ok']);
  });

  it('end where no message could show more names', () => {
    let last = 'ok';
    let count = 0;
    for (; last === 'ok' && count < 1000; count++) last = change(RTM_NEWLINKPROP, altnames(`name${String(count)}`));
    expect(last).toBe('EINVAL: effective property list too long');
    expect(dev.altnames).toHaveLength(496);
    checkInvariants(rig);
  });

  it('refuse a name that is no UTF-8', () => {
    const octets: Fill = (writer) => {
      writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
        writer.putBytes(IFLA_ALT_IFNAME, Uint8Array.of(0xc0, 0xaf, 0));
      });
    };
    expect(change(RTM_NEWLINKPROP, octets)).toBe('EINVAL');
    checkInvariants(rig);
  });
});
