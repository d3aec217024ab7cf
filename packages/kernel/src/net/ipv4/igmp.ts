import { ARPHRD_ETHER } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { AddressList } from '../core/dev-addr-lists.ts';
import type { InIfaddr } from './in-device.ts';
import { isMulticast } from './ipv4-address.ts';

/** `igmp_max_memberships`: how many groups one socket may join. */
const MOST = 20;

/** 224.0.0.1: everybody is in it. */
const ALL_HOSTS = 0xe000_0001;

/** `struct ip_mc_list`: a group that a device is in. */
interface Group {
  readonly address: number;
  users: number;
  /** Whether the device was told to listen to it. */
  loaded: boolean;
}

/**
 * The groups that devices are in: that of all hosts while they are up, and those that addresses with IFA_F_MCAUTOJOIN have
 * joined. From net/ipv4/igmp.c. Nothing is sent.
 */
export class Igmp {
  readonly #multicast: AddressList;
  /** The newest first. */
  readonly #groups = new Map<net_device, Group[]>();
  /** What the kernel's own socket of each namespace has joined, by namespace number: group and device. */
  readonly #joined: Set<string>[] = [];

  /** @param multicast - what devices listen to */
  constructor(multicast: AddressList) {
    this.#multicast = multicast;
  }

  // From net/ipv4/igmp.c:ip_mc_up.
  up(dev: net_device): void {
    this.#join(dev, ALL_HOSTS);
    for (const group of this.#of(dev)) this.#load(dev, group);
  }

  // From net/ipv4/igmp.c:ip_mc_down.
  down(dev: net_device): void {
    for (const group of this.#of(dev)) this.#unload(dev, group);
    this.#leave(dev, ALL_HOSTS);
  }

  /** The device has no IPv4 any more. From net/ipv4/igmp.c:ip_mc_destroy_dev. */
  forget(dev: net_device): void {
    this.down(dev);
    this.#groups.delete(dev);
  }

  /** Joins the group that an address is, for the kernel: 0, or a negative errno. From net/ipv4/igmp.c:ip_mc_join_group. */
  autojoin(ifa: InIfaddr): number {
    if (!isMulticast(ifa.address)) return -errno.EINVAL;
    const { dev, net } = ifa.inDevice;
    const joined = (this.#joined[net.id] ??= new Set());
    const key = keyOf(ifa);
    if (joined.has(key)) return -errno.EADDRINUSE;
    if (joined.size >= MOST) return -errno.ENOBUFS;
    joined.add(key);
    this.#join(dev, ifa.address);
    return 0;
  }

  /** Takes that back. */
  autoleave(ifa: InIfaddr): void {
    const { dev, net } = ifa.inDevice;
    if (this.#joined[net.id]?.delete(keyOf(ifa)) === true) this.#leave(dev, ifa.address);
  }

  #of(dev: net_device): readonly Group[] {
    return this.#groups.get(dev) ?? [];
  }

  #join(dev: net_device, address: number): void {
    const known = this.#of(dev).find((group) => group.address === address);
    if (known !== undefined) {
      known.users++;
      return;
    }
    const group: Group = { address, users: 1, loaded: false };
    this.#groups.set(dev, [group, ...this.#of(dev)]);
    this.#load(dev, group);
  }

  #leave(dev: net_device, address: number): void {
    const known = this.#of(dev).find((group) => group.address === address);
    if (known === undefined || --known.users > 0) return;
    this.#groups.set(dev, this.#of(dev).filter((group) => group !== known));
    this.#unload(dev, known);
  }

  #load(dev: net_device, group: Group): void {
    if (group.loaded) return;
    group.loaded = true;
    const address = mapped(dev, group.address);
    if (address !== undefined) this.#multicast.add(dev, address);
  }

  #unload(dev: net_device, group: Group): void {
    if (!group.loaded) return;
    group.loaded = false;
    const address = mapped(dev, group.address);
    if (address !== undefined) this.#multicast.remove(dev, address);
  }
}

/** The address of a group on a device; only Ethernet's are told here. From include/net/ip.h:ip_eth_mc_map. */
function mapped(dev: net_device, group: number): Uint8Array | undefined {
  if (dev.type !== ARPHRD_ETHER) return undefined;
  return Uint8Array.of(0x01, 0x00, 0x5e, (group >>> 16) & 0x7f, (group >>> 8) & 0xff, group & 0xff);
}

function keyOf({ address, inDevice }: InIfaddr): string {
  return `${String(address)}%${String(inDevice.dev.ifindex)}`;
}
