import { describe, expect, it } from 'vitest';
import type { PcpuStatKind } from '../src/index.ts';
import { declareStatsUnsafe } from '../src/unsafe.ts';
import { Rig } from './rig.ts';

const MOST = 0xffff_ffff_ffff_ffffn;

/** What an `unsigned int` of C does not hold. */
const BAD = [-1, 0x1_0000_0000, 1.5, NaN, Infinity, -Infinity, -0.5];

describe('lstats', () => {
  it('count packets and octets', () => {
    using rig = new Rig();
    const { stats } = rig.device('lstats');
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
    stats.add(100);
    stats.add(0);
    stats.add(0xffff_ffff);
    expect(stats.read()).toEqual({ packets: 3n, bytes: 0x1_0000_0063n });
  });

  it.each(BAD)('refuse a length of %d, and count nothing', (length) => {
    using rig = new Rig();
    const { stats } = rig.device('lstats');
    expect(() => stats.add(length)).toThrow(new RangeError(`len: expected an integer from 0 to 4294967295, got ${String(length)}`));
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
  });
});

describe('tstats', () => {
  it('count each way', () => {
    using rig = new Rig();
    const { stats } = rig.device('tstats');
    stats.rxAdd(10);
    stats.rxAdd(20);
    stats.txAdd(5);
    stats.txAdd(70, 3);
    stats.txAdd(0, 0);
    expect(stats.read()).toEqual({ rxPackets: 2n, rxBytes: 30n, txPackets: 4n, txBytes: 75n });
  });

  it.each(BAD)('refuse a number of %d, and count nothing', (bad) => {
    using rig = new Rig();
    const { stats } = rig.device('tstats');
    expect(() => stats.rxAdd(bad)).toThrow(RangeError);
    expect(() => stats.txAdd(bad)).toThrow(RangeError);
    expect(() => stats.txAdd(1, bad)).toThrow(new RangeError(`packets: expected an integer from 0 to 4294967295, got ${String(bad)}`));
    expect(stats.read()).toEqual({ rxPackets: 0n, rxBytes: 0n, txPackets: 0n, txBytes: 0n });
  });
});

describe('dstats', () => {
  it('count each way, and drops', () => {
    using rig = new Rig();
    const { stats } = rig.device('dstats');
    stats.rxAdd(10);
    stats.rxDropped();
    stats.rxDropped();
    stats.txAdd(7);
    stats.txAdd(8);
    stats.txDropped();
    expect(stats.read()).toEqual({ rxPackets: 1n, rxBytes: 10n, rxDrops: 2n, txPackets: 2n, txBytes: 15n, txDrops: 1n });
  });

  it.each(BAD)('refuse a length of %d, and count nothing', (length) => {
    using rig = new Rig();
    const { stats } = rig.device('dstats');
    expect(() => stats.rxAdd(length)).toThrow(RangeError);
    expect(() => stats.txAdd(length)).toThrow(RangeError);
    expect(Object.values(stats.read())).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
  });
});

describe('none', () => {
  it('has no handle', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('none');
    expect(stats).toBeUndefined();
    expect(dev.pcpu_stats).toBeNull();
  });
});

describe('counters', () => {
  it('are of the CPU that counts, and are summed when they are read', () => {
    using rig = new Rig({ cpus: 4 });
    const { dev, stats } = rig.device('lstats');
    for (let cpu = 0; cpu < 4; cpu++) {
      rig.kernel.runOn(cpu, () => {
        for (let i = 0; i <= cpu; i++) stats.add(100 ** cpu);
      });
    }
    expect(stats.read()).toEqual({ packets: 10n, bytes: 4_030_201n });
    const rows = dev.pcpu_stats;
    expect([0, 1, 2, 3].map((cpu) => rows?.slice(8 * cpu, 8 * cpu + 2))).toEqual([
      BigUint64Array.of(1n, 1n),
      BigUint64Array.of(2n, 200n),
      BigUint64Array.of(3n, 30_000n),
      BigUint64Array.of(4n, 4_000_000n),
    ]);
  });

  it.each<readonly [PcpuStatKind, number]>([
    ['tstats', 4],
    ['dstats', 6],
  ])('of %s are all summed over the CPUs', (kind, counters) => {
    using rig = new Rig({ cpus: 3 });
    const { dev, stats } = rig.device(kind);
    const rows = dev.pcpu_stats;
    if (rows === null || stats === undefined) throw new Error('no counters');
    for (let cpu = 0; cpu < 3; cpu++) for (let i = 0; i < 8; i++) rows[8 * cpu + i] = BigInt(10 ** cpu * (i + 1));
    expect(Object.values(stats.read()).sort()).toEqual(Array.from({ length: counters }, (_, i) => BigInt(111 * (i + 1))).sort());
  });

  it('wrap at 64 bits', () => {
    using rig = new Rig({ cpus: 2 });
    const { dev, stats } = rig.device('lstats');
    dev.pcpu_stats?.set([MOST, MOST - 5n]);
    stats.add(10);
    expect(stats.read()).toEqual({ packets: 0n, bytes: 4n });
    dev.pcpu_stats?.set([MOST, MOST], 8);
    expect(stats.read()).toEqual({ packets: MOST, bytes: 3n });
  });

  it('of two devices are apart', () => {
    using rig = new Rig();
    const first = rig.device('lstats').stats;
    const second = rig.device('lstats').stats;
    first.add(1);
    second.add(2);
    expect([first.read().bytes, second.read().bytes]).toEqual([1n, 2n]);
  });

  it('are there from registration to the end: nothing is counted outside of that', () => {
    using rig = new Rig();
    const { dev, stats } = rig.allocate('lstats');
    stats.add(5);
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
    expect(rig.raw.register_netdev(dev)).toBe(0);
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
    stats.add(6);
    expect(stats.read()).toEqual({ packets: 1n, bytes: 6n });
    rig.remove(dev);
    stats.add(7);
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
  });

  it.each<PcpuStatKind>(['tstats', 'dstats'])('of %s, too, do nothing outside of it', (kind) => {
    using rig = new Rig();
    const { stats } = rig.allocate(kind);
    if (stats === undefined || 'add' in stats) throw new Error('another kind');
    stats.rxAdd(1);
    stats.txAdd(1);
    if ('rxDropped' in stats) {
      stats.rxDropped();
      stats.txDropped();
    }
    expect(Object.values(stats.read()).every((value) => value === 0n)).toBe(true);
  });

  it('that no memory is there for fail the registration', () => {
    using rig = new Rig();
    const { dev, stats } = rig.allocate('lstats');
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'pcpu_stats' });
    expect(rig.raw.register_netdev(dev)).toBe(-12);
    expect(fault.hits).toBe(1);
    stats.add(1);
    expect(stats.read()).toEqual({ packets: 0n, bytes: 0n });
  });
});

describe('declareStatsUnsafe', () => {
  it.each(['', 'lstat', 'toString', '__proto__', undefined, 1])('refuses the kind %j, and declares nothing', (kind) => {
    using rig = new Rig();
    const { dev } = rig.allocate('dstats');
    // CAST: what a driver in JavaScript may declare.
    expect(() => declareStatsUnsafe(dev, kind as PcpuStatKind)).toThrow(TypeError);
    expect(dev.pcpu_stat_type).toBe(3);
  });

  it.each<readonly [PcpuStatKind, number]>([
    ['none', 0],
    ['lstats', 1],
    ['tstats', 2],
    ['dstats', 3],
  ])('declares %s as the kernel numbers it', (kind, number) => {
    using rig = new Rig();
    expect(rig.allocate(kind).dev.pcpu_stat_type).toBe(number);
  });
});
