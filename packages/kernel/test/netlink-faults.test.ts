import {
  CTRL_ATTR_FAMILY_NAME,
  CTRL_CMD_GETFAMILY,
  ETH_P_ALL,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_USERSOCK,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  SOCK_RAW,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { isKernelError, type ErrnoCode } from '@netdevkit/errno';
import { MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { KernelSocket } from '../src/net/netlink/netlink-sock.ts';
import { PROTOCOL, ROOT, Rig, message } from './netlink-rig.ts';

/** What a lack of memory may look like to a program. */
const SHORT: readonly ErrnoCode[] = ['ENOMEM', 'ENOBUFS'];

/** Runs a step, which may fail for want of memory and for nothing else. */
function tried(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!isKernelError(error) || !SHORT.includes(error.code)) throw error;
  }
}

/** Reads a socket empty, pending errors too. */
function empty(socket: EmbeddedNetlinkSocket): void {
  for (let reads = 0; socket.readable && reads < 1000; reads++) tried(() => void socket.receive());
  expect(socket.readable).toBe(false);
}

function getFamily(flags: number): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(GENL_ID_CTRL, NLM_F_REQUEST | flags, 1, 0);
  writer.view.setUint8(writer.reserve(GENL_HDRLEN), CTRL_CMD_GETFAMILY);
  if (flags === 0) writer.putString(CTRL_ATTR_FAMILY_NAME, 'nlctrl');
  writer.end();
  return writer.toBytes();
}

/** Everything that asks for memory here: sockets, groups, messages, broadcasts, dumps, taps, captures. */
function life(rig: Rig, kernel: KernelSocket, dev: net_device): void {
  const { netlink, packets } = rig.core;
  const opened = rig.up(dev);
  const made = packets.socket(rig.init, SOCK_RAW, ETH_P_ALL, ROOT);
  const sockets = [PROTOCOL, PROTOCOL, NETLINK_GENERIC, NETLINK_USERSOCK].map((protocol) => netlink.socket(rig.init, SOCK_RAW, protocol, ROOT));
  for (const socket of sockets) {
    if (typeof socket === 'number') continue;
    tried(() => {
      socket.bind({ groups: 1 });
    });
    tried(() => {
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 2);
    });
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.connect({});
    socket.disconnect();
    // In a family without a kernel socket, to itself.
    const pid = socket.protocol === NETLINK_USERSOCK ? socket.getsockname().pid : 0;
    tried(() => void socket.send(message(20, NLM_F_REQUEST | NLM_F_ACK), { to: { pid, groups: 2 } }));
  }
  const skb = rig.core.alloc_skb(100);
  if (skb !== null) {
    rig.core.skb_put(skb, 100);
    netlink.broadcast(kernel, skb, 1, 0);
  }
  for (const socket of sockets) {
    if (typeof socket === 'number' || socket.protocol === NETLINK_USERSOCK) continue;
    tried(() => void socket.send(socket.protocol === PROTOCOL ? message(20, NLM_F_REQUEST | NLM_F_DUMP) : getFamily(NLM_F_DUMP)));
    empty(socket);
    tried(() => void socket.send(socket.protocol === PROTOCOL ? message(20, NLM_F_REQUEST) : getFamily(0)));
  }
  if (typeof made !== 'number') {
    made.drain(() => undefined);
    tried(() => {
      if (opened === 0) made.send(Uint8Array.of(1), { to: { ifindex: dev.ifindex, protocol: 1 } });
    });
    made.close();
  }
  for (const socket of sockets) {
    if (typeof socket === 'number') continue;
    empty(socket);
    socket.close();
  }
  rig.down(dev);
}

describe('a lack of memory', () => {
  it('is clean at every point where memory is asked for', () => {
    let walked = 0;
    for (let nth = 1; ; nth++) {
      using rig = new Rig();
      const kernel: KernelSocket = rig.family((request) =>
        (request.flags & NLM_F_DUMP) !== NLM_F_DUMP
          ? 0
          : rig.core.netlink.dumpStart(request, kernel, {
              dump: (chunk, callback) => {
                // CAST: only this function sets the state.
                const next = (callback.state as number | undefined) ?? 0;
                if (next === 5) return 0;
                chunk.begin(30, NLM_F_MULTI, callback.seq, callback.portid);
                chunk.reserve(1000);
                chunk.end();
                callback.state = next + 1;
                return 1;
              },
            }),
      );
      // A device's own allocations are walked where devices are tested.
      const { dev } = rig.tapDevice('nlmon0');
      using fault = rig.core.faults.failAllocation({ nth });
      life(rig, kernel, dev);
      if (fault.hits === 0) break;
      expect(rig.core.skbs.leaks()).toEqual([]);
      expect(rig.core.netlink.liveTaps).toBe(0);
      walked++;
    }
    expect(walked).toBeGreaterThan(40);
  });
});
