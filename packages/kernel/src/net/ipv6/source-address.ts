import { IFA_F_DEPRECATED, IFA_F_HOMEADDRESS, IFA_F_OPTIMISTIC, IFA_F_TENTATIVE } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import type { Inet6Ifaddr } from './inet6-device.ts';
import { ADDR, commonBits, equal, reachOf, samePrefix, typeOf, type In6 } from './ipv6-address.ts';

/** A prefix of the policy table of RFC 6724, with its label. From net/ipv6/addrlabel.c. */
interface Label {
  readonly prefix: In6;
  readonly length: number;
  readonly label: number;
}

/** The default policy table, the longest prefixes first. */
const LABELS: readonly Label[] = [
  { prefix: groups(0, 0, 0, 0, 0, 0, 0, 1), length: 128, label: 0 },
  { prefix: groups(0, 0, 0, 0, 0, 0xffff), length: 96, label: 4 },
  { prefix: groups(), length: 96, label: 3 },
  { prefix: groups(0x2001), length: 32, label: 6 },
  { prefix: groups(0x2001, 0x10), length: 28, label: 7 },
  { prefix: groups(0x3ffe), length: 16, label: 12 },
  { prefix: groups(0x2002), length: 16, label: 2 },
  { prefix: groups(0xfec0), length: 10, label: 11 },
  { prefix: groups(0xfc00), length: 7, label: 5 },
  { prefix: groups(), length: 0, label: 1 },
];

/**
 * The address that packets to a destination come from, or `undefined` where none will do: RFC 6724. From
 * net/ipv6/addrconf.c:ipv6_dev_get_saddr.
 *
 * @param dev - the device that they go out of
 */
export function selectSource(addresses: Inet6Addresses, net: Net, dev: net_device, destination: In6): In6 | undefined {
  const devices = (typeOf(destination) & (ADDR.MULTICAST | ADDR.LINKLOCAL)) === 0 ? net.devices : [dev];
  let best: Inet6Ifaddr | undefined;
  for (const other of devices) {
    for (const ifp of addresses.device(other)?.addresses ?? []) {
      if ((ifp.flags & IFA_F_TENTATIVE) !== 0 && (ifp.flags & IFA_F_OPTIMISTIC) === 0) continue;
      if ((typeOf(ifp.addr) & ADDR.MULTICAST) !== 0) continue;
      if (best === undefined || isBetter(ifp, best, dev, destination)) best = ifp;
    }
  }
  return best?.addr;
}

function isBetter(ifp: Inet6Ifaddr, best: Inet6Ifaddr, dev: net_device, destination: In6): boolean {
  for (const rule of RULES) {
    const difference = rule(ifp, dev, destination) - rule(best, dev, destination);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

// In the order of net/ipv6/addrconf.c:ipv6_get_saddr_eval; the greater score wins.
const RULES: readonly ((ifp: Inet6Ifaddr, dev: net_device, destination: In6) => number)[] = [
  ({ addr }, _dev, destination) => Number(equal(addr, destination)),
  ({ addr }, _dev, destination) => {
    const reach = reachOf(addr);
    return reach >= reachOf(destination) ? -reach : reach - 128;
  },
  ({ flags }) => Number((flags & (IFA_F_DEPRECATED | IFA_F_OPTIMISTIC)) === 0),
  ({ flags }) => Number((flags & IFA_F_HOMEADDRESS) !== 0),
  ({ idev }, dev) => Number(idev.dev === dev),
  ({ addr }, _dev, destination) => Number(labelOf(addr) === labelOf(destination)),
  ({ addr, prefixLength }, _dev, destination) => Math.min(commonBits(addr, destination), prefixLength),
];

function labelOf(addr: In6): number {
  return LABELS.find(({ prefix, length }) => samePrefix(addr, prefix, length))?.label ?? 1;
}

function groups(...words: readonly number[]): In6 {
  const address = new Uint8Array(16);
  for (const [i, word] of words.entries()) address.set([word >> 8, word & 0xff], 2 * i);
  return address;
}
