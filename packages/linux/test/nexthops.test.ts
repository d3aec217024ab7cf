import { AF_INET, RTNH_F_ONLINK, RTNLGRP_NEXTHOP, RTPROT_STATIC } from '@netdevkit/bindings';
import type { IpRoute } from '@netdevkit/iproute';
import { expect, it } from 'vitest';
import { KernelsRig } from './kernels-rig.ts';
import { describeInNamespace } from './private-namespace.ts';
import { beginSteps, isAlike } from './steps.ts';

/** Does one thing after another with next hop objects by an Ethernet device, and says what came of each. */
function story(ip: IpRoute, index: number): string[] {
  const { all, step } = beginSteps((result) => JSON.stringify(result).replaceAll(`"index":${String(index)}`, '"index":"e0"'));
  const list = (): unknown => ip.nexthop.list().map(({ others: _, ...rest }) => rest);
  const way = (): unknown => {
    const { gateway, index: by, nextHopId, type } = ip.route.get('198.51.100.7');
    return { gateway, index: by, nextHopId, type };
  };
  step('down', () => { ip.nexthop.add({ id: 1, index }); });
  ip.link.set(index, { up: true });
  ip.address.add({ index, address: '192.0.2.1/24' });
  using monitor = ip.monitor({ groups: [RTNLGRP_NEXTHOP] });
  step('a link', () => { ip.nexthop.add({ id: 1, index }); });
  step('a gateway', () => { ip.nexthop.add({ id: 2, index, gateway: '192.0.2.7', protocol: RTPROT_STATIC }); });
  step('one that is not reached', () => { ip.nexthop.add({ id: 3, index, gateway: '203.0.113.1' }); });
  step('all the same', () => { ip.nexthop.add({ id: 3, index, gateway: '203.0.113.1', flags: RTNH_F_ONLINK }); });
  step('IPv6', () => { ip.nexthop.add({ id: 4, index, gateway: 'fe80::1' }); });
  step('a blackhole', () => { ip.nexthop.add({ id: 5, blackhole: true }); });
  step('for forwarding entries', () => { ip.nexthop.add({ id: 6, fdb: true, gateway: '198.51.100.1' }); });
  step('for those, IPv6', () => { ip.nexthop.add({ id: 7, fdb: true, gateway: '2001:db8::1' }); });
  step('again', () => { ip.nexthop.add({ id: 2, index }); });
  step('without anything', () => { ip.nexthop.add({ id: 8 }); });
  step('no such link', () => { ip.nexthop.add({ id: 8, index: 999 }); });
  step('a group', () => { ip.nexthop.add({ id: 10, group: [{ id: 2 }, { id: 3, weight: 5 }] }); });
  step('resilient', () => { ip.nexthop.add({ id: 11, group: [{ id: 2 }, { id: 3 }], resilient: { buckets: 8, idleTimer: 5.5, unbalancedTimer: 60 } }); });
  step('of what is for entries', () => { ip.nexthop.add({ id: 12, group: [{ id: 6 }] }); });
  step('of nothing that is', () => { ip.nexthop.add({ id: 12, group: [{ id: 99 }] }); });
  step('with a blackhole', () => { ip.nexthop.add({ id: 12, group: [{ id: 2 }, { id: 5 }] }); });
  step('all', list);
  step('groups', () => ip.nexthop.list({ groups: true }).map(({ id }) => id));
  step('of the link', () => ip.nexthop.list({ index }).map(({ id }) => id));
  step('for entries', () => ip.nexthop.list({ fdb: true }).map(({ id }) => id));
  step('one', () => ip.nexthop.get(11).resilient);
  step('none', () => ip.nexthop.get(99));
  step('a route', () => { ip.route.add({ destination: '198.51.100.0/24', nextHopId: 2 }); });
  step('its way', way);
  step('another way', () => { ip.nexthop.replace({ id: 2, index, gateway: '192.0.2.8' }); });
  step('its way then', way);
  step('a group in its place', () => { ip.nexthop.replace({ id: 2, group: [{ id: 3 }] }); });
  step('gone', () => { ip.nexthop.delete(2); });
  step('no way', () => ip.route.list({ family: AF_INET }).filter(({ destination }) => destination === '198.51.100.0/24').length);
  step('what is left of the groups', () => ip.nexthop.list({ groups: true }).map(({ id, group }) => ({ id, group })));
  step('those of a protocol', () => ip.nexthop.flush({ protocol: RTPROT_STATIC }));
  step('down again', () => { ip.link.set(index, { up: false }); });
  step('what is left', () => ip.nexthop.list().map(({ id }) => id));
  step('flushed', () => ip.nexthop.flush({}));
  for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) {
    if (event.type === 'new-nexthop' || event.type === 'del-nexthop') all.push(`${event.type} ${String(event.nexthop.id)}`);
    else all.push(event.type);
  }
  return all;
}

describeInNamespace('next hop objects', () => {
  it('are what they are on the host, as things are done', ({ skip }) => {
    if (!isAlike) skip('kernels before 6.12 say some things in other words');
    using rig = new KernelsRig();
    const { ours, theirs } = rig.makeEthernet();
    const told = story(rig.here, ours);
    expect(told).toEqual(story(rig.there, theirs));
    expect(told).toContain('for entries: [6,7]');
    expect(told).toContain('new-nexthop 11');
  });
});
