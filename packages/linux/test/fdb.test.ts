import { AF_BRIDGE, AF_PACKET, NDA_FLAGS_EXT, NDA_LLADDR, NDA_VLAN, NLM_F_CREATE, NLM_F_EXCL, NTF_MASTER, NTF_SELF, NUD_PERMANENT, NUD_REACHABLE, PACKET_MR_MULTICAST, PACKET_MR_UNICAST, RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH, RTNLGRP_NEIGH, SOCK_RAW, ndmsg } from '@netdevkit/bindings';
import { formatLinkAddress, parseLinkAddress, type IpRoute, type Request } from '@netdevkit/iproute';
import { attributesOf, type Message, type MessageWriter } from '@netdevkit/netlink';
import { expect, it } from 'vitest';
import type { HostPacketSocket } from '../src/index.ts';
import { KernelsRig } from './kernels-rig.ts';
import { describeInNamespace } from './private-namespace.ts';
import { beginSteps } from './steps.ts';

const NLM_F_ACK = 4;

/** An entry, as `bridge fdb` writes it. */
function entryOf(message: Message): string {
  const { view, payloadOffset: at } = message;
  const attributes = attributesOf(message, ndmsg.SIZE);
  let text = '';
  while (attributes.next()) text += attributes.type === NDA_LLADDR ? formatLinkAddress(attributes.octets()) : ` #${String(attributes.type)}`;
  return `${text} dev ${String(ndmsg.ndm_ifindex(view, at))} flags ${String(ndmsg.ndm_flags(view, at))} state ${String(ndmsg.ndm_state(view, at))} family ${String(ndmsg.ndm_family(view, at))}`;
}

interface Asked {
  readonly index: number;
  readonly flags?: number;
  readonly state?: number;
  readonly address?: string;
  readonly more?: (writer: MessageWriter) => void;
}

function putEntry(writer: MessageWriter, { index, flags = 0, state = 0, address, more }: Asked): void {
  const at = writer.reserve(ndmsg.SIZE);
  ndmsg.set_ndm_family(writer.view, at, AF_BRIDGE);
  ndmsg.set_ndm_ifindex(writer.view, at, index);
  ndmsg.set_ndm_flags(writer.view, at, flags);
  ndmsg.set_ndm_state(writer.view, at, state);
  if (address !== undefined) writer.putBytes(NDA_LLADDR, parseLinkAddress(address));
  more?.(writer);
}

function request(type: number, flags: number, asked: Asked): Request<void> {
  return { op: 'fdb', type, flags: NLM_F_ACK | flags, encode: (writer) => putEntry(writer, asked), accept: () => undefined, acknowledged: () => undefined };
}

/** What an Ethernet device of a system listens to, as things are done to it. */
async function story(ip: IpRoute, openPackets: () => Pick<HostPacketSocket, 'addMembership' | 'close'>, index: number): Promise<string[]> {
  const { all, step } = beginSteps((result) => String(result).replaceAll(`dev ${String(index)} `, ''));
  const dump = (asked: Asked): string =>
    ip.dump({ op: 'fdb', type: RTM_GETNEIGH, answerType: RTM_NEWNEIGH, encode: (writer) => putEntry(writer, asked), accept: entryOf }).join('\n');
  const listed = (only = index): string => dump({ index: only });
  const add = (asked: Omit<Asked, 'index'>, flags = 0) => (): void => ip.run(request(RTM_NEWNEIGH, NLM_F_CREATE | flags, { index, ...asked }));
  const remove = (asked: Omit<Asked, 'index'>) => (): void => ip.run(request(RTM_DELNEIGH, 0, { index, ...asked }));
  const get = (asked: Asked) => (): void => ip.run(request(RTM_GETNEIGH, 0, asked));
  const self = { flags: NTF_SELF, state: NUD_PERMANENT };
  // A host's kernel joins the groups of addresses when it comes to it.
  const joined = async (group: string): Promise<void> => {
    for (const end = Date.now() + 60_000; !listed().includes(group) && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  step('at first', listed);
  ip.link.set(index, { up: true });
  await joined('33:33:ff:00:53:01');
  step('up', listed);
  ip.link.set(index, { up: false });
  step('down', listed);
  ip.link.set(index, { up: true });
  await joined('33:33:ff:00:53:01');
  step('up again', listed);
  ip.address.add({ index, address: '2001:db8::1:5/64', flags: 2 });
  await joined('33:33:ff:01:00:05');
  step('with an address', listed);
  ip.address.delete({ index, address: '2001:db8::1:5/64' });
  step('without it', listed);

  using monitor = ip.monitor({ groups: [RTNLGRP_NEIGH] });
  step('add', add({ ...self, address: '02:00:00:00:00:77' }));
  step('add again', add({ ...self, address: '02:00:00:00:00:77' }));
  step('add again alone', add({ ...self, address: '02:00:00:00:00:77' }, NLM_F_EXCL));
  step('add a group', add({ ...self, address: '33:33:00:00:00:99' }));
  step('add a group that is there', add({ ...self, address: '33:33:00:00:00:01' }, NLM_F_EXCL));
  step('add a protocol', add({ ...self, address: '01:80:c2:00:00:0e' }));
  step('add for a time', add({ flags: NTF_SELF, state: NUD_REACHABLE, address: '02:00:00:00:00:78' }));
  step('add without a state', add({ flags: NTF_SELF, address: '02:00:00:00:00:79' }));
  step('add to a bridge', add({ flags: NTF_MASTER, state: NUD_PERMANENT, address: '02:00:00:00:00:7a' }));
  step('add to nothing', add({ address: '02:00:00:00:00:7a' }));
  step('add of no address', add(self));
  step('add of half an address', add({ ...self, address: '02:00:00' }));
  step('add of a VLAN', add({ ...self, address: '02:00:00:00:00:7b', more: (writer) => writer.putU16(NDA_VLAN, 5) }));
  step('add of no VLAN', add({ ...self, address: '02:00:00:00:00:7b', more: (writer) => writer.putU16(NDA_VLAN, 4095) }));
  step('add of half a VLAN', add({ ...self, address: '02:00:00:00:00:7b', more: (writer) => writer.putU8(NDA_VLAN, 5) }));
  step('add with more flags', add({ ...self, address: '02:00:00:00:00:7b', more: (writer) => writer.putU32(NDA_FLAGS_EXT, 1) }));
  step('add nowhere', () => ip.run(request(RTM_NEWNEIGH, NLM_F_CREATE, { index: 999, ...self, address: '02:00:00:00:00:77' })));
  step('add to none', () => ip.run(request(RTM_NEWNEIGH, NLM_F_CREATE, { index: 0, ...self, address: '02:00:00:00:00:77' })));
  step('add to lo', () => ip.run(request(RTM_NEWNEIGH, NLM_F_CREATE, { index: 1, ...self, address: '02:00:00:00:00:77' })));
  step('all', listed);
  step('of lo', () => listed(1));
  step('delete', remove({ ...self, address: '02:00:00:00:00:77' }));
  step('delete again', remove({ ...self, address: '02:00:00:00:00:77' }));
  step('delete for a time', remove({ flags: NTF_SELF, state: NUD_REACHABLE, address: '02:00:00:00:00:79' }));
  step('delete a group', remove({ ...self, address: '33:33:00:00:00:99' }));
  step('delete of no address', remove(self));
  step('delete of a bridge', remove({ flags: NTF_MASTER, state: NUD_PERMANENT, address: '02:00:00:00:00:79' }));
  step('get', get({ index, flags: NTF_SELF, address: '02:00:00:00:00:79' }));
  step('get of a bridge', get({ index, address: '02:00:00:00:00:79' }));
  step('get of no address', get({ index, flags: NTF_SELF }));
  step('get nowhere', get({ index: 0, address: '02:00:00:00:00:79' }));
  step('get of no device', get({ index: 999, address: '02:00:00:00:00:79' }));
  step('get by state', get({ index, state: NUD_PERMANENT, address: '02:00:00:00:00:79' }));
  step('dump by state', () => dump({ index, state: 1 }));
  step('dump with an address', () => dump({ index, address: '02:00:00:00:00:79' }));
  step('told', () => {
    const told: string[] = [];
    for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) {
      if (!('message' in event) || event.message.payload[0] !== AF_BRIDGE) continue;
      told.push(`${event.type} ${entryOf(event.message)}`);
    }
    return told.join('\n');
  });

  const socket = openPackets();
  socket.addMembership({ ifindex: index, type: PACKET_MR_MULTICAST, address: Uint8Array.of(1, 0, 0x5e, 1, 2, 3) });
  socket.addMembership({ ifindex: index, type: PACKET_MR_UNICAST, address: Uint8Array.of(2, 0, 0, 0, 0, 0x55) });
  step('with a packet socket', listed);
  socket.close();
  step('without it', listed);
  return all;
}

describeInNamespace('forwarding databases of devices', () => {
  it('hold what they hold on the host, as things are done', async () => {
    using rig = new KernelsRig();
    const { kernel, host, namespace } = rig;
    const { ours, theirs } = rig.makeEthernet();
    const told = await story(rig.here, () => kernel.socket(AF_PACKET, SOCK_RAW, 0), ours);
    const expected = await story(rig.there, () => host.socket(AF_PACKET, SOCK_RAW, 0, { namespace }), theirs);
    expect(told).toEqual(expected);
    const entry = (address: string): string => `${address} flags 2 state 128 family 7`;
    const solicited = entry('33:33:ff:00:53:01');
    expect(told.slice(0, 4)).toEqual([
      `at first: ${entry('33:33:00:00:00:01')}`,
      `up: ${[entry('33:33:00:00:00:01'), entry('01:00:5e:00:00:01'), solicited].join('\n')}`,
      'down: ',
      `up again: ${[entry('01:00:5e:00:00:01'), entry('33:33:00:00:00:01'), solicited].join('\n')}`,
    ]);
  });
});
