import type { net_device } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import { matches } from './ipv4-address.ts';

/** Seconds that stand for ever: `INFINITY_LIFE_TIME`. */
export const INFINITY_LIFE_TIME = 0xffff_ffff;

/** `struct in_ifaddr`: an IPv4 address of a device. */
export interface InIfaddr {
  readonly inDevice: InDevice;
  /** `ifa_local`: the device's own. */
  readonly local: number;
  /** `ifa_address`: the peer's on a point-to-point link, else the same. */
  readonly address: number;
  readonly prefixLength: number;
  readonly mask: number;
  readonly broadcast: number;
  readonly scope: number;
  label: string;
  /** `IFA_F_*`. */
  flags: number;
  /** `ifa_rt_priority`: the metric of its prefix route. */
  metric: number;
  /** `IFAPROT_*`. */
  proto: number;
  /** Seconds from {@link tstamp} on. */
  validLft: number;
  preferredLft: number;
  /** Milliseconds since boot: made, and changed. */
  cstamp: number;
  tstamp: number;
}

/** `struct in_device`: what IPv4 knows of a device. */
export class InDevice {
  readonly dev: net_device;
  readonly net: Net;
  /** `ifa_list`, in its order: primary addresses by descending scope, then secondary ones. */
  readonly addresses: InIfaddr[] = [];
  /** Whether the device is on its way out: nothing is promoted any more. */
  dead = false;

  constructor(dev: net_device, net: Net) {
    this.dev = dev;
    this.net = net;
  }

  /** `inet_ifa_byprefix`. */
  byPrefix(prefix: number, mask: number): InIfaddr | undefined {
    return this.addresses.find((ifa) => ifa.mask === mask && inetIfaMatch(prefix, ifa));
  }
}

/** `inet_ifa_match`: whether an address is in the subnet of another. */
export function inetIfaMatch(address: number, ifa: InIfaddr): boolean {
  return matches(address, ifa.address, ifa.mask);
}

/** Whether two addresses are of the same subnet. */
export function sameSubnet(a: InIfaddr, b: InIfaddr): boolean {
  return a.mask === b.mask && inetIfaMatch(a.address, b);
}
