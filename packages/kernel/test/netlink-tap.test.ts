import {
  ETH_P_ALL,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_AUDIT,
  NETLINK_CONNECTOR,
  NETLINK_CRYPTO,
  NETLINK_FIB_LOOKUP,
  NETLINK_GENERIC,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_NETFILTER,
  NETLINK_NFLOG,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  NETLINK_XFRM,
  NLM_F_ACK,
  NLM_F_REQUEST,
  PACKET_KERNEL,
  PACKET_OUTGOING,
  PACKET_USER,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
  ARPHRD_ETHER,
} from '@netdevkit/bindings';
import { module, type netlink_tap } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import type { PacketSocket } from '../src/net/packet/packet-socket.ts';
import { PROTOCOL, ROOT, Rig, hex, message } from './netlink-rig.ts';

const REQUEST = NLM_F_REQUEST | NLM_F_ACK;

/** What a capture has seen: protocol, type and the first octets. */
function captured(capture: PacketSocket): Array<{ protocol: number; pktType: number; text: string }> {
  const seen: Array<{ protocol: number; pktType: number; text: string }> = [];
  capture.drain((bytes, offset, length, { protocol, pktType }) => {
    seen.push({ protocol, pktType, text: hex(bytes.subarray(offset, offset + length)) });
  });
  return seen;
}

/** A rig with nlmon0 up, and a capture of it. */
function monitored(): { rig: Rig; capture: PacketSocket } {
  const rig = new Rig();
  const { dev } = rig.tapDevice('nlmon0');
  expect(rig.up(dev)).toBe(0);
  const capture = rig.packetSocket(SOCK_RAW, 0);
  capture.bind({ protocol: ETH_P_ALL, ifindex: dev.ifindex });
  return { rig, capture };
}

describe('a tap', () => {
  it('is added once, for a netlink device alone', () => {
    using rig = new Rig();
    const { netlink } = rig.core;
    const { dev, tap } = rig.tapDevice('nlmon0');
    expect(netlink.isTapped()).toBe(false);
    rig.up(dev);
    expect([netlink.isTapped(), netlink.isTapped(rig.init), netlink.liveTaps]).toEqual([true, true, 1]);
    expect(netlink.addTap(tap)).toBe(-errno.EBUSY);
    expect(netlink.addTap({ dev: null, module: null })).toBe(-errno.EINVAL);
    const { dev: ethernet } = rig.tapDevice('eth0');
    ethernet.type = ARPHRD_ETHER;
    expect(netlink.addTap({ dev: ethernet, module: null })).toBe(-errno.EINVAL);
    rig.down(dev);
    expect(netlink.isTapped()).toBe(false);
    expect(netlink.removeTap(tap)).toBe(-errno.ENODEV);
    expect(rig.core.log.lines().at(-1)?.text).toContain('not found');
  });

  it('pins its module', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('nlmon0');
    const mod = new module(rig.core, { name: 'm', authors: [], description: '', license: 'GPL', alias: [], init_module: () => 0, cleanup_module: () => undefined });
    const tap: netlink_tap = { dev, module: mod };
    expect(rig.core.netlink.addTap(tap)).toBe(0);
    expect(mod.refcnt).toBe(1);
    expect(rig.core.netlink.removeTap(tap)).toBe(0);
    expect(mod.refcnt).toBe(0);
    mod.state = 'MODULE_STATE_GOING';
    expect(rig.core.netlink.addTap(tap)).toBe(-errno.ENODEV);
  });

  it('goes with its device when its driver forgets it', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('nlmon0', rig.init, { leaveTap: true });
    rig.up(dev);
    rig.down(dev);
    expect(rig.core.netlink.liveTaps).toBe(1);
    rig.core.unregister_netdev(dev);
    expect(rig.core.netlink.liveTaps).toBe(0);
    expect(rig.core.log.lines().some(({ text }) => text.includes('left a netlink tap behind'))).toBe(true);
  });

  it('fails to be added without memory, and the device does not open', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('nlmon0');
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'netlink_tap' });
    expect(rig.up(dev)).toBe(-errno.ENOMEM);
    expect(fault.hits).toBe(1);
    expect(rig.core.netlink.liveTaps).toBe(0);
    expect(rig.up(dev)).toBe(0);
  });
});

describe('what a tap sees', () => {
  it('is the request, before it is handled, then the answer', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    const order: string[] = [];
    rig.family(() => {
      order.push(`handled after ${String(captured(capture).length)}`);
      return 0;
    });
    rig.socket(PROTOCOL).send(message(20, REQUEST, 9));
    expect(order).toEqual(['handled after 1']);
    expect(captured(capture)).toEqual([{ protocol: PROTOCOL, pktType: PACKET_OUTGOING, text: expect.stringMatching(/^24000000020000/) }]);
  });

  it('reaches the driver with the direction, which captures do not get', () => {
    using rig = new Rig();
    const { dev, seen } = rig.tapDevice('nlmon0');
    rig.up(dev);
    rig.family(() => 0);
    rig.socket(PROTOCOL).send(message(20, REQUEST));
    expect(seen).toEqual([PACKET_KERNEL, PACKET_USER]);
  });

  it('is one packet for a datagram of several requests, and one for each answer', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    rig.family(() => 0);
    const requests = Uint8Array.from([...message(20, REQUEST, 1), ...message(20, REQUEST, 2)]);
    rig.socket(PROTOCOL).send(requests);
    expect(captured(capture).map(({ text }) => text.length / 2)).toEqual([32, 36, 36]);
  });

  it('is every copy of a multicast, and nothing without listeners', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    const kernel = rig.family(() => 0);
    const send = (): number => {
      rig.core.netlink.broadcast(kernel, rig.skb(message(20, 0)), 1, 0);
      return captured(capture).length;
    };
    expect(send()).toBe(0);
    for (let n = 1; n <= 3; n++) {
      const socket = rig.socket(PROTOCOL);
      socket.bind();
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1);
      expect(send()).toBe(n);
    }
  });

  it('includes what users send each other, but not what is refused', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    const [a, b] = [rig.socket(NETLINK_USERSOCK), rig.socket(NETLINK_USERSOCK)];
    b.bind({ pid: 2 });
    b.setOption(SOL_SOCKET, SO_RCVBUF, 0);
    const to = { pid: 2, groups: 0 };
    a.send(Uint8Array.of(1, 2, 3), { to });
    expect(captured(capture)).toEqual([{ protocol: NETLINK_USERSOCK, pktType: PACKET_OUTGOING, text: '010203' }]);
    a.send(Uint8Array.of(1), { to });
    captured(capture);
    for (const refused of [() => a.send(Uint8Array.of(1), { to }), () => a.send(Uint8Array.of(1)), () => a.send(new Uint8Array(0))]) {
      expect(refused).toThrow();
    }
    expect(captured(capture)).toEqual([]);
  });

  it('includes malformed requests, which are not answered', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    rig.family(() => 0);
    const socket = rig.socket(PROTOCOL);
    for (const bytes of [new Uint8Array(8), message(20, REQUEST, 1, new Uint8Array(0), 10), new Uint8Array(1)]) socket.send(bytes);
    expect(captured(capture).map(({ text }) => text.length / 2)).toEqual([8, 16, 1]);
  });

  it('leaves out what was lost', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    const kernel = rig.family(() => 0);
    const socket = rig.socket(PROTOCOL);
    socket.bind({ groups: 1 });
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 1);
    for (let i = 0; i < 10; i++) rig.core.netlink.broadcast(kernel, rig.skb(message(20, 0, i)), 1, 0);
    expect(captured(capture)).toHaveLength(2);
  });

  it('leaves out what the kernel sends itself', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    let inputs = 0;
    const kernel = rig.family(() => 0, {
      input: () => {
        inputs++;
      },
    });
    expect(rig.core.netlink.unicast(kernel, rig.skb(message(20, 0)), 0)).toBe(0);
    expect(inputs).toBe(1);
    expect(captured(capture)).toEqual([]);
  });

  const seen = [
    NETLINK_ROUTE,
    NETLINK_USERSOCK,
    NETLINK_SOCK_DIAG,
    NETLINK_NFLOG,
    NETLINK_XFRM,
    NETLINK_FIB_LOOKUP,
    NETLINK_NETFILTER,
    NETLINK_GENERIC,
  ];
  const secret = [NETLINK_AUDIT, NETLINK_CONNECTOR, NETLINK_KOBJECT_UEVENT, NETLINK_CRYPTO];
  it.each([...seen.map((protocol) => [protocol, 1] as const), ...secret.map((protocol) => [protocol, 0] as const)])(
    'of protocol %i is %i copies',
    (protocol, copies) => {
      const { rig, capture } = monitored();
      using _ = rig;
      expect(rig.core.netlink.replay(rig.init, protocol, Uint8Array.of(1, 2))).toBe(0);
      expect(captured(capture)).toHaveLength(copies);
    },
  );

  it('is that of its namespace', () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    const [here, there] = [rig.tapDevice('nlmon0'), rig.tapDevice('nlmon0', other)];
    rig.up(here.dev);
    rig.up(there.dev);
    rig.family(() => 0);
    rig.family(() => 0, {}, other);
    rig.socket(PROTOCOL, ROOT, other).send(message(20, REQUEST));
    expect([here.seen.length, there.seen.length]).toEqual([0, 2]);
  });

  it('ends with the first tap that fails, the newest being the first', () => {
    using rig = new Rig();
    const order: string[] = [];
    let fails = false;
    const devices = ['nlmon0', 'nlmon1', 'nlmon2'].map((name) =>
      rig.tapDevice(name, rig.init, {
        ops: {
          ndo_start_xmit: (skb) => {
            order.push(name);
            rig.core.consume_skb(skb);
            return fails && name === 'nlmon1' ? -errno.EIO : 0;
          },
        },
      }),
    );
    for (const { dev } of devices) rig.up(dev);
    const show = (): string[] => {
      order.length = 0;
      rig.core.netlink.replay(rig.init, NETLINK_ROUTE, Uint8Array.of(1));
      return [...order];
    };
    expect(show()).toEqual(['nlmon2', 'nlmon1', 'nlmon0']);
    fails = true;
    expect(show()).toEqual(['nlmon2', 'nlmon1']);
  });

  it('is counted as lost when memory is short', () => {
    const { rig, capture } = monitored();
    using _ = rig;
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'skb_clone' });
    expect(rig.core.netlink.replay(rig.init, NETLINK_ROUTE, Uint8Array.of(1))).toBe(0);
    expect([fault.hits, rig.core.netlink.lostTapCopies]).toEqual([1, 1]);
    expect(captured(capture)).toEqual([]);
    using second = rig.core.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    expect(rig.core.netlink.replay(rig.init, NETLINK_ROUTE, Uint8Array.of(1))).toBe(-errno.ENOMEM);
    expect(second.hits).toBe(1);
  });

  it('begins after the request that brings its device up, and ends with the one that brings it down', () => {
    using rig = new Rig();
    const { dev, seen } = rig.tapDevice('nlmon0');
    rig.family((request) => (request.seq === 1 ? rig.up(dev) : rig.down(dev)));
    const socket = rig.socket(PROTOCOL);
    socket.send(message(20, REQUEST, 1));
    expect(seen).toEqual([PACKET_USER]);
    socket.send(message(20, REQUEST, 2));
    expect(seen).toEqual([PACKET_USER, PACKET_KERNEL]);
  });

  it('may close its receiver, or go, while it is shown', () => {
    using rig = new Rig();
    const kernel = rig.family(() => 0);
    const sockets = [1, 2].map(() => {
      const socket = rig.socket(PROTOCOL);
      socket.bind({ groups: 1 });
      return socket;
    });
    const device = rig.tapDevice('nlmon0', rig.init, {
      ops: {
        ndo_start_xmit: (skb) => {
          rig.core.consume_skb(skb);
          for (const socket of sockets) socket.close();
          rig.down(device.dev);
          return 0;
        },
      },
    });
    rig.up(device.dev);
    expect(rig.core.netlink.broadcast(kernel, rig.skb(message(20, 0)), 1, 0)).toBe(0);
    expect(rig.core.netlink.liveTaps).toBe(0);
    expect(rig.core.skbs.live).toBe(0);
  });

  it('is not carried on for ever by a driver that sends netlink messages itself', () => {
    using rig = new Rig();
    rig.family(() => 0);
    const socket = rig.socket(PROTOCOL);
    let sent = 0;
    const { dev } = rig.tapDevice('nlmon0', rig.init, {
      ops: {
        ndo_start_xmit: (skb) => {
          rig.core.consume_skb(skb);
          sent++;
          socket.send(message(20, NLM_F_REQUEST));
          return 0;
        },
      },
    });
    rig.up(dev);
    socket.send(message(20, NLM_F_REQUEST));
    expect(sent).toBe(9);
    expect(rig.core.log.lines().some(({ text }) => text.startsWith('Dead loop'))).toBe(true);
  });
});
