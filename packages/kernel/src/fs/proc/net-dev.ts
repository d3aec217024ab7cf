import { ARPHRD_ETHER, IFF_UP } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { devGetStats } from '../../net/core/dev-stats.ts';
import type { DeviceMulticast, MulticastAddress } from '../../net/core/dev-multicast.ts';
import type { Net } from '../../net/core/net-namespace.ts';
import type { Devinet } from '../../net/ipv4/devinet.ts';
import type { Inet6Addresses } from '../../net/ipv6/inet6-addresses.ts';
import { hex } from './format.ts';

/** `/proc/net/dev`. From net/core/net-procfs.c:dev_seq_printf_stats. */
export function procNetDev(namespace: Net): string {
  const head =
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  const stats = new BigUint64Array(25);
  const lines = namespace.devices.map((dev) => {
    devGetStats(dev, stats);
    const sum = (...at: number[]): string => at.reduce((total, i) => total + (stats[i] ?? 0n), 0n).toString();
    const receive = [
      sum(2).padStart(7),
      sum(0).padStart(7),
      sum(4).padStart(4),
      sum(6, 15).padStart(4),
      sum(14).padStart(4),
      sum(10, 11, 12, 13).padStart(5),
      sum(21).padStart(10),
      sum(8).padStart(9),
    ];
    const transmit = [
      sum(3).padStart(8),
      sum(1).padStart(7),
      sum(5).padStart(4),
      sum(7).padStart(4),
      sum(18).padStart(4),
      sum(9).padStart(5),
      sum(16, 17, 19, 20).padStart(7),
      sum(22).padStart(10),
    ];
    return `${dev.name.padStart(6)}: ${receive.join(' ')} ${transmit.join(' ')}\n`;
  });
  return head + lines.join('');
}

/** Where a device's multicast addresses come from. */
export interface MulticastSources {
  /** Those that ioctls asked for. */
  readonly multicast: DeviceMulticast;
  readonly devinet: Devinet;
  readonly addresses: Inet6Addresses;
}

/** `/proc/net/dev_mcast`. From net/core/net-procfs.c:dev_mc_seq_show. */
export function procNetDevMcast(namespace: Net, sources: MulticastSources): string {
  return namespace.devices
    .flatMap((dev) =>
      addressesOf(dev, sources).map(({ address, users, global }) => {
        const fields = [String(dev.ifindex).padEnd(4), dev.name.padEnd(15), String(users).padEnd(5), (global ? '1' : '0').padEnd(5)];
        return `${fields.join(' ')} ${hex(address)}\n`;
      }),
    )
    .join('');
}

/** 224.0.0.1 on Ethernet. */
const ALL_HOSTS = Uint8Array.of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01);

/** What a device listens to: groups of IPv6 and IPv4 while it is up, if it is of Ethernet's kind, and what ioctls added. */
function addressesOf(dev: net_device, { multicast, devinet, addresses }: MulticastSources): MulticastAddress[] {
  const list: MulticastAddress[] = [];
  const join = (address: Uint8Array): void => {
    const known = list.find((other) => other.address.every((octet, i) => octet === address[i]));
    if (known === undefined) list.push({ address, users: 1, global: false });
    else known.users++;
  };
  if (dev.type === ARPHRD_ETHER && (dev.flags & IFF_UP) !== 0) {
    const groups = [...(addresses.device(dev)?.groups ?? [])].reverse().filter(({ address }) => (address[1] ?? 0) >= SCOPE_LINK_LOCAL);
    const mapped = groups.map(({ address }) => Uint8Array.of(0x33, 0x33, ...address.subarray(12)));
    // All nodes joined when the device came, all hosts when it came up, the rest with its addresses.
    for (const address of mapped.slice(0, 1)) join(address);
    if (devinet.inDevice(dev) !== undefined) join(ALL_HOSTS);
    for (const address of mapped.slice(1)) join(address);
  }
  return [...list, ...multicast.of(dev)];
}

const SCOPE_LINK_LOCAL = 2;
