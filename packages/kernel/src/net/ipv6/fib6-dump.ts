import { NLM_F_DUMP_FILTERED, NLM_F_MULTI, NLMSG_HDRLEN, PF_INET6, RTM_F_PREFIX, RTM_NEWROUTE, rtmsg } from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Timers } from '../../timers.ts';
import { readFilter, type RouteFilter } from '../ipv4/fib-dump.ts';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RouteMessage } from '../ipv4/fib-fill.ts';
import { fillRoute6 } from './fib6-fill.ts';
import { RTF, type Fib6Info } from './fib6-info.ts';
import type { Fib6Node, Fib6Table } from './fib6-table.ts';
import type { Fib6 } from './fib6.ts';

/** Where a dump of routes stands. */
class Route6Dump {
  readonly filter: RouteFilter;
  /** Which of the tables, by their order. */
  table = 0;
  /** The last prefix that is done. */
  last: Fib6Node | null = null;
  /** How many routes of the next one are done. */
  route = 0;

  constructor(filter: RouteFilter) {
    this.filter = filter;
  }
}

/**
 * RTM_GETROUTE of IPv6, as a dump. From net/ipv6/ip6_fib.c:inet6_dump_fib.
 */
export function dumpRoutes6(fib6: Fib6, timers: Timers): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const state = callback.state instanceof Route6Dump ? callback.state : start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { filter } = state;
    const { tables } = fib6.net(callback.namespace);
    const chosen = filter.table === 0 ? tables : tables.filter(({ id }) => id === filter.table);
    if (filter.table !== 0 && chosen.length === 0) {
      const family = callback.request[NLMSG_HDRLEN];
      return family === PF_INET6 ? refuse(callback.extack, 'ENOENT', 'ipv6: FIB table does not exist') : 0;
    }
    // Nothing is cached.
    if (!filter.routes) return 0;
    const now = timers.now();
    const fill = (info: Fib6Info, message: RouteMessage): number => fillRoute6(chunk, info, message, now, fib6.view);
    for (; state.table < chosen.length; state.table++) {
      const table = chosen[state.table];
      const error = table === undefined ? 0 : dumpTable(callback, table, state, fill);
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.last = null;
      state.route = 0;
    }
    return 0;
  };
}

function dumpTable(
  { portid, seq }: DumpCallback,
  table: Fib6Table,
  state: Route6Dump,
  fill: (info: Fib6Info, message: RouteMessage) => number,
): number {
  const { filter } = state;
  const flags = NLM_F_MULTI | (filter.isSet || filter.strict ? NLM_F_DUMP_FILTERED : 0);
  const message = { type: RTM_NEWROUTE, flags, portid, seq };
  for (let node = table.nodeAfter(state.last); node !== undefined; node = table.nodeAfter(state.last)) {
    const { routes } = node;
    for (; state.route < routes.length; state.route++) {
      const info = routes[state.route];
      // Siblings are shown together, with the first of them.
      if (info === undefined || (info.siblings !== null && info.siblings[0] !== info) || !isWanted(info, filter)) continue;
      const error = fill(info, message);
      if (error < 0) return error;
    }
    state.last = node;
    state.route = 0;
  }
  return 0;
}

// From net/ipv6/route.c:rt6_dump_route.
function isWanted(info: Fib6Info, filter: RouteFilter): boolean {
  if ((filter.flags & RTM_F_PREFIX) !== 0 && (info.flags & RTF.PREFIX_RT) === 0) return false;
  if (filter.type !== 0 && info.type !== filter.type) return false;
  if (filter.protocol !== 0 && info.protocol !== filter.protocol) return false;
  return filter.dev === null || (info.siblings ?? [info]).some(({ nh }) => nh.dev === filter.dev);
}

function start(callback: DumpCallback): Route6Dump | number {
  const { request, strictCheck } = callback;
  if (strictCheck) {
    const filter = readFilter(callback);
    return typeof filter === 'number' ? filter : new Route6Dump(filter);
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const flags = request.length >= NLMSG_HDRLEN + rtmsg.SIZE ? rtmsg.rtm_flags(view, NLMSG_HDRLEN) & RTM_F_PREFIX : 0;
  return new Route6Dump({ flags, protocol: 0, type: 0, table: 0, dev: null, isSet: false, routes: true, strict: false });
}
