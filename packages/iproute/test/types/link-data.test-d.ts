import { expectTypeOf } from 'vitest';
import { addLink, isMemberOfKind, isOfKind, setLink, type AttributeObject, type IpRoute, type Link, type LinkData, type MemberData } from '../../src/index.ts';

// What is asked for is checked by kind.
addLink({ kind: 'vlan', link: 2, data: { id: 5, protocol: '8021ad', flags: { flags: ['gvrp'], mask: 2 } } });
addLink({ kind: 'vlan', data: { id: 5, '#99': '00' } });
// @ts-expect-error: no such attribute
addLink({ kind: 'vlan', data: { idx: 5 } });
// @ts-expect-error: a number
addLink({ kind: 'vlan', data: { id: '5' } });
// @ts-expect-error: no such protocol
addLink({ kind: 'vlan', data: { protocol: '8021x' } });
// @ts-expect-error: no such bit
addLink({ kind: 'vlan', data: { flags: { flags: ['gvrpx'], mask: 2 } } });
// @ts-expect-error: what a vlan has
addLink({ kind: 'bridge', data: { id: 5 } });
addLink({ kind: 'veth', data: { peer: { ifname: 'v1' } } });
addLink({ kind: 'paint', data: { '#1': '03' } });
addLink({ kind: 'vlan', data: (writer) => writer.putU16(1, 5) });

setLink('eth0', { slaveKind: 'bridge', slaveData: { cost: 5, state: 'forwarding' } });
// @ts-expect-error: no such state
setLink('eth0', { slaveKind: 'bridge', slaveData: { state: 'sleeping' } });
// @ts-expect-error: what a port of a bridge has
setLink('eth0', { slaveKind: 'bond', slaveData: { cost: 5 } });
setLink('eth0', { mtu: 1500 });

// What is told is known by kind.
declare const ip: IpRoute;
declare const link: Link;
expectTypeOf(link.info?.data).toEqualTypeOf<AttributeObject | undefined>();
if (isOfKind(link, 'vlan')) {
  expectTypeOf(link.info?.data).toEqualTypeOf<LinkData<'vlan'> | undefined>();
  expectTypeOf(link.info?.data?.id).toEqualTypeOf<number | undefined>();
}
if (isMemberOfKind(link, 'bridge')) expectTypeOf(link.info?.slaveData).toEqualTypeOf<MemberData<'bridge'> | undefined>();
expectTypeOf(ip.link.list({ kind: 'vxlan' })[0]?.info?.data?.port).toEqualTypeOf<number | undefined>();
expectTypeOf(ip.link.list()).toEqualTypeOf<Link[]>();
expectTypeOf(ip.link.list({ kind: 'vlan' })).toExtend<Link[]>();
expectTypeOf(ip.link.create({ kind: 'vrf', data: { table: 10 } }).info?.data?.table).toEqualTypeOf<number | undefined>();
expectTypeOf<LinkData<'paint'>>().toEqualTypeOf<AttributeObject>();
