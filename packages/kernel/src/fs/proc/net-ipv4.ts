import {
  ATF_PERM,
  ATF_PUBL,
  IFF_UP,
  NUD_NOARP,
  RTAX_ADVMSS,
  RTAX_RTT,
  RTAX_WINDOW,
  RTF_GATEWAY,
  RTF_HOST,
  RTF_REJECT,
  RTF_UP,
  RTN_BROADCAST,
  RTN_MULTICAST,
  RTN_PROHIBIT,
  RTN_UNREACHABLE,
  RT_TABLE_MAIN,
} from '@netdevkit/bindings';
import type { NeighbourTable } from '../../net/core/neighbour.ts';
import type { Net } from '../../net/core/net-namespace.ts';
import { arpFlags } from '../../net/ipv4/arp-ioctl.ts';
import type { Devinet } from '../../net/ipv4/devinet.ts';
import type { FibAlias, FibTable } from '../../net/ipv4/fib-table.ts';
import type { Fib } from '../../net/ipv4/fib.ts';
import { maskOf } from '../../net/ipv4/ipv4-address.ts';
import { swapped } from './format.ts';

/** How long a line is without its end: seq_setwidth. */
const WIDTH = 127;

/** `/proc/net/route`. From net/ipv4/fib_trie.c:fib_route_seq_show. */
export function procNetRoute(namespace: Net, fib: Fib): string {
  const table = fib.table(namespace, RT_TABLE_MAIN);
  // Before the first route there is no table, and then not even a head.
  if (table === undefined) return '';
  const lines = [...routesOf(table)].filter(({ type }) => type !== RTN_BROADCAST && type !== RTN_MULTICAST).map(routeLine);
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  return [head, ...lines].map((line) => `${line.padEnd(WIDTH)}\n`).join('');
}

/** All routes of a table, addresses ascending. */
function* routesOf(table: FibTable): Generator<FibAlias, void, undefined> {
  for (let leaf = table.leafFrom(0); leaf !== undefined; ) {
    yield* leaf.routes;
    if (leaf.address === 0xffff_ffff) return;
    leaf = table.leafFrom(leaf.address + 1);
  }
}

function routeLine({ dst, dstLength, type, info }: FibAlias): string {
  const [nexthop] = info.nexthops;
  const gateway = typeof nexthop?.gateway === 'number' ? nexthop.gateway : 0;
  const values = info.metrics?.values;
  const advmss = values?.[RTAX_ADVMSS] ?? 0;
  const flags =
    (type === RTN_UNREACHABLE || type === RTN_PROHIBIT ? RTF_REJECT : 0) |
    (gateway === 0 ? 0 : RTF_GATEWAY) |
    (dstLength === 32 ? RTF_HOST : 0) |
    RTF_UP;
  return [
    nexthop?.dev?.name ?? '*',
    swapped(dst),
    swapped(gateway),
    flags.toString(16).toUpperCase().padStart(4, '0'),
    '0',
    '0',
    String(info.priority | 0),
    swapped(maskOf(dstLength)),
    String(advmss === 0 ? 0 : advmss + 40),
    String(values?.[RTAX_WINDOW] ?? 0),
    String((values?.[RTAX_RTT] ?? 0) >>> 3),
  ].join('\t');
}

/** 224.0.0.1, which every device is in that does IPv4 and is up. */
const ALL_HOSTS = 0xe000_0001;

/** `/proc/net/igmp`. From net/ipv4/igmp.c:igmp_mc_seq_show. */
export function procNetIgmp(namespace: Net, devinet: Devinet): string {
  const devices = namespace.devices.filter((dev) => (dev.flags & IFF_UP) !== 0 && devinet.inDevice(dev) !== undefined);
  const blocks = devices.map(
    ({ ifindex, name }) =>
      `${String(ifindex)}\t${name.padEnd(10)}: ${'1'.padStart(5)} ${'V3'.padStart(7)}\n` +
      `\t\t\t\t${swapped(ALL_HOSTS)} ${'1'.padStart(5)} 0:00000000\t\t0\n`,
  );
  return `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n${blocks.join('')}`;
}

/** `/proc/net/arp`: neighbours that somebody asked for, then what this system answers for. From net/ipv4/arp.c:arp_seq_show. */
export function procNetArp(namespace: Net, arp: NeighbourTable): string {
  const line = (key: Uint8Array, type: number, flags: number, lladdr: string, device: string): string =>
    `${key.join('.').padEnd(16)} 0x${type.toString(16).padEnd(10)}0x${flags.toString(16).padEnd(10)}${lladdr}     *        ${device}\n`;
  const neighbours = arp
    .of(namespace)
    // What needs no asking is not listed: NEIGH_SEQ_SKIP_NOARP.
    .filter(({ state }) => (state & ~NUD_NOARP) !== 0)
    .map((neighbour) => {
      const { key, dev, lladdr } = neighbour;
      const address = Array.from(lladdr.subarray(0, dev.addr_len), (octet) => octet.toString(16).padStart(2, '0')).join(':');
      return line(key, dev.type, arpFlags(neighbour), address.padEnd(17), dev.name);
    });
  const proxies = arp.proxiesOf(namespace).map(({ key, dev }) => line(key, dev?.type ?? 0, ATF_PUBL | ATF_PERM, '00:00:00:00:00:00', dev?.name ?? '*'));
  return `IP address       HW type     Flags       HW address            Mask     Device\n${[...neighbours, ...proxies].join('')}`;
}
