import { ManualClock } from '@netdevkit/kernel';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { describe, expect, it } from 'vitest';
import { PrivFlags, type Device, type EthernetDriver } from '../src/index.ts';
import { EthernetRig, frame, numberOf } from './ethernet-rig.ts';

interface Ring {
  /** What the hardware has: numbers of frames, by queue. */
  readonly sent: [queue: number, number: number][];
  room: number;
}

/** A driver with a ring: it stops its queue when that is full. */
function ring(log: Ring, more: Partial<EthernetDriver<Ring, 'tstats'>> = {}): EthernetDriver<Ring, 'tstats'> {
  return {
    pcpuStats: 'tstats',
    createState: () => log,
    setup: (dev) => void dev.setRandomAddress(),
    startXmit(skb: SkBuff, dev: Device<'tstats'>, state: Ring): TxOutcome {
      if (state.room === 0) {
        dev.stopQueue(skb.queueMapping);
        return skb.busy();
      }
      state.room--;
      state.sent.push([skb.queueMapping, skb.data()[14] ?? -1]);
      dev.stats.txAdd(skb.len);
      return skb.consume();
    },
    ...more,
  };
}

const numbers = (log: Ring): number[] => log.sent.map(([, number]) => number);

describe('a device with a queue', () => {
  it('has pfifo_fast, or mq with more than one, from the first time that it is up', () => {
    using one = new EthernetRig(ring({ sent: [], room: 1 }));
    expect(one.ip.link.show('eth0').qdisc).toBe('noop');
    one.up();
    expect(one.ip.link.show('eth0').qdisc).toBe('pfifo_fast');
    using four = new EthernetRig(ring({ sent: [], room: 1 }), { txQueues: 4 });
    four.up();
    expect(four.ip.link.show('eth0').qdisc).toBe('mq');
    using none = new EthernetRig(ring({ sent: [], room: 1 }, { setup: (dev) => void dev.addPrivFlags(PrivFlags.NO_QUEUE) }), { txQueues: 4 });
    none.up();
    expect(none.ip.link.show('eth0').qdisc).toBe('noqueue');
  });

  it('keeps what a busy driver gives back, in front, and sends it when the queue is woken', () => {
    const log: Ring = { sent: [], room: 2 };
    using rig = new EthernetRig(ring(log));
    rig.up();
    using socket = rig.packets(0);
    for (let i = 0; i < 5; i++) expect(socket.send(frame(i))).toBe(60);
    expect(numbers(log)).toEqual([0, 1]);
    expect(rig.dev.isQueueStopped()).toBe(true);
    expect(rig.kernel.skbs().live).toBe(3);
    log.room = 2;
    rig.dev.wakeQueue();
    expect(numbers(log)).toEqual([0, 1, 2, 3]);
    log.room = 9;
    rig.dev.wakeQueue();
    expect(numbers(log)).toEqual([0, 1, 2, 3, 4]);
    expect(rig.ip.link.show('eth0').stats).toMatchObject({ txPackets: 5n, txBytes: 300n, txDropped: 0n });
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('asks a driver that is busy without stopping its queue again a little later', () => {
    let busy = 3;
    const log: Ring = { sent: [], room: 9 };
    using rig = new EthernetRig(
      ring(log, {
        startXmit: (skb, _dev, state) => {
          if (busy-- > 0) return skb.busy();
          state.sent.push([0, skb.data()[14] ?? -1]);
          return skb.consume();
        },
      }),
    );
    rig.up();
    using socket = rig.packets(0);
    socket.send(frame(1));
    expect([numbers(log), busy]).toEqual([[], 2]);
    rig.clock.advance(1e6);
    rig.clock.advance(1e6);
    expect([numbers(log), busy]).toEqual([[], 0]);
    rig.clock.advance(1e6);
    expect(numbers(log)).toEqual([1]);
  });

  it('asks again with the next packet when the clock cannot wake', () => {
    let busy = 1;
    const log: Ring = { sent: [], room: 9 };
    const clock = new ManualClock(0);
    using rig = new EthernetRig(
      ring(log, {
        startXmit: (skb, _dev, state) => {
          if (busy-- > 0) return skb.busy();
          state.sent.push([0, skb.data()[14] ?? -1]);
          return skb.consume();
        },
      }),
      {},
      { clock: { now: (into) => void clock.now(into) } },
    );
    rig.up();
    using socket = rig.packets(0);
    using elsewhere = rig.packets(0, 'lo');
    rig.up('lo');
    socket.send(frame(1));
    expect(numbers(log)).toEqual([]);
    elsewhere.send(frame(2));
    expect(numbers(log)).toEqual([1]);
  });

  it('drops what does not fit, telling the sender, band by band', () => {
    const log: Ring = { sent: [], room: 0 };
    using rig = new EthernetRig(ring(log, { setup: (dev) => void dev.setTxQueueLen(3) }));
    rig.up();
    using socket = rig.packets(0);
    // One is with the driver, three wait.
    for (let i = 0; i < 4; i++) socket.send(frame(i));
    expect(() => socket.send(frame(4))).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    expect(rig.kernel.skbs().dropped).toMatchObject({ QDISC_DROP: 1 });
    rig.ip.link.set('eth0', { txQueueLen: 4 });
    socket.send(frame(5));
    log.room = 99;
    rig.dev.wakeQueue();
    expect(numbers(log)).toEqual([0, 1, 2, 3, 5]);
  });

  it('drops what waits when it goes down, and is as good as new when it comes up', () => {
    const log: Ring = { sent: [], room: 0 };
    using rig = new EthernetRig(ring(log, { open: (dev) => void dev.startQueue() }));
    rig.up();
    using socket = rig.packets(0);
    for (let i = 0; i < 4; i++) socket.send(frame(i));
    rig.ip.link.set('eth0', { up: false });
    expect(rig.kernel.skbs()).toMatchObject({ live: 0, dropped: { QUEUE_PURGE: 4 } });
    log.room = 9;
    rig.up();
    socket.send(frame(7));
    expect(numbers(log)).toEqual([7]);
  });

  it('drops what waits when the carrier goes, and what comes before it is back', () => {
    const log: Ring = { sent: [], room: 0 };
    using rig = new EthernetRig(ring(log));
    rig.up();
    using socket = rig.packets(0);
    for (let i = 0; i < 4; i++) socket.send(frame(i));
    rig.dev.carrierOff();
    rig.ip.link.list();
    expect(rig.kernel.skbs()).toMatchObject({ live: 0, dropped: { QUEUE_PURGE: 4 } });
    socket.send(frame(5));
    expect(rig.ip.link.show('eth0').stats?.txDropped).toBe(1n);
    log.room = 9;
    rig.dev.carrierOn();
    rig.dev.startQueue();
    rig.ip.link.list();
    socket.send(frame(6));
    expect(numbers(log)).toEqual([6]);
  });

  it('that is unregistered with packets waiting leaves none', () => {
    using rig = new EthernetRig(ring({ sent: [], room: 0 }));
    rig.up();
    using socket = rig.packets(0);
    for (let i = 0; i < 4; i++) socket.send(frame(i));
    rig.kernel.rmmod('ethernet');
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('gives each of several queues what selectQueue says; what that gets wrong goes to the first', () => {
    const log: Ring = { sent: [], room: 99 };
    using rig = new EthernetRig(ring(log, { selectQueue: (_dev, skb) => (skb.data()[14] ?? 0) - 1 }), { txQueues: 4 });
    rig.up();
    using socket = rig.packets(0);
    for (const number of [0, 1, 2, 3, 4, 5]) socket.send(frame(number));
    expect(log.sent).toEqual([[0, 0], [0, 1], [1, 2], [2, 3], [3, 4], [0, 5]]);
    rig.dev.setRealNumTxQueues(2);
    socket.send(frame(4));
    expect(log.sent.at(-1)).toEqual([0, 4]);
    expect(() => {
      rig.dev.setRealNumTxQueues(5);
    }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('lets selectQueue look and nothing else', () => {
    const thrown: unknown[] = [];
    let kept: { readonly len: number } | undefined;
    const log: Ring = { sent: [], room: 9 };
    using rig = new EthernetRig(
      ring(log, {
        selectQueue: (_dev, skb) => {
          kept = skb;
          // CAST: what a driver in JavaScript may do.
          const more = skb as unknown as SkBuff;
          for (const attempt of [() => more.consume(), () => more.drop('NOMEM'), () => more.busy(), () => more.keep(), () => more.clone(), () => more.writable(), () => void more.put(1)]) {
            try {
              attempt();
            } catch (error) {
              thrown.push(error);
            }
          }
          return 1;
        },
      }),
      { txQueues: 2 },
    );
    rig.up();
    using socket = rig.packets(0);
    socket.send(frame(1));
    expect(log.sent).toEqual([[1, 1]]);
    expect(thrown).toEqual(Array.from({ length: 7 }, () => expect.any(TypeError) as unknown));
    expect(() => kept?.len).toThrow(TypeError);
  });

  it('spreads flows when nobody says where they go, each always to one queue', () => {
    const log: Ring = { sent: [], room: 999 };
    using rig = new EthernetRig(ring(log), { txQueues: 4 });
    rig.up();
    using socket = rig.packets(0);
    const flow = (number: number): Uint8Array => {
      const octets = frame(number);
      octets[11] = number;
      return octets;
    };
    for (let round = 0; round < 3; round++) for (let i = 0; i < 64; i++) socket.send(flow(i));
    const queues = new Map<number, Set<number>>();
    for (const [queue, number] of log.sent) queues.set(number, (queues.get(number) ?? new Set()).add(queue));
    expect([...queues.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set(log.sent.map(([queue]) => queue)).size).toBe(4);
  });

  it('stops and wakes each queue by itself', () => {
    const log: Ring = { sent: [], room: 99 };
    using rig = new EthernetRig(ring(log, { selectQueue: (_dev, skb) => (skb.data()[14] ?? 0) % 2 }), { txQueues: 2 });
    rig.up();
    rig.dev.stopQueue(1);
    using socket = rig.packets(0);
    for (const number of [0, 1, 2, 3]) socket.send(frame(number));
    expect(numbers(log)).toEqual([0, 2]);
    rig.dev.wakeQueue(1);
    expect(numbers(log)).toEqual([0, 2, 1, 3]);
    expect(() => {
      rig.dev.stopQueue(2);
    }).toThrow(RangeError);
  });

  it('sends what its own transmission sends after it, not inside of it', () => {
    const order: string[] = [];
    const log: Ring = { sent: [], room: 9 };
    const rigs: EthernetRig<Ring, 'tstats'>[] = [];
    using rig = new EthernetRig(
      ring(log, {
        startXmit: (skb, dev) => {
          order.push(`in ${String(skb.data()[14])}`);
          if (skb.data()[14] === 1) dev.stopQueue();
          if (skb.data()[14] === 1) dev.wakeQueue();
          order.push('out');
          return skb.consume();
        },
      }),
    );
    rigs.push(rig);
    rig.up();
    using socket = rig.packets(0);
    rig.dev.stopQueue();
    socket.send(frame(1));
    socket.send(frame(2));
    rig.dev.wakeQueue();
    expect(order).toEqual(['in 1', 'out', 'in 2', 'out']);
  });

  it('tells a driver of a queue that stands still, once per while', () => {
    const barks: [number, number][] = [];
    const log: Ring = { sent: [], room: 0 };
    using rig = new EthernetRig(
      ring(log, {
        setup: (dev) => void dev.setWatchdogTimeout(1000),
        txTimeout: (dev, queue) => void barks.push([dev.ifindex, queue]),
      }),
    );
    rig.up();
    rig.clock.advance(5e9);
    expect(barks).toEqual([]);
    using socket = rig.packets(0);
    socket.send(frame(1));
    rig.clock.advance(2.5e9);
    expect(barks.length).toBeGreaterThanOrEqual(1);
    expect(rig.kernel.dmesg().some(({ text }) => text.includes('NETDEV WATCHDOG: transmit queue 0 timed out'))).toBe(true);
    const count = barks.length;
    log.room = 9;
    rig.dev.wakeQueue();
    rig.clock.advance(9e9);
    expect(barks).toHaveLength(count);
    expect(numbers(log)).toEqual([1]);
    expect(numberOf(undefined)).toBeUndefined();
  });
});
