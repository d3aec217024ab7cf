import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import type { Device, DeviceSetup } from '../src/index.ts';
import { BASE, Rig, type TestDriver } from './rig.ts';

describe('a state', () => {
  it('need not be disposable', () => {
    using rig = new Rig({ ...BASE, createState: () => ({ mine: 1 }) });
    rig.add();
    rig.ip.link.delete('test0');
    expect(rig.complaints).toEqual([]);
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    ['throws', () => { throw new Error('stuck'); }, /test0: dispose: Error: stuck/],
    ['is async', async () => undefined, /test0: dispose: TypeError: dispose: expected to be done when it returns, got a promise/],
    ['rejects', async () => { throw new Error('late'); }, /test0: dispose: TypeError: dispose: expected to be done/],
  ])('whose end %s is complained of, and the device goes all the same', (_, dispose, complaint) => {
    using rig = new Rig({ ...BASE, createState: () => ({ [Symbol.dispose]: dispose }) });
    rig.add();
    rig.ip.link.delete('test0');
    expect(rig.complaints).toEqual([expect.stringMatching(complaint)]);
    expect(rig.links).toEqual([]);
  });

  it('whose end is no function is complained of', () => {
    using rig = new Rig({ ...BASE, createState: () => ({ [Symbol.dispose]: 5 }) });
    rig.add();
    rig.ip.link.delete('test0');
    expect(rig.complaints).toHaveLength(1);
  });

  it.each<readonly [string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['a promise', Promise.resolve({})],
  ])('that is %s makes no device', (_, state) => {
    // CAST: what a driver in JavaScript may return.
    using rig = new Rig({ ...BASE, createState: () => state as object });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(rig.complaints).toEqual([expect.stringContaining('setup: TypeError: createState: expected')]);
    expect(rig.links).toEqual([]);
  });

  it('is what every operation is given, and the driver is what they are called on', () => {
    class Driver implements TestDriver<{ readonly id: number }, 'none'> {
      readonly pcpuStats = 'none';
      readonly seen: unknown[] = [];
      #made = 0;

      createState(): { readonly id: number } {
        return { id: ++this.#made };
      }

      init(dev: Device<'none'>, state: { readonly id: number }): void {
        this.seen.push('init', dev.name, state.id);
      }

      startXmit(...[skb, dev, state]: Parameters<TestDriver<{ readonly id: number }, 'none'>['startXmit']>): ReturnType<typeof skb.consume> {
        this.seen.push('startXmit', dev.name, state.id, skb.len);
        return skb.consume();
      }
    }
    const driver = new Driver();
    using rig = new Rig(driver);
    rig.add({ up: true });
    rig.add({ up: true });
    rig.transmit(12, 'test1');
    rig.transmit(13, 'test0');
    expect(driver.seen).toEqual(['init', 'test0', 1, 'init', 'test1', 2, 'startXmit', 'test1', 2, 12, 'startXmit', 'test0', 1, 13]);
  });
});

describe('what setup throws', () => {
  it.each<readonly [string, unknown, ErrnoCode, number]>([
    ['a KernelError', new KernelError('ENXIO'), 'ENXIO', 0],
    ['an Error', new Error('oops'), 'EIO', 1],
    ['a string', 'oops', 'EIO', 1],
    ['nothing', undefined, 'EIO', 1],
  ])('refuses the device: %s', (_, thrown, code, complaints) => {
    using rig = new Rig({
      ...BASE,
      setup: () => {
        throw thrown;
      },
    });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code }));
    expect(rig.complaints).toHaveLength(complaints);
  });

  it('is a promise: setup is over when it returns', () => {
    // CAST: TypeScript takes an async method for one without a result.
    const setup = (async (dev: DeviceSetup) => dev.setMtu(100)) as (dev: DeviceSetup) => void;
    using rig = new Rig({ ...BASE, setup });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(rig.complaints).toEqual([expect.stringContaining('setup: expected to be done when it returns, got a promise')]);
  });
});
