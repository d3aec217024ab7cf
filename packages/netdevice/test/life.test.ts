import { KernelError } from '@netdevkit/errno';
import type { AllocationSite, KernelOptions } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import { BASE, Rig, type TestDriver } from './rig.ts';

/** A state that says when it is disposed. */
class State implements Disposable {
  readonly calls: string[];
  disposals = 0;

  constructor(calls: string[]) {
    this.calls = calls;
  }

  [Symbol.dispose](): void {
    this.disposals++;
    this.calls.push('dispose');
  }
}

/** A rig whose driver records its callbacks, and fails the one that it is told to. */
class LifeRig extends Rig {
  readonly calls: string[];
  readonly states: State[];
  /** The callbacks that throw. */
  readonly failing: Set<string>;
  /** Callbacks that were given a state that is none of a living device. */
  readonly #misuses: string[];

  constructor(options: KernelOptions = {}) {
    const calls: string[] = [];
    const states: State[] = [];
    const failing = new Set<string>();
    const misuses: string[] = [];
    const call = (name: string): void => {
      calls.push(name);
      if (failing.has(name)) throw new KernelError('EPERM');
    };
    const callWith = (name: string, state: State): void => {
      if (!states.includes(state) || state.disposals > 0) misuses.push(name);
      call(name);
    };
    const driver: TestDriver<State, 'tstats'> = {
      ...BASE,
      createState: () => {
        call('createState');
        const state = new State(calls);
        states.push(state);
        return state;
      },
      setup: () => call('setup'),
      init: (_dev, state) => callWith('init', state),
      uninit: (_dev, state) => callWith('uninit', state),
      open: (_dev, state) => callWith('open', state),
      stop: (_dev, state) => callWith('stop', state),
    };
    super(driver, options);
    this.calls = calls;
    this.states = states;
    this.failing = failing;
    this.#misuses = misuses;
  }

  /** Every state was disposed once, after the last callback that was given it; and no device is left. */
  expectOver(): void {
    expect(this.#misuses).toEqual([]);
    expect(this.states.map(({ disposals }) => disposals)).toEqual(this.states.map(() => 1));
    for (const raw of this.raws) expect([raw.reg_state, raw.priv, raw.pcpu_stats]).toEqual([4, null, null]);
  }
}

const MADE = ['createState', 'setup', 'init'];
const ENDED = ['uninit', 'dispose'];

describe('a device’s life', () => {
  it('runs from its state to the state’s end', () => {
    using rig = new LifeRig();
    rig.add();
    rig.ip.link.set('test0', { up: true });
    rig.ip.link.set('test0', { up: false });
    rig.ip.link.delete('test0');
    expect(rig.calls).toEqual([...MADE, 'open', 'stop', ...ENDED]);
    rig.expectOver();
  });

  it('stops a device that is up before it ends, and ends its state last', () => {
    using rig = new LifeRig();
    rig.add({ up: true });
    rig.ip.link.delete('test0');
    expect(rig.calls).toEqual([...MADE, 'open', 'stop', ...ENDED]);
    rig.expectOver();
  });

  it('has a state of its own for each device', () => {
    using rig = new LifeRig();
    rig.add();
    rig.add();
    rig.ip.link.delete('test0');
    expect(rig.states.map(({ disposals }) => disposals)).toEqual([1, 0]);
    rig.ip.link.delete('test1');
    rig.expectOver();
  });

  it('ends with its module', () => {
    using rig = new LifeRig();
    rig.add({ up: true });
    rig.add();
    rig.kernel.rmmod('test-driver');
    expect(rig.calls.slice(-5)).toEqual(['stop', 'uninit', 'uninit', 'dispose', 'dispose']);
    rig.expectOver();
  });

  it('ends with its namespace', () => {
    using rig = new LifeRig();
    const other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    there.link.add({ kind: 'test', up: true });
    there[Symbol.dispose]();
    other[Symbol.dispose]();
    expect(rig.calls).toEqual([...MADE, 'open', 'stop', ...ENDED]);
    rig.expectOver();
  });

  it('ends with its kernel', () => {
    const rig = new LifeRig();
    rig.add({ up: true });
    rig[Symbol.dispose]();
    expect(rig.calls).toEqual([...MADE, 'open', 'stop', ...ENDED]);
    rig.expectOver();
  });

  it('goes on in another namespace, with the same state', () => {
    using rig = new LifeRig();
    using other = rig.kernel.createNamespace('other');
    using descriptor = other.open();
    rig.add({ up: true });
    rig.ip.link.set('test0', { netns: { fd: descriptor.fd } });
    expect(rig.calls).toEqual([...MADE, 'open', 'stop']);
    const there = rig.client(other);
    there.link.set('test0', { up: true });
    there.link.delete('test0');
    expect(rig.calls.slice(-4)).toEqual(['open', 'stop', ...ENDED]);
    rig.expectOver();
  });
});

describe('a device that does not come to be', () => {
  it('leaves nothing when there is no state for it', () => {
    using rig = new LifeRig();
    rig.failing.add('createState');
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect(rig.calls).toEqual(['createState']);
    rig.expectOver();
    rig.failing.clear();
    rig.add();
    expect(rig.links).toHaveLength(1);
  });

  it('has its state disposed when setup throws', () => {
    using rig = new LifeRig();
    rig.failing.add('setup');
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect(rig.calls).toEqual(['createState', 'setup', 'dispose']);
    rig.expectOver();
  });

  it('has its state disposed, and no uninit, when init throws', () => {
    using rig = new LifeRig();
    rig.failing.add('init');
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect(rig.calls).toEqual([...MADE, 'dispose']);
    rig.expectOver();
  });

  it('has its state disposed, and no init, when its name is taken', () => {
    using rig = new LifeRig();
    expect(() => rig.add({ name: 'lo' })).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    rig.add({ name: 'own' });
    rig.calls.length = 0;
    expect(() => rig.add({ name: '%d%d' })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(rig.calls).toEqual(['createState', 'setup', 'dispose']);
    rig.ip.link.delete('own');
    rig.expectOver();
  });

  it.each<readonly [AllocationSite, readonly string[]]>([
    ['alloc_netdev', []],
    ['name_node', ['createState', 'setup', 'dispose']],
    ['pcpu_stats', [...MADE, ...ENDED]],
    ['sysfs', [...MADE, ...ENDED]],
  ])('is undone when memory is short for %s: uninit follows exactly when init was through', (site, calls) => {
    using rig = new LifeRig();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
    expect(fault.hits).toBe(1);
    expect(rig.calls).toEqual(calls);
    rig.expectOver();
    expect(rig.links).toEqual([]);
  });

  it('is undone when it was to go up and did not', () => {
    using rig = new LifeRig();
    rig.failing.add('open');
    expect(() => rig.add({ up: true })).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect(rig.calls).toEqual([...MADE, 'open', ...ENDED]);
    rig.expectOver();
  });
});

describe('a callback at the end', () => {
  it.each(['stop', 'uninit'])('cannot refuse: %s', (name) => {
    using rig = new LifeRig();
    rig.failing.add(name);
    rig.add({ up: true });
    rig.ip.link.delete('test0');
    expect(rig.calls).toEqual([...MADE, 'open', 'stop', ...ENDED]);
    rig.expectOver();
  });
});
