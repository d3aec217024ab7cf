import {
  AF_INET,
  IFF_LOOPBACK,
  IFLA_INET_CONF,
  IFLA_INET_MAX,
  NETCONFA_BC_FORWARDING,
  NETCONFA_FORWARDING,
  NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN,
  NETCONFA_MC_FORWARDING,
  NETCONFA_PROXY_NEIGH,
  NETCONFA_RP_FILTER,
  RTNLGRP_IPV4_NETCONF,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import { isSettingsName, type LinkFamily, type SettingsListener } from './af-spec.ts';
import { policies } from './link-policy.ts';

/** The least MTU with which a device can do IPv4: include/linux/inetdevice.h:inetdev_valid_mtu. */
const MIN_MTU = 68;

/** How many settings a device has; their numbers are `IPV4_DEVCONF_*` of linux/ip.h, from 1. */
const DEVCONF_MAX = 33;

/** The settings that steer something here: `IPV4_DEVCONF_*` of linux/ip.h. */
export const IPV4_DEVCONF = {
  FORWARDING: 1,
  NOXFRM: 15,
  NOPOLICY: 16,
  PROMOTE_SECONDARIES: 20,
  ROUTE_LOCALNET: 26,
  IGNORE_ROUTES_WITH_LINKDOWN: 29,
} as const;

/** Settings of a fresh device that are not 0: redirects accepted, sent and secured, shared media, and so on. */
const DEFAULTS: readonly (readonly [number: number, value: number])[] = [
  [4, 1], // ACCEPT_REDIRECTS
  [5, 1], // SECURE_REDIRECTS
  [6, 1], // SEND_REDIRECTS
  [7, 1], // SHARED_MEDIA
  [9, 1], // ACCEPT_SOURCE_ROUTE
  [27, 10_000], // IGMPV2_UNSOLICITED_REPORT_INTERVAL, ms
  [28, 1000], // IGMPV3_UNSOLICITED_REPORT_INTERVAL, ms
  [33, 1], // ARP_EVICT_NOCARRIER
];

/** The settings that RTM_NEWNETCONF tells, in their order. */
const NETCONF: readonly (readonly [type: number, number: number])[] = [
  [NETCONFA_FORWARDING, 1],
  [NETCONFA_RP_FILTER, 8],
  [NETCONFA_MC_FORWARDING, 2],
  [NETCONFA_BC_FORWARDING, 32],
  [NETCONFA_PROXY_NEIGH, 3],
  [NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, 29],
];

const POLICY = policies(IFLA_INET_MAX, { [IFLA_INET_CONF]: { type: 'NLA_NESTED' } });

/**
 * What links show of IPv4: whether a device does it, and its settings. From net/ipv4/devinet.c.
 *
 * Addresses are kept in net/ipv4, which asks here for settings.
 */
export class InetLinks implements LinkFamily {
  readonly family: number = AF_INET;
  readonly prefix: string = 'ipv4';
  readonly netconfGroup: number = RTNLGRP_IPV4_NETCONF;
  readonly noDevice = 'ENODEV';
  readonly #told: SettingsListener;
  /** The settings of devices that do IPv4, as the message holds them. */
  readonly #settings = new Map<net_device, Uint8Array<ArrayBuffer>>();
  readonly #ordinary = settings([]);
  readonly #loopback = settings([
    [IPV4_DEVCONF.NOXFRM, 1],
    [IPV4_DEVCONF.NOPOLICY, 1],
  ]);
  readonly #table = new AttributeTable(IFLA_INET_MAX);

  constructor(told: SettingsListener) {
    this.#told = told;
  }

  // From net/ipv4/devinet.c:inetdev_event.
  event(event: netdev_cmd, dev: net_device): number {
    const present = this.#settings.has(dev);
    switch (event) {
      case NETDEV_EVENT.REGISTER:
        if (!isSettingsName(dev.name)) return -errno.EINVAL;
        this.#begin(dev, (dev.flags & IFF_LOOPBACK) !== 0 ? this.#loopback : this.#ordinary);
        break;
      case NETDEV_EVENT.CHANGEMTU:
        if (dev.mtu < MIN_MTU) this.#end(dev);
        else if (!present) this.#begin(dev, this.#ordinary);
        break;
      case NETDEV_EVENT.UNREGISTER:
        this.#end(dev);
        break;
      case NETDEV_EVENT.CHANGENAME:
        // Settings are found by the device's name. IPv4 goes without when they cannot be; it is IPv6 that vetoes.
        if (!present) break;
        this.#told(this, dev, true);
        if (isSettingsName(dev.name)) this.#told(this, dev, false);
        break;
      default:
    }
    return 0;
  }

  has(dev: net_device): boolean {
    return this.#settings.has(dev);
  }

  /** One of {@link IPV4_DEVCONF}; 0 for a device that does no IPv4. */
  conf(dev: net_device, setting: number): number {
    const octets = this.#settings.get(dev);
    return octets === undefined ? 0 : new DataView(octets.buffer).getInt32(4 * (setting - 1), true);
  }

  /** What devices are given when they come. */
  defaultConf(setting: number): number {
    return new DataView(this.#ordinary.buffer).getInt32(4 * (setting - 1), true);
  }

  /** Changes a setting of a device: 0, -ENODEV. */
  setConf(dev: net_device, setting: number, value: number): number {
    const before = this.#settings.get(dev);
    if (before === undefined) return -errno.ENODEV;
    const own = before.slice();
    new DataView(own.buffer).setInt32(4 * (setting - 1), value, true);
    this.#settings.set(dev, own);
    return 0;
  }

  fill(writer: MessageWriter, dev: net_device): void {
    const octets = this.#settings.get(dev);
    if (octets !== undefined) writer.putBytes(IFLA_INET_CONF, octets);
  }

  // From net/ipv4/devinet.c:inet_netconf_fill_devconf.
  fillNetconf(writer: MessageWriter, dev: net_device | null): void {
    const octets = (dev === null ? undefined : this.#settings.get(dev)) ?? this.#ordinary;
    const view = new DataView(octets.buffer);
    for (const [type, number] of NETCONF) writer.putS32(type, view.getInt32(4 * (number - 1), true));
  }

  // From net/ipv4/devinet.c:inet_validate_link_af.
  validate(dev: net_device, bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null): number {
    if (!this.#settings.has(dev)) return -errno.EAFNOSUPPORT;
    const error = parseAttributes(this.#table, bytes, offset, length, POLICY, Validation.LIBERAL, extack);
    if (error < 0 || !this.#table.has(IFLA_INET_CONF)) return error;
    const cursor = this.#conf(bytes);
    while (cursor.next()) {
      if (cursor.length < 4 || cursor.type === 0 || cursor.type > DEVCONF_MAX) return -errno.EINVAL;
    }
    return 0;
  }

  // From net/ipv4/devinet.c:inet_set_link_af.
  set(dev: net_device, bytes: Uint8Array, offset: number, length: number): number {
    const before = this.#settings.get(dev);
    if (before === undefined) return -errno.EAFNOSUPPORT;
    if (parseAttributes(this.#table, bytes, offset, length, null, Validation.LIBERAL, null) < 0) return -errno.EINVAL;
    if (!this.#table.has(IFLA_INET_CONF)) return 0;
    // Devices share the settings that they came with, until they get others.
    const own = before.slice();
    const view = new DataView(own.buffer);
    const cursor = this.#conf(bytes);
    while (cursor.next()) {
      const value = cursor.u32();
      if (value !== undefined && cursor.type >= 1 && cursor.type <= DEVCONF_MAX) view.setUint32(4 * (cursor.type - 1), value, true);
    }
    this.#settings.set(dev, own);
    return 0;
  }

  #begin(dev: net_device, octets: Uint8Array<ArrayBuffer>): void {
    this.#settings.set(dev, octets);
    this.#told(this, dev, false);
  }

  #end(dev: net_device): void {
    if (this.#settings.delete(dev)) this.#told(this, dev, true);
  }

  #conf(bytes: Uint8Array): AttributeCursor {
    const cursor = new AttributeCursor();
    const at = this.#table.offset(IFLA_INET_CONF);
    cursor.reset(bytes, at, at + this.#table.length(IFLA_INET_CONF));
    return cursor;
  }
}

function settings(more: readonly (readonly [number: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(4 * DEVCONF_MAX);
  const view = new DataView(octets.buffer);
  for (const [number, value] of [...DEFAULTS, ...more]) view.setInt32(4 * (number - 1), value, true);
  return octets;
}
