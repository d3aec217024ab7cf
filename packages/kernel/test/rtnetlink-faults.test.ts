import {
  IFF_UP,
  IFLA_ALT_IFNAME,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_PROP_LIST,
  NETLINK_ADD_MEMBERSHIP,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_ECHO,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_SETLINK,
  RTNLGRP_LINK,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nlattr_table, rtnl_link_ops } from '@netdevkit/bindings/raw';
import { isKernelError } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten } from './rtnetlink-flatten.ts';
import { add, ask, checkInvariants, device, drain, dump, exchange, get, indexOf, linkMessage, names, outcome, Rig, verdict } from './rtnetlink-rig.ts';

/** Takes everything, and the errors that say that something was lost. */
function exhaust(socket: EmbeddedNetlinkSocket): void {
  for (;;) {
    try {
      if (socket.receive() === undefined) return;
    } catch (error) {
      if (!isKernelError(error, 'ENOBUFS')) throw error;
    }
  }
}

/** Sends a request whose answer may be lost. */
function attempt(socket: EmbeddedNetlinkSocket, request: Uint8Array): void {
  try {
    socket.send(request);
  } catch (error) {
    if (!isKernelError(error, 'ENOBUFS')) throw error;
  }
  exhaust(socket);
}

describe('memory that runs out', () => {
  /** A link's whole life, with somebody listening and a dump. */
  const life: readonly Uint8Array[] = [
    linkMessage({
      type: RTM_NEWLINK,
      flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_ECHO,
      ifiFlags: IFF_UP,
      ifiChange: IFF_UP,
      attributes: (writer) => {
        writer.putString(IFLA_IFNAME, 'life0');
        writer.putNested(IFLA_LINKINFO, () => {
          writer.putString(IFLA_INFO_KIND, 'dummy');
        });
      },
    }),
    linkMessage({
      type: RTM_SETLINK,
      attributes: (writer) => {
        writer.putString(IFLA_IFNAME, 'life0');
        writer.putU32(IFLA_MTU, 1400);
        writer.putString(IFLA_IFALIAS, 'x');
      },
    }),
    linkMessage({
      type: RTM_NEWLINKPROP,
      attributes: (writer) => {
        writer.putString(IFLA_IFNAME, 'life0');
        writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
          writer.putString(IFLA_ALT_IFNAME, 'spy');
        });
      },
    }),
    linkMessage({ type: RTM_SETLINK, index: 2, attributes: (writer) => { writer.putString(IFLA_IFNAME, 'life1'); } }),
    linkMessage({ type: RTM_GETLINK, index: 2 }),
    linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP }),
    linkMessage({ type: RTM_DELLINK, index: 2 }),
  ];

  const run = (rig: Rig, request: readonly Uint8Array[]): void => {
    const socket = rig.socket();
    const monitor = rig.socket();
    monitor.bind();
    monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
    const before = rig.faults.allocations;
    for (const message of request) attempt(socket, message);
    allocations = rig.faults.allocations - before;
    exhaust(monitor);
    socket.close();
    monitor.close();
  };
  let allocations = 0;

  const fresh = (): Rig => {
    const rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    return rig;
  };

  it('fails cleanly at every single allocation of a link’s life', () => {
    run(fresh(), life);
    const count = allocations;
    expect(count).toBeGreaterThan(20);
    for (let nth = 1; nth <= count; nth++) {
      const rig = fresh();
      const before = rig.skbs.live;
      const socket = rig.socket();
      const monitor = rig.socket();
      monitor.bind();
      monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
      const fault = rig.faults.failAllocation({ nth });
      for (const message of life) attempt(socket, message);
      expect(fault.hits, `allocation ${String(nth)}`).toBe(1);
      exhaust(monitor);
      fault[Symbol.dispose]();
      checkInvariants(rig);
      for (const dev of rig.init.devices.filter(({ ifindex }) => ifindex > 1)) ask(socket, { type: RTM_DELLINK, index: dev.ifindex });
      socket.close();
      monitor.close();
      expect(rig.skbs.live, `skbs after allocation ${String(nth)}`).toBe(before);
      expect(names(rig.init)).toEqual(['lo']);
      expect(rig.devices.live).toBe(1);
      expect(rig.netlink.liveDumps).toBe(0);
    }
  });

  it('is what the request is told', () => {
    const rig = fresh();
    const socket = rig.socket();
    using noDevice = rig.faults.failAllocation({ nth: 1, site: 'alloc_netdev' });
    expect(add(socket, 'x', 'dummy')).toBe('ENOMEM');
    using noName = rig.faults.failAllocation({ nth: 1, site: 'name_node' });
    expect(add(socket, 'x', 'dummy')).toBe('ENOMEM');
    using noCounters = rig.faults.failAllocation({ nth: 1, site: 'pcpu_stats' });
    expect(add(socket, 'x', 'dummy')).toBe('ENOMEM');
    using noEntry = rig.faults.failAllocation({ nth: 1, site: 'sysfs' });
    expect(add(socket, 'x', 'dummy')).toBe('ENOMEM');
    expect([noDevice, noName, noCounters, noEntry].map(({ hits }) => hits)).toEqual([1, 1, 1, 1]);
    expect(names(rig.init)).toEqual(['lo']);
    using noKind = rig.faults.failAllocation({ nth: 1, site: 'link_ops' });
    expect(rig.rtnetlink.linkOps.register(rig.nlmonOps())).toBe(-12);
    expect(noKind.hits).toBe(1);
    expect(rig.rtnetlink.linkOps.find('nlmon')).toBeUndefined();
    checkInvariants(rig);
  });

  it('keeps a namespace from being made when its socket cannot be', () => {
    const rig = fresh();
    using noSocket = rig.faults.failAllocation({ nth: 1, site: 'netlink_sock' });
    expect(rig.namespaces.create('x')).toBe(-12);
    expect(noSocket.hits).toBe(1);
    expect(rig.namespaces.byName('x')).toBeUndefined();
  });
});

describe('a driver that refuses', () => {
  /** A kind with every operation, and options of its own: type 1 a number. */
  function optionsOps(rig: Rig, log: string[]): rtnl_link_ops {
    const values = new WeakMap<object, number>();
    const read = (data: nlattr_table | null): number | undefined => {
      if (data?.has(1) !== true) return undefined;
      return new DataView(data.bytes.buffer, data.bytes.byteOffset).getUint32(data.offset(1), true);
    };
    return {
      ...rig.dummyOps(),
      kind: 'options',
      maxtype: 2,
      policy: [undefined, { type: 'NLA_U32', max: 100 }, { type: 'NLA_FLAG' }],
      validate: (_tb, data, extack) => {
        log.push('validate');
        if (read(data) === 13) {
          extack._msg = 'options: thirteen is unlucky';
          extack.bad_attr = (data?.offset(1) ?? 0) - 4;
          return -22;
        }
        return 0;
      },
      newlink: (_net, dev, _tb, data) => {
        log.push('newlink');
        values.set(dev, read(data) ?? 0);
        return rig.devices.register(dev);
      },
      changelink: (dev, _tb, data) => {
        log.push('changelink');
        values.set(dev, read(data) ?? values.get(dev) ?? 0);
        return 0;
      },
      dellink: (dev) => {
        log.push('dellink');
        rig.rtnetlink.queueUnregister(dev);
      },
      get_size: () => 8,
      fill_info: (writer, dev) => {
        writer.putU32(1, values.get(dev) ?? 0);
        return 0;
      },
    };
  }

  const info = (value: number | undefined, more?: (writer: MessageWriter) => void) => (writer: MessageWriter): void => {
    writer.putString(IFLA_IFNAME, 'o');
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(IFLA_INFO_KIND, 'options');
      writer.putNested(IFLA_INFO_DATA, () => {
        if (value !== undefined) writer.putU32(1, value);
        more?.(writer);
      });
    });
  };
  const setUp = (): { rig: Rig; socket: EmbeddedNetlinkSocket; log: string[] } => {
    const rig = new Rig();
    const log: string[] = [];
    expect(rig.rtnetlink.linkOps.register(optionsOps(rig, log))).toBe(0);
    return { rig, socket: rig.socket(), log };
  };
  const create = { type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE };

  it('has its options parsed, checked, set and shown', () => {
    const { rig, socket, log } = setUp();
    expect(ask(socket, { ...create, attributes: info(101) })).toBe('ERANGE: integer out of range');
    expect(log).toEqual([]);
    expect(ask(socket, { ...create, attributes: info(42) })).toBe('ok');
    expect(new Map(flatten(get(socket, 2))).get('18.2')).toBe('080001002a000000');
    expect(ask(socket, { type: RTM_NEWLINK, attributes: info(7) })).toBe('ok');
    expect(new Map(flatten(get(socket, 2))).get('18.2')).toBe('0800010007000000');
    expect(ask(socket, { type: RTM_DELLINK, index: 2 })).toBe('ok');
    expect(log).toEqual(['validate', 'newlink', 'validate', 'changelink', 'dellink']);
    checkInvariants(rig);
  });

  it('says which option it does not like', () => {
    const { socket } = setUp();
    const { errno, extack } = verdict(exchange(socket, linkMessage({ ...create, attributes: info(13) })));
    expect([errno, extack?.message, extack?.offset]).toEqual([22, 'options: thirteen is unlucky', 60]);
  });

  it.each([
    ['validate', 'EPERM', []],
    ['setup', 'EIO', ['validate']],
    ['newlink', 'ENOSPC', ['validate']],
    ['ndo_init', 'ENODEV', ['validate', 'newlink']],
    ['ndo_open', 'ENETDOWN', ['validate', 'newlink', 'dellink']],
  ] as const)('in %s leaves nothing behind', (callback, code, called) => {
    const { rig, socket, log } = setUp();
    using fault = rig.faults.refuse(callback, code);
    const monitor = rig.socket();
    monitor.bind();
    monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
    expect(ask(socket, { ...create, ifiFlags: IFF_UP, ifiChange: IFF_UP, attributes: info(1) })).toBe(code);
    expect(fault.hits).toBe(1);
    expect(log).toEqual(called);
    expect(names(rig.init)).toEqual(['lo']);
    expect(rig.devices.live).toBe(1);
    // Nobody hears of a link that never was.
    expect(drain(monitor)).toEqual([]);
    checkInvariants(rig);
  });

  it('in changelink leaves the link as it was', () => {
    const { rig, socket } = setUp();
    ask(socket, { ...create, attributes: info(42) });
    using fault = rig.faults.refuse('changelink', 'EBUSY');
    const attributes = (writer: MessageWriter): void => {
      info(7)(writer);
      writer.putU32(IFLA_MTU, 900);
    };
    expect(ask(socket, { type: RTM_NEWLINK, attributes })).toBe('EBUSY');
    expect(fault.hits).toBe(1);
    expect(device(rig.init, 'o').mtu).toBe(1500);
    expect(new Map(flatten(get(socket, 2))).get('18.2')).toBe('080001002a000000');
  });

  it('in fill_info cannot be shown, and a dump says so instead of ending early', () => {
    const { rig, socket } = setUp();
    ask(socket, { ...create, attributes: info(42) });
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    add(socket, 'after', 'nlmon');
    using fault = rig.faults.refuse('fill_info', 'EIO');
    expect(outcome(verdict(exchange(socket, linkMessage({ type: RTM_GETLINK, index: 2 }))))).toBe('EMSGSIZE');
    const { links, done } = dump(socket);
    expect(links.map(indexOf)).toEqual([1]);
    expect(outcome(done)).toBe('EMSGSIZE');
    expect(fault.hits).toBeGreaterThan(1);
    fault[Symbol.dispose]();
    expect(dump(socket).links.map(indexOf)).toEqual([1, 2, 3]);
  });

  it('that forgets to register its device is found out', () => {
    const rig = new Rig();
    rig.rtnetlink.linkOps.register({ ...rig.dummyOps(), kind: 'lazy', newlink: () => 0 });
    expect(add(rig.socket(), 'x', 'lazy')).toBe('EIO');
    expect(rig.log.lines().at(-1)?.text).toContain('lazy: newlink left x unregistered');
    expect(rig.devices.live).toBe(1);
    checkInvariants(rig);
  });

  it('that sends requests itself, while it is asked, does not disturb the one at hand', () => {
    const rig = new Rig();
    const inner = rig.socket();
    const nested = (tb: nlattr_table, _data: nlattr_table | null, _extack: netlink_ext_ack): number => {
      const before = tb.offset(IFLA_IFNAME);
      expect(add(inner, 'inner', 'nlmon')).toBe('ok');
      expect(tb.offset(IFLA_IFNAME)).toBe(before);
      return 0;
    };
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register({ ...rig.dummyOps(), kind: 'nosy', validate: nested });
    expect(add(rig.socket(), 'outer', 'nosy')).toBe('ok');
    expect(names(rig.init)).toEqual(['lo', 'inner', 'outer']);
    checkInvariants(rig);
  });
});
