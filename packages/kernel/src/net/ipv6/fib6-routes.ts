import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTNLGRP_IPV6_ROUTE,
  RTPROT_KERNEL,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Timer, Timers } from '../../timers.ts';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import type { Fib6Create } from './fib6-create.ts';
import { fillRoute6, route6Size } from './fib6-fill.ts';
import { canShare, isDuplicate, leaveSiblings, RTF, type Fib6Config, type Fib6Info } from './fib6-info.ts';
import type { Fib6Node } from './fib6-table.ts';
import type { Fib6 } from './fib6.ts';
import { equal, isAny } from './ipv6-address.ts';


/** How a route is put into its table: the `NLM_F_*` of the request, or `null` for the kernel's own; and whether to be told of. */
export interface InsertOptions {
  readonly nlflags: number | null;
  readonly requester: Requester | null;
  readonly silent?: boolean;
}

/** What to do with a route that is looked at: keep it, or take it out. */
export type Verdict = 'keep' | 'delete';

/** What {@link Fib6Routes} stands on. */
export interface Fib6RoutesDeps {
  readonly fib6: Fib6;
  readonly create: Fib6Create;
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
  /** Milliseconds between looks at routes that end: `ip6_rt_gc_interval`. */
  readonly gcInterval: (net: Net) => number;
}

/**
 * IPv6 routes are put into tables, replaced and taken out, and whoever listens is told: net/ipv6/ip6_fib.c, route.c.
 */
export class Fib6Routes {
  readonly #deps: Fib6RoutesDeps;
  /** When routes that end are looked at next, by namespace. */
  readonly #gc = new Map<Net, Timer>();

  constructor(deps: Fib6RoutesDeps) {
    this.#deps = deps;
  }

  /** Makes a route and adds it. From net/ipv6/route.c:ip6_route_add. */
  add(config: Fib6Config, extack: netlink_ext_ack | null): number {
    const info = this.#deps.create.create(config, extack);
    return typeof info === 'number' ? info : this.insert(info, config, extack);
  }

  /** Puts a route into its table. From net/ipv6/ip6_fib.c:fib6_add, fib6_add_rt2node. */
  insert(info: Fib6Info, { nlflags, requester, silent = false }: InsertOptions, extack: netlink_ext_ack | null): number {
    const { table } = info;
    const replaces = nlflags !== null && (nlflags & NLM_F_REPLACE) !== 0;
    const creates = nlflags === null || (nlflags & NLM_F_CREATE) !== 0;
    const present = table.node(info.dst, info.dstLength);
    // The node of the shortest prefix is always there.
    if (present === undefined && replaces && !creates && info.dstLength > 0) {
      return refuse(extack, 'ENOENT', 'Can not replace route - no match found');
    }
    const node = present ?? table.require(info.dst, info.dstLength);
    const error = replaces ? this.#replace(node, info, nlflags) : this.#place(node, info, nlflags);
    table.tidy(node);
    if (error < 0) return error;
    info.linked = true;
    info.nexthop?.routes6.add(info);
    if ((info.flags & RTF.EXPIRES) !== 0) this.#collectLater(info.net);
    if (!silent) this.tell(RTM_NEWROUTE, info, requester, error);
    return 0;
  }

  /** Takes out the routes that a request describes. From net/ipv6/route.c:ip6_route_del. */
  delete(config: Fib6Config, allHops: boolean, extack: netlink_ext_ack | null): number {
    const table = this.#deps.fib6.table(config.net, config.table);
    if (table === undefined) return refuse(extack, 'ESRCH', 'FIB table does not exist');
    // There are no cached routes, and to look for one is no failure. From net/ipv6/route.c:ip6_del_cached_rt.
    if ((config.flags & RTF.CACHE) !== 0) return 0;
    const routes = config.dstLength > 128 ? [] : (table.node(config.dst, config.dstLength)?.routes ?? []);
    const found = routes.find((info) => matches(info, config));
    if (found === undefined) return config.dstLength === 0 && routes.length === 0 && isNullEntry(config) ? -errno.ENOENT : -errno.ESRCH;
    const { requester } = config;
    const { siblings } = found;
    if ((config.flags & RTF.GATEWAY) !== 0 || siblings === null || !allHops) return this.remove(found, requester);
    // One message tells of all next hops.
    this.tell(RTM_DELROUTE, found, requester, 0);
    for (const info of siblings.slice()) this.#unlink(info);
    return 0;
  }

  /** Takes a route out: 0, or -ENOENT when it is in no table. From net/ipv6/route.c:ip6_del_rt. */
  remove(info: Fib6Info, requester: Requester | null, silent = false): number {
    if (!info.linked) return -errno.ENOENT;
    this.#unlink(info);
    if (!silent) this.tell(RTM_DELROUTE, info, requester, 0);
    return 0;
  }

  /** Looks at all routes of a namespace, and takes out what is to go. From net/ipv6/ip6_fib.c:fib6_clean_all. */
  clean(net: Net, judge: (info: Fib6Info) => Verdict): void {
    for (const table of this.#deps.fib6.net(net).tables) {
      for (const node of table.nodes()) {
        for (const info of [...node.routes]) if (info.linked && judge(info) === 'delete') this.remove(info, null);
      }
    }
  }

  /** Tells of a route. From net/ipv6/route.c:inet6_rt_notify. */
  tell(type: number, info: Fib6Info, requester: Requester | null, flags: number): void {
    const { fib6, sockets, timers } = this.#deps;
    const message = { type, flags, portid: requester?.portid ?? 0, seq: requester?.seq ?? 0 };
    tell(sockets, info.net, RTNLGRP_IPV6_ROUTE, requester, route6Size(info), (writer) => fillRoute6(writer, info, message, timers.now(), fib6.view));
  }

  /** Adds a route to those of its prefix. Gives the `NLM_F_*` to tell it with, or a negative errno. */
  #place(node: Fib6Node, info: Fib6Info, nlflags: number | null): number {
    const { routes } = node;
    const same = routes.filter(({ metric }) => metric === info.metric);
    let told: number = NLM_F_CREATE | (((nlflags ?? 0) & NLM_F_APPEND) !== 0 ? NLM_F_APPEND : 0);
    if (same.length === 0) told |= NLM_F_EXCL;
    else if (nlflags !== null && (nlflags & NLM_F_EXCL) !== 0) return -errno.EEXIST;
    const duplicate = same.find((other) => isDuplicate(other, info));
    if (duplicate !== undefined) {
      this.#refresh(duplicate, info);
      return -errno.EEXIST;
    }
    const at = routes.findIndex(({ metric }) => metric > info.metric);
    routes.splice(at === -1 ? routes.length : at, 0, info);
    const first = canShare(info) ? same.find(canShare) : undefined;
    if (first !== undefined) {
      first.siblings ??= [first];
      first.siblings.push(info);
      info.siblings = first.siblings;
    }
    return told;
  }

  /** Puts a route in the place of another one. Gives the `NLM_F_*` to tell it with, or a negative errno. */
  #replace(node: Fib6Node, info: Fib6Info, nlflags: number): number {
    const { routes } = node;
    const same = routes.filter(({ metric }) => metric === info.metric);
    if (same.length > 0 && (nlflags & NLM_F_EXCL) !== 0) return -errno.EEXIST;
    const creates = (nlflags & NLM_F_CREATE) !== 0;
    const old = same.find((other) => canShare(other) === canShare(info)) ?? same[0];
    if (old === undefined) {
      if (!creates) return -errno.ENOENT;
      const at = routes.findIndex(({ metric }) => metric > info.metric);
      routes.splice(at === -1 ? routes.length : at, 0, info);
      return NLM_F_EXCL | NLM_F_CREATE;
    }
    routes[routes.indexOf(old)] = info;
    const others = old.siblings?.filter((sibling) => sibling !== old) ?? [];
    old.linked = false;
    old.nexthop?.routes6.delete(old);
    leaveSiblings(old);
    // A route of several next hops goes as a whole.
    for (const other of others) this.#unlink(other);
    return NLM_F_REPLACE;
  }

  /** A route that is there already may get another end. */
  #refresh(present: Fib6Info, info: Fib6Info): void {
    if ((present.flags & RTF.EXPIRES) === 0) return;
    if ((info.flags & RTF.EXPIRES) === 0) present.flags &= ~RTF.EXPIRES;
    else present.expires = info.expires;
  }

  #unlink(info: Fib6Info): void {
    const node = info.table.node(info.dst, info.dstLength);
    const at = node?.routes.indexOf(info) ?? -1;
    if (node === undefined || at === -1) return;
    node.routes.splice(at, 1);
    info.linked = false;
    info.nexthop?.routes6.delete(info);
    // From net/ipv6/ip6_fib.c:fib6_purge_rt: what is told of its deletion has no end.
    info.flags &= ~RTF.EXPIRES;
    leaveSiblings(info);
    info.table.tidy(node);
  }

  /** Takes out the routes of a namespace that have ended. From net/ipv6/ip6_fib.c:fib6_run_gc. */
  collect(net: Net): void {
    const { timers } = this.#deps;
    this.#gc.get(net)?.cancel();
    this.#gc.delete(net);
    let rest = false;
    const now = timers.now();
    this.clean(net, (info) => {
      if ((info.flags & RTF.EXPIRES) === 0) return 'keep';
      if (now > info.expires) return 'delete';
      rest = true;
      return 'keep';
    });
    if (rest) this.#collectLater(net);
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#gc.get(net)?.cancel();
    this.#gc.delete(net);
  }

  // From net/ipv6/ip6_fib.c:fib6_start_gc.
  #collectLater(net: Net): void {
    if (this.#gc.has(net)) return;
    const { timers, gcInterval } = this.#deps;
    const timer = timers.set(gcInterval(net), () => {
      this.collect(net);
    });
    this.#gc.set(net, timer);
  }

  /** A route that has no end yet gets one. */
  setExpires(info: Fib6Info, expires: number): void {
    info.flags |= RTF.EXPIRES;
    info.expires = expires;
    this.#collectLater(info.net);
  }
}

/** A table without a route to everywhere has one that leads nowhere and cannot go: `fib6_null_entry`. Whether a request describes it. */
function isNullEntry({ metric, protocol, ifindex, flags, gateway, nhId }: Fib6Config): boolean {
  const isAnywhere = (flags & RTF.GATEWAY) === 0 || gateway === null || isAny(gateway);
  return (metric === 0 || metric === 0xffff_ffff) && (protocol === 0 || protocol === RTPROT_KERNEL) && ifindex === 0 && isAnywhere && nhId === 0;
}

/** Whether a route is the one that a request to delete describes. */
function matches({ metric, protocol, nexthop, nh }: Fib6Info, config: Fib6Config): boolean {
  if (config.metric !== 0 && config.metric !== metric) return false;
  if (config.protocol !== 0 && config.protocol !== protocol) return false;
  if (nexthop !== null) return config.nhId === 0 || config.nhId === nexthop.id;
  if (config.nhId !== 0) return false;
  if (config.ifindex !== 0 && config.ifindex !== nh.dev.ifindex) return false;
  if ((config.flags & RTF.GATEWAY) === 0 || config.gateway === null) return true;
  return nh.gateway === null ? config.gateway.every((octet) => octet === 0) : equal(config.gateway, nh.gateway);
}
