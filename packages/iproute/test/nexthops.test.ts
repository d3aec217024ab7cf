import {
  AF_INET,
  AF_INET6,
  NEXTHOP_GRP_TYPE_MPATH,
  NEXTHOP_GRP_TYPE_RES,
  RTNLGRP_NEXTHOP,
  RTPROT_BOOT,
  RTN_UNICAST,
  RTPROT_STATIC,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
} from '@netdevkit/bindings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addNexthop, type IpRoute, type MonitorEvent, type NexthopSpec } from '../src/index.ts';
import { KernelRig } from './kernel-rig.ts';

let rig: KernelRig;
let ip: IpRoute;
const LO = 1;

beforeEach(() => {
  rig = new KernelRig();
  ({ ip } = rig);
  ip.link.set('lo', { up: true });
  ip.address.add({ index: LO, address: '192.0.2.1/24' });
});

afterEach(() => {
  rig[Symbol.dispose]();
});

describe('ip.nexthop', () => {
  it('makes single ones, and reads back all that was said', () => {
    ip.nexthop.add({ id: 2, index: LO, protocol: RTPROT_STATIC });
    ip.nexthop.add({ id: 3, blackhole: true });
    ip.nexthop.add({ id: 4, fdb: true, gateway: '198.51.100.1' });
    ip.nexthop.add({ id: 5, fdb: true, gateway: '2001:db8::1' });
    const none = { blackhole: false, fdb: false, group: [], groupType: undefined, resilient: undefined, master: undefined, others: [] };
    expect(ip.nexthop.list()).toEqual([
      { id: 2, family: AF_INET, scope: RT_SCOPE_HOST, protocol: RTPROT_STATIC, flags: 0, index: LO, gateway: undefined, ...none },
      { id: 3, family: AF_INET, scope: 0, protocol: 0, flags: 0, index: undefined, gateway: undefined, ...none, blackhole: true },
      { id: 4, family: AF_INET, scope: RT_SCOPE_LINK, protocol: 0, flags: 0, index: undefined, gateway: '198.51.100.1', ...none, fdb: true },
      { id: 5, family: AF_INET6, scope: RT_SCOPE_LINK, protocol: 0, flags: 0, index: undefined, gateway: '2001:db8::1', ...none, fdb: true },
    ]);
    expect(ip.nexthop.get(2)).toEqual(ip.nexthop.list()[0]);
  });

  it('makes groups, also resilient ones', () => {
    for (const id of [1, 2, 3]) ip.nexthop.add({ id, index: LO });
    ip.nexthop.add({ id: 10, group: [{ id: 1 }, { id: 2, weight: 256 }, { id: 3, weight: 700 }] });
    expect(ip.nexthop.get(10)).toMatchObject({
      family: 0,
      group: [{ id: 1, weight: 1 }, { id: 2, weight: 256 }, { id: 3, weight: 700 }],
      groupType: NEXTHOP_GRP_TYPE_MPATH,
      resilient: undefined,
    });
    ip.nexthop.add({ id: 11, group: [{ id: 1 }, { id: 2 }], resilient: { buckets: 8, idleTimer: 5.5, unbalancedTimer: 60 } });
    expect(ip.nexthop.get(11)).toMatchObject({ groupType: NEXTHOP_GRP_TYPE_RES, resilient: { buckets: 8, idleTimer: 5.5, unbalancedTimer: 60, unbalancedTime: 0 } });
    ip.nexthop.add({ id: 12, group: [{ id: 1 }], resilient: { buckets: 32 } });
    expect(ip.nexthop.get(12).resilient).toMatchObject({ buckets: 32, idleTimer: 120, unbalancedTimer: 0 });
    expect(ip.nexthop.list({ groups: true }).map(({ id }) => id)).toEqual([10, 11, 12]);
  });

  it('serves routes, which go with it', () => {
    ip.nexthop.add({ id: 1, index: LO });
    ip.route.add({ destination: '198.51.100.0/24', nextHopId: 1 });
    expect(ip.route.get('198.51.100.7')).toMatchObject({ type: RTN_UNICAST, index: LO });
    ip.nexthop.replace({ id: 1, blackhole: true });
    expect(() => ip.route.get('198.51.100.7')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    ip.nexthop.delete(1);
    expect(ip.route.list({ family: AF_INET }).filter(({ destination }) => destination === '198.51.100.0/24')).toEqual([]);
  });

  it('tells the number that the kernel chose', () => {
    const { id } = ip.nexthop.create({ index: LO });
    expect(id).toBeGreaterThan(0);
    expect(ip.nexthop.get(id)).toMatchObject({ index: LO });
    expect(ip.nexthop.create({ id: 77, blackhole: true })).toMatchObject({ id: 77, blackhole: true });
  });

  it('lists and flushes what a filter names', () => {
    for (const id of [1, 2, 3]) ip.nexthop.add({ id, index: LO, protocol: id === 3 ? RTPROT_STATIC : RTPROT_BOOT });
    ip.nexthop.add({ id: 4, fdb: true, gateway: '198.51.100.1' });
    expect(ip.nexthop.list({ index: LO }).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(ip.nexthop.list({ fdb: true }).map(({ id }) => id)).toEqual([4]);
    expect(ip.nexthop.list({ protocol: RTPROT_STATIC }).map(({ id }) => id)).toEqual([3]);
    expect(ip.nexthop.flush({ protocol: RTPROT_BOOT })).toBe(2);
    expect(ip.nexthop.list().map(({ id }) => id)).toEqual([3, 4]);
    expect(ip.nexthop.flush({})).toBe(2);
    expect(ip.nexthop.list()).toEqual([]);
  });

  it('refuses with what the kernel says', () => {
    ip.nexthop.add({ id: 1, index: LO });
    expect(() => { ip.nexthop.add({ id: 1, index: LO }); }).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => { ip.nexthop.delete(9); }).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => ip.nexthop.get(9)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => { ip.nexthop.add({ id: 2, group: [{ id: 9 }] }); }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(() => { ip.nexthop.replace({ id: 1, group: [{ id: 1 }] }); }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('is told of by a monitor, also after a loss', () => {
    using monitor = ip.monitor({ groups: [RTNLGRP_NEXTHOP], resync: true, receiveBuffer: 2304 });
    const events = (): MonitorEvent[] => {
      const all: MonitorEvent[] = [];
      for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) all.push(event);
      return all;
    };
    ip.nexthop.add({ id: 1, index: LO });
    ip.nexthop.delete(1);
    expect(events()).toMatchObject([
      { type: 'new-nexthop', nexthop: { id: 1, index: LO } },
      { type: 'del-nexthop', nexthop: { id: 1 } },
    ]);
    for (let id = 1; id <= 100; id++) ip.nexthop.add({ id, blackhole: true });
    const told = events();
    expect(told.filter(({ type }) => type === 'overrun')).toHaveLength(1);
    expect(told.at(-1)).toEqual({ type: 'resynced' });
    const after = told.slice(told.findIndex(({ type }) => type === 'overrun') + 1, -1);
    expect(after.map((event) => (event.type === 'new-nexthop' ? event.nexthop.id : 0))).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  it.each<[NexthopSpec, RegExp]>([
    [{ id: 0, index: LO }, /id/],
    [{ id: 1, group: [] }, /group.length/],
    [{ id: 1, group: [{ id: 1, weight: 0 }] }, /group.weight/],
    [{ id: 1, gateway: 'nowhere' }, /expected one such as/],
    [{ id: 1, index: LO, resilient: { buckets: 8 } }, /resilient: expected a group/],
    [{ id: 1, group: [{ id: 1 }], resilient: { buckets: 8, idleTimer: -1 } }, /idleTimer/],
  ])('does not ask for what cannot be: %o', (spec, message) => {
    expect(() => { ip.run(addNexthop(spec)); }).toThrow(message);
  });
});
