import type { module } from '@netdevkit/bindings/raw';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { Timers } from '../../timers.ts';
import type { FilterContext } from '../core/filter-load.ts';
import type { Transmit } from '../core/dev-xmit.ts';
import type { Namespaces } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { SkBuffs } from '../core/skbuff.ts';

/** What netlink needs of the module loader. */
export interface ModuleReferences {
  request(alias: string): void;
  tryGet(mod: module): boolean;
  put(mod: module): void;
}

/** What netlink stands on. */
export interface NetlinkDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly namespaces: Namespaces;
  /** Tells of devices that go, whose taps go with them. */
  readonly chain: NetdevChain;
  readonly modules: ModuleReferences;
  readonly rtnl: Rtnl;
  readonly faults: Faults;
  readonly log: Printk;
  readonly timers: Timers;
  /** What sockets' filters may know. */
  readonly filters: FilterContext;
  /**
   * The process id that port ids start with, for sockets whose credentials name none.
   *
   * @defaultValue 1
   */
  readonly tgid?: number;
  /**
   * Gives integers from 0 to below its argument, for port ids when the process has a socket already.
   *
   * @defaultValue a generator that gives every kernel the same sequence
   */
  readonly random?: (below: number) => number;
  /**
   * Whether to remember where each socket was made.
   *
   * @defaultValue false
   */
  readonly track?: boolean;
}
