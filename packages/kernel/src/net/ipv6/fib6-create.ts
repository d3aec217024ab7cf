import { IFF_LOOPBACK, IFF_UP, NLM_F_CREATE, RT_TABLE_MAIN, RTN_MAX, RTN_UNICAST, RTNH_F_LINKDOWN, RTNH_F_ONLINK, RTPROT_BOOT, RTPROT_UNSPEC } from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import { carrierOk } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import { readMetrics } from '../core/route-metrics.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { RTF, type Fib6Config, type Fib6Info, type Fib6Nh } from './fib6-info.ts';
import { flow6To, IGNORE_LINKSTATE, LOOKUP_IFACE, type Fib6, type Fib6Result } from './fib6.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { ANY, ADDR, isAny, prefixOf, typeOf, type In6 } from './ipv6-address.ts';

const LOOPBACK_IFINDEX = 1;

/** What {@link Fib6Create} stands on. */
export interface Fib6CreateDeps {
  readonly fib6: Fib6;
  readonly addresses: Inet6Addresses;
  readonly timers: Timers;
  readonly faults: Faults;
  /** Whether a device is to do no IPv6. */
  readonly isDisabled: (dev: net_device) => boolean;
  /** What routes may name instead of next hops of their own. */
  readonly objects: NexthopObjects;
}

/** A next hop by itself: that of an IPv4 route, or of an object. */
export interface Way6 {
  /** `RTNH_F_*`. */
  readonly flags: number;
  readonly ifindex: number;
  readonly gateway: In6 | null;
  readonly table: number;
}

/** What an IPv4 route says nothing of. */
const UNSPECIFIED: Omit<Fib6Config, 'net' | 'flags' | keyof Way6> = {
  dst: ANY,
  dstLength: 0,
  srcLength: 0,
  protocol: 0,
  type: 0,
  metric: 0,
  prefsrc: null,
  expires: 0,
  metrics: null,
  multipath: null,
  encap: false,
  nhId: 0,
  ignoreDown: false,
  nlflags: null,
  requester: null,
};

/**
 * Makes IPv6 routes out of requests, and checks them: net/ipv6/route.c.
 */
export class Fib6Create {
  readonly #deps: Fib6CreateDeps;

  constructor(deps: Fib6CreateDeps) {
    this.#deps = deps;
  }

  /** A route that is in no table yet, or a negative errno. From net/ipv6/route.c:ip6_route_info_create. */
  create(config: Fib6Config, extack: netlink_ext_ack | null): Fib6Info | number {
    const { fib6, addresses, timers, faults, objects } = this.#deps;
    const { net, dst, dstLength, nlflags } = config;
    if ((config.flags & RTF.CACHE) !== 0) return refuse(extack, 'EINVAL', 'Userspace can not set RTF_CACHE');
    if (config.type > RTN_MAX) return refuse(extack, 'EINVAL', 'Invalid route type');
    if (dstLength > 128) return refuse(extack, 'EINVAL', 'Invalid prefix length');
    if (config.srcLength > 128) return refuse(extack, 'EINVAL', 'Invalid source address length');
    if (config.srcLength > 0) return refuse(extack, 'EINVAL', 'Specifying source address requires IPV6_SUBTREES to be enabled');
    const object = config.nhId === 0 ? null : objects.find(net, config.nhId);
    if (object === undefined) return refuse(extack, 'EINVAL', 'Nexthop id does not exist');
    const unfit = object === null ? 0 : objects.check6(object, extack);
    if (unfit < 0) return unfit;
    const creates = nlflags === null || (nlflags & NLM_F_CREATE) !== 0;
    const table = (creates ? undefined : fib6.table(net, config.table)) ?? fib6.newTable(net, config.table);
    if (table === undefined) return -errno.ENOBUFS;
    if (faults.shouldFail('fib6_info')) return -errno.ENOMEM;
    const metrics = config.metrics === null ? null : readMetrics(config.metrics, extack);
    if (typeof metrics === 'number') return metrics;
    const nh = object === null ? this.nexthop(config, extack) : object.hops6()[0];
    if (typeof nh === 'number') return nh;
    // An object that IPv6 may use has a way for it.
    if (nh === undefined) return -errno.EINVAL;
    let { prefsrc } = config;
    if (prefsrc !== null && isAny(prefsrc)) prefsrc = null;
    if (prefsrc !== null && !addresses.isLocal(net, prefsrc, nh.dev)) return refuse(extack, 'EINVAL', 'Invalid source address');
    // What would go round for ever over lo is refused when it is used.
    const isReject = object === null && ((config.flags & RTF.REJECT) !== 0 || loops(config, nh.dev));
    return {
      net,
      table,
      dst: prefixOf(dst, dstLength),
      dstLength,
      type: config.type === 0 ? RTN_UNICAST : config.type,
      flags: isReject ? RTF.REJECT | RTF.NONEXTHOP : config.flags & ~RTF.GATEWAY,
      protocol: config.protocol === RTPROT_UNSPEC ? RTPROT_BOOT : config.protocol,
      metric: config.metric,
      metrics,
      prefsrc,
      expires: (config.flags & RTF.EXPIRES) === 0 ? 0 : timers.now() + 1000 * config.expires,
      nexthop: object,
      get nh(): Fib6Nh {
        return object === null ? nh : (object.hops6()[0] ?? nh);
      },
      siblings: null,
      linked: false,
    };
  }

  /** A next hop that can be reached, or a negative errno. From net/ipv6/route.c:fib6_nh_init. */
  nexthop(config: Fib6Config, extack: netlink_ext_ack | null): Fib6Nh | number {
    const { addresses } = this.#deps;
    const { net, flags } = config;
    let dev = config.ifindex === 0 ? undefined : net.byIndex(config.ifindex);
    if (config.ifindex !== 0 && (dev === undefined || addresses.device(dev) === undefined)) return -errno.ENODEV;
    const isOnlink = (flags & RTNH_F_ONLINK) !== 0;
    if (isOnlink) {
      if (dev === undefined) return refuse(extack, 'ENODEV', 'Nexthop device required for onlink');
      if ((dev.flags & IFF_UP) === 0) return refuse(extack, 'ENETDOWN', 'Nexthop device is not up');
    }
    const nh = { gateway: null, flags: isOnlink ? RTNH_F_ONLINK : 0, weight: 1 };
    if ((flags & RTF.REJECT) !== 0) {
      const lo = net.byIndex(LOOPBACK_IFINDEX);
      return lo === undefined || addresses.device(lo) === undefined ? -errno.ENODEV : { ...nh, dev: lo };
    }
    let gateway: In6 | null = null;
    if ((flags & RTF.GATEWAY) !== 0 && config.gateway !== null) {
      const found = this.#checkGateway(config, config.gateway, dev, extack);
      if (typeof found === 'number') return found;
      ({ gateway } = config);
      dev = found;
    }
    if (dev === undefined) return -errno.ENODEV;
    if (addresses.device(dev) === undefined || this.#deps.isDisabled(dev)) return refuse(extack, 'EACCES', 'IPv6 is disabled on nexthop device');
    if ((dev.flags & IFF_UP) === 0 && !config.ignoreDown) return refuse(extack, 'ENETDOWN', 'Nexthop device is not up');
    if (config.encap) return refuse(extack, 'EINVAL', 'LWT encap type not specified');
    const isOwn = (flags & (RTF.LOCAL | RTF.ANYCAST)) !== 0;
    return { dev, gateway, flags: nh.flags | (!isOwn && !carrierOk(dev) ? RTNH_F_LINKDOWN : 0), weight: 1 };
  }

  /**
   * The device over which an IPv4 route reaches a gateway of IPv6, or a negative errno. From
   * net/ipv4/fib_semantics.c:fib_check_nh_v6_gw.
   */
  gatewayDevice(net: Net, hop: Way6, extack: netlink_ext_ack | null): net_device | number {
    const nh = this.way(net, hop, extack);
    return typeof nh === 'number' ? nh : nh.dev;
  }

  /** A next hop that no route has. */
  way(net: Net, way: Way6, extack: netlink_ext_ack | null): Fib6Nh | number {
    return this.nexthop({ ...UNSPECIFIED, ...way, net, flags: way.flags | (way.gateway === null ? 0 : RTF.GATEWAY) }, extack);
  }

  // From net/ipv6/route.c:ip6_validate_gw.
  #checkGateway(config: Fib6Config, gateway: In6, given: net_device | undefined, extack: netlink_ext_ack | null): net_device | number {
    const { net } = config;
    const { addresses } = this.#deps;
    const type = typeOf(gateway);
    const isLinkLocal = (type & ADDR.LINKLOCAL) !== 0;
    const isOurs = (dev: net_device): boolean => addresses.owner(net, gateway, isLinkLocal ? dev : null, 0) !== undefined;
    if (given !== undefined && isOurs(given)) return refuse(extack, 'EINVAL', 'Gateway can not be a local address');
    let dev = given;
    if (type !== (ADDR.LINKLOCAL | ADDR.UNICAST)) {
      if ((type & (ADDR.UNICAST | ADDR.MAPPED)) === 0) return refuse(extack, 'EINVAL', 'Invalid gateway address');
      if ((config.flags & RTNH_F_ONLINK) !== 0 && given !== undefined) {
        const error = this.#checkOnlink(config, gateway, given, extack);
        if (error < 0) return error;
      } else {
        const found = this.#checkReach(config, gateway, given);
        if (typeof found === 'number') return found;
        dev = found;
      }
    }
    if (dev === undefined) return refuse(extack, 'EINVAL', 'Egress device not specified');
    if ((dev.flags & IFF_LOOPBACK) !== 0) return refuse(extack, 'EINVAL', 'Egress device can not be loopback device for this route');
    if (given === undefined && isOurs(dev)) return refuse(extack, 'EINVAL', 'Gateway can not be a local address');
    return dev;
  }

  // From net/ipv6/route.c:ip6_route_check_nh_onlink.
  #checkOnlink({ net, ifindex }: Fib6Config, gateway: In6, dev: net_device, extack: netlink_ext_ack | null): number {
    const { fib6 } = this.#deps;
    const main = fib6.table(net, RT_TABLE_MAIN);
    const found = main === undefined ? undefined : fib6.tableLookup(main, flow6To(gateway, { oif: ifindex }), IGNORE_LINKSTATE);
    if (found === undefined || (found.info.flags & RTF.REJECT) !== 0 || isAny(found.info.dst)) return 0;
    if (found.info.type === RTN_UNICAST && found.nh.dev === dev) return 0;
    return refuse(extack, 'EINVAL', 'Nexthop has invalid gateway or device mismatch');
  }

  /** The device over which a gateway is reached directly. From net/ipv6/route.c:ip6_route_check_nh. */
  #checkReach({ net, ifindex, table }: Fib6Config, gateway: In6, given: net_device | undefined): net_device | number {
    const { fib6 } = this.#deps;
    const flow = flow6To(gateway, { oif: ifindex });
    const own = table === 0 ? undefined : fib6.table(net, table);
    const first = own === undefined ? undefined : fib6.tableLookup(own, flow, LOOKUP_IFACE | IGNORE_LINKSTATE);
    const direct = isDirect(first) && (given === undefined || given === first.nh.dev) ? first : undefined;
    const found = direct ?? fib6.lookup(net, flow, LOOKUP_IFACE);
    if (typeof found === 'number' || !isDirect(found)) return -errno.EHOSTUNREACH;
    const { dev } = found.nh;
    return given === undefined || given === dev ? dev : -errno.EHOSTUNREACH;
  }
}

/** Whether a lookup found a way that needs no further gateway. */
function isDirect(found: Fib6Result | undefined): found is Fib6Result {
  return found !== undefined && (found.info.flags & RTF.REJECT) === 0 && found.nh.gateway === null;
}

// From net/ipv6/route.c:fib6_is_reject.
function loops({ flags, dst }: Fib6Config, dev: net_device): boolean {
  const isLoop = (dev.flags & IFF_LOOPBACK) !== 0;
  return isLoop && (typeOf(dst) & ADDR.LOOPBACK) === 0 && (flags & (RTF.ANYCAST | RTF.LOCAL)) === 0;
}
