import {
  NETCONFA_FORWARDING,
  NETCONFA_IFINDEX_ALL,
  NETCONFA_IFINDEX_DEFAULT,
  NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN,
  NETCONFA_PROXY_NEIGH,
  NETCONFA_RP_FILTER,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';
import type { InetLinks } from '../rtnetlink/inet-link.ts';
import type { ConfTarget } from '../rtnetlink/af-spec.ts';
import { IPV4_DEVCONF, type Devconf } from './devconf.ts';

/** What is told when a setting changes: the attribute by the setting's number. */
const TOLD: ReadonlyMap<number, number> = new Map([
  [IPV4_DEVCONF.RP_FILTER, NETCONFA_RP_FILTER],
  [IPV4_DEVCONF.PROXY_ARP, NETCONFA_PROXY_NEIGH],
  [IPV4_DEVCONF.IGNORE_ROUTES_WITH_LINKDOWN, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN],
]);

/** Settings that only make what was cached go: the default does not reach the devices that there are. From net/ipv4/devinet.c:ipv4_doint_and_flush. */
const FLUSHING: ReadonlySet<number> = new Set([
  IPV4_DEVCONF.NOXFRM,
  IPV4_DEVCONF.NOPOLICY,
  IPV4_DEVCONF.PROMOTE_SECONDARIES,
  IPV4_DEVCONF.ROUTE_LOCALNET,
  IPV4_DEVCONF.DROP_UNICAST_IN_L2_MULTICAST,
]);

/**
 * Changes of IPv4's settings through files, and what follows from them: net/ipv4/devinet.c.
 */
export class DevinetSysctl {
  readonly #links: InetLinks;

  constructor(links: InetLinks) {
    this.#links = links;
  }

  /** A setting: -ENOENT where there is none of the device. */
  get(net: Net, target: ConfTarget, setting: number): number | undefined {
    return this.#links.devconf(net, target)?.get(setting);
  }

  /**
   * Changes a setting: 0, or -ENOENT for a device without.
   *
   * @param setting - `IPV4_DEVCONF_*`
   */
  set(net: Net, target: ConfTarget, setting: number, value: number): number {
    const conf = this.#links.devconf(net, target);
    if (conf === undefined) return -errno.ENOENT;
    const before = conf.get(setting);
    if (setting === IPV4_DEVCONF.FORWARDING) {
      conf.put(setting, value);
      if (before !== value) this.#forward(net, target, value);
    } else if (FLUSHING.has(setting)) {
      conf.put(setting, value);
    } else {
      conf.set(setting, value);
      if (target === 'default') this.#copyDefault(net, setting, value);
      const told = TOLD.get(setting);
      if (told !== undefined && before !== value) this.#links.tellSetting(net, target, told);
    }
    return 0;
  }

  // From net/ipv4/devinet.c:devinet_sysctl_forward, inet_forward_change.
  #forward(net: Net, target: ConfTarget, on: number): void {
    const links = this.#links;
    if (target !== 'all') {
      links.tellSetting(net, target, NETCONFA_FORWARDING);
      return;
    }
    links.devconf(net, 'all')?.put(IPV4_DEVCONF.ACCEPT_REDIRECTS, on === 0 ? 1 : 0);
    links.devconf(net, 'default')?.put(IPV4_DEVCONF.FORWARDING, on);
    links.tellSetting(net, 'all', NETCONFA_FORWARDING);
    links.tellSetting(net, 'default', NETCONFA_FORWARDING);
    for (const [dev, conf] of this.#devices(net)) {
      conf.set(IPV4_DEVCONF.FORWARDING, on);
      links.tellSetting(net, dev, NETCONFA_FORWARDING);
    }
  }

  // From net/ipv4/devinet.c:devinet_copy_dflt_conf.
  #copyDefault(net: Net, setting: number, value: number): void {
    for (const [, conf] of this.#devices(net)) if (!conf.isSet(setting)) conf.put(setting, value);
  }

  #devices(net: Net): [net_device, Devconf][] {
    return net.devices.flatMap((dev): [net_device, Devconf][] => {
      const conf = this.#links.devconf(net, dev);
      return conf === undefined ? [] : [[dev, conf]];
    });
  }
}

/** The index that messages about settings bear. From net/ipv4/devinet.c:devinet_conf_ifindex. */
export function ifindexOf(target: ConfTarget): number {
  if (target === 'all') return NETCONFA_IFINDEX_ALL;
  return target === 'default' ? NETCONFA_IFINDEX_DEFAULT : target.ifindex;
}
