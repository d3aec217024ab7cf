import {
  AF_INET,
  AF_INET6,
  IFA_F_NODAD,
  NTF_PROXY,
  NUD_STALE,
  RTAX_MTU,
  RTNH_F_ONLINK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTN_BLACKHOLE,
  RTN_MULTICAST,
} from '@netdevkit/bindings';
import type { IpRoute } from '@netdevkit/iproute';
import { expect, it } from 'vitest';
import { KernelsRig } from './kernels-rig.ts';
import { describeInNamespace } from './private-namespace.ts';
import { beginSteps, isAlike } from './steps.ts';

/** What is of a moment, or of who asked. */
const PASSING = new Set(['created', 'updated', 'confirmed', 'used', 'uid', 'message', 'pid', 'seq', 'expires']);

/** A value as text, without what is of a moment. */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (PASSING.has(key)) return undefined;
    // A second may pass on the way.
    if ((key === 'preferred' || key === 'valid') && typeof inner === 'number') return Math.round(inner / 100);
    if (inner instanceof Map) return [...inner];
    return typeof inner === 'bigint' || inner === Infinity ? String(inner) : inner;
  });
}

/** Does one thing after another with `lo` and the tables, and says what came of each. */
function story(ip: IpRoute): string[] {
  const { all, step } = beginSteps(plain);
  const LO = 1;
  ip.link.set('lo', { up: true });
  using monitor = ip.monitor({ groups: [RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE] });
  step('addresses at first', () => ip.address.list());
  step('add', () => { ip.address.add({ index: LO, address: '192.0.2.1/24', broadcast: 'auto', label: 'lo:x', metric: 7, protocol: 3, lifetime: { preferred: 1000, valid: 2000 } }); });
  step('add again', () => { ip.address.add({ index: LO, address: '192.0.2.1/24' }); });
  step('add a long label', () => { ip.address.add({ index: LO, address: '192.0.2.3/24', label: 'longer-than-fifteen' }); });
  step('add IPv6', () => { ip.address.add({ index: LO, address: '2001:db8::1/64', flags: IFA_F_NODAD }); });
  // A host's kernel makes the route to an address when it comes to it.
  const isThere = (): boolean => ip.route.list({ family: AF_INET6, table: 255 }).some(({ destination }) => destination === '2001:db8::1/128');
  for (const end = Date.now() + 60_000; !isThere() && Date.now() < end; );
  step('add nowhere', () => { ip.address.add({ index: 99, address: '192.0.2.1/24' }); });
  step('delete none', () => { ip.address.delete({ index: LO, address: '198.51.100.1/24' }); });
  step('addresses', () => ip.address.list({ index: LO }));
  step('addresses of no link', () => ip.address.list({ index: 99 }));
  step('route', () => { ip.route.add({ destination: '10.0.0.0/8', index: LO, metrics: new Map([[RTAX_MTU, 1400]]), table: 1000 }); });
  step('route again', () => { ip.route.add({ destination: '10.0.0.0/8', index: LO, table: 1000 }); });
  step('route with bits behind', () => { ip.route.add({ destination: '10.0.0.1/8', index: LO }); });
  step('route to nothing', () => { ip.route.add({ destination: '10.0.0.0/8', gateway: '203.0.113.1' }); });
  step('route by two ways', () => { ip.route.add({ destination: '10.2.0.0/16', nextHops: [{ index: LO, gateway: '203.0.113.8', flags: RTNH_F_ONLINK }, { index: LO, gateway: '203.0.113.9', weight: 5, flags: RTNH_F_ONLINK }] }); });
  step('black hole', () => { ip.route.append({ destination: '2001:db8:a::/48', type: RTN_BLACKHOLE }); });
  step('change none', () => { ip.route.change({ destination: '10.77.0.0/16', index: LO }); });
  step('routes', () => ip.route.list({ family: AF_INET }));
  // Newer kernels send reports to groups, which have routes then.
  step('routes of IPv6', () => ip.route.list({ family: AF_INET6 }).filter(({ type }) => type !== RTN_MULTICAST));
  step('routes of a table', () => ip.route.list({ family: AF_INET, table: 1000 }));
  step('routes of no table', () => ip.route.list({ family: AF_INET, table: 4711 }));
  step('rule', () => { ip.rule.add({ priority: 10, table: 1000, from: '192.0.2.0/24', mark: 5, uids: [0, 5], destinationPorts: [80, 90], suppressPrefixLength: 0 }); });
  step('rule for all', () => { ip.rule.add({ table: 1000 }); });
  step('rule backwards', () => { ip.rule.add({ priority: 20, goto: 10 }); });
  step('rule forwards', () => { ip.rule.add({ priority: 20, goto: 30 }); });
  step('rules', () => ip.rule.list());
  step('get', () => ip.route.get('10.1.2.3'));
  step('get a match', () => ip.route.get('10.1.2.3', { fibMatch: true }));
  step('get local', () => ip.route.get('127.0.0.1'));
  step('get IPv6', () => ip.route.get('2001:db8::1'));
  step('get a black hole', () => ip.route.get('2001:db8:a::1'));
  step('get nothing', () => ip.route.get('8.8.8.8'));
  step('neighbour', () => { ip.neighbour.add({ index: LO, destination: '2001:db8::9', linkAddress: '02:00:00:00:00:01', state: NUD_STALE, protocol: 3 }); });
  step('neighbour again', () => { ip.neighbour.add({ index: LO, destination: '2001:db8::9', linkAddress: '02:00:00:00:00:01' }); });
  step('neighbour, short', () => { ip.neighbour.add({ index: LO, destination: '2001:db8::10', linkAddress: '02:00' }); });
  step('answer for', () => { ip.neighbour.add({ index: LO, destination: '192.0.2.50', flags: NTF_PROXY }); });
  step('neighbours', () => ip.neighbour.list().filter(({ type }) => type !== RTN_MULTICAST));
  // Those without a link are seen in every namespace of a host, whoever made them.
  step('answered for', () => ip.neighbour.list({ proxy: true, index: LO }));
  step('get neighbour', () => ip.neighbour.get({ index: LO, destination: '2001:db8::9' }));
  step('get no neighbour', () => ip.neighbour.get({ index: LO, destination: '2001:db8::99' }));
  step('queues', () => ip.qdisc.list({ invisible: true }));
  step('flush rules', () => ip.rule.flush({ table: 1000 }));
  step('flush neighbours', () => ip.neighbour.flush({ family: AF_INET6, state: NUD_STALE }));
  step('flush what is answered for', () => ip.neighbour.flush({ proxy: true, index: LO }));
  step('flush routes', () => ip.route.flush({ family: AF_INET, table: 1000 }));
  step('flush addresses', () => ip.address.flush({ index: LO }));
  step('addresses at last', () => ip.address.list());
  step('told', () => {
    const told: unknown[] = [];
    for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) told.push(event);
    return told;
  });
  return all;
}

describeInNamespace('IpRoute on the host', () => {
  it('does, is refused and is told what it is by the embedded kernel', ({ skip }) => {
    if (!isAlike) skip('kernels before 6.12 say some things in other words');
    using rig = new KernelsRig();
    expect(story(rig.here)).toEqual(story(rig.there));
  });
});
