import { AF_NETLINK, IFF_UP, NETLINK_ROUTE, RTNLGRP_LINK, SOCK_RAW } from '@netdevkit/bindings';
import { addLink, deleteLink, IpRoute, setLink } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// What @netdevkit/iproute does with links that have a driver: that package itself depends on none.
describe('IpRoute with a driver', () => {
  let kernel: Kernel;
  let ip: IpRoute;

  beforeEach(() => {
    kernel = new Kernel({ modules: [nlmon] });
    ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  });

  afterEach(() => {
    ip[Symbol.dispose]();
    expect(kernel.leaks()).toEqual([]);
    kernel.close();
  });

  it('makes a link that the kernel names, and tells of it', () => {
    expect(ip.link.create({ kind: 'nlmon' })).toMatchObject({ name: 'nlmon0', index: 2, mtu: 3776, minMtu: 16, info: { kind: 'nlmon' } });
    expect(ip.link.create({ kind: 'nlmon', name: 'tap%d', up: true, index: 40, mtu: 100, txQueueLen: 5, group: 9, numTxQueues: 3 })).toMatchObject({
      name: 'tap0',
      index: 40,
      mtu: 100,
      txQueueLen: 5,
      group: 9,
      numTxQueues: 3,
      flags: expect.toSatisfy((flags: number) => (flags & IFF_UP) !== 0),
    });
  });

  it('changes and deletes by group', () => {
    for (const name of ['a', 'b']) ip.link.add({ kind: 'nlmon', name, group: 3 });
    ip.link.add({ kind: 'nlmon', name: 'c' });
    ip.link.set({ group: 3 }, { up: true });
    expect(ip.link.list({ up: true, kind: 'nlmon' }).map(({ name }) => name)).toEqual(['a', 'b']);
    ip.link.delete({ group: 3 });
    expect(ip.link.list({ kind: 'nlmon' }).map(({ name }) => name)).toEqual(['c']);
  });

  it.each([
    ['a kind that it knows, with an address', { kind: 'nlmon', address: '02:00:5e:00:53:01' }, 'EINVAL'],
    ['too small an MTU', { kind: 'nlmon', mtu: 15 }, 'EINVAL'],
    ['a name that is too long', { kind: 'nlmon', name: 'x'.repeat(16) }, 'ERANGE'],
    ['a name that is none', { kind: 'nlmon', name: 'a/b' }, 'EINVAL'],
    ['a negative index', { kind: 'nlmon', index: -1 }, 'EINVAL'],
    ['too many queues', { kind: 'nlmon', numTxQueues: 5000 }, 'EINVAL'],
    ['a namespace of nobody', { kind: 'nlmon', netns: { pid: 4242 } }, 'ESRCH'],
  ])('is refused %s', (_what, spec, code) => {
    expect(() => ip.link.add(spec)).toThrow(expect.objectContaining({ code }));
    expect(ip.link.list({ kind: 'nlmon' })).toEqual([]);
  });

  it('makes and moves links in another namespace, and hears of it', () => {
    using blue = kernel.createNamespace('blue');
    using descriptor = blue.open();
    using there = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: blue }));
    ip.namespaceId.set(descriptor, 5);
    ip.link.add({ kind: 'nlmon', name: 'made', netns: { nsid: 5 } });
    ip.link.add({ kind: 'nlmon', name: 'moved' });
    using monitor = ip.monitor({ groups: [RTNLGRP_LINK] });
    ip.link.set('moved', { netns: descriptor });
    expect(monitor.poll()).toMatchObject({ type: 'del', link: { name: 'moved', newNetnsid: 5 } });
    expect(there.link.list({ kind: 'nlmon' }).map(({ name }) => name)).toEqual(['made', 'moved']);
    expect(() => ip.link.create({ kind: 'nlmon', netns: descriptor })).toThrow(TypeError);
  });

  it('makes, lists, changes and deletes thousands of links', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `mon${String(i)}`);
    expect(ip.batch(names.map((name) => addLink({ name, kind: 'nlmon' }))).every(({ ok }) => ok)).toBe(true);
    expect(ip.batch(names.map((name) => setLink(name, { mtu: 1000 }))).every(({ ok }) => ok)).toBe(true);
    expect(ip.link.list({ kind: 'nlmon' }).filter(({ mtu }) => mtu === 1000)).toHaveLength(3000);
    expect(ip.batch(names.map((name) => deleteLink(name))).every(({ ok }) => ok)).toBe(true);
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });

  it('counts what its own conversation makes a driver count', () => {
    ip.link.add({ kind: 'nlmon', name: 'nlmon0', up: true });
    const before = ip.stats.show(2).link;
    const after = ip.stats.show(2).link;
    // The answer of the first and the request of the second.
    expect((after?.rxPackets ?? 0n) - (before?.rxPackets ?? 0n)).toBe(2n);
    expect(after?.txPackets).toBe(0n);
    expect(ip.link.show(2).stats?.rxPackets).toBe((after?.rxPackets ?? 0n) + 2n);
  });
});
