import { RT_TABLE_DEFAULT, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTN_BLACKHOLE, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST, RTN_UNICAST, RTNH_F_DEAD, RTNH_F_LINKDOWN } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Net } from '../core/net-namespace.ts';
import { propOf, type FibInfo, type FibNh } from './fib-info.ts';
import { FibTable, type FibAlias } from './fib-table.ts';
import { isLimitedBroadcast, isMulticast, isZeronet, maskOf } from './ipv4-address.ts';

/** The bits of a type of service that routes look at: `IPTOS_RT_MASK`. */
const TOS_MASK = 0x1c;
/** How many chains the tables of a namespace are kept in: `FIB_TABLE_HASHSZ`. */
const CHAINS = 256;

/** What is to be routed: `struct flowi4`. */
export interface Flow4 {
  daddr: number;
  saddr: number;
  oif: number;
  iif: number;
  scope: number;
  tos: number;
  mark: number;
  uid: number;
  proto: number;
  sport: number;
  dport: number;
}

/** What a lookup found: `struct fib_result`. */
export interface FibResult {
  readonly alias: FibAlias;
  /** All routes to the same prefix. */
  readonly routes: readonly FibAlias[];
  readonly table: FibTable;
  info: FibInfo;
  nexthop: FibNh;
}

/** `FIB_LOOKUP_IGNORE_LINKSTATE`: routes over a device without carrier do. */
export const IGNORE_LINKSTATE = 1;

/** A flow of which nothing is known but where it goes. */
export function flowTo(daddr: number, more: Partial<Flow4> = {}): Flow4 {
  return { daddr, saddr: 0, oif: 0, iif: 0, scope: 0, tos: 0, mark: 0, uid: 0, proto: 0, sport: 0, dport: 0, ...more };
}

/** The IPv4 routes of one namespace: what `struct netns_ipv4` has of them. */
export class FibNet {
  /** In the order of dumps. */
  readonly tables: FibTable[] = [];
  /** What routes share, by what makes it what it is. */
  readonly infos: Map<string, FibInfo> = new Map();
  /** Whether rules decide, because they are not those that a namespace is born with: `fib_has_custom_rules`. */
  customRules = false;
  /** Whether the tables local and main are looked up as one: they share a trie until the rules are changed. */
  merged = false;

  table(id: number): FibTable | undefined {
    const wanted = id === 0 ? RT_TABLE_MAIN : id;
    return this.tables.find((table) => table.id === wanted);
  }
}

/** Looks a flow up as the rules say. */
export type RulesLookup = (net: Net, flow: Flow4, flags: number) => FibResult | number;

/**
 * IPv4 routing tables, and lookups in them: net/ipv4/fib_frontend.c, fib_trie.c.
 */
export class Fib {
  readonly #nets: (FibNet | undefined)[] = [];
  readonly #faults: Faults;
  /** Whether a device's routes count only while it has carrier: `ip_ignore_linkdown`. */
  readonly #ignoresLinkdown: (dev: net_device) => boolean;
  /** Set once the rules stand. */
  rules: RulesLookup | null = null;

  constructor(faults: Faults, ignoresLinkdown: (dev: net_device) => boolean) {
    this.#faults = faults;
    this.#ignoresLinkdown = ignoresLinkdown;
  }

  /** What a namespace has. */
  net(net: Net): FibNet {
    return (this.#nets[net.id] ??= new FibNet());
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#nets[net.id] = undefined;
  }

  /** `fib_get_table`. */
  table(net: Net, id: number): FibTable | undefined {
    return this.net(net).table(id);
  }

  /** `fib_new_table`: makes it if it is not there; `undefined` without memory. */
  newTable(net: Net, id: number): FibTable | undefined {
    const own = this.net(net);
    const wanted = id === 0 ? RT_TABLE_MAIN : id;
    const found = own.table(wanted);
    if (found !== undefined) return found;
    const merges = wanted === RT_TABLE_LOCAL && !own.customRules;
    if (merges && this.newTable(net, RT_TABLE_MAIN) === undefined) return undefined;
    if (this.#faults.shouldFail('fib_table')) return undefined;
    const table = new FibTable(wanted);
    const at = own.tables.findIndex((other) => chainOf(other.id) >= chainOf(wanted));
    own.tables.splice(at === -1 ? own.tables.length : at, 0, table);
    if (merges) own.merged = true;
    return table;
  }

  /** `fib_unmerge`: the rules change, and from now on each table is looked up by itself. */
  unmerge(net: Net): void {
    this.net(net).merged = false;
  }

  /** `fib_lookup`: what a flow finds, or a negative errno. */
  lookup(net: Net, flow: Flow4, flags: number): FibResult | number {
    const own = this.net(net);
    if (own.customRules && this.rules !== null) return this.rules(net, flow, flags);
    for (const id of [RT_TABLE_MAIN, RT_TABLE_DEFAULT]) {
      const table = own.table(id);
      const found = table === undefined ? -errno.EAGAIN : this.tableLookup(net, table, flow, flags);
      if (found !== -errno.EAGAIN) return found;
    }
    return -errno.ENETUNREACH;
  }

  /** `fib_table_lookup`: what a flow finds in one table, or a negative errno; -EAGAIN for nothing. */
  tableLookup(net: Net, table: FibTable, flow: Flow4, flags: number): FibResult | number {
    const own = this.net(net);
    const shared = own.merged && (table.id === RT_TABLE_LOCAL || table.id === RT_TABLE_MAIN);
    const group = shared ? [own.table(RT_TABLE_LOCAL), own.table(RT_TABLE_MAIN)].filter((member) => member !== undefined) : [table];
    for (let length = 32; length >= 0; length--) {
      for (const member of group) {
        const found = this.#choose(table, member.routes((flow.daddr & maskOf(length)) >>> 0, length), flow, flags);
        if (found !== null) return found;
      }
    }
    return -errno.EAGAIN;
  }

  /** What kind of address this is. From net/ipv4/fib_frontend.c:inet_addr_type_table. */
  addrType(net: Net, address: number, tableId: number): number {
    if (isZeronet(address) || isLimitedBroadcast(address)) return RTN_BROADCAST;
    if (isMulticast(address)) return RTN_MULTICAST;
    const table = this.table(net, tableId);
    if (table === undefined) return RTN_BROADCAST;
    const found = this.tableLookup(net, table, flowTo(address), 0);
    return typeof found === 'number' ? RTN_UNICAST : found.alias.type;
  }

  /** The device whose local subnet an address is in. From net/ipv4/devinet.c:__ip_dev_find. */
  localDevice(net: Net, address: number): net_device | undefined {
    const table = this.table(net, RT_TABLE_LOCAL);
    const found = table === undefined ? -errno.EAGAIN : this.tableLookup(net, table, flowTo(address), 0);
    return typeof found === 'number' || found.alias.type !== RTN_LOCAL ? undefined : (found.nexthop.dev ?? undefined);
  }

  /** The first of these routes that a flow can take; `null` for none. */
  #choose(table: FibTable, routes: readonly FibAlias[], flow: Flow4, flags: number): FibResult | number | null {
    for (const alias of routes) {
      const { info } = alias;
      if (alias.dscp !== 0 && alias.dscp !== (flow.tos & TOS_MASK)) continue;
      if (info.scope < flow.scope) continue;
      const { error } = propOf(alias.type);
      if (error < 0) return error;
      if ((info.flags & RTNH_F_DEAD) !== 0) continue;
      if (info.nexthop?.isBlackhole === true) return propOf(RTN_BLACKHOLE).error;
      const nexthop = info.nexthops.find((hop) => this.#isGood(hop, flow, flags));
      if (nexthop !== undefined) return { alias, routes, table, info, nexthop };
    }
    return null;
  }

  // From net/ipv4/fib_trie.c:fib_lookup_good_nhc.
  #isGood({ flags: state, dev, oif }: FibNh, flow: Flow4, flags: number): boolean {
    if ((state & RTNH_F_DEAD) !== 0) return false;
    const isDown = (state & RTNH_F_LINKDOWN) !== 0 && dev !== null && this.#ignoresLinkdown(dev);
    if (isDown && (flags & IGNORE_LINKSTATE) === 0) return false;
    return flow.oif === 0 || flow.oif === oif;
  }
}

function chainOf(id: number): number {
  return id & (CHAINS - 1);
}
