import { IFF_ALLMULTI, IFF_DORMANT, IFF_LOWER_UP, IFF_MULTICAST, IFF_NOARP, IFF_PROMISC, IFF_RUNNING, IFF_UP } from '@netdevkit/bindings';
import { IFF_XMIT_DST_RELEASE, IFF_XMIT_DST_RELEASE_PERM, type net_device } from '@netdevkit/bindings/raw';
import { describe, expect, it } from 'vitest';
import { DeviceType, Features, Flags, PrivFlags, mtu, type DeviceSetup } from '../src/index.ts';
import { BASE, Rig } from './rig.ts';

/** Every use of a handle. */
const USES: ReadonlyArray<readonly [string, (dev: DeviceSetup) => unknown]> = [
  ['name', (dev) => dev.name],
  ['mtu', (dev) => dev.mtu],
  ['setType', (dev) => dev.setType(1)],
  ['setFlags', (dev) => dev.setFlags(0)],
  ['addPrivFlags', (dev) => dev.addPrivFlags(0)],
  ['setLltx', (dev) => dev.setLltx(true)],
  ['setFeatures', (dev) => dev.setFeatures(0n)],
  ['setHwFeatures', (dev) => dev.setHwFeatures(0n)],
  ['setMtu', (dev) => dev.setMtu(1)],
  ['setMinMtu', (dev) => dev.setMinMtu(1)],
  ['setMaxMtu', (dev) => dev.setMaxMtu(1)],
  ['setTxQueueLen', (dev) => dev.setTxQueueLen(1)],
  ['setNetnsImmutable', (dev) => dev.setNetnsImmutable(true)],
  ['setAddress', (dev) => dev.setAddress(new Uint8Array(6))],
  ['setBroadcast', (dev) => dev.setBroadcast(new Uint8Array(0))],
];

/** Runs something in the setup of a device, and gives the raw device. */
function setup(configure: (dev: DeviceSetup) => void): net_device {
  using rig = new Rig({ ...BASE, setup: configure });
  rig.add();
  expect(rig.complaints).toEqual([]);
  const [raw] = rig.raws;
  if (raw === undefined) throw new Error('setup was not called');
  return raw;
}

/** What something throws in the setup of a device, whose making goes on. */
function thrown(configure: (dev: DeviceSetup) => void): unknown {
  let error: unknown;
  setup((dev) => {
    try {
      configure(dev);
    } catch (caught) {
      error = caught;
    }
  });
  return error;
}

describe('DeviceSetup', () => {
  it('sets what a link shows', () => {
    using rig = new Rig({
      ...BASE,
      setup: (dev) => {
        dev.setType(DeviceType.ETHER);
        dev.setFlags(Flags.BROADCAST | Flags.MULTICAST);
        dev.setMtu(1400);
        dev.setMinMtu(68);
        dev.setMaxMtu(1600);
        dev.setTxQueueLen(77);
        dev.setAddress(Uint8Array.of(2, 0, 0, 0, 0, 1));
        dev.setBroadcast(new Uint8Array(6).fill(0xff));
        expect([dev.name, dev.mtu]).toEqual(['test%d', 1400]);
      },
    });
    rig.add();
    expect(rig.ip.link.show('test0')).toMatchObject({
      type: DeviceType.ETHER,
      flags: Flags.BROADCAST | Flags.MULTICAST,
      mtu: 1400,
      minMtu: 68,
      maxMtu: 1600,
      txQueueLen: 77,
      address: '02:00:00:00:00:01',
      permAddress: '02:00:00:00:00:01',
      broadcast: 'ff:ff:ff:ff:ff:ff',
    });
  });

  it('sets what only the kernel sees', () => {
    const raw = setup((dev) => {
      dev.setLltx(true);
      dev.setFeatures(Features.SG | Features.HIGHDMA);
      dev.setHwFeatures(Features.RXCSUM);
      dev.addPrivFlags(PrivFlags.LIVE_ADDR_CHANGE);
    });
    expect(raw.lltx).toBe(true);
    expect(raw.features & (Features.SG | Features.HIGHDMA | Features.RXCSUM)).toBe(Features.SG | Features.HIGHDMA);
    expect(raw.hw_features & (Features.SG | Features.RXCSUM)).toBe(Features.RXCSUM);
  });

  it('replaces flags: what was set before and is not named is gone', () => {
    const raw = setup((dev) => {
      dev.setFlags(IFF_MULTICAST | IFF_NOARP);
      dev.setFlags(IFF_NOARP);
    });
    expect(raw.flags).toBe(IFF_NOARP);
  });

  it('adds flags that only the kernel sees to those that the core has set', () => {
    const raw = setup((dev) => {
      dev.addPrivFlags(PrivFlags.LIVE_ADDR_CHANGE);
      dev.addPrivFlags(PrivFlags.TX_SKB_SHARING);
    });
    const wanted = IFF_XMIT_DST_RELEASE | IFF_XMIT_DST_RELEASE_PERM | PrivFlags.LIVE_ADDR_CHANGE | PrivFlags.TX_SKB_SHARING | PrivFlags.NO_QUEUE;
    expect(raw.priv_flags).toBe(wanted);
  });

  it('leaves a queue length of 0 to the core: 1000, and no queue', () => {
    expect(setup((dev) => dev.setTxQueueLen(0)).tx_queue_len).toBe(1000);
  });

  it('keeps a device in its namespace', () => {
    using rig = new Rig({ ...BASE, setup: (dev) => dev.setNetnsImmutable(true) });
    using other = rig.kernel.createNamespace('other');
    using descriptor = other.open();
    rig.add();
    expect(() => rig.ip.link.set('test0', { netns: { fd: descriptor.fd } })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(rig.links).toHaveLength(1);
  });

  it('takes a copy of addresses', () => {
    const address = Uint8Array.of(2, 0, 0, 0, 0, 9);
    const raw = setup((dev) => {
      dev.setAddress(address);
      address.fill(1);
    });
    expect([...raw.dev_addr.subarray(0, 6)]).toEqual([2, 0, 0, 0, 0, 9]);
  });

  it('sets the length of addresses by the address', () => {
    const raw = setup((dev) => {
      dev.setAddress(new Uint8Array(32).fill(3));
      dev.setAddress(new Uint8Array(4).fill(5));
      dev.setBroadcast(new Uint8Array(4).fill(7));
    });
    expect(raw.addr_len).toBe(4);
    expect([...raw.dev_addr.subarray(0, 6)]).toEqual([5, 5, 5, 5, 0, 0]);
  });
});

describe('what is out of range', () => {
  const INT = [-1, 0x8000_0000, 1.5, NaN, Infinity];
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<number>, (dev: DeviceSetup, value: number) => void]> = [
    ['type', [-1, 0x1_0000, 0.5, NaN], (dev, value) => dev.setType(value)],
    ['flags', INT, (dev, value) => dev.setFlags(value)],
    ['priv flags', INT, (dev, value) => dev.addPrivFlags(value)],
    ['mtu', INT, (dev, value) => dev.setMtu(value)],
    ['min mtu', INT, (dev, value) => dev.setMinMtu(value)],
    ['max mtu', INT, (dev, value) => dev.setMaxMtu(value)],
    ['tx queue length', INT, (dev, value) => dev.setTxQueueLen(value)],
  ];

  it.each(cases.flatMap(([label, values, set]) => values.map((value) => [label, value, set] as const)))(
    'of the %s is refused: %d',
    (label, value, set) => {
      const most = label === 'type' ? 65_535 : 0x7fff_ffff;
      expect(thrown((dev) => set(dev, value))).toEqual(
        new RangeError(`${label}: expected an integer from 0 to ${String(most)}, got ${String(value)}`),
      );
    },
  );

  it.each(cases.map(([label, , set]) => [label, set] as const))('of the %s is not: its ends', (label, set) => {
    // All bits of the flags would be states of the core's.
    const most = label === 'type' ? 65_535 : label === 'flags' ? IFF_MULTICAST : 0x7fff_ffff;
    expect(thrown((dev) => set(dev, 0))).toBeUndefined();
    expect(thrown((dev) => set(dev, most))).toBeUndefined();
  });

  it.each([IFF_UP, IFF_RUNNING, IFF_LOWER_UP, IFF_DORMANT, IFF_PROMISC, IFF_ALLMULTI])('of the flags are states that the core keeps: %d', (flag) => {
    expect(thrown((dev) => dev.setFlags(flag | IFF_NOARP))).toEqual(
      new RangeError(`flags: expected none that the core keeps, got 0x${flag.toString(16)}`),
    );
  });

  it.each([-1n, 2n ** 64n])('of features is %d', (features) => {
    for (const set of [(dev: DeviceSetup) => dev.setFeatures(features), (dev: DeviceSetup) => dev.setHwFeatures(features)]) {
      expect(thrown(set)).toBeInstanceOf(RangeError);
    }
    expect(thrown((dev) => dev.setFeatures(2n ** 64n - 1n))).toBeUndefined();
  });

  it('of features is a number', () => {
    // CAST: what a driver in JavaScript may do.
    expect(thrown((dev) => dev.setFeatures(1 as unknown as bigint))).toEqual(new RangeError('features: expected a bigint of 64 bits, got 1'));
  });

  it('of an address is its length', () => {
    expect(thrown((dev) => dev.setAddress(new Uint8Array(33)))).toEqual(new RangeError('address length: expected an integer from 0 to 32, got 33'));
    expect(thrown((dev) => dev.setAddress(new Uint8Array(0)))).toBeUndefined();
    for (const length of [0, 5, 7]) {
      expect(
        thrown((dev) => {
          dev.setAddress(new Uint8Array(6));
          dev.setBroadcast(new Uint8Array(length));
        }),
      ).toEqual(new RangeError(`broadcast length: expected an integer from 6 to 6, got ${String(length)}`));
    }
  });

  it('makes no device when the driver lets it be thrown', () => {
    using rig = new Rig({ ...BASE, setup: (dev) => dev.setMtu(-1) });
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(rig.complaints).toEqual([expect.stringContaining('test%d: setup: RangeError: mtu: expected')]);
    expect(rig.links).toEqual([]);
  });
});

describe('a handle of a setup that has ended', () => {
  it.each(USES)('throws on %s, and changes nothing', (_, use) => {
    let kept: DeviceSetup | undefined;
    using rig = new Rig({ ...BASE, setup: (dev) => void (kept = dev) });
    rig.add();
    const handle = kept;
    if (handle === undefined) throw new Error('setup was not called');
    const before = rig.ip.link.show('test0');
    expect(() => use(handle)).toThrow(new TypeError('DeviceSetup: used after setup ended'));
    expect(rig.ip.link.show('test0')).toEqual(before);
  });

  it.each(USES)('throws on %s, too, when setup has failed', (_, use) => {
    let kept: DeviceSetup | undefined;
    using rig = new Rig({
      ...BASE,
      setup: (dev) => {
        kept = dev;
        throw new Error('no');
      },
    });
    expect(() => rig.add()).toThrow();
    const handle = kept;
    if (handle === undefined) throw new Error('setup was not called');
    expect(() => use(handle)).toThrow(TypeError);
  });
});

describe('mtu', () => {
  it('knows what fits into a page, and the shortest message', () => {
    expect(mtu.nlmsgGoodsize()).toBe(3776);
    expect(mtu.NLMSGHDR).toBe(16);
  });
});
