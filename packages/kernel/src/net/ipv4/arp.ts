import {
  AF_INET,
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  IFF_LOOPBACK,
  IFF_NOARP,
  IFF_POINTOPOINT,
  NUD_NOARP,
  RT_TABLE_LOCAL,
  RTN_BROADCAST,
  RTN_MULTICAST,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { carrierOk } from '../core/link-watch.ts';
import type { Neighbour, NeighbourOps, NeighbourTable } from '../core/neighbour.ts';
import type { Net } from '../core/net-namespace.ts';
import type { Devinet } from './devinet.ts';
import type { Fib } from './fib.ts';

/** Whether packets on a device have a header that needs addresses: `dev->header_ops`. */
export function hasHeader({ type }: net_device): boolean {
  return type === ARPHRD_ETHER || type === ARPHRD_LOOPBACK;
}

/**
 * IPv4's neighbours: net/ipv4/arp.c.
 */
export class Arp implements NeighbourOps {
  readonly family: number = AF_INET;
  readonly id: string = 'arp_cache';
  readonly keyLength: number = 4;
  readonly lockTime: number = 1000;
  readonly #devinet: Devinet;
  readonly #fib: Fib;

  constructor(devinet: Devinet, fib: Fib) {
    this.#devinet = devinet;
    this.#fib = fib;
  }

  allowAdd(): number {
    return 0;
  }

  /** Where there is only one neighbour, or none, all addresses are the same. */
  keyOn(dev: net_device, key: Uint8Array): Uint8Array {
    return (dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) === 0 ? key : new Uint8Array(4);
  }

  // From net/ipv4/arp.c:arp_constructor.
  construct(neighbour: Neighbour): number {
    const { dev, key, lladdr } = neighbour;
    if (this.#devinet.inDevice(dev) === undefined) return -errno.EINVAL;
    const address = new DataView(key.buffer, key.byteOffset, 4).getUint32(0, false);
    // CAST: every device of this kernel was made with a Net of this kernel.
    neighbour.type = this.#fib.addrType(dev.nd_net as Net, address, RT_TABLE_LOCAL);
    if (!hasHeader(dev)) {
      neighbour.state = NUD_NOARP;
    } else if (neighbour.type === RTN_MULTICAST) {
      neighbour.state = NUD_NOARP;
      lladdr.set([1, 0, 0x5e, (address >>> 16) & 0x7f, (address >>> 8) & 0xff, address & 0xff]);
    } else if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) {
      neighbour.state = NUD_NOARP;
      lladdr.set(dev.dev_addr.subarray(0, dev.addr_len));
    } else if (neighbour.type === RTN_BROADCAST || (dev.flags & IFF_POINTOPOINT) !== 0) {
      neighbour.state = NUD_NOARP;
      lladdr.set(dev.broadcast.subarray(0, dev.addr_len));
    }
    return 0;
  }

  allowProxy(): boolean {
    return true;
  }
}

/**
 * What becomes of IPv4's neighbours with their device. From net/ipv4/arp.c:arp_netdev_event.
 *
 * @param evicts - whether those of a device go that has lost its carrier
 */
export function arpEvent(table: NeighbourTable, evicts: (dev: net_device) => boolean): (event: netdev_cmd, dev: net_device) => number {
  return (event, dev) => {
    if (event === NETDEV_EVENT.CHANGEADDR) table.flush(dev, false, false);
    else if (event === NETDEV_EVENT.CHANGE && !carrierOk(dev) && evicts(dev)) table.flush(dev, true, true);
    return 0;
  };
}
