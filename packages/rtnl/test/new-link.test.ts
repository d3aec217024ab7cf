import { KernelError, isKernelError, type ErrnoCode } from '@netdevkit/errno';
import type { AllocationSite } from '@netdevkit/kernel';
import type { Device, DeviceSetup } from '@netdevkit/netdevice';
import { describe, expect, it } from 'vitest';
import type { NewLinkContext } from '../src/index.ts';
import { ATTRIBUTES, Rig, paint, refusal, type Attributes, type Paint } from './rig.ts';

type NewLink = (ctx: NewLinkContext<Attributes, 'tstats'>, dev: DeviceSetup, state: State) => unknown;

/** A state that says when it is disposed. */
class State implements Disposable {
  readonly calls: string[];

  constructor(calls: string[]) {
    this.calls = calls;
  }

  [Symbol.dispose](): void {
    this.calls.push('dispose');
  }
}

/** A rig whose driver has a newLink, and records what is called. */
class NewLinkRig extends Rig {
  readonly calls: string[];

  constructor(newLink: NewLink, more: Partial<Paint> = {}) {
    const calls: string[] = [];
    super(
      paint({
        createState: () => new State(calls),
        init: () => void calls.push('init'),
        uninit: () => void calls.push('uninit'),
        ...more,
        newLink: (ctx, dev, state) => {
          calls.push('newLink');
          if (!(state instanceof State)) throw new Error('another state');
          try {
            // CAST: what it returns is the test's own matter.
            return newLink(ctx, dev, state) as undefined;
          } finally {
            calls.push('returned');
          }
        },
      }),
    );
    this.calls = calls;
  }

  /** Nothing of the device is left. */
  expectNothing(): void {
    expect(this.links).toEqual([]);
    expect(this.calls.filter((call) => call === 'dispose')).toHaveLength(1);
    expect(this.calls.filter((call) => call === 'uninit').length).toBe(this.calls.filter((call) => call === 'init').length);
    // The name is free, and the kind works.
    expect(this.kernel.leaks().filter(({ what }) => what === 'device')).toEqual([]);
  }
}

describe('newLink', () => {
  it('fits the device to its request before it is registered', () => {
    using rig = new NewLinkRig((ctx, dev) => {
      expect([dev.name, dev.mtu]).toEqual(['paint%d', 1300]);
      dev.setMaxMtu(ctx.data?.get('u16') ?? 0);
      dev.setMtu(1200);
    });
    rig.add((writer) => writer.putU16(ATTRIBUTES.u16.id, 1400), { mtu: 1300 });
    expect(rig.complaints).toEqual([]);
    expect(rig.ip.link.show('paint0')).toMatchObject({ mtu: 1200, maxMtu: 1400 });
    expect(rig.calls).toEqual(['newLink', 'returned', 'init']);
  });

  it('may register the device itself, for what comes afterwards', () => {
    let device: Device<'tstats'> | undefined;
    using rig = new NewLinkRig((ctx, dev, state) => {
      device = ctx.register();
      expect(device.ifindex).toBeGreaterThan(0);
      expect(device.name).toBe('paint0');
      device.stats.rxAdd(5);
      device.carrierOff();
      // Once more does nothing, and gives the same.
      expect(ctx.register()).toBe(device);
      expect(() => dev.setMtu(1)).toThrow(TypeError);
      expect(state.calls).toEqual(['newLink', 'init']);
    });
    rig.add();
    expect(rig.complaints).toEqual([]);
    expect(rig.ip.link.show('paint0')).toMatchObject({ carrier: false });
    expect(rig.ip.link.show('paint0').stats).toMatchObject({ rxPackets: 1n, rxBytes: 5n });
    expect(rig.calls).toEqual(['newLink', 'init', 'returned']);
  });

  it('has a setup handle that is dead when it has returned, registered or not', () => {
    const handles: DeviceSetup[] = [];
    let refuse = false;
    using rig = new NewLinkRig((_ctx, dev) => {
      handles.push(dev);
      if (refuse) throw new KernelError('EPERM');
    });
    rig.add();
    refuse = true;
    expect(refusal(() => rig.add()).code).toBe('EPERM');
    for (const dev of handles) expect(() => dev.name).toThrow(TypeError);
    expect(handles).toHaveLength(2);
  });

  it('may be absent', () => {
    using rig = new Rig(paint());
    rig.add();
    expect(rig.links).toHaveLength(1);
  });
});

describe('a newLink that fails', () => {
  it.each<readonly [string, () => unknown, ErrnoCode, number]>([
    ['by a KernelError', () => { throw new KernelError('ENOSR'); }, 'ENOSR', 0],
    ['by an Error', () => { throw new Error('out of paint'); }, 'EIO', 1],
    ['by a promise', async () => undefined, 'EIO', 1],
  ])('before the device is registered leaves nothing: %s', (_, does, code, complaints) => {
    using rig = new NewLinkRig(does);
    expect(refusal(() => rig.add()).code).toBe(code);
    expect(rig.complaints).toHaveLength(complaints);
    expect(rig.calls).toEqual(['newLink', 'returned', 'dispose']);
    rig.expectNothing();
  });

  it.each<readonly [string, () => unknown, ErrnoCode]>([
    ['by a KernelError', () => { throw new KernelError('ENOSR'); }, 'ENOSR'],
    ['by an Error', () => { throw new Error('out of paint'); }, 'EIO'],
    ['by a promise', async () => undefined, 'EIO'],
  ])('after the device was registered takes that back: %s', (_, does, code) => {
    let device: Device | undefined;
    using rig = new NewLinkRig((ctx) => {
      device = ctx.register();
      return does();
    });
    using monitor = rig.ip.monitor();
    expect(refusal(() => rig.add()).code).toBe(code);
    expect(rig.calls).toEqual(['newLink', 'init', 'returned', 'uninit', 'dispose']);
    rig.expectNothing();
    expect(() => device?.name).toThrow(expect.objectContaining({ code: 'ENODEV' }));
    // Nobody was told of it, since it never was there.
    expect(monitor.poll()).toBeUndefined();
  });

  it.each<AllocationSite>(['name_node', 'pcpu_stats', 'sysfs'])('because the device cannot be registered leaves nothing: %s', (site) => {
    using rig = new NewLinkRig(() => undefined);
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site });
    expect(refusal(() => rig.add()).code).toBe('ENOMEM');
    expect(fault.hits).toBe(1);
    rig.expectNothing();
  });
});

describe('ctx.register that fails', () => {
  it.each<readonly [AllocationSite, readonly string[]]>([
    ['name_node', []],
    ['pcpu_stats', ['init', 'uninit']],
    ['sysfs', ['init', 'uninit']],
  ])('throws, and the state lives until newLink has returned: %s', (site, calls) => {
    let caught: unknown;
    let seen: string[] = [];
    using rig = new NewLinkRig((ctx, _dev, state) => {
      try {
        ctx.register();
      } catch (error) {
        caught = error;
        seen = [...state.calls];
        throw error;
      }
    });
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site });
    expect(refusal(() => rig.add()).code).toBe('ENOMEM');
    expect(fault.hits).toBe(1);
    expect(isKernelError(caught, 'ENOMEM')).toBe(true);
    expect(seen).toEqual(['newLink', ...calls]);
    expect(rig.calls).toEqual(['newLink', ...calls, 'returned', 'dispose']);
    rig.expectNothing();
  });

  it('fails the request even when the driver goes on as if nothing were', () => {
    const caught: unknown[] = [];
    using rig = new NewLinkRig((ctx) => {
      for (let i = 0; i < 3; i++) {
        try {
          ctx.register();
        } catch (error) {
          caught.push(error);
        }
      }
    });
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'pcpu_stats' });
    expect(refusal(() => rig.add()).code).toBe('ENOMEM');
    expect(fault.hits).toBe(1);
    expect(caught.map((error) => isKernelError(error, 'ENOMEM'))).toEqual([true, true, true]);
    // The device was registered once, and init and uninit came once.
    expect(rig.calls).toEqual(['newLink', 'init', 'uninit', 'returned', 'dispose']);
    expect(rig.complaints).toEqual([]);
    rig.expectNothing();
    rig.add();
    expect(rig.links).toHaveLength(1);
  });

  it('gives the error of the driver’s own init', () => {
    using rig = new NewLinkRig((ctx) => void ctx.register(), {
      init: () => {
        throw new KernelError('ENXIO');
      },
    });
    expect(refusal(() => rig.add()).code).toBe('ENXIO');
    expect(rig.links).toEqual([]);
  });

  it('leaves a device that is only revoked afterwards', () => {
    let device: Device | undefined;
    let name: string | undefined;
    using rig = new NewLinkRig(
      (ctx) => {
        try {
          ctx.register();
        } catch {
          name = device?.name;
        }
      },
      { init: (dev) => void (device = dev) },
    );
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'sysfs' });
    expect(refusal(() => rig.add()).code).toBe('ENOMEM');
    expect(fault.hits).toBe(1);
    expect(name).toBe('paint0');
    expect(() => device?.name).toThrow(expect.objectContaining({ code: 'ENODEV' }));
  });
});

describe('a link that fails after its newLink', () => {
  it('is taken back when it was to go up and did not', () => {
    using rig = new NewLinkRig(() => undefined, {
      open: () => {
        throw new KernelError('ENONET');
      },
    });
    expect(refusal(() => rig.add(undefined, { up: true })).code).toBe('ENONET');
    expect(rig.calls).toEqual(['newLink', 'returned', 'init', 'uninit', 'dispose']);
    rig.expectNothing();
  });
});
