import {
  ARPHRD_ARCNET,
  ARPHRD_ETHER,
  ARPHRD_FDDI,
  ARPHRD_IEEE1394,
  ARPHRD_INFINIBAND,
  ARPHRD_LOOPBACK,
  ARPHRD_NONE,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  IFAPROT_KERNEL_LL,
  IFAPROT_KERNEL_LO,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IN6_ADDR_GEN_MODE_EUI64,
  IN6_ADDR_GEN_MODE_NONE,
  IN6_ADDR_GEN_MODE_RANDOM,
  IN6_ADDR_GEN_MODE_STABLE_PRIVACY,
  RTM_DELADDR,
  RTM_NEWADDR,
  RTAX_MTU,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { carrierOk } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import type { Inet6DeviceListener, Inet6Links } from '../rtnetlink/inet6-link.ts';
import type { Addrconf, AddrconfDeps, Ifa6Config } from './addrconf.ts';
import { DEVCONF6 } from './devconf6.ts';
import { eui64, randomIdentifier } from './eui64.ts';
import { RTF } from './fib6-info.ts';
import { Inet6Device, NO_PEER, STATE } from './inet6-device.ts';
import { ADDR, LOOPBACK, linkLocal, SCOPE, typeOf, type In6 } from './ipv6-address.ts';
import { hostRoute, multicastRoute, prefixRoute } from './prefix-route.ts';
import { stableAddress } from './stable-address.ts';

/** ARPHRD_RAWIP and ARPHRD_6LOWPAN are newer than the headers that the constants are from. */
const ARPHRD_RAWIP = 519;
const ARPHRD_6LOWPAN = 825;

/** The groups of all routers. */
const LINK_LOCAL_ROUTERS = routers(2);
const INTERFACE_LOCAL_ROUTERS = routers(1);
const SITE_LOCAL_ROUTERS = routers(5);

/** The types of device that give themselves an address of their link. */
const CONFIGURED: readonly number[] = [
  ARPHRD_ETHER,
  ARPHRD_FDDI,
  ARPHRD_ARCNET,
  ARPHRD_INFINIBAND,
  ARPHRD_IEEE1394,
  ARPHRD_TUNNEL6,
  ARPHRD_6LOWPAN,
  ARPHRD_TUNNEL,
  ARPHRD_NONE,
  ARPHRD_RAWIP,
];

/**
 * What IPv6 does when devices come, get ready, and go: the part of net/ipv6/addrconf.c:addrconf_notify that is about
 * addresses and routes.
 */
export class AddrconfDevices implements Inet6DeviceListener {
  readonly #deps: AddrconfDeps;
  readonly #addrconf: Addrconf;
  readonly #links: Inet6Links;

  constructor(deps: AddrconfDeps, addrconf: Addrconf, links: Inet6Links) {
    this.#deps = deps;
    this.#addrconf = addrconf;
    this.#links = links;
  }

  added(dev: net_device): void {
    this.#deps.ndisc.addParms(dev);
    // CAST: every device of this kernel was made with a Net of this kernel.
    const idev = new Inet6Device(dev, dev.nd_net as Net, this.#deps.timers.now(), this.#deps.multicast);
    this.#deps.addresses.add(idev);
    const isRouter = this.#links.conf(dev, DEVCONF6.FORWARDING) !== 0 && (dev.flags & IFF_MULTICAST) !== 0;
    if (isRouter) idev.join(LINK_LOCAL_ROUTERS, this.#deps.timers.now());
  }

  /** The device comes up: addresses that it was given before get their routes. From net/ipv6/addrconf.c:addrconf_permanent_addr. */
  up(dev: net_device): void {
    const { addresses, create, routes } = this.#deps;
    for (const ifp of [...(addresses.device(dev)?.addresses ?? [])]) {
      if ((ifp.flags & IFA_F_PERMANENT) === 0) continue;
      if (ifp.route?.linked !== true) {
        const route = create.create(hostRoute(dev, ifp.addr), null);
        if (typeof route === 'number') {
          this.#addrconf.delete(ifp);
          continue;
        }
        ifp.route = route;
      }
      if ((ifp.flags & IFA_F_NOPREFIXROUTE) === 0) routes.add(prefixRoute(dev, ifp.addr, ifp.prefixLength, ifp.metric, null), null);
      if (ifp.state === STATE.PREDAD) this.#addrconf.dad.start(ifp);
    }
  }

  /** The device has got ready: it gives itself addresses. From net/ipv6/addrconf.c:addrconf_init_auto_addrs. */
  ready(dev: net_device): void {
    const idev = this.#deps.addresses.device(dev);
    if (idev === undefined) return;
    idev.listen();
    this.generate(dev);
    this.#addrconf.dad.run(idev);
    this.#syncUp(dev, RTNH_F_DEAD | (carrierOk(dev) ? RTNH_F_LINKDOWN : 0));
  }

  generate(dev: net_device): void {
    const idev = this.#deps.addresses.device(dev);
    if (idev === undefined) return;
    if (dev.type === ARPHRD_LOOPBACK) this.#addLoopback(idev);
    else if (CONFIGURED.includes(dev.type) && !this.#links.isDisabled(dev)) this.#configure(idev);
  }

  /** It begins or ends to be a router, which is in the groups of routers, and answers for subnets. From net/ipv6/addrconf.c:dev_forward_change. */
  forwarding(dev: net_device, on: boolean): void {
    const { addresses, timers } = this.#deps;
    const idev = addresses.device(dev);
    if (idev === undefined) return;
    const groups = (dev.flags & IFF_MULTICAST) === 0 ? [] : [LINK_LOCAL_ROUTERS, INTERFACE_LOCAL_ROUTERS, SITE_LOCAL_ROUTERS];
    for (const group of groups) {
      if (on) idev.join(group, timers.now());
      else idev.leave(group);
    }
    for (const ifp of idev.addresses.filter(({ flags }) => (flags & IFA_F_TENTATIVE) === 0)) {
      if (on) this.#addrconf.anycast.join(ifp);
      else this.#addrconf.anycast.leave(ifp);
    }
  }

  /** A device that is ready has its carrier again. */
  carrierUp(dev: net_device): void {
    this.#deps.addresses.device(dev)?.listen();
    this.#syncUp(dev, RTNH_F_LINKDOWN);
  }

  /** A device has another MTU: so have the routes that had its own, or more. From net/ipv6/route.c:rt6_mtu_change. */
  mtuChanged(dev: net_device, before: number): void {
    // CAST: every device of this kernel was made with a Net of this kernel.
    this.#deps.routes.clean(dev.nd_net as Net, ({ nh, metrics }) => {
      if (nh.dev !== dev || metrics === null || metrics.isLocked(RTAX_MTU)) return 'keep';
      const mtu = metrics.values[RTAX_MTU] ?? 0;
      if (mtu >= dev.mtu || mtu === before) metrics.values[RTAX_MTU] = dev.mtu;
      return 'keep';
    });
  }

  /** A device has lost its carrier. From net/ipv6/route.c:rt6_sync_down_dev. */
  carrierDown(dev: net_device): void {
    // CAST: every device of this kernel was made with a Net of this kernel.
    this.#deps.routes.clean(dev.nd_net as Net, (info) => {
      if (info.nexthop === null && info.nh.dev === dev && (info.flags & (RTF.LOCAL | RTF.ANYCAST)) === 0) info.nh.flags |= RTNH_F_LINKDOWN;
      return 'keep';
    });
  }

  /** The device goes down or goes: its routes and addresses go. From net/ipv6/addrconf.c:addrconf_ifdown. */
  down(dev: net_device, gone: boolean): void {
    const { addresses } = this.#deps;
    const { ndisc } = this.#deps;
    this.#flushRoutes(dev, gone);
    ndisc.flush(dev, false, true);
    const idev = addresses.device(dev);
    if (idev === undefined) return;
    if (gone) idev.dead = true;
    const keeps = !gone && !this.#links.isDisabled(dev) && this.#keepsAddresses(idev);
    for (const ifp of [...idev.addresses]) {
      this.#addrconf.dad.stop(ifp);
      if (keeps && (ifp.flags & IFA_F_PERMANENT) !== 0 && !isOwnOfLink(ifp.addr)) {
        this.#addrconf.suspend(ifp);
        continue;
      }
      const wasDead = ifp.state === STATE.DEAD;
      ifp.state = STATE.DEAD;
      if (!wasDead) this.#addrconf.notify(RTM_DELADDR, ifp);
      idev.unlink(ifp);
    }
    if (gone) this.#addrconf.anycast.clear(idev);
    if (gone || this.#links.isReady(dev)) idev.ignore();
    if (!gone) return;
    ndisc.removeParms(dev);
    addresses.remove(dev);
  }

  /** Whether addresses outlast a device that goes down: `keep_addr_on_down` of all, or else the device's own. */
  #keepsAddresses({ dev, net }: Inet6Device): boolean {
    const setting = DEVCONF6.KEEP_ADDR_ON_DOWN;
    return (this.#links.devconf(net, 'all')?.get(setting) || this.#links.conf(dev, setting)) > 0;
  }

  // From net/ipv6/route.c:fib6_ifdown.
  #flushRoutes(dev: net_device, gone: boolean): void {
    const { routes } = this.#deps;
    // CAST: every device of this kernel was made with a Net of this kernel.
    routes.clean(dev.nd_net as Net, (info) => {
      const { siblings, nh } = info;
      // Objects go with their device, and take their routes along.
      if (info.nexthop !== null) return 'keep';
      if (gone || siblings === null) return nh.dev === dev ? 'delete' : 'keep';
      if (!siblings.some((sibling) => sibling.nh.dev === dev)) return 'keep';
      const isDead = (sibling: typeof info): boolean => sibling.nh.dev === dev || (sibling.nh.flags & RTNH_F_DEAD) !== 0;
      if (siblings.every(isDead)) {
        for (const sibling of siblings.slice()) if (sibling !== info) routes.remove(sibling, null);
        return 'delete';
      }
      for (const sibling of siblings) if (sibling.nh.dev === dev) sibling.nh.flags |= RTNH_F_DEAD | RTNH_F_LINKDOWN;
      return 'keep';
    });
  }

  // From net/ipv6/route.c:fib6_ifup.
  #syncUp(dev: net_device, cleared: number): void {
    // CAST: every device of this kernel was made with a Net of this kernel.
    this.#deps.routes.clean(dev.nd_net as Net, (info) => {
      if (info.nexthop === null && info.nh.dev === dev) info.nh.flags &= ~cleared;
      return 'keep';
    });
  }

  // From net/ipv6/addrconf.c:init_loopback, add_addr.
  #addLoopback(idev: Inet6Device): void {
    const ifp = this.#addrconf.create(idev, permanent(LOOPBACK, 128, IFAPROT_KERNEL_LO, 0), SCOPE.HOST, null);
    if (typeof ifp === 'number') return;
    ifp.flags &= ~IFA_F_TENTATIVE;
    this.#addrconf.notify(RTM_NEWADDR, ifp);
  }

  // From net/ipv6/addrconf.c:addrconf_dev_config, addrconf_addr_gen.
  #configure(idev: Inet6Device): void {
    const { dev } = idev;
    if ((dev.flags & IFF_LOOPBACK) === 0) this.#deps.routes.add(multicastRoute(dev), null);
    // A device without an address of its own cannot make one out of it.
    let mode = this.#links.addrGenMode(dev);
    if (dev.type === ARPHRD_NONE && mode === IN6_ADDR_GEN_MODE_EUI64) this.#links.setAddrGenMode(dev, (mode = IN6_ADDR_GEN_MODE_RANDOM));
    if (mode === IN6_ADDR_GEN_MODE_NONE) return;
    const isRandom = mode === IN6_ADDR_GEN_MODE_RANDOM;
    if (mode === IN6_ADDR_GEN_MODE_STABLE_PRIVACY) {
      const secret = this.#links.secret(dev);
      if (secret !== null) this.#addLinkLocal(idev, stableAddress(dev, secret, linkLocal(new Uint8Array(8))), IFA_F_STABLE_PRIVACY);
      return;
    }
    const identifier = isRandom ? randomIdentifier(dev) : eui64(dev);
    if (identifier !== null) this.#addLinkLocal(idev, linkLocal(identifier), isRandom ? IFA_F_STABLE_PRIVACY : 0);
  }

  // From net/ipv6/addrconf.c:addrconf_add_linklocal.
  #addLinkLocal(idev: Inet6Device, addr: In6, flags: number): void {
    const ifp = this.#addrconf.create(idev, permanent(addr, 64, IFAPROT_KERNEL_LL, flags), SCOPE.LINK, null);
    if (typeof ifp === 'number') return;
    this.#deps.routes.add(prefixRoute(idev.dev, ifp.addr, ifp.prefixLength, 0, null), null);
    this.#addrconf.dad.start(ifp);
  }
}

/** Whether an address is of no use beyond its link. From net/ipv6/addrconf.c:addr_is_local. */
function isOwnOfLink(addr: In6): boolean {
  return (typeOf(addr) & (ADDR.LINKLOCAL | ADDR.LOOPBACK)) !== 0;
}

/** An address that the kernel gives itself. */
function permanent(addr: In6, prefixLength: number, proto: number, flags: number): Ifa6Config {
  return {
    addr,
    peer: NO_PEER,
    prefixLength,
    metric: 0,
    proto,
    flags: flags | IFA_F_PERMANENT,
    valid: INFINITY_LIFE_TIME,
    preferred: INFINITY_LIFE_TIME,
  };
}

function routers(scope: number): In6 {
  return Uint8Array.of(0xff, scope, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
}
