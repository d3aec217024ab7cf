import {
  IFF_LOWER_UP,
  IFF_RUNNING,
  IFF_UP,
  RT_SCOPE_HOST,
  RT_SCOPE_NOWHERE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_LOCAL,
  RTN_MAX,
  RTN_MULTICAST,
  RTN_UNSPEC,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import { reportedFlags } from '../core/dev-state.ts';
import type { Net } from '../core/net-namespace.ts';
import { readMetrics } from '../core/route-metrics.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { Devinet } from './devinet.ts';
import { infoKey, propOf, sameGateway, type FibConfig, type FibInfo, type FibNh } from './fib-info.ts';
import { nexthopsOf, readNexthop } from './fib-multipath.ts';
import type { Nexthops as NexthopObjects } from '../nexthop/nexthops.ts';
import type { Nexthops } from './fib-nexthop.ts';
import type { Fib } from './fib.ts';

/**
 * What routes mean: made from requests, checked, shared, and told of devices that come and go. net/ipv4/fib_semantics.c.
 */
export class FibSemantics {
  readonly #fib: Fib;
  readonly #nexthops: Nexthops;
  readonly #devinet: Devinet;
  readonly #faults: Faults;
  readonly #objects: NexthopObjects;

  constructor(fib: Fib, nexthops: Nexthops, devinet: Devinet, faults: Faults, objects: NexthopObjects) {
    this.#fib = fib;
    this.#nexthops = nexthops;
    this.#devinet = devinet;
    this.#faults = faults;
    this.#objects = objects;
  }

  /** Makes what a request describes, or finds it. From net/ipv4/fib_semantics.c:fib_create_info. */
  create(config: FibConfig, extack: netlink_ext_ack | null): FibInfo | number {
    const { net, type, scope, flags } = config;
    if (type > RTN_MAX) return -errno.EINVAL;
    if (propOf(type).scope > scope) return refuse(extack, 'EINVAL', 'Invalid scope');
    if ((flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) !== 0) {
      return refuse(extack, 'EINVAL', 'Invalid rtm_flags - can not contain DEAD or LINKDOWN');
    }
    const object = config.nhId === 0 ? null : this.#objects.find(net, config.nhId);
    if (object === undefined) return refuse(extack, 'EINVAL', 'Nexthop id does not exist');
    if (config.multipath !== null) {
      const { nexthops, rest } = nexthopsOf(config.multipath);
      if (rest > 0) return refuse(extack, 'EINVAL', 'Invalid nexthop configuration - extra data after nexthops');
      if (nexthops.length === 0) return -errno.EINVAL;
    }
    if (this.#faults.shouldFail('fib_info')) return -errno.ENOBUFS;
    const metrics = config.metrics === null ? null : readMetrics(config.metrics, extack);
    if (typeof metrics === 'number') return metrics;
    const own = object === null ? this.#nexthops.make(config, extack) : [];
    if (typeof own === 'number') return own;
    const { protocol, priority, prefsrc, table } = config;
    const info: FibInfo = {
      net,
      protocol,
      scope,
      flags,
      priority,
      prefsrc,
      type,
      table,
      metrics,
      nexthop: object,
      get nexthops(): readonly FibNh[] {
        return object === null ? own : object.hops();
      },
      references: 0,
      prefsrcRemoved: false,
    };
    const error = this.#check(info, config, extack);
    return error < 0 ? error : this.#share(info);
  }

  /** `fib_release_info`: one route less has it. */
  release(info: FibInfo): void {
    if (--info.references > 0) return;
    const { infos } = this.#fib.net(info.net);
    const key = infoKey(info);
    if (infos.get(key) === info) infos.delete(key);
    info.nexthop?.infos.delete(info);
  }

  /**
   * Whether an info is the one that a request to delete describes. From net/ipv4/fib_semantics.c:fib_nh_match.
   */
  matches(config: FibConfig, info: FibInfo, extack: netlink_ext_ack | null): boolean {
    if (config.priority !== 0 && config.priority !== info.priority) return false;
    if (config.nhId !== 0) return info.nexthop?.id === config.nhId;
    if (info.nexthop !== null) return config.oif === 0 && config.gateway === null && config.multipath === null;
    const [first] = info.nexthops;
    if (config.oif !== 0 || config.gateway !== null) {
      if (first === undefined) return false;
      if (config.flow !== 0 && config.flow !== first.tclassid) return false;
      if (config.oif !== 0 && config.oif !== first.oif) return false;
      return config.gateway === null || sameGateway(config.gateway, first.gateway);
    }
    if (config.multipath === null) return true;
    const { nexthops } = nexthopsOf(config.multipath);
    for (const [i, hop] of info.nexthops.entries()) {
      const wanted = nexthops[i];
      if (wanted === undefined) return false;
      if (wanted.ifindex !== 0 && wanted.ifindex !== hop.oif) return false;
      const read = readNexthop(wanted.attributes, extack);
      if (typeof read === 'number') return false;
      if (read.hasGateway && hop.gateway !== null && !sameGateway(read.gateway, hop.gateway)) return false;
      if (typeof read.gateway === 'number' && hop.gateway === null) return false;
      if (read.flow !== undefined && read.flow !== hop.tclassid) return false;
    }
    return true;
  }

  /** The address that packets on a route come from. From net/ipv4/fib_semantics.c:fib_result_prefsrc. */
  source(info: FibInfo, nexthop: FibNh): number {
    if (info.prefsrc !== 0) return info.prefsrc;
    const { dev, gateway } = nexthop;
    return dev === null ? 0 : this.#devinet.selectAddr(dev, typeof gateway === 'number' ? gateway : 0, info.scope);
  }

  /** An address has gone: what has it as its source dies. Gives how many do. From net/ipv4/fib_semantics.c:fib_sync_down_addr. */
  addressGone(net: Net, local: number): number {
    let count = 0;
    if (local === 0) return 0;
    for (const info of this.#fib.net(net).infos.values()) {
      if (info.prefsrc !== local || info.table !== RT_TABLE_MAIN) continue;
      info.flags |= RTNH_F_DEAD;
      info.prefsrcRemoved = true;
      count++;
    }
    return count;
  }

  /**
   * A device went down, lost its carrier or its last address, or goes: next hops over it die. Gives how many infos have no
   * other. From net/ipv4/fib_semantics.c:fib_sync_down_dev.
   *
   * @param force - local routes, too
   */
  deviceDown(dev: net_device, event: netdev_cmd, force: boolean): number {
    // CAST: every device of this kernel was made with a Net of this kernel.
    const { infos } = this.#fib.net(dev.nd_net as Net);
    const spared = force ? -1 : RT_SCOPE_NOWHERE;
    const kills = event === NETDEV_EVENT.DOWN || event === NETDEV_EVENT.UNREGISTER;
    const marks = RTNH_F_LINKDOWN | (kills ? RTNH_F_DEAD : 0);
    let count = 0;
    for (const info of infos.values()) {
      // Objects go with their device, and take their routes along.
      if (info.nexthop !== null || !info.nexthops.some((hop) => hop.dev === dev)) continue;
      let dead = 0;
      for (const hop of info.nexthops) {
        if ((hop.flags & RTNH_F_DEAD) !== 0) {
          dead++;
        } else if (hop.dev === dev && hop.scope !== spared) {
          hop.flags |= marks;
          dead++;
        }
        if (event === NETDEV_EVENT.UNREGISTER && hop.dev === dev) {
          dead = info.nexthops.length;
          break;
        }
      }
      if (dead !== info.nexthops.length) continue;
      info.flags |= marks;
      count++;
    }
    return count;
  }

  /**
   * A device came up or has got an address or its carrier: next hops over it live again. From
   * net/ipv4/fib_semantics.c:fib_sync_up.
   *
   * @param marks - `RTNH_F_DEAD` or `RTNH_F_LINKDOWN`
   */
  deviceUp(dev: net_device, marks: number): void {
    if ((dev.flags & IFF_UP) === 0) return;
    let cleared = marks;
    if ((marks & RTNH_F_DEAD) !== 0 && (reportedFlags(dev) & (IFF_RUNNING | IFF_LOWER_UP)) !== 0) cleared |= RTNH_F_LINKDOWN;
    // CAST: every device of this kernel was made with a Net of this kernel.
    for (const info of this.#fib.net(dev.nd_net as Net).infos.values()) {
      if (info.nexthop !== null || !info.nexthops.some((hop) => hop.dev === dev)) continue;
      let alive = 0;
      for (const hop of info.nexthops) {
        if ((hop.flags & cleared) === 0) {
          alive++;
        } else if (hop.dev === dev && this.#devinet.inDevice(dev) !== undefined) {
          hop.flags &= ~cleared;
          alive++;
        }
      }
      if (alive > 0) info.flags &= ~cleared;
    }
  }

  #check(info: FibInfo, config: FibConfig, extack: netlink_ext_ack | null): number {
    const { type, scope, net } = config;
    if (propOf(type).error !== 0) {
      if (config.gateway === null && config.oif === 0 && config.multipath === null) return 0;
      return refuse(extack, 'EINVAL', 'Gateway, device and multipath can not be specified for this route type');
    }
    if (type === RTN_UNSPEC || type > RTN_MULTICAST) return refuse(extack, 'EINVAL', 'Invalid route type');
    if (scope > RT_SCOPE_HOST) return refuse(extack, 'EINVAL', 'Invalid scope');
    const error =
      info.nexthop !== null
        ? this.#objects.check4(info.nexthop, scope, extack)
        : scope === RT_SCOPE_HOST
          ? checkHost(info, net, extack)
          : this.#checkNexthops(info, extack);
    if (error < 0) return error;
    if (info.prefsrc !== 0 && !this.#isValidSource(config)) return refuse(extack, 'EINVAL', 'Invalid prefsrc address');
    return 0;
  }

  #checkNexthops(info: FibInfo, extack: netlink_ext_ack | null): number {
    let down = 0;
    for (const nexthop of info.nexthops) {
      const error = this.#nexthops.check(info.net, nexthop, info.table, info.scope, extack);
      if (error !== 0) return error;
      if ((nexthop.flags & RTNH_F_LINKDOWN) !== 0) down++;
    }
    if (down === info.nexthops.length) info.flags |= RTNH_F_LINKDOWN;
    return 0;
  }

  // From net/ipv4/fib_semantics.c:fib_valid_prefsrc.
  #isValidSource({ net, type, dst, prefsrc, table }: FibConfig): boolean {
    if (type === RTN_LOCAL && dst !== 0 && prefsrc === dst) return true;
    const first = table === RT_TABLE_MAIN ? RT_TABLE_LOCAL : table;
    return [first, RT_TABLE_LOCAL].some((id) => this.#fib.addrType(net, prefsrc, id) === RTN_LOCAL);
  }

  #share(info: FibInfo): FibInfo {
    const { infos } = this.#fib.net(info.net);
    const key = infoKey(info);
    const shared = infos.get(key) ?? info;
    if (shared === info) {
      infos.set(key, info);
      info.nexthop?.infos.add(info);
    }
    shared.references++;
    return shared;
  }
}

/** A local route has one next hop, and no gateway. */
function checkHost(info: FibInfo, net: Net, extack: netlink_ext_ack | null): number {
  const [nexthop, second] = info.nexthops;
  if (nexthop === undefined || second !== undefined) {
    return refuse(extack, 'EINVAL', 'Route with host scope can not have multiple nexthops');
  }
  if (nexthop.gateway !== null) return refuse(extack, 'EINVAL', 'Route with host scope can not have a gateway');
  nexthop.scope = RT_SCOPE_NOWHERE;
  const dev = net.byIndex(nexthop.oif);
  if (dev === undefined) return -errno.ENODEV;
  nexthop.dev = dev;
  return 0;
}
