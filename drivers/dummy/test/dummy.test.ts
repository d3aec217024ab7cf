import { ARPHRD_ETHER, IFF_BROADCAST, IFF_NOARP, IF_OPER_DOWN, IF_OPER_UNKNOWN, IF_OPER_UP, RTEXT_FILTER_VF } from '@netdevkit/bindings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import dummy from '../src/index.ts';
import { expectLink, getLink, measured } from './link-message.ts';
import { Rig } from './rig.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => {
  rig[Symbol.dispose]();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** The golden's addresses, which were drawn by lot. */
function addressOf(what: string): string {
  const octets = [...measured(what).payload].map((octet) => octet.toString(16).padStart(2, '0'));
  const text = octets.join('');
  // IFLA_ADDRESS: length 10, type 1.
  const at = text.indexOf('0a000100', 32) + 8;
  return text.slice(at, at + 12).match(/../g)?.join(':') ?? '';
}

describe('a dummy device', () => {
  it('is what the C driver sets up', () => {
    rig.ip.link.add({ kind: 'dummy' });
    expect(rig.ip.link.show('dummy0')).toMatchObject({
      index: 2,
      type: ARPHRD_ETHER,
      flags: IFF_BROADCAST | IFF_NOARP,
      mtu: 1500,
      minMtu: 0,
      maxMtu: 0,
      txQueueLen: 1000,
      qdisc: 'noop',
      operState: IF_OPER_DOWN,
      broadcast: 'ff:ff:ff:ff:ff:ff',
      info: { kind: 'dummy', data: undefined },
    });
  });

  it.each(['dummy0 down', 'dummy0 up'])('says what a real one says: %s', (what) => {
    rig.ip.link.add({ kind: 'dummy', index: measured(what).payload[4] ?? 0, address: addressOf(what), up: what.endsWith('up') });
    using socket = rig.route();
    const traffic = 'a multicast listener report was sent through it';
    const up = {
      '23': traffic,
      '7': traffic,
      '26.10.3': traffic,
      '26.10.6': traffic,
    };
    expectLink(getLink(socket, 'dummy0', RTEXT_FILTER_VF), measured(what), {
      '26.10.5': 'when the settings changed last, and a time drawn by lot',
      ...(what.endsWith('up') ? up : {}),
    });
  });

  it('draws an address of its own, locally administered, and another one each time', () => {
    rig.ip.link.add({ kind: 'dummy' });
    rig.ip.link.add({ kind: 'dummy' });
    const [first, second] = rig.ip.link.list({ kind: 'dummy' }).map(({ address }) => address ?? '');
    expect([first, second]).toEqual([expect.stringMatching(/^.[26ae]:/), expect.stringMatching(/^.[26ae]:/)]);
    expect(first).not.toEqual(second);
  });

  it('takes packets, counts them as sent, and shows them to packet sockets', () => {
    rig.ip.link.add({ kind: 'dummy', up: true });
    using socket = rig.packets('dummy0');
    using sender = rig.packets('dummy0', 0);
    const before = rig.ip.link.show('dummy0').stats;
    sender.send(new Uint8Array(60).fill(1));
    sender.send(new Uint8Array(1514).fill(1));
    const after = rig.ip.link.show('dummy0').stats;
    expect((after?.txPackets ?? 0n) - (before?.txPackets ?? 0n)).toBe(2n);
    expect((after?.txBytes ?? 0n) - (before?.txBytes ?? 0n)).toBe(1574n);
    expect(after).toMatchObject({ rxPackets: 0n, txDropped: 0n });
    expect([socket.receive()?.bytes.length, socket.receive()?.bytes.length, socket.receive()]).toEqual([60, 1514, undefined]);
  });

  it.each([0, 67, 65_536, 2_147_483_647])('takes an MTU of %i', (mtu) => {
    rig.ip.link.add({ kind: 'dummy' });
    rig.ip.link.set('dummy0', { mtu });
    expect(rig.ip.link.show('dummy0').mtu).toBe(mtu);
  });

  it('takes another address, up or down, but none that is a group\'s or nobody\'s', () => {
    rig.ip.link.add({ kind: 'dummy', up: true });
    rig.ip.link.set('dummy0', { address: '02:00:00:00:00:07' });
    expect(rig.ip.link.show('dummy0').address).toBe('02:00:00:00:00:07');
    for (const address of ['01:00:00:00:00:01', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']) {
      expect(() => {
        rig.ip.link.set('dummy0', { address });
      }).toThrow(code('EADDRNOTAVAIL'));
      expect(() => {
        rig.ip.link.add({ kind: 'dummy', name: 'other', address });
      }).toThrow(code('EADDRNOTAVAIL'));
    }
    expect(() => {
      rig.ip.link.add({ kind: 'dummy', name: 'other', address: new Uint8Array(5).fill(2) });
    }).toThrow(code('EINVAL'));
    expect(() => {
      rig.ip.link.add({ kind: 'dummy', name: 'other', address: new Uint8Array(7).fill(2) });
    }).toThrow(code('EINVAL'));
    expect(rig.ip.link.list({ kind: 'dummy' })).toHaveLength(1);
  });

  it('has a carrier that users take away and give back', () => {
    rig.ip.link.add({ kind: 'dummy', up: true });
    expect(rig.ip.link.show('dummy0')).toMatchObject({ operState: IF_OPER_UNKNOWN, carrier: true });
    rig.ip.link.set('dummy0', { carrier: false });
    expect(rig.ip.link.show('dummy0')).toMatchObject({ operState: IF_OPER_DOWN, carrier: false, carrierDownCount: 1 });
    using sender = rig.packets('dummy0', 0);
    const before = rig.ip.link.show('dummy0').stats?.txDropped ?? 0n;
    sender.send(new Uint8Array(60));
    expect(rig.ip.link.show('dummy0').stats?.txDropped).toBe(before + 1n);
    rig.ip.link.set('dummy0', { carrier: true });
    expect(rig.ip.link.show('dummy0')).toMatchObject({ operState: IF_OPER_UP, carrier: true, carrierUpCount: 1 });
    sender.send(new Uint8Array(60));
    expect(rig.ip.link.show('dummy0').stats?.txDropped).toBe(before + 1n);
  });

  it('has no link to detect, and is its kind\'s', () => {
    rig.ip.link.add({ kind: 'dummy' });
    expect(() => rig.kernel.linkDetected('dummy0')).toThrow(code('EOPNOTSUPP'));
    expect(rig.kernel.driverInfo('dummy0')).toMatchObject({ driver: 'dummy' });
  });
});

describe('the dummy module', () => {
  it.each([
    [undefined, ['dummy0']],
    ['numdummies=0', []],
    ['numdummies=3', ['dummy0', 'dummy1', 'dummy2']],
    ['numdummies=-1', []],
  ])('loaded with %s makes %j', (words, names) => {
    using fresh = new Rig({ modules: [], moduleOptions: {} });
    fresh.kernel.insmod(dummy, words);
    expect(fresh.ip.link.list({ kind: 'dummy' }).map(({ name }) => name)).toEqual(names);
    fresh.kernel.rmmod('dummy');
    expect(fresh.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('makes one by itself when a request loads it, as on Linux', () => {
    using fresh = new Rig({ moduleOptions: {} });
    fresh.ip.link.add({ kind: 'dummy' });
    expect(fresh.ip.link.list({ kind: 'dummy' }).map(({ name }) => name)).toEqual(['dummy0', 'dummy1']);
  });

  it('is not loaded when what it makes is in the way of itself', () => {
    using fresh = new Rig({ modules: [], moduleOptions: {} });
    using fault = fresh.kernel.faults.failAllocation({ nth: 3, site: 'alloc_netdev' });
    expect(() => {
      fresh.kernel.insmod(dummy, 'numdummies=5');
    }).toThrow(code('ENOMEM'));
    expect(fault.hits).toBe(1);
    expect(fresh.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    fresh.kernel.insmod(dummy, 'numdummies=5');
    expect(fresh.ip.link.list({ kind: 'dummy' })).toHaveLength(5);
  });

  it('wants a number', () => {
    using fresh = new Rig({ modules: [] });
    expect(() => {
      fresh.kernel.insmod(dummy, 'numdummies=many');
    }).toThrow(code('EINVAL'));
    expect(fresh.kernel.dmesg().at(-1)?.text).toBe("dummy: 'many' invalid for parameter 'numdummies'");
  });
});
