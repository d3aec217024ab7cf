import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_USERSOCK, SOCK_RAW } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../src/index.ts';

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
