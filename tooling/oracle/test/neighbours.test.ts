import { AF_INET, AF_INET6, NDA_DST, NLM_F_MULTI, NLMSG_DONE, RTM_NEWNEIGH, ndmsg, nlattr, nlmsghdr } from '@netdevkit/bindings';
import { expect, it } from 'vitest';
import { withoutLot } from '../vm/neighbours.ts';
import type { Datagram } from '../vm/packets.ts';

const HEADERS = nlmsghdr.SIZE + ndmsg.SIZE;

function neighbour(family: number, ifindex: number, address: readonly number[], flags: number = NLM_F_MULTI): Buffer {
  const bytes = Buffer.alloc(HEADERS + nlattr.SIZE + address.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  nlmsghdr.set_nlmsg_len(view, 0, bytes.length);
  nlmsghdr.set_nlmsg_type(view, 0, RTM_NEWNEIGH);
  nlmsghdr.set_nlmsg_flags(view, 0, flags);
  ndmsg.set_ndm_family(view, nlmsghdr.SIZE, family);
  ndmsg.set_ndm_ifindex(view, nlmsghdr.SIZE, ifindex);
  nlattr.set_nla_len(view, HEADERS, nlattr.SIZE + address.length);
  nlattr.set_nla_type(view, HEADERS, NDA_DST);
  bytes.set(address, HEADERS + nlattr.SIZE);
  return bytes;
}

function done(): Buffer {
  const bytes = Buffer.alloc(nlmsghdr.SIZE);
  bytes.writeUInt32LE(bytes.length);
  bytes.writeUInt16LE(NLMSG_DONE, nlmsghdr.FIELDS.nlmsg_type.offset);
  return bytes;
}

function datagram(...messages: Buffer[]): Datagram {
  const bytes = Buffer.concat(messages);
  return { place: 'spy0', protocol: 0, bytes, packet: { seconds: 0, nanoseconds: 0, linkType: 253, interfaceId: 0, bytes, originalLength: bytes.length, section: 0, flags: 0, comments: [] } };
}

const router = (last: number): number[] => [0xff, 2, ...Array.from({ length: 13 }, () => 0), last];

it('puts the neighbours of a dump in order, family by family, whatever datagrams they came in', () => {
  const [one, two, other, six] = [neighbour(AF_INET, 2, [192, 0, 2, 1]), neighbour(AF_INET, 2, [192, 0, 2, 9]), neighbour(AF_INET, 3, [192, 0, 2, 0]), neighbour(AF_INET6, 1, router(1))];
  const ordered = withoutLot([datagram(other, two), datagram(one, six), datagram(done())]);
  expect(ordered.map(({ bytes }) => bytes)).toEqual([one, two, other, six, done()]);
});

it('leaves out those that Linux has for what it sends by itself, and nothing else', () => {
  const kept = [neighbour(AF_INET6, 2, router(1)), neighbour(AF_INET, 2, [255, 2, 0, 2])];
  const ordered = withoutLot([datagram(neighbour(AF_INET6, 2, router(2)), ...kept), datagram(neighbour(AF_INET6, 2, router(0x16), 0))]);
  expect(ordered.map(({ bytes }) => bytes)).toEqual(kept);
});

it('leaves notifications where they are, and what is no message as it is', () => {
  const [later, sooner] = [neighbour(AF_INET, 2, [192, 0, 2, 9], 0), neighbour(AF_INET, 2, [192, 0, 2, 1], 0)];
  const [none, large] = [Buffer.from('add@/devices/virtual/net/x'), Buffer.alloc(40, 0xff)];
  expect(withoutLot([datagram(later), datagram(sooner), datagram(none), datagram(large)]).map(({ bytes }) => bytes)).toEqual([later, sooner, none, large]);
});
