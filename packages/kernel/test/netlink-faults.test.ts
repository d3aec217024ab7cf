import {
  AF_NETLINK,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  RTM_GETLINK,
  RTM_NEWLINK,
  SOCK_RAW,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { MessageWriter, messages, parseError } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { Kernel, ManualClock, type EmbeddedNetlinkSocket } from '../src/index.ts';

const MS = 1_000_000;

function rig(): { kernel: Kernel; clock: ManualClock; socket: EmbeddedNetlinkSocket } {
  const clock = new ManualClock(1000);
  const kernel = new Kernel({ clock, trackLeaks: true });
  return { kernel, clock, socket: kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) };
}

function ask(socket: EmbeddedNetlinkSocket, type: number, sequence: number, flags = 0): void {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, sequence, 0);
  writer.view.setInt32(writer.reserve(16) + 4, flags === NLM_F_DUMP ? 0 : 1, true);
  writer.end();
  socket.send(writer.bytes);
}

/** The sequence numbers of what came, and how many overruns. */
function drain(socket: EmbeddedNetlinkSocket): (number | string)[] {
  const seen: (number | string)[] = [];
  for (;;) {
    try {
      const received = socket.receive();
      if (received === undefined) return seen;
      for (const { type, seq } of messages(received.bytes)) seen.push(type === NLMSG_ERROR ? `error ${String(seq)}` : seq);
    } catch (error) {
      if (!isKernelError(error)) throw error;
      seen.push(error.code);
    }
  }
}

describe('faults of netlink', () => {
  it('refuse requests of a type, in words, and leave nothing done', () => {
    const { kernel, socket } = rig();
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    using fault = kernel.faults.netlink.set({ kind: 'error', code: 'EBUSY', message: 'Not now.', protocol: NETLINK_ROUTE, type: RTM_NEWLINK, times: 1 });
    ask(socket, RTM_GETLINK, 1);
    expect(drain(socket)).toEqual([1]);
    ask(socket, RTM_NEWLINK, 2, NLM_F_ACK);
    const [message] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect(message === undefined ? undefined : parseError(message)).toMatchObject({ errno: 16, extack: { message: 'Not now.' } });
    ask(socket, RTM_NEWLINK, 3, NLM_F_ACK);
    expect([drain(socket), fault.hits]).toEqual([['error 3'], 1]);
    socket.close();
    kernel.close();
  });

  it('strike the nth, each nth, or by chance, the same in every run', () => {
    const outcome = (occurrence: { nth?: number; every?: number; probability?: number; times?: number }): string => {
      const { kernel, socket } = rig();
      kernel.faults.netlink.set({ kind: 'error', code: 'EIO', type: RTM_GETLINK, ...occurrence });
      for (let i = 0; i < 12; i++) ask(socket, RTM_GETLINK, i);
      const seen = drain(socket).map((one) => (typeof one === 'string' ? 'x' : '.')).join('');
      socket.close();
      kernel.close();
      return seen;
    };
    expect(outcome({ nth: 3 })).toBe('..x.........');
    expect(outcome({ every: 5 })).toBe('....x....x..');
    expect(outcome({ every: 2, times: 2 })).toBe('.x.x........');
    expect(outcome({ probability: 0 })).toBe('............');
    expect(outcome({ probability: 1 })).toBe('xxxxxxxxxxxx');
    const chance = outcome({ probability: 0.5 });
    expect(chance).toMatch(/^(?=.*x)(?=.*\.)/);
    expect(outcome({ probability: 0.5 })).toBe(chance);
  });

  it('have other chances with another seed', () => {
    const struck = (seed: number): number[] => {
      const { kernel, socket } = rig();
      kernel.faults.netlink.seed(seed);
      kernel.faults.netlink.set({ kind: 'drop', probability: 0.5 });
      for (let i = 0; i < 40; i++) ask(socket, RTM_GETLINK, i);
      const seen = drain(socket).map(Number);
      socket.close();
      kernel.close();
      return seen;
    };
    expect(struck(1)).toEqual(struck(1));
    expect(struck(1)).not.toEqual(struck(2));
  });

  it('lose messages, with a word or without', () => {
    const { kernel, socket } = rig();
    using overrun = kernel.faults.netlink.set({ kind: 'overrun', nth: 2 });
    for (const sequence of [1, 2, 3]) ask(socket, RTM_GETLINK, sequence);
    // As on Linux an overrun is told first, and while it is not told nothing more is queued.
    expect(drain(socket)).toEqual(['ENOBUFS', 1]);
    overrun[Symbol.dispose]();
    using drop = kernel.faults.netlink.set({ kind: 'drop', nth: 2 });
    for (const sequence of [4, 5, 6]) ask(socket, RTM_GETLINK, sequence);
    expect([drain(socket), drop.hits]).toEqual([[4, 6], 1]);
    socket.close();
    kernel.close();
  });

  it('say that a dump was interrupted', () => {
    const { kernel, socket } = rig();
    using fault = kernel.faults.netlink.set({ kind: 'dump-intr', times: 1 });
    const flagsOf = (): number[] => {
      ask(socket, RTM_GETLINK, 1, NLM_F_DUMP);
      const flags: number[] = [];
      for (let done = false; !done; ) {
        for (const message of messages(socket.receive()?.bytes ?? new Uint8Array(0))) {
          flags.push(message.flags & NLM_F_DUMP_INTR);
          done = message.type === NLMSG_DONE;
        }
      }
      return flags;
    };
    expect(flagsOf()).toContain(NLM_F_DUMP_INTR);
    expect(flagsOf()).not.toContain(NLM_F_DUMP_INTR);
    expect(fault.hits).toBe(1);
    socket.close();
    kernel.close();
  });

  it('put messages off, and those behind them', () => {
    const { kernel, clock, socket } = rig();
    using fault = kernel.faults.netlink.set({ kind: 'delay', delay: 20, times: 1 });
    ask(socket, RTM_GETLINK, 1);
    clock.advance(5 * MS);
    ask(socket, RTM_GETLINK, 2);
    expect([drain(socket), fault.hits]).toEqual([[], 1]);
    clock.advance(14 * MS);
    expect(drain(socket)).toEqual([]);
    clock.advance(2 * MS);
    expect(drain(socket)).toEqual([1, 2]);
    ask(socket, RTM_GETLINK, 3);
    expect(drain(socket)).toEqual([3]);
    socket.close();
    kernel.close();
  });

  it('change the order', () => {
    const { kernel, clock, socket } = rig();
    kernel.faults.netlink.set({ kind: 'reorder', nth: 2 });
    for (const sequence of [1, 2, 3, 4]) ask(socket, RTM_GETLINK, sequence);
    expect(drain(socket)).toEqual([1, 3, 2, 4]);
    kernel.faults.netlink.set({ kind: 'reorder', times: 1 });
    ask(socket, RTM_GETLINK, 5);
    expect(drain(socket)).toEqual([]);
    clock.advance(11 * MS);
    expect(drain(socket)).toEqual([5]);
    socket.close();
    kernel.close();
  });

  it('leave nothing behind when a socket closes, or the kernel', () => {
    const { kernel, clock, socket } = rig();
    kernel.faults.netlink.set({ kind: 'delay', delay: 20, type: RTM_NEWLINK });
    kernel.faults.netlink.set({ kind: 'reorder', protocol: NETLINK_USERSOCK });
    ask(socket, RTM_GETLINK, 1);
    ask(socket, RTM_GETLINK, 2);
    const other = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    other.bind({ pid: 9, groups: 0 });
    socket.close();
    const sender = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    sender.send(new Uint8Array(4), { to: { pid: 9, groups: 0 } });
    sender.close();
    other.close();
    clock.advance(100 * MS);
    expect(kernel.skbs().live).toBe(0);
    kernel.close();
  });

  it('refuse numbers that make no sense', () => {
    const { kernel, socket } = rig();
    const { netlink } = kernel.faults;
    for (const bad of [{ nth: 0 }, { every: 1.5 }, { times: -1 }, { probability: 2 }, { probability: NaN }]) {
      expect(() => netlink.set({ kind: 'drop', ...bad }), JSON.stringify(bad)).toThrow(RangeError);
    }
    expect(() => netlink.set({ kind: 'delay', delay: -1 })).toThrow(RangeError);
    expect(() => {
      netlink.seed(0);
    }).toThrow(RangeError);
    expect(netlink.isArmed).toBe(false);
    socket.close();
    kernel.close();
  });
});
