import { KernelError, isKernelError } from '@netdevkit/errno';
import { DeviceType, type Device } from '@netdevkit/netdevice';
import { describe, expect, it } from 'vitest';
import { Tap } from '../src/index.ts';
import { Rig, monitor, thrown } from './rig.ts';

describe('Tap.add', () => {
  it('has the device get a copy of the traffic, and pins the module', () => {
    const tap = new Tap();
    using rig = new Rig(monitor({ createState: () => ({ tap }) }));
    rig.ip.link.add({ kind: 'mon' });
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([]);
    rig.ip.link.set('mon0', { up: true });
    expect([tap.isRegistered, rig.pinned]).toEqual([true, 1]);
    // A request and its answer.
    expect(rig.seen(() => rig.ip.link.show('lo'))).toHaveLength(2);
    expect(() => rig.kernel.rmmod('driver')).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    rig.ip.link.set('mon0', { up: false });
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([]);
    expect(rig.warnings).toEqual([]);
  });

  it('throws EBUSY for a tap that is added, and changes nothing', () => {
    const errors: unknown[] = [];
    using rig = new Rig(
      monitor({
        open: (dev, { tap }) => {
          tap.add(dev);
          errors.push(thrown(() => tap.add(dev)), tap.isRegistered);
        },
      }),
    );
    rig.ip.link.add({ kind: 'mon', up: true });
    expect(errors).toEqual([new KernelError('EBUSY', undefined, { op: 'netlink_add_tap' }), true]);
    expect(rig.pinned).toBe(1);
    // One copy of each message, not two.
    expect(rig.seen(() => rig.ip.link.show('lo'))).toHaveLength(2);
    rig.ip.link.set('mon0', { up: false });
    expect(rig.pinned).toBe(0);
  });

  it('throws EBUSY for a tap that another device has', () => {
    const tap = new Tap();
    using rig = new Rig(monitor({ createState: () => ({ tap }), stop: () => undefined }));
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.add({ kind: 'mon' });
    expect(() => rig.ip.link.set('mon1', { up: true })).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    expect([tap.isRegistered, rig.pinned]).toEqual([true, 1]);
    rig.ip.link.delete('mon1');
    expect(tap.isRegistered).toBe(true);
    rig.ip.link.delete('mon0');
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
  });

  it('throws EINVAL for a device of another type: the tap stays as it was', () => {
    const tap = new Tap();
    using rig = new Rig(monitor({ createState: () => ({ tap }), setup: (dev) => dev.setType(DeviceType.ETHER) }));
    rig.ip.link.add({ kind: 'mon' });
    expect(() => rig.ip.link.set('mon0', { up: true })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    tap.remove();
    expect(rig.warnings).toEqual([]);
  });

  it('throws ENOMEM when memory is short, and can be tried again', () => {
    const tap = new Tap();
    using rig = new Rig(monitor({ createState: () => ({ tap }) }));
    rig.ip.link.add({ kind: 'mon' });
    {
      using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'netlink_tap' });
      expect(() => rig.ip.link.set('mon0', { up: true })).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
      expect(fault.hits).toBe(1);
    }
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    rig.ip.link.set('mon0', { up: true });
    expect([tap.isRegistered, rig.pinned]).toEqual([true, 1]);
  });

  it('throws ENODEV for a device that has gone', () => {
    let kept: Device | undefined;
    using rig = new Rig(monitor({ open: (dev) => void (kept = dev) }));
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.delete('mon0');
    const tap = new Tap();
    const device = kept;
    if (device === undefined) throw new Error('open was not called');
    expect(isKernelError(thrown(() => tap.add(device)), 'ENODEV')).toBe(true);
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
  });

  it.each(['init', 'uninit'] as const)('throws ENODEV for a device that is not registered: in %s', (op) => {
    const tap = new Tap();
    let error: unknown;
    using rig = new Rig(monitor({ createState: () => ({ tap }), open: () => undefined, [op]: (dev: Device) => void (error = thrown(() => tap.add(dev))) }));
    rig.ip.link.add({ kind: 'mon' });
    rig.ip.link.delete('mon0');
    expect(error).toEqual(new KernelError('ENODEV', 'the device is not registered', { op: 'netlink_add_tap' }));
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
  });
});

describe('Tap.remove', () => {
  it('does nothing for a tap that is not added, however often', () => {
    const tap = new Tap();
    tap.remove();
    tap.remove();
    using rig = new Rig(monitor({ createState: () => ({ tap }) }));
    rig.ip.link.add({ kind: 'mon', up: true });
    tap.remove();
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    tap.remove();
    // Stopping removes it once more.
    rig.ip.link.set('mon0', { up: false });
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    expect(rig.warnings).toEqual([]);
  });

  it('lets the tap be added again', () => {
    using rig = new Rig(monitor());
    rig.ip.link.add({ kind: 'mon' });
    for (let i = 0; i < 5; i++) {
      rig.ip.link.set('mon0', { up: true });
      expect(rig.pinned).toBe(1);
      rig.ip.link.set('mon0', { up: false });
      expect(rig.pinned).toBe(0);
    }
  });

  it('is what disposing does', () => {
    const tap = new Tap();
    using rig = new Rig(monitor({ createState: () => ({ tap }), stop: () => undefined }));
    rig.ip.link.add({ kind: 'mon', up: true });
    tap[Symbol.dispose]();
    expect([tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    tap[Symbol.dispose]();
    rig.ip.link.delete('mon0');
    expect(rig.warnings).toEqual([]);
  });

  it('may come while the traffic flows: from the device’s own startXmit', () => {
    const tap = new Tap();
    let packets = 0;
    using rig = new Rig(
      monitor({
        createState: () => ({ tap }),
        startXmit: (skb) => {
          packets++;
          tap.remove();
          return skb.consume();
        },
      }),
    );
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.show('lo');
    expect(packets).toBe(1);
    expect([tap.isRegistered, rig.pinned, rig.kernel.skbs().live]).toEqual([false, 0, 0]);
  });
});
