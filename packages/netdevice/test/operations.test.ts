import { IFF_ALLMULTI, IFF_UP, RTNLGRP_LINK } from '@netdevkit/bindings';
import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import type { Device, Operations } from '../src/index.ts';
import { BASE, Rig, heard, type TestDriver } from './rig.ts';

type Driver = TestDriver<object, 'tstats'>;

/** An operation that may refuse, how a user gets it called, and what the device is like when it was refused. */
interface Refusable {
  readonly op: keyof Operations<object>;
  readonly act: (rig: Rig) => void;
  /** What the user is told when the driver has no such operation. */
  readonly absent?: ErrnoCode;
}

const withAddress: Partial<Driver> = { setup: (dev) => dev.setAddress(Uint8Array.of(2, 0, 0, 0, 0, 1)) };

const REFUSABLE: readonly Refusable[] = [
  { op: 'open', act: (rig) => rig.ip.link.set('test0', { up: true }) },
  { op: 'validateAddr', act: (rig) => rig.ip.link.set('test0', { up: true }) },
  { op: 'changeMtu', act: (rig) => rig.ip.link.set('test0', { mtu: 1000 }) },
  { op: 'setMacAddress', act: (rig) => rig.ip.link.set('test0', { address: '02:00:00:00:00:02' }), absent: 'EOPNOTSUPP' },
  { op: 'changeCarrier', act: (rig) => rig.ip.link.set('test0', { carrier: false }), absent: 'EOPNOTSUPP' },
  { op: 'changeProtoDown', act: (rig) => rig.ip.link.set('test0', { protoDown: true }), absent: 'EOPNOTSUPP' },
];

/** A driver with one operation that does what it is told to. */
function driver(op: keyof Operations<object>, does: () => unknown): Driver {
  return { ...BASE, ...withAddress, [op]: does };
}

describe.each(REFUSABLE)('$op', ({ op, act, absent }) => {
  it('is called once, with the device and its state', () => {
    const calls: unknown[][] = [];
    const state = {};
    using rig = new Rig({ ...driver(op, () => undefined), createState: () => state, [op]: (...args: unknown[]) => void calls.push(args) });
    rig.add();
    act(rig);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.at(0)).toMatchObject({ name: 'test0' });
    expect(calls[0]?.at(-1)).toBe(state);
    expect(rig.complaints).toEqual([]);
  });

  it.each<readonly [string, () => never, ErrnoCode, RegExp | undefined]>([
    ['a KernelError', () => { throw new KernelError('EXFULL'); }, 'EXFULL', undefined],
    ['an Error', () => { throw new TypeError('no such thing'); }, 'EIO', /no such thing/],
    ['a string', () => { throw 'a word'; }, 'EIO', /a word/],
    ['nothing', () => { throw undefined; }, 'EIO', /undefined/],
  ])('refuses by throwing %s: nothing has changed', (_, does, code, complaint) => {
    using rig = new Rig(driver(op, does));
    rig.add();
    const before = rig.ip.link.show('test0');
    using monitor = rig.ip.monitor({ groups: [RTNLGRP_LINK] });
    expect(() => act(rig)).toThrow(expect.objectContaining({ code }));
    expect(rig.ip.link.show('test0')).toEqual(before);
    expect(heard(monitor)).toEqual([]);
    expect(rig.complaints).toEqual(complaint === undefined ? [] : [expect.stringMatching(complaint)]);
    for (const text of rig.complaints) expect(text).toContain(`test0: ${op}: `);
    // The device can go all the same.
    rig.ip.link.delete('test0');
  });

  it('refuses when it returns a promise: the core does not wait', () => {
    using rig = new Rig(driver(op, async () => undefined));
    rig.add();
    const before = rig.ip.link.show('test0');
    expect(() => act(rig)).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(rig.complaints).toEqual([expect.stringContaining(`test0: ${op}: TypeError: ${op}: expected to be done when it returns, got a promise`)]);
    expect(rig.ip.link.show('test0')).toEqual(before);
  });

  it('refuses a promise that fails later, and nothing else comes of it', async () => {
    using rig = new Rig(
      driver(op, async () => {
        throw new Error('late');
      }),
    );
    rig.add();
    expect(() => act(rig)).toThrow(expect.objectContaining({ code: 'EIO' }));
    // Were the rejection unhandled, the run would fail.
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  it.each([0, 1, -5, 'text', {}, NaN])('accepts whatever else it returns: %j', (returned) => {
    using rig = new Rig(driver(op, () => returned));
    rig.add();
    act(rig);
    expect(rig.complaints).toEqual([]);
  });

  it(`may be absent: ${absent ?? 'the core goes on'}`, () => {
    using rig = new Rig({ ...BASE, ...withAddress });
    rig.add();
    if (absent === undefined) act(rig);
    else expect(() => act(rig)).toThrow(expect.objectContaining({ code: absent }));
  });
});

describe('what the core stores when an operation has accepted', () => {
  it('is the MTU, and the operation sees the old one', () => {
    const seen: number[][] = [];
    using rig = new Rig({ ...BASE, changeMtu: (dev, mtu) => void seen.push([dev.mtu, mtu]) });
    rig.add();
    using monitor = rig.ip.monitor();
    rig.ip.link.set('test0', { mtu: 1200 });
    rig.ip.link.set('test0', { mtu: 1200 });
    expect(seen).toEqual([[1500, 1200]]);
    expect(rig.ip.link.show('test0').mtu).toBe(1200);
    expect(heard(monitor).map(({ link }) => link.mtu)).toEqual([1200]);
  });

  it('is no MTU out of the device’s bounds: the operation does not see it', () => {
    let called = 0;
    using rig = new Rig({ ...BASE, changeMtu: () => void called++ });
    rig.add();
    expect(() => rig.ip.link.set('test0', { mtu: 9001 })).toThrow(
      expect.objectContaining({ code: 'EINVAL', extack: expect.objectContaining({ message: 'mtu greater than device maximum' }) }),
    );
    expect(called).toBe(0);
  });

  it('is the address, of which the operation has a copy of its own', () => {
    const seen: string[] = [];
    using rig = new Rig({
      ...BASE,
      ...withAddress,
      setMacAddress: (dev, address) => {
        expect([...dev.address]).toEqual([2, 0, 0, 0, 0, 1]);
        seen.push(address.join(':'));
        address.fill(0);
      },
    });
    rig.add();
    using monitor = rig.ip.monitor();
    rig.ip.link.set('test0', { address: '02:00:00:00:00:02' });
    expect(rig.complaints).toEqual([]);
    expect(seen).toEqual(['2:0:0:0:0:2']);
    expect(rig.ip.link.show('test0')).toMatchObject({ address: '02:00:00:00:00:02', permAddress: '02:00:00:00:00:01' });
    expect(heard(monitor).map(({ link }) => link.address)).toEqual(['02:00:00:00:00:02']);
  });

  it('is the carrier', () => {
    const seen: boolean[][] = [];
    using rig = new Rig({ ...BASE, changeCarrier: (dev, carrier) => void seen.push([dev.hasCarrier, carrier]) });
    rig.add({ up: true });
    rig.ip.link.set('test0', { carrier: false });
    expect(rig.ip.link.show('test0')).toMatchObject({ carrier: false, carrierDownCount: 1 });
    rig.ip.link.set('test0', { carrier: true });
    expect(rig.ip.link.show('test0')).toMatchObject({ carrier: true, carrierUpCount: 1 });
    expect(seen).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('is proto_down', () => {
    const seen: boolean[] = [];
    using rig = new Rig({ ...BASE, changeProtoDown: (_dev, protoDown) => void seen.push(protoDown) });
    rig.add();
    rig.ip.link.set('test0', { protoDown: true });
    expect(rig.ip.link.show('test0').protoDown).toBe(true);
    rig.ip.link.set('test0', { protoDown: false });
    expect(rig.ip.link.show('test0').protoDown).toBe(false);
    expect(seen).toEqual([true, false]);
  });
});

describe('going up', () => {
  it('asks for the address before it opens', () => {
    const calls: string[] = [];
    using rig = new Rig({
      ...BASE,
      validateAddr: () => {
        calls.push('validateAddr');
        throw new KernelError('EADDRNOTAVAIL');
      },
      open: () => void calls.push('open'),
      stop: () => void calls.push('stop'),
    });
    rig.add();
    expect(() => rig.ip.link.set('test0', { up: true })).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
    rig.ip.link.delete('test0');
    expect(calls).toEqual(['validateAddr']);
  });

  it('can be tried again after a refusal', () => {
    let tries = 0;
    using rig = new Rig({
      ...BASE,
      open: () => {
        if (++tries === 1) throw new KernelError('EAGAIN');
      },
    });
    rig.add();
    expect(() => rig.ip.link.set('test0', { up: true })).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    expect((rig.ip.link.show('test0').flags & IFF_UP) === 0).toBe(true);
    rig.ip.link.set('test0', { up: true });
    expect((rig.ip.link.show('test0').flags & IFF_UP) !== 0).toBe(true);
  });
});

describe('an operation that cannot refuse', () => {
  it.each<readonly [keyof Operations<object>, (rig: Rig) => void]>([
    ['stop', (rig) => rig.ip.link.set('test0', { up: false })],
    ['uninit', (rig) => rig.ip.link.delete('test0')],
    ['setRxMode', (rig) => rig.ip.link.set('test0', { allMulticast: true })],
    ['getStats64', (rig) => void rig.ip.link.show('test0')],
  ])('is done with when it throws: %s', (op, act) => {
    using rig = new Rig(
      driver(op, () => {
        throw new Error('in vain');
      }),
    );
    rig.add({ up: true });
    act(rig);
    expect(rig.complaints.length).toBeGreaterThan(0);
    for (const text of rig.complaints) expect(text).toMatch(new RegExp(`^test0: ${op}: Error: in vain`));
  });

  it('is told of the receive filter: on the way up, and when it changes', () => {
    const seen: number[] = [];
    using rig = new Rig({ ...BASE, setRxMode: (dev) => void seen.push(dev.flags & (IFF_UP | IFF_ALLMULTI)) });
    rig.add({ up: true });
    expect(seen).toEqual([IFF_UP]);
    rig.ip.link.set('test0', { allMulticast: true });
    expect(seen.at(-1)).toBe(IFF_UP | IFF_ALLMULTI);
  });
});

describe('getStats64', () => {
  it('says what it knows; the rest is 0, and the core’s drops are added', () => {
    using rig = new Rig({ ...BASE, getStats64: () => ({ collisions: 7n, txDropped: 1n }) });
    rig.add({ up: true });
    const dev = rig.raws[0];
    dev?.core_stats.set([0n, 2n, 0n, 0n]);
    expect(rig.ip.link.show('test0').stats).toMatchObject({ collisions: 7n, txDropped: 3n, rxPackets: 0n, txPackets: 0n });
  });

  it('makes counters of one direction tell which: lstats alone report nothing', () => {
    const count = (op: object): unknown => {
      using rig = new Rig({
        ...BASE,
        pcpuStats: 'lstats',
        startXmit: (skb, dev: Device<'lstats'>) => {
          dev.stats.add(skb.len);
          return skb.consume();
        },
        ...op,
      });
      rig.add({ up: true });
      rig.transmit(12);
      const { rxPackets, rxBytes, txPackets, txBytes } = rig.ip.link.show('test0').stats ?? {};
      return [rxPackets, rxBytes, txPackets, txBytes];
    };
    const read = (dev: Device<'lstats'>): { packets: bigint; bytes: bigint } => dev.stats.read();
    expect(count({})).toEqual([0n, 0n, 0n, 0n]);
    expect(count({ getStats64: (dev: Device<'lstats'>) => ({ rxPackets: read(dev).packets, rxBytes: read(dev).bytes }) })).toEqual([1n, 12n, 0n, 0n]);
    expect(count({ getStats64: (dev: Device<'lstats'>) => ({ txPackets: read(dev).packets, txBytes: read(dev).bytes }) })).toEqual([0n, 0n, 1n, 12n]);
  });

  it('is complained of when what it gives is no number, and what came before stands', () => {
    // CAST: what a driver in JavaScript may return.
    using rig = new Rig({ ...BASE, getStats64: () => ({ rxPackets: 5n, txPackets: 6 }) as unknown as { rxPackets: bigint } });
    rig.add();
    expect(rig.ip.link.show('test0').stats).toMatchObject({ rxPackets: 5n, txPackets: 0n });
    expect(rig.complaints).toEqual([expect.stringContaining('test0: getStats64: TypeError')]);
  });
});
