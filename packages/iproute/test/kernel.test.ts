import { AF_NETLINK, ARPHRD_LOOPBACK, IFF_LOOPBACK, IFF_UP, NETLINK_ROUTE, RTNLGRP_NSID, SOCK_RAW } from '@netdevkit/bindings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IpRoute, setLink, type MonitorEvent } from '../src/index.ts';
import { KernelRig } from './kernel-rig.ts';

// The embedded kernel by itself has loopback devices only; what needs a driver is tested with one in packages/cli.
describe('IpRoute on the embedded kernel', () => {
  let rig: KernelRig;
  let ip: IpRoute;

  beforeEach(() => {
    rig = new KernelRig();
    ({ ip } = rig);
  });

  afterEach(() => {
    rig[Symbol.dispose]();
  });

  it('shows a link by index and by name', () => {
    const lo = ip.link.show('lo');
    expect(lo).toMatchObject({ index: 1, name: 'lo', type: ARPHRD_LOOPBACK, flags: IFF_LOOPBACK, mtu: 65_536, address: '00:00:00:00:00:00' });
    expect(ip.link.show(1)).toEqual(lo);
  });

  it('lists links by filter', () => {
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(ip.link.list({ up: true })).toEqual([]);
    ip.link.set('lo', { up: true });
    expect(ip.link.list({ up: true }).map(({ name }) => name)).toEqual(['lo']);
    expect(ip.link.list({ kind: 'nlmon' })).toEqual([]);
    expect(ip.link.list({ group: 7 })).toEqual([]);
    expect(ip.link.list({ master: 0 })).toHaveLength(1);
  });

  it('changes a link', () => {
    ip.link.set('lo', { up: true, mtu: 1280, txQueueLen: 50, group: 7, alias: 'the loop', promisc: true });
    expect(ip.link.show('lo')).toMatchObject({ mtu: 1280, txQueueLen: 50, group: 7, alias: 'the loop', promiscuity: 1 });
    expect(ip.link.show('lo').flags & IFF_UP).toBe(IFF_UP);
    ip.link.set({ group: 7 }, { alias: '', promisc: false });
    expect(ip.link.show('lo')).toMatchObject({ alias: undefined, promiscuity: 0 });
  });

  it('renames a link that is given by name', () => {
    ip.link.set('lo', { name: 'loop' });
    expect(ip.link.show(1).name).toBe('loop');
    expect(() => ip.link.show('lo')).toThrow(expect.objectContaining({ code: 'ENODEV' }));
  });

  it('gives alternative names and takes them away', () => {
    const long = 'a-name-that-is-longer-than-fifteen-octets';
    ip.link.addAltNames('lo', ['short', long]);
    expect(ip.link.show(long)).toMatchObject({ name: 'lo', altNames: ['short', long] });
    expect(() => ip.link.addAltNames(1, ['short'])).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    ip.link.deleteAltNames(long, ['short']);
    expect(ip.link.show('lo').altNames).toEqual([long]);
    expect(() => ip.link.deleteAltNames(1, ['short'])).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('says what the kernel says', () => {
    expect(() => ip.link.set('lo', { txQueueLen: 40_000 })).toThrow(
      expect.objectContaining({ code: 'ERANGE', attribute: 'IFLA_TXQLEN', extack: expect.objectContaining({ message: 'integer out of range' }) }),
    );
    expect(() => ip.link.delete('lo')).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    expect(() => ip.link.add({ kind: 'nosuch' })).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP', reason: 'Unknown device type' }));
    expect(() => ip.link.show(99)).toThrow(expect.objectContaining({ code: 'ENODEV' }));
    expect(() => ip.link.show('x'.repeat(200))).toThrow(expect.objectContaining({ code: 'ERANGE', attribute: 'IFLA_ALT_IFNAME' }));
  });

  it('tells statistics', () => {
    expect(ip.stats.show('lo')).toMatchObject({ index: 1, mask: 1, link: { rxPackets: 0n } });
    expect(ip.stats.list()).toHaveLength(1);
    expect(() => ip.stats.show(1, 0)).toThrow(expect.objectContaining({ reason: 'Filter mask must be set for stats get' }));
  });

  it('numbers namespaces', () => {
    using other = rig.kernel.createNamespace('other');
    using descriptor = other.open();
    expect(ip.namespaceId.get(descriptor)).toBeUndefined();
    ip.namespaceId.set(descriptor, 7);
    expect(ip.namespaceId.get(descriptor)).toBe(7);
    expect(ip.namespaceId.list()).toMatchObject([{ nsid: 7 }]);
    expect(() => ip.namespaceId.set(descriptor, 8)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => ip.namespaceId.get({ fd: 1000 })).toThrow(expect.objectContaining({ attribute: 'NETNSA_FD' }));
  });

  it('works in the namespace of its socket', () => {
    using other = rig.kernel.createNamespace('other');
    using there = new IpRoute(() => rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: other }));
    there.link.set('lo', { name: 'loop' });
    expect(ip.link.show(1).name).toBe('lo');
  });

  it('monitors what changes', async () => {
    using monitor = ip.monitor();
    ip.link.set('lo', { up: true });
    expect(await monitor.next()).toMatchObject({ value: { type: 'new', link: { name: 'lo', change: IFF_UP } } });
    ip.link.set('lo', { mtu: 1500 });
    expect(monitor.poll()).toMatchObject({ type: 'new', link: { mtu: 1500 } });
    expect(monitor.poll()).toBeUndefined();
    const next = monitor.next();
    ip.link.set('lo', { up: false });
    expect(await next).toMatchObject({ value: { type: 'new', link: { change: IFF_UP } } });
  });

  it('monitors numbers of namespaces', () => {
    using monitor = ip.monitor({ groups: [RTNLGRP_NSID] });
    using other = rig.kernel.createNamespace('other');
    using descriptor = other.open();
    ip.namespaceId.set(descriptor, 3);
    expect(monitor.poll()).toMatchObject({ type: 'new-nsid', namespace: { nsid: 3 } });
  });

  it('tells of an overrun, and of what comes after it', () => {
    using monitor = ip.monitor({ receiveBuffer: 2304 });
    for (let mtu = 1000; mtu < 1050; mtu++) ip.link.set('lo', { mtu });
    const seen: MonitorEvent[] = [];
    for (let event; (event = monitor.poll()) !== undefined; ) seen.push(event);
    expect(seen[0]).toEqual({ type: 'overrun' });
    expect(seen.length).toBeLessThan(50);
    ip.link.set('lo', { mtu: 2000 });
    expect(monitor.poll()).toMatchObject({ link: { mtu: 2000 } });
  });

  it('refuses a group that does not exist', () => {
    expect(() => ip.monitor({ groups: [1000] })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('runs a batch in one send', () => {
    const outcomes = ip.batch([setLink('lo', { mtu: 1300 }), setLink('nosuch', { mtu: 1 }), setLink(1, { up: true })]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, error: { code: 'ENODEV' } }, { ok: true }]);
    expect(ip.link.show('lo')).toMatchObject({ mtu: 1300 });
  });

  it('gets every answer of a large batch', () => {
    const outcomes = ip.batch(Array.from({ length: 5000 }, (_, i) => setLink('lo', { mtu: 1000 + i })));
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(ip.link.show('lo').mtu).toBe(5999);
    // Errors quote the request, so they take more of the receive buffer.
    const failed = ip.batch(Array.from({ length: 1000 }, () => setLink('nosuch', { alias: 'x'.repeat(200) })));
    expect(failed.every((outcome) => !outcome.ok && outcome.error.code === 'ENODEV')).toBe(true);
  });
});
