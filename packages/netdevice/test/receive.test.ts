import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST } from '@netdevkit/bindings';
import type { SkBuff } from '@netdevkit/skbuff';
import { describe, expect, it } from 'vitest';
import { DeviceType, type Device, type DeviceSetup, type EthernetDriver } from '../src/index.ts';
import { EthernetRig, frame, numberOf } from './ethernet-rig.ts';

interface Nic {
  /** What has come in and was not taken yet. */
  readonly waiting: Uint8Array[];
  readonly budgets: number[];
}

function nic(more: Partial<EthernetDriver<Nic, 'tstats'>> = {}): EthernetDriver<Nic, 'tstats'> {
  return {
    pcpuStats: 'tstats',
    createState: () => ({ waiting: [], budgets: [] }),
    setup: (dev) => void dev.setAddress(Uint8Array.of(2, 0, 0, 0, 0, 1)),
    startXmit: (skb) => skb.consume(),
    ...more,
  };
}

/** Lets a frame come in at a device; gives whether it was lost. */
function receive(dev: Device, octets: Uint8Array): boolean {
  const skb = dev.allocSkb(octets.length);
  skb.put(octets);
  return dev.netifRx(skb).isLost;
}

function to(address: readonly number[]): Uint8Array {
  const octets = frame(1);
  octets.set(address);
  return octets;
}

describe('netifRx', () => {
  it('hands packets to packet sockets, with what they are', () => {
    using rig = new EthernetRig(nic());
    rig.up();
    using socket = rig.packets();
    const frames = [to([2, 0, 0, 0, 0, 1]), to([2, 0, 0, 0, 0, 2]), to([1, 0, 0x5e, 0, 0, 1]), to([255, 255, 255, 255, 255, 255])];
    for (const octets of frames) expect(receive(rig.dev, octets)).toBe(false);
    const seen = frames.map(() => socket.receive());
    expect(seen.map((packet) => packet?.bytes)).toEqual(frames);
    expect(seen.map((packet) => packet?.from.pktType)).toEqual([PACKET_HOST, PACKET_OTHERHOST, PACKET_MULTICAST, PACKET_BROADCAST]);
    expect(seen.map((packet) => packet?.from.protocol)).toEqual(frames.map(() => 0x88b5));
    expect(rig.ip.link.show('eth0').stats).toMatchObject({ rxDropped: 0n });
  });

  it('tells 802.2 and 802.3 from Ethertypes', () => {
    using rig = new EthernetRig(nic());
    rig.up();
    using socket = rig.packets();
    const length = frame(1);
    length.set([0, 46], 12);
    const raw = length.slice();
    raw.set([0xff, 0xff], 14);
    receive(rig.dev, length);
    receive(rig.dev, raw);
    expect([socket.receive()?.from.protocol, socket.receive()?.from.protocol]).toEqual([4, 1]);
  });

  it('drops what nobody takes, what is too short, and what comes while the device is down', () => {
    using rig = new EthernetRig(nic());
    expect(receive(rig.dev, frame(1))).toBe(true);
    rig.up();
    expect(receive(rig.dev, frame(1))).toBe(false);
    expect(receive(rig.dev, frame(1).subarray(0, 13))).toBe(true);
    expect(receive(rig.dev, new Uint8Array(0))).toBe(true);
    expect(rig.kernel.skbs()).toMatchObject({ live: 0, dropped: { DEV_READY: 1, UNHANDLED_PROTO: 1, HDR_TRUNC: 2 } });
    expect(rig.ip.link.show('eth0').stats).toMatchObject({ rxDropped: 4n });
  });

  it('does not count as dropped what a stack would take that is not here', () => {
    using rig = new EthernetRig(nic());
    rig.up();
    const ip = frame(1);
    ip.set([8, 0], 12);
    receive(rig.dev, ip);
    ip.set([2, 0, 0, 0, 0, 77]);
    receive(rig.dev, ip);
    expect(rig.ip.link.show('eth0').stats).toMatchObject({ rxDropped: 0n, rxOtherhostDropped: 1n });
    expect(rig.kernel.skbs().dropped).toEqual({ NO_SOCKET: 1, OTHERHOST: 1 });
  });

  it('takes no packet twice, none that was settled, and none of another kernel', () => {
    using rig = new EthernetRig(nic());
    using other = new EthernetRig(nic());
    rig.up();
    const skb = rig.dev.allocSkb(60);
    skb.put(frame(1));
    rig.dev.netifRx(skb);
    expect(() => rig.dev.netifRx(skb)).toThrow(TypeError);
    expect(() => skb.len).toThrow(TypeError);
    const alien = other.dev.allocSkb(60);
    expect(() => rig.dev.netifRx(alien)).toThrow(/another kernel/);
    alien.consume();
  });

  it('leaves devices without headers to say what a packet is', () => {
    const setup = (dev: DeviceSetup): void => {
      dev.setType(DeviceType.NONE);
      dev.setHardHeaderLen(0);
    };
    using rig = new EthernetRig(nic({ setup }));
    rig.up();
    using socket = rig.packets();
    const skb = rig.dev.allocSkb(3);
    skb.put(Uint8Array.of(1, 2, 3));
    skb.setProtocol(0x0800);
    rig.dev.netifRx(skb);
    expect(socket.receive()).toMatchObject({ bytes: Uint8Array.of(1, 2, 3), from: { protocol: 0x0800 } });
  });

  it('waits until the transmission is over that brings it about; a full backlog drops', () => {
    const order: string[] = [];
    using rig = new EthernetRig(
      nic({
        startXmit: (skb, dev) => {
          for (let i = 0; i < 1001; i++) order.push(receive(dev, frame(i & 0xff)) ? 'lost' : 'queued');
          order.push('sent');
          return skb.consume();
        },
      }),
    );
    rig.up();
    using socket = rig.packets();
    using sender = rig.packets(0);
    sender.send(frame(200));
    expect(order.slice(-3)).toEqual(['queued', 'lost', 'sent']);
    expect(rig.kernel.skbs().dropped).toMatchObject({ CPU_BACKLOG: 1 });
    // First the packet that went out, then what came in.
    expect(numberOf(socket.receive()?.bytes)).toBe(200);
    expect(numberOf(socket.receive()?.bytes)).toBe(0);
  });

  it('ends although what comes in makes something go out, without end', () => {
    let rounds = 0;
    using rig = new EthernetRig(
      nic({
        poll: (dev) => {
          rounds++;
          dev.schedulePoll();
          return 0;
        },
      }),
    );
    rig.up();
    rig.dev.schedulePoll();
    expect(rounds).toBe(1024);
    rig.clock.advance(1e6);
    expect(rounds).toBe(2048);
    rig.ip.link.set('eth0', { up: false });
    rig.clock.advance(1e7);
    expect(rounds).toBe(2048);
  });
});

describe('poll', () => {
  const polled = nic({
    poll: (dev, budget, _queue, state) => {
      state.budgets.push(budget);
      let work = 0;
      for (; work < budget && state.waiting.length > 0; work++) {
        const octets = state.waiting.shift() ?? new Uint8Array();
        const skb = dev.allocSkb(octets.length);
        skb.put(octets);
        dev.netifReceiveSkb(skb);
        dev.stats.rxAdd(octets.length);
      }
      return work;
    },
  });

  it('takes in what waits, a budget at a time, until there is no more', () => {
    const state: Nic = { waiting: [], budgets: [] };
    using rig = new EthernetRig({ ...polled, createState: () => state });
    rig.up();
    using socket = rig.packets();
    for (let i = 0; i < 150; i++) state.waiting.push(frame(i));
    rig.dev.schedulePoll();
    expect(state.budgets).toEqual([64, 64, 64]);
    for (let i = 0; i < 150; i++) expect(numberOf(socket.receive()?.bytes)).toBe(i);
    expect(rig.ip.link.show('eth0').stats).toMatchObject({ rxPackets: 150n, rxBytes: 9000n });
  });

  it('is not called while the device is down, nor for a queue that is not there', () => {
    const state: Nic = { waiting: [frame(1)], budgets: [] };
    using rig = new EthernetRig({ ...polled, createState: () => state }, { rxQueues: 2 });
    rig.up();
    rig.ip.link.set('eth0', { up: false });
    rig.dev.schedulePoll();
    expect(state.budgets).toEqual([]);
    expect(() => {
      rig.dev.schedulePoll(2);
    }).toThrow(RangeError);
    rig.up();
    rig.dev.schedulePoll(1);
    expect(state.budgets).toEqual([64]);
    using plain = new EthernetRig(nic());
    plain.up();
    expect(() => {
      plain.dev.schedulePoll();
    }).toThrow(TypeError);
  });

  it('is not enabled when open refuses', () => {
    const state: Nic = { waiting: [frame(1)], budgets: [] };
    using rig = new EthernetRig({ ...polled, createState: () => state });
    using fault = rig.kernel.faults.refuse('ndo_open', 'EBUSY', 1);
    expect(() => {
      rig.up();
    }).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    expect(fault.hits).toBe(1);
    rig.up();
    rig.dev.schedulePoll();
    expect(state.budgets).toEqual([64]);
  });

  it('that throws, or gives nonsense, is logged and is done', () => {
    let answer: () => number = () => {
      throw new Error('boom');
    };
    using rig = new EthernetRig(nic({ poll: () => answer() }));
    rig.up();
    const complaints = (): string[] => rig.kernel.dmesg().filter(({ level }) => level <= 3).map(({ text }) => text);
    rig.dev.schedulePoll();
    expect(complaints()).toEqual([expect.stringContaining('eth0: poll: Error: boom')]);
    answer = () => -1;
    rig.dev.schedulePoll();
    expect(complaints().at(-1)).toContain('poll: RangeError');
    let calls = 0;
    answer = () => (++calls === 1 ? 65 : 0);
    rig.dev.schedulePoll();
    expect(complaints().at(-1)).toContain('exceeding its budget of 64');
    expect(calls).toBe(2);
  });
});

describe('a packet that a driver makes', () => {
  it('has headroom, and grows at both ends', () => {
    using rig = new EthernetRig(nic());
    const skb = rig.dev.allocSkb(10);
    expect([skb.len, skb.headroom, skb.tailroom >= 10]).toEqual([0, 64, true]);
    skb.put(Uint8Array.of(3, 4));
    skb.push(Uint8Array.of(1, 2));
    expect([...skb.data()]).toEqual([1, 2, 3, 4]);
    skb.pull(1);
    skb.trim(2);
    expect([...skb.data()]).toEqual([2, 3]);
    skb.consume();
  });

  it('is not made without memory, nor too long', () => {
    using rig = new EthernetRig(nic());
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    expect(() => rig.dev.allocSkb(10)).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
    expect(fault.hits).toBe(1);
    for (const length of [-1, 1.5, 2 ** 25]) expect(() => rig.dev.allocSkb(length)).toThrow(RangeError);
  });

  it('that nobody settles is a leak, which names where it was made', () => {
    const rig = new EthernetRig(nic());
    const lost: SkBuff = rig.dev.allocSkb(10);
    expect(lost.len).toBe(0);
    rig.ip[Symbol.dispose]();
    expect(() => {
      rig.kernel.close();
    }).toThrow(/skb/);
  });
});
