import {
  AF_INET,
  AF_INET6,
  FR_ACT_BLACKHOLE,
  FR_ACT_GOTO,
  IFA_F_NODAD,
  IFA_F_SECONDARY,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_STALE,
  RTAX_MTU,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
  RTNH_F_ONLINK,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_UNICAST,
  RTPROT_BOOT,
  RTPROT_KERNEL,
  RTPROT_STATIC,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
} from '@netdevkit/bindings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestError, addAddress, addRoute, type IpRoute, type MonitorEvent } from '../src/index.ts';
import { KernelRig } from './kernel-rig.ts';

let rig: KernelRig;
let ip: IpRoute;
const LO = 1;

beforeEach(() => {
  rig = new KernelRig();
  ({ ip } = rig);
  ip.link.set('lo', { up: true });
});

afterEach(() => {
  rig[Symbol.dispose]();
});

function refused(run: () => void): RequestError {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('expected to be refused');
}

describe('ip.address', () => {
  it('lists those of a link by family and scope', () => {
    expect(ip.address.list().map(({ local, address, prefixLength }) => `${local ?? address ?? ''}/${String(prefixLength)}`)).toEqual(['127.0.0.1/8', '::1/128']);
    expect(ip.address.list({ family: AF_INET })).toEqual([
      expect.objectContaining({ index: LO, label: 'lo', scope: RT_SCOPE_HOST, flags: 0x80, lifetime: { preferred: Infinity, valid: Infinity } }),
    ]);
    expect(refused(() => void ip.address.list({ index: 7 }))).toMatchObject({ code: 'ENODEV' });
    expect(ip.address.list({ scope: 0 })).toEqual([]);
  });

  it('adds with all that there is to say', () => {
    ip.address.add({ index: LO, address: '192.0.2.1/24', broadcast: 'auto', label: 'lo:x', scope: RT_SCOPE_LINK, metric: 7, protocol: 3, lifetime: { preferred: 100, valid: 200 } });
    expect(ip.address.list({ scope: RT_SCOPE_LINK })).toEqual([
      expect.objectContaining({ local: '192.0.2.1', address: '192.0.2.1', prefixLength: 24, broadcast: '192.0.2.255', label: 'lo:x', metric: 7, protocol: 3, lifetime: { preferred: 100, valid: 200 }, others: [] }),
    ]);
    ip.address.add({ index: LO, address: '2001:db8::1/64', flags: IFA_F_NODAD });
    expect(ip.address.list({ family: AF_INET6, scope: 0 })).toEqual([expect.objectContaining({ address: '2001:db8::1', flags: 0x82 })]);
    ip.address.add({ index: LO, address: '198.51.100.1', peer: '198.51.100.2/32' });
    expect(ip.address.list().find(({ local }) => local === '198.51.100.1')).toMatchObject({ address: '198.51.100.2', prefixLength: 32 });
  });

  it('replaces, changes and deletes', () => {
    ip.address.replace({ index: LO, address: '192.0.2.1/24' });
    ip.address.change({ index: LO, address: '192.0.2.1/24', lifetime: { preferred: 0, valid: 50 } });
    expect(ip.address.list({ family: AF_INET })[1]).toMatchObject({ lifetime: { preferred: 0, valid: 50 } });
    ip.address.delete({ index: LO, address: '192.0.2.1/24' });
    expect(refused(() => { ip.address.delete({ index: LO, address: '192.0.2.1/24' }); })).toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('names the attribute that the kernel objects to', () => {
    const error = refused(() => { ip.address.add({ index: LO, address: '192.0.2.1/24', label: 'a-label-that-is-too-long' }); });
    expect(error).toMatchObject({ code: 'ERANGE', attribute: 'IFA_LABEL' });
    expect(refused(() => { ip.address.add({ index: LO, address: '127.0.0.1/8' }); })).toMatchObject({ code: 'EEXIST' });
  });

  it('leaves the secondary ones of a network when they are to be promoted', () => {
    const left = (): (string | undefined)[] => ip.address.list({ family: AF_INET, scope: 0 }).map(({ local }) => local);
    const addAll = (): void => {
      for (const address of ['192.0.2.1/24', '192.0.2.2/24', '192.0.2.3/24']) ip.address.add({ index: LO, address });
    };
    addAll();
    ip.address.delete({ index: LO, address: '192.0.2.1/24' });
    expect(left()).toEqual([]);
    rig.kernel.initialNamespace.writeFile('/proc/sys/net/ipv4/conf/lo/promote_secondaries', Uint8Array.of(0x31, 0x0a));
    addAll();
    ip.address.delete({ index: LO, address: '192.0.2.1/24' });
    expect(left()).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(ip.address.list({ family: AF_INET, scope: 0 }).map(({ flags }) => flags & IFA_F_SECONDARY)).toEqual([0, IFA_F_SECONDARY]);
  });

  it('flushes what a filter names', () => {
    for (const address of ['192.0.2.1/24', '192.0.2.2/24', '192.0.2.3/24']) ip.address.add({ index: LO, address });
    expect(ip.address.flush({ family: AF_INET, scope: 0 })).toBeGreaterThan(0);
    expect(ip.address.list({ family: AF_INET }).map(({ local }) => local)).toEqual(['127.0.0.1']);
    expect(ip.address.flush({ index: LO })).toBe(2);
    expect(ip.address.list()).toEqual([]);
    expect(ip.address.flush({})).toBe(0);
  });

  it.each([
    [{ index: LO, address: '192.0.2.1/33' }, /length up to 32/],
    [{ index: LO, address: '192.0.2.256' }, /expected one such as/],
    [{ index: 0, address: '192.0.2.1' }, /index/],
    [{ index: LO, address: '192.0.2.1', peer: '::1' }, /peer/],
    [{ index: LO, address: '192.0.2.1', lifetime: { preferred: -1, valid: 5 } }, /lifetime.preferred/],
  ])('does not ask for what cannot be: %o', (spec, message) => {
    expect(() => ip.run(addAddress(spec))).toThrow(message);
  });
});

describe('ip.route', () => {
  beforeEach(() => {
    ip.address.add({ index: LO, address: '192.0.2.1/24' });
    ip.address.add({ index: LO, address: '2001:db8::1/64', flags: IFA_F_NODAD });
  });

  it('lists by table, type and protocol', () => {
    expect(ip.route.list({ family: AF_INET, table: RT_TABLE_LOCAL, type: RTN_LOCAL }).map(({ destination }) => destination)).toEqual(['127.0.0.0/8', '127.0.0.1/32', '192.0.2.0/24', '192.0.2.1/32']);
    expect(ip.route.list({ family: AF_INET6, protocol: RTPROT_KERNEL, table: RT_TABLE_LOCAL }).map(({ destination }) => destination)).toEqual(['::1/128', '2001:db8::1/128']);
    expect(ip.route.list({ protocol: RTPROT_STATIC })).toEqual([]);
    expect(ip.route.list({ table: 4711 })).toEqual([]);
    expect(refused(() => void ip.route.list({ family: AF_INET, table: 4711 }))).toMatchObject({ code: 'ENOENT' });
  });

  it('adds, and finds', () => {
    ip.route.add({ destination: '10.0.0.0/8', index: LO, metric: 5, protocol: RTPROT_STATIC, prefSource: '192.0.2.1', metrics: new Map([[RTAX_MTU, 1400]]), table: 1000 });
    const [route] = ip.route.list({ family: AF_INET, table: 1000 });
    expect(route).toMatchObject({ destination: '10.0.0.0/8', index: LO, metric: 5, type: RTN_UNICAST, scope: RT_SCOPE_LINK, prefSource: '192.0.2.1', others: [] });
    expect(route?.metrics.get(RTAX_MTU)).toBe(1400);
    ip.rule.add({ table: 1000, priority: 10 });
    expect(ip.route.get('10.1.2.3')).toMatchObject({ destination: '10.1.2.3/32', table: 1000, index: LO });
    expect(ip.route.get('10.1.2.3', { fibMatch: true }).destination).toBe('10.0.0.0/8');
    expect(refused(() => void ip.route.get('8.8.8.8'))).toMatchObject({ code: 'ENETUNREACH' });
    expect(ip.route.get('2001:db8::1')).toMatchObject({ type: RTN_LOCAL, index: LO });
  });

  it('appends, prepends, replaces, changes and deletes', () => {
    const to = { destination: '10.0.0.0/8', table: 100 };
    const metrics = (): number[] => ip.route.list({ family: AF_INET, table: 100 }).map(({ protocol }) => protocol);
    expect(refused(() => { ip.route.change({ ...to, type: RTN_BLACKHOLE }); })).toMatchObject({ code: 'ENOENT' });
    ip.route.add({ ...to, type: RTN_BLACKHOLE, protocol: 10 });
    expect(refused(() => { ip.route.add({ ...to, type: RTN_BLACKHOLE }); })).toMatchObject({ code: 'EEXIST' });
    ip.route.append({ ...to, index: LO, protocol: 11 });
    ip.route.prepend({ ...to, index: LO, protocol: 12 });
    expect(metrics()).toEqual([12, 10, 11]);
    ip.route.change({ ...to, index: LO, protocol: 13 });
    ip.route.replace({ destination: '10.1.0.0/16', table: 100, index: LO });
    expect(metrics()).toEqual([13, 10, 11, RTPROT_BOOT]);
    ip.route.delete({ ...to, protocol: 10 });
    expect(metrics()).toEqual([13, 11, RTPROT_BOOT]);
    expect(refused(() => { ip.route.delete({ ...to, protocol: 99 }); })).toMatchObject({ code: 'ESRCH' });
    expect(ip.route.flush({ family: AF_INET, table: 100 })).toBe(3);
    expect(metrics()).toEqual([]);
  });

  it('has several ways', () => {
    const ways = [
      { index: LO, gateway: '203.0.113.8', weight: 1, flags: RTNH_F_ONLINK },
      { index: LO, gateway: '203.0.113.9', weight: 5, flags: RTNH_F_ONLINK },
    ];
    ip.route.add({ destination: '10.0.0.0/8', nextHops: ways });
    const [route] = ip.route.list({ family: AF_INET, protocol: RTPROT_BOOT });
    expect(route).toMatchObject({ index: undefined, gateway: undefined, nextHops: ways });
    expect(ip.route.list({ index: LO, protocol: RTPROT_BOOT })).toHaveLength(1);
    expect(ip.route.flush({ protocol: RTPROT_BOOT })).toBe(1);
  });

  it('has a next router of its own family', () => {
    ip.route.add({ destination: '10.0.0.0/8', index: LO, gateway: '203.0.113.8', flags: RTNH_F_ONLINK });
    expect(ip.route.get('10.1.1.1')).toMatchObject({ gateway: '203.0.113.8', index: LO });
    expect(refused(() => { ip.route.add({ destination: '10.1.0.0/16', gateway: '203.0.113.77' }); })).toMatchObject({ code: 'ENETUNREACH' });
  });

  it('tells what the kernel says', () => {
    const error = refused(() => { ip.route.add({ destination: '10.0.0.1/8', index: LO }); });
    expect(error).toMatchObject({ code: 'EINVAL', op: 'RTM_NEWROUTE' });
    expect(error.message).toContain('Invalid prefix for given prefix length');
  });

  it('runs many at once', () => {
    const outcomes = ip.batch(Array.from({ length: 500 }, (_, at) => addRoute({ destination: `10.${String(at >> 8)}.${String(at & 255)}.0/24`, index: LO, table: RT_TABLE_MAIN })));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(ip.route.list({ family: AF_INET, table: RT_TABLE_MAIN })).toHaveLength(500);
    expect(ip.route.flush({ family: AF_INET, table: RT_TABLE_MAIN })).toBe(500);
  });
});

describe('ip.neighbour', () => {
  const spec = { index: LO, destination: '2001:db8::9', linkAddress: '02:00:00:00:00:01' };

  it('adds, changes, tells of and deletes', () => {
    ip.neighbour.add(spec);
    expect(refused(() => { ip.neighbour.add(spec); })).toMatchObject({ code: 'EEXIST' });
    ip.neighbour.replace({ ...spec, state: NUD_NOARP, protocol: 3 });
    expect(ip.neighbour.get(spec)).toMatchObject({ family: AF_INET6, destination: '2001:db8::9', linkAddress: '02:00:00:00:00:01', state: NUD_NOARP, protocol: 3 });
    ip.neighbour.change({ ...spec, state: NUD_PERMANENT });
    expect(ip.neighbour.list({ family: AF_INET6, index: LO, state: NUD_PERMANENT })).toHaveLength(1);
    expect(ip.neighbour.list({ state: NUD_STALE })).toEqual([]);
    ip.neighbour.delete(spec);
    expect(refused(() => { ip.neighbour.delete(spec); })).toMatchObject({ code: 'ENOENT' });
    expect(refused(() => void ip.neighbour.get(spec))).toMatchObject({ code: 'ENOENT' });
    expect(refused(() => { ip.neighbour.change(spec); })).toMatchObject({ code: 'ENOENT' });
  });

  it('flushes what does not stay by itself', () => {
    ip.neighbour.add(spec);
    ip.neighbour.add({ ...spec, destination: '2001:db8::11', state: NUD_STALE });
    ip.neighbour.add({ ...spec, destination: '2001:db8::10', state: NUD_STALE });
    expect(ip.neighbour.flush({ index: LO })).toBe(2);
    expect(ip.neighbour.list().map(({ destination }) => destination)).toEqual(['2001:db8::9']);
    expect(ip.neighbour.flush({ state: NUD_PERMANENT })).toBe(1);
  });

  it('answers for others', () => {
    ip.neighbour.add({ index: LO, destination: '192.0.2.50', flags: 8 });
    expect(ip.neighbour.list({ proxy: true }).map(({ destination }) => destination)).toEqual(['192.0.2.50']);
    expect(ip.neighbour.list()).toEqual([]);
    expect(ip.neighbour.flush({ proxy: true })).toBe(1);
    expect(ip.neighbour.list({ proxy: true })).toEqual([]);
  });
});

describe('ip.rule', () => {
  it('lists those that are there from the start', () => {
    expect(ip.rule.list({ family: AF_INET }).map(({ priority, table }) => [priority, table])).toEqual([[0, 255], [32_766, 254], [32_767, 253]]);
    expect(ip.rule.list().filter(({ family }) => family === AF_INET6)).toHaveLength(2);
  });

  it('adds all that there is to say, and reads it back', () => {
    const spec = {
      priority: 10,
      table: 1000,
      from: '10.0.0.0/8',
      to: '10.1.0.0/16',
      inputName: 'lo',
      outputName: 'eth9',
      mark: 5,
      markMask: 7,
      ipProtocol: 6,
      sourcePorts: [1, 5],
      destinationPorts: [80, 80],
      uids: [0, 1000],
      tunnelId: 77n,
      suppressPrefixLength: 0,
      suppressGroup: 3,
      invert: true,
      protocol: 99,
    } as const;
    ip.rule.add(spec);
    const [rule] = ip.rule.list({ priority: 10 });
    expect(rule).toMatchObject(spec);
    expect(rule?.others).toEqual([]);
    expect(refused(() => { ip.rule.add(spec); })).toMatchObject({ code: 'EEXIST' });
    ip.rule.delete({ priority: 10 });
    expect(ip.rule.list({ priority: 10 })).toEqual([]);
    expect(refused(() => { ip.rule.delete({ priority: 10 }); })).toMatchObject({ code: 'ENOENT' });
  });

  it('jumps, refuses and flushes', () => {
    ip.rule.add({ priority: 10, goto: 20 });
    expect(ip.rule.list({ priority: 10 })).toEqual([expect.objectContaining({ action: FR_ACT_GOTO, goto: 20 })]);
    ip.rule.add({ priority: 20, action: FR_ACT_BLACKHOLE, family: AF_INET6 });
    expect(refused(() => { ip.rule.add({ priority: 10, goto: 5 }); }).message).toContain('Backward goto not supported');
    expect(ip.rule.flush({ family: AF_INET })).toBe(3);
    expect(ip.rule.list({ family: AF_INET }).map(({ priority }) => priority)).toEqual([0]);
  });
});

describe('ip.qdisc', () => {
  it('lists', () => {
    expect(ip.qdisc.list({ kind: 'no-such-kind' })).toEqual([]);
    expect(ip.qdisc.list({ invisible: true }).every(({ kind, index }) => kind !== '' && index > 0)).toBe(true);
  });
});

describe('ip.monitor', () => {
  const GROUPS = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_NEIGH];

  function taken(monitor: { poll(): MonitorEvent | undefined }): MonitorEvent[] {
    const all: MonitorEvent[] = [];
    for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) all.push(event);
    return all;
  }

  it('tells of addresses, routes, neighbours and rules', () => {
    using monitor = ip.monitor({ groups: GROUPS });
    ip.address.add({ index: LO, address: '192.0.2.1/32' });
    ip.neighbour.add({ index: LO, destination: '192.0.2.9', linkAddress: '02:00:00:00:00:01' });
    ip.rule.add({ priority: 5 });
    ip.rule.delete({ priority: 5 });
    ip.address.delete({ index: LO, address: '192.0.2.1/32' });
    expect(taken(monitor).map(({ type }) => type)).toEqual(['new-address', 'new-route', 'new-neighbour', 'new-rule', 'del-rule', 'del-address', 'del-route']);
  });

  it('makes good what was lost, and says so', () => {
    using monitor = ip.monitor({ groups: GROUPS, receiveBuffer: 1, resync: true });
    for (let at = 1; at < 100; at++) ip.address.add({ index: LO, address: `10.0.0.${String(at)}/32` });
    for (let at = 1; at < 99; at++) ip.address.delete({ index: LO, address: `10.0.0.${String(at)}/32` });
    const known = new Set<string>();
    let overruns = 0;
    let last = '';
    for (const event of taken(monitor)) {
      if (event.type === 'overrun') {
        overruns++;
        known.clear();
      } else if (event.type === 'new-address') {
        known.add(event.address.local ?? event.address.address ?? '');
      } else if (event.type === 'del-address') {
        known.delete(event.address.local ?? event.address.address ?? '');
      }
      if (event.type === 'overrun' || event.type === 'resynced') last = event.type;
    }
    expect(overruns).toBeGreaterThan(0);
    expect(last).toBe('resynced');
    expect(known).toContain('127.0.0.1');
    expect(known).toContain('10.0.0.99');
  });
});
