import {
  ARPHRD_NETLINK,
  IFF_LOWER_UP,
  IFF_NOARP,
  IFF_RUNNING,
  IFF_UP,
  IF_OPER_DOWN,
  IF_OPER_UNKNOWN,
  NETLINK_ROUTE,
  NLMSG_DONE,
  NLMSG_ERROR,
  PACKET_OUTGOING,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
} from '@netdevkit/bindings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig, drain } from './rig.ts';

const UP = IFF_NOARP | IFF_UP | IFF_RUNNING | IFF_LOWER_UP;

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => {
  rig[Symbol.dispose]();
});

describe('an nlmon device', () => {
  it('is loaded by its alias, and named by its kind', () => {
    expect(rig.pinned).toBeUndefined();
    rig.ip.link.add({ kind: 'nlmon' });
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.kernel.lsmod().map(({ name }) => name)).toEqual(['nlmon']);
    expect(rig.ip.link.list({ kind: 'nlmon' }).map(({ name }) => name)).toEqual(['nlmon0', 'nlmon1']);
  });

  it('is what the C driver sets up', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.ip.link.show('nlmon0')).toMatchObject({
      index: 2,
      type: ARPHRD_NETLINK,
      flags: IFF_NOARP,
      mtu: 3776,
      minMtu: 16,
      maxMtu: 0,
      txQueueLen: 1000,
      qdisc: 'noop',
      operState: IF_OPER_DOWN,
      address: undefined,
      numTxQueues: 1,
      numRxQueues: 1,
      gsoMaxSize: 65_536,
      gsoMaxSegs: 65_535,
      info: { kind: 'nlmon', data: undefined },
    });
  });

  it('goes up and down', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.kernel.linkDetected('nlmon0')).toBe(false);
    rig.ip.link.set('nlmon0', { up: true });
    expect(rig.ip.link.show('nlmon0')).toMatchObject({ flags: UP, qdisc: 'noqueue', operState: IF_OPER_UNKNOWN });
    expect(rig.kernel.linkDetected('nlmon0')).toBe(true);
    rig.ip.link.set('nlmon0', { up: false });
    expect(rig.ip.link.show('nlmon0')).toMatchObject({ flags: IFF_NOARP, qdisc: 'noqueue', operState: IF_OPER_DOWN });
    expect(rig.kernel.linkDetected('nlmon0')).toBe(false);
  });

  it('can be made up, of several queues, with a length and a group', () => {
    rig.ip.link.add({ kind: 'nlmon', name: 'mon', up: true, numTxQueues: 4, numRxQueues: 8, txQueueLen: 7, group: 5 });
    expect(rig.ip.link.show('mon')).toMatchObject({ flags: UP, numTxQueues: 4, numRxQueues: 8, txQueueLen: 7, group: 5 });
  });

  it('says which driver it has', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.kernel.driverInfo('nlmon0')).toMatchObject({ driver: 'nlmon', bus_info: '' });
  });

  it.each(['00:11:22:33:44:55', '00:00:00:00:00:00', new Uint8Array(0)])('refuses the address %s on creation, without a text', (address) => {
    expect(() => {
      rig.ip.link.add({ kind: 'nlmon', address });
    }).toThrow(expect.objectContaining({ code: 'EINVAL', extack: undefined }));
    expect(rig.ip.link.list({ kind: 'nlmon' })).toEqual([]);
  });

  it('has no operation to set an address later; a broadcast address is taken and ignored', () => {
    rig.ip.link.add({ kind: 'nlmon', broadcast: 'ff:ff:ff:ff:ff:ff' });
    expect(() => {
      rig.ip.link.set('nlmon0', { address: '00:11:22:33:44:55' });
    }).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    rig.ip.link.set('nlmon0', { broadcast: '00:11:22:33:44:55' });
    expect(rig.ip.link.show('nlmon0').broadcast).toBeUndefined();
  });

  it.each([0, 15, -1])('refuses an MTU of %i', (mtu) => {
    rig.ip.link.add({ kind: 'nlmon' });
    const refused = expect.objectContaining({ code: 'EINVAL', extack: expect.objectContaining({ message: 'mtu less than device minimum' }) as unknown });
    expect(() => {
      rig.ip.link.set('nlmon0', { mtu: mtu >>> 0 });
    }).toThrow(refused);
    expect(() => {
      rig.ip.link.add({ kind: 'nlmon', name: 'other', mtu: mtu >>> 0 });
    }).toThrow(refused);
    expect(rig.ip.link.list({ kind: 'nlmon' }).map(({ mtu: kept }) => kept)).toEqual([3776]);
  });

  it.each([16, 3777, 65_536, 2_147_483_647])('takes an MTU of %i', (mtu) => {
    rig.ip.link.add({ kind: 'nlmon', mtu });
    expect(rig.ip.link.show('nlmon0').mtu).toBe(mtu);
    rig.ip.link.set('nlmon0', { mtu: 100 });
    expect(rig.ip.link.show('nlmon0').mtu).toBe(100);
  });

  it('has no carrier to set and no proto_down', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    expect(() => {
      rig.ip.link.set('nlmon0', { carrier: false });
    }).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    expect(() => {
      rig.ip.link.set('nlmon0', { protoDown: true });
    }).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP', extack: expect.objectContaining({ message: 'Protodown not supported by device' }) as unknown }));
  });

  it('ignores data of its kind, which it has none of', () => {
    rig.ip.link.add({
      kind: 'nlmon',
      data: (writer) => {
        writer.putU32(1, 7);
      },
    });
    expect(rig.ip.link.show('nlmon0').info?.data).toBeUndefined();
    expect(() => {
      rig.ip.link.set('nlmon0', { kind: 'nlmon', data: () => undefined });
    }).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    rig.ip.link.set('nlmon0', { kind: 'nlmon' });
  });
});

describe('what nlmon counts', () => {
  it('is received packets and their octets, whether or not anybody captures', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    // The request came before the tap; its acknowledgement is the one packet of 36 octets.
    rig.ip.link.set('nlmon0', { up: true });
    // Reading the counters is itself a request, seen before it is answered.
    const { stats } = rig.ip.link.show('nlmon0');
    expect(stats).toMatchObject({ txPackets: 0n, txBytes: 0n, rxErrors: 0n, rxDropped: 0n, txDropped: 0n });
    expect(stats?.rxPackets).toBe(2n);
    const request = (stats?.rxBytes ?? 0n) - 36n;
    expect(request).toBeGreaterThanOrEqual(32n);
    expect(request).toBeLessThan(64n);
  });

  it('agrees with what a packet socket captures, to the packet and octet', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    const { index } = rig.ip.link.show('nlmon0');
    const before = rig.ip.link.show('nlmon0').stats;
    using socket = rig.packets(index);
    rig.ip.link.add({ kind: 'nlmon', name: 'other' });
    rig.ip.link.list();
    rig.ip.link.delete('other');
    const seen = drain(socket);
    const after = rig.ip.link.show('nlmon0').stats;
    // Between the two readings: the answer to the first, what was captured, and the request of the second.
    const answer = drain(socket);
    expect(seen.length).toBeGreaterThan(5);
    expect(Number((after?.rxPackets ?? 0n) - (before?.rxPackets ?? 0n))).toBe(seen.length + 1 + 1);
    expect(answer.map(({ type }) => type)).toEqual([RTM_GETLINK, RTM_NEWLINK]);
  });

  it('survives down and up, a new name and a move', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.ip.link.add({ kind: 'nlmon', up: true });
    rig.ip.link.list();
    rig.ip.link.set('nlmon0', { up: false });
    const before = rig.ip.link.show('nlmon0').stats;
    expect(before?.rxPackets).toBeGreaterThan(0n);
    rig.ip.link.set('nlmon0', { name: 'mon' });
    rig.ip.link.set('mon', { netns: { fd: fd.fd } });
    expect(rig.client(other).link.show('mon').stats).toEqual(before);
    rig.ip.link.add({ kind: 'nlmon', name: 'mon' });
    expect(rig.ip.link.show('mon').stats?.rxPackets).toBe(0n);
  });

  it('is not limited by the MTU', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true, mtu: 16 });
    const { index } = rig.ip.link.show('nlmon0');
    using socket = rig.packets(index);
    rig.ip.link.show('lo');
    expect(drain(socket).some(({ length }) => length > 1000)).toBe(true);
  });

  it('is kept for each CPU and summed', () => {
    using four = new Rig({ cpus: 4 });
    four.ip.link.add({ kind: 'nlmon', up: true });
    const before = four.ip.link.show('nlmon0').stats?.rxPackets ?? 0n;
    for (let cpu = 0; cpu < 4; cpu++) four.kernel.runOn(cpu, () => four.ip.link.show('lo'));
    // Each round is a request and an answer; the first reading's answer and the second's request come on top.
    expect(four.ip.link.show('nlmon0').stats?.rxPackets).toBe(before + 1n + 8n + 1n);
  });
});

describe('what nlmon shows', () => {
  it('is the request, what it causes, and the acknowledgement, in that order, as outgoing packets', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    const { index } = rig.ip.link.show('nlmon0');
    using monitor = rig.ip.monitor();
    expect(monitor).toBeDefined();
    using socket = rig.packets(index);
    rig.ip.link.set('lo', { up: true });
    const seen = drain(socket);
    expect(seen.map(({ type }) => type).filter((type) => type !== RTM_GETLINK)).toContain(NLMSG_ERROR);
    const asked = seen.findIndex(({ type }) => type === RTM_NEWLINK);
    const told = seen.findIndex(({ type, length }, at) => at > asked && type === RTM_NEWLINK && length > 600);
    const acknowledged = seen.findLastIndex(({ type }) => type === NLMSG_ERROR);
    expect(asked).toBeGreaterThanOrEqual(0);
    expect(told).toBeGreaterThan(asked);
    expect(acknowledged).toBeGreaterThan(told);
    expect(new Set(seen.map(({ protocol }) => protocol))).toEqual(new Set([NETLINK_ROUTE]));
    expect(new Set(seen.map(({ pktType }) => pktType))).toEqual(new Set([PACKET_OUTGOING]));
  });

  it('is every chunk of a dump', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    for (let i = 0; i < 40; i++) rig.ip.link.add({ kind: 'nlmon', name: `m${String(i)}` });
    using socket = rig.packets(rig.ip.link.show('nlmon0').index);
    // A socket that has read nothing yet gets a first chunk of a page at most, then as much as it offers to read.
    const fresh = rig.client(rig.kernel.initialNamespace);
    expect(fresh.link.list()).toHaveLength(42);
    const seen = drain(socket);
    expect(seen[0]?.type).toBe(RTM_GETLINK);
    expect(seen.at(-1)?.type).toBe(NLMSG_DONE);
    expect(seen.slice(1, -1).every(({ type }) => type === RTM_NEWLINK)).toBe(true);
    expect(seen.slice(1, -1).length).toBeGreaterThan(1);
    expect(seen[1]?.length).toBeLessThanOrEqual(3776);
  });

  it('is the last thing of a namespace that only it sees', () => {
    using other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    rig.ip.link.add({ kind: 'nlmon', up: true });
    there.link.add({ kind: 'nlmon', up: true });
    using here = rig.packets();
    using away = rig.packets(undefined, other);
    there.link.list();
    expect(drain(here)).toEqual([]);
    expect(drain(away).map(({ type }) => type)).toEqual([RTM_GETLINK, RTM_NEWLINK, NLMSG_DONE]);
  });

  it('comes to each of several, to the one that went up last first', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    rig.ip.link.add({ kind: 'nlmon', up: true });
    const [first, second] = rig.ip.link.list({ kind: 'nlmon' }).map(({ index }) => index);
    using socket = rig.packets();
    rig.ip.link.show('lo');
    expect(drain(socket).map(({ ifindex }) => ifindex)).toEqual([second, first, second, first]);
    rig.ip.link.set(first ?? 0, { up: false });
    rig.ip.link.set(first ?? 0, { up: true });
    drain(socket);
    rig.ip.link.show('lo');
    expect(drain(socket).map(({ ifindex }) => ifindex)).toEqual([first, second, first, second]);
  });
});

describe('the nlmon module', () => {
  it('is pinned by each device that is up', () => {
    rig.ip.link.add({ kind: 'nlmon' });
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.pinned).toBe(0);
    rig.ip.link.set('nlmon0', { up: true });
    rig.ip.link.set('nlmon1', { up: true });
    expect(rig.pinned).toBe(2);
    expect(() => {
      rig.kernel.rmmod('nlmon');
    }).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    for (let i = 0; i < 10; i++) {
      rig.ip.link.set('nlmon0', { up: false });
      rig.ip.link.set('nlmon0', { up: true });
    }
    expect(rig.pinned).toBe(2);
    rig.ip.link.set('nlmon0', { up: false });
    rig.ip.link.delete('nlmon1');
    expect(rig.pinned).toBe(0);
  });

  it('takes its devices with it when it goes, in every namespace', () => {
    using other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    rig.ip.link.add({ kind: 'nlmon' });
    there.link.add({ kind: 'nlmon' });
    rig.kernel.rmmod('nlmon');
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(there.link.list().map(({ name }) => name)).toEqual(['lo']);
    rig.ip.link.add({ kind: 'nlmon' });
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo', 'nlmon0']);
  });

  it('is not loaded twice', async () => {
    const { default: nlmon } = await import('../src/index.ts');
    rig.kernel.insmod(nlmon);
    expect(() => {
      rig.kernel.insmod(nlmon);
    }).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });
});

describe('teardown', () => {
  it('deletes a device that is up, telling of both steps', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    rig.ip.link.add({ kind: 'nlmon', name: 'watch', up: true });
    using monitor = rig.ip.monitor();
    expect(monitor).toBeDefined();
    using socket = rig.packets(rig.ip.link.show('watch').index);
    rig.ip.link.delete('nlmon0');
    const types = drain(socket).map(({ type }) => type);
    expect(types).toEqual([RTM_DELLINK, RTM_NEWLINK, RTM_DELLINK, NLMSG_ERROR]);
  });

  it('ends a namespace with devices that are up', () => {
    const other = rig.kernel.createNamespace('other');
    const there = rig.client(other);
    there.link.add({ kind: 'nlmon', up: true });
    there.link.add({ kind: 'nlmon', up: true });
    expect(rig.pinned).toBe(2);
    there[Symbol.dispose]();
    other[Symbol.dispose]();
    expect(rig.pinned).toBe(0);
  });

  it('moves a device that is up: it goes down, and its tap with it', () => {
    using other = rig.kernel.createNamespace('other');
    using fd = other.open();
    rig.ip.link.add({ kind: 'nlmon', up: true });
    rig.ip.link.set('nlmon0', { netns: { fd: fd.fd } });
    expect(rig.pinned).toBe(0);
    const there = rig.client(other);
    expect(there.link.show('nlmon0').flags).toBe(IFF_NOARP);
    there.link.set('nlmon0', { up: true });
    expect(rig.pinned).toBe(1);
    using socket = rig.packets(undefined, other);
    there.link.show('lo');
    rig.ip.link.show('lo');
    expect(drain(socket)).toHaveLength(2);
  });

  it('ends everything when the kernel is closed, whatever is up', () => {
    using closing = new Rig();
    using other = closing.kernel.createNamespace('other');
    closing.ip.link.add({ kind: 'nlmon', up: true });
    closing.client(other).link.add({ kind: 'nlmon', up: true });
    expect(closing.pinned).toBe(2);
  });

  it('leaves packet sockets that were bound to it with an error, then with no device', () => {
    rig.ip.link.add({ kind: 'nlmon', up: true });
    using socket = rig.packets(rig.ip.link.show('nlmon0').index);
    rig.ip.link.set('nlmon0', { up: false });
    expect(() => socket.receive()).toThrow(expect.objectContaining({ code: 'ENETDOWN' }));
    rig.ip.link.delete('nlmon0');
    expect(socket.getsockname().ifindex).toBe(-1);
  });
});
