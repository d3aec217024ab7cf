import { ARPHRD_ETHER, IFF_BROADCAST, IFF_MULTICAST } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import { Kernel } from '@netdevkit/kernel';
import { defineModule, type ThisModule } from '@netdevkit/module';
import { describe, expect, it } from 'vitest';
import { Registration, type EthernetDriver } from '../src/index.ts';
import { EthernetRig } from './ethernet-rig.ts';

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A driver that writes down what happens to it. */
function diary(log: string[], more: Partial<EthernetDriver<Disposable, 'tstats'>> = {}): EthernetDriver<Disposable, 'tstats'> {
  return {
    pcpuStats: 'tstats',
    createState: () => {
      log.push('created');
      return { [Symbol.dispose]: () => void log.push('disposed') };
    },
    setup: () => void log.push('set up'),
    init: () => void log.push('init'),
    uninit: () => void log.push('uninit'),
    open: () => void log.push('open'),
    stop: () => void log.push('stop'),
    startXmit: (skb) => skb.consume(),
    ...more,
  };
}

describe('Registration', () => {
  it('makes an Ethernet device with its queues, in order, and takes it away in the right one', () => {
    const log: string[] = [];
    using rig = new EthernetRig(diary(log), { txQueues: 4, rxQueues: 2 });
    expect(rig.registration?.isRegistered).toBe(true);
    expect(rig.ip.link.show('eth0')).toMatchObject({
      type: ARPHRD_ETHER,
      flags: IFF_BROADCAST | IFF_MULTICAST,
      mtu: 1500,
      minMtu: 68,
      maxMtu: 1500,
      txQueueLen: 1000,
      numTxQueues: 4,
      numRxQueues: 2,
      broadcast: 'ff:ff:ff:ff:ff:ff',
      address: '00:00:00:00:00:00',
      info: undefined,
    });
    rig.up();
    const { dev } = rig;
    rig.registration?.[Symbol.dispose]();
    // The state is the last to go: nothing of the driver runs without it.
    expect(log).toEqual(['created', 'set up', 'init', 'open', 'stop', 'uninit', 'disposed']);
    expect(() => dev.name).toThrow(code('ENODEV'));
    expect(rig.registration?.isRegistered).toBe(false);
    expect(() => rig.dev).toThrow(code('ENODEV'));
    rig.registration?.[Symbol.dispose]();
    expect(log).toHaveLength(7);
  });

  it('is configured before it is registered, and not after', () => {
    using rig = new EthernetRig(diary([]), { name: 'test%d', register: false });
    const { registration } = rig;
    registration?.configure((dev) => {
      dev.setMaxMtu(9000);
      dev.setMtu(9000);
      dev.setRandomAddress();
    });
    expect(() => rig.dev).toThrow(code('ENODEV'));
    expect(registration?.register().name).toBe('test0');
    expect(rig.ip.link.show('test0')).toMatchObject({ mtu: 9000, address: expect.stringMatching(/^.[26ae]:/) as unknown });
    expect(() => registration?.configure(() => undefined)).toThrow(code('EBUSY'));
    expect(() => registration?.register()).toThrow(code('EBUSY'));
  });

  it('whose setup leaks its handle leaks a dead one', () => {
    let leaked: { setMtu(octets: number): void } | undefined;
    using rig = new EthernetRig(diary([]), { register: false });
    rig.registration?.configure((dev) => void (leaked = dev));
    expect(() => leaked?.setMtu(1)).toThrow(TypeError);
  });

  it.each([
    [{ name: 'lo' }, 'EEXIST'],
    [{ name: 'a b' }, 'EINVAL'],
    [{ name: 'sixteen-octets-x' }, 'EINVAL'],
  ])('of %j is refused, and nothing of it stays', (options, errno) => {
    const log: string[] = [];
    expect(() => new EthernetRig(diary(log), options)).toThrow(code(errno));
    expect(log.filter((entry) => entry === 'created').length).toBe(log.filter((entry) => entry === 'disposed').length);
  });

  it.each([{ txQueues: 0 }, { rxQueues: 4097 }, { txQueues: 1.5 }])('of %j is a mistake', (options) => {
    const kernel = new Kernel();
    let thrown: unknown;
    kernel.insmod(
      defineModule({
        name: 'x',
        authors: [],
        description: '',
        license: 'MIT',
        alias: [],
        init: (module: ThisModule) => {
          try {
            Registration.ether(module, diary([]), options);
          } catch (error) {
            thrown = error;
          }
          return { [Symbol.dispose]: () => undefined };
        },
      }),
    );
    expect(thrown).toBeInstanceOf(RangeError);
    kernel.close();
  });

  it('that fails takes the state along', () => {
    const log: string[] = [];
    const refuse = (): never => {
      throw new KernelError('ENOSPC');
    };
    expect(() => new EthernetRig(diary(log, { init: refuse }))).toThrow(code('ENOSPC'));
    expect(log).toEqual(['created', 'set up', 'disposed']);
    log.length = 0;
    expect(() => new EthernetRig(diary(log, { setup: refuse }))).toThrow(code('ENOSPC'));
    expect(log).toEqual(['created', 'disposed']);
    expect(() => new EthernetRig(diary(log, { createState: refuse }))).toThrow(code('ENOSPC'));
  });

  it.each(['alloc_netdev', 'name_node', 'pcpu_stats', 'sysfs', 'module'] as const)('is clean without memory for %s', (site) => {
    const log: string[] = [];
    const kernel = new Kernel({ trackLeaks: true });
    using fault = kernel.faults.failAllocation({ nth: 1, site });
    const load = (): void => {
      kernel.insmod(
        defineModule({
          name: 'x',
          authors: [],
          description: '',
          license: 'MIT',
          alias: [],
          init: (module) => {
            const registration = Registration.ether(module, diary(log));
            registration.register();
            return registration;
          },
        }),
      );
    };
    expect(load).toThrow(code('ENOMEM'));
    expect(fault.hits).toBe(1);
    expect(log.filter((entry) => entry === 'created').length).toBe(log.filter((entry) => entry === 'disposed').length);
    load();
    kernel.close();
    expect(log.at(-1)).toBe('disposed');
  });

  it('that its module forgets goes with the module', () => {
    const log: string[] = [];
    const kernel = new Kernel({ trackLeaks: true });
    kernel.insmod(
      defineModule({
        name: 'forgetful',
        authors: [],
        description: '',
        license: 'MIT',
        alias: [],
        init: (module) => {
          Registration.ether(module, diary(log)).register();
          return { [Symbol.dispose]: () => undefined };
        },
      }),
    );
    kernel.rmmod('forgetful');
    expect(log).toEqual(['created', 'set up', 'init', 'uninit', 'disposed']);
    expect(kernel.dmesg().at(-1)?.text).toBe('forgetful: left something registered, which goes now');
    kernel.close();
  });

  it('moves to another namespace, and back when that ends', () => {
    using rig = new EthernetRig(diary([]));
    const other = rig.kernel.createNamespace('other');
    const fd = other.open();
    rig.ip.link.set('eth0', { netns: { fd: fd.fd } });
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    fd[Symbol.dispose]();
    other[Symbol.dispose]();
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo', 'eth0']);
  });
});
