import {
  IFA_F_DADFAILED,
  IFA_F_DEPRECATED,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  RTM_DELADDR,
  RTM_NEWADDR,
  RTNLGRP_IPV6_IFADDR,
} from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { AddressList } from '../core/dev-addr-lists.ts';
import type { NeighbourTable } from '../core/neighbour.ts';
import type { Net } from '../core/net-namespace.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { Lifetimes6 } from './addrconf-lifetimes.ts';
import { Anycast } from './anycast.ts';
import { Dad } from './dad.ts';
import { DEVCONF6 } from './devconf6.ts';
import type { Fib6Create } from './fib6-create.ts';
import { RTF } from './fib6-info.ts';
import type { Fib6Routes } from './fib6-routes.ts';
import type { Fib6 } from './fib6.ts';
import { fillIfaddr6, IFADDR6_SIZE } from './ifaddr6-fill.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { hasPeer, STATE, type Inet6Device, type Inet6Ifaddr } from './inet6-device.ts';
import { ADDR, SCOPE, equal, isAny, isMulticast, keyOf, samePrefix, scopeOf, solicitedNode, typeOf, type In6 } from './ipv6-address.ts';
import { findPrefixRoute, hostRoute, multicastRoute, prefixRoute, type RouteEnd } from './prefix-route.ts';

/** An address as it is asked for: `struct ifa6_config`. */
export interface Ifa6Config {
  readonly addr: In6;
  /** `::` for none. */
  readonly peer: In6;
  readonly prefixLength: number;
  readonly metric: number;
  readonly proto: number;
  flags: number;
  readonly valid: number;
  readonly preferred: number;
}

/** What {@link Addrconf} stands on. */
export interface AddrconfDeps {
  readonly addresses: Inet6Addresses;
  readonly fib6: Fib6;
  readonly create: Fib6Create;
  readonly routes: Fib6Routes;
  readonly ndisc: NeighbourTable;
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
  /** What devices listen to. */
  readonly multicast: AddressList;
  readonly schedule: (task: () => void) => void;
  /** Whether a device is ready for IPv6. */
  readonly isReady: (dev: net_device) => boolean;
  /** Whether a device is to do no IPv6. */
  readonly isDisabled: (dev: net_device) => boolean;
  /** A setting of a device, and of all. */
  readonly conf: (dev: net_device, setting: number) => number;
  readonly confOfAll: (net: Net, setting: number) => number;
  /** Asks for routers, where a device does. */
  readonly solicit: (dev: net_device) => void;
  readonly faults: Faults;
}

/**
 * IPv6 addresses of devices: net/ipv6/addrconf.c. All under RTNL.
 */
export class Addrconf {
  readonly dad: Dad;
  /** What routers answer for. */
  readonly anycast: Anycast;
  readonly #deps: AddrconfDeps;
  readonly #lifetimes: Lifetimes6;
  /** By namespace number. */
  readonly #joined: Set<string>[] = [];

  constructor(deps: AddrconfDeps) {
    this.#deps = deps;
    this.anycast = new Anycast(deps);
    this.dad = new Dad(deps, (ifp) => {
      this.notify(RTM_NEWADDR, ifp);
      // From net/ipv6/addrconf.c:addrconf_dad_completed.
      const { dev } = ifp.idev;
      if (ifp.scope === SCOPE.LINK && isLonely(ifp) && (dev.flags & IFF_LOOPBACK) === 0 && this.#seeksRouters(dev)) deps.solicit(dev);
    });
    this.#lifetimes = new Lifetimes6(deps, {
      expired: (ifp) => {
        this.delete(ifp);
      },
      deprecated: (ifp) => {
        this.notify(0, ifp);
      },
    });
  }

  /** Adds an address as a user asks for it. From net/ipv6/addrconf.c:inet6_addr_add. */
  add(idev: Inet6Device, config: Ifa6Config, extack: netlink_ext_ack | null): number {
    if (config.prefixLength > 128) return refuse(extack, 'EINVAL', 'ipv6: Invalid prefix length');
    if (config.valid === 0 || config.preferred > config.valid) return refuse(extack, 'EINVAL', 'ipv6: address lifetime invalid');
    if ((config.flags & IFA_F_MANAGETEMPADDR) !== 0 && config.prefixLength !== 64) {
      return refuse(extack, 'EINVAL', 'ipv6: address with "mngtmpaddr" flag must have a prefix length of 64');
    }
    if (this.#deps.isDisabled(idev.dev)) return refuse(extack, 'EACCES', 'ipv6: IPv6 is disabled on this device');
    if ((idev.dev.flags & IFF_LOOPBACK) === 0) this.#deps.routes.add(multicastRoute(idev.dev), null);
    const joins = (config.flags & IFA_F_MCAUTOJOIN) !== 0;
    if (joins) {
      const error = this.#join(idev, config.addr);
      if (error < 0) return fail(extack, error, 'ipv6: Multicast auto join failed');
    }
    const end = setLifetimes(config);
    const ifp = this.create(idev, config, scopeOf(config.addr), extack);
    if (typeof ifp === 'number') {
      if (joins) this.#leave(idev, config.addr);
      return ifp;
    }
    if ((config.flags & IFA_F_NOPREFIXROUTE) === 0) this.addPrefixRoute(ifp, ifp.addr, end);
    if ((ifp.flags & (IFA_F_OPTIMISTIC | IFA_F_NODAD)) === 0) this.notify(0, ifp);
    this.dad.start(ifp);
    this.#lifetimes.verify();
    return 0;
  }

  /** Makes an address and lists it, and tells nobody. From net/ipv6/addrconf.c:ipv6_add_addr. */
  create(idev: Inet6Device, config: Ifa6Config, scope: number, extack: netlink_ext_ack | null): Inet6Ifaddr | number {
    const { faults, create, timers } = this.#deps;
    const type = typeOf(config.addr);
    if (type === 0) return refuse(extack, 'EADDRNOTAVAIL', 'ipv6: Invalid address');
    if ((type & ADDR.MULTICAST) !== 0 && (config.flags & IFA_F_MCAUTOJOIN) === 0) {
      return refuse(extack, 'EADDRNOTAVAIL', 'ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag');
    }
    if ((type & ADDR.LOOPBACK) !== 0 && (type & ADDR.MULTICAST) === 0 && (idev.dev.flags & IFF_LOOPBACK) === 0) {
      return refuse(extack, 'EADDRNOTAVAIL', 'ipv6: Cannot assign loopback address on this device');
    }
    if (idev.dead) return refuse(extack, 'ENODEV', 'ipv6: device is going away');
    if (this.#deps.isDisabled(idev.dev)) return refuse(extack, 'EACCES', 'ipv6: IPv6 is disabled on this device');
    if (faults.shouldFail('inet6_ifaddr')) return -errno.ENOBUFS;
    const route = create.create(hostRoute(idev.dev, config.addr), extack);
    if (typeof route === 'number') return route;
    if (idev.find(config.addr) !== undefined) return -errno.EEXIST;
    const now = timers.now();
    const ifp: Inet6Ifaddr = {
      idev,
      addr: config.addr,
      peer: config.peer,
      prefixLength: config.prefixLength,
      scope,
      metric: config.metric,
      flags: config.flags | ((config.flags & IFA_F_NODAD) === 0 ? IFA_F_TENTATIVE : 0),
      proto: config.proto,
      validLft: config.valid,
      preferredLft: config.preferred,
      cstamp: now,
      tstamp: now,
      state: STATE.PREDAD,
      probes: 0,
      work: null,
      route,
    };
    idev.link(ifp);
    return ifp;
  }

  /** Deletes an address, and the route to its subnet if nobody else needs it. From net/ipv6/addrconf.c:ipv6_del_addr. */
  delete(ifp: Inet6Ifaddr): void {
    if (ifp.state === STATE.DEAD) return;
    ifp.state = STATE.DEAD;
    const wasRouted = (ifp.flags & IFA_F_PERMANENT) !== 0 && (ifp.flags & IFA_F_NOPREFIXROUTE) === 0;
    const end = wasRouted ? prefixEnd(ifp, this.#deps.timers.now()) : 'stays';
    ifp.idev.unlink(ifp);
    this.dad.stop(ifp);
    this.notify(RTM_DELADDR, ifp);
    this.endPrefixRoute(ifp, ifp.addr, end);
    this.#forgetSource(ifp);
    this.#lifetimes.verify();
    if (isMulticast(ifp.addr)) this.#leave(ifp.idev, ifp.addr);
  }

  /** Keeps an address of a device that goes down until it comes up, without its route. From net/ipv6/addrconf.c:addrconf_ifdown. */
  suspend(ifp: Inet6Ifaddr): void {
    ifp.state = STATE.PREDAD;
    if ((ifp.flags & IFA_F_NODAD) === 0) ifp.flags |= IFA_F_TENTATIVE;
    const { route } = ifp;
    ifp.route = null;
    if (route !== null) this.#deps.routes.remove(route, null);
    if (this.#deps.conf(ifp.idev.dev, DEVCONF6.FORWARDING) !== 0) this.anycast.leave(ifp);
    ifp.idev.leave(solicitedNode(ifp.addr));
  }

  /** Changes an address. From net/ipv6/addrconf.c:inet6_addr_modify. */
  modify(ifp: Inet6Ifaddr, config: Ifa6Config): number {
    const { timers } = this.#deps;
    if (config.valid === 0 || config.preferred > config.valid) return -errno.EINVAL;
    if ((config.flags & IFA_F_MANAGETEMPADDR) !== 0 && ifp.prefixLength !== 64) return -errno.EINVAL;
    if ((ifp.flags & IFA_F_TENTATIVE) === 0 || (ifp.flags & IFA_F_DADFAILED) !== 0) config.flags &= ~IFA_F_OPTIMISTIC;
    const end = setLifetimes(config);
    const newPeer = !isAny(config.peer) && !equal(config.peer, ifp.peer);
    if (newPeer && hasPeer(ifp)) this.endPrefixRoute(ifp, ifp.peer, 'now');
    const hadRoute = (ifp.flags & IFA_F_PERMANENT) !== 0 && (ifp.flags & IFA_F_NOPREFIXROUTE) === 0;
    const changeable =
      IFA_F_DEPRECATED | IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE;
    ifp.flags = ((ifp.flags & ~changeable) | config.flags) >>> 0;
    ifp.tstamp = timers.now();
    ifp.validLft = config.valid;
    ifp.preferredLft = config.preferred;
    ifp.proto = config.proto;
    if (config.metric !== 0) ifp.metric = config.metric;
    if (newPeer) ifp.peer = config.peer;
    if ((ifp.flags & IFA_F_TENTATIVE) === 0) this.notify(0, ifp);
    if ((config.flags & IFA_F_NOPREFIXROUTE) === 0) {
      if (!hadRoute || !this.#modifyPrefixRoute(ifp, ifp.addr, end)) this.addPrefixRoute(ifp, ifp.addr, end);
      if (hasPeer(ifp) && (!hadRoute || !this.#modifyPrefixRoute(ifp, ifp.peer, end))) this.addPrefixRoute(ifp, ifp.peer, end);
    } else if (hadRoute) {
      this.endPrefixRoute(ifp, ifp.addr, prefixEnd(ifp, timers.now()));
    }
    this.#lifetimes.verify();
    return 0;
  }

  /** Whether a device wants to hear of routers, and asks for them. From include/net/addrconf.h:ipv6_accept_ra. */
  #seeksRouters(dev: net_device): boolean {
    const { conf } = this.#deps;
    const accepts = conf(dev, DEVCONF6.ACCEPT_RA);
    return (conf(dev, DEVCONF6.FORWARDING) === 0 ? accepts !== 0 : accepts === 2) && conf(dev, DEVCONF6.RTR_SOLICITS) !== 0;
  }

  /**
   * Tells of an address, and puts its host route in or takes it out. From net/ipv6/addrconf.c:__ipv6_ifa_notify.
   *
   * @param event - RTM_NEWADDR, RTM_DELADDR; 0 only tells
   */
  notify(event: number, ifp: Inet6Ifaddr): void {
    const { routes, addresses, sockets, timers, fib6 } = this.#deps;
    const { idev } = ifp;
    const { dev, net } = idev;
    const message = { type: event === 0 ? RTM_NEWADDR : event, flags: 0, portid: 0, seq: 0, nsid: -1 };
    tell(sockets, net, RTNLGRP_IPV6_IFADDR, null, IFADDR6_SIZE, (writer) => fillIfaddr6(writer, ifp, message, timers.now()));
    const { route } = ifp;
    if (event === RTM_NEWADDR) {
      if (route !== null && !route.linked) routes.insert(route, { nlflags: null, requester: null }, null);
      if (this.#deps.conf(dev, DEVCONF6.FORWARDING) !== 0) this.anycast.join(ifp);
      if (hasPeer(ifp)) routes.add(prefixRoute(dev, ifp.peer, 128, ifp.metric, null), null);
    } else if (event === RTM_DELADDR) {
      if (this.#deps.conf(dev, DEVCONF6.FORWARDING) !== 0) this.anycast.leave(ifp);
      idev.leave(solicitedNode(ifp.addr));
      const peer = hasPeer(ifp) ? findPrefixRoute(fib6, dev, ifp.peer, 128, 0, false) : undefined;
      if (peer !== undefined) routes.remove(peer, null);
      if (route !== null) routes.remove(route, null);
      ifp.route = null;
    }
    addresses.bump(net);
  }

  /** Gives an address the route to its subnet. From net/ipv6/addrconf.c:addrconf_prefix_route. */
  addPrefixRoute({ idev, prefixLength, metric }: Inet6Ifaddr, prefix: In6, end: RouteEnd): void {
    // What is there already, or cannot be, is nobody's concern: nobody asked for it.
    this.#deps.routes.add(prefixRoute(idev.dev, prefix, prefixLength, metric, end), null);
  }

  /** The route to an address's subnet goes, or gets an end. From net/ipv6/addrconf.c:cleanup_prefix_route. */
  endPrefixRoute(ifp: Inet6Ifaddr, prefix: In6, end: PrefixEnd): void {
    if (end === 'stays') return;
    const { fib6, routes } = this.#deps;
    const route = findPrefixRoute(fib6, ifp.idev.dev, prefix, ifp.prefixLength, RTF.DEFAULT, true);
    if (route === undefined) return;
    if (end === 'now') routes.remove(route, null);
    else if ((route.flags & RTF.EXPIRES) === 0) routes.setExpires(route, end);
  }

  /** The groups that addresses with IFA_F_MCAUTOJOIN have joined. From net/ipv6/mcast.c:ipv6_sock_mc_join. */
  #join(idev: Inet6Device, addr: In6): number {
    if (!isMulticast(addr)) return -errno.EINVAL;
    const key = `${String(idev.dev.ifindex)} ${keyOf(addr)}`;
    const joined = this.#joined[idev.net.id] ?? new Set();
    this.#joined[idev.net.id] = joined;
    if (joined.has(key)) return -errno.EADDRINUSE;
    joined.add(key);
    idev.join(addr, this.#deps.timers.now());
    return 0;
  }

  #leave(idev: Inet6Device, addr: In6): void {
    if (this.#joined[idev.net.id]?.delete(`${String(idev.dev.ifindex)} ${keyOf(addr)}`) === true) idev.leave(addr);
  }

  /** From net/ipv6/addrconf.c:modify_prefix_route. Gives whether there was one. */
  #modifyPrefixRoute(ifp: Inet6Ifaddr, prefix: In6, end: RouteEnd): boolean {
    const { fib6, routes, timers } = this.#deps;
    const { dev } = ifp.idev;
    const route = findPrefixRoute(fib6, dev, prefix, ifp.prefixLength, RTF.DEFAULT, true);
    if (route === undefined) return false;
    const wanted = prefixRoute(dev, prefix, ifp.prefixLength, ifp.metric, end);
    if (route.metric !== wanted.metric) {
      routes.remove(route, null);
      routes.add(wanted, null);
    } else if (end === null) {
      route.flags &= ~RTF.EXPIRES;
    } else {
      routes.setExpires(route, timers.now() + 1000 * end);
    }
    return true;
  }

  /** Routes whose source an address was have none any more. From net/ipv6/route.c:rt6_remove_prefsrc. */
  #forgetSource({ idev, addr }: Inet6Ifaddr): void {
    const { routes, addresses } = this.#deps;
    routes.clean(idev.net, (info) => {
      if (info.prefsrc !== null && equal(info.prefsrc, addr) && !addresses.isLocal(idev.net, addr, info.nh.dev)) info.prefsrc = null;
      return 'keep';
    });
  }
}

/** Whether nothing else of its device can be spoken from on its link. From net/ipv6/addrconf.c:ipv6_lonely_lladdr. */
function isLonely(ifp: Inet6Ifaddr): boolean {
  const usable = IFA_F_PERMANENT | IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED;
  return ifp.idev.addresses.every((other) => other === ifp || other.scope !== SCOPE.LINK || (other.flags & usable) !== IFA_F_PERMANENT);
}

function fail(extack: netlink_ext_ack | null, error: number, message: string): number {
  if (extack !== null) extack._msg = message;
  return error;
}

/** Whether the route to an address's subnet goes with it, stays for others, or ends with them: milliseconds since boot. */
export type PrefixEnd = 'now' | 'stays' | number;

// From net/ipv6/addrconf.c:check_cleanup_prefix_route.
function prefixEnd(ifp: Inet6Ifaddr, now: number): PrefixEnd {
  let end: PrefixEnd = 'now';
  for (const other of ifp.idev.addresses) {
    if (other === ifp || other.prefixLength !== ifp.prefixLength || !samePrefix(other.addr, ifp.addr, ifp.prefixLength)) continue;
    if ((other.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) !== 0) return 'stays';
    end = Math.max(end === 'now' ? now : end, other.tstamp + 1000 * other.validLft);
  }
  return end;
}

/** Sets the flags that follow from lifetimes. Gives the end of the prefix route. */
function setLifetimes(config: Ifa6Config): RouteEnd {
  if (config.preferred === 0) config.flags |= IFA_F_DEPRECATED;
  if (config.valid !== INFINITY_LIFE_TIME) return config.valid;
  config.flags |= IFA_F_PERMANENT;
  return null;
}
