import { IF_OPER_DOWN, IF_OPER_UNKNOWN, IF_OPER_UP, IFF_LOWER_UP, IFF_NOARP, IFF_RUNNING, IFF_UP, RTNLGRP_LINK } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { DeviceType, type Device } from '../src/index.ts';
import { rawDeviceUnsafe } from '../src/unsafe.ts';
import { BASE, Rig, heard } from './rig.ts';

/** Every use of a handle but that of its counters. */
const USES: ReadonlyArray<readonly [string, (dev: Device) => unknown]> = [
  ['name', (dev) => dev.name],
  ['ifindex', (dev) => dev.ifindex],
  ['type', (dev) => dev.type],
  ['mtu', (dev) => dev.mtu],
  ['flags', (dev) => dev.flags],
  ['isUp', (dev) => dev.isUp],
  ['isRunning', (dev) => dev.isRunning],
  ['hasCarrier', (dev) => dev.hasCarrier],
  ['address', (dev) => dev.address],
  ['isQueueStopped', (dev) => dev.isQueueStopped()],
  ['carrierOn', (dev) => dev.carrierOn()],
  ['carrierOff', (dev) => dev.carrierOff()],
  ['startQueue', (dev) => dev.startQueue()],
  ['stopQueue', (dev) => dev.stopQueue()],
  ['wakeQueue', (dev) => dev.wakeQueue()],
  ['info', (dev) => dev.info('')],
  ['warn', (dev) => dev.warn('')],
  ['error', (dev) => dev.error('')],
  ['rawDeviceUnsafe', (dev) => rawDeviceUnsafe(dev)],
];

/** A rig with one device, and the handle on it. */
class One extends Rig {
  readonly dev: Device<'tstats'>;

  constructor(spec: { readonly up?: boolean } = {}) {
    let found: Device<'tstats'> | undefined;
    super({
      ...BASE,
      setup: (dev) => dev.setAddress(Uint8Array.of(2, 0, 0, 0, 0, 1)),
      init: (dev: Device<'tstats'>) => void (found = dev),
    });
    this.add(spec);
    if (found === undefined) throw new Error('init was not called');
    this.dev = found;
  }
}

describe('Device', () => {
  it('reads as the device is', () => {
    using rig = new One();
    const { dev } = rig;
    const { index } = rig.ip.link.show('test0');
    expect([dev.name, dev.ifindex, dev.type, dev.mtu, dev.flags]).toEqual(['test0', index, DeviceType.NONE, 1500, IFF_NOARP]);
    expect([dev.isUp, dev.isRunning, dev.hasCarrier, dev.isQueueStopped()]).toEqual([false, false, true, false]);
    expect([...dev.address]).toEqual([2, 0, 0, 0, 0, 1]);
    rig.ip.link.set('test0', { up: true, mtu: 1000, name: 'other' });
    expect([dev.name, dev.mtu, dev.flags, dev.isUp, dev.isRunning]).toEqual(['other', 1000, IFF_NOARP | IFF_UP, true, true]);
  });

  it('is between open and stop while it runs, and up in between', () => {
    const seen: Array<readonly [string, boolean, boolean]> = [];
    const look = (when: string, dev: Device): void => void seen.push([when, dev.isRunning, dev.isUp]);
    using rig = new Rig({ ...BASE, init: (dev) => look('init', dev), open: (dev) => look('open', dev), stop: (dev) => look('stop', dev) });
    rig.add({ up: true });
    rig.ip.link.set('test0', { up: false });
    expect(seen).toEqual([
      ['init', false, false],
      ['open', true, false],
      ['stop', false, true],
    ]);
  });

  it('has no index while it is initialised', () => {
    const seen: unknown[] = [];
    using rig = new Rig({ ...BASE, init: (dev) => void seen.push(dev.name, dev.ifindex) });
    rig.add({ name: 'called' });
    expect(seen).toEqual(['called', 0]);
  });

  it('gives copies of its address', () => {
    using rig = new One();
    const { dev } = rig;
    dev.address.fill(9);
    expect([...dev.address]).toEqual([2, 0, 0, 0, 0, 1]);
    expect(rig.ip.link.show('test0').address).toBe('02:00:00:00:00:01');
  });

  it('has an empty address when it has none', () => {
    let address: Uint8Array | undefined;
    using rig = new Rig({ ...BASE, init: (dev) => void ({ address } = dev) });
    rig.add();
    expect(address).toEqual(new Uint8Array(0));
  });

  it('is one handle for all callbacks', () => {
    const seen = new Set<Device>();
    const see = (dev: Device): void => void seen.add(dev);
    using rig = new Rig({ ...BASE, init: see, open: see, stop: see, uninit: see });
    rig.add({ up: true });
    rig.ip.link.delete('test0');
    expect(seen.size).toBe(1);
  });

  it('writes into the log under its name', () => {
    using rig = new One();
    const { dev } = rig;
    const before = rig.kernel.dmesg().length;
    dev.info('one');
    dev.warn('two');
    dev.error('three');
    expect(rig.kernel.dmesg().slice(before).map(({ level, text }) => [level, text])).toEqual([
      [6, 'test0: one'],
      [4, 'test0: two'],
      [3, 'test0: three'],
    ]);
  });
});

describe('the carrier', () => {
  it('tells listeners of an up device, and makes the state known', () => {
    using rig = new One({ up: true });
    const { dev } = rig;
    expect(rig.ip.link.show('test0')).toMatchObject({ operState: IF_OPER_UNKNOWN, carrier: true, carrierChanges: 0 });
    using monitor = rig.ip.monitor({ groups: [RTNLGRP_LINK] });
    dev.carrierOff();
    expect([dev.hasCarrier, dev.isUp]).toEqual([false, true]);
    // What waits for the kernel to be left runs with the next call into it.
    const down = rig.ip.link.show('test0');
    expect(down).toMatchObject({ operState: IF_OPER_DOWN, carrier: false, carrierDownCount: 1, carrierUpCount: 0 });
    expect(down.flags & (IFF_UP | IFF_RUNNING | IFF_LOWER_UP)).toBe(IFF_UP);
    dev.carrierOn();
    const up = rig.ip.link.show('test0');
    expect(up).toMatchObject({ operState: IF_OPER_UP, carrier: true, carrierDownCount: 1, carrierUpCount: 1, carrierChanges: 2 });
    expect(up.flags & (IFF_UP | IFF_RUNNING | IFF_LOWER_UP)).toBe(IFF_UP | IFF_RUNNING | IFF_LOWER_UP);
    expect(heard(monitor).map(({ type, link }) => [type, link.operState, link.carrier, link.change])).toEqual([
      ['new', IF_OPER_DOWN, false, 0],
      ['new', IF_OPER_UP, true, 0],
    ]);
  });

  it('that does not change is told to nobody', () => {
    using rig = new One({ up: true });
    const { dev } = rig;
    using monitor = rig.ip.monitor();
    dev.carrierOn();
    rig.ip.link.show('test0');
    expect(heard(monitor)).toEqual([]);
    expect(rig.ip.link.show('test0').carrierChanges).toBe(0);
  });

  it('of a device that is down is recorded without a word', () => {
    using rig = new One();
    const { dev } = rig;
    using monitor = rig.ip.monitor();
    dev.carrierOff();
    expect(rig.ip.link.show('test0')).toMatchObject({ carrier: false, carrierDownCount: 1 });
    expect(heard(monitor)).toEqual([]);
  });

  it('that is absent from the start is known when the device is registered', () => {
    using rig = new Rig({ ...BASE, init: (dev) => dev.carrierOff() });
    rig.add({ up: true });
    expect(rig.ip.link.show('test0')).toMatchObject({ operState: IF_OPER_DOWN, carrier: false, carrierChanges: 0 });
  });
});

describe('the queue', () => {
  it('stops the core from transmitting, which a device without one cannot wait for', () => {
    using rig = new One({ up: true });
    const { dev } = rig;
    dev.stopQueue();
    expect(dev.isQueueStopped()).toBe(true);
    expect(() => rig.transmit()).toThrow(expect.objectContaining({ code: 'ENETDOWN' }));
    expect(rig.ip.link.show('test0').stats).toMatchObject({ txDropped: 1n });
    dev.wakeQueue();
    expect(dev.isQueueStopped()).toBe(false);
    rig.transmit();
    dev.stopQueue();
    dev.startQueue();
    rig.transmit();
    expect(rig.ip.link.show('test0').stats).toMatchObject({ txDropped: 1n });
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('stays stopped when the device goes down and up, until the driver starts it', () => {
    using rig = new One({ up: true });
    const { dev } = rig;
    dev.stopQueue();
    rig.ip.link.set('test0', { up: false });
    rig.ip.link.set('test0', { up: true });
    expect(dev.isQueueStopped()).toBe(true);
    dev.startQueue();
    expect(dev.isQueueStopped()).toBe(false);
  });
});

describe('a handle of a device that has gone', () => {
  it.each(USES)('throws ENODEV on %s', (_, use) => {
    using rig = new One({ up: true });
    const { dev } = rig;
    use(dev);
    rig.ip.link.delete('test0');
    const lines = rig.kernel.dmesg().length;
    expect(() => use(dev)).toThrow(new KernelError('ENODEV', 'the device is gone', { op: 'Device' }));
    expect(rig.kernel.dmesg()).toHaveLength(lines);
  });

  it.each(USES)('throws ENODEV on %s, too, when the device never was registered', (_, use) => {
    let kept: Device | undefined;
    using rig = new Rig({
      ...BASE,
      init: (dev) => {
        kept = dev;
        throw new KernelError('EBUSY');
      },
    });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    const dev = kept;
    if (dev === undefined) throw new Error('init was not called');
    expect(() => use(dev)).toThrow(expect.objectContaining({ code: 'ENODEV' }));
  });

  it('has counters that count nothing and read 0', () => {
    using rig = new One({ up: true });
    const { dev } = rig;
    dev.stats.rxAdd(5);
    expect(dev.stats.read().rxPackets).toBe(1n);
    rig.ip.link.delete('test0');
    dev.stats.rxAdd(5);
    expect(dev.stats.read()).toEqual({ rxPackets: 0n, rxBytes: 0n, txPackets: 0n, txBytes: 0n });
  });
});
