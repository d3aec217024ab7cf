import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_SCOPE_NOWHERE,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTNH_F_DEAD,
  RTNLGRP_IPV4_ROUTE,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import { metricsMatch } from '../core/route-metrics.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { fillRoute, routeSize, type RouteView } from './fib-fill.ts';
import type { FibConfig, FibInfo } from './fib-info.ts';
import type { FibSemantics } from './fib-semantics.ts';
import { hasKey, type FibAlias, type FibTable } from './fib-table.ts';
import type { Fib } from './fib.ts';

/** What {@link FibRoutes} stands on. */
export interface FibRoutesDeps {
  readonly fib: Fib;
  readonly semantics: FibSemantics;
  readonly sockets: RtnlSockets;
  readonly view: RouteView;
  readonly faults: Faults;
}

/**
 * Routes are put into tables, replaced and taken out, and whoever listens is told: net/ipv4/fib_trie.c.
 */
export class FibRoutes {
  readonly #deps: FibRoutesDeps;

  constructor(deps: FibRoutesDeps) {
    this.#deps = deps;
  }

  /** Adds or replaces a route. From net/ipv4/fib_trie.c:fib_table_insert. */
  insert(table: FibTable, config: FibConfig, extack: netlink_ext_ack | null): number {
    const { semantics } = this.#deps;
    const info = semantics.create(config, extack);
    if (typeof info === 'number') return info;
    const alias: FibAlias = { info, dst: config.dst, dstLength: config.dstLength, dscp: config.dscp, type: config.type };
    const error = this.#place(table, alias, config);
    if (error < 0) semantics.release(info);
    return error;
  }

  /** Takes out the route that a request describes. From net/ipv4/fib_trie.c:fib_table_delete. */
  delete(table: FibTable, config: FibConfig, extack: netlink_ext_ack | null): number {
    const { semantics } = this.#deps;
    const found = table.routes(config.dst, config.dstLength).find(
      (alias) =>
        alias.dscp === config.dscp &&
        (config.type === 0 || alias.type === config.type) &&
        (config.scope === RT_SCOPE_NOWHERE || alias.info.scope === config.scope) &&
        (config.prefsrc === 0 || alias.info.prefsrc === config.prefsrc) &&
        (config.protocol === 0 || alias.info.protocol === config.protocol) &&
        semantics.matches(config, alias.info, extack) &&
        (config.metrics === null || metricsMatch(config.metrics, alias.info.metrics)),
    );
    if (found === undefined) return -errno.ESRCH;
    this.#tell(RTM_DELROUTE, config.net, table.id, found, config.requester, 0);
    table.remove(found);
    semantics.release(found.info);
    return 0;
  }

  /** Takes out what is dead, in all tables of a namespace. From net/ipv4/fib_frontend.c:fib_flush. */
  flush(net: Net): void {
    const { fib, semantics } = this.#deps;
    for (const table of fib.net(net).tables) {
      for (const alias of table.backwards()) {
        if ((alias.info.flags & RTNH_F_DEAD) === 0) continue;
        // Of routes that go with their device the device's messages tell; of those that lose their source nothing else does.
        if (alias.info.prefsrcRemoved) this.#tell(RTM_DELROUTE, net, table.id, alias, null, 0);
        table.remove(alias);
        semantics.release(alias.info);
      }
    }
  }

  /** Tells of the routes with these infos that their next hops are others now. From net/ipv4/fib_trie.c:fib_info_notify_update. */
  tellUpdated(net: Net, infos: ReadonlySet<FibInfo>, requester: Requester | null): void {
    for (const table of this.#deps.fib.net(net).tables) {
      for (const alias of table.backwards()) {
        if (infos.has(alias.info)) this.#tell(RTM_NEWROUTE, net, table.id, alias, requester, NLM_F_REPLACE);
      }
    }
  }

  #place(table: FibTable, alias: FibAlias, config: FibConfig): number {
    const { nlflags, net, requester } = config;
    const { semantics, faults } = this.#deps;
    const key = { dst: config.dst, dstLength: config.dstLength, dscp: config.dscp, priority: config.priority };
    const same = table.routes(config.dst, config.dstLength).filter((other) => hasKey(other, key));
    const [first] = same;
    let before: FibAlias | null = null;
    let told: number = NLM_F_EXCL;
    if (first !== undefined) {
      if ((nlflags & NLM_F_EXCL) !== 0) return -errno.EEXIST;
      told &= ~NLM_F_EXCL;
      const match = same.find((other) => other.type === alias.type && other.info === alias.info);
      if ((nlflags & NLM_F_REPLACE) !== 0) {
        if (match !== undefined) {
          // It is there already: nothing to do when it comes first, and an error when it does not.
          if (match !== first) return -errno.EEXIST;
          semantics.release(alias.info);
          return 0;
        }
        if (faults.shouldFail('fib_alias')) return -errno.ENOBUFS;
        table.replace(first, alias);
        this.#tell(RTM_NEWROUTE, net, table.id, alias, requester, told | NLM_F_REPLACE);
        semantics.release(first.info);
        return 0;
      }
      if (match !== undefined) return -errno.EEXIST;
      if ((nlflags & NLM_F_APPEND) !== 0) told |= NLM_F_APPEND;
      else before = first;
    }
    if ((nlflags & NLM_F_CREATE) === 0) return -errno.ENOENT;
    if (faults.shouldFail('fib_alias')) return -errno.ENOBUFS;
    table.insert(alias, before);
    this.#tell(RTM_NEWROUTE, net, table.id, alias, requester, told | NLM_F_CREATE);
    return 0;
  }

  // From net/ipv4/fib_semantics.c:rtmsg_fib.
  #tell(type: number, net: Net, table: number, alias: FibAlias, requester: Requester | null, flags: number): void {
    const { sockets, view } = this.#deps;
    const message = { type, flags, portid: requester?.portid ?? 0, seq: requester?.seq ?? 0 };
    tell(sockets, net, RTNLGRP_IPV4_ROUTE, requester, routeSize(alias.info), (writer) =>
      fillRoute(writer, alias, table, message, view),
    );
  }
}
