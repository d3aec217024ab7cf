import {
  BPF_ABS,
  BPF_JEQ,
  BPF_JMP,
  BPF_K,
  BPF_LD,
  BPF_MAXINSNS,
  BPF_RET,
  BPF_W,
  NETLINK_USERSOCK,
  RTM_GETLINK,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  SKF_AD_HATYPE,
  SKF_AD_IFINDEX,
  SKF_AD_OFF,
  SKF_AD_PKTTYPE,
  SKF_AD_PROTOCOL,
  ETH_P_ALL,
  SOCK_RAW,
  SOL_SOCKET,
  SO_ATTACH_FILTER,
  SO_DETACH_FILTER,
  SO_GET_FILTER,
  SO_LOCK_FILTER,
  sock_filter,
  sock_fprog,
} from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SocketFilter } from '../src/net/core/filter.ts';
import { bufferMemory } from '../src/user-memory.ts';
import { message, Rig } from './netlink-rig.ts';

type Instruction = readonly [code: number, k: number, jt?: number, jf?: number];

function assemble(...instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(sock_filter.SIZE * instructions.length);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, k, jt = 0, jf = 0]] of instructions.entries()) {
    const at = i * sock_filter.SIZE;
    sock_filter.set_code(view, at, code);
    sock_filter.set_jt(view, at, jt);
    sock_filter.set_jf(view, at, jf);
    sock_filter.set_k(view, at, k >>> 0);
  }
  return bytes;
}

const LOAD = BPF_LD | BPF_W | BPF_ABS;
const EQUAL = BPF_JMP | BPF_JEQ | BPF_K;
const RETURN = BPF_RET | BPF_K;
const ALL = 0xffff_ffff;

/** A filter that keeps packets whose ancillary datum is this. */
function wants(datum: number, value: number): Uint8Array {
  return assemble([LOAD, SKF_AD_OFF + datum], [EQUAL, value, 0, 1], [RETURN, ALL], [RETURN, 0]);
}

interface Filterable {
  setsockopt(level: number, name: number, bytes: Uint8Array, memory?: ReturnType<typeof bufferMemory>): void;
}

function attach(socket: Filterable, program: Uint8Array): void {
  const fprog = new Uint8Array(sock_fprog.SIZE);
  const view = new DataView(fprog.buffer);
  sock_fprog.set_len(view, 0, program.length / sock_filter.SIZE);
  sock_fprog.set_filter(view, 0, 0x1000n);
  socket.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, fprog, bufferMemory(program));
}

describe('SocketFilter', () => {
  it('takes what ends and leads nowhere but forward, and nothing else', () => {
    const valid = (...instructions: readonly Instruction[]): boolean => SocketFilter.parse(assemble(...instructions)) !== undefined;
    expect(valid([RETURN, 0])).toBe(true);
    expect(valid()).toBe(false);
    expect(valid([LOAD, 0])).toBe(false);
    expect(valid([EQUAL, 0, 1, 0], [RETURN, 0])).toBe(false);
    expect(valid([BPF_JMP, 1], [RETURN, 0])).toBe(false);
    expect(valid([0x61, 3], [RETURN, 0])).toBe(false);
    expect(valid([0x02, 3], [0x61, 3], [RETURN, 0])).toBe(true);
    expect(valid([LOAD, SKF_AD_OFF + 1], [RETURN, 0])).toBe(false);
    expect(valid(...Array.from({ length: BPF_MAXINSNS }, () => [RETURN, 0] as const))).toBe(true);
    expect(valid(...Array.from({ length: BPF_MAXINSNS + 1 }, () => [RETURN, 0] as const))).toBe(false);
  });

  it('never throws, whatever it is given', () => {
    using rig = new Rig();
    const skb = rig.skb(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 96 }), (octets) => {
        SocketFilter.parse(octets)?.run(skb, { cpu: () => 0, random: () => 0 });
      }),
      { numRuns: 2000 },
    );
    rig.core.consume_skb(skb);
  });
});

describe('SO_ATTACH_FILTER', () => {
  it('is given back, replaced, taken away, and locked for good', () => {
    using rig = new Rig();
    using socket = rig.socket(NETLINK_USERSOCK);
    const program = assemble([RETURN, 0]);
    const detach = (): void => {
      socket.setOption(SOL_SOCKET, SO_DETACH_FILTER, 0);
    };
    expect(detach).toThrow('ENOENT');
    attach(socket, program);
    expect(socket.getsockopt(SOL_SOCKET, SO_GET_FILTER, 0)).toMatchObject({ length: 1 });
    expect(socket.getsockopt(SOL_SOCKET, SO_GET_FILTER, 1)).toEqual({ length: 1, bytes: program });
    detach();
    attach(socket, program);
    socket.setOption(SOL_SOCKET, SO_LOCK_FILTER, 1);
    expect(() => {
      socket.setOption(SOL_SOCKET, SO_LOCK_FILTER, 0);
    }).toThrow('EPERM');
    expect(detach).toThrow('EPERM');
    expect(() => {
      attach(socket, program);
    }).toThrow('EPERM');
  });

  it('says EFAULT for a pointer that leads nowhere', () => {
    using rig = new Rig();
    using socket = rig.socket(NETLINK_USERSOCK);
    const fprog = new Uint8Array(sock_fprog.SIZE);
    const view = new DataView(fprog.buffer);
    sock_fprog.set_len(view, 0, 1);
    sock_fprog.set_filter(view, 0, 0x1000n);
    expect(() => {
      socket.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, fprog);
    }).toThrow('EFAULT');
    expect(() => {
      socket.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, fprog.subarray(1));
    }).toThrow('EINVAL');
  });

  it('keeps a dump out, and lets the sender of a message believe that it arrived', () => {
    using rig = new Rig();
    using socket = rig.socket(NETLINK_ROUTE);
    socket.bind();
    attach(socket, assemble([RETURN, 0]));
    socket.send(message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, new Uint8Array(16)));
    expect(socket.receive()).toBeUndefined();
    expect(socket.drops).toBe(0);
    using sender = rig.socket(NETLINK_USERSOCK);
    using receiver = rig.socket(NETLINK_USERSOCK);
    receiver.bind();
    attach(receiver, assemble([RETURN, 5]));
    const to = { pid: receiver.getsockname().pid, groups: 0 };
    // As on Linux, the sender learns what was kept, but of nothing being kept it learns nothing.
    expect(sender.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { to })).toBe(5);
    expect(receiver.receive()?.bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
    attach(receiver, assemble([RETURN, 0]));
    expect(sender.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { to })).toBe(8);
    expect(receiver.receive()).toBeUndefined();
  });

  it('sees the device, type and protocol of packets, and cuts them', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('tap0');
    rig.up(dev);
    const cases: readonly (readonly [program: Uint8Array, comes: boolean])[] = [
      [wants(SKF_AD_IFINDEX, dev.ifindex), true],
      [wants(SKF_AD_IFINDEX, dev.ifindex + 1), false],
      [wants(SKF_AD_HATYPE, 824), true],
      [wants(SKF_AD_PROTOCOL, NETLINK_USERSOCK), true],
      [wants(SKF_AD_PKTTYPE, 7), false],
      [assemble([RETURN, 4]), true],
    ];
    using sender = rig.socket(NETLINK_USERSOCK);
    using receiver = rig.socket(NETLINK_USERSOCK);
    receiver.bind();
    const sockets = cases.map(([program]) => {
      const socket = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
      attach(socket, program);
      return socket;
    });
    sender.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { to: { pid: receiver.getsockname().pid, groups: 0 } });
    const got = sockets.map((socket) => socket.receive()?.length);
    for (const socket of sockets) socket.close();
    expect(got).toEqual([8, undefined, 8, 8, undefined, 4]);
  });
});
