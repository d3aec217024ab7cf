import { PACKET_MR_ALLMULTI, PACKET_MR_MULTICAST, PACKET_MR_PROMISC, PACKET_MR_UNICAST } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Devices } from '../core/dev.ts';
import type { PacketSock } from './packet-sock.ts';
import type { PacketMembership } from './packet-types.ts';

const NOTHING = new Uint8Array(0);

/** What a socket may ask of devices. */
export type DeviceRequests = Pick<Devices, 'states' | 'lists'>;

/** What a socket wants of a device, and how often it asked: `struct packet_mclist`. */
export interface Membership {
  readonly ifindex: number;
  readonly type: number;
  readonly address: Uint8Array;
  count: number;
}

/**
 * `packet_mc_add`. Under RTNL.
 *
 * @returns 0; -ENODEV; -EINVAL for an address of another length than the device's
 */
export function addMembership(sock: PacketSock, wanted: PacketMembership, devices: DeviceRequests): number {
  const dev = sock.namespace.byIndex(wanted.ifindex);
  if (dev === undefined) return -errno.ENODEV;
  const address = wanted.address?.slice() ?? NOTHING;
  if (address.length > dev.addr_len) return -errno.EINVAL;
  const known = find(sock, wanted);
  if (known !== undefined) {
    known.count++;
    return 0;
  }
  const membership: Membership = { ifindex: wanted.ifindex, type: wanted.type, address, count: 1 };
  const error = apply(dev, membership, 1, devices);
  if (error === 0) sock.memberships.unshift(membership);
  return error;
}

/** `packet_mc_drop`: what the socket is not in changes nothing. Under RTNL. */
export function dropMembership(sock: PacketSock, wanted: PacketMembership, devices: DeviceRequests): number {
  const known = find(sock, wanted);
  if (known === undefined || --known.count > 0) return 0;
  sock.memberships.splice(sock.memberships.indexOf(known), 1);
  const dev = sock.namespace.byIndex(known.ifindex);
  if (dev !== undefined) apply(dev, known, -1, devices);
  return 0;
}

/** `packet_dev_mclist_delete`, or `packet_flush_mclist` without a device. Under RTNL. */
export function flushMemberships(sock: PacketSock, devices: DeviceRequests, dev?: net_device): void {
  for (const membership of [...sock.memberships]) {
    if (dev !== undefined && membership.ifindex !== dev.ifindex) continue;
    sock.memberships.splice(sock.memberships.indexOf(membership), 1);
    const target = dev ?? sock.namespace.byIndex(membership.ifindex);
    if (target !== undefined) apply(target, membership, -1, devices);
  }
}

function find(sock: PacketSock, wanted: PacketMembership): Membership | undefined {
  const { address = NOTHING } = wanted;
  return sock.memberships.find(
    (known) =>
      known.ifindex === wanted.ifindex &&
      known.type === wanted.type &&
      known.address.length === address.length &&
      known.address.every((octet, i) => octet === address[i]),
  );
}

/** `packet_dev_mc`. */
function apply(dev: net_device, { type, address }: Membership, inc: 1 | -1, { states, lists }: DeviceRequests): number {
  switch (type) {
    case PACKET_MR_PROMISC:
      states.setPromiscuity(dev, inc);
      return 0;
    case PACKET_MR_ALLMULTI:
      states.setAllmulti(dev, inc);
      return 0;
    case PACKET_MR_MULTICAST:
    case PACKET_MR_UNICAST: {
      if (address.length !== dev.addr_len) return -errno.EINVAL;
      const list = type === PACKET_MR_MULTICAST ? lists.multicast : lists.unicast;
      return inc === 1 ? list.add(dev, address) : list.remove(dev, address);
    }
    default:
      return 0;
  }
}
