import {
  AF_INET,
  IFA_F_DEPRECATED,
  IFA_F_PERMANENT,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  IFF_UP,
  RT_SCOPE_HOST,
  SIOCADDRT,
  SIOCDELRT,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFDSTADDR,
  SIOCGIFNETMASK,
  SIOCGIFPFLAGS,
  SIOCRTMSG,
  SIOCSIFADDR,
  SIOCSIFBRDADDR,
  SIOCSIFDSTADDR,
  SIOCSIFFLAGS,
  SIOCSIFNETMASK,
  SIOCSIFPFLAGS,
  ifreq,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { fieldOf } from '../../text.ts';
import type { DeviceIoctl } from '../core/dev-ioctl.ts';
import type { IoctlContext } from '../core/ioctl-context.ts';
import type { DeviceStates } from '../core/dev-state.ts';
import { readIfreq, type InterfaceRequest } from '../core/ifreq.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { InetIoctl } from '../core/sock-ioctl.ts';
import { isArpCommand, type ArpIoctl } from './arp-ioctl.ts';
import type { Devinet } from './devinet.ts';
import { INFINITY_LIFE_TIME, type InDevice, type InIfaddr } from './in-device.ts';
import type { FibIoctl } from './fib-ioctl.ts';
import { isLimitedBroadcast, isLoopback, isZeronet, maskOf } from './ipv4-address.ts';
import { isMask } from './ipv4-mask.ts';

/** Where a `struct sockaddr_in` starts in a `struct ifreq`, and its address. */
const SIN = ifreq.FIELDS.ifr_addr.offset;
const SIN_ADDR = SIN + 4;
const SIN_SIZE = 16;

/** What {@link DevinetIoctl} stands on. */
export interface DevinetIoctlDeps {
  readonly devinet: Devinet;
  readonly devices: DeviceIoctl;
  readonly states: DeviceStates;
  readonly rtnl: Rtnl;
  readonly routes: FibIoctl;
  readonly arp: ArpIoctl;
}

/**
 * The ioctls of IPv4 sockets: `inet_ioctl` (net/ipv4/af_inet.c) and `devinet_ioctl` (net/ipv4/devinet.c).
 */
export class DevinetIoctl implements InetIoctl {
  readonly #deps: DevinetIoctlDeps;

  constructor(deps: DevinetIoctlDeps) {
    this.#deps = deps;
  }

  ioctl(command: number, address: bigint, context: IoctlContext): number | undefined {
    if (isArpCommand(command)) return this.#deps.arp.run(command, address, context);
    switch (command) {
      case SIOCADDRT:
      case SIOCDELRT:
        return this.#deps.routes.run(command, address, context);
      case SIOCRTMSG:
        return -errno.EINVAL;
      case SIOCGIFADDR:
      case SIOCGIFBRDADDR:
      case SIOCGIFNETMASK:
      case SIOCGIFDSTADDR:
      case SIOCGIFPFLAGS: {
        const request = readIfreq(context.memory, address);
        if (request === undefined) return -errno.EFAULT;
        const error = this.#devinet(command, request, context);
        return error === 0 && !context.memory.write(address, request.bytes) ? -errno.EFAULT : error;
      }
      case SIOCSIFADDR:
      case SIOCSIFBRDADDR:
      case SIOCSIFNETMASK:
      case SIOCSIFDSTADDR:
      case SIOCSIFPFLAGS:
      case SIOCSIFFLAGS: {
        const request = readIfreq(context.memory, address);
        return request === undefined ? -errno.EFAULT : this.#devinet(command, request, context);
      }
      default:
        return undefined;
    }
  }

  // From net/ipv4/devinet.c:inet_gifconf.
  configuration({ namespace }: IoctlContext): Uint8Array[] {
    return namespace.devices.flatMap((dev) =>
      (this.#deps.devinet.inDevice(dev)?.addresses ?? []).map(({ label, local }) => {
        const bytes = new Uint8Array(ifreq.SIZE);
        const view = new DataView(bytes.buffer);
        ifreq.set_ifr_name(view, 0, fieldOf(label, ifreq.FIELDS.ifr_name.size));
        view.setUint16(SIN, AF_INET, true);
        view.setUint32(SIN_ADDR, local, false);
        return bytes;
      }),
    );
  }

  #devinet(command: number, request: InterfaceRequest, context: IoctlContext): number {
    const { view, bytes } = request;
    const family = view.getUint16(SIN, true);
    const address = view.getUint32(SIN_ADDR, false);
    this.#deps.devices.load(request, context);
    switch (command) {
      case SIOCGIFADDR:
      case SIOCGIFBRDADDR:
      case SIOCGIFDSTADDR:
      case SIOCGIFNETMASK:
        bytes.fill(0, SIN, SIN + SIN_SIZE);
        view.setUint16(SIN, AF_INET, true);
        break;
      case SIOCSIFFLAGS:
        if (!context.credentials.netAdmin) return -errno.EPERM;
        break;
      case SIOCSIFADDR:
      case SIOCSIFBRDADDR:
      case SIOCSIFDSTADDR:
      case SIOCSIFNETMASK:
        if (!context.credentials.netAdmin) return -errno.EPERM;
        if (family !== AF_INET) return -errno.EINVAL;
        break;
      default:
        return -errno.EINVAL;
    }
    return this.#deps.rtnl.locked(() => this.#locked(command, request, context, family === AF_INET ? address : null, address));
  }

  /** @param wanted - the address that a reader gave beside the label, when it was one of IPv4 */
  #locked(command: number, request: InterfaceRequest, { namespace }: IoctlContext, wanted: number | null, address: number): number {
    const { devinet, states } = this.#deps;
    const { device, label, view } = request;
    const dev = device === null ? undefined : namespace.byName(device);
    if (dev === undefined) return -errno.ENODEV;
    const inDevice = devinet.inDevice(dev);
    const labelled = inDevice?.addresses.filter((ifa) => ifa.label === label) ?? [];
    const reads = command === SIOCGIFADDR || command === SIOCGIFBRDADDR || command === SIOCGIFDSTADDR || command === SIOCGIFNETMASK;
    const ifa = (reads ? labelled.find(({ local }) => local === wanted) : undefined) ?? labelled[0];
    const isAlias = label !== device;
    switch (command) {
      case SIOCSIFADDR:
        return this.#setAddress(dev, inDevice, ifa, isAlias ? (label ?? dev.name) : dev.name, address);
      case SIOCSIFFLAGS:
        if (!isAlias) return states.changeFlags(dev, ifreq.ifr_flags(view, 0));
        if (ifa === undefined) return -errno.EADDRNOTAVAIL;
        if ((ifreq.ifr_flags(view, 0) & IFF_UP) === 0) devinet.delete(ifa, null);
        return 0;
      default:
    }
    if (ifa === undefined) return -errno.EADDRNOTAVAIL;
    switch (command) {
      case SIOCGIFADDR:
        view.setUint32(SIN_ADDR, ifa.local, false);
        return 0;
      case SIOCGIFBRDADDR:
        view.setUint32(SIN_ADDR, ifa.broadcast, false);
        return 0;
      case SIOCGIFDSTADDR:
        view.setUint32(SIN_ADDR, ifa.address, false);
        return 0;
      case SIOCGIFNETMASK:
        view.setUint32(SIN_ADDR, ifa.mask, false);
        return 0;
      case SIOCSIFBRDADDR:
        if (ifa.broadcast !== address) this.#replace(ifa, { broadcast: address });
        return 0;
      case SIOCSIFDSTADDR:
        if (ifa.address === address) return 0;
        if (classLength(address) < 0) return -errno.EINVAL;
        this.#replace(ifa, { address });
        return 0;
      default:
        return this.#setMask(ifa, address);
    }
  }

  #setAddress(dev: net_device, inDevice: InDevice | undefined, ifa: InIfaddr | undefined, label: string, address: number): number {
    const { devinet } = this.#deps;
    const bits = classLength(address);
    if (bits < 0) return -errno.EINVAL;
    if (ifa?.local === address) return 0;
    if (inDevice === undefined) return -errno.ENOBUFS;
    if (ifa !== undefined) devinet.delete(ifa, null);
    const prefixLength = (dev.flags & IFF_POINTOPOINT) === 0 ? bits : 32;
    const mask = maskOf(prefixLength);
    const broadcasts = (dev.flags & (IFF_POINTOPOINT | IFF_BROADCAST)) === IFF_BROADCAST && prefixLength < 31;
    const now = devinet.now();
    const made: InIfaddr = {
      inDevice,
      local: address,
      address,
      prefixLength,
      mask,
      broadcast: broadcasts ? (address | ~mask) >>> 0 : 0,
      scope: isLoopback(address) ? RT_SCOPE_HOST : 0,
      label: ifa?.label ?? label,
      flags: ((ifa?.flags ?? 0) & ~IFA_F_DEPRECATED) | IFA_F_PERMANENT,
      metric: ifa?.metric ?? 0,
      proto: ifa?.proto ?? 0,
      validLft: INFINITY_LIFE_TIME,
      preferredLft: INFINITY_LIFE_TIME,
      cstamp: ifa?.cstamp ?? now,
      tstamp: now,
    };
    devinet.devconf(inDevice.net, dev)?.setAll();
    return devinet.insert(made, null, null);
  }

  #setMask(ifa: InIfaddr, mask: number): number {
    if (!isMask(mask)) return -errno.EINVAL;
    const host = ~mask >>> 0;
    if (ifa.mask === mask) return 0;
    const prefixLength = Math.clz32(host);
    // A broadcast address that is not the mask's was chosen by somebody, who knows why.
    const follows =
      (ifa.inDevice.dev.flags & IFF_BROADCAST) !== 0 && prefixLength < 31 && ifa.broadcast === (ifa.local | ~ifa.mask) >>> 0;
    this.#replace(ifa, { mask, prefixLength, ...(follows ? { broadcast: (ifa.local | host) >>> 0 } : {}) });
    return 0;
  }

  /** Takes an address away and adds it as it is to be. As in C, what the adding says is nobody's concern. */
  #replace(ifa: InIfaddr, changes: Partial<InIfaddr>): void {
    const { devinet } = this.#deps;
    devinet.delete(ifa, null);
    devinet.insert({ ...ifa, ...changes }, null, null);
  }
}

/** `inet_abc_len`: the prefix that an address had by its class, -1 for multicast. */
function classLength(address: number): number {
  if (isZeronet(address) || isLimitedBroadcast(address)) return 0;
  const top = address >>> 28;
  if (top < 8) return 8;
  if (top < 12) return 16;
  if (top < 14) return 24;
  return top === 15 ? 32 : -1;
}
