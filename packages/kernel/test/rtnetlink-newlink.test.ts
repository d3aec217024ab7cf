import {
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_ALT_IFNAME,
  IFLA_GROUP,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_PROTINFO,
  IFLA_TXQLEN,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_NEWLINK,
} from '@netdevkit/bindings';
import type { module_image, rtnl_link_ops } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { add, ask, checkInvariants, device, names, Rig } from './rtnetlink-rig.ts';

describe('RTM_NEWLINK', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
  });

  it('names a link after its kind when the request does not', () => {
    expect(add(socket, '', 'nlmon')).toBe('ok');
    expect(add(socket, '', 'nlmon')).toBe('ok');
    expect(add(socket, 'mon%d', 'nlmon')).toBe('ok');
    expect(names(rig.init)).toEqual(['lo', 'nlmon0', 'nlmon1', 'mon0']);
  });

  it.each([
    ['x%dy%d', 'EINVAL'],
    ['a%sb', 'EINVAL'],
    ['.', 'EINVAL'],
    ['..', 'EINVAL'],
    ['a:b', 'EINVAL'],
    ['a/b', 'EINVAL'],
    ['a b', 'EINVAL'],
    ['all', 'EINVAL'],
    ['default', 'EINVAL'],
    ['exactly16chars__', 'ERANGE: Attribute failed policy validation'],
    ['exactly15chars_', 'ok'],
    ['é', 'ok'],
    ['-x', 'ok'],
    ['%d', 'ok'],
    ['lo', 'EEXIST'],
  ])('answers the name %j with %s', (name, expected) => {
    expect(add(socket, name, 'nlmon')).toBe(expected);
    checkInvariants(rig);
    expect(rig.init.devices).toHaveLength(expected === 'ok' ? 2 : 1);
  });

  it('takes an empty name for a name', () => {
    const attributes = (writer: MessageWriter): void => {
      writer.putString(IFLA_IFNAME, '');
    };
    expect(add(socket, '', 'nlmon', { attributes })).toBe('EINVAL');
    checkInvariants(rig);
  });

  it('refuses a name that is no UTF-8', () => {
    const attributes = (writer: MessageWriter): void => {
      writer.putBytes(IFLA_IFNAME, Uint8Array.of(0xff, 0xfe));
    };
    expect(add(socket, '', 'nlmon', { attributes })).toBe('EINVAL');
    checkInvariants(rig);
  });

  it('gives the index that was asked for, once, and goes on with its own', () => {
    expect(add(socket, 'i1', 'nlmon')).toBe('ok');
    expect(add(socket, 'i100', 'nlmon', { index: 100 })).toBe('ok');
    expect(add(socket, 'i3', 'nlmon')).toBe('ok');
    expect(add(socket, 'again', 'nlmon', { index: 100 })).toBe('EEXIST');
    expect(add(socket, 'negative', 'nlmon', { index: -5 })).toBe("EINVAL: ifindex can't be negative");
    expect(rig.init.devices.map(({ ifindex }) => ifindex)).toEqual([1, 2, 3, 100]);
  });

  it('probes like ip: an empty request finds nothing', () => {
    expect(ask(socket, { type: RTM_NEWLINK })).toBe('ENODEV');
  });

  it('says which device it does not know', () => {
    expect(add(socket, 'x0', 'nosuch')).toBe('EOPNOTSUPP: Unknown device type');
    expect(ask(socket, { type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE })).toBe('EOPNOTSUPP: Unknown device type');
    const nameless = (writer: MessageWriter): void => {
      writer.putString(IFLA_IFNAME, 'nosuch');
    };
    expect(ask(socket, { type: RTM_NEWLINK, attributes: nameless })).toBe('ENODEV');
    expect(ask(socket, { type: RTM_NEWLINK, index: 77 })).toBe('ENODEV');
  });

  it('refuses attributes that no new link can have before it asks for the kind', () => {
    for (const type of [IFLA_MAP, IFLA_PROTINFO]) {
      const attributes = (writer: MessageWriter): void => {
        writer.reserveAttribute(type, 32);
      };
      expect(add(socket, 'x', 'nosuch', { attributes })).toBe('EOPNOTSUPP');
    }
  });

  it('lets the kind refuse what it wants', () => {
    const address = (writer: MessageWriter): void => {
      writer.putBytes(IFLA_ADDRESS, new Uint8Array(0));
    };
    expect(add(socket, 'x', 'nlmon', { attributes: address })).toBe('EINVAL');
    expect(names(rig.init)).toEqual(['lo']);
  });

  it.each<[string, (writer: MessageWriter) => void, string]>([
    ['no transmit queue', (writer) => { writer.putU32(IFLA_NUM_TX_QUEUES, 0); }, 'EINVAL: Invalid number of transmit queues'],
    ['too many transmit queues', (writer) => { writer.putU32(IFLA_NUM_TX_QUEUES, 5000); }, 'EINVAL: Invalid number of transmit queues'],
    ['too many receive queues', (writer) => { writer.putU32(IFLA_NUM_RX_QUEUES, 4097); }, 'EINVAL: Invalid number of receive queues'],
    ['an MTU below the least', (writer) => { writer.putU32(IFLA_MTU, 15); }, 'EINVAL: mtu less than device minimum'],
    ['a negative MTU', (writer) => { writer.putU32(IFLA_MTU, 0xffff_ffff); }, 'EINVAL: mtu less than device minimum'],
    ['a long queue', (writer) => { writer.putU32(IFLA_TXQLEN, 32_768); }, 'ERANGE: integer out of range'],
    ['segments that are too great', (writer) => { writer.putU32(IFLA_GSO_MAX_SIZE, 65_537); }, 'EINVAL: too big gso_max_size'],
    ['segments that are too small', (writer) => { writer.putU32(IFLA_GSO_MAX_SIZE, 320); }, 'ERANGE: integer out of range'],
    ['a process that is not there', (writer) => { writer.putU32(IFLA_NET_NS_PID, 999_999); }, 'ESRCH'],
    ['a descriptor that is not there', (writer) => { writer.putU32(IFLA_NET_NS_FD, 99); }, 'EBADF'],
    [
      'two namespaces',
      (writer) => { writer.putU32(IFLA_NET_NS_FD, 99); writer.putU32(IFLA_NET_NS_PID, 1); },
      'EINVAL: multiple netns identifying attributes specified',
    ],
    ['a master that is not there', (writer) => { writer.putU32(IFLA_MASTER, 77); }, 'EINVAL'],
    ['a master that is none', (writer) => { writer.putU32(IFLA_MASTER, 1); }, 'EOPNOTSUPP'],
    [
      'settings of a family that a new link has none of yet',
      (writer) => { writer.putNested(IFLA_AF_SPEC, () => { writer.putNested(2, () => undefined); }); },
      'EAFNOSUPPORT',
    ],
    [
      'settings of a family that nobody knows',
      (writer) => { writer.putNested(IFLA_AF_SPEC, () => { writer.putNested(28, () => undefined); }); },
      'EAFNOSUPPORT',
    ],
  ])('leaves nothing behind when it refuses %s', (_what, attributes, expected) => {
    const before = rig.skbs.live;
    expect(add(socket, 'x', 'nlmon', { attributes })).toBe(expected);
    expect(names(rig.init)).toEqual(['lo']);
    expect(rig.skbs.live).toBe(before);
    checkInvariants(rig);
  });

  it('sets what the request says, and opens the link', () => {
    const attributes = (writer: MessageWriter): void => {
      writer.putU32(IFLA_MTU, 1400);
      writer.putU32(IFLA_TXQLEN, 50);
      writer.putBytes(IFLA_ADDRESS, Uint8Array.of(2, 0, 0, 0, 0, 1));
      writer.putU32(IFLA_NUM_TX_QUEUES, 4);
      writer.putU32(IFLA_NUM_RX_QUEUES, 2);
      writer.putU32(IFLA_GROUP, 5);
      writer.putU32(IFLA_GSO_MAX_SIZE, 1000);
    };
    expect(add(socket, 'd1', 'dummy', { attributes, ifiFlags: IFF_UP, ifiChange: IFF_UP })).toBe('ok');
    const dev = device(rig.init, 'd1');
    expect(dev).toMatchObject({ mtu: 1400, tx_queue_len: 50, num_tx_queues: 4, num_rx_queues: 2, group: 5 });
    expect(dev).toMatchObject({ gso_max_size: 1000, gso_ipv4_max_size: 1000, addr_assign_type: 3, qdisc: 'noqueue' });
    expect([...dev.dev_addr.subarray(0, 6)]).toEqual([2, 0, 0, 0, 0, 1]);
    expect(dev.flags & IFF_UP).toBe(IFF_UP);
  });

  it('answers a link that is there by the flags of the request', () => {
    add(socket, 'd1', 'dummy');
    const same = (flags: number): string =>
      ask(socket, { type: RTM_NEWLINK, flags: NLM_F_ACK | flags, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'd1'); } });
    expect(same(NLM_F_CREATE | NLM_F_EXCL)).toBe('EEXIST');
    expect(same(NLM_F_CREATE | NLM_F_REPLACE)).toBe('EOPNOTSUPP');
    expect(same(NLM_F_CREATE)).toBe('ok');
    expect(same(0)).toBe('ok');
  });

  it('finds a link by an alternative name', () => {
    add(socket, 'd1', 'dummy');
    const dev = device(rig.init, 'd1');
    dev.altnames.push('a-name-that-is-longer-than-others');
    rig.devices.names(rig.init).add('a-name-that-is-longer-than-others', dev);
    const attributes = (writer: MessageWriter): void => {
      writer.putString(IFLA_ALT_IFNAME, 'a-name-that-is-longer-than-others');
      writer.putU32(IFLA_MTU, 900);
    };
    expect(ask(socket, { type: RTM_NEWLINK, attributes })).toBe('ok');
    expect(dev.mtu).toBe(900);
  });

  it('takes a kind without data for a mere word, and data as meant for the kind', () => {
    add(socket, 'nlmon0', 'nlmon');
    const info = (kind: string, data: boolean) => (writer: MessageWriter): void => {
      writer.putString(IFLA_IFNAME, 'nlmon0');
      writer.putNested(IFLA_LINKINFO, () => {
        writer.putString(IFLA_INFO_KIND, kind);
        if (data) writer.putNested(IFLA_INFO_DATA, () => undefined);
      });
    };
    expect(ask(socket, { type: RTM_NEWLINK, attributes: info('dummy', false) })).toBe('ok');
    expect(ask(socket, { type: RTM_NEWLINK, attributes: info('nlmon', false) })).toBe('ok');
    expect(ask(socket, { type: RTM_NEWLINK, attributes: info('nlmon', true) })).toBe('EOPNOTSUPP');
    expect(ask(socket, { type: RTM_NEWLINK, attributes: info('dummy', true) })).toBe('EOPNOTSUPP');
    expect(add(socket, 'nlmon1', 'nlmon', { attributes: (writer) => { writer.putNested(IFLA_INFO_DATA, () => undefined); } })).toBe('ok');
  });

  it('changes every member of a group, and none where there is none', () => {
    const inGroup = (group: number, more?: (writer: MessageWriter) => void) => (writer: MessageWriter): void => {
      writer.putU32(IFLA_GROUP, group);
      more?.(writer);
    };
    for (const name of ['a', 'b']) add(socket, name, 'dummy', { attributes: inGroup(7) });
    add(socket, 'c', 'dummy');
    expect(ask(socket, { type: RTM_NEWLINK, attributes: inGroup(8) })).toBe('ok');
    const setMtu = inGroup(7, (writer) => {
      writer.putU32(IFLA_MTU, 777);
    });
    expect(ask(socket, { type: RTM_NEWLINK, attributes: setMtu })).toBe('ok');
    expect(['a', 'b', 'c'].map((name) => device(rig.init, name).mtu)).toEqual([777, 777, 1500]);
  });

  it('needs a capability', () => {
    expect(add(rig.socket(rig.init, false), 'u0', 'dummy')).toBe('EPERM');
  });
});

describe('a kind that a module brings', () => {
  function image(rig: () => Rig, ops: () => rtnl_link_ops): module_image {
    return {
      name: 'late',
      authors: [],
      description: '',
      license: 'MIT',
      alias: ['rtnl-link-late'],
      init_module: () => rig().rtnetlink.linkOps.register(ops()),
      cleanup_module: () => undefined,
    };
  }

  it('is asked for by its alias, with RTNL released, and then serves', () => {
    let held = true;
    const rig: Rig = new Rig([
      image(
        () => {
          held = rig.rtnl.held;
          return rig;
        },
        () => ({ ...rig.nlmonOps(), kind: 'late' }),
      ),
    ]);
    const socket = rig.socket();
    expect(add(socket, '', 'late')).toBe('ok');
    expect(held).toBe(false);
    expect(names(rig.init)).toEqual(['lo', 'late0']);
    expect(rig.rtnl.held).toBe(false);
  });

  it('gets its own say about the request, too', () => {
    const rig: Rig = new Rig([image(() => rig, () => ({ ...rig.nlmonOps(), kind: 'late' }))]);
    const attributes = (writer: MessageWriter): void => {
      writer.putBytes(IFLA_ADDRESS, new Uint8Array(6));
    };
    expect(add(rig.socket(), '', 'late', { attributes })).toBe('EINVAL');
  });

  it('stays unknown when its module does not bring it', () => {
    const rig: Rig = new Rig([image(() => rig, () => ({ ...rig.nlmonOps(), kind: 'other' }))]);
    expect(add(rig.socket(), '', 'late')).toBe('EOPNOTSUPP: Unknown device type');
    expect(rig.rtnl.held).toBe(false);
  });
});
