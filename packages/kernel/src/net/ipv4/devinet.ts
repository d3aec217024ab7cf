import {
  IFA_F_DADFAILED,
  IFA_F_DEPRECATED,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_NODAD,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  IFF_UP,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RTM_DELADDR,
  RTM_NEWADDR,
  RTNLGRP_IPV4_IFADDR,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Timer, Timers } from '../../timers.ts';
import type { Requester } from '../core/link-messages.ts';
import type { NeighbourTable } from '../core/neighbour.ts';
import type { Net } from '../core/net-namespace.ts';
import type { InetLinks } from '../rtnetlink/inet-link.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { IPV4_DEVCONF, type Devconf } from './devconf.ts';
import { fillIfaddr, IFADDR_SIZE } from './ifaddr-fill.ts';
import { renameLabels } from './ifaddr-label.ts';
import type { Igmp } from './igmp.ts';
import { InDevice, inetIfaMatch, INFINITY_LIFE_TIME, sameSubnet, type InIfaddr } from './in-device.ts';
import { LOOPBACK_ADDRESS, maskOf } from './ipv4-address.ts';

/** The least MTU with which a device can do IPv4: include/linux/inetdevice.h:inetdev_valid_mtu. */
const MIN_MTU = 68;
/** Flags that IPv4 addresses do not have. */
const IPV6_ONLY =
  IFA_F_NODAD | IFA_F_OPTIMISTIC | IFA_F_DADFAILED | IFA_F_HOMEADDRESS | IFA_F_TENTATIVE | IFA_F_MANAGETEMPADDR | IFA_F_STABLE_PRIVACY;

/** Hears of addresses: `inetaddr_chain`. */
export interface InetaddrListener {
  /** An address was added, and told of. */
  addressUp(ifa: InIfaddr): void;
  /** An address was deleted, and told of. */
  addressDown(ifa: InIfaddr): void;
  /** `fib_add_ifaddr`: the routes of an address, by themselves. */
  addRoutes(ifa: InIfaddr): void;
  /** `fib_del_ifaddr`, as if no address of the primary one's subnet were left. */
  deleteRoutes(ifa: InIfaddr, primary: InIfaddr): void;
}

/** What {@link Devinet} stands on. */
export interface DevinetDeps {
  readonly links: InetLinks;
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
  readonly igmp: Igmp;
}

/**
 * IPv4 addresses of devices: net/ipv4/devinet.c. All under RTNL.
 */
export class Devinet {
  readonly #links: InetLinks;
  readonly #sockets: RtnlSockets;
  readonly #timers: Timers;
  readonly #igmp: Igmp;
  readonly #devices = new Map<net_device, InDevice>();
  /** Moves whenever an address comes or goes, by namespace number: `dev_addr_genid`. */
  readonly #genids: number[] = [];
  #check: Timer | null = null;
  /** Set once the routes stand. */
  listener: InetaddrListener | null = null;
  /** Set once neighbours stand. */
  neighbours: NeighbourTable | null = null;

  constructor({ links, sockets, timers, igmp }: DevinetDeps) {
    this.#igmp = igmp;
    this.#links = links;
    this.#sockets = sockets;
    this.#timers = timers;
  }

  /** `__in_dev_get_rtnl`. */
  inDevice(dev: net_device): InDevice | undefined {
    return this.#devices.get(dev);
  }

  /** A setting of a device: `IN_DEV_CONF_GET`. */
  conf(dev: net_device, setting: number): number {
    return this.#links.conf(dev, setting);
  }

  /** Whether a setting holds for a device or for all: `IN_DEV_ORCONF`. */
  eitherConf(dev: net_device, setting: number): boolean {
    return this.#links.eitherConf(dev, setting);
  }

  /** The settings of a device that does IPv4, or those of all. */
  devconf(net: Net, target: net_device | 'all'): Devconf | undefined {
    return this.#links.devconf(net, target);
  }

  /** What dumps of addresses compare to find out about changes: `inet_base_seq`, never 0. */
  baseSeq(net: Net): number {
    return (net.devBaseSeq + (this.#genids[net.id] ?? 0)) >>> 0 || 0x8000_0000;
  }

  /** Milliseconds since boot. */
  now(): number {
    return this.#timers.now();
  }

  // From net/ipv4/devinet.c:inetdev_event.
  readonly event = (event: netdev_cmd, dev: net_device): number => {
    const inDevice = this.#devices.get(dev);
    const ends = event === NETDEV_EVENT.UNREGISTER || (event === NETDEV_EVENT.CHANGEMTU && dev.mtu < MIN_MTU);
    if (ends && inDevice !== undefined) {
      this.#igmp.forget(dev);
      this.#destroy(inDevice);
    }
    if (event === NETDEV_EVENT.CHANGENAME && inDevice !== undefined) {
      renameLabels(inDevice, (ifa) => {
        this.#tell(RTM_NEWADDR, ifa, null);
      });
    }
    const error = this.#links.event(event, dev);
    if (ends && inDevice !== undefined) {
      this.neighbours?.removeParms(dev);
      this.neighbours?.flush(dev, false, true);
    }
    if (error < 0) return error;
    if (inDevice === undefined && this.#links.has(dev)) {
      // CAST: every device of this kernel was made with a Net of this kernel.
      this.#devices.set(dev, new InDevice(dev, dev.nd_net as Net));
      this.neighbours?.addParms(dev);
      if ((dev.flags & IFF_UP) !== 0) this.#igmp.up(dev);
    } else if (event === NETDEV_EVENT.UP && inDevice !== undefined && dev.mtu >= MIN_MTU) {
      if ((dev.flags & IFF_LOOPBACK) !== 0) {
        this.#links.devconf(inDevice.net, dev)?.setAll();
        this.#addLoopback(inDevice);
      }
      this.#igmp.up(dev);
    } else if (event === NETDEV_EVENT.DOWN && inDevice !== undefined) {
      this.#igmp.down(dev);
    }
    return 0;
  };

  /**
   * Adds an address. From net/ipv4/devinet.c:__inet_insert_ifa.
   *
   * @returns 0; -EEXIST, -EINVAL
   */
  insert(ifa: InIfaddr, requester: Requester | null, extack: netlink_ext_ack | null): number {
    const { addresses } = ifa.inDevice;
    if (ifa.local === 0) return 0;
    ifa.flags &= ~(IFA_F_SECONDARY | IPV6_ONLY);
    let lastPrimary = 0;
    for (const [i, other] of addresses.entries()) {
      if ((other.flags & IFA_F_SECONDARY) === 0 && ifa.scope <= other.scope) lastPrimary = i + 1;
      if (!sameSubnet(other, ifa)) continue;
      if (other.local === ifa.local) return -errno.EEXIST;
      if (other.scope !== ifa.scope) return refuse(extack, 'EINVAL', 'ipv4: Invalid scope value');
      ifa.flags |= IFA_F_SECONDARY;
    }
    addresses.splice((ifa.flags & IFA_F_SECONDARY) === 0 ? lastPrimary : addresses.length, 0, ifa);
    this.checkLifetimes();
    // The address is told of before its routes are: who follows routes must know the address.
    this.#tell(RTM_NEWADDR, ifa, requester);
    this.listener?.addressUp(ifa);
    return 0;
  }

  /** Deletes an address, and what depends on it. From net/ipv4/devinet.c:__inet_del_ifa. */
  delete(ifa: InIfaddr, requester: Requester | null): void {
    const { inDevice } = ifa;
    const { addresses } = inDevice;
    const at = addresses.indexOf(ifa);
    if (at === -1) return;
    let promoted: InIfaddr | null = null;
    let lastPrimary: InIfaddr | null = null;
    if (!inDevice.dead && (ifa.flags & IFA_F_SECONDARY) === 0) {
      for (const other of addresses.slice(at + 1)) {
        const isSecondary = (other.flags & IFA_F_SECONDARY) !== 0;
        if (!isSecondary && ifa.scope <= other.scope) lastPrimary = other;
        if (!isSecondary || !sameSubnet(ifa, other)) continue;
        if (this.eitherConf(inDevice.dev, IPV4_DEVCONF.PROMOTE_SECONDARIES)) {
          promoted = other;
          break;
        }
        // With its primary address the subnet goes.
        addresses.splice(addresses.indexOf(other), 1);
        this.#tell(RTM_DELADDR, other, requester);
        this.listener?.addressDown(other);
      }
    }
    // Routes of the subnet have the primary address as their source: they go now, and come back with another one.
    const rest = promoted === null ? [] : addresses.slice(addresses.indexOf(promoted));
    for (const other of rest) if (sameSubnet(ifa, other)) this.listener?.deleteRoutes(other, ifa);
    addresses.splice(addresses.indexOf(ifa), 1);
    this.#tell(RTM_DELADDR, ifa, requester);
    this.listener?.addressDown(ifa);
    if (promoted === null) return;
    addresses.splice(addresses.indexOf(promoted), 1);
    addresses.splice(lastPrimary === null ? at : addresses.indexOf(lastPrimary) + 1, 0, promoted);
    promoted.flags &= ~IFA_F_SECONDARY;
    this.#tell(RTM_NEWADDR, promoted, requester);
    this.listener?.addressUp(promoted);
    for (const other of rest.slice(1)) if (sameSubnet(ifa, other)) this.listener?.addRoutes(other);
  }

  /** Tells that an address was changed. */
  changed(ifa: InIfaddr, requester: Requester): void {
    this.checkLifetimes();
    this.#tell(RTM_NEWADDR, ifa, requester);
  }

  /** An address came or went with its routes. */
  bump(net: Net): void {
    this.#genids[net.id] = ((this.#genids[net.id] ?? 0) + 1) >>> 0;
  }

  /** The address that a device is best spoken to from. From net/ipv4/devinet.c:inet_select_addr. */
  selectAddr(dev: net_device, destination: number, scope: number): number {
    const inDevice = this.#devices.get(dev);
    let found = 0;
    const localnet = this.eitherConf(dev, IPV4_DEVCONF.ROUTE_LOCALNET) ? RT_SCOPE_LINK : RT_SCOPE_HOST;
    for (const ifa of inDevice?.addresses ?? []) {
      if ((ifa.flags & IFA_F_SECONDARY) !== 0 || Math.min(ifa.scope, localnet) > scope) continue;
      if (destination === 0 || inetIfaMatch(destination, ifa)) return ifa.local;
      if (found === 0) found = ifa.local;
    }
    if (found !== 0) return found;
    // CAST: every device of this kernel was made with a Net of this kernel.
    for (const other of (dev.nd_net as Net).devices) {
      for (const ifa of this.#devices.get(other)?.addresses ?? []) {
        if ((ifa.flags & IFA_F_SECONDARY) === 0 && ifa.scope !== RT_SCOPE_LINK && ifa.scope <= scope) return ifa.local;
      }
    }
    return 0;
  }

  /** The device that has an address, the one that got it last: `inet_lookup_ifaddr_rcu`. */
  deviceWith(net: Net, local: number): net_device | undefined {
    for (const dev of net.devices) {
      if (this.#devices.get(dev)?.addresses.some((ifa) => ifa.local === local) === true) return dev;
    }
    return undefined;
  }

  /** Sees to it that lifetimes end in time. From net/ipv4/devinet.c:check_lifetime. */
  checkLifetimes(): void {
    this.#check?.cancel();
    this.#check = null;
    const now = this.now();
    let next = Infinity;
    for (const { addresses } of this.#devices.values()) {
      for (const ifa of addresses) next = Math.min(next, nextChange(ifa));
    }
    if (next === Infinity) return;
    this.#check = this.#timers.set(next - now, () => {
      this.#expire();
    });
  }

  #expire(): void {
    const now = this.now();
    for (const inDevice of [...this.#devices.values()]) {
      for (const ifa of [...inDevice.addresses]) {
        if ((ifa.flags & IFA_F_PERMANENT) !== 0 || !inDevice.addresses.includes(ifa)) continue;
        const age = Math.floor((now - ifa.tstamp) / 1000);
        if (ifa.validLft !== INFINITY_LIFE_TIME && age >= ifa.validLft) {
          this.delete(ifa, null);
        } else if (ifa.preferredLft !== INFINITY_LIFE_TIME && age >= ifa.preferredLft && (ifa.flags & IFA_F_DEPRECATED) === 0) {
          ifa.flags |= IFA_F_DEPRECATED;
          this.#tell(RTM_NEWADDR, ifa, null);
        }
      }
    }
    this.checkLifetimes();
  }

  // From net/ipv4/devinet.c:inetdev_destroy.
  #destroy(inDevice: InDevice): void {
    inDevice.dead = true;
    for (let [ifa] = inDevice.addresses; ifa !== undefined; [ifa] = inDevice.addresses) this.delete(ifa, null);
    this.#devices.delete(inDevice.dev);
  }

  #addLoopback(inDevice: InDevice): void {
    const now = this.now();
    const ifa: InIfaddr = {
      inDevice,
      local: LOOPBACK_ADDRESS,
      address: LOOPBACK_ADDRESS,
      prefixLength: 8,
      mask: maskOf(8),
      broadcast: 0,
      scope: RT_SCOPE_HOST,
      label: inDevice.dev.name,
      flags: IFA_F_PERMANENT,
      metric: 0,
      proto: 0,
      validLft: 0,
      preferredLft: 0,
      cstamp: now,
      tstamp: now,
    };
    // It has it already when it comes up again: -EEXIST.
    this.insert(ifa, null, null);
  }

  #tell(type: number, ifa: InIfaddr, requester: Requester | null): void {
    const message = { type, flags: 0, portid: requester?.portid ?? 0, seq: requester?.seq ?? 0, nsid: -1 };
    tell(this.#sockets, ifa.inDevice.net, RTNLGRP_IPV4_IFADDR, requester, IFADDR_SIZE, (writer) =>
      fillIfaddr(writer, ifa, message, this.now()),
    );
  }
}

/** When something will happen to an address next, in milliseconds since boot. */
function nextChange(ifa: InIfaddr): number {
  if ((ifa.flags & IFA_F_PERMANENT) !== 0) return Infinity;
  const valid = ifa.validLft === INFINITY_LIFE_TIME ? Infinity : ifa.tstamp + 1000 * ifa.validLft;
  if (ifa.preferredLft === INFINITY_LIFE_TIME || (ifa.flags & IFA_F_DEPRECATED) !== 0) return valid;
  return Math.min(valid, ifa.tstamp + 1000 * ifa.preferredLft);
}
