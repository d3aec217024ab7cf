import { IFA_F_OPTIMISTIC, IFA_F_TENTATIVE } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import type { Inet6Device, Inet6Ifaddr } from './inet6-device.ts';
import { SCOPE, type In6 } from './ipv6-address.ts';

/**
 * Which device does IPv6, and which address is whose: what the routes need to know of addresses. From net/ipv6/addrconf.c.
 */
export class Inet6Addresses {
  readonly #devices = new Map<net_device, Inet6Device>();
  /** Moves whenever an address comes or goes, by namespace number: `dev_addr_genid`. */
  readonly #genids: number[] = [];

  /** `__in6_dev_get`. */
  device(dev: net_device): Inet6Device | undefined {
    return this.#devices.get(dev);
  }

  /** Every device that does IPv6. */
  devices(): Inet6Device[] {
    return [...this.#devices.values()];
  }

  add(idev: Inet6Device): void {
    this.#devices.set(idev.dev, idev);
  }

  remove(dev: net_device): void {
    this.#devices.delete(dev);
  }

  /** What dumps of addresses compare to find out about changes: `inet6_base_seq`, never 0. */
  baseSeq(net: Net): number {
    return (net.devBaseSeq + (this.#genids[net.id] ?? 0)) >>> 0 || 0x8000_0000;
  }

  /** An address came, changed or went. */
  bump(net: Net): void {
    this.#genids[net.id] = ((this.#genids[net.id] ?? 0) + 1) >>> 0;
  }

  /**
   * Who has an address. From net/ipv6/addrconf.c:__ipv6_chk_addr_and_flags.
   *
   * @param dev - the only device that may; `null` for any. An address that reaches beyond a link may be another's
   * @param banned - `IFA_F_*` that make it not count
   */
  owner(net: Net, addr: In6, dev: net_device | null, banned: number): Inet6Ifaddr | undefined {
    for (const other of net.devices) {
      const ifp = this.#devices.get(other)?.find(addr);
      if (ifp === undefined) continue;
      const flags = (ifp.flags & IFA_F_OPTIMISTIC) === 0 ? ifp.flags : ifp.flags & ~IFA_F_TENTATIVE;
      if ((flags & banned) !== 0) continue;
      if (dev === null || other === dev || (ifp.scope & (SCOPE.LINK | SCOPE.HOST)) === 0) return ifp;
    }
    return undefined;
  }

  /** `ipv6_chk_addr`: whether an address may be used here. */
  isLocal(net: Net, addr: In6, dev: net_device | null): boolean {
    return this.owner(net, addr, dev, IFA_F_TENTATIVE) !== undefined;
  }
}
