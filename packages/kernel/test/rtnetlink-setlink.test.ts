import {
  IF_OPER_DORMANT,
  IF_OPER_UP,
  IFF_ALLMULTI,
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET6_RA_MTU,
  IFLA_INET6_TOKEN,
  IFLA_INET_CONF,
  IFLA_LINKMODE,
  IFLA_MAP,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IFLA_PORT_SELF,
  IFLA_PROTO_DOWN,
  IFLA_PROTO_DOWN_REASON,
  IFLA_PROTO_DOWN_REASON_VALUE,
  IFLA_TXQLEN,
  IFLA_VF_INFO,
  IFLA_VF_MAC,
  IFLA_VF_PORTS,
  IFLA_VFINFO_LIST,
  IFLA_XDP,
  IFLA_XDP_ATTACHED,
  IFLA_XDP_EXPECTED_FD,
  IFLA_XDP_FD,
  IFLA_XDP_FLAGS,
  NETLINK_ADD_MEMBERSHIP,
  RTM_SETLINK,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_LINK,
  SOL_NETLINK,
  XDP_FLAGS_DRV_MODE,
  XDP_FLAGS_REPLACE,
  XDP_FLAGS_SKB_MODE,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten } from './rtnetlink-flatten.ts';
import { add, ask, checkInvariants, device, drain, get, NO_DEVICE_OPS, Rig, type Ask } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

describe('RTM_SETLINK', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  let nlmon: net_device;
  let dummy: net_device;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
    add(socket, 'nlmon0', 'nlmon');
    add(socket, 'dummy0', 'dummy');
    nlmon = device(rig.init, 'nlmon0');
    dummy = device(rig.init, 'dummy0');
  });

  const set = (dev: net_device, attributes: Fill, more: Partial<Ask> = {}): string =>
    ask(socket, { type: RTM_SETLINK, index: dev.ifindex, attributes, ...more });

  it('needs to be told which link', () => {
    expect(ask(socket, { type: RTM_SETLINK })).toBe('EINVAL');
    expect(ask(socket, { type: RTM_SETLINK, index: -1 })).toBe('EINVAL');
    expect(ask(socket, { type: RTM_SETLINK, index: 77 })).toBe('ENODEV');
    expect(ask(socket, { type: RTM_SETLINK, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'nosuch'); } })).toBe('ENODEV');
  });

  it.each<[string, Fill, string]>([
    ['an interface map', (writer) => { writer.reserveAttribute(IFLA_MAP, 32); }, 'EOPNOTSUPP'],
    ['a short interface map', (writer) => { writer.reserveAttribute(IFLA_MAP, 8); }, 'ERANGE: Attribute failed policy validation'],
    ['an address', (writer) => { writer.putBytes(IFLA_ADDRESS, new Uint8Array(6)); }, 'EOPNOTSUPP'],
    ['an MTU below the least', (writer) => { writer.putU32(IFLA_MTU, 15); }, 'EINVAL: mtu less than device minimum'],
    ['a master that is not there', (writer) => { writer.putU32(IFLA_MASTER, 77); }, 'EINVAL'],
    ['a master that is none', (writer) => { writer.putU32(IFLA_MASTER, 1); }, 'EOPNOTSUPP'],
    ['no master', (writer) => { writer.putU32(IFLA_MASTER, 0); }, 'ok'],
    ['a carrier', (writer) => { writer.putU8(IFLA_CARRIER, 0); }, 'EOPNOTSUPP'],
    ['proto down', (writer) => { writer.putU8(IFLA_PROTO_DOWN, 1); }, 'EOPNOTSUPP: Protodown not supported by device'],
    ['a port profile', (writer) => { writer.putNested(IFLA_PORT_SELF, () => undefined); }, 'EOPNOTSUPP'],
    ['port profiles', (writer) => { writer.putNested(IFLA_VF_PORTS, () => undefined); }, 'EOPNOTSUPP'],
    ['no virtual function', (writer) => { writer.putNested(IFLA_VFINFO_LIST, () => undefined); }, 'ok'],
    ['a virtual function', vf(0), 'EOPNOTSUPP'],
    ['a virtual function that no number has', vf(0x7fff_ffff), 'EINVAL'],
    ['XDP off', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: XDP_FLAGS_SKB_MODE }), 'ok'],
    ['an XDP program', xdp({ [IFLA_XDP_FD]: 9 }), 'EBADF'],
    ['XDP in two modes', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: XDP_FLAGS_SKB_MODE | XDP_FLAGS_DRV_MODE }), 'EINVAL'],
    ['XDP flags that nobody knows', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: 0x8000 }), 'EINVAL'],
    ['an XDP program in place of none', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: XDP_FLAGS_REPLACE }), 'EINVAL'],
    ['XDP off in place of nothing', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: XDP_FLAGS_REPLACE, [IFLA_XDP_EXPECTED_FD]: -1 }), 'ok'],
    ['XDP off in place of what is not there', xdp({ [IFLA_XDP_FD]: -1, [IFLA_XDP_FLAGS]: XDP_FLAGS_REPLACE, [IFLA_XDP_EXPECTED_FD]: 9 }), 'EBADF'],
    ['what XDP only shows', (writer) => { writer.putNested(IFLA_XDP, () => { writer.putU8(IFLA_XDP_ATTACHED, 1); }); }, 'EINVAL'],
    ['a family that nobody knows', af(28, () => undefined), 'EAFNOSUPPORT'],
    ['nothing of IPv6', af(10, () => undefined), 'EINVAL'],
    ['an IPv6 mode that is none', af(10, (writer) => { writer.putU8(IFLA_INET6_ADDR_GEN_MODE, 4); }), 'EINVAL'],
    ['an IPv6 mode that needs a secret', af(10, (writer) => { writer.putU8(IFLA_INET6_ADDR_GEN_MODE, 2); }), 'EINVAL'],
    ['an IPv6 MTU', af(10, (writer) => { writer.putU32(IFLA_INET6_RA_MTU, 1400); }), 'EINVAL: IFLA_INET6_RA_MTU can not be set'],
    ['an IPv6 token', af(10, (writer) => { writer.putBytes(IFLA_INET6_TOKEN, new Uint8Array(16)); }), 'EINVAL: ipv6: Device does not do neighbour discovery'],
    ['an IPv4 setting that is none', af(2, conf(34, 1)), 'EINVAL'],
    ['an IPv4 setting', af(2, conf(8, 2)), 'ok'],
    ['a great group number', (writer) => { writer.putU32(IFLA_GROUP, 0x4876_e7ff); }, 'ok'],
  ])('answers %s', (_what, attributes, expected) => {
    expect(set(nlmon, attributes)).toBe(expected);
    checkInvariants(rig);
  });

  it('keeps what was done before the step that fails, and logs it', () => {
    const attributes: Fill = (writer) => {
      writer.putU8(IFLA_CARRIER, 0);
      writer.putU32(IFLA_MTU, 1400);
      writer.putU32(IFLA_TXQLEN, 7);
    };
    expect(set(nlmon, attributes)).toBe('EOPNOTSUPP');
    expect(nlmon).toMatchObject({ mtu: 1400, tx_queue_len: 1000 });
    expect(rig.log.lines().at(-1)?.text).toContain('failed with some changes committed already. Interface nlmon0');
  });

  it('does the steps in the order of Linux, not of the request', () => {
    const attributes: Fill = (writer) => {
      writer.putU32(IFLA_TXQLEN, 7);
      writer.putU32(IFLA_GROUP, 3);
      writer.putU32(IFLA_MTU, 15);
    };
    expect(set(nlmon, attributes)).toBe('EINVAL: mtu less than device minimum');
    expect(nlmon).toMatchObject({ group: 0, tx_queue_len: 1000 });
  });

  it('takes an index with a name for a wish to rename, up or down', () => {
    const rename = (name: string): string => set(nlmon, (writer) => { writer.putString(IFLA_IFNAME, name); });
    expect(rename('spy')).toBe('ok');
    expect(rename('spy')).toBe('ok');
    expect(rename('dummy0')).toBe('EEXIST');
    expect(rename('a/b')).toBe('EINVAL');
    expect(rename('')).toBe('ok');
    ask(socket, { type: RTM_SETLINK, index: nlmon.ifindex, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    expect(rename('up%d')).toBe('ok');
    expect(nlmon.name).toBe('up0');
    checkInvariants(rig);
  });

  it.each(['all', 'default'])('does not rename to %s, where IPv6 keeps other settings, and tells of the attempt', (name) => {
    const rename = (): string => set(nlmon, (writer) => { writer.putString(IFLA_IFNAME, name); });
    const monitor = rig.socket();
    monitor.bind();
    for (const group of [RTNLGRP_LINK, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF]) monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    const told = (): string[] => drain(monitor).map(({ type, payload }) => `${String(type)} ${String(payload[0])}`);
    const [link, gone4, gone6, fresh4, fresh6] = ['16 0', '81 2', '81 10', '80 2', '80 10'];
    expect(rename()).toBe('EINVAL');
    expect(nlmon.name).toBe('nlmon0');
    checkInvariants(rig);
    // As measured: the rename, and all the way back.
    expect(told()).toEqual([link, gone4, gone6, link, gone4, fresh4, fresh6]);

    // Without IPv6 nobody minds, and it stays away.
    expect(set(nlmon, (writer) => { writer.putU32(IFLA_MTU, 100); })).toBe('ok');
    expect(told()).toEqual([link, gone6]);
    expect(rename()).toBe('ok');
    expect(told()).toEqual([link, gone4]);
    expect(set(nlmon, (writer) => { writer.putU32(IFLA_MTU, 3776); })).toBe('ok');
    expect(told()).toEqual([link]);
    expect(set(nlmon, (writer) => { writer.putString(IFLA_IFNAME, 'other'); })).toBe('ok');
    expect(told()).toEqual([link, gone4, fresh4]);
    expect(set(nlmon, (writer) => { writer.putU32(IFLA_MTU, 3777); })).toBe('ok');
    expect(told()).toEqual([link, fresh6]);
  });

  it.each([
    ['02:00:5e:00:53:01', 'ok'],
    ['01:00:5e:00:53:01', 'EADDRNOTAVAIL'],
    ['00:00:00:00:00:00', 'EADDRNOTAVAIL'],
  ])('gives lo the address %s: %s', (text, expected) => {
    const address = Uint8Array.from(text.split(':'), (octet) => Number.parseInt(octet, 16));
    const lo = device(rig.init, 'lo');
    expect(set(lo, (writer) => { writer.putBytes(IFLA_ADDRESS, Uint8Array.of(2, 0, 0, 0, 0, 9)); })).toBe('ok');
    expect(set(lo, (writer) => { writer.putBytes(IFLA_ADDRESS, address); })).toBe(expected);
    expect(lo.dev_addr[5]).toBe(expected === 'ok' ? 1 : 9);
  });

  it('sets, keeps apart and clears an alias', () => {
    const alias = (octets: Uint8Array): string => set(nlmon, (writer) => { writer.putBytes(IFLA_IFALIAS, octets); });
    expect(alias(new TextEncoder().encode('my monitor'))).toBe('ok');
    expect(nlmon.ifalias).toBe('my monitor');
    expect(alias(new Uint8Array(255).fill(0x61))).toBe('ok');
    expect(alias(new Uint8Array(256).fill(0x61))).toBe('ERANGE: Attribute failed policy validation');
    expect(alias(Uint8Array.of(0xff))).toBe('EINVAL');
    expect(nlmon.ifalias).toHaveLength(255);
    expect(alias(new Uint8Array(0))).toBe('ok');
    expect(nlmon.ifalias).toBe('');
  });

  it('sets addresses that the driver accepts', () => {
    const address = (...octets: number[]): string => set(dummy, (writer) => { writer.putBytes(IFLA_ADDRESS, Uint8Array.from(octets)); });
    expect(address(2, 0, 0, 0, 0, 1)).toBe('ok');
    expect([...dummy.dev_addr.subarray(0, 6)]).toEqual([2, 0, 0, 0, 0, 1]);
    expect(address(1, 0, 0, 0, 0, 0)).toBe('EADDRNOTAVAIL');
    expect(address(2, 0, 0)).toBe('EINVAL');
    expect(set(dummy, (writer) => { writer.putBytes(IFLA_BROADCAST, new Uint8Array(6).fill(9)); })).toBe('ok');
    expect([...dummy.broadcast.subarray(0, 7)]).toEqual([9, 9, 9, 9, 9, 9, 0]);
  });

  it('takes a change of no flags for all of them', () => {
    expect(ask(socket, { type: RTM_SETLINK, index: nlmon.ifindex, ifiFlags: IFF_UP })).toBe('ok');
    expect(nlmon.flags & (IFF_UP | IFF_NOARP)).toBe(IFF_UP);
    expect(ask(socket, { type: RTM_SETLINK, index: nlmon.ifindex })).toBe('ok');
    expect(nlmon.flags & IFF_UP).toBe(IFF_UP);
    expect(ask(socket, { type: RTM_SETLINK, index: nlmon.ifindex, ifiFlags: 0, ifiChange: IFF_UP })).toBe('ok');
    expect(nlmon.flags & IFF_UP).toBe(0);
  });

  it('counts promiscuity, the user among others', () => {
    const flags = (value: number): string =>
      ask(socket, { type: RTM_SETLINK, index: nlmon.ifindex, ifiFlags: value, ifiChange: IFF_PROMISC | IFF_ALLMULTI });
    expect(flags(IFF_PROMISC | IFF_ALLMULTI)).toBe('ok');
    rig.devices.states.setPromiscuity(nlmon, 1);
    expect(nlmon).toMatchObject({ promiscuity: 2, allmulti: 1 });
    expect(flags(0)).toBe('ok');
    expect(nlmon).toMatchObject({ promiscuity: 1, allmulti: 0 });
  });

  it('moves the operational state by the steps that user space may take', () => {
    const state = (value: number): string => set(nlmon, (writer) => { writer.putU8(IFLA_OPERSTATE, value); });
    expect(state(IF_OPER_DORMANT)).toBe('ok');
    expect(nlmon.operstate).toBe(IF_OPER_DORMANT);
    expect(state(IF_OPER_UP)).toBe('ok');
    expect(nlmon.operstate).toBe(IF_OPER_UP);
    expect(state(2)).toBe('ok');
    expect(nlmon.operstate).toBe(IF_OPER_UP);
    expect(set(nlmon, (writer) => { writer.putU8(IFLA_LINKMODE, 1); })).toBe('ok');
    expect(nlmon.link_mode).toBe(1);
  });

  it('lets the limits of IPv4 follow the general ones up to 64 KiB', () => {
    const lo = device(rig.init, 'lo');
    const both: Fill = (writer) => {
      writer.putU32(IFLA_GSO_MAX_SIZE, 2000);
      writer.putU32(IFLA_GRO_MAX_SIZE, 3000);
      writer.putU32(IFLA_GSO_MAX_SEGS, 3);
    };
    expect(set(lo, both)).toBe('ok');
    expect(lo).toMatchObject({ gso_max_size: 2000, gso_ipv4_max_size: 2000, gro_max_size: 3000, gro_ipv4_max_size: 3000, gso_max_segs: 3 });
    expect(set(lo, (writer) => { writer.putU32(IFLA_GSO_MAX_SIZE, 100_000); })).toBe('ok');
    expect(lo).toMatchObject({ gso_max_size: 100_000, gso_ipv4_max_size: 2000 });
    const own: Fill = (writer) => {
      writer.putU32(IFLA_GSO_IPV4_MAX_SIZE, 4000);
      writer.putU32(IFLA_GRO_IPV4_MAX_SIZE, 5000);
    };
    expect(set(lo, own)).toBe('ok');
    expect(lo).toMatchObject({ gso_ipv4_max_size: 4000, gro_ipv4_max_size: 5000 });
    expect(set(lo, (writer) => { writer.putU32(IFLA_GRO_MAX_SIZE, 8 * 65_535 + 1); })).toBe('EINVAL: too big gro_max_size');
    expect(set(lo, (writer) => { writer.putU32(IFLA_GSO_MAX_SEGS, 65_536); })).toBe('EINVAL: too big gso_max_segs');
  });

  it('holds a device down for as long as there are reasons', () => {
    const down: boolean[] = [];
    nlmon.netdev_ops = { ...NO_DEVICE_OPS, ndo_change_proto_down: (_dev, wanted) => { down.push(wanted); return 0; } };
    const reason = (value: number): Fill => (writer) => {
      writer.putNested(IFLA_PROTO_DOWN_REASON, () => {
        writer.putU32(IFLA_PROTO_DOWN_REASON_VALUE, value);
      });
    };
    expect(set(nlmon, (writer) => { reason(5)(writer); writer.putU8(IFLA_PROTO_DOWN, 1); })).toBe('ok');
    expect(flatten(get(socket, nlmon.ifindex)).find(([path]) => path.startsWith('55'))?.[1]).toBe('0800020005000000');
    expect(set(nlmon, (writer) => { writer.putU8(IFLA_PROTO_DOWN, 0); })).toBe('EBUSY: Cannot clear protodown, active reasons');
    expect(set(nlmon, (writer) => { writer.putNested(IFLA_PROTO_DOWN_REASON, () => undefined); })).toBe('EINVAL: Invalid protodown reason value');
    expect(set(nlmon, (writer) => { reason(0)(writer); writer.putU8(IFLA_PROTO_DOWN, 0); })).toBe('ok');
    expect(down).toEqual([true, false]);
    expect(nlmon.proto_down).toBe(false);
  });

  it('shows settings of address families where they were set', () => {
    expect(set(nlmon, af(10, (writer) => { writer.putU8(IFLA_INET6_ADDR_GEN_MODE, 1); }))).toBe('ok');
    expect(set(nlmon, af(2, conf(8, 2)))).toBe('ok');
    const shown = new Map(flatten(get(socket, nlmon.ifindex)));
    expect(shown.get('26.10.8')).toBe('01');
    expect(shown.get('26.2.1')?.slice(8 * 7, 8 * 8)).toBe('02000000');
    const untouched = new Map(flatten(get(socket, dummy.ifindex)));
    expect(untouched.get('26.10.8')).toBe('00');
    expect(untouched.get('26.2.1')?.slice(8 * 7, 8 * 8)).toBe('00000000');
  });

  it('takes address families away when the MTU is too small for them, and gives them back', () => {
    const families = (): string[] => flatten(get(socket, nlmon.ifindex)).map(([path]) => path).filter((path) => /^26\.\d+$/.test(path));
    const setMtu = (mtu: number): string => set(nlmon, (writer) => { writer.putU32(IFLA_MTU, mtu); });
    expect(families()).toEqual(['26.2', '26.10']);
    setMtu(1279);
    expect(families()).toEqual(['26.2']);
    setMtu(67);
    expect(families()).toEqual([]);
    setMtu(1280);
    expect(families()).toEqual(['26.2', '26.10']);
  });

  it('says that octets were left over, and does what it understood', () => {
    const attributes: Fill = (writer) => {
      writer.putU32(IFLA_MTU, 1400);
      writer.append(Uint8Array.of(1, 2, 3));
    };
    expect(set(nlmon, attributes)).toBe('ok: bytes leftover after parsing attributes');
    expect(nlmon.mtu).toBe(1400);
  });
});

function vf(number: number): Fill {
  return (writer) => {
    writer.putNested(IFLA_VFINFO_LIST, () => {
      writer.putNested(IFLA_VF_INFO, () => {
        const at = writer.reserveAttribute(IFLA_VF_MAC, 36);
        writer.view.setUint32(at, number, true);
      });
    });
  };
}

function xdp(values: Readonly<Record<number, number>>): Fill {
  return (writer) => {
    writer.putNested(IFLA_XDP, () => {
      for (const [type, value] of Object.entries(values)) writer.putS32(Number(type), value);
    });
  };
}

function af(family: number, fill: Fill): Fill {
  return (writer) => {
    writer.putNested(IFLA_AF_SPEC, () => {
      writer.putNested(family, fill);
    });
  };
}

function conf(number: number, value: number): Fill {
  return (writer) => {
    writer.putNested(IFLA_INET_CONF, () => {
      writer.putU32(number, value);
    });
  };
}
