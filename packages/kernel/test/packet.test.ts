import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ARPHRD_NETLINK,
  ETH_P_ALL,
  ETH_P_IP,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  NETLINK_ROUTE,
  PACKET_ADD_MEMBERSHIP,
  PACKET_AUXDATA,
  PACKET_HOST,
  PACKET_IGNORE_OUTGOING,
  PACKET_MR_ALLMULTI,
  PACKET_MR_MULTICAST,
  PACKET_MR_PROMISC,
  PACKET_ORIGDEV,
  PACKET_MULTICAST,
  PACKET_OUTGOING,
  PACKET_RX_RING,
  PACKET_STATISTICS,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_TYPE,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PacketSocket } from '../src/net/packet/packet-socket.ts';
import { ROOT, Rig, USER } from './netlink-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

/** A rig with nlmon0 up, and a raw socket bound to it. */
function monitored(type: number = SOCK_RAW): { rig: Rig; dev: net_device; seen: number[]; socket: PacketSocket } {
  const rig = new Rig();
  const { dev, seen } = rig.tapDevice('nlmon0');
  rig.up(dev);
  const socket = rig.packetSocket(type, 0);
  socket.bind({ protocol: ETH_P_ALL, ifindex: dev.ifindex });
  return { rig, dev, seen, socket };
}

/** Makes a datagram pass the tap. */
function show(rig: Rig, ...octets: number[]): void {
  rig.core.netlink.replay(rig.init, NETLINK_ROUTE, Uint8Array.from(octets));
}

function packets(socket: PacketSocket): number[][] {
  const seen: number[][] = [];
  socket.drain((bytes, offset, length) => {
    seen.push([...bytes.subarray(offset, offset + length)]);
  });
  return seen;
}

function loopback(rig: Rig): net_device {
  const lo = rig.init.byName('lo');
  if (lo === undefined) throw new Error('no lo');
  rig.up(lo);
  return lo;
}

describe('socket', () => {
  it('needs CAP_NET_RAW, and is raw or not', () => {
    using rig = new Rig();
    const { packets: sockets } = rig.core;
    expect(sockets.socket(rig.init, 1, 0, USER)).toBe(-errno.EPERM);
    expect(typeof sockets.socket(rig.init, SOCK_RAW, 0, { ...USER, netRaw: true })).toBe('object');
    expect(sockets.socket(rig.init, 1, 0, ROOT)).toBe(-errno.ESOCKTNOSUPPORT);
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'packet_sock' });
    expect(sockets.socket(rig.init, SOCK_DGRAM, 0, ROOT)).toBe(-errno.ENOBUFS);
    expect(fault.hits).toBe(1);
    expect(sockets.live).toBe(1);
    expect(sockets.sockets()).toMatchObject([{ protocol: 0, ifindex: 0 }]);
  });

  it('without a protocol sees nothing before it is bound; with one, every device', () => {
    const { rig } = monitored();
    using _ = rig;
    const [none, any] = [rig.packetSocket(SOCK_RAW, 0), rig.packetSocket(SOCK_RAW, ETH_P_ALL)];
    show(rig, 1);
    expect([packets(none), packets(any)]).toEqual([[], [[1]]]);
  });

  it('throws EBADF once it is closed, and goes with its namespace', async () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    const socket = rig.packetSocket(SOCK_RAW, ETH_P_ALL, other);
    const waiting = socket.waitReadable();
    rig.core.destroyNamespace(other);
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF' });
    expect(() => socket.receive()).toThrow(code('EBADF'));
    socket.close();
  });
});

describe('bind', () => {
  it('says what the socket is bound to', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    expect(socket.getsockname()).toEqual({ protocol: ETH_P_ALL, ifindex: dev.ifindex, hatype: ARPHRD_NETLINK, pktType: 0, address: new Uint8Array(0) });
    expect(() => {
      socket.bind({ ifindex: 999 });
    }).toThrow(code('ENODEV'));
    // Protocol 0 keeps the one that the socket has.
    socket.bind();
    expect(socket.getsockname()).toMatchObject({ protocol: ETH_P_ALL, ifindex: 0, hatype: 0 });
    expect(socket.getOption(SOL_SOCKET, SO_TYPE)).toBe(3);
    expect([socket, rig.packetSocket(SOCK_RAW, ETH_P_ALL)].map((one) => one.getOption(SOL_SOCKET, SO_PROTOCOL))).toEqual([0, 0]);
  });

  it('sees its device alone', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    const { dev } = rig.tapDevice('nlmon1');
    rig.up(dev);
    const second = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
    show(rig, 1);
    expect(packets(socket)).toHaveLength(1);
    expect(packets(second)).toHaveLength(2);
    second.bind({ ifindex: dev.ifindex });
    show(rig, 2);
    expect(packets(second)).toEqual([[2]]);
  });

  it('sees devices of its namespace alone', () => {
    const { rig } = monitored();
    using _ = rig;
    const other = rig.packetSocket(SOCK_RAW, ETH_P_ALL, rig.namespace('other'));
    show(rig, 1);
    expect(packets(other)).toEqual([]);
  });

  it('to a device that is down fails the next receive, and works once that is up', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('nlmon0');
    const socket = rig.packetSocket(SOCK_RAW, 0);
    socket.bind({ protocol: ETH_P_ALL, ifindex: dev.ifindex });
    expect(socket.readable).toBe(true);
    expect(() => socket.receive()).toThrow(code('ENETDOWN'));
    expect(socket.receive()).toBeUndefined();
    rig.up(dev);
    show(rig, 1);
    expect(packets(socket)).toEqual([[1]]);
  });

  it('to another protocol than all never sees what is transmitted', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    socket.bind({ protocol: ETH_P_IP, ifindex: dev.ifindex });
    const ip = rig.packetSocket(SOCK_RAW, ETH_P_IP);
    show(rig, 1);
    expect([packets(socket), packets(ip)]).toEqual([[], []]);
    // What is received, it does.
    const incoming = (protocol: number): void => {
      const skb = rig.skb(Uint8Array.of(protocol & 0xff));
      skb.dev = dev;
      skb.protocol = protocol;
      skb.pkt_type = PACKET_HOST;
      rig.core.receive.receive(skb);
    };
    incoming(ETH_P_IP);
    incoming(0x86dd);
    expect([packets(socket), packets(ip)]).toEqual([[[0]], [[0]]]);
  });
});

describe('a device that goes', () => {
  it('down is one ENETDOWN before what is queued; it comes back by itself', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    show(rig, 1);
    rig.down(dev);
    expect(() => socket.receive()).toThrow(code('ENETDOWN'));
    expect(socket.receive()?.bytes).toEqual(Uint8Array.of(1));
    expect(socket.receive()).toBeUndefined();
    rig.up(dev);
    show(rig, 2);
    expect(packets(socket)).toEqual([[2]]);
    expect(socket.getsockname().ifindex).toBe(dev.ifindex);
  });

  it('for good leaves index -1, and no way back', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    show(rig, 1);
    rig.core.unregister_netdev(dev);
    expect(() => socket.drain(() => undefined)).toThrow(code('ENETDOWN'));
    // The packets keep the number that their device had.
    expect(socket.receive()?.from).toMatchObject({ ifindex: dev.ifindex, hatype: ARPHRD_NETLINK });
    expect(socket.getsockname()).toMatchObject({ protocol: ETH_P_ALL, ifindex: -1, hatype: 0 });
    expect(() => socket.send(Uint8Array.of(1))).toThrow(code('ENXIO'));
    expect(rig.core.xmit).toBeDefined();
  });

  it('down changes nothing for sockets of all devices', () => {
    const { rig, dev } = monitored();
    using _ = rig;
    const any = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
    rig.down(dev);
    expect(any.receive()).toBeUndefined();
  });
});

describe('receive', () => {
  it('tells what, from where and when', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    rig.clock.advance(123);
    show(rig, 1, 2, 3);
    expect(socket.receive()).toEqual({
      bytes: Uint8Array.of(1, 2, 3),
      length: 3,
      networkOffset: 0,
      flags: 0,
      from: { protocol: NETLINK_ROUTE, ifindex: dev.ifindex, hatype: 824, pktType: PACKET_OUTGOING, address: new Uint8Array(0) },
      sec: 1_700_000_000,
      nsec: 123,
    });
    expect(socket.receive()).toBeUndefined();
  });

  it('gives raw and datagram sockets the same octets of a device without a header', () => {
    const { rig, socket } = monitored(SOCK_DGRAM);
    using _ = rig;
    show(rig, 1, 2, 3);
    expect(packets(socket)).toEqual([[1, 2, 3]]);
  });

  it('peeks, cuts and refuses odd flags', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    show(rig, 1, 2, 3);
    const buffer = new Uint8Array(2);
    expect(socket.receive({ buffer, flags: MSG_PEEK | MSG_TRUNC })).toMatchObject({ length: 3, flags: MSG_TRUNC });
    expect(() => socket.receive({ flags: MSG_OOB })).toThrow(code('EINVAL'));
    expect(socket.receive({ buffer })?.bytes).toEqual(Uint8Array.of(1, 2));
    expect(socket.receive()).toBeUndefined();
  });

  it('adds auxiliary data when asked to', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    socket.setOption(SOL_PACKET, PACKET_AUXDATA, 1);
    show(rig, 1, 2, 3);
    expect(socket.receive()?.auxdata).toEqual({ status: 1, length: 3, snaplen: 3, mac: 0, net: 0 });
  });

  it('drops what finds the buffer full, and counts until it is read', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 0);
    for (let i = 0; i < 5; i++) show(rig, i);
    // Unlike netlink's, the buffer may overrun by one packet: three of 960 octets in 2304.
    expect([socket.queued, socket.drops]).toEqual([3, 2]);
    expect(socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)).toEqual({ bytes: Uint8Array.of(5, 0, 0, 0, 2, 0, 0, 0), length: 8 });
    expect(socket.statistics()).toEqual({ packets: 0, drops: 0 });
    expect(packets(socket)).toEqual([[0], [1], [2]]);
    show(rig, 9);
    expect(socket.statistics()).toEqual({ packets: 1, drops: 0 });
    expect(socket.drops).toBe(2);
  });

  it('wakes whoever waits', async () => {
    const { rig, socket } = monitored();
    using _ = rig;
    const waiting = socket.waitReadable();
    show(rig, 1);
    await waiting;
    expect(socket.receive()).toBeDefined();
  });
});

describe('drain', () => {
  it('hands every packet over with one record, and takes no more than were there', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    for (let i = 1; i <= 3; i++) show(rig, i, i);
    const infos = new Set<object>();
    const seen: unknown[] = [];
    const count = socket.drain((bytes, offset, length, info) => {
      infos.add(info);
      seen.push({ first: bytes[offset], length, ...info });
      // What comes meanwhile waits for the next call.
      show(rig, 99);
    });
    expect(count).toBe(3);
    expect(infos.size).toBe(1);
    const info = { length: 2, protocol: 0, pktType: 4, ifindex: dev.ifindex, hatype: 824, origLength: 2, sec: 1_700_000_000, nsec: 0 };
    expect(seen).toEqual([1, 2, 3].map((first) => ({ first, ...info })));
    expect(socket.drain(() => undefined)).toBe(3);
    expect(socket.drain(() => undefined)).toBe(0);
  });

  it('settles the packet of a handler that throws, and keeps the rest', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    show(rig, 1);
    show(rig, 2);
    expect(() =>
      socket.drain(() => {
        throw new Error('full');
      }),
    ).toThrow('full');
    expect(packets(socket)).toEqual([[2]]);
  });

  it('ends when its handler reads or closes the socket', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    show(rig, 1);
    show(rig, 2);
    expect(
      socket.drain(() => {
        socket.receive();
      }),
    ).toBe(1);
    show(rig, 3);
    show(rig, 4);
    expect(
      socket.drain(() => {
        socket.close();
      }),
    ).toBe(1);
  });
});

describe('options', () => {
  it.each([PACKET_AUXDATA, PACKET_ORIGDEV, PACKET_IGNORE_OUTGOING])('switch %i reads back', (option) => {
    using rig = new Rig();
    const socket = rig.packetSocket(SOCK_RAW, 0);
    expect(socket.getOption(SOL_PACKET, option)).toBe(0);
    socket.setOption(SOL_PACKET, option, 1);
    expect(socket.getOption(SOL_PACKET, option)).toBe(1);
    expect(() => {
      socket.setsockopt(SOL_PACKET, option, new Uint8Array(3));
    }).toThrow(code('EINVAL'));
  });

  it('that need rings do not exist', () => {
    using rig = new Rig();
    const socket = rig.packetSocket(SOCK_RAW, 0);
    expect(() => {
      socket.setsockopt(SOL_PACKET, PACKET_RX_RING, new Uint8Array(28));
    }).toThrow(code('ENOPROTOOPT'));
    expect(() => socket.getOption(SOL_PACKET, PACKET_RX_RING)).toThrow(code('ENOPROTOOPT'));
    expect(() => socket.getOption(5, 1)).toThrow(code('ENOPROTOOPT'));
  });

  it('ignore what goes out', () => {
    const { rig, socket } = monitored();
    using _ = rig;
    socket.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    expect(() => {
      socket.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, 2);
    }).toThrow(code('EINVAL'));
    show(rig, 1);
    expect(packets(socket)).toEqual([]);
    socket.setOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, 0);
    show(rig, 1);
    expect(packets(socket)).toEqual([[1]]);
  });
});

describe('memberships', () => {
  it('count promiscuity, as long as the socket lives', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    const promisc = { ifindex: dev.ifindex, type: PACKET_MR_PROMISC };
    socket.addMembership(promisc);
    socket.addMembership(promisc);
    socket.addMembership({ ifindex: dev.ifindex, type: PACKET_MR_ALLMULTI });
    expect([dev.promiscuity, dev.allmulti]).toEqual([1, 1]);
    socket.dropMembership(promisc);
    expect(dev.promiscuity).toBe(1);
    socket.dropMembership(promisc);
    expect(dev.promiscuity).toBe(0);
    socket.dropMembership(promisc);
    socket.addMembership(promisc);
    const other = rig.packetSocket(SOCK_RAW, 0);
    other.addMembership(promisc);
    expect(dev.promiscuity).toBe(2);
    socket.close();
    expect([dev.promiscuity, dev.allmulti]).toEqual([1, 0]);
    other.close();
    expect(dev.promiscuity).toBe(0);
  });

  it('check device and address', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    expect(() => {
      socket.addMembership({ ifindex: 999, type: PACKET_MR_PROMISC });
    }).toThrow(code('ENODEV'));
    expect(() => {
      socket.addMembership({ ifindex: dev.ifindex, type: PACKET_MR_PROMISC, address: new Uint8Array(6) });
    }).toThrow(code('EINVAL'));
    const lo = loopback(rig);
    socket.addMembership({ ifindex: lo.ifindex, type: PACKET_MR_MULTICAST, address: new Uint8Array(6) });
    expect(() => {
      socket.addMembership({ ifindex: lo.ifindex, type: PACKET_MR_MULTICAST, address: new Uint8Array(4) });
    }).toThrow(code('EINVAL'));
  });

  it('come as octets too', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    const mreq = new Uint8Array(16);
    const view = new DataView(mreq.buffer);
    view.setInt32(0, dev.ifindex, true);
    view.setUint16(4, PACKET_MR_PROMISC, true);
    socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, mreq);
    expect(dev.promiscuity).toBe(1);
    view.setUint16(6, 6, true);
    const add = (bytes: Uint8Array) => () => {
      socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, bytes);
    };
    expect(add(mreq)).toThrow(code('EINVAL'));
    expect(add(mreq.subarray(0, 15))).toThrow(code('EINVAL'));
    view.setUint16(6, 32, true);
    expect(add(mreq)).toThrow(code('EINVAL'));
  });

  it('go with their device', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    socket.addMembership({ ifindex: dev.ifindex, type: PACKET_MR_PROMISC });
    rig.core.unregister_netdev(dev);
    expect(dev.promiscuity).toBe(0);
    socket.close();
    expect(dev.promiscuity).toBe(0);
  });
});

describe('send', () => {
  it('injects into a device, with the protocol that was asked for, and does not see it itself', () => {
    const { rig, dev, seen, socket } = monitored();
    using _ = rig;
    const other = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
    expect(socket.send(Uint8Array.of(1, 2), { to: { ifindex: dev.ifindex, protocol: 0x1234 } })).toBe(2);
    expect(seen).toHaveLength(1);
    expect(packets(socket)).toEqual([]);
    expect(other.receive()).toMatchObject({ length: 2, from: { protocol: 0x1234, pktType: PACKET_OUTGOING } });
    // A raw packet of "all protocols" has the one that its header says: none here.
    socket.send(Uint8Array.of(3));
    expect(other.receive()?.from.protocol).toBe(0);
  });

  it('obeys state and MTU of the device', () => {
    const { rig, dev, socket } = monitored();
    using _ = rig;
    expect(() => socket.send(new Uint8Array(0))).toThrow(code('EINVAL'));
    expect(socket.send(new Uint8Array(dev.mtu))).toBe(dev.mtu);
    for (const more of [1, 4, 5]) expect(() => socket.send(new Uint8Array(dev.mtu + more))).toThrow(code('EMSGSIZE'));
    expect(() => rig.packetSocket(SOCK_RAW, 0).send(Uint8Array.of(1))).toThrow(code('ENXIO'));
    expect(() => socket.send(Uint8Array.of(1), { to: { ifindex: 999, protocol: 1 } })).toThrow(code('ENXIO'));
    rig.down(dev);
    expect(() => socket.send(Uint8Array.of(1))).toThrow(code('ENETDOWN'));
    rig.up(dev);
    // The error that is pending from going down comes first.
    expect(() => socket.send(Uint8Array.of(1))).toThrow(code('ENETDOWN'));
    expect(socket.send(Uint8Array.of(1))).toBe(1);
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    expect(() => socket.send(Uint8Array.of(1))).toThrow(code('ENOBUFS'));
    expect(fault.hits).toBe(1);
  });

  it('says when the device did not take it', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('nlmon0', rig.init, {
      ops: {
        ndo_start_xmit: (skb) => {
          rig.core.consume_skb(skb);
          return -errno.EIO;
        },
      },
    });
    rig.up(dev);
    const socket = rig.packetSocket(SOCK_RAW, 0);
    socket.bind({ ifindex: dev.ifindex, protocol: ETH_P_ALL });
    expect(() => socket.send(Uint8Array.of(1))).toThrow(code('EIO'));
  });

  it('through lo comes back to others, as a packet that goes out and one that comes in', () => {
    using rig = new Rig();
    const lo = loopback(rig);
    const [raw, cooked] = [rig.packetSocket(SOCK_RAW, ETH_P_ALL), rig.packetSocket(SOCK_DGRAM, ETH_P_IP)];
    const sender = rig.packetSocket(SOCK_DGRAM, 0);
    expect(sender.send(Uint8Array.of(7, 8), { to: { ifindex: lo.ifindex, protocol: ETH_P_IP, address: Uint8Array.of(1, 2, 3, 4, 5, 6) } })).toBe(2);
    const frame = Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 8, 0, 7, 8);
    const from = { protocol: ETH_P_IP, ifindex: 1, hatype: ARPHRD_LOOPBACK, address: new Uint8Array(6) };
    expect(raw.receive()).toMatchObject({ bytes: frame, from: { ...from, pktType: PACKET_OUTGOING } });
    // The address is a group's.
    expect(raw.receive()).toMatchObject({ bytes: frame, from: { ...from, pktType: PACKET_MULTICAST } });
    expect(raw.receive()).toBeUndefined();
    expect(cooked.receive()).toMatchObject({ bytes: Uint8Array.of(7, 8), from: { ...from, pktType: PACKET_MULTICAST } });
  });

  it('needs a whole header on Ethernet, and takes a VLAN tag beyond the MTU', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('eth0');
    rig.up(dev);
    dev.type = ARPHRD_ETHER;
    dev.hard_header_len = 14;
    dev.addr_len = 6;
    dev.mtu = 100;
    dev.dev_addr.set([2, 0, 0, 0, 0, 9]);
    const [raw, cooked, other] = [rig.packetSocket(SOCK_RAW, 0), rig.packetSocket(SOCK_DGRAM, 0), rig.packetSocket(SOCK_RAW, ETH_P_ALL)];
    const to = { ifindex: dev.ifindex, protocol: 0 };
    expect(() => raw.send(new Uint8Array(13), { to })).toThrow(code('EINVAL'));
    expect(raw.send(new Uint8Array(14), { to })).toBe(14);
    expect(raw.send(new Uint8Array(114), { to })).toBe(114);
    expect(() => raw.send(new Uint8Array(115), { to })).toThrow(code('EMSGSIZE'));
    const tagged = new Uint8Array(118);
    tagged.set([0x81, 0x00], 12);
    expect(raw.send(tagged, { to })).toBe(118);
    packets(other);
    raw.send(Uint8Array.of(...new Array<number>(12).fill(1), 0x12, 0x34, 5), { to });
    expect(other.receive()?.from).toMatchObject({ protocol: 0x1234, address: Uint8Array.of(1, 1, 1, 1, 1, 1) });
    expect(() => cooked.send(Uint8Array.of(1), { to: { ...to, address: new Uint8Array(5) } })).toThrow(code('EINVAL'));
    cooked.send(Uint8Array.of(1), { to: { ...to, protocol: ETH_P_IP, address: Uint8Array.of(9, 9, 9, 9, 9, 9) } });
    expect(other.receive()?.bytes).toEqual(Uint8Array.of(9, 9, 9, 9, 9, 9, 2, 0, 0, 0, 0, 9, 8, 0, 1));
    // Without a receiver's address, the header cannot be made unless the device needs none.
    cooked.send(Uint8Array.of(1), { to: { ...to, protocol: ETH_P_IP } });
    dev.flags &= ~0x80;
    expect(() => cooked.send(Uint8Array.of(1), { to: { ...to, protocol: ETH_P_IP } })).toThrow(code('EINVAL'));
  });

  it('of any octets to any device never throws anything undeclared', () => {
    const { rig, dev } = monitored();
    using _ = rig;
    loopback(rig);
    const bytes = fc.uint8Array({ maxLength: 200 });
    const target = fc.record({ ifindex: fc.constantFrom(0, 1, dev.ifindex, 77), protocol: fc.nat(0xffff) });
    fc.assert(
      fc.property(bytes, target, fc.constantFrom(SOCK_RAW, SOCK_DGRAM), (packet, to, type) => {
        using sender = rig.packetSocket(type, 0);
        using listener = rig.packetSocket(type, ETH_P_ALL);
        try {
          sender.send(packet, { to });
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(ENXIO|EINVAL|EMSGSIZE)$/) });
        }
        listener.drain((slab, offset, length) => {
          expect(offset + length).toBeLessThanOrEqual(slab.length);
        });
      }),
      { numRuns: 2000 },
    );
    expect(rig.core.packets.live).toBe(1);
  });
});
