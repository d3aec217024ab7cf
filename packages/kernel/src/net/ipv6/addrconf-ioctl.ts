import { SIOCDIFADDR, SIOCSIFADDR, SIOCSIFDSTADDR, in6_ifreq } from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { IoctlContext } from '../core/ioctl-context.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { FamilyIoctl } from '../core/sock-ioctl.ts';
import type { Addrconf } from './addrconf.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { ANY } from './ipv6-address.ts';

/** Seconds that stand for ever: `INFINITY_LIFE_TIME`. */
const FOREVER = 0xffff_ffff;

/** What {@link AddrconfIoctl} stands on. */
export interface AddrconfIoctlDeps {
  readonly addrconf: Addrconf;
  readonly addresses: Inet6Addresses;
  readonly rtnl: Rtnl;
}

/**
 * The ioctls of IPv6 sockets about addresses: `inet6_ioctl` (net/ipv6/af_inet6.c). Unlike on Linux there are none about routes.
 */
export class AddrconfIoctl implements FamilyIoctl {
  readonly #deps: AddrconfIoctlDeps;

  constructor(deps: AddrconfIoctlDeps) {
    this.#deps = deps;
  }

  ioctl(command: number, address: bigint, context: IoctlContext): number | undefined {
    if (command !== SIOCSIFADDR && command !== SIOCDIFADDR && command !== SIOCSIFDSTADDR) return undefined;
    const given = context.memory.read(address, in6_ifreq.SIZE);
    // From net/ipv6/addrconf.c:addrconf_set_dstaddr: it is for tunnels of IPv6 in IPv4, which there are none of.
    if (command === SIOCSIFDSTADDR) return given === undefined ? -errno.EFAULT : -errno.ENODEV;
    if (!context.credentials.netAdmin) return -errno.EPERM;
    if (given === undefined) return -errno.EFAULT;
    return this.#deps.rtnl.locked(() => this.#change(command, new Uint8Array(given), context));
  }

  // From net/ipv6/addrconf.c:inet6_addr_add, inet6_addr_del.
  #change(command: number, bytes: Uint8Array<ArrayBuffer>, { namespace }: IoctlContext): number {
    const { addrconf, addresses } = this.#deps;
    const view = new DataView(bytes.buffer);
    const addr = in6_ifreq.u6_addr8(view, 0).slice();
    const prefixLength = in6_ifreq.ifr6_prefixlen(view, 0);
    if (prefixLength > 128) return -errno.EINVAL;
    const dev = namespace.byIndex(in6_ifreq.ifr6_ifindex(view, 0));
    if (dev === undefined) return -errno.ENODEV;
    const idev = addresses.device(dev);
    if (command === SIOCSIFADDR) {
      if (idev === undefined) return -errno.ENOBUFS;
      return addrconf.add(idev, { addr, peer: ANY, prefixLength, metric: 0, proto: 0, flags: 0, valid: FOREVER, preferred: FOREVER }, null);
    }
    if (idev === undefined) return -errno.ENXIO;
    const ifp = idev.find(addr);
    if (ifp?.prefixLength !== prefixLength) return -errno.EADDRNOTAVAIL;
    addrconf.delete(ifp);
    return 0;
  }
}
