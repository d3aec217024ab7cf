import {
  ARPHRD_NETLINK,
  NETLINK_FIB_LOOKUP,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_NFLOG,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  NETLINK_XFRM,
  PACKET_KERNEL,
  PACKET_USER,
} from '@netdevkit/bindings';
import { NET_XMIT_CN, type net_device, type netlink_tap, type sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { Transmit } from '../core/dev-xmit.ts';
import { Net } from '../core/net-namespace.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { ModuleReferences } from './netlink-deps.ts';
import type { NetlinkWatch } from './netlink-watch.ts';

/** From net/netlink/af_netlink.c:netlink_filter_tap: the protocols that are not secret. */
const TAPPED: number = [
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NETLINK_SOCK_DIAG,
  NETLINK_NFLOG,
  NETLINK_XFRM,
  NETLINK_FIB_LOOKUP,
  NETLINK_NETFILTER,
  NETLINK_GENERIC,
].reduce((mask, protocol) => mask | (1 << protocol), 0);

/** What {@link Taps} stands on. */
export interface TapsDeps {
  readonly skbs: SkBuffs;
  readonly xmit: Transmit;
  readonly modules: ModuleReferences;
  readonly faults: Faults;
  readonly log: Printk;
}

/**
 * The devices that get a copy of the netlink traffic, namespace by namespace: the `netlink_tap` part of
 * net/netlink/af_netlink.c.
 */
export class Taps {
  readonly #deps: TapsDeps;
  /** By namespace number, newest first. Lists are replaced, never changed: a tap's device may remove it while one is walked. */
  readonly #lists: (readonly netlink_tap[] | undefined)[] = [];
  /** Who sees all of it without a device. */
  readonly #watches = new Set<NetlinkWatch>();
  /** How many copies were lost because memory was short. */
  lost = 0;

  constructor(deps: TapsDeps) {
    this.#deps = deps;
  }

  /** The taps of a namespace, newest first. */
  in(namespace: Net): readonly netlink_tap[] {
    return this.#lists[namespace.id] ?? [];
  }

  /** How many there are in all. */
  get count(): number {
    return this.#lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  }

  /** Whether it is added, in whatever namespace. */
  has(tap: netlink_tap): boolean {
    return this.#lists.some((list) => list?.includes(tap));
  }

  /**
   * `netlink_add_tap`.
   *
   * @returns -EINVAL for a device of another type, -EBUSY when it is added already, -ENOMEM
   */
  add(tap: netlink_tap): number {
    const { dev } = tap;
    if (dev?.type !== ARPHRD_NETLINK || !(dev.nd_net instanceof Net)) return -errno.EINVAL;
    // Unlike Linux, whose list a second addition destroys.
    if (this.has(tap)) return -errno.EBUSY;
    if (this.#deps.faults.shouldFail('netlink_tap')) return -errno.ENOMEM;
    if (tap.module !== null && !this.#deps.modules.tryGet(tap.module)) return -errno.ENODEV;
    const { id } = dev.nd_net;
    this.#lists[id] = [tap, ...(this.#lists[id] ?? [])];
    return 0;
  }

  /**
   * `netlink_remove_tap`.
   *
   * @returns -ENODEV for a tap that is not added
   */
  remove(tap: netlink_tap): number {
    const at = this.#lists.findIndex((list) => list?.includes(tap));
    if (at === -1) {
      this.#deps.log.warn('__netlink_remove_tap: tap not found');
      return -errno.ENODEV;
    }
    this.#lists[at] = this.#lists[at]?.filter((other) => other !== tap);
    if (tap.module !== null) this.#deps.modules.put(tap.module);
    return 0;
  }

  /** Somebody watches from now on. */
  watch(watch: NetlinkWatch): void {
    this.#watches.add(watch);
  }

  /** Somebody watches no longer. */
  unwatch(watch: NetlinkWatch): void {
    this.#watches.delete(watch);
  }

  /** A device goes: what its driver forgot to remove goes with it. Unlike Linux, which would keep a dangling pointer. */
  forget(dev: net_device): void {
    for (const tap of this.#lists.flatMap((list) => list ?? [])) {
      if (tap.dev !== dev) continue;
      this.#deps.log.warn(`${dev.name}: its driver left a netlink tap behind`);
      this.remove(tap);
      tap.dev = null;
    }
  }

  /** A namespace goes. */
  exit(namespace: Net): void {
    for (const tap of this.in(namespace)) {
      this.remove(tap);
      tap.dev = null;
    }
    this.#lists[namespace.id] = undefined;
  }

  /**
   * `netlink_deliver_tap`: shows the taps of the receiver's namespace what it gets.
   *
   * @param skb - stays the caller's
   * @param toKernel - whether the receiver is a kernel socket
   */
  deliver(namespace: Net, protocol: number, skb: sk_buff, toKernel: boolean): void {
    if (this.#watches.size > 0) for (const watch of this.#watches) watch.see(namespace, protocol, skb, toKernel);
    const taps = this.#lists[namespace.id];
    if (taps === undefined || taps.length === 0 || ((TAPPED >>> protocol) & 1) === 0) return;
    for (let i = 0; i < taps.length; i++) {
      const dev = taps[i]?.dev ?? null;
      // A device that moved away sees nothing; the first failure keeps the copies of further taps back.
      if (dev?.nd_net !== namespace) continue;
      if (this.#deliver(dev, protocol, skb, toKernel) !== 0) return;
    }
  }

  #deliver(dev: net_device, protocol: number, skb: sk_buff, toKernel: boolean): number {
    const twin = this.#deps.skbs.clone(skb);
    if (twin === null) {
      this.lost++;
      return -errno.ENOMEM;
    }
    twin.dev = dev;
    twin.protocol = protocol;
    twin.pkt_type = toKernel ? PACKET_KERNEL : PACKET_USER;
    twin.network_header = twin.data;
    const result = this.#deps.xmit.queue(twin);
    // From include/linux/netdevice.h:net_xmit_errno.
    return result > 0 ? (result === NET_XMIT_CN ? 0 : -errno.ENOBUFS) : result;
  }
}
