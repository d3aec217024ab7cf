import {
  IFF_UP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
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
  NETLINK_NO_ENOBUFS,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_SETLINK,
  RTNLGRP_LINK,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_DOMAIN,
  SO_ERROR,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_TYPE,
  ifinfomsg,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { MessageCursor, MessageWriter, parseDone, parseError, type ErrorMessage, type NetlinkSocket } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';

/** A kernel with a network namespace that nobody else uses; `lo` is its only device, and down. */
export interface SocketBench extends Disposable {
  socket(protocol: number): NetlinkSocket;
}

const code = (name: string): object => expect.objectContaining({ code: name });
const INVALID_SIZE = 0x7fff_ffff;
const LO = 1;

/** A request about a link. */
function linkRequest(type: number, flags: number, seq: number, index: number, fill?: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, seq, 0);
  const at = writer.reserve(ifinfomsg.SIZE);
  ifinfomsg.set_ifi_index(writer.view, at, index);
  fill?.(writer);
  writer.end();
  return writer.toBytes();
}

/** A request that brings a link up. */
function up(index: number): Uint8Array {
  const bytes = linkRequest(RTM_SETLINK, NLM_F_ACK, 1, index);
  const view = new DataView(bytes.buffer);
  ifinfomsg.set_ifi_flags(view, NLMSG_HDRLEN, IFF_UP);
  ifinfomsg.set_ifi_change(view, NLMSG_HDRLEN, IFF_UP);
  return bytes;
}

/** Sends to a group. Nobody is the kernel in this family, who would get a copy, too. */
function multicast(socket: NetlinkSocket, bytes: Uint8Array, groups: number): void {
  expect(() => socket.send(bytes, { to: { pid: 0, groups } })).toThrow(code('ECONNREFUSED'));
}

/** The only message of the next datagram, as an acknowledgement. */
function answer(socket: NetlinkSocket): ErrorMessage | undefined {
  const datagram = socket.receive();
  if (datagram === undefined) return undefined;
  const cursor = new MessageCursor();
  cursor.reset(datagram.bytes);
  return cursor.next() ? parseError(cursor.message()) : undefined;
}

/**
 * What sockets of any kernel do. Each test has a namespace of its own.
 *
 * @param kernel - whose sockets
 * @param open - opens a bench
 */
export function describeSockets(kernel: string, open: () => SocketBench): void {
  describe(`a socket of ${kernel}: bind`, () => {
    it('has no port until it is bound, and never gives one to two', () => {
      using bench = open();
      using first = bench.socket(NETLINK_USERSOCK);
      using second = bench.socket(NETLINK_USERSOCK);
      expect(first.getsockname()).toEqual({ pid: 0, groups: 0 });
      first.bind();
      second.bind();
      expect(first.getsockname().pid).toBeGreaterThan(0);
      expect(second.getsockname().pid).not.toBe(first.getsockname().pid);
    });

    it('takes the port that it asks for, up to the last of 32 bits', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_USERSOCK);
      socket.bind({ pid: 0xffff_fff0 });
      expect(socket.getsockname().pid).toBe(0xffff_fff0);
      using other = bench.socket(NETLINK_USERSOCK);
      expect(() => other.bind({ pid: 0xffff_fff0 })).toThrow(code('EADDRINUSE'));
      using elsewhere = bench.socket(NETLINK_ROUTE);
      elsewhere.bind({ pid: 0xffff_fff0 });
    });

    it('keeps its port, and replaces groups up to 32', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.bind({ pid: 9, groups: 0x8000_0001 });
      for (const pid of [0, 10]) expect(() => socket.bind({ pid })).toThrow(code('EINVAL'));
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 33);
      expect([...socket.getMemberships()]).toEqual([0x8000_0001, 1]);
      socket.bind({ pid: 9, groups: 2 });
      expect(socket.getsockname()).toEqual({ pid: 9, groups: 2 });
      expect([...socket.getMemberships()]).toEqual([2, 1]);
    });
  });

  describe(`a socket of ${kernel}: options`, () => {
    const switches = { NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS, NETLINK_LISTEN_ALL_NSID, NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK };

    it.each(Object.entries(switches))('%s reads back 0 or 1', (_name, option) => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      expect(socket.getOption(SOL_NETLINK, option)).toBe(0);
      socket.setOption(SOL_NETLINK, option, 0x7fff_0000);
      expect(socket.getOption(SOL_NETLINK, option)).toBe(1);
      socket.setOption(SOL_NETLINK, option, 0);
      expect(socket.getOption(SOL_NETLINK, option)).toBe(0);
    });

    it('refuses options that there are not', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      for (const option of [0, 13, 99, -1]) {
        expect(() => socket.setOption(SOL_NETLINK, option, 1)).toThrow(code('ENOPROTOOPT'));
        expect(() => socket.getOption(SOL_NETLINK, option)).toThrow(code('ENOPROTOOPT'));
      }
      expect(() => socket.getOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP)).toThrow(code('ENOPROTOOPT'));
      for (const group of [0, 0x7fff_ffff, -1]) expect(() => socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)).toThrow(code('EINVAL'));
    });

    it('says what it is', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_GENERIC);
      expect(socket.protocol).toBe(NETLINK_GENERIC);
      expect([SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR].map((option) => socket.getOption(SOL_SOCKET, option))).toEqual([3, 16, 16, 0]);
    });

    it('doubles buffer sizes, from the least to what is allowed', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.setOption(SOL_SOCKET, SO_RCVBUF, 1000);
      expect(socket.getOption(SOL_SOCKET, SO_RCVBUF)).toBe(2304);
      socket.setOption(SOL_SOCKET, SO_RCVBUF, 5000);
      expect(socket.getOption(SOL_SOCKET, SO_RCVBUF)).toBe(10_000);
      socket.setOption(SOL_SOCKET, SO_RCVBUF, INVALID_SIZE);
      expect(socket.getOption(SOL_SOCKET, SO_RCVBUF)).toBeGreaterThanOrEqual(212_992);
    });
  });

  describe(`a socket of ${kernel}: from program to program`, () => {
    it('gives a datagram whole, with its sender', () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using to = bench.socket(NETLINK_USERSOCK);
      to.bind({ pid: 7 });
      from.bind({ pid: 8 });
      expect(to.readable).toBe(false);
      expect(to.receive()).toBeUndefined();
      const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i);
      expect(from.send(bytes, { to: { pid: 7, groups: 0 } })).toBe(5000);
      expect(to.readable).toBe(true);
      expect(to.receive()).toEqual({ bytes, length: 5000, flags: 0, from: { pid: 8, groups: 0 } });
      expect(to.receive()).toBeUndefined();
    });

    it('goes to the peer of connect', () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using to = bench.socket(NETLINK_USERSOCK);
      to.bind({ pid: 7 });
      from.connect({ pid: 7 });
      from.send(Uint8Array.of(1, 2, 3));
      expect(to.receive()?.bytes).toEqual(Uint8Array.of(1, 2, 3));
    });

    it('cuts what does not fit, and says how long it was', () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using to = bench.socket(NETLINK_USERSOCK);
      to.bind({ pid: 7 });
      for (const first of [1, 5]) from.send(Uint8Array.of(first, 2, 3, 4), { to: { pid: 7, groups: 0 } });
      const buffer = new Uint8Array(8).fill(9);
      expect(to.receive({ buffer: buffer.subarray(0, 2), flags: MSG_PEEK })).toMatchObject({ length: 4, flags: MSG_TRUNC });
      expect(to.receive({ buffer: new Uint8Array(0), flags: MSG_PEEK | MSG_TRUNC })).toMatchObject({ length: 4 });
      const cut = to.receive({ buffer: buffer.subarray(0, 2) });
      expect(cut?.bytes).toEqual(Uint8Array.of(1, 2));
      expect([...buffer]).toEqual([1, 2, 9, 9, 9, 9, 9, 9]);
      expect(cut?.bytes.buffer).toBe(buffer.buffer);
      expect(to.receive()?.bytes).toEqual(Uint8Array.of(5, 2, 3, 4));
    });

    it('reaches the members of a group, but for the sender', () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using member = bench.socket(NETLINK_USERSOCK);
      using other = bench.socket(NETLINK_USERSOCK);
      from.bind({ pid: 5, groups: 4 });
      member.bind({ groups: 4 });
      member.setOption(SOL_NETLINK, NETLINK_PKTINFO, 1);
      other.bind({ groups: 2 });
      multicast(from, Uint8Array.of(1, 2, 3, 4), 4);
      expect(member.receive()).toEqual({ bytes: Uint8Array.of(1, 2, 3, 4), length: 4, flags: 0, from: { pid: 5, groups: 4 }, group: 3 });
      expect(other.receive()).toBeUndefined();
      expect(from.receive()).toBeUndefined();
      member.setOption(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 3);
      multicast(from, Uint8Array.of(1), 4);
      expect(member.receive()).toBeUndefined();
    });

    it('refuses what is empty, too long, or for nobody', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_USERSOCK);
      expect(() => socket.send(new Uint8Array(0))).toThrow(code('ENODATA'));
      expect(() => socket.send(new Uint8Array(1 << 20), { to: { pid: 99, groups: 0 } })).toThrow(code('EMSGSIZE'));
      expect(() => socket.send(new Uint8Array(8), { to: { pid: 99, groups: 0 } })).toThrow(code('ECONNREFUSED'));
    });
  });

  describe(`a socket of ${kernel}: overrun`, () => {
    /** Overruns the buffer of a member of a group, and gives how many datagrams were sent. */
    function flood(bench: SocketBench, member: NetlinkSocket): number {
      using from = bench.socket(NETLINK_USERSOCK);
      member.setOption(SOL_SOCKET, SO_RCVBUF, 4096);
      member.bind({ groups: 1 });
      for (let sent = 0; sent < 100; sent += 1) multicast(from, new Uint8Array(1000), 1);
      return 100;
    }

    it('says ENOBUFS once, then gives what had room', () => {
      using bench = open();
      using member = bench.socket(NETLINK_USERSOCK);
      const sent = flood(bench, member);
      expect(member.readable).toBe(true);
      expect(() => member.receive()).toThrow(code('ENOBUFS'));
      let got = 0;
      while (member.receive() !== undefined) got += 1;
      expect(got).toBeGreaterThan(0);
      expect(got).toBeLessThan(sent);
    });

    it('says nothing with NETLINK_NO_ENOBUFS', () => {
      using bench = open();
      using member = bench.socket(NETLINK_USERSOCK);
      member.setOption(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
      flood(bench, member);
      expect(member.receive()?.length).toBe(1000);
    });
  });

  describe(`a socket of ${kernel}: rtnetlink`, () => {
    it('answers a request before send returns', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.send(linkRequest(RTM_GETLINK, 0, 77, LO));
      const datagram = socket.receive();
      const cursor = new MessageCursor();
      cursor.reset(datagram?.bytes ?? new Uint8Array(0));
      expect(cursor.next()).toBe(true);
      expect([cursor.type, cursor.seq, cursor.pid]).toEqual([RTM_NEWLINK, 77, socket.getsockname().pid]);
      expect(datagram?.from).toEqual({ pid: 0, groups: 0 });
      const { payload } = cursor.message();
      expect(payload.length).toBeGreaterThan(ifinfomsg.SIZE);
      expect(socket.receive()).toBeUndefined();
    });

    it('acknowledges, and refuses with a sentence when asked to', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
      socket.send(linkRequest(RTM_SETLINK, NLM_F_ACK, 1, LO, (writer) => writer.putString(IFLA_IFALIAS, 'loop')));
      expect(answer(socket)?.errno).toBe(0);
      socket.send(linkRequest(RTM_GETLINK, 0, 2, 4_000_000));
      expect(Math.abs(answer(socket)?.errno ?? 0)).toBe(errno.ENODEV);
      socket.send(linkRequest(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE, 3, -5));
      const refused = answer(socket);
      expect(Math.abs(refused?.errno ?? 0)).toBe(errno.EINVAL);
      expect(refused?.extack?.message).toBe("ifindex can't be negative");
    });

    it('names the attribute that is at fault', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
      socket.send(linkRequest(RTM_GETLINK, 0, 2, 0, (writer) => writer.putString(IFLA_IFNAME, 'a-name-that-is-too-long')));
      const refused = answer(socket);
      expect(Math.abs(refused?.errno ?? 0)).toBe(errno.ERANGE);
      expect(refused?.extack?.offset).toBe(32);
    });

    it('ends a dump with its own message', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
      socket.send(linkRequest(RTM_GETLINK, NLM_F_DUMP, 5, 0));
      const types: number[] = [];
      const cursor = new MessageCursor();
      for (let datagram; (datagram = socket.receive()) !== undefined; ) {
        cursor.reset(datagram.bytes);
        while (cursor.next()) {
          expect(cursor.flags & NLM_F_MULTI).toBe(NLM_F_MULTI);
          types.push(cursor.type);
          if (cursor.type === NLMSG_DONE) expect(parseDone(cursor.message())?.errno).toBe(0);
        }
      }
      expect(types).toEqual([RTM_NEWLINK, NLMSG_DONE]);
    });

    it('tells a group what changed', () => {
      using bench = open();
      using listener = bench.socket(NETLINK_ROUTE);
      listener.setOption(SOL_NETLINK, NETLINK_PKTINFO, 1);
      listener.bind({ groups: 1 << (RTNLGRP_LINK - 1) });
      using socket = bench.socket(NETLINK_ROUTE);
      socket.send(up(LO));
      expect(answer(socket)?.errno).toBe(0);
      const told = listener.receive();
      expect(told).toMatchObject({ from: { pid: 0, groups: 1 }, group: RTNLGRP_LINK });
      const cursor = new MessageCursor();
      cursor.reset(told?.bytes ?? new Uint8Array(0));
      expect(cursor.next()).toBe(true);
      expect(cursor.type).toBe(RTM_NEWLINK);
      const { payload } = cursor.message();
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      expect([ifinfomsg.ifi_index(view, 0), ifinfomsg.ifi_change(view, 0) & IFF_UP]).toEqual([LO, IFF_UP]);
    });

    it('ignores what is no message', () => {
      using bench = open();
      using socket = bench.socket(NETLINK_ROUTE);
      for (const bytes of [new Uint8Array(3), new Uint8Array(16), Uint8Array.of(255, 255, 255, 255, ...new Uint8Array(12))]) {
        expect(socket.send(bytes)).toBe(bytes.length);
        expect(socket.receive()).toBeUndefined();
      }
      // A control type is no request, and answered with nothing but what was asked for.
      const writer = new MessageWriter();
      writer.begin(NLMSG_ERROR, NLM_F_REQUEST | NLM_F_ACK, 3, 0);
      writer.end();
      socket.send(writer.bytes);
      expect(answer(socket)?.errno).toBe(0);
    });
  });

  describe(`a socket of ${kernel}: waiting`, () => {
    const turn = async (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 5));

    it('wakes everybody who waits when something comes', async () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using to = bench.socket(NETLINK_USERSOCK);
      to.bind({ pid: 7 });
      for (let round = 0; round < 3; round += 1) {
        const waiting = Promise.all([to.waitReadable(), to.waitReadable()]);
        await turn();
        from.send(Uint8Array.of(round), { to: { pid: 7, groups: 0 } });
        await waiting;
        expect(to.receive()?.bytes).toEqual(Uint8Array.of(round));
      }
      from.send(Uint8Array.of(1), { to: { pid: 7, groups: 0 } });
      await to.waitReadable();
    });

    it('wakes for an error', async () => {
      using bench = open();
      using from = bench.socket(NETLINK_USERSOCK);
      using member = bench.socket(NETLINK_USERSOCK);
      member.setOption(SOL_SOCKET, SO_RCVBUF, 2000);
      member.bind({ groups: 1 });
      const waiting = member.waitReadable();
      await turn();
      for (let sent = 0; sent < 50; sent += 1) multicast(from, new Uint8Array(1000), 1);
      await waiting;
      expect(() => member.receive()).toThrow(code('ENOBUFS'));
      while (member.receive() !== undefined);
      const again = member.waitReadable();
      await turn();
      multicast(from, new Uint8Array(10), 1);
      await again;
    });

    it('ends with its signal, and with the socket', async () => {
      using bench = open();
      using socket = bench.socket(NETLINK_USERSOCK);
      const reason = new Error('enough');
      await expect(socket.waitReadable(AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const first = socket.waitReadable(controller.signal);
      const second = socket.waitReadable();
      await turn();
      const ended = expect(second).rejects.toMatchObject({ code: 'EBADF' });
      controller.abort(reason);
      await expect(first).rejects.toBe(reason);
      socket.close();
      await ended;
      await expect(socket.waitReadable()).rejects.toMatchObject({ code: 'EBADF' });
    });

    it('is over once it is closed', () => {
      using bench = open();
      const socket = bench.socket(NETLINK_USERSOCK);
      socket.close();
      socket.close();
      expect(() => socket.bind()).toThrow(code('EBADF'));
      expect(() => socket.connect({})).toThrow(code('EBADF'));
      expect(() => socket.receive()).toThrow(code('EBADF'));
      expect(() => socket.send(new Uint8Array(4))).toThrow(code('EBADF'));
      expect(() => socket.getsockname()).toThrow(code('EBADF'));
      expect(() => socket.getOption(SOL_SOCKET, SO_ERROR)).toThrow(code('EBADF'));
      expect(() => socket.getMemberships()).toThrow(code('EBADF'));
    });
  });
}
