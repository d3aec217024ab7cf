import { describe, expect, it } from 'vitest';
import { writeLinkStats64 } from '../src/index.ts';
import { Rig } from './rig.ts';

describe('what the core reports', () => {
  it('is the sums of tstats, by itself', () => {
    using rig = new Rig({ cpus: 2 });
    const { dev, stats } = rig.device('tstats');
    stats.rxAdd(3);
    rig.kernel.runOn(1, () => stats.txAdd(4, 2));
    expect(rig.reported(dev)).toEqual({ rxPackets: 1n, rxBytes: 3n, txPackets: 2n, txBytes: 4n });
    expect(rig.ip.link.show(dev.name).stats).toMatchObject({ rxPackets: 1n, rxBytes: 3n, txPackets: 2n, txBytes: 4n });
  });

  it('is the sums of dstats, by itself, drops among them', () => {
    using rig = new Rig({ cpus: 2 });
    const { dev, stats } = rig.device('dstats');
    stats.rxAdd(3);
    stats.rxDropped();
    rig.kernel.runOn(1, () => {
      stats.txAdd(4);
      stats.txDropped();
      stats.rxDropped();
    });
    expect(rig.reported(dev)).toEqual({ rxPackets: 1n, rxBytes: 3n, rxDropped: 2n, txPackets: 1n, txBytes: 4n, txDropped: 1n });
  });

  it('is nothing of lstats: only the driver knows which way its packets went', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('lstats');
    stats.add(3);
    expect(rig.reported(dev)).toEqual({});
  });

  it('is what the driver says of lstats', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('lstats', {
      ndo_get_stats64: (_dev, storage) => {
        const { packets, bytes } = stats.read();
        writeLinkStats64(storage, { rxPackets: packets, rxBytes: bytes });
      },
    });
    stats.add(3);
    stats.add(4);
    expect(rig.reported(dev)).toEqual({ rxPackets: 2n, rxBytes: 7n });
  });

  it('is what the driver says and nothing else, also where tstats would say more', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('tstats', { ndo_get_stats64: (_dev, storage) => writeLinkStats64(storage, { collisions: 5n }) });
    stats.rxAdd(3);
    expect(rig.reported(dev)).toEqual({ collisions: 5n });
  });

  it('has dev->stats of a driver without counters of its own', () => {
    using rig = new Rig();
    const { dev } = rig.device('none');
    dev.stats[4] = 8n;
    expect(rig.reported(dev)).toEqual({ rxErrors: 8n });
  });

  it('has dev->stats beside tstats', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('tstats');
    dev.stats[0] = 10n;
    stats.rxAdd(1);
    expect(rig.reported(dev)).toEqual({ rxPackets: 11n, rxBytes: 1n });
  });
});

describe('the core’s own drops', () => {
  it('are added to what is reported', () => {
    using rig = new Rig();
    const { dev, stats } = rig.device('dstats');
    // The device is down.
    expect(rig.transmit(dev)).toBeLessThan(0);
    expect(rig.transmit(dev)).toBeLessThan(0);
    expect(rig.reported(dev)).toEqual({ txDropped: 2n });
    stats.txDropped();
    stats.rxDropped();
    expect(rig.reported(dev)).toEqual({ txDropped: 3n, rxDropped: 1n });
    expect(stats.read()).toMatchObject({ txDrops: 1n, rxDrops: 1n });
  });

  it.each(['lstats', 'tstats', 'none'] as const)('are reported for %s', (kind) => {
    using rig = new Rig();
    const { dev } = rig.device(kind);
    rig.transmit(dev);
    expect(rig.reported(dev)).toEqual({ txDropped: 1n });
  });

  it('are added to what a driver says, all four of them', () => {
    using rig = new Rig();
    const { dev } = rig.device('none', {
      ndo_get_stats64: (_dev, storage) => writeLinkStats64(storage, { rxDropped: 1n, txDropped: 10n, rxNohandler: 100n, rxOtherhostDropped: 1000n }),
    });
    dev.core_stats.set([2n, 3n, 4n, 5n]);
    expect(rig.reported(dev)).toEqual({ rxDropped: 3n, txDropped: 13n, rxNohandler: 104n, rxOtherhostDropped: 1005n });
  });

  it('are none when the device takes its packets', () => {
    using rig = new Rig();
    const { dev } = rig.device('tstats');
    rig.ip.link.set(dev.name, { up: true });
    expect(rig.transmit(dev)).toBe(0);
    expect(rig.reported(dev)).toEqual({});
  });
});
