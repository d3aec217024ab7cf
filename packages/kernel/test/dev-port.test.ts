import { ARPHRD_LOOPBACK, ETH_ALEN, ETH_P_ALL, IFF_ALLMULTI, IFF_LOOPBACK, IFF_PROMISC, IFF_UP, SOCK_RAW } from '@netdevkit/bindings';
import { NETDEV_TX_BUSY, NETDEV_TX_OK, type net_device, type net_device_ops, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { DevicePort, type DevicePortHandler } from '../src/net/core/dev-port.ts';
import { etherSetup } from '../src/net/ethernet/eth.ts';
import { NO_OPS, Rig, value } from './netlink-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

interface Made {
  readonly rig: Rig;
  readonly dev: net_device;
  /** Packets that the driver has and has not settled. */
  readonly held: sk_buff[];
}

/** An Ethernet device whose driver keeps what it is sent, unless the test says otherwise. */
function device(ops: Partial<net_device_ops> = {}, queues = 1): Made {
  const rig = new Rig();
  const held: sk_buff[] = [];
  const dev = value(
    rig.core.alloc_netdev_mqs(
      rig.init,
      'eth0',
      (made) => {
        etherSetup(made);
        made.dev_addr.set([2, 0, 0, 0, 0, 9]);
        made.needs_free_netdev = true;
        made.netdev_ops = {
          ...NO_OPS,
          ndo_start_xmit: (skb) => {
            held.push(skb);
            return NETDEV_TX_OK;
          },
          ...ops,
        };
        return 0;
      },
      queues,
      1,
    ),
  );
  expect(rig.core.register_netdev(dev)).toBe(0);
  return { rig, dev, held };
}

class Told implements DevicePortHandler {
  readonly received: number[][] = [];
  readonly rooms: number[] = [];
  changes = 0;
  ends = 0;

  receive(bytes: Uint8Array, offset: number, length: number): void {
    this.received.push([...bytes.subarray(offset, offset + length)]);
  }
  room(queue: number): void {
    this.rooms.push(queue);
  }
  changed(): void {
    this.changes++;
  }
  gone(): void {
    this.ends++;
  }
}

function frame(length: number, mark = 1): Uint8Array {
  const bytes = new Uint8Array(length).fill(mark);
  bytes.set([2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, mark, 0x88, 0xb5]);
  return bytes;
}

/** What the driver does when a frame comes in from outside. */
function comeIn({ rig, dev }: Made, bytes: Uint8Array): void {
  const skb = rig.skb(bytes);
  skb.protocol = rig.core.eth_type_trans(skb, dev);
  rig.core.netif_rx(skb);
}

function settle({ rig, held }: Made, count: number): void {
  for (const skb of held.splice(0, count)) rig.core.consume_skb(skb);
}

describe('DevicePort', () => {
  it('transmits as packet sockets do, and takes what comes in', () => {
    const made = device();
    const { rig, dev, held } = made;
    using _ = rig;
    const told = new Told();
    using socket = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
    using port = new DevicePort(dev, told, rig.core);
    expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(-errno.ENETDOWN);
    port.setUp(true);
    const padded = new Uint8Array(300);
    for (const [mark, length] of [60, 128, 129, 200].entries()) {
      padded.set(frame(length, mark), 20);
      expect(port.transmit(0, padded, 20, length, 0)).toBe(0);
      const skb = held[mark];
      expect(skb).toMatchObject({ len: length, protocol: 0x88b5, dev, priority: 0 });
      expect([...(skb?.head?.bytes.subarray(skb.data, skb.tail) ?? [])]).toEqual([...frame(length, mark)]);
      expect((skb?.network_header ?? 0) - (skb?.data ?? 0)).toBe(14);
    }
    settle(made, 4);
    comeIn(made, frame(70, 7));
    expect(told.received).toEqual([[...frame(70, 7)]]);
    // Packet sockets see both.
    let seen = 0;
    for (; socket.receive() !== undefined; ) seen++;
    expect(seen).toBe(5);
    port.close();
    comeIn(made, frame(70, 8));
    expect(told.received).toHaveLength(1);
    expect(() => { port.setUp(false); }).toThrow(code('ENODEV'));
    expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(-errno.ENODEV);
  });

  it('takes what this kernel transmits to a device that monitors, but not what it transmits itself', () => {
    const rig = new Rig();
    using _ = rig;
    const { dev, seen } = rig.tapDevice('nlmon0');
    const told = new Told();
    using port = new DevicePort(dev, told, rig.core);
    port.setUp(true);
    rig.core.netlink.replay(rig.init, 0, Uint8Array.of(1, 2, 3));
    expect(port.transmit(0, Uint8Array.of(4, 5), 0, 2, 7)).toBe(0);
    expect(told.received).toEqual([[1, 2, 3]]);
    expect(seen).toHaveLength(2);
    port.close();
    rig.core.netlink.replay(rig.init, 0, Uint8Array.of(1, 2, 3));
    expect(told.received).toHaveLength(1);
  });

  it('refuses what makes no sense', () => {
    const made = device({ ndo_open: () => -errno.EBUSY });
    const { rig, dev } = made;
    using _ = rig;
    using port = new DevicePort(dev, new Told(), rig.core);
    expect(() => new DevicePort(dev, new Told(), rig.core)).toThrow(code('EBUSY'));
    expect(() => { port.setUp(true); }).toThrow(code('EBUSY'));
    expect(port.isUp).toBe(false);
    expect(() => { port.setMtu(9000); }).toThrow(/mtu greater than device maximum/u);
    expect(() => { port.setAddress(new Uint8Array(4)); }).toThrow(code('EINVAL'));
    expect(() => { port.setAddress(new Uint8Array(6)); }).toThrow(code('EOPNOTSUPP'));
    dev.flags |= IFF_LOOPBACK;
    dev.type = ARPHRD_LOOPBACK;
    port.close();
    expect(() => new DevicePort(dev, new Told(), rig.core)).toThrow(code('EINVAL'));
  });

  it('refuses packets that the device cannot have', () => {
    const made = device();
    const { rig, dev } = made;
    using _ = rig;
    using port = new DevicePort(dev, new Told(), rig.core);
    port.setUp(true);
    expect(port.transmit(0, frame(1518), 0, 1518, 0)).toBe(0);
    expect(port.transmit(0, new Uint8Array(1519), 0, 1519, 0)).toBe(-errno.EMSGSIZE);
    expect(port.transmit(0, frame(14), 0, 13, 0)).toBe(-errno.EINVAL);
    rig.core.faults.failAllocation({ site: 'alloc_skb', nth: 1 });
    expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(-errno.ENOBUFS);
    rig.core.netif_carrier_off(dev);
    rig.core.rtnl.runWork();
    expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(0);
    expect(rig.core.skbs.live).toBe(1);
    settle(made, 1);
  });

  it('asks to wait when the device has much in hand, and says when it has not', () => {
    const made = device();
    const { rig, dev } = made;
    using _ = rig;
    const told = new Told();
    using port = new DevicePort(dev, told, rig.core);
    port.setUp(true);
    for (let i = 1; i <= 66; i++) expect(port.transmit(2, frame(60), 0, 60, 0)).toBe(i < 64 ? 0 : 1);
    expect(port.transmit(1, frame(60), 0, 60, 0)).toBe(0);
    settle(made, 33);
    expect(told.rooms).toEqual([]);
    settle(made, 1);
    expect(told.rooms).toEqual([2]);
    settle(made, 33);
    expect(told.rooms).toEqual([2]);
    expect(port.transmit(2, frame(60), 0, 60, 0)).toBe(0);
    settle(made, 1);
  });

  it('waits in the discipline of a stopped queue, and drops there what is too much', () => {
    const made = device();
    const { rig, dev, held } = made;
    using _ = rig;
    dev.tx_queue_len = 3;
    const told = new Told();
    using port = new DevicePort(dev, told, rig.core);
    port.setUp(true);
    rig.core.netif_tx_stop_queue(dev.tx0);
    for (let i = 0; i < 4; i++) expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(0);
    expect(port.transmit(0, frame(60), 0, 60, 0)).toBe(-errno.ENOBUFS);
    expect(held).toEqual([]);
    rig.core.netif_tx_wake_queue(dev.tx0);
    expect(held).toHaveLength(4);
    settle(made, 4);
  });

  it('is not lost on a driver that is busy', () => {
    let busy = true;
    const given: sk_buff[] = [];
    const made = device({ ndo_start_xmit: (skb, dev) => {
      if (busy) {
        dev.kernel.netif_tx_stop_queue(dev.tx0);
        return NETDEV_TX_BUSY;
      }
      given.push(skb);
      return NETDEV_TX_OK;
    } });
    const { rig, dev } = made;
    using _ = rig;
    using port = new DevicePort(dev, new Told(), rig.core);
    port.setUp(true);
    for (let i = 0; i < 3; i++) expect(port.transmit(0, frame(60, i), 0, 60, 0)).toBe(0);
    busy = false;
    rig.core.netif_tx_wake_queue(dev.tx0);
    expect(given.map((skb) => skb.head?.bytes[skb.data + 11])).toEqual([0, 1, 2]);
    for (const skb of given) rig.core.consume_skb(skb);
  });

  it('lets the driver choose the queue', () => {
    const chosen: number[] = [];
    const made = device({
      ndo_select_queue: (_dev, skb) => (skb.head?.bytes[skb.data + ETH_ALEN + 5] ?? 0) % 2,
      ndo_start_xmit: (skb, dev) => {
        chosen.push(skb.queue_mapping);
        dev.kernel.consume_skb(skb);
        return NETDEV_TX_OK;
      },
    }, 2);
    using _ = made.rig;
    using port = new DevicePort(made.dev, new Told(), made.rig.core);
    port.setUp(true);
    expect(port.queues).toBe(2);
    for (let i = 0; i < 4; i++) port.transmit(0, frame(60, i), 0, 60, 0);
    expect(chosen).toEqual([0, 1, 0, 1]);
  });

  it('tells of changes, whoever makes them', () => {
    const made = device({
      ndo_set_mac_address: (dev, address) => {
        dev.kernel.dev_addr_set(dev, address);
        return 0;
      },
    });
    const { rig, dev } = made;
    using _ = rig;
    const told = new Told();
    using port = new DevicePort(dev, told, rig.core);
    const change = (what: () => unknown): number => {
      const before = told.changes;
      what();
      rig.core.rtnl.runWork();
      return told.changes - before;
    };
    expect([port.name, port.index, port.type, port.headerLength, port.mtu, port.isUp, port.hasCarrier]).toEqual(['eth0', dev.ifindex, 1, 14, 1500, false, true]);
    expect(change(() => rig.up(dev))).toBe(1);
    expect(change(() => { rig.core.netif_carrier_off(dev); })).toBe(1);
    expect([port.isUp, port.hasCarrier]).toEqual([true, false]);
    expect(change(() => { port.setMtu(1400); })).toBe(1);
    expect(change(() => { port.setAddress(Uint8Array.of(2, 1, 1, 1, 1, 1)); })).toBe(1);
    expect(change(() => rig.core.config.rename(dev, 'eth7'))).toBe(1);
    expect([port.mtu, port.address, port.name]).toEqual([1400, Uint8Array.of(2, 1, 1, 1, 1, 1), 'eth7']);
    expect(change(() => rig.down(dev))).toBe(1);
    expect(told.ends).toBe(0);
  });

  it('lets in all groups while it is there, and everything if somebody wants it', () => {
    const made = device();
    const { rig, dev } = made;
    using _ = rig;
    const flags = (): number => dev.flags & (IFF_ALLMULTI | IFF_PROMISC | IFF_UP);
    const port = new DevicePort(dev, new Told(), rig.core);
    expect(flags()).toBe(IFF_ALLMULTI);
    port.setPromiscuous(true);
    port.setPromiscuous(true);
    expect(flags()).toBe(IFF_ALLMULTI | IFF_PROMISC);
    port.setPromiscuous(false);
    expect(flags()).toBe(IFF_ALLMULTI);
    port.setPromiscuous(true);
    port.close();
    port.close();
    expect(flags()).toBe(0);
    expect(dev.rx_handler).toBe(null);
  });

  it('ends with the device, or where it goes', () => {
    const made = device();
    const { rig, dev } = made;
    using _ = rig;
    const told = new Told();
    const port = new DevicePort(dev, told, rig.core);
    port.setUp(true);
    port.transmit(0, frame(60), 0, 60, 0);
    rig.core.unregister_netdev(dev);
    expect([told.ends, port.closed]).toEqual([1, true]);
    port.close();
    settle(made, 1);
    expect(told).toMatchObject({ ends: 1, rooms: [] });
  });
});
