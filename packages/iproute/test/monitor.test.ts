import {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_LISTEN_ALL_NSID,
  NETNSA_NSID,
  NLM_F_DUMP_INTR,
  RTM_DELLINK,
  RTM_DELNSID,
  RTM_NEWLINK,
  RTM_NEWQDISC,
  RTNLGRP_LINK,
  RTNLGRP_NSID,
  SOL_NETLINK,
  IFLA_IFNAME,
  ifinfomsg,
  rtgenmsg,
} from '@netdevkit/bindings';
import { errno, KernelError } from '@netdevkit/errno';
import { MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { IpRoute, type Monitor, type MonitorOptions } from '../src/index.ts';
import { ack, done, FakeSocket, fromKernel, joined, linkMessage, type Script } from './fake-socket.ts';

function listening(options: MonitorOptions = {}): { socket: FakeSocket; monitor: Monitor } {
  const socket = new FakeSocket();
  return { socket, monitor: new IpRoute(() => socket).monitor(options) };
}

function notification(type: number, fill: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, 0, 0, 0);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

const link = (type: number, name: string): Uint8Array =>
  notification(type, (writer) => {
    writer.reserve(ifinfomsg.SIZE);
    writer.putString(IFLA_IFNAME, name);
  });

describe('Monitor', () => {
  it('joins the groups when it is made', () => {
    const { socket } = listening({ groups: [RTNLGRP_LINK, RTNLGRP_NSID], allNamespaces: true });
    expect(socket.options).toEqual([
      [SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1],
      [SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK],
      [SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_NSID],
    ]);
  });

  it('closes its socket when a group is refused', () => {
    const socket = new FakeSocket();
    socket.refuseOptions = new KernelError('EPERM');
    expect(() => new IpRoute(() => socket).monitor()).toThrow('monitor: listening to group 1 needs CAP_NET_ADMIN (EPERM)');
    expect(() => new IpRoute(() => socket).monitor({ allNamespaces: true })).toThrow('monitor: hearing of other namespaces needs CAP_NET_BROADCAST (EPERM)');
    expect(socket.closed).toBe(true);
  });

  it('tells of links as they come and go', async () => {
    const { socket, monitor } = listening();
    socket.push(joined(link(RTM_NEWLINK, 'a'), link(RTM_NEWLINK, 'b')), link(RTM_DELLINK, 'a'));
    const seen: string[] = [];
    for await (const event of monitor) {
      if (event.type === 'new' || event.type === 'del') seen.push(`${event.type} ${event.link.name}`);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['new a', 'new b', 'del a']);
    expect(socket.closed).toBe(true);
  });

  it('waits for what has not come yet', async () => {
    const { socket, monitor } = listening();
    const next = monitor.next();
    await Promise.resolve();
    socket.push(link(RTM_NEWLINK, 'late'));
    expect(await next).toMatchObject({ done: false, value: { type: 'new', link: { name: 'late' } } });
    monitor.close();
  });

  it('tells of an overrun and goes on', () => {
    const { socket, monitor } = listening();
    socket.push(link(RTM_NEWLINK, 'a'), new KernelError('ENOBUFS'), link(RTM_NEWLINK, 'b'));
    expect([monitor.poll(), monitor.poll(), monitor.poll(), monitor.poll()]).toMatchObject([{ type: 'new' }, { type: 'overrun' }, { type: 'new' }, undefined]);
    expect(socket.closed).toBe(false);
    monitor.close();
  });

  /** A monitor that makes good what was lost, by dumps that a script answers. */
  const resyncing = (dumps: Script): { socket: FakeSocket; monitor: Monitor } => {
    const sockets: FakeSocket[] = [];
    const open = (): FakeSocket => {
      const socket = new FakeSocket(dumps);
      sockets.push(socket);
      return socket;
    };
    const monitor = new IpRoute(open).monitor({ resync: true });
    const [socket] = sockets;
    if (socket === undefined) throw new Error('no socket');
    return { socket, monitor };
  };
  const told = (monitor: Monitor): string[] => {
    const all: string[] = [];
    for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) all.push('link' in event ? `${event.type} ${event.link.name}` : event.type);
    return all;
  };

  it('tells of what there is after an overrun, and not of what was queued before', () => {
    const { socket, monitor } = resyncing(([request]) => [linkMessage(request!, 1), linkMessage(request!, 2), done(request!)]);
    socket.push(link(RTM_NEWLINK, 'a'), new KernelError('ENOBUFS'), link(RTM_NEWLINK, 'eth1'), new KernelError('ENOBUFS'), link(RTM_DELLINK, 'eth1'));
    expect(told(monitor)).toEqual(['new a', 'overrun', 'new eth1', 'new eth2', 'resynced']);
    socket.push(link(RTM_DELLINK, 'eth2'));
    expect(told(monitor)).toEqual(['del eth2']);
    monitor.close();
  });

  it('waits with that while the tables change too fast to be read', async () => {
    let dumps = 0;
    const { socket, monitor } = resyncing(([request]) => [linkMessage(request!, 1), done(request!, 0, dumps++ < 16 ? { flags: NLM_F_DUMP_INTR } : {})]);
    socket.push(new KernelError('ENOBUFS'));
    expect(told(monitor)).toEqual(['overrun']);
    expect(dumps).toBe(8);
    const next = monitor.next();
    await Promise.resolve();
    socket.push(link(RTM_NEWLINK, 'what interrupted'));
    expect(await next).toMatchObject({ value: { type: 'new', link: { name: 'eth1' } } });
    expect(told(monitor)).toEqual(['resynced']);
    monitor.close();
  });

  it('throws when the tables cannot be read', () => {
    const { socket, monitor } = resyncing(([request]) => [ack(request!, errno.EPERM)]);
    socket.push(new KernelError('ENOBUFS'));
    expect(monitor.poll()).toEqual({ type: 'overrun' });
    expect(() => monitor.poll()).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect([socket.closed, monitor.poll()]).toEqual([true, undefined]);
  });

  it('lets others have their turn when there is no end of what was queued', async () => {
    const { socket, monitor } = resyncing(([request]) => [done(request!)]);
    socket.push(new KernelError('ENOBUFS'));
    expect(monitor.poll()).toEqual({ type: 'overrun' });
    socket.push(...Array.from({ length: 5000 }, () => new Uint8Array(0)));
    expect(monitor.poll()).toBeUndefined();
    expect(await monitor.next()).toEqual({ done: false, value: { type: 'resynced' } });
    monitor.close();
  });

  it('throws another failure of the socket, and is closed', async () => {
    const { socket, monitor } = listening();
    socket.push(new KernelError('ENOMEM'));
    await expect(monitor.next()).rejects.toMatchObject({ code: 'ENOMEM' });
    expect(socket.closed).toBe(true);
    expect(await monitor.next()).toEqual({ done: true, value: undefined });
  });

  it('tells of numbers of namespaces, and of where an event comes from', () => {
    const { socket, monitor } = listening();
    const nsid = notification(RTM_DELNSID, (writer) => {
      writer.reserve(rtgenmsg.SIZE);
      writer.putS32(NETNSA_NSID, 3);
    });
    socket.push(nsid, { ...fromKernel(link(RTM_NEWLINK, 'a')), nsid: 5 });
    expect(monitor.poll()).toMatchObject({ type: 'del-nsid', namespace: { nsid: 3 }, nsid: undefined });
    expect(monitor.poll()).toMatchObject({ type: 'new', nsid: 5 });
    monitor.close();
  });

  it('hands on messages of other groups and those that make no sense', () => {
    const { socket, monitor } = listening();
    socket.push(
      notification(RTM_NEWQDISC, (writer) => writer.reserve(12)),
      notification(RTM_NEWLINK, (writer) => writer.reserve(3)),
    );
    expect(monitor.poll()).toMatchObject({ type: 'message', message: { type: RTM_NEWQDISC } });
    expect(monitor.poll()).toMatchObject({ type: 'message', message: { type: RTM_NEWLINK } });
    monitor.close();
  });

  it('does not believe anybody but the kernel, and passes over what is no message', () => {
    const { socket, monitor } = listening();
    socket.push({ ...fromKernel(link(RTM_NEWLINK, 'forged')), from: { pid: 99, groups: 1 } }, new Uint8Array(7), link(RTM_NEWLINK, 'true'));
    expect(monitor.poll()).toMatchObject({ link: { name: 'true' } });
    monitor.close();
  });

  it('ends a pending wait when it is returned from', async () => {
    const { monitor } = listening();
    const next = monitor.next();
    await Promise.resolve();
    expect(await monitor.return()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('ends when its signal is aborted, during a wait or before', async () => {
    const controller = new AbortController();
    const { socket, monitor } = listening({ signal: controller.signal });
    const next = monitor.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(socket.closed).toBe(true);
    const late = listening({ signal: controller.signal });
    expect(late.socket.closed).toBe(true);
    expect(await late.monitor.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with its scope', async () => {
    const socket = new FakeSocket();
    {
      await using _monitor = new IpRoute(() => socket).monitor();
      expect(socket.closed).toBe(false);
    }
    expect(socket.closed).toBe(true);
  });
});
