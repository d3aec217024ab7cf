import { IFF_LOWER_UP, IFF_RUNNING, NLM_F_CREATE, NLM_F_REPLACE, RT_SCOPE_HOST, RT_SCOPE_LINK, RTM_DELNEXTHOP, RTM_NEWNEXTHOP, RTM_NEWNEXTHOPBUCKET, RTNH_F_ONLINK, RTNLGRP_NEXTHOP } from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Timers } from '../../timers.ts';
import { reportedFlags } from '../core/dev-state.ts';
import type { Requester } from '../core/link-messages.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Sysctls } from '../core/sysctl.ts';
import type { FibInfo } from '../ipv4/fib-info.ts';
import type { Fib6Info } from '../ipv6/fib6-info.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { BUCKET_SIZE, fillBucket, fillNexthop, nexthopSize } from './nexthop-fill.ts';
import type { Nexthop, NexthopContent } from './nexthop.ts';
import { ResilientTable, type ResilientConfig } from './resilient-table.ts';

/** What happens to routes whose next hop changes. */
export interface NexthopRoutes {
  /** The routes with these go. */
  readonly flush: (net: Net, infos: readonly FibInfo[]) => void;
  /** An IPv6 route goes. */
  readonly remove6: (info: Fib6Info, silent: boolean) => void;
  /** Routes are told of anew, for their next hop is another. */
  readonly update: (net: Net, infos: ReadonlySet<FibInfo>, requester: Requester | null) => void;
  readonly update6: (info: Fib6Info, requester: Requester | null) => void;
}

/** What {@link Nexthops} stands on. */
export interface NexthopsDeps {
  readonly sockets: RtnlSockets;
  readonly timers: Timers;
  readonly sysctls: Sysctls;
}

/** A request's part in what it is told of. */
export interface NexthopRequester extends Requester {
  /** `nlmsg_flags`, which messages about next hops repeat. */
  readonly flags: number;
}

/** How an object is put in its place. */
export interface NexthopInsert {
  readonly nlflags: number;
  readonly resilient: ResilientConfig | null;
  readonly requester: NexthopRequester;
}

/** The next hops of a namespace. */
class NetNexthops {
  readonly byId = new Map<number, Nexthop>();
  lastId = 0;
  /** Moves with each change. Never 0. */
  seq = 1;
}

/**
 * Next hop objects: what routes of both families name by number. net/ipv4/nexthop.c. All under RTNL.
 */
export class Nexthops {
  readonly #deps: NexthopsDeps;
  readonly #nets: (NetNexthops | undefined)[] = [];
  #serial = 0;
  /** Set once routes stand. */
  routes: NexthopRoutes | null = null;

  constructor(deps: NexthopsDeps) {
    this.#deps = deps;
  }

  /** `nexthop_find_by_id`. */
  find(net: Net, id: number): Nexthop | undefined {
    return this.#nets[net.id]?.byId.get(id);
  }

  /** All of a namespace, by ascending number. */
  all(net: Net): Nexthop[] {
    return [...(this.#nets[net.id]?.byId.values() ?? [])].sort((a, b) => a.id - b.id);
  }

  /** What dumps compare to find out about changes. */
  seq(net: Net): number {
    return this.#net(net).seq;
  }

  /** Whether messages about routes show their next hops besides naming them: `nexthop_compat_mode`. */
  isCompatible(net: Net): boolean {
    return this.#deps.sysctls.get(net, 'ipv4/nexthop_compat_mode') !== 0;
  }

  /** A number for the next one that is made. */
  nextSerial(): number {
    return this.#serial++;
  }

  /** A number that no object has. From net/ipv4/nexthop.c:nh_find_unused_id. */
  unusedId(net: Net): number {
    const own = this.#net(net);
    do own.lastId = (own.lastId + 1) >>> 0;
    while (own.lastId === 0 || own.byId.has(own.lastId));
    return own.lastId;
  }

  /** A table for a new resilient group. */
  resilientTable(net: Net, id: number, config: ResilientConfig & { readonly buckets: number }): ResilientTable {
    return new ResilientTable(config, this.#deps.timers, (index) => {
      this.#tellBucket(net, id, index);
    });
  }

  /** Adds an object, or replaces what has its number. From net/ipv4/nexthop.c:insert_nexthop. */
  insert(made: Nexthop, { nlflags, resilient, requester }: NexthopInsert, extack: netlink_ext_ack): number {
    const { net, id } = made;
    const own = this.#net(net);
    const present = own.byId.get(id);
    const replaces = (nlflags & NLM_F_REPLACE) !== 0;
    if (present !== undefined) {
      if (!replaces) return -errno.EEXIST;
      const error = this.#replace(present, made, resilient, extack);
      if (error < 0) return error;
      this.#changed(net);
      this.#tell(RTM_NEWNEXTHOP, present, requester);
      if (this.isCompatible(net)) this.#tellRoutes(present, requester);
      return 0;
    }
    if (replaces && (nlflags & NLM_F_CREATE) === 0) return refuse(extack, 'ENOENT', 'Replace specified without create and no entry exists');
    const { group } = made.content;
    if (resilient !== null && resilient.buckets === undefined) {
      return refuse(extack, 'EINVAL', 'Number of buckets not specified for nexthop group insertion');
    }
    own.byId.set(id, made);
    this.#regroup(made);
    group?.resilient?.rebalance(group.entries);
    this.#changed(net);
    this.#tell(RTM_NEWNEXTHOP, made, requester);
    return 0;
  }

  /**
   * Takes an object away, and the routes that name it. From net/ipv4/nexthop.c:remove_nexthop.
   *
   * @param requester - `null` when nobody asked for it: then nobody is told, either
   */
  remove(nexthop: Nexthop, requester: NexthopRequester | null): void {
    const { net, id } = nexthop;
    const own = this.#net(net);
    if (own.byId.get(id) !== nexthop) return;
    own.byId.delete(id);
    if (requester !== null) this.#tell(RTM_DELNEXTHOP, nexthop, requester);
    this.#removeRoutes(nexthop);
    const { group } = nexthop.content;
    if (group === null) {
      for (const parent of nexthop.parents) this.#leaveGroup(parent, nexthop, requester);
    } else {
      for (const { nexthop: member } of group.entries) member.leave(nexthop);
      group.resilient?.stop();
    }
    this.#changed(net);
  }

  /** What becomes of next hops with their device. From net/ipv4/nexthop.c:nh_netdev_event. */
  readonly event = (event: netdev_cmd, dev: net_device): number => {
    const isCut = event === NETDEV_EVENT.CHANGE && (reportedFlags(dev) & (IFF_RUNNING | IFF_LOWER_UP)) === 0;
    if (event !== NETDEV_EVENT.DOWN && event !== NETDEV_EVENT.UNREGISTER && !isCut) return 0;
    // CAST: every device of this kernel was made with a Net of this kernel.
    const over = this.all(dev.nd_net as Net).flatMap((nexthop) => {
      const { info } = nexthop.content;
      const stays = info?.blackhole === true && event !== NETDEV_EVENT.UNREGISTER;
      return info === null || info.fdb || info.dev !== dev || stays ? [] : [{ nexthop, serial: info.serial }];
    });
    for (const { nexthop } of over.sort((a, b) => b.serial - a.serial)) this.remove(nexthop, null);
    return 0;
  };

  /** Whether an IPv4 route may have it. From net/ipv4/nexthop.c:fib_check_nexthop. */
  check4(nexthop: { readonly content: NexthopContent }, scope: number, extack: netlink_ext_ack | null): number {
    const { info, group } = nexthop.content;
    if (group?.fdb ?? info?.fdb ?? false) return refuse(extack, 'EINVAL', 'Route cannot point to a fdb nexthop');
    if (group !== null && scope === RT_SCOPE_HOST) return refuse(extack, 'EINVAL', 'Route with host scope can not have multiple nexthops');
    const first = info ?? group?.entries[0]?.nexthop.content.info;
    if (scope === RT_SCOPE_HOST && first?.gateway != null) return refuse(extack, 'EINVAL', 'Route with host scope can not have a gateway');
    const isOnlink = ((first?.hop?.flags ?? 0) & RTNH_F_ONLINK) !== 0;
    return isOnlink && scope >= RT_SCOPE_LINK ? refuse(extack, 'EINVAL', 'Scope mismatch with nexthop') : 0;
  }

  /** Whether an IPv6 route may have it. From net/ipv4/nexthop.c:fib6_check_nexthop. */
  check6(nexthop: Nexthop, extack: netlink_ext_ack | null): number {
    if (nexthop.hasIpv4) return refuse(extack, 'EINVAL', 'IPv6 routes can not use an IPv4 nexthop');
    return nexthop.isFdb ? refuse(extack, 'EINVAL', 'Route cannot point to a fdb nexthop') : 0;
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    for (const nexthop of this.all(net)) this.remove(nexthop, null);
    this.#nets[net.id] = undefined;
  }

  // From net/ipv4/nexthop.c:replace_nexthop.
  #replace(old: Nexthop, made: Nexthop, resilient: ResilientConfig | null, extack: netlink_ext_ack): number {
    const error = this.#checkUsers(old, made, extack);
    if (error < 0) return error;
    const isReject = made.content.info?.blackhole === true;
    for (const parent of old.parents) {
      if (isReject && (parent.content.group?.entries.length ?? 0) > 1) {
        return refuse(extack, 'EINVAL', 'Blackhole nexthop can not be a member of a group with more than one path');
      }
      const refused = this.#checkUsers(parent, made, extack);
      if (refused < 0) return refused;
    }
    return old.content.group === null ? this.#replaceSingle(old, made, extack) : this.#replaceGroup(old, made, resilient, extack);
  }

  #checkUsers(old: Nexthop, made: Nexthop, extack: netlink_ext_ack): number {
    for (const info of old.infos) {
      const error = this.check4(made, info.scope, extack);
      if (error < 0) return error;
    }
    return old.routes6.size === 0 ? 0 : this.check6(made, extack);
  }

  // From net/ipv4/nexthop.c:replace_nexthop_single.
  #replaceSingle(old: Nexthop, made: Nexthop, extack: netlink_ext_ack): number {
    if (made.content.group !== null) return refuse(extack, 'EINVAL', 'Can not replace a nexthop with a nexthop group.');
    if (old.hasParents && made.isFdb !== old.isFdb) {
      return refuse(extack, 'EINVAL', 'Cannot change nexthop FDB status while in a group');
    }
    old.protocol = made.protocol;
    old.flags = made.flags;
    old.content = made.content;
    return 0;
  }

  // From net/ipv4/nexthop.c:replace_nexthop_grp.
  #replaceGroup(old: Nexthop, made: Nexthop, resilient: ResilientConfig | null, extack: netlink_ext_ack): number {
    const [before, after] = [old.content.group, made.content.group];
    if (after === null) return refuse(extack, 'EINVAL', 'Can not replace a nexthop group with a nexthop.');
    const table = before?.resilient ?? null;
    if ((table === null) !== (resilient === null)) return refuse(extack, 'EINVAL', 'Can not replace a nexthop group with one of a different type.');
    if (table !== null && resilient !== null) {
      if (resilient.buckets !== undefined && resilient.buckets !== table.buckets.length) {
        return refuse(extack, 'EINVAL', 'Can not change number of buckets of a resilient nexthop group.');
      }
      table.idleTimer = resilient.idleTimer ?? table.idleTimer;
      table.unbalancedTimer = resilient.unbalancedTimer ?? table.unbalancedTimer;
      table.rebalance(after.entries);
    }
    for (const { nexthop } of before?.entries ?? []) nexthop.leave(old);
    old.content = { info: null, group: { ...after, resilient: table } };
    this.#regroup(old);
    return 0;
  }

  // From net/ipv4/nexthop.c:remove_nh_grp_entry.
  #leaveGroup(parent: Nexthop, member: Nexthop, requester: NexthopRequester | null): void {
    const { group } = parent.content;
    if (group === null) return;
    if (group.entries.length === 1) {
      this.remove(parent, requester);
      return;
    }
    group.entries.splice(
      group.entries.findIndex(({ nexthop }) => nexthop === member),
      1,
    );
    member.leave(parent);
    parent.regroup(this.nextSerial());
    group.resilient?.rebalance(group.entries);
    if (requester !== null) this.#tell(RTM_NEWNEXTHOP, parent, requester);
  }

  #regroup(parent: Nexthop): void {
    parent.regroup(this.nextSerial());
    for (const { nexthop } of parent.content.group?.entries ?? []) nexthop.join(parent);
  }

  // From net/ipv4/nexthop.c:__remove_nexthop_fib.
  #removeRoutes({ net, infos, routes6 }: Nexthop): void {
    if (infos.size > 0) this.routes?.flush(net, [...infos]);
    for (const info of [...routes6]) this.routes?.remove6(info, !this.isCompatible(net));
  }

  // From net/ipv4/nexthop.c:nexthop_replace_notify.
  #tellRoutes(nexthop: Nexthop, requester: Requester): void {
    for (const { net, infos, routes6 } of [nexthop, ...nexthop.parents]) {
      if (infos.size > 0) this.routes?.update(net, infos, requester);
      // The newest first.
      for (const info of [...routes6].reverse()) this.routes?.update6(info, requester);
    }
  }

  #tell(type: number, nexthop: Nexthop, requester: NexthopRequester): void {
    const { portid, seq, flags } = requester;
    tell(this.#deps.sockets, nexthop.net, RTNLGRP_NEXTHOP, requester, nexthopSize(nexthop), (writer) =>
      fillNexthop(writer, nexthop, { type, flags, portid, seq }, 0),
    );
  }

  // From net/ipv4/nexthop.c:nexthop_bucket_notify.
  #tellBucket(net: Net, id: number, index: number): void {
    const nexthop = this.find(net, id);
    const table = nexthop?.content.group?.resilient ?? null;
    if (nexthop === undefined || table === null) return;
    const message = { type: RTM_NEWNEXTHOPBUCKET, flags: NLM_F_REPLACE, portid: 0, seq: 0 };
    tell(this.#deps.sockets, net, RTNLGRP_NEXTHOP, null, BUCKET_SIZE, (writer) => fillBucket(writer, nexthop, table, index, message));
  }

  #changed(net: Net): void {
    const own = this.#net(net);
    own.seq = (own.seq + 1) >>> 0 || 1;
  }

  #net(net: Net): NetNexthops {
    return (this.#nets[net.id] ??= new NetNexthops());
  }
}
