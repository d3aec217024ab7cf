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
import type { Net } from '../core/net-namespace.ts';
import { DEVCONF_MAX, IPV4_DEVCONF, NetDevconf, type Devconf } from '../ipv4/devconf.ts';
import { isSettingsName, type ConfTarget, type LinkFamily, type SettingsListener } from './af-spec.ts';
import { policies } from './link-policy.ts';

/** The least MTU with which a device can do IPv4: include/linux/inetdevice.h:inetdev_valid_mtu. */
const MIN_MTU = 68;

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
  /** The settings of devices that do IPv4. */
  readonly #settings = new Map<net_device, Devconf>();
  /** By namespace number; the first one's are what the others begin with. */
  readonly #nets: (NetDevconf | undefined)[] = [];
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
        this.#begin(dev, (dev.flags & IFF_LOOPBACK) !== 0);
        break;
      case NETDEV_EVENT.CHANGEMTU:
        if (dev.mtu < MIN_MTU) this.#end(dev);
        else if (!present) this.#begin(dev, false);
        break;
      case NETDEV_EVENT.UNREGISTER:
        this.#end(dev);
        break;
      case NETDEV_EVENT.CHANGENAME:
        // Settings are found by the device's name. IPv4 goes without when they cannot be; it is IPv6 that vetoes.
        if (!present) break;
        this.#told.changed(this, dev, true);
        if (isSettingsName(dev.name)) this.#told.changed(this, dev, false);
        break;
      default:
    }
    return 0;
  }

  has(dev: net_device): boolean {
    return this.#settings.has(dev);
  }

  /** A setting of a device: `IN_DEV_CONF_GET`; 0 for a device that does no IPv4. */
  conf(dev: net_device, setting: number): number {
    return this.#settings.get(dev)?.get(setting) ?? 0;
  }

  /** Whether a setting holds for a device or for all: `IN_DEV_ORCONF`. */
  eitherConf(dev: net_device, setting: number): boolean {
    // CAST: every device of this kernel was made with a Net of this kernel.
    return this.conf(dev, setting) !== 0 || this.#net(dev.nd_net as Net).all.get(setting) !== 0;
  }

  /** Whether a setting holds for a device and for all: `IN_DEV_ANDCONF`. */
  bothConf(dev: net_device, setting: number): boolean {
    // CAST: every device of this kernel was made with a Net of this kernel.
    return this.conf(dev, setting) !== 0 && this.#net(dev.nd_net as Net).all.get(setting) !== 0;
  }

  /** The settings of a device, of all, or of those to come; `undefined` for a device that does no IPv4. */
  devconf(net: Net, target: ConfTarget): Devconf | undefined {
    return typeof target === 'string' ? this.#net(net)[target] : this.#settings.get(target);
  }

  /** Tells of a setting: `NETCONFA_*`. */
  tellSetting(net: Net, target: ConfTarget, type: number): void {
    this.#told.settingChanged(this, net, target, type);
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#nets[net.id] = undefined;
  }

  fill(writer: MessageWriter, dev: net_device): void {
    const conf = this.#settings.get(dev);
    if (conf !== undefined) writer.putBytes(IFLA_INET_CONF, conf.octets);
  }

  // From net/ipv4/devinet.c:inet_netconf_fill_devconf.
  netconf(net: Net, target: ConfTarget): readonly (readonly [type: number, value: number])[] {
    const conf = this.devconf(net, target);
    return conf === undefined ? [] : NETCONF.map(([type, number]) => [type, conf.get(number)]);
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
    const conf = this.#settings.get(dev);
    if (conf === undefined) return -errno.EAFNOSUPPORT;
    if (parseAttributes(this.#table, bytes, offset, length, null, Validation.LIBERAL, null) < 0) return -errno.EINVAL;
    if (!this.#table.has(IFLA_INET_CONF)) return 0;
    const cursor = this.#conf(bytes);
    while (cursor.next()) {
      const value = cursor.u32();
      if (value !== undefined && cursor.type >= 1 && cursor.type <= DEVCONF_MAX) conf.set(cursor.type, value | 0);
    }
    return 0;
  }

  // From net/ipv4/devinet.c:inetdev_init.
  #begin(dev: net_device, isLoopback: boolean): void {
    // CAST: every device of this kernel was made with a Net of this kernel.
    const conf = this.#net(dev.nd_net as Net).default.copy();
    if (isLoopback) {
      conf.set(IPV4_DEVCONF.NOXFRM, 1);
      conf.set(IPV4_DEVCONF.NOPOLICY, 1);
    }
    this.#settings.set(dev, conf);
    this.#told.changed(this, dev, false);
  }

  #end(dev: net_device): void {
    if (this.#settings.delete(dev)) this.#told.changed(this, dev, true);
  }

  #net(net: Net): NetDevconf {
    const first = (this.#nets[0] ??= NetDevconf.initial());
    return (this.#nets[net.id] ??= first.copy());
  }

  #conf(bytes: Uint8Array): AttributeCursor {
    const cursor = new AttributeCursor();
    const at = this.#table.offset(IFLA_INET_CONF);
    cursor.reset(bytes, at, at + this.#table.length(IFLA_INET_CONF));
    return cursor;
  }
}
