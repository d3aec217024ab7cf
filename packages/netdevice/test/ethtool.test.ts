import { KernelError } from '@netdevkit/errno';
import { RELEASE } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import type { DriverInfo } from '@netdevkit/ethtool';
import type { EthtoolOperations } from '../src/index.ts';
import { BASE, Rig } from './rig.ts';

/** A rig with one device that is up, whose driver tells ethtool this. */
function rigOf(ethtool?: EthtoolOperations<object, 'tstats'>): Rig {
  const rig = new Rig(ethtool === undefined ? BASE : { ...BASE, ethtool });
  rig.add({ up: true });
  return rig;
}

describe('ethtool.getLink', () => {
  it.each([true, false])('says whether the link is detected: %s', (link) => {
    using rig = rigOf({ getLink: () => link });
    expect(rig.kernel.linkDetected('test0')).toBe(link);
  });

  it('is not asked of a device that does not run', () => {
    let asked = 0;
    using rig = rigOf({ getLink: () => ++asked > 0 });
    expect(rig.kernel.linkDetected('test0')).toBe(true);
    rig.ip.link.set('test0', { up: false });
    expect(rig.kernel.linkDetected('test0')).toBe(false);
    expect(asked).toBe(1);
  });

  it('is given the device and its state', () => {
    const state = {};
    const seen: unknown[] = [];
    using rig = new Rig({ ...BASE, createState: () => state, ethtool: { getLink: (dev, own) => seen.push(dev.name, own) > 0 } });
    rig.add({ up: true });
    rig.kernel.linkDetected('test0');
    expect(seen).toEqual(['test0', state]);
  });

  it('that throws detects no link', () => {
    using rig = rigOf({
      getLink: () => {
        throw new KernelError('EIO');
      },
    });
    expect(rig.kernel.linkDetected('test0')).toBe(false);
    expect(rig.complaints).toEqual([]);
    using other = rigOf({
      getLink: () => {
        throw new Error('no idea');
      },
    });
    expect(other.kernel.linkDetected('test0')).toBe(false);
    expect(other.complaints).toEqual([expect.stringContaining('test0: getLink: Error: no idea')]);
  });

  it.each([1, 'yes', {}])('detects no link by anything but true: %j', (returned) => {
    // CAST: what a driver in JavaScript may return.
    using rig = rigOf({ getLink: () => returned as unknown as boolean });
    expect(rig.kernel.linkDetected('test0')).toBe(false);
  });

  it.each([
    ['ethtool', undefined],
    ['the operation', {}],
  ])('gives EOPNOTSUPP when there is no such thing: %s', (_, ethtool) => {
    using rig = rigOf(ethtool);
    expect(() => rig.kernel.linkDetected('test0')).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
  });
});

describe('ethtool.getDriverInfo', () => {
  it('says what the driver is; what it leaves out is empty, but the version', () => {
    using rig = rigOf({ getDriverInfo: () => ({ driver: 'mine', firmwareVersion: '7', busInfo: 'pci' }) });
    expect(rig.kernel.driverInfo('test0')).toEqual({ driver: 'mine', version: RELEASE, fw_version: '7', bus_info: 'pci' });
    using other = rigOf({ getDriverInfo: () => ({ version: '1.2' }) });
    expect(other.kernel.driverInfo('test0')).toEqual({ driver: '', version: '1.2', fw_version: '', bus_info: '' });
  });

  it('says the kind and the kernel’s version when it is absent', () => {
    for (const ethtool of [undefined, {}]) {
      using rig = rigOf(ethtool);
      expect(rig.kernel.driverInfo('test0')).toEqual({ driver: 'test', version: RELEASE, fw_version: '', bus_info: '' });
    }
  });

  it('that throws, or returns nothing, leaves everything out', () => {
    using rig = rigOf({
      getDriverInfo: () => {
        throw new Error('no idea');
      },
    });
    expect(rig.kernel.driverInfo('test0')).toEqual({ driver: '', version: RELEASE, fw_version: '', bus_info: '' });
    expect(rig.complaints).toEqual([expect.stringContaining('test0: getDriverInfo: Error: no idea')]);
    // CAST: what a driver in JavaScript may return.
    using other = rigOf({ getDriverInfo: () => undefined as unknown as DriverInfo });
    expect(other.kernel.driverInfo('test0')).toMatchObject({ driver: '', version: RELEASE });
    expect(other.complaints).toEqual([]);
  });
});
