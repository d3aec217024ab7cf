import { AF_INET6, IFF_LOOPBACK, IFF_NOARP, IFF_POINTOPOINT, NUD_NOARP, RTN_LOCAL, RTN_MULTICAST, RTN_UNICAST } from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Timers } from '../../timers.ts';
import { carrierOk } from '../core/link-watch.ts';
import type { Neighbour, NeighbourOps, NeighbourTable, ProxyNeighbour } from '../core/neighbour.ts';
import { hasHeader } from '../ipv4/arp.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import { isMulticast, solicitedNode } from './ipv6-address.ts';

/**
 * IPv6's neighbours: net/ipv6/ndisc.c.
 */
export class Ndisc implements NeighbourOps {
  readonly family: number = AF_INET6;
  readonly id: string = 'ndisc_cache';
  readonly keyLength: number = 16;
  readonly lockTime: number = 0;
  readonly #addresses: Inet6Addresses;
  readonly #timers: Timers;

  constructor(addresses: Inet6Addresses, timers: Timers) {
    this.#addresses = addresses;
    this.#timers = timers;
  }

  allowAdd(dev: net_device, extack: netlink_ext_ack | null): number {
    return this.#addresses.device(dev) === undefined ? refuse(extack, 'EINVAL', 'IPv6 is disabled on this device') : 0;
  }

  keyOn(_dev: net_device, key: Uint8Array): Uint8Array {
    return key;
  }

  // From net/ipv6/ndisc.c:ndisc_constructor.
  construct(neighbour: Neighbour): number {
    const { dev, key, lladdr } = neighbour;
    if (this.#addresses.device(dev) === undefined) return -errno.EINVAL;
    neighbour.type = isMulticast(key) ? RTN_MULTICAST : RTN_UNICAST;
    if (!hasHeader(dev)) {
      neighbour.state = NUD_NOARP;
    } else if (isMulticast(key)) {
      neighbour.state = NUD_NOARP;
      lladdr.set([0x33, 0x33, ...key.subarray(12, 16)]);
    } else if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) {
      neighbour.state = NUD_NOARP;
      lladdr.set(dev.dev_addr.subarray(0, dev.addr_len));
      if ((dev.flags & IFF_LOOPBACK) !== 0) neighbour.type = RTN_LOCAL;
    } else if ((dev.flags & IFF_POINTOPOINT) !== 0) {
      neighbour.state = NUD_NOARP;
      lladdr.set(dev.broadcast.subarray(0, dev.addr_len));
    }
    return 0;
  }

  allowProxy(dev: net_device | null): boolean {
    return dev !== null && this.#addresses.device(dev) !== undefined;
  }

  // From net/ipv6/ndisc.c:pndisc_constructor. Who asks for an address asks a group for it.
  proxyAdded({ dev, key }: ProxyNeighbour): void {
    if (dev !== null) this.#addresses.device(dev)?.join(solicitedNode(key), this.#timers.now());
  }

  // From net/ipv6/ndisc.c:pndisc_destructor.
  proxyRemoved({ dev, key }: ProxyNeighbour): void {
    if (dev !== null) this.#addresses.device(dev)?.leave(solicitedNode(key));
  }
}

/**
 * What becomes of IPv6's neighbours with their device. From net/ipv6/ndisc.c:ndisc_netdev_event.
 *
 * @param evicts - whether those of a device go that has lost its carrier
 */
export function ndiscEvent(table: NeighbourTable, evicts: (dev: net_device) => boolean): (event: netdev_cmd, dev: net_device) => number {
  return (event, dev) => {
    if (event === NETDEV_EVENT.CHANGEADDR) table.flush(dev, false, false);
    else if (event === NETDEV_EVENT.CHANGE && !carrierOk(dev) && evicts(dev)) table.flush(dev, true, true);
    else if (event === NETDEV_EVENT.DOWN || event === NETDEV_EVENT.UNREGISTER) table.flush(dev, false, true);
    return 0;
  };
}
