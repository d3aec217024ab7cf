import { AF_INET } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import type { FibInfo, FibNh, Gateway } from '../ipv4/fib-info.ts';
import type { Fib6Info, Fib6Nh } from '../ipv6/fib6-info.ts';
import type { ResilientTable } from './resilient-table.ts';

/** `struct nh_info`: one way to go on. */
export interface NexthopInfo {
  /** `AF_INET`, `AF_INET6`. */
  readonly family: number;
  /** Whether what goes here is dropped. */
  readonly blackhole: boolean;
  /** Whether it is for forwarding tables of bridges, and leads to no device. */
  readonly fdb: boolean;
  readonly gateway: Gateway | null;
  readonly scope: number;
  readonly dev: net_device | null;
  /** As IPv4 routes see it; `null` for one that is no way for them. */
  readonly hop: FibNh | null;
  /** As IPv6 routes see it. */
  readonly hop6: Fib6Nh | null;
  /** In which order they were made. */
  readonly serial: number;
}

/** `struct nh_grp_entry`: a member of a group. */
export interface GroupEntry {
  readonly nexthop: Nexthop;
  readonly weight: number;
}

/** `struct nh_group`: several ways. */
export interface NexthopGroup {
  readonly entries: GroupEntry[];
  readonly fdb: boolean;
  readonly hwStats: boolean;
  /** What keeps flows where they are; `null` for a group that is hashed anew with each change. */
  readonly resilient: ResilientTable | null;
}

/** What a next hop is: one way, or several. */
export type NexthopContent = { readonly info: NexthopInfo; readonly group: null } | { readonly info: null; readonly group: NexthopGroup };

/**
 * `struct nexthop`: an object that routes name by its number.
 *
 * # Invariants
 * It is in `#parents` of each member of its group, and nowhere else.
 */
export class Nexthop {
  readonly net: Net;
  readonly id: number;
  /** `RTPROT_*`. */
  protocol: number;
  /** `RTNH_F_*`. */
  flags: number;
  content: NexthopContent;
  readonly #parents = new Set<Nexthop>();
  /** Moves whenever its members are counted anew. */
  #regrouped = 0;
  /** The routes that name it. */
  readonly infos: Set<FibInfo> = new Set();
  readonly routes6: Set<Fib6Info> = new Set();

  constructor(net: Net, id: number, protocol: number, flags: number, content: NexthopContent) {
    this.net = net;
    this.id = id;
    this.protocol = protocol;
    this.flags = flags;
    this.content = content;
  }

  /** The groups that it is in, those first whose members changed last. */
  get parents(): Nexthop[] {
    return [...this.#parents].sort((a, b) => b.#regrouped - a.#regrouped);
  }

  get hasParents(): boolean {
    return this.#parents.size > 0;
  }

  /** It becomes a member of a group. */
  join(parent: Nexthop): void {
    this.#parents.add(parent);
  }

  /** It is one no more. */
  leave(parent: Nexthop): void {
    this.#parents.delete(parent);
  }

  /**
   * Its members have changed.
   *
   * @param serial - greater than that of any change before
   */
  regroup(serial: number): void {
    this.#regrouped = serial;
  }

  /** `nexthop_is_multipath`. */
  get isGroup(): boolean {
    return this.content.group !== null;
  }

  /** `nexthop_is_blackhole`. */
  get isBlackhole(): boolean {
    const [only, another] = this.infoList;
    return another === undefined && only?.blackhole === true;
  }

  /** Whether it, or one of its members, is of IPv4. */
  get hasIpv4(): boolean {
    return this.infoList.some(({ family }) => family === AF_INET);
  }

  get isFdb(): boolean {
    return this.content.group?.fdb ?? this.content.info?.fdb ?? false;
  }

  /** The ways of IPv4 routes: `fib_info_nhc`. */
  hops(): FibNh[] {
    const { info, group } = this.content;
    if (group === null) return info.hop === null ? [] : [info.hop];
    return group.entries.flatMap(({ nexthop, weight }) => nexthop.hops().map((hop) => ({ ...hop, weight })));
  }

  /** The ways of IPv6 routes: `nexthop_for_each_fib6_nh`. */
  hops6(): Fib6Nh[] {
    const { info, group } = this.content;
    if (group === null) return info.hop6 === null ? [] : [info.hop6];
    return group.entries.flatMap(({ nexthop, weight }) => nexthop.hops6().map((hop) => ({ ...hop, weight })));
  }

  /** The ways that there are, whoever they are for. */
  get infoList(): NexthopInfo[] {
    const { info, group } = this.content;
    return group === null ? [info] : group.entries.flatMap(({ nexthop }) => nexthop.infoList);
  }
}
