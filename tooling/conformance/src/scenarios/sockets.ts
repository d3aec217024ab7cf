import {
  MSG_PEEK,
  MSG_TRUNC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_BROADCAST_ERROR,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_GET_STRICT_CHK,
  NETLINK_LISTEN_ALL_NSID,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_NO_ENOBUFS,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  RTM_GETLINK,
  RTM_GETSTATS,
  RTM_SETLINK,
  IFLA_MTU,
  RTNLGRP_LINK,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_DOMAIN,
  SO_ERROR,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
} from '@netdevkit/bindings';
import { u32 } from '../attributes.ts';
import { ACK, link, stats } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { LO, PLAIN, up } from './common.ts';

const PROTOCOLS = { NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_GENERIC, NETLINK_SOCK_DIAG };
const SWITCHES = { NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS, NETLINK_LISTEN_ALL_NSID, NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK };

async function get(scene: Scene, { socket, label }: Port, level: number, option: number, name: string): Promise<void> {
  await scene.step(`${label}: get ${name}`, () => socket.getOption(level, option));
}

async function set(scene: Scene, { socket, label }: Port, level: number, option: number, value: number, name: string): Promise<void> {
  await scene.step(`${label}: set ${name} to ${String(value)}`, () => {
    socket.setOption(level, option, value);
    return undefined;
  });
}

async function memberships(scene: Scene, { socket, label }: Port): Promise<void> {
  await scene.step(`${label}: memberships`, () => [...socket.getMemberships()]);
}

async function own(scene: Scene, { socket, label }: Port): Promise<void> {
  await scene.step(`${label}: whether it has a port, and its groups`, () => {
    const { pid, groups } = socket.getsockname();
    return [pid !== 0, groups];
  });
}

/** A member of a group whose buffer a sender overruns. */
async function overrun(scene: Scene, options: readonly number[]): Promise<Port> {
  const member = scene.open('member', { protocol: NETLINK_USERSOCK, on: options, held: true });
  const sender = scene.open('sender', { protocol: NETLINK_USERSOCK });
  await set(scene, member, SOL_SOCKET, SO_RCVBUF, 4608, 'SO_RCVBUF');
  await scene.bind(member, 'join a group', { groups: 1 });
  for (let sent = 0; sent < 12; sent++) await scene.send(sender, `send ${String(sent)}`, new Uint8Array(900).fill(sent), { pid: 0, groups: 1 });
  return member;
}

/** Netlink sockets as such. */
export const sockets: readonly Scenario[] = [
  ...Object.entries(PROTOCOLS).map(([name, protocol]): Scenario => ({
    name: `socket: options of ${name}`,
    async play(scene) {
      const port = scene.open('socket', { protocol });
      for (const [option, number] of Object.entries({ SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_RCVBUF, SO_SNDBUF })) await get(scene, port, SOL_SOCKET, number, option);
      for (const [option, number] of Object.entries(SWITCHES)) {
        await get(scene, port, SOL_NETLINK, number, option);
        await set(scene, port, SOL_NETLINK, number, 7, option);
        await get(scene, port, SOL_NETLINK, number, option);
        await set(scene, port, SOL_NETLINK, number, 0, option);
        await get(scene, port, SOL_NETLINK, number, option);
      }
      for (const number of [0, 6, 7, NETLINK_LIST_MEMBERSHIPS, 13, 14, -1]) {
        await get(scene, port, SOL_NETLINK, number, String(number));
        await set(scene, port, SOL_NETLINK, number, 1, String(number));
      }
      for (const size of [0, 1, 1000, 2304, 5000, 100_000]) {
        await set(scene, port, SOL_SOCKET, SO_RCVBUF, size, 'SO_RCVBUF');
        await get(scene, port, SOL_SOCKET, SO_RCVBUF, 'SO_RCVBUF');
        await set(scene, port, SOL_SOCKET, SO_SNDBUF, size, 'SO_SNDBUF');
        await get(scene, port, SOL_SOCKET, SO_SNDBUF, 'SO_SNDBUF');
      }
    },
  })),
  ...Object.entries(PROTOCOLS).map(([name, protocol]): Scenario => ({
    name: `socket: groups of ${name}`,
    async play(scene) {
      const port = scene.open('socket', { protocol });
      for (const group of [1, 2, 31, 32, 33, 36, 0, -1, 1000]) {
        await set(scene, port, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group, 'ADD_MEMBERSHIP');
        await memberships(scene, port);
      }
      for (const group of [2, 2, 31, 36, 0, 1000]) {
        await set(scene, port, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group, 'DROP_MEMBERSHIP');
        await memberships(scene, port);
      }
      await own(scene, port);
      for (const groups of [0x8000_0001, 0, 0xffff_ffff]) {
        await scene.bind(port, `bind to groups ${groups.toString(16)}`, { pid: 0, groups });
        await memberships(scene, port);
        await own(scene, port);
      }
    },
  })),
  {
    name: 'socket: ports',
    async play(scene) {
      const first = scene.open('first', { protocol: NETLINK_USERSOCK });
      const second = scene.open('second', { protocol: NETLINK_USERSOCK });
      const third = scene.open('third', { protocol: NETLINK_USERSOCK });
      await own(scene, first);
      await scene.bind(first, 'let the kernel choose', {});
      await own(scene, first);
      await scene.bind(first, 'again', {});
      await scene.bind(first, 'to another', { pid: 77 });
      await scene.bind(second, 'to one of its own', { pid: 77 });
      await scene.bind(third, 'to the same', { pid: 77 });
      await scene.bind(third, 'to the last', { pid: 0xffff_ffff });
      await scene.bind(second, 'to its own again, and a group', { pid: 77, groups: 5 });
      await own(scene, second);
      await scene.step('connect to the second', () => {
        third.socket.connect({ pid: 77 });
        return undefined;
      });
      await scene.send(third, 'send to the peer', Uint8Array.of(1, 2, 3));
      await scene.send(third, 'send to nobody', Uint8Array.of(4), { pid: 12_345, groups: 0 });
      await scene.send(first, 'send to one that is connected elsewhere', Uint8Array.of(5), { pid: 0xffff_ffff, groups: 0 });
      await scene.send(second, 'send to one that is connected here', Uint8Array.of(6), { pid: 0xffff_ffff, groups: 0 });
      await scene.send(second, 'send to itself', Uint8Array.of(7), { pid: 77, groups: 0 });
      await scene.send(second, 'send nothing', new Uint8Array(0), { pid: 77, groups: 0 });
      await scene.send(second, 'send to the kernel, which there is not', Uint8Array.of(8));
      await scene.step('close the second', () => {
        second.socket.close();
        return undefined;
      });
      await scene.send(third, 'send to the peer that was', Uint8Array.of(9));
    },
  },
  {
    name: 'socket: the first port is the process, in each protocol',
    async play(scene) {
      const route = scene.open('route');
      const generic = scene.open('generic', { protocol: NETLINK_GENERIC });
      for (const port of [route, generic]) await scene.bind(port, `bind ${port.label}`, {});
      await scene.step('are they the same', () => route.socket.getsockname().pid === generic.socket.getsockname().pid);
      const other = scene.open('other');
      await scene.bind(other, 'bind another', {});
      await scene.step('is it negative', () => other.socket.getsockname().pid > 0x8000_0000);
    },
  },
  {
    name: 'socket: what groups hear',
    async play(scene) {
      const sender = scene.open('sender', { protocol: NETLINK_USERSOCK });
      const members = [1, 2, 3, 32].map((group) => scene.open(`member ${String(group)}`, { protocol: NETLINK_USERSOCK, groups: [group], on: [NETLINK_PKTINFO] }));
      await scene.bind(sender, 'bind', { pid: 5, groups: 4 });
      await scene.send(sender, 'to group 3', Uint8Array.of(1, 2, 3, 4), { pid: 0, groups: 4 });
      await scene.send(sender, 'to groups 1, 2 and 3', Uint8Array.of(5), { pid: 0, groups: 7 });
      await scene.send(sender, 'to groups 2 and 32', Uint8Array.of(6), { pid: 0, groups: 0x8000_0002 });
      await scene.send(sender, 'to group 32', Uint8Array.of(7), { pid: 0, groups: 0x8000_0000 });
      await scene.send(sender, 'to a group and itself', Uint8Array.of(8), { pid: 5, groups: 1 });
      await scene.send(sender, 'to a group that nobody is in', Uint8Array.of(9), { pid: 0, groups: 16 });
      const [first] = members;
      if (first !== undefined) await set(scene, first, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 1, 'DROP_MEMBERSHIP');
      await scene.send(sender, 'to the group that was left', Uint8Array.of(10), { pid: 0, groups: 1 });
    },
  },
  {
    name: 'socket: peeking and cutting',
    async play(scene) {
      const from = scene.open('from', { protocol: NETLINK_USERSOCK });
      const to = scene.open('to', { protocol: NETLINK_USERSOCK, held: true });
      await scene.bind(to, 'bind', { pid: 9 });
      await scene.take(to, 'take what is not there', 10);
      for (const size of [4, 10, 100, 5000]) await scene.send(from, `send ${String(size)}`, new Uint8Array(size).fill(size), { pid: 9, groups: 0 });
      await scene.take(to, 'peek at 2', 2, MSG_PEEK);
      await scene.take(to, 'peek at nothing, for the length', 0, MSG_PEEK | MSG_TRUNC);
      await scene.take(to, 'take 2', 2);
      await scene.take(to, 'take 20', 20);
      await scene.take(to, 'peek at all', 1000, MSG_PEEK);
      await scene.take(to, 'take nothing', 0);
      await scene.take(to, 'take all', 8000);
      await scene.take(to, 'take what is not there any more', 10);
    },
  },
  {
    name: 'socket: answers that are peeked at and cut',
    async play(scene) {
      const client = scene.client({ held: true });
      // 200 octets of counters, in every kernel.
      await scene.ask(client, 'counters of lo', stats(RTM_GETSTATS, PLAIN, { index: LO, mask: 1 }));
      await scene.take(client, 'peek at the header', 16, MSG_PEEK);
      await scene.take(client, 'take a part', 28);
      await scene.take(client, 'nothing is left', 100);
      await scene.ask(client, 'an error', link(RTM_GETLINK, PLAIN, { index: 99 }));
      await scene.take(client, 'take a part of it', 20);
    },
  },
  {
    name: 'socket: too long',
    async play(scene) {
      const from = scene.open('from', { protocol: NETLINK_USERSOCK });
      const to = scene.open('to', { protocol: NETLINK_USERSOCK });
      await scene.bind(to, 'bind', { pid: 9 });
      await set(scene, from, SOL_SOCKET, SO_SNDBUF, 4096, 'SO_SNDBUF');
      for (const size of [8160, 8161, 8192, 10_000]) await scene.send(from, `send ${String(size)}`, new Uint8Array(size), { pid: 9, groups: 0 });
    },
  },
  ...Object.entries({ 'with ENOBUFS': [], 'without ENOBUFS': [NETLINK_NO_ENOBUFS] }).map(([how, options]): Scenario => ({
    name: `socket: overrun ${how}`,
    async play(scene) {
      const member = await overrun(scene, options);
      await get(scene, member, SOL_SOCKET, SO_ERROR, 'SO_ERROR');
      await scene.takeAll(member, 'take all');
      await scene.takeAll(member, 'and again');
      const sender = scene.open('another', { protocol: NETLINK_USERSOCK });
      await scene.send(sender, 'send more', Uint8Array.of(1), { pid: 0, groups: 1 });
      await scene.takeAll(member, 'take it');
    },
  })),
  {
    name: 'socket: ENOBUFS comes before what is queued',
    async play(scene) {
      const member = await overrun(scene, []);
      await scene.take(member, 'take one', 2000);
      await scene.take(member, 'take another', 2000);
      const sender = scene.open('another', { protocol: NETLINK_USERSOCK });
      await scene.send(sender, 'send while it is congested', Uint8Array.of(1), { pid: 0, groups: 1 });
      await scene.takeAll(member, 'take all');
    },
  },
  {
    name: 'socket: a sender that hears of overruns',
    async play(scene) {
      const member = scene.open('member', { protocol: NETLINK_USERSOCK, held: true });
      const sender = scene.open('sender', { protocol: NETLINK_USERSOCK, on: [NETLINK_BROADCAST_ERROR] });
      const strict = scene.open('strict member', { protocol: NETLINK_USERSOCK, on: [NETLINK_BROADCAST_ERROR], held: true });
      for (const port of [member, strict]) {
        await set(scene, port, SOL_SOCKET, SO_RCVBUF, 4608, 'SO_RCVBUF');
        await scene.bind(port, `${port.label} joins`, { groups: 1 });
      }
      for (let sent = 0; sent < 8; sent++) await scene.send(sender, `send ${String(sent)}`, new Uint8Array(900), { pid: 0, groups: 1 });
    },
  },
  {
    name: 'socket: rtnetlink overruns a listener',
    async play(scene) {
      const listener = scene.open('listener', { held: true, groups: [RTNLGRP_LINK] });
      const client = scene.client();
      await set(scene, listener, SOL_SOCKET, SO_RCVBUF, 4608, 'SO_RCVBUF');
      for (let mtu = 2000; mtu < 2012; mtu++) await scene.ask(client, `mtu ${String(mtu)}`, link(RTM_SETLINK, ACK, { index: LO }, u32(IFLA_MTU, mtu)));
      await scene.takeAll(listener, 'take all');
    },
  },
  {
    name: 'socket: acknowledgements with and without what they may have',
    async play(scene) {
      const client = scene.open('client');
      const wrong = link(RTM_GETLINK, ACK, { index: 99 }, u32(IFLA_MTU, 1));
      const right = up(LO);
      for (const [option, number] of [['plain', 0], ['NETLINK_CAP_ACK', NETLINK_CAP_ACK], ['NETLINK_EXT_ACK', NETLINK_EXT_ACK]] as const) {
        if (number !== 0) await set(scene, client, SOL_NETLINK, number, 1, option);
        await scene.ask(client, `${option}: an error`, wrong);
        await scene.ask(client, `${option}: none`, right);
      }
    },
  },
];
