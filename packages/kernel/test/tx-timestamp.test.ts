import { ARPHRD_NONE, ETH_P_ALL, SOCK_RAW, SOL_SOCKET, SO_TIMESTAMPING } from '@netdevkit/bindings';
import type { net_device, net_device_ops } from '@netdevkit/bindings/raw';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../src/clock.ts';
import { Core } from '../src/core.ts';
import { createNamespace } from '../src/namespace.ts';
import type { PacketSocket } from '../src/net/packet/packet-socket.ts';
import { NO_OPS } from './netlink-rig.ts';

const ROOT = { uid: 0, netAdmin: true, netBroadcast: true, netRaw: true };

let core: Core;
let clock: ManualClock;
let socket: PacketSocket;
let dev: net_device;

const ops: net_device_ops = {
  ...NO_OPS,
  ndo_start_xmit: (skb, device) => {
    clock.advance(5);
    device.kernel.skb_tx_timestamp(skb);
    device.kernel.consume_skb(skb);
    return 0;
  },
};

beforeEach(() => {
  clock = new ManualClock(100, 7);
  core = new Core({ clock, modules: { find: () => [] }, cpus: 1, tgid: 1, trackLeaks: true });
  const namespace = createNamespace(core, '');
  const made = core.devices.alloc(
    namespace,
    'tx0',
    (fresh) => {
      fresh.type = ARPHRD_NONE;
      fresh.mtu = 100;
      fresh.netdev_ops = ops;
      fresh.needs_free_netdev = true;
      return 0;
    },
    1,
    1,
  );
  if (typeof made === 'number') throw new Error(`alloc: ${String(made)}`);
  dev = made;
  expect(core.register_netdev(dev)).toBe(0);
  core.rtnl.lock();
  expect(core.devices.states.open(dev)).toBe(0);
  core.rtnl.unlock();
  const opened = core.packets.socket(namespace, SOCK_RAW, ETH_P_ALL, ROOT);
  if (typeof opened === 'number') throw new Error(`socket: ${String(opened)}`);
  socket = opened;
  socket.bind({ ifindex: dev.ifindex });
});

afterEach(() => {
  socket.close();
  expect(core.shutdown()).toEqual([]);
});

describe('skb_tx_timestamp', () => {
  it('gives the socket that asked the packet and the time at which it left', () => {
    socket.setOption(SOL_SOCKET, SO_TIMESTAMPING, 0x12);
    expect(socket.getOption(SOL_SOCKET, SO_TIMESTAMPING)).toBe(0x12);
    socket.send(Uint8Array.of(1, 2, 3));
    expect(socket.receiveTimestamp()).toEqual({ bytes: Uint8Array.of(1, 2, 3), sec: 100, nsec: 12 });
    expect(socket.receiveTimestamp()).toBeUndefined();
  });

  it('gives nothing to a socket that did not ask', () => {
    socket.send(Uint8Array.of(1));
    expect(socket.receiveTimestamp()).toBeUndefined();
  });

  it('refuses flags that Linux does not know', () => {
    expect(() => {
      socket.setOption(SOL_SOCKET, SO_TIMESTAMPING, 0x40000);
    }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('loses the stamp, not the packet, when memory is short', () => {
    socket.setOption(SOL_SOCKET, SO_TIMESTAMPING, 2);
    using fault = core.faults.failAllocation({ nth: 1, times: 10, site: 'skb_clone' });
    expect(socket.send(Uint8Array.of(1))).toBe(1);
    expect(socket.receiveTimestamp()).toBeUndefined();
    expect(fault.hits).toBeGreaterThan(0);
  });

  it('leaves nothing behind when stamps are not read', () => {
    socket.setOption(SOL_SOCKET, SO_TIMESTAMPING, 2);
    socket.send(Uint8Array.of(1));
    expect(core.skbs.live).toBe(1);
  });
});
