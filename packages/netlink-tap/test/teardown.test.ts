import { describe, expect, it } from 'vitest';
import { Tap } from '../src/index.ts';
import { Rig, monitor, type Monitor } from './rig.ts';

/** A rig whose driver never removes its tap, and the tap. */
class Forgetful extends Rig {
  readonly tap: Tap;

  constructor(more: Partial<Monitor> = {}) {
    const tap = new Tap();
    super(monitor({ createState: () => ({ tap }), stop: () => undefined, ...more }));
    this.tap = tap;
  }

  /** Nothing is left of the tap, and the core has complained of it once. */
  expectEnded(): void {
    expect([this.tap.isRegistered, this.pinned]).toEqual([false, 0]);
    expect(this.warnings).toEqual(['mon0: its driver left a netlink tap behind']);
    this.tap.remove();
    this.tap[Symbol.dispose]();
    expect(this.warnings).toHaveLength(1);
  }
}

describe('a tap that its driver forgot', () => {
  it('stays while its device is there, and sees nothing while that is down', () => {
    using rig = new Forgetful();
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.set('mon0', { up: false });
    expect([rig.tap.isRegistered, rig.pinned]).toEqual([true, 1]);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([]);
    rig.tap.remove();
    expect(rig.pinned).toBe(0);
  });

  it.each<readonly [string, boolean]>([
    ['up', true],
    ['down', false],
  ])('ends when its device is deleted, which is %s', (_, up) => {
    using rig = new Forgetful();
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.set('mon0', { up });
    rig.ip.link.delete('mon0');
    rig.expectEnded();
    // The list is in order: another tap goes in and out.
    rig.ip.link.add({ kind: 'mon', name: 'next', up: true });
    expect(rig.seen(() => rig.ip.link.show('lo'))).toHaveLength(2);
    rig.tap.remove();
  });

  it('ends when its device moves to another namespace', () => {
    using rig = new Forgetful();
    using other = rig.kernel.createNamespace('other');
    using descriptor = other.open();
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.set('mon0', { netns: { fd: descriptor.fd } });
    rig.expectEnded();
    const there = rig.client(other);
    there.link.set('mon0', { up: true });
    expect(rig.tap.isRegistered).toBe(true);
    expect(rig.seen(() => there.link.show('lo'), other)).toHaveLength(2);
    expect(rig.seen(() => rig.ip.link.show('lo'), other)).toEqual([]);
    rig.tap.remove();
  });

  it('ends with its namespace', () => {
    using rig = new Forgetful();
    const other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    there.link.add({ kind: 'mon', up: true });
    there[Symbol.dispose]();
    other[Symbol.dispose]();
    rig.expectEnded();
  });

  it('ends with its kernel', () => {
    const rig = new Forgetful();
    rig.ip.link.add({ kind: 'mon', up: true });
    // Closing fails when anything is left over.
    rig[Symbol.dispose]();
    expect(rig.tap.isRegistered).toBe(false);
  });

  it('keeps its module from going, and so its device', () => {
    using rig = new Forgetful();
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.set('mon0', { up: false });
    expect(() => rig.kernel.rmmod('driver')).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    rig.tap.remove();
    rig.kernel.rmmod('driver');
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('ends although it was added on the way out: in stop', () => {
    using rig = new Forgetful({ open: () => undefined, stop: (dev, state) => state.tap.add(dev) });
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.delete('mon0');
    rig.expectEnded();
  });

  it('ends although the device was to go up and did not', () => {
    using rig = new Forgetful({
      open: (dev, state) => {
        state.tap.add(dev);
        throw new Error('no');
      },
    });
    expect(() => rig.ip.link.add({ kind: 'mon', up: true })).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect([rig.tap.isRegistered, rig.pinned]).toEqual([false, 0]);
    expect(rig.warnings).toEqual([expect.stringContaining('mon0: open: Error: no'), 'mon0: its driver left a netlink tap behind']);
  });
});

describe('two devices', () => {
  it('have taps of their own: each gets a copy, the newest first', () => {
    using rig = new Rig(monitor());
    rig.ip.link.add({ kind: 'mon', up: true });
    rig.ip.link.add({ kind: 'mon', up: true });
    const [first, second] = rig.ip.link.list({ kind: 'mon' }).map(({ index }) => index);
    expect(rig.pinned).toBe(2);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([second, first, second, first]);
    rig.ip.link.set('mon1', { up: false });
    expect(rig.pinned).toBe(1);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([first, first]);
    rig.ip.link.delete('mon0');
    expect(rig.pinned).toBe(0);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toEqual([]);
    expect(rig.warnings).toEqual([]);
  });

  it('of two namespaces see their own alone', () => {
    using rig = new Rig(monitor());
    using other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    rig.ip.link.add({ kind: 'mon', up: true });
    there.link.add({ kind: 'mon', up: true });
    expect(rig.seen(() => there.link.show('lo'))).toEqual([]);
    expect(rig.seen(() => there.link.show('lo'), other)).toHaveLength(2);
  });

  it('may share a driver that taps twice: one device gets two copies', () => {
    const second = new Tap();
    using rig = new Rig(
      monitor({
        open: (dev, { tap }) => {
          tap.add(dev);
          second.add(dev);
        },
        stop: (_dev, { tap }) => {
          second.remove();
          tap.remove();
        },
      }),
    );
    rig.ip.link.add({ kind: 'mon', up: true });
    expect(rig.pinned).toBe(2);
    expect(rig.seen(() => rig.ip.link.show('lo'))).toHaveLength(4);
    rig.ip.link.delete('mon0');
    expect([rig.pinned, second.isRegistered]).toEqual([0, false]);
    expect(rig.warnings).toEqual([]);
  });
});
