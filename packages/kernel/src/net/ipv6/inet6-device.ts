import { ARPHRD_ETHER } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Timer } from '../../timers.ts';
import type { AddressList } from '../core/dev-addr-lists.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Fib6Info } from './fib6-info.ts';
import { ANY, equal, isAny, keyOf, reachOf, type In6 } from './ipv6-address.ts';

/** How far an address has come in being found unique: `INET6_IFADDR_STATE_*`. */
export const STATE = { PREDAD: 0, DAD: 1, POSTDAD: 2, DEAD: 4 } as const;

/** `struct inet6_ifaddr`: an IPv6 address of a device. */
export interface Inet6Ifaddr {
  readonly idev: Inet6Device;
  readonly addr: In6;
  /** `::` where there is none. */
  peer: In6;
  readonly prefixLength: number;
  /** `IFA_HOST`, `IFA_LINK`, `IFA_SITE` or 0. */
  readonly scope: number;
  /** `rt_priority`, 0 for the default. */
  metric: number;
  /** `IFA_F_*`. */
  flags: number;
  /** `IFAPROT_*`. */
  proto: number;
  /** Seconds from {@link tstamp} on. */
  validLft: number;
  preferredLft: number;
  /** Milliseconds since boot: made, and changed. */
  readonly cstamp: number;
  tstamp: number;
  state: number;
  /** How many probes are left to send. */
  probes: number;
  /** What happens to it next. */
  work: Timer | null;
  /** Its host route, which is in the table once the address may be used. */
  route: Fib6Info | null;
}

/** `struct ifmcaddr6`: a group that a device is in. */
export interface Group {
  readonly address: In6;
  users: number;
  readonly cstamp: number;
  /** Whether the device was told to listen to it: MAF_LOADED. */
  loaded: boolean;
}

/** `struct ifacaddr6`: an address that a device answers for as one of several routers. */
export interface AnycastAddress {
  readonly addr: In6;
  users: number;
  readonly cstamp: number;
  readonly route: Fib6Info;
}

/** The scope of a group, in its second octet; groups of a narrower one than a link's never leave the system. */
const SCOPE = 0x0f;
const LINK_LOCAL = 2;

const INTERFACE_LOCAL_NODES = Uint8Array.of(0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const LINK_LOCAL_NODES = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** `struct inet6_dev`: what IPv6 knows of a device. */
export class Inet6Device {
  readonly dev: net_device;
  readonly net: Net;
  /** `addr_list`: the widest scope first, and of those the newest first. */
  readonly addresses: Inet6Ifaddr[] = [];
  /** `mc_list`: the newest first. */
  readonly groups: Group[] = [];
  /** `ac_list`: the newest first. */
  readonly anycast: AnycastAddress[] = [];
  /** Whether the device is on its way out. */
  dead = false;
  readonly #multicast: AddressList;

  /** @param multicast - what devices listen to */
  constructor(dev: net_device, net: Net, now: number, multicast: AddressList) {
    this.dev = dev;
    this.net = net;
    this.#multicast = multicast;
    this.join(INTERFACE_LOCAL_NODES, now);
    this.join(LINK_LOCAL_NODES, now);
  }

  /** `ipv6_link_dev_addr`. */
  link(ifp: Inet6Ifaddr): void {
    const reach = reachOf(ifp.addr);
    const at = this.addresses.findIndex(({ addr }) => reach >= reachOf(addr));
    this.addresses.splice(at === -1 ? this.addresses.length : at, 0, ifp);
  }

  /** Takes an address out of the list. */
  unlink(ifp: Inet6Ifaddr): void {
    const at = this.addresses.indexOf(ifp);
    if (at !== -1) this.addresses.splice(at, 1);
  }

  find(addr: In6): Inet6Ifaddr | undefined {
    return this.addresses.find((ifp) => equal(ifp.addr, addr));
  }

  /** `ipv6_dev_mc_inc`. */
  join(address: In6, now: number): void {
    const present = this.groups.find((group) => keyOf(group.address) === keyOf(address));
    if (present !== undefined) {
      present.users++;
      return;
    }
    const group: Group = { address, users: 1, cstamp: now, loaded: false };
    this.groups.unshift(group);
    this.#load(group);
  }

  /** `ipv6_dev_mc_dec`. */
  leave(address: In6): void {
    const at = this.groups.findIndex((group) => keyOf(group.address) === keyOf(address));
    const group = this.groups[at];
    if (group === undefined || --group.users > 0) return;
    this.groups.splice(at, 1);
    this.#unload(group);
  }

  /** The device listens to all groups. From net/ipv6/mcast.c:ipv6_mc_up. */
  listen(): void {
    for (const group of this.groups) this.#load(group);
  }

  /** It listens to none. From net/ipv6/mcast.c:ipv6_mc_down. */
  ignore(): void {
    for (const group of this.groups) this.#unload(group);
  }

  // From net/ipv6/mcast.c:igmp6_group_added.
  #load(group: Group): void {
    const address = group.loaded ? undefined : this.#mapped(group);
    if (address === undefined) return;
    group.loaded = true;
    this.#multicast.add(this.dev, address);
  }

  // From net/ipv6/mcast.c:igmp6_group_dropped.
  #unload(group: Group): void {
    const address = group.loaded ? this.#mapped(group) : undefined;
    if (address === undefined) return;
    group.loaded = false;
    this.#multicast.remove(this.dev, address);
  }

  /** The address of a group on the device; only Ethernet's are told here. From include/net/if_inet6.h:ipv6_eth_mc_map. */
  #mapped({ address }: Group): Uint8Array | undefined {
    const isOfLink = ((address[1] ?? 0) & SCOPE) >= LINK_LOCAL;
    return isOfLink && this.dev.type === ARPHRD_ETHER ? Uint8Array.of(0x33, 0x33, ...address.subarray(12)) : undefined;
  }
}

/** Whether an address has a peer. */
export function hasPeer({ peer }: Inet6Ifaddr): boolean {
  return !isAny(peer);
}

/** No peer. */
export const NO_PEER: In6 = ANY;
