import {
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  PF_INET,
  RTA_MAX,
  RTA_OIF,
  RTA_TABLE,
  RTM_F_CLONED,
  RTM_F_PREFIX,
  RTM_NEWROUTE,
  rtmsg,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { fillRoute, type RouteView } from './fib-fill.ts';
import type { FibAlias, FibTable } from './fib-table.ts';
import { RTM_IPV4_POLICY } from './fib-requests.ts';
import type { Fib } from './fib.ts';

/** Which routes a dump is of: `struct fib_dump_filter`. */
export interface RouteFilter {
  readonly flags: number;
  readonly protocol: number;
  readonly type: number;
  readonly table: number;
  readonly dev: net_device | null;
  /** Whether any of these says something. */
  readonly isSet: boolean;
  /** Whether routes are wanted, or only what was cached for them: there is nothing cached here. */
  readonly routes: boolean;
  /** Whether the request was strict: then what is cached is wanted only by itself. */
  readonly strict: boolean;
}

/** Where a dump of routes stands. */
class RouteDump {
  readonly filter: RouteFilter;
  /** Which of the tables, by their order. */
  table = 0;
  address = 0;
  route = 0;

  constructor(filter: RouteFilter) {
    this.filter = filter;
  }
}

/**
 * RTM_GETROUTE of IPv4, as a dump. From net/ipv4/fib_frontend.c:inet_dump_fib.
 */
export function dumpRoutes(fib: Fib, view: RouteView): (chunk: MessageWriter, callback: DumpCallback) => number {
  return (chunk, callback) => {
    const state = callback.state instanceof RouteDump ? callback.state : start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { filter } = state;
    // IPv4 has no prefixes, and nothing is cached.
    if ((filter.flags & RTM_F_PREFIX) !== 0 || !filter.routes) return 0;
    const { tables } = fib.net(callback.namespace);
    const chosen = filter.table === 0 ? tables : tables.filter(({ id }) => id === filter.table);
    if (filter.table !== 0 && chosen.length === 0) {
      const family = callback.request[NLMSG_HDRLEN];
      return family === PF_INET ? refuse(callback.extack, 'ENOENT', 'ipv4: FIB table does not exist') : 0;
    }
    for (; state.table < chosen.length; state.table++) {
      const table = chosen[state.table];
      const error = table === undefined ? 0 : dumpTable(chunk, callback, table, state, view);
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.address = state.route = 0;
    }
    return 0;
  };
}

// From net/ipv4/fib_trie.c:fib_table_dump.
function dumpTable(chunk: MessageWriter, { portid, seq }: DumpCallback, table: FibTable, state: RouteDump, view: RouteView): number {
  const { filter } = state;
  const flags = NLM_F_MULTI | (filter.isSet || filter.strict ? NLM_F_DUMP_FILTERED : 0);
  const message = { type: RTM_NEWROUTE, flags, portid, seq };
  while (state.address <= 0xffff_ffff) {
    const leaf = table.leafFrom(state.address);
    if (leaf === undefined) break;
    if (leaf.address !== state.address) state.route = 0;
    state.address = leaf.address;
    for (; state.route < leaf.routes.length; state.route++) {
      const alias = leaf.routes[state.route];
      if (alias === undefined || !isWanted(alias, filter)) continue;
      const error = fillRoute(chunk, alias, table.id, message, view);
      if (error < 0) return error;
    }
    state.address++;
    state.route = 0;
  }
  return 0;
}

function isWanted({ type, info }: FibAlias, filter: RouteFilter): boolean {
  if (filter.type !== 0 && type !== filter.type) return false;
  if (filter.protocol !== 0 && info.protocol !== filter.protocol) return false;
  return filter.dev === null || info.nexthops.some(({ dev }) => dev === filter.dev);
}

function start(callback: DumpCallback): RouteDump | number {
  const { request, strictCheck } = callback;
  if (strictCheck) {
    const filter = readFilter(callback);
    return typeof filter === 'number' ? filter : new RouteDump(filter);
  }
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const flags = request.length >= NLMSG_HDRLEN + rtmsg.SIZE ? rtmsg.rtm_flags(view, NLMSG_HDRLEN) & (RTM_F_PREFIX | RTM_F_CLONED) : 0;
  return new RouteDump({ flags, protocol: 0, type: 0, table: 0, dev: null, isSet: false, routes: true, strict: false });
}

/**
 * Reads what a strict request for a dump of routes asks for; IPv6's are read by the same rules. From
 * net/ipv4/fib_frontend.c:ip_valid_fib_dump_req.
 */
export function readFilter(callback: DumpCallback): RouteFilter | number {
  const { request, extack, namespace } = callback;
  if (request.length < NLMSG_HDRLEN + rtmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for FIB dump request');
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = NLMSG_HDRLEN;
  if (rtmsg.rtm_dst_len(view, at) !== 0 || rtmsg.rtm_src_len(view, at) !== 0 || rtmsg.rtm_tos(view, at) !== 0 || rtmsg.rtm_scope(view, at) !== 0) {
    return refuse(extack, 'EINVAL', 'Invalid values in header for FIB dump request');
  }
  const flags = rtmsg.rtm_flags(view, at);
  if ((flags & ~(RTM_F_CLONED | RTM_F_PREFIX)) !== 0) return refuse(extack, 'EINVAL', 'Invalid flags for FIB dump request');
  const tb = new AttributeTable(RTA_MAX);
  const error = parseMessageAttributes(tb, request, 0, rtmsg.SIZE, RTM_IPV4_POLICY, Validation.DEPRECATED_STRICT, extack);
  if (error < 0) return error;
  let dev: net_device | null = null;
  for (let type = 0; type <= RTA_MAX; type++) {
    if (!tb.has(type) || type === RTA_TABLE) continue;
    if (type !== RTA_OIF) return refuse(extack, 'EINVAL', 'Unsupported attribute in dump request');
    const found = namespace.byIndex(tb.s32(RTA_OIF) ?? 0);
    if (found === undefined) return -errno.ENODEV;
    dev = found;
  }
  const protocol = rtmsg.rtm_protocol(view, at);
  const type = rtmsg.rtm_type(view, at);
  const table = tb.u32(RTA_TABLE) ?? rtmsg.rtm_table(view, at);
  const isSet = flags !== 0 || protocol !== 0 || type !== 0 || table !== 0 || dev !== null;
  if (isSet) callback.answerFlags = NLM_F_DUMP_FILTERED;
  return { flags, protocol, type, table, dev, isSet, routes: (flags & RTM_F_CLONED) === 0, strict: true };
}
