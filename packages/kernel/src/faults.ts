import { errno, type ErrnoCode } from '@netdevkit/errno';
import type { Fault } from './fault.ts';
import { NetlinkFaults } from './net/netlink/netlink-faults.ts';

/** The places where the kernel asks for memory. */
export type AllocationSite =
  | 'alloc_skb'
  | 'skb_clone'
  | 'skb_copy'
  | 'alloc_netdev'
  | 'name_node'
  | 'pcpu_stats'
  | 'sysfs'
  | 'netlink_sock'
  | 'netlink_groups'
  | 'netlink_tap'
  | 'dump_start'
  | 'packet_sock'
  | 'module'
  | 'link_ops'
  | 'ifalias'
  | 'altname'
  | 'net'
  | 'in_ifaddr'
  | 'inet6_ifaddr'
  | 'fib_table'
  | 'fib_info'
  | 'fib_alias'
  | 'fib6_info'
  | 'fib_rule'
  | 'neighbour';

/** The callbacks of drivers that can be made to fail before the driver sees them. */
export type RefusableCallback =
  | 'ndo_init'
  | 'ndo_open'
  | 'ndo_change_mtu'
  | 'ndo_set_mac_address'
  | 'ndo_validate_addr'
  | 'ndo_change_carrier'
  | 'setup'
  | 'validate'
  | 'newlink'
  | 'changelink'
  | 'fill_info'
  | 'init_module';

/** Which allocations fail. */
export interface AllocationFault {
  /** The first one that fails, counted from now: 1 is the next. */
  readonly nth: number;
  /** How many fail in a row; by default one. */
  readonly times?: number;
  /** Count only allocations at this place. */
  readonly site?: AllocationSite;
}

interface ArmedAllocation extends Fault {
  readonly site: AllocationSite | undefined;
  readonly first: number;
  readonly last: number;
  seen: number;
  hits: number;
}

interface ArmedRefusal extends Fault {
  readonly errno: number;
  left: number;
  hits: number;
}

/**
 * Faults on demand: the allocations and driver callbacks of one kernel that are to fail.
 */
export class Faults {
  /** Faults of netlink: refused requests, lost and late messages, interrupted dumps. */
  readonly netlink: NetlinkFaults = new NetlinkFaults();
  readonly #allocations = new Set<ArmedAllocation>();
  readonly #refusals = new Map<RefusableCallback, ArmedRefusal>();
  #armed = false;
  #count = 0;

  /** How many allocations the kernel has made, failed ones included. */
  get allocations(): number {
    return this.#count;
  }

  /**
   * Makes the nth allocation from now fail, as if memory were short.
   *
   * @throws RangeError when `nth` or `times` is no positive integer
   */
  failAllocation(fault: AllocationFault): Fault {
    const { nth, times = 1, site } = fault;
    for (const [label, value] of [['nth', nth], ['times', times]] as const) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(`${label}: expected a positive integer, got ${String(value)}`);
      }
    }
    const set = this.#allocations;
    const disarm = (): void => {
      set.delete(armed);
      this.#armed = set.size > 0;
    };
    const armed: ArmedAllocation = { site, first: nth, last: nth + times - 1, seen: 0, hits: 0, [Symbol.dispose]: disarm };
    set.add(armed);
    this.#armed = true;
    return armed;
  }

  /**
   * Makes a driver's callback fail before the driver sees it.
   *
   * @param callback - its C name
   * @param code - the errno that it gives
   * @param times - how often; by default until the fault is disposed
   */
  refuse(callback: RefusableCallback, code: ErrnoCode, times: number = Infinity): Fault {
    const armed: ArmedRefusal = {
      errno: -errno[code],
      left: times,
      hits: 0,
      [Symbol.dispose]: () => {
        if (this.#refusals.get(callback) === armed) this.#refusals.delete(callback);
      },
    };
    this.#refusals.set(callback, armed);
    return armed;
  }

  /** Whether this allocation fails. Every allocation asks. */
  shouldFail(site: AllocationSite): boolean {
    this.#count++;
    return this.#armed && this.#strike(site);
  }

  /** The errno that a callback is to fail with, or 0. */
  refusal(callback: RefusableCallback): number {
    if (this.#refusals.size === 0) return 0;
    const armed = this.#refusals.get(callback);
    if (armed === undefined || armed.left <= 0) return 0;
    armed.left--;
    armed.hits++;
    return armed.errno;
  }

  #strike(site: AllocationSite): boolean {
    let failed = false;
    for (const armed of this.#allocations) {
      if (armed.site !== undefined && armed.site !== site) continue;
      armed.seen++;
      if (armed.seen < armed.first || armed.seen > armed.last) continue;
      armed.hits++;
      failed = true;
    }
    return failed;
  }
}
