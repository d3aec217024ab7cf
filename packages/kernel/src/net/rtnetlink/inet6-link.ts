import {
  AF_INET6,
  ARPHRD_NONE,
  ARPHRD_SIT,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFF_LOOPBACK,
  IFF_NOARP,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET6_CACHEINFO,
  IFLA_INET6_CONF,
  IFLA_INET6_FLAGS,
  IFLA_INET6_ICMP6STATS,
  IFLA_INET6_MAX,
  IFLA_INET6_RA_MTU,
  IFLA_INET6_STATS,
  IFLA_INET6_TOKEN,
  IN6_ADDR_GEN_MODE_NONE,
  IN6_ADDR_GEN_MODE_RANDOM,
  IN6_ADDR_GEN_MODE_STABLE_PRIVACY,
  ifla_cacheinfo,
  NETCONFA_FORWARDING,
  NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN,
  NETCONFA_MC_FORWARDING,
  NETCONFA_PROXY_NEIGH,
  RTEXT_FILTER_SKIP_STATS,
  RTNLGRP_IPV6_NETCONF,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import { isRunning } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import { DEVCONF6, NetDevconf6, type Devconf6 } from '../ipv6/devconf6.ts';
import { isSettingsName, type ConfTarget, type LinkFamily, type SettingsListener } from './af-spec.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';

/** The least MTU with which a device can do IPv6: IPV6_MIN_MTU. */
const MIN_MTU = 1280;
/** `if_flags`: the device is up and its link is there. include/net/if_inet6.h. */
const IF_READY = 0x8000_0000;
/** Routers were asked for. */
const IF_RS_SENT = 0x10;
/** The greatest payload that is put together again: IPV6_MAXPLEN. */
const MAX_REASM_LEN = 65_535;
/** Milliseconds; Linux draws it by lot around 30 s. A core that does the same each time has no lot. */
const REACHABLE_TIME = 30_000;
/** Milliseconds. */
const RETRANS_TIME = 1000;
/** How many counters `IFLA_INET6_STATS` has, the first being their number itself; and `IFLA_INET6_ICMP6STATS`. */
const IPSTATS = 38;
const ICMP6STATS = 7;

/** The settings that RTM_NEWNETCONF tells, in their order. */
const NETCONF: readonly (readonly [type: number, setting: number])[] = [
  [NETCONFA_FORWARDING, DEVCONF6.FORWARDING],
  [NETCONFA_MC_FORWARDING, DEVCONF6.MC_FORWARDING],
  [NETCONFA_PROXY_NEIGH, DEVCONF6.PROXY_NDP],
  [NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, DEVCONF6.IGNORE_ROUTES_WITH_LINKDOWN],
];

const POLICY = policies(IFLA_INET6_MAX, {
  [IFLA_INET6_ADDR_GEN_MODE]: { type: 'NLA_U8' },
  [IFLA_INET6_TOKEN]: { type: 'NLA_UNSPEC', len: 16 },
  [IFLA_INET6_RA_MTU]: { type: 'NLA_REJECT', reject_message: 'IFLA_INET6_RA_MTU can not be set' },
});

/** `struct inet6_dev`, as far as links show it. */
interface Inet6Device {
  ready: boolean;
  /** Whether it has asked for routers. */
  solicited: boolean;
  readonly conf: Devconf6;
  /** The interface identifier for addresses to come; `null` for none. */
  token: Uint8Array | null;
  /** Whether its settings can be found by its name: `sysctl_header`. */
  named: boolean;
}

/** What IPv6 does with addresses and routes when a device does something. */
export interface Inet6DeviceListener {
  /** A device begins to do IPv6. */
  added(dev: net_device): void;
  /** It comes up, ready or not. */
  up(dev: net_device): void;
  /** It has got ready. */
  ready(dev: net_device): void;
  /** It was ready, and has its carrier again. */
  carrierUp(dev: net_device): void;
  /** It has another MTU than `before`. */
  mtuChanged(dev: net_device, before: number): void;
  /** It has lost its carrier. */
  carrierDown(dev: net_device): void;
  /**
   * It goes down.
   *
   * @param gone - whether it ends doing IPv6
   */
  down(dev: net_device, gone: boolean): void;
  /** It begins or ends to forward. */
  forwarding(dev: net_device, on: boolean): void;
  /** It gives itself addresses, in another way than before. */
  generate(dev: net_device): void;
}

/**
 * What links show of IPv6: whether a device does it, whether it is ready, and its settings. From net/ipv6/addrconf.c.
 *
 * Addresses and routes are kept in net/ipv6, which listens.
 */
export class Inet6Links implements LinkFamily {
  readonly family: number = AF_INET6;
  readonly prefix: string = 'ipv6';
  readonly netconfGroup: number = RTNLGRP_IPV6_NETCONF;
  readonly noDevice = 'EINVAL';
  readonly #told: SettingsListener;
  readonly #changed: (family: LinkFamily, dev: net_device) => void;
  readonly #devices = new Map<net_device, Inet6Device>();
  /** By namespace number. */
  readonly #nets: (NetDevconf6 | undefined)[] = [];
  readonly #table = new AttributeTable(IFLA_INET6_MAX);
  /** Set once addresses stand. */
  listener: Inet6DeviceListener | null = null;

  /**
   * @param told - hears of devices that get settings, or lose them
   * @param changed - hears of devices that are ready, or were changed
   */
  constructor(told: SettingsListener, changed: (family: LinkFamily, dev: net_device) => void) {
    this.#told = told;
    this.#changed = changed;
  }

  // From net/ipv6/addrconf.c:addrconf_notify.
  event(event: netdev_cmd, dev: net_device): number {
    const idev = this.#devices.get(dev);
    switch (event) {
      case NETDEV_EVENT.REGISTER:
        if (idev === undefined && dev.mtu >= MIN_MTU) this.#add(dev);
        break;
      case NETDEV_EVENT.CHANGEMTU:
        if (dev.mtu < MIN_MTU) this.#down(dev, (dev.flags & IFF_LOOPBACK) === 0);
        else if (idev === undefined) {
          const own = this.#add(dev);
          if (own?.ready === true) this.#configure(dev, own);
        } else this.#setMtu(dev, idev);
        break;
      case NETDEV_EVENT.UP:
      case NETDEV_EVENT.CHANGE: {
        if (this.isDisabled(dev)) break;
        if (event === NETDEV_EVENT.UP) this.listener?.up(dev);
        if (!isReady(dev)) {
          if (event === NETDEV_EVENT.CHANGE) this.listener?.carrierDown(dev);
          break;
        }
        const own = idev ?? (event === NETDEV_EVENT.UP && dev.mtu >= MIN_MTU ? this.#add(dev) : undefined);
        if (own === undefined) break;
        if (event === NETDEV_EVENT.CHANGE && own.ready) {
          this.listener?.carrierUp(dev);
          break;
        }
        this.#configure(dev, own);
        break;
      }
      case NETDEV_EVENT.DOWN:
        this.#down(dev, false);
        break;
      case NETDEV_EVENT.UNREGISTER:
        this.#down(dev, true);
        break;
      case NETDEV_EVENT.CHANGENAME:
        // Settings are found by the device's name.
        if (idev === undefined) break;
        if (idev.named) this.#told.changed(this, dev, true);
        idev.named = isSettingsName(dev.name);
        if (!idev.named) return -errno.EINVAL;
        this.#told.changed(this, dev, false);
        break;
      default:
    }
    return 0;
  }

  has(dev: net_device): boolean {
    return this.#devices.has(dev);
  }

  /** Whether a device is ready for IPv6: IF_READY. */
  readonly isReady = (dev: net_device): boolean => this.#devices.get(dev)?.ready === true;

  /** A device asks for routers: IF_RS_SENT. */
  readonly solicit = (dev: net_device): void => {
    const idev = this.#devices.get(dev);
    if (idev !== undefined) idev.solicited = true;
  };

  /** Whether a device is to do no IPv6, though it could: `disable_ipv6`. */
  readonly isDisabled = (dev: net_device): boolean => this.conf(dev, DEVCONF6.DISABLE_IPV6) !== 0;

  /** Whether there is a secret to make a device's addresses of. From net/ipv6/addrconf.c:check_stable_privacy. */
  hasSecret(dev: net_device): boolean {
    return this.secret(dev) !== null;
  }

  /** What a device's stable addresses are made of. */
  secret(dev: net_device): Uint8Array | null {
    // CAST: every device of this kernel was made with a Net of this kernel.
    return this.#devices.get(dev)?.conf.secret ?? this.#net(dev.nd_net as Net).default.secret;
  }

  /** How a device makes addresses: `IN6_ADDR_GEN_MODE_*`. */
  addrGenMode(dev: net_device): number {
    return this.#devices.get(dev)?.conf.get(DEVCONF6.ADDR_GEN_MODE) ?? IN6_ADDR_GEN_MODE_NONE;
  }

  setAddrGenMode(dev: net_device, mode: number): void {
    this.#devices.get(dev)?.conf.set(DEVCONF6.ADDR_GEN_MODE, mode);
  }

  /** A setting of a device: {@link DEVCONF6}; 0 for a device that does no IPv6. */
  conf(dev: net_device, setting: number): number {
    return this.#devices.get(dev)?.conf.get(setting) ?? 0;
  }

  /** The settings of a device, of all, or of those to come; `undefined` for a device that does no IPv6. */
  devconf(net: Net, target: ConfTarget): Devconf6 | undefined {
    return typeof target === 'string' ? this.#net(net)[target] : this.#devices.get(target)?.conf;
  }

  /** Tells of a setting: `NETCONFA_*`. */
  tellSetting(net: Net, target: ConfTarget, type: number): void {
    this.#told.settingChanged(this, net, target, type);
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#nets[net.id] = undefined;
  }

  // From net/ipv6/addrconf.c:inet6_fill_ifla6_attrs.
  fill(writer: MessageWriter, dev: net_device, extMask: number): void {
    const idev = this.#devices.get(dev);
    if (idev === undefined) return;
    writer.putU32(IFLA_INET6_FLAGS, ((idev.ready ? IF_READY : 0) | (idev.solicited ? IF_RS_SENT : 0)) >>> 0);
    const cache = writer.reserveAttribute(IFLA_INET6_CACHEINFO, ifla_cacheinfo.SIZE);
    if (cache !== -1) {
      ifla_cacheinfo.set_max_reasm_len(writer.view, cache, MAX_REASM_LEN);
      ifla_cacheinfo.set_reachable_time(writer.view, cache, REACHABLE_TIME);
      ifla_cacheinfo.set_retrans_time(writer.view, cache, RETRANS_TIME);
    }
    writer.putBytes(IFLA_INET6_CONF, idev.conf.octets);
    if ((extMask & RTEXT_FILTER_SKIP_STATS) === 0) {
      putCounters(writer, IFLA_INET6_STATS, IPSTATS);
      putCounters(writer, IFLA_INET6_ICMP6STATS, ICMP6STATS);
    }
    if (idev.token === null) writer.reserveAttribute(IFLA_INET6_TOKEN, 16);
    else writer.putBytes(IFLA_INET6_TOKEN, idev.token);
    writer.putU8(IFLA_INET6_ADDR_GEN_MODE, idev.conf.get(DEVCONF6.ADDR_GEN_MODE));
  }

  // From net/ipv6/addrconf.c:inet6_netconf_fill_devconf.
  netconf(net: Net, target: ConfTarget): readonly (readonly [type: number, value: number])[] {
    const conf = this.devconf(net, target);
    return conf === undefined ? [] : NETCONF.map(([type, setting]) => [type, conf.get(setting)]);
  }

  // From net/ipv6/addrconf.c:inet6_validate_link_af.
  validate(dev: net_device, bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null): number {
    if (!this.#devices.has(dev)) return -errno.EAFNOSUPPORT;
    const table = this.#table;
    const error = parseAttributes(table, bytes, offset, length, POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const mode = table.u8(IFLA_INET6_ADDR_GEN_MODE);
    if (mode === undefined) return table.has(IFLA_INET6_TOKEN) ? 0 : -errno.EINVAL;
    const lacksSecret = mode === IN6_ADDR_GEN_MODE_STABLE_PRIVACY && !this.hasSecret(dev);
    return mode > IN6_ADDR_GEN_MODE_RANDOM || lacksSecret ? -errno.EINVAL : 0;
  }

  // From net/ipv6/addrconf.c:inet6_set_link_af.
  set(dev: net_device, bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null): number {
    const idev = this.#devices.get(dev);
    if (idev === undefined) return -errno.EAFNOSUPPORT;
    const table = this.#table;
    if (parseAttributes(table, bytes, offset, length, null, Validation.LIBERAL, null) < 0) return -errno.EINVAL;
    const token = table.octets(IFLA_INET6_TOKEN);
    if (token !== undefined) {
      if ((dev.flags & IFF_LOOPBACK) !== 0) return refuse(extack, 'EINVAL', 'ipv6: Device is loopback');
      if ((dev.flags & IFF_NOARP) !== 0) return refuse(extack, 'EINVAL', 'ipv6: Device does not do neighbour discovery');
      idev.token ??= new Uint8Array(16);
      // The upper half is the network's.
      idev.token.set(token.subarray(8, 16), 8);
      this.#changed(this, dev);
    }
    const mode = table.u8(IFLA_INET6_ADDR_GEN_MODE);
    if (mode !== undefined) this.setAddrGenMode(dev, mode);
    return 0;
  }

  // From net/ipv6/addrconf.c:ipv6_add_dev.
  #add(dev: net_device): Inet6Device | undefined {
    // A device whose MTU is too small for IPv6 can have got such a name, and does without IPv6 from then on.
    if (!isSettingsName(dev.name)) return undefined;
    const untimed =
      (dev.flags & IFF_LOOPBACK) !== 0 ||
      dev.type === ARPHRD_TUNNEL ||
      dev.type === ARPHRD_TUNNEL6 ||
      dev.type === ARPHRD_SIT ||
      dev.type === ARPHRD_NONE;
    // CAST: every device of this kernel was made with a Net of this kernel.
    const conf = this.#net(dev.nd_net as Net).default.copy();
    // A secret by which addresses are made to come is for this device, too.
    if (conf.secret !== null) conf.set(DEVCONF6.ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_STABLE_PRIVACY);
    conf.set(DEVCONF6.MTU6, dev.mtu);
    if (untimed) conf.set(DEVCONF6.USE_TEMPADDR, -1);
    if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) conf.set(DEVCONF6.ACCEPT_DAD, -1);
    const idev: Inet6Device = {
      ready: isRunning(dev) && isReady(dev),
      solicited: false,
      conf,
      token: null,
      named: true,
    };
    this.#devices.set(dev, idev);
    this.listener?.added(dev);
    this.#told.changed(this, dev, false);
    return idev;
  }

  #net(net: Net): NetDevconf6 {
    return (this.#nets[net.id] ??= new NetDevconf6());
  }

  /** A device is ready now: it gets its addresses. */
  #configure(dev: net_device, idev: Inet6Device): void {
    idev.ready = true;
    this.listener?.ready(dev);
    if (dev.mtu >= MIN_MTU && idev.conf.get(DEVCONF6.MTU6) !== dev.mtu) this.#setMtu(dev, idev);
    this.#changed(this, dev);
    // Its MTU may have become too small for IPv6 meanwhile.
    if (dev.mtu < MIN_MTU) this.#down(dev, (dev.flags & IFF_LOOPBACK) === 0);
  }

  #setMtu(dev: net_device, idev: Inet6Device): void {
    this.listener?.mtuChanged(dev, idev.conf.get(DEVCONF6.MTU6));
    idev.conf.set(DEVCONF6.MTU6, dev.mtu);
  }

  // From net/ipv6/addrconf.c:addrconf_ifdown.
  #down(dev: net_device, gone: boolean): void {
    this.listener?.down(dev, gone);
    if (gone) {
      if (this.#devices.delete(dev)) this.#told.changed(this, dev, true);
      return;
    }
    const idev = this.#devices.get(dev);
    if (idev === undefined) return;
    idev.ready = false;
    idev.solicited = false;
  }
}

// From net/ipv6/addrconf.c:addrconf_link_ready.
function isReady(dev: net_device): boolean {
  return dev.qdisc_active && (dev.operstate === IF_OPER_UP || dev.operstate === IF_OPER_UNKNOWN);
}

/** Counters that say how many they are, and then that nothing was counted. */
function putCounters(writer: MessageWriter, type: number, count: number): void {
  const at = writer.reserveAttribute(type, 8 * count);
  if (at !== -1) writer.view.setUint32(at, count, true);
}
