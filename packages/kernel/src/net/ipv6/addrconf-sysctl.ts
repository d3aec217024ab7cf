import { NETCONFA_FORWARDING, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, NETCONFA_PROXY_NEIGH } from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';
import type { ConfTarget } from '../rtnetlink/af-spec.ts';
import type { Inet6Links } from '../rtnetlink/inet6-link.ts';
import { DEVCONF6, type Devconf6 } from './devconf6.ts';
import type { In6 } from './ipv6-address.ts';

/** Ways to make addresses: `IN6_ADDR_GEN_MODE_*`. */
const STABLE_PRIVACY = 2;
const MOST_MODE = 3;

/**
 * Changes of IPv6's settings through files, and what follows from them: net/ipv6/addrconf.c.
 */
export class AddrconfSysctl {
  readonly #links: Inet6Links;

  constructor(links: Inet6Links) {
    this.#links = links;
  }

  /** The settings of a device, of all, or of those to come; `undefined` for a device that does no IPv6. */
  conf(net: Net, target: ConfTarget): Devconf6 | undefined {
    return this.#links.devconf(net, target);
  }

  /**
   * Changes a setting: 0, -ENOENT for a device without, -EINVAL.
   *
   * @param setting - one of {@link DEVCONF6}, or another `DEVCONF_*`
   */
  set(net: Net, target: ConfTarget, setting: number, value: number): number {
    const conf = this.conf(net, target);
    if (conf === undefined) return -errno.ENOENT;
    switch (setting) {
      case DEVCONF6.FORWARDING:
        this.#setForwarding(net, target, conf, value);
        return 0;
      case DEVCONF6.IGNORE_ROUTES_WITH_LINKDOWN:
        this.#setLinkdown(net, target, conf, value);
        return 0;
      case DEVCONF6.DISABLE_IPV6:
        this.#setDisabled(net, target, conf, value);
        return 0;
      case DEVCONF6.ADDR_GEN_MODE:
        return this.#setMode(net, target, conf, value);
      case DEVCONF6.PROXY_NDP: {
        const before = conf.get(setting);
        conf.set(setting, value);
        if (before !== value) this.#links.tellSetting(net, target, NETCONFA_PROXY_NEIGH);
        return 0;
      }
      default:
        conf.set(setting, value);
        return 0;
    }
  }

  /** Gives a secret to make addresses of. From net/ipv6/addrconf.c:addrconf_sysctl_stable_secret. */
  setSecret(net: Net, target: ConfTarget, secret: In6): number {
    const conf = this.conf(net, target);
    if (conf === undefined) return -errno.ENOENT;
    conf.secret = secret;
    if (target === 'default') for (const [, own] of this.#devices(net)) own.set(DEVCONF6.ADDR_GEN_MODE, STABLE_PRIVACY);
    else conf.set(DEVCONF6.ADDR_GEN_MODE, STABLE_PRIVACY);
    return 0;
  }

  // From net/ipv6/addrconf.c:addrconf_fixup_forwarding.
  #setForwarding(net: Net, target: ConfTarget, conf: Devconf6, value: number): void {
    const links = this.#links;
    const flips = turns(conf, DEVCONF6.FORWARDING, value);
    conf.set(DEVCONF6.FORWARDING, value);
    if (typeof target !== 'string') {
      if (flips) this.#forward(net, target, value);
      return;
    }
    if (target === 'all') {
      const dflt = this.conf(net, 'default');
      if (dflt !== undefined) this.#setForwarding(net, 'default', dflt, value);
      for (const [dev, own] of this.#devices(net)) {
        const changes = turns(own, DEVCONF6.FORWARDING, value);
        own.set(DEVCONF6.FORWARDING, value);
        if (changes) this.#forward(net, dev, value);
      }
    }
    if (flips) links.tellSetting(net, target, NETCONFA_FORWARDING);
  }

  // From net/ipv6/addrconf.c:dev_forward_change.
  #forward(net: Net, dev: net_device, value: number): void {
    this.#links.listener?.forwarding(dev, value !== 0);
    this.#links.tellSetting(net, dev, NETCONFA_FORWARDING);
  }

  // From net/ipv6/addrconf.c:addrconf_fixup_linkdown.
  #setLinkdown(net: Net, target: ConfTarget, conf: Devconf6, value: number): void {
    const links = this.#links;
    const setting = DEVCONF6.IGNORE_ROUTES_WITH_LINKDOWN;
    const flips = turns(conf, setting, value);
    conf.set(setting, value);
    if (target === 'all') {
      this.conf(net, 'default')?.set(setting, value);
      for (const [dev, own] of this.#devices(net)) {
        const changes = turns(own, setting, value);
        own.set(setting, value);
        if (changes) links.tellSetting(net, dev, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN);
      }
    }
    if (flips) links.tellSetting(net, target, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN);
  }

  // From net/ipv6/addrconf.c:addrconf_disable_ipv6.
  #setDisabled(net: Net, target: ConfTarget, conf: Devconf6, value: number): void {
    const setting = DEVCONF6.DISABLE_IPV6;
    const changing = target === 'all' ? this.#devices(net) : target === 'default' ? [] : [[target, conf] as const];
    const turned = changing.filter(([, own]) => turns(own, setting, value));
    conf.set(setting, value);
    if (target === 'all') this.conf(net, 'default')?.set(setting, value);
    for (const [dev, own] of changing) {
      own.set(setting, value);
      if (turned.some(([other]) => other === dev)) this.#links.event(value === 0 ? NETDEV_EVENT.UP : NETDEV_EVENT.DOWN, dev);
    }
  }

  // From net/ipv6/addrconf.c:addrconf_sysctl_addr_gen_mode.
  #setMode(net: Net, target: ConfTarget, conf: Devconf6, mode: number): number {
    const setting = DEVCONF6.ADDR_GEN_MODE;
    if (mode < 0 || mode > MOST_MODE) return -errno.EINVAL;
    if (typeof target !== 'string' && mode === STABLE_PRIVACY && !this.#links.hasSecret(target)) return -errno.EINVAL;
    const changing = target === 'all' ? this.#devices(net) : target === 'default' ? [] : [[target, conf] as const];
    if (target === 'all') this.conf(net, 'default')?.set(setting, mode);
    for (const [dev, own] of changing) {
      if (own.get(setting) === mode) continue;
      own.set(setting, mode);
      this.#links.listener?.generate(dev);
    }
    conf.set(setting, mode);
    return 0;
  }

  #devices(net: Net): (readonly [net_device, Devconf6])[] {
    return net.devices.flatMap((dev) => {
      const conf = this.conf(net, dev);
      return conf === undefined ? [] : [[dev, conf] as const];
    });
  }
}

/** Whether a setting that is on or off becomes the other. */
function turns(conf: Devconf6, setting: number, value: number): boolean {
  return (conf.get(setting) !== 0) !== (value !== 0);
}
