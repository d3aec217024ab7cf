import {
  AF_INET,
  ATF_COM,
  ATF_DONTPUB,
  ATF_NETMASK,
  ATF_PERM,
  ATF_PUBL,
  NUD_FAILED,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_STALE,
  RT_SCOPE_LINK,
  SIOCDARP,
  SIOCGARP,
  SIOCSARP,
  arpreq,
} from '@netdevkit/bindings';
import { IFNAMSIZ, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { decodeCString, encodeText } from '../../text.ts';
import type { IoctlContext } from '../core/ioctl-context.ts';
import { NUD_VALID, UPDATE, type Neighbour, type NeighbourTable } from '../core/neighbour.ts';
import type { Rtnl } from '../core/rtnl.ts';
import { IPV4_DEVCONF } from './devconf.ts';
import type { Devinet } from './devinet.ts';
import { flowTo } from './fib.ts';
import type { RouteLookup } from './route-lookup.ts';

/** How many octets of an address a `struct sockaddr` has room for. */
const SA_DATA = 14;
const ALL = 0xffff_ffff;

/** What {@link ArpIoctl} stands on. */
export interface ArpIoctlDeps {
  readonly arp: NeighbourTable;
  readonly devinet: Devinet;
  readonly lookup: RouteLookup;
  readonly rtnl: Rtnl;
}

/** A program's `struct arpreq`, copied in. */
class ArpRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes);
    this.view = new DataView(this.bytes.buffer);
    this.bytes[arpreq.FIELDS.arp_dev.offset + IFNAMSIZ - 1] = 0;
  }

  /** The device's name: empty for none, `null` for what is no text. */
  get device(): string | null {
    return decodeCString(arpreq.arp_dev(this.view, 0));
  }

  get flags(): number {
    return arpreq.arp_flags(this.view, 0);
  }

  /** `arp_ha`: the kind of the hardware address. */
  get hardware(): number {
    return this.view.getUint16(arpreq.arp_ha(0), true);
  }

  set hardware(type: number) {
    this.view.setUint16(arpreq.arp_ha(0), type, true);
  }

  /** The hardware address. */
  get lladdr(): Uint8Array {
    const at = arpreq.arp_ha(0) + 2;
    return this.bytes.subarray(at, at + SA_DATA);
  }

  /** `arp_pa`, in host order. */
  get address(): number {
    return this.view.getUint32(arpreq.arp_pa(0) + 4, false);
  }

  /** The address as neighbours are found by it. */
  get key(): Uint8Array {
    const at = arpreq.arp_pa(0) + 4;
    return this.bytes.slice(at, at + 4);
  }

  /** `arp_netmask`: one address unless the program says otherwise. */
  get netmask(): number {
    return (this.flags & ATF_NETMASK) === 0 ? ALL : this.view.getUint32(arpreq.arp_netmask(0) + 4, false);
  }
}

/**
 * SIOCGARP, SIOCSARP and SIOCDARP: `arp_ioctl` (net/ipv4/arp.c).
 */
export class ArpIoctl {
  readonly #deps: ArpIoctlDeps;

  constructor(deps: ArpIoctlDeps) {
    this.#deps = deps;
  }

  /** Reads, sets or deletes a neighbour: 0 or a negative errno. */
  run(command: number, address: bigint, context: IoctlContext): number {
    if (command !== SIOCGARP && !context.credentials.netAdmin) return -errno.EPERM;
    const given = context.memory.read(address, arpreq.SIZE);
    if (given === undefined) return -errno.EFAULT;
    const request = new ArpRequest(given);
    if (request.view.getUint16(arpreq.arp_pa(0), true) !== AF_INET) return -errno.EPFNOSUPPORT;
    if ((request.flags & ATF_PUBL) === 0 && (request.flags & (ATF_NETMASK | ATF_DONTPUB)) !== 0) return -errno.EINVAL;
    if (request.netmask !== 0 && request.netmask !== ALL) return -errno.EINVAL;
    return this.#deps.rtnl.locked(() => {
      if (command === SIOCGARP) {
        const error = this.#get(request, context);
        return error === 0 && !context.memory.write(address, request.bytes) ? -errno.EFAULT : error;
      }
      const dev = this.#device(request, context);
      if (typeof dev === 'number') return dev;
      if ((request.flags & ATF_PUBL) !== 0) return this.#publish(command, request, dev, context);
      if (dev === null) return -errno.EINVAL;
      return command === SIOCSARP ? this.#set(request, dev) : this.#delete(request, dev);
    });
  }

  // From net/ipv4/arp.c:arp_req_get.
  #get(request: ArpRequest, context: IoctlContext): number {
    if (request.device === '') return -errno.ENODEV;
    const dev = this.#byName(request, context);
    if (typeof dev === 'number') return dev;
    const neighbour = this.#deps.arp.find(dev, request.key);
    if (neighbour === undefined || (neighbour.state & NUD_NOARP) !== 0) return -errno.ENXIO;
    request.lladdr.set(neighbour.lladdr.subarray(0, Math.min(dev.addr_len, SA_DATA)));
    if ((request.flags & ATF_NETMASK) === 0) request.view.setUint32(arpreq.arp_netmask(0) + 4, ALL, false);
    arpreq.set_arp_flags(request.view, 0, arpFlags(neighbour));
    request.hardware = dev.type;
    request.bytes.set(encodeText(`${dev.name}\0`), arpreq.FIELDS.arp_dev.offset);
    return 0;
  }

  // From net/ipv4/arp.c:arp_req_dev: the named one, or that by which the address is reached.
  #device(request: ArpRequest, context: IoctlContext): net_device | null | number {
    if (request.device !== '') return this.#byName(request, context);
    if ((request.flags & ATF_PUBL) !== 0) return null;
    const route = this.#deps.lookup.output(context.namespace, flowTo(request.address, { scope: RT_SCOPE_LINK }));
    return typeof route === 'number' ? route : route.dev;
  }

  // From net/ipv4/arp.c:arp_req_dev_by_name.
  #byName(request: ArpRequest, { namespace }: IoctlContext): net_device | number {
    const { device } = request;
    const dev = device === null ? undefined : namespace.byName(device);
    if (dev === undefined) return -errno.ENODEV;
    if (request.hardware === 0) request.hardware = dev.type;
    return (request.flags & ATF_COM) !== 0 && request.hardware !== dev.type ? -errno.EINVAL : dev;
  }

  // From net/ipv4/arp.c:arp_req_set.
  #set(request: ArpRequest, dev: net_device): number {
    if (request.hardware !== dev.type) return -errno.EINVAL;
    const { arp } = this.#deps;
    const neighbour = arp.find(dev, request.key) ?? arp.create(dev, request.key, 0);
    if (typeof neighbour === 'number') return neighbour;
    const permanent = (request.flags & ATF_PERM) !== 0;
    const lladdr = permanent || (request.flags & ATF_COM) !== 0 ? request.lladdr : null;
    return arp.update(neighbour, lladdr, permanent ? NUD_PERMANENT : NUD_STALE, UPDATE.OVERRIDE | UPDATE.ADMIN, 0, null);
  }

  // From net/ipv4/arp.c:arp_invalidate.
  #delete(request: ArpRequest, dev: net_device): number {
    const { arp } = this.#deps;
    const neighbour = arp.find(dev, request.key);
    if (neighbour === undefined) return -errno.ENXIO;
    let error = -errno.ENXIO;
    if ((neighbour.state & ~NUD_NOARP) !== 0) error = arp.update(neighbour, null, NUD_FAILED, UPDATE.OVERRIDE | UPDATE.ADMIN, 0, null);
    arp.remove(neighbour);
    return error;
  }

  // From net/ipv4/arp.c:arp_req_set_public, arp_req_delete_public.
  #publish(command: number, request: ArpRequest, named: net_device | null, { namespace }: IoctlContext): number {
    const { arp, devinet } = this.#deps;
    let dev = named;
    const sets = command === SIOCSARP;
    if (sets && dev === null && (request.flags & ATF_COM) !== 0) {
      const { hardware, lladdr } = request;
      const own = (other: net_device): boolean => other.dev_addr.subarray(0, other.addr_len).every((octet, i) => octet === lladdr[i]);
      dev = namespace.devices.find((other) => other.type === hardware && own(other)) ?? null;
      if (dev === null) return -errno.ENODEV;
    }
    if (request.netmask !== 0) {
      if (!sets) return arp.deleteProxy(namespace, request.key, dev);
      return arp.addProxy(namespace, request.key, dev) === undefined ? -errno.ENOBUFS : 0;
    }
    // From net/ipv4/arp.c:arp_req_set_proxy. Without a device it is for all of them, and nobody is told.
    const conf = devinet.devconf(namespace, dev ?? 'all');
    if (conf === undefined) return -errno.ENXIO;
    if (dev === null) conf.put(IPV4_DEVCONF.PROXY_ARP, sets ? 1 : 0);
    else conf.set(IPV4_DEVCONF.PROXY_ARP, sets ? 1 : 0);
    return 0;
  }
}

/** What is said of a neighbour in `arp_flags`. From net/ipv4/arp.c:arp_state_to_flags. */
export function arpFlags({ state }: Neighbour): number {
  if ((state & NUD_PERMANENT) !== 0) return ATF_PERM | ATF_COM;
  return (state & NUD_VALID) !== 0 ? ATF_COM : 0;
}

/** Whether a command is one of {@link ArpIoctl}'s. */
export function isArpCommand(command: number): boolean {
  return command === SIOCGARP || command === SIOCSARP || command === SIOCDARP;
}
