import {
  IFF_UP,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_LOCAL,
  RTN_UNICAST,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  RTNH_F_PERVASIVE,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { carrierOk } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { Devinet } from './devinet.ts';
import { sameGateway, type FibConfig, type FibNh } from './fib-info.ts';
import { nexthopsOf, readNexthop } from './fib-multipath.ts';
import { flowTo, IGNORE_LINKSTATE, type Fib } from './fib.ts';

const LOOPBACK_IFINDEX = 1;

/** Checks an IPv6 gateway of an IPv4 route, and gives its device: 0, or a negative errno. */
export type CheckIpv6Gateway = (net: Net, nexthop: FibNh, gateway: Uint8Array, table: number, extack: netlink_ext_ack | null) => number;

/**
 * The next hops of a request: read, and checked against the routes that there are. From net/ipv4/fib_semantics.c.
 */
export class Nexthops {
  readonly #fib: Fib;
  readonly #devinet: Devinet;
  /** Set once IPv6 stands. */
  checkIpv6: CheckIpv6Gateway | null = null;

  constructor(fib: Fib, devinet: Devinet) {
    this.#fib = fib;
    this.#devinet = devinet;
  }

  /** Makes the next hops that a request describes. From net/ipv4/fib_semantics.c:fib_get_nhs, fib_nh_init. */
  make(config: FibConfig, extack: netlink_ext_ack | null): FibNh[] | number {
    const { multipath } = config;
    if (multipath === null) {
      if (config.encap) return refuse(extack, 'EINVAL', 'LWT encap type not specified');
      return [
        { oif: config.oif, gateway: config.gateway, scope: 0, flags: config.flags, weight: 1, tclassid: config.flow, dev: null },
      ];
    }
    const made: FibNh[] = [];
    for (const { flags, hops, ifindex, attributes } of nexthopsOf(multipath).nexthops) {
      if ((flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) !== 0) {
        return refuse(extack, 'EINVAL', 'Invalid flags for nexthop - can not contain DEAD or LINKDOWN');
      }
      const read = readNexthop(attributes, extack);
      if (typeof read === 'number') return read;
      if (read.encap) {
        return read.encapType === 0 ? refuse(extack, 'EINVAL', 'LWT encap type not specified') : -errno.EOPNOTSUPP;
      }
      made.push({
        oif: ifindex,
        gateway: read.gateway === 0 ? null : read.gateway,
        scope: 0,
        flags: (config.flags & ~0xff) | flags,
        weight: hops + 1,
        tclassid: read.flow ?? 0,
        dev: null,
      });
    }
    const [first] = made;
    if (first === undefined) return -errno.EINVAL;
    if (config.oif !== 0 && first.oif !== config.oif) return refuse(extack, 'EINVAL', 'Nexthop device index does not match RTA_OIF');
    if (config.gateway !== null && !sameGateway(first.gateway, config.gateway)) {
      return refuse(extack, 'EINVAL', 'Nexthop gateway does not match RTA_GATEWAY or RTA_VIA');
    }
    if (config.flow !== 0 && first.tclassid !== config.flow) return refuse(extack, 'EINVAL', 'Nexthop class id does not match RTA_FLOW');
    return made;
  }

  /** Whether a next hop can be reached, and over which device. From net/ipv4/fib_semantics.c:fib_check_nh. */
  check(net: Net, nexthop: FibNh, table: number, scope: number, extack: netlink_ext_ack | null): number {
    const { gateway } = nexthop;
    if (gateway === null) return this.#checkDirect(net, nexthop, extack);
    if (typeof gateway === 'number') return this.#checkGateway(net, nexthop, gateway, table, scope, extack);
    return this.checkIpv6?.(net, nexthop, gateway, table, extack) ?? -errno.EAFNOSUPPORT;
  }

  // From net/ipv4/fib_semantics.c:fib_check_nh_nongw.
  #checkDirect(net: Net, nexthop: FibNh, extack: netlink_ext_ack | null): number {
    if ((nexthop.flags & (RTNH_F_PERVASIVE | RTNH_F_ONLINK)) !== 0) {
      return refuse(extack, 'EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set');
    }
    const dev = net.byIndex(nexthop.oif);
    if (dev === undefined || this.#devinet.inDevice(dev) === undefined) return -errno.ENODEV;
    if ((dev.flags & IFF_UP) === 0) return refuse(extack, 'ENETDOWN', 'Device for nexthop is not up');
    nexthop.dev = dev;
    nexthop.scope = RT_SCOPE_HOST;
    if (!carrierOk(dev)) nexthop.flags |= RTNH_F_LINKDOWN;
    return 0;
  }

  // From net/ipv4/fib_semantics.c:fib_check_nh_v4_gw.
  #checkGateway(net: Net, nexthop: FibNh, gateway: number, table: number, scope: number, extack: netlink_ext_ack | null): number {
    if ((nexthop.flags & RTNH_F_ONLINK) !== 0) return this.#checkOnlink(net, nexthop, gateway, scope, extack);
    const flow = flowTo(gateway, { scope: Math.max(scope + 1, RT_SCOPE_LINK), oif: nexthop.oif, iif: LOOPBACK_IFINDEX });
    const own = table === 0 || table === RT_TABLE_MAIN ? undefined : this.#fib.table(net, table);
    let found = own === undefined ? -errno.EAGAIN : this.#fib.tableLookup(net, own, flow, IGNORE_LINKSTATE);
    // The gateway may be known to another table than the route's own.
    if (typeof found === 'number') found = this.#fib.lookup(net, flow, IGNORE_LINKSTATE);
    if (typeof found === 'number') {
      if (extack !== null) extack._msg = 'Nexthop has invalid gateway';
      return found;
    }
    const { type } = found.alias;
    if (type !== RTN_UNICAST && type !== RTN_LOCAL) return refuse(extack, 'EINVAL', 'Nexthop has invalid gateway');
    nexthop.scope = found.info.scope;
    nexthop.oif = found.nexthop.oif;
    const { dev } = found.nexthop;
    if (dev === null) return refuse(extack, 'EINVAL', 'No egress device for nexthop gateway');
    nexthop.dev = dev;
    if (!carrierOk(dev)) nexthop.flags |= RTNH_F_LINKDOWN;
    return (dev.flags & IFF_UP) !== 0 ? 0 : -errno.ENETDOWN;
  }

  #checkOnlink(net: Net, nexthop: FibNh, gateway: number, scope: number, extack: netlink_ext_ack | null): number {
    if (scope >= RT_SCOPE_LINK) return refuse(extack, 'EINVAL', 'Nexthop has invalid scope');
    const dev = net.byIndex(nexthop.oif);
    if (dev === undefined) return refuse(extack, 'ENODEV', 'Nexthop device required for onlink');
    if ((dev.flags & IFF_UP) === 0) return refuse(extack, 'ENETDOWN', 'Nexthop device is not up');
    if (this.#fib.addrType(net, gateway, RT_TABLE_LOCAL) !== RTN_UNICAST) return refuse(extack, 'EINVAL', 'Nexthop has invalid gateway');
    if (!carrierOk(dev)) nexthop.flags |= RTNH_F_LINKDOWN;
    nexthop.dev = dev;
    nexthop.scope = RT_SCOPE_LINK;
    return 0;
  }
}
