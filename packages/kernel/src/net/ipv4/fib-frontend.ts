import {
  IFA_F_NOPREFIXROUTE,
  IFA_F_SECONDARY,
  IFF_LOOPBACK,
  IFF_LOWER_UP,
  IFF_RUNNING,
  IFF_UP,
  NLM_F_APPEND,
  NUD_FAILED,
  NUD_NOARP,
  NLM_F_CREATE,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_UNICAST,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTPROT_KERNEL,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd } from '@netdevkit/bindings/raw';
import { NUD_VALID, UPDATE, type NeighbourTable } from '../core/neighbour.ts';
import { reportedFlags } from '../core/dev-state.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Devinet, InetaddrListener } from './devinet.ts';
import type { FibConfig } from './fib-info.ts';
import type { FibRoutes } from './fib-routes.ts';
import type { FibSemantics } from './fib-semantics.ts';
import type { Fib } from './fib.ts';
import { inetIfaMatch, sameSubnet, type InIfaddr } from './in-device.ts';
import { isLimitedBroadcast, isZeronet } from './ipv4-address.ts';

/** What {@link FibFrontend} stands on. */
export interface FibFrontendDeps {
  readonly devinet: Devinet;
  readonly fib: Fib;
  readonly semantics: FibSemantics;
  readonly routes: FibRoutes;
  readonly arp: NeighbourTable;
}

/**
 * The routes that follow addresses and devices: net/ipv4/fib_frontend.c.
 */
export class FibFrontend implements InetaddrListener {
  readonly #deps: FibFrontendDeps;

  constructor(deps: FibFrontendDeps) {
    this.#deps = deps;
  }

  // From net/ipv4/fib_frontend.c:fib_inetaddr_event.
  addressUp(ifa: InIfaddr): void {
    const { dev, net } = ifa.inDevice;
    this.addRoutes(ifa);
    this.#deps.semantics.deviceUp(dev, RTNH_F_DEAD);
    this.#deps.devinet.bump(net);
  }

  // From net/ipv4/fib_frontend.c:fib_inetaddr_event.
  addressDown(ifa: InIfaddr): void {
    const { dev, net, addresses } = ifa.inDevice;
    this.deleteRoutes(ifa, null);
    this.#deps.devinet.bump(net);
    // Without addresses a device does no IPv4.
    if (addresses.length === 0) this.#disable(dev, NETDEV_EVENT.DOWN, true);
  }

  // From net/ipv4/fib_frontend.c:fib_netdev_event.
  readonly event = (event: netdev_cmd, dev: net_device): number => {
    const { devinet, semantics } = this.#deps;
    if (event === NETDEV_EVENT.UNREGISTER) {
      this.#disable(dev, event, true);
      return 0;
    }
    const inDevice = devinet.inDevice(dev);
    if (inDevice === undefined) return 0;
    switch (event) {
      case NETDEV_EVENT.UP:
        for (const ifa of inDevice.addresses) this.addRoutes(ifa);
        semantics.deviceUp(dev, RTNH_F_DEAD);
        devinet.bump(inDevice.net);
        break;
      case NETDEV_EVENT.DOWN:
        this.#disable(dev, event, false);
        break;
      case NETDEV_EVENT.CHANGE:
        if ((reportedFlags(dev) & (IFF_RUNNING | IFF_LOWER_UP)) !== 0) semantics.deviceUp(dev, RTNH_F_LINKDOWN);
        else semantics.deviceDown(dev, event, false);
        break;
      default:
    }
    return 0;
  };

  // From net/ipv4/fib_frontend.c:fib_add_ifaddr.
  addRoutes(ifa: InIfaddr): void {
    const { inDevice, mask, local, broadcast, flags, prefixLength } = ifa;
    const { dev } = inDevice;
    const prefix = (ifa.address & mask) >>> 0;
    const isSecondary = (flags & IFA_F_SECONDARY) !== 0;
    const primary = isSecondary ? inDevice.byPrefix(prefix, mask) : ifa;
    if (primary === undefined) return;
    this.#add(RTN_LOCAL, local, 32, primary, 0);
    if ((dev.flags & IFF_UP) === 0) return;
    if (broadcast !== 0 && !isLimitedBroadcast(broadcast)) {
      this.#add(RTN_BROADCAST, broadcast, 32, primary, 0);
      this.#forgetNeighbour(dev, broadcast);
    }
    if (isZeronet(prefix) || isSecondary || (prefix === local && prefixLength === 32)) return;
    if ((flags & IFA_F_NOPREFIXROUTE) === 0) this.#add(prefixType(dev), prefix, prefixLength, primary, ifa.metric);
    if (prefixLength >= 31) return;
    const last = (prefix | ~mask) >>> 0;
    this.#add(RTN_BROADCAST, last, 32, primary, 0);
    this.#forgetNeighbour(dev, last);
  }

  /**
   * Takes out the routes of an address, but for those that another address has, too. From
   * net/ipv4/fib_frontend.c:fib_del_ifaddr.
   *
   * @param iprim - the primary address that goes, when another is to take its place: then those of its subnet count as gone
   */
  deleteRoutes(ifa: InIfaddr, iprim: InIfaddr | null): void {
    const { inDevice, mask, prefixLength } = ifa;
    const { dev, net } = inDevice;
    const last = (ifa.address | ~mask) >>> 0;
    const prefix = (ifa.address & mask) >>> 0;
    let primary: InIfaddr | undefined = ifa;
    let isSubnet = false;
    if ((ifa.flags & IFA_F_SECONDARY) !== 0) {
      primary = inDevice.byPrefix(prefix, mask);
      if (primary === undefined || (iprim !== null && iprim !== primary)) return;
    } else if (!isZeronet(prefix) && (prefix !== ifa.local || prefixLength < 32)) {
      if ((ifa.flags & IFA_F_NOPREFIXROUTE) === 0) this.#delete(prefixType(dev), prefix, prefixLength, primary);
      isSubnet = true;
    }
    const kept = inDevice.dead ? { local: false, broadcasts: new Set<number>(), gone: true } : others(ifa, primary, iprim);
    if (!kept.broadcasts.has(ifa.broadcast)) this.#delete(RTN_BROADCAST, ifa.broadcast, 32, primary);
    if (isSubnet && prefixLength < 31) {
      if (!kept.broadcasts.has(last)) this.#delete(RTN_BROADCAST, last, 32, primary);
      if (!kept.broadcasts.has(prefix)) this.#delete(RTN_BROADCAST, prefix, 32, primary);
    }
    if (kept.local) return;
    this.#delete(RTN_LOCAL, ifa.local, 32, primary);
    const { fib, semantics, routes } = this.#deps;
    if (kept.gone && fib.addrType(net, ifa.local, RT_TABLE_LOCAL) !== RTN_LOCAL && semantics.addressGone(net, ifa.local) > 0) {
      routes.flush(net);
    }
  }

  /** The prefix route of an address gets another metric. From net/ipv4/fib_frontend.c:fib_modify_prefix_metric. */
  modifyMetric(ifa: InIfaddr, metric: number): void {
    const { inDevice, prefixLength, mask } = ifa;
    const { dev } = inDevice;
    const prefix = (ifa.address & mask) >>> 0;
    const hasRoute = (dev.flags & IFF_UP) !== 0 && (ifa.flags & (IFA_F_SECONDARY | IFA_F_NOPREFIXROUTE)) === 0;
    if (!hasRoute || isZeronet(prefix) || (prefix === ifa.local && prefixLength === 32)) return;
    this.#add(prefixType(dev), prefix, prefixLength, ifa, metric);
    this.#delete(prefixType(dev), prefix, prefixLength, ifa, ifa.metric);
  }

  /** An address is a broadcast address now: what is asked for it has no answer. From net/ipv4/arp.c:arp_invalidate. */
  #forgetNeighbour(dev: net_device, address: number): void {
    const { arp } = this.#deps;
    const neighbour = arp.find(dev, Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address));
    if (neighbour === undefined || (neighbour.state & NUD_VALID) !== 0) return;
    if ((neighbour.state & ~NUD_NOARP) !== 0) arp.update(neighbour, null, NUD_FAILED, UPDATE.OVERRIDE | UPDATE.ADMIN, 0, null);
    arp.remove(neighbour);
  }

  // From net/ipv4/fib_frontend.c:fib_disable_ip.
  #disable(dev: net_device, event: netdev_cmd, force: boolean): void {
    const { semantics, routes, arp } = this.#deps;
    // CAST: every device of this kernel was made with a Net of this kernel.
    if (semantics.deviceDown(dev, event, force) > 0) routes.flush(dev.nd_net as Net);
    arp.flush(dev, false, true);
  }

  #add(type: number, dst: number, dstLength: number, ifa: InIfaddr, priority: number): void {
    const config = configFor(type, dst, dstLength, ifa, priority);
    const table = this.#deps.fib.newTable(config.net, config.table);
    // What is there already, or cannot be made, is nobody's concern: nobody asked for it.
    if (table !== undefined) this.#deps.routes.insert(table, config, null);
  }

  #delete(type: number, dst: number, dstLength: number, ifa: InIfaddr, priority = 0): void {
    const config = configFor(type, dst, dstLength, ifa, priority);
    const table = this.#deps.fib.newTable(config.net, config.table);
    if (table !== undefined) this.#deps.routes.delete(table, config, null);
  }
}

/** The route to a subnet: on lo all of it is local. */
function prefixType(dev: net_device): number {
  return (dev.flags & IFF_LOOPBACK) !== 0 ? RTN_LOCAL : RTN_UNICAST;
}

// From net/ipv4/fib_frontend.c:fib_magic.
function configFor(type: number, dst: number, dstLength: number, ifa: InIfaddr, priority: number): FibConfig {
  const { net, dev } = ifa.inDevice;
  return {
    net,
    dst,
    dstLength,
    dscp: 0,
    table: type === RTN_UNICAST ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
    protocol: RTPROT_KERNEL,
    scope: type === RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
    type,
    flags: 0,
    nlflags: NLM_F_CREATE | NLM_F_APPEND,
    oif: dev.ifindex,
    gateway: null,
    priority,
    prefsrc: ifa.local,
    metrics: null,
    multipath: null,
    flow: 0,
    encap: false,
    nhId: 0,
    requester: null,
  };
}

/** What other addresses of the device still need. */
interface Kept {
  /** Whether another one is the same address. */
  readonly local: boolean;
  readonly broadcasts: ReadonlySet<number>;
  /** Whether the address itself is no longer listed. */
  readonly gone: boolean;
}

/** Which of an address's routes others need, too: those whose routes have the same source. */
function others(ifa: InIfaddr, primary: InIfaddr, iprim: InIfaddr | null): Kept {
  const { inDevice } = ifa;
  const broadcasts = new Set<number>();
  let local = false;
  let gone = true;
  let sameSource = false;
  let current: InIfaddr | undefined;
  for (const other of inDevice.addresses) {
    if (other === ifa) {
      gone = false;
      continue;
    }
    if (iprim !== null && sameSubnet(other, iprim)) continue;
    if ((other.flags & IFA_F_SECONDARY) !== 0) {
      if (sameSubnet(other, primary)) {
        current = primary;
      } else {
        // The secondary ones stand last: by now all primary ones were seen.
        if (!sameSource) continue;
        if (current?.mask !== other.mask || !inetIfaMatch(other.address, current)) current = inDevice.byPrefix(other.address, other.mask);
        if (current?.local !== primary.local) continue;
      }
    } else {
      if (primary.local !== other.local) continue;
      current = other;
      if (primary !== other) sameSource = true;
    }
    if (ifa.local === other.local) local = true;
    broadcasts.add(other.broadcast);
    if (current !== other || other.prefixLength >= 31) continue;
    const prefix = (other.address & other.mask) >>> 0;
    if (isZeronet(prefix)) continue;
    broadcasts.add((other.address | ~other.mask) >>> 0);
    broadcasts.add(prefix);
  }
  return { local, broadcasts, gone };
}
