import {
  AF_NETLINK,
  AF_PACKET,
  ETH_P_ALL,
  IFLA_IFNAME,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTM_NEWLINK,
  SOCK_RAW,
  SOL_SOCKET,
  SO_PASSCRED,
  SO_RCVTIMEO,
} from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../src/index.ts';
import type { CallerNames } from '../src/net/netlink/embedded-socket.ts';

describe('onWake', () => {
  it('tells a netlink socket\'s listener of messages, at once, and of the end', () => {
    using kernel = new Kernel();
    using receiver = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    using sender = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    receiver.bind({ pid: 7 });
    let told = 0;
    const end = receiver.onWake(() => told++);
    sender.send(Uint8Array.of(1), { to: { pid: 7, groups: 0 } });
    expect(told).toBe(1);
    sender.send(Uint8Array.of(2), { to: { pid: 7, groups: 0 } });
    expect(told).toBe(2);
    receiver.close();
    expect(told).toBe(3);
    end();
  });

  it('is quiet once ended', () => {
    using kernel = new Kernel();
    using receiver = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    receiver.bind({ pid: 7 });
    let told = 0;
    receiver.onWake(() => told++)();
    receiver.overrun();
    expect(told).toBe(0);
    expect(receiver.readable).toBe(true);
  });

  it('tells a packet socket\'s listener of the end', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL);
    let told = 0;
    socket.onWake(() => told++);
    socket.close();
    expect(told).toBe(1);
  });
});

describe('usedBy', () => {
  it('gives a socket the number of the process that uses it first, not of its maker', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK, { credentials: { tgid: 100 } });
    expect(socket.bound).toBe(false);
    socket.usedBy(200);
    socket.bind();
    expect(socket.bound).toBe(true);
    expect(socket.getsockname().pid).toBe(200);
  });

  it('leaves a bound socket as it is', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK, { credentials: { tgid: 100 } });
    socket.bind();
    socket.usedBy(200);
    expect(socket.getsockname().pid).toBe(100);
  });
});

describe('the names of whoever uses a socket', () => {
  /** Asks for `lo` to be moved to the namespace that an attribute names, and gives the answer's errno. */
  function move(kernel: Kernel, attribute: number, value: number, names?: CallerNames): number {
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.usedBy(7, names);
    const name = new TextEncoder().encode('lo\0\0');
    const view = new DataView(new ArrayBuffer(32 + 8 + 8));
    const header = [view.byteLength, RTM_NEWLINK | ((NLM_F_REQUEST | NLM_F_ACK) << 16)];
    header.forEach((word, i) => {
      view.setUint32(i * 4, word, true);
    });
    view.setUint32(32, 7 | (IFLA_IFNAME << 16), true);
    new Uint8Array(view.buffer).set(name, 36);
    view.setUint32(40, 8 | (attribute << 16), true);
    view.setUint32(44, value, true);
    socket.send(new Uint8Array(view.buffer));
    const answer = socket.receive()?.bytes ?? new Uint8Array(20);
    return new DataView(answer.buffer, answer.byteOffset).getInt32(16, true);
  }

  // lo may not leave its namespace: EINVAL says that the other one was found.
  const FOUND = -22;

  it('are what descriptors and processes are looked up by', () => {
    using kernel = new Kernel();
    const other = kernel.createNamespace('other');
    const names: CallerNames = { byDescriptor: (fd) => (fd === 5 ? other : undefined), byProcess: (pid) => (pid === 99 ? other : undefined) };
    expect(move(kernel, IFLA_NET_NS_FD, 5, names)).toBe(FOUND);
    expect(move(kernel, IFLA_NET_NS_FD, 6, names)).toBe(-9);
    expect(move(kernel, IFLA_NET_NS_PID, 99, names)).toBe(FOUND);
    expect(move(kernel, IFLA_NET_NS_PID, 98, names)).toBe(-3);
  });

  it('do not name namespaces that have gone', () => {
    using kernel = new Kernel();
    const other = kernel.createNamespace('other');
    other[Symbol.dispose]();
    expect(move(kernel, IFLA_NET_NS_FD, 5, { byDescriptor: () => other, byProcess: () => other })).toBe(-9);
  });

  it('are the kernel\'s own without them', () => {
    using kernel = new Kernel();
    using descriptor = kernel.createNamespace('other').open();
    expect(move(kernel, IFLA_NET_NS_FD, descriptor.fd)).toBe(FOUND);
    expect(move(kernel, IFLA_NET_NS_FD, descriptor.fd, { byDescriptor: () => undefined, byProcess: () => undefined })).toBe(-9);
  });
});

describe('receiveTimeout', () => {
  it('is what SO_RCVTIMEO says, in milliseconds', () => {
    using kernel = new Kernel();
    const sockets = [kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL)];
    for (const socket of sockets) {
      expect(socket.receiveTimeout).toBe(Infinity);
      const timeval = new BigInt64Array([1n, 500_000n]);
      socket.setsockopt(SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(timeval.buffer));
      expect(socket.receiveTimeout).toBe(1500);
      socket.setsockopt(SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(new BigInt64Array([-1n, 0n]).buffer));
      expect(socket.receiveTimeout).toBe(0);
      socket.close();
    }
  });
});

describe('senderCredentials', () => {
  it('are the sender\'s, and the kernel\'s are zeros', () => {
    using kernel = new Kernel();
    using receiver = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    using sender = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK, { credentials: { uid: 1000, tgid: 55 } });
    receiver.bind({ pid: 7 });
    expect(receiver.senderCredentials).toBeUndefined();
    receiver.setOption(SOL_SOCKET, SO_PASSCRED, 1);
    sender.send(Uint8Array.of(1), { to: { pid: 7, groups: 0 } });
    receiver.receive();
    expect(receiver.senderCredentials).toEqual({ pid: 55, uid: 1000, gid: 1000 });

    using asker = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    asker.setOption(SOL_SOCKET, SO_PASSCRED, 1);
    asker.send(new Uint8Array(new Uint32Array([16, 1 | (NLM_F_ACK << 16), 0, 0]).buffer));
    expect(asker.receive()).toBeDefined();
    expect(asker.senderCredentials).toEqual({ pid: 0, uid: 0, gid: 0 });
  });
});
