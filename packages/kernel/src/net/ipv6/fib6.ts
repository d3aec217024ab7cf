import { RT_TABLE_LOCAL, RT_TABLE_MAIN, RTN_BLACKHOLE, RTNH_F_DEAD, RTNH_F_LINKDOWN } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { Net } from '../core/net-namespace.ts';
import type { RouteView } from '../ipv4/fib-fill.ts';
import { errorOfType, hopsOf, preferenceOf, RTF, waysOf, type Fib6Info, type Fib6Nh } from './fib6-info.ts';
import { Fib6Table, type Fib6Node } from './fib6-table.ts';
import { ANY, keyOf, type In6 } from './ipv6-address.ts';

/** How many chains the tables of a namespace are kept in: `FIB6_TABLE_HASHSZ`. */
const CHAINS = 256;

/** What is to be routed: `struct flowi6`. */
export interface Flow6 {
  readonly daddr: In6;
  readonly saddr: In6;
  oif: number;
  readonly iif: number;
  readonly mark: number;
  readonly uid: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
}

/** What a lookup found. */
export interface Fib6Result {
  readonly info: Fib6Info;
  readonly table: Fib6Table;
  /** Which of its ways. */
  readonly nh: Fib6Nh;
}

/** `RT6_LOOKUP_F_IFACE`: only routes over the flow's device count. */
export const LOOKUP_IFACE = 1;

/** `RT6_LOOKUP_F_IGNORE_LINKSTATE`: routes over a device without carrier do. */
export const IGNORE_LINKSTATE = 2;

/** Looks a flow up as the rules say. */
export type Rules6Lookup = (net: Net, flow: Flow6, flags: number) => Fib6Result | number;

/** A flow of which nothing is known but where it goes. */
export function flow6To(daddr: In6, more: Partial<Flow6> = {}): Flow6 {
  return { daddr, saddr: ANY, oif: 0, iif: 0, mark: 0, uid: 0, tos: 0, proto: 0, sport: 0, dport: 0, ...more };
}

/** The IPv6 routes of one namespace. */
export class Fib6Net {
  readonly local: Fib6Table = new Fib6Table(RT_TABLE_LOCAL);
  readonly main: Fib6Table = new Fib6Table(RT_TABLE_MAIN);
  /** In the order of dumps. */
  readonly tables: Fib6Table[] = [this.main, this.local];
  /** Whether rules decide, because they are not those that a namespace is born with. */
  customRules = false;

  table(id: number): Fib6Table | undefined {
    const wanted = id === 0 ? RT_TABLE_MAIN : id;
    return this.tables.find((table) => table.id === wanted);
  }
}

/** What {@link Fib6} stands on. */
export interface Fib6Deps {
  readonly faults: Faults;
  readonly timers: Timers;
  readonly view: RouteView;
}

/**
 * IPv6 routing tables, and lookups in them: net/ipv6/ip6_fib.c, route.c.
 */
export class Fib6 {
  readonly #nets = new Map<Net, Fib6Net>();
  readonly #faults: Faults;
  readonly #timers: Timers;
  /** What messages about routes show. */
  readonly view: RouteView;
  /** Set once the rules stand. */
  rules: Rules6Lookup | null = null;

  constructor({ faults, timers, view }: Fib6Deps) {
    this.#faults = faults;
    this.#timers = timers;
    this.view = view;
  }

  /** What a namespace has. */
  net(net: Net): Fib6Net {
    let own = this.#nets.get(net);
    if (own === undefined) this.#nets.set(net, (own = new Fib6Net()));
    return own;
  }

  /** The namespaces that have routes. */
  nets(): Net[] {
    return [...this.#nets.keys()];
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#nets.delete(net);
  }

  /** `fib6_get_table`. */
  table(net: Net, id: number): Fib6Table | undefined {
    return this.net(net).table(id);
  }

  /** `fib6_new_table`: makes it if it is not there; `undefined` without memory. */
  newTable(net: Net, id: number): Fib6Table | undefined {
    const own = this.net(net);
    const found = own.table(id);
    if (found !== undefined) return found;
    if (this.#faults.shouldFail('fib_table')) return undefined;
    const table = new Fib6Table(id);
    const at = own.tables.findIndex((other) => (other.id & (CHAINS - 1)) >= (id & (CHAINS - 1)));
    own.tables.splice(at === -1 ? own.tables.length : at, 0, table);
    return table;
  }

  /** What a flow finds, be it a route that refuses; or a negative errno. From net/ipv6/fib6_rules.c:fib6_lookup. */
  lookup(net: Net, flow: Flow6, flags: number): Fib6Result | number {
    const own = this.net(net);
    if (own.customRules && this.rules !== null) return this.rules(net, flow, flags);
    for (const table of [own.local, own.main]) {
      const found = this.tableLookup(table, flow, flags);
      if (found !== undefined && !isThrow(found.info)) return found;
    }
    return -errno.ENETUNREACH;
  }

  /** What a flow finds in one table. From net/ipv6/route.c:fib6_table_lookup. */
  tableLookup(table: Fib6Table, flow: Flow6, flags: number): Fib6Result | undefined {
    for (const node of table.containing(flow.daddr)) {
      const info = this.#select(node, flow.oif, flags);
      if (info === undefined) continue;
      const picked = this.#pick(info, flow);
      return { info: picked, table, nh: this.#way(picked, flow) };
    }
    return undefined;
  }

  /**
   * One of several next hops. From net/ipv6/route.c:fib6_select_path. Unlike Linux, which throws dice, always the same for the
   * same addresses.
   */
  #pick(info: Fib6Info, flow: Flow6): Fib6Info {
    if (info.siblings === null || (flow.oif !== 0 && info.nh.dev.ifindex === flow.oif)) return info;
    const hops = hopsOf(info).filter(({ nh }) => (nh.flags & RTNH_F_DEAD) === 0 && !((nh.flags & RTNH_F_LINKDOWN) !== 0 && this.view.ignoresLinkdown(nh.dev)));
    return byHash(hops, ({ nh }) => nh.weight, flow) ?? info;
  }

  /** One of the ways of a route that names an object. From net/ipv6/route.c:nexthop_path_fib6_result. */
  #way(info: Fib6Info, flow: Flow6): Fib6Nh {
    if (info.nexthop === null) return info.nh;
    const ways = info.nexthop.hops6();
    const own = flow.oif === 0 ? undefined : ways.find(({ dev }) => dev.ifindex === flow.oif);
    return own ?? byHash(ways, ({ weight }) => weight, flow) ?? info.nh;
  }

  /** The best route to a prefix: of the least metric if any there will do. From net/ipv6/route.c:find_rr_leaf. */
  #select(node: Fib6Node, oif: number, flags: number): Fib6Info | undefined {
    const [first] = node.routes;
    if (first === undefined) return undefined;
    const isFirst = ({ metric }: Fib6Info): boolean => metric === first.metric;
    return (
      this.#best(node.routes.filter(isFirst), oif, flags) ??
      this.#best(node.routes.filter((info) => !isFirst(info)), oif, flags)
    );
  }

  #best(routes: readonly Fib6Info[], oif: number, flags: number): Fib6Info | undefined {
    let best: Fib6Info | undefined;
    let score = -1;
    for (const info of routes) {
      if ((info.flags & RTF.EXPIRES) !== 0 && this.#timers.now() > info.expires) continue;
      const ways = waysOf(info).filter((nh) => {
        const isDown = (nh.flags & RTNH_F_LINKDOWN) !== 0 && (flags & IGNORE_LINKSTATE) === 0 && this.view.ignoresLinkdown(nh.dev);
        return (nh.flags & RTNH_F_DEAD) === 0 && !isDown;
      });
      if (ways.length === 0) continue;
      const fits = oif === 0 || ways.some(({ dev }) => dev.ifindex === oif);
      if (!fits && (flags & LOOKUP_IFACE) !== 0) continue;
      // From net/ipv6/route.c:rt6_score_route; no neighbour is ever found to be silent.
      const own = (fits ? 2 : 0) | ((preferenceOf(info.flags) ^ 2) << 2);
      if (own > score) [best, score] = [info, own];
    }
    return best;
  }
}

/** A route that makes the lookup go on in the next table. */
export function isThrow(info: Fib6Info): boolean {
  return (info.flags & RTF.REJECT) !== 0 && errorOfType(info.type) === -errno.EAGAIN;
}

/** The device that packets on a route go out of. */
export function deviceOf({ info, nh }: Fib6Result, loopback: net_device): net_device {
  return (info.flags & (RTF.LOCAL | RTF.ANYCAST)) === 0 ? nh.dev : loopback;
}

/** Which errno a route gives to what finds it; 0 for one that leads somewhere. */
export function refusalOf({ nexthop, flags, type }: Fib6Info): number {
  if (nexthop?.isBlackhole === true) return errorOfType(RTN_BLACKHOLE);
  return (flags & RTF.REJECT) === 0 ? 0 : errorOfType(type);
}

/** One of several by their weights, always the same for the same addresses. */
function byHash<T>(items: readonly T[], weightOf: (item: T) => number, flow: Flow6): T | undefined {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  let hash = 0;
  for (const char of keyOf(flow.saddr) + keyOf(flow.daddr)) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  const place = (hash / 0x1_0000_0000) * total;
  let reached = 0;
  return items.find((item) => (reached += weightOf(item)) > place);
}
