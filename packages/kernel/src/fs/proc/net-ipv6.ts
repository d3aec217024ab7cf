import type { Net } from '../../net/core/net-namespace.ts';
import { RTF, type Fib6Info } from '../../net/ipv6/fib6-info.ts';
import type { Fib6Table } from '../../net/ipv6/fib6-table.ts';
import type { Fib6 } from '../../net/ipv6/fib6.ts';
import type { Inet6Addresses } from '../../net/ipv6/inet6-addresses.ts';
import { hex } from './format.ts';

const NOWHERE = '0'.repeat(32);
/** What a table shows that has no route to everywhere: `fib6_null_entry`. */
const NULL_ENTRY = `${NOWHERE} 00 ${NOWHERE} 00 ${NOWHERE} ffffffff 00000001 00000000 00200200       lo\n`;

/** `/proc/net/if_inet6`, device by device; Linux has the order of a hash. From net/ipv6/addrconf.c:if6_seq_show. */
export function procNetIfInet6(namespace: Net, addresses: Inet6Addresses): string {
  return namespace.devices
    .flatMap((dev) =>
      (addresses.device(dev)?.addresses ?? []).map(({ addr, prefixLength, scope, flags }) => {
        const fields = [dev.ifindex, prefixLength, scope, flags & 0xff].map((value) => value.toString(16).padStart(2, '0'));
        return `${hex(addr)} ${fields.join(' ')} ${dev.name.padStart(8)}\n`;
      }),
    )
    .join('');
}

/** `/proc/net/ipv6_route`. From net/ipv6/ip6_fib.c:ipv6_route_native_seq_show. Nobody counts references here. */
export function procNetIpv6Route(namespace: Net, fib6: Fib6): string {
  return fib6
    .net(namespace)
    .tables.flatMap((table) => [...linesOf(table)])
    .join('');
}

function* linesOf(table: Fib6Table): Generator<string, void, undefined> {
  const nodes = table.nodes();
  for (const { routes } of nodes) yield* routes.map(line);
  if (!nodes.some(({ length }) => length === 0)) yield NULL_ENTRY;
}

function line({ dst, dstLength, flags, metric, nh }: Fib6Info): string {
  const digits = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
  const gateway = nh.gateway === null ? NOWHERE : hex(nh.gateway);
  const shown = nh.gateway === null ? flags : flags | RTF.GATEWAY;
  const numbers = [metric, 1, 0, shown].map(digits).join(' ');
  return `${hex(dst)} ${dstLength.toString(16).padStart(2, '0')} ${NOWHERE} 00 ${gateway} ${numbers} ${nh.dev.name.padStart(8)}\n`;
}

/** MAF_LOADED and MAF_NOREPORT (include/net/if_inet6.h). */
const LOADED = 4;
const NOREPORT = 8;
const SCOPE_LINK_LOCAL = 2;

/** `/proc/net/igmp6`. From net/ipv6/mcast.c:igmp6_mc_seq_show. */
export function procNetIgmp6(namespace: Net, addresses: Inet6Addresses): string {
  return namespace.devices
    .flatMap((dev) =>
      (addresses.device(dev)?.groups ?? []).map(({ address, users }) => {
        const allNodes = address[15] === 1 && address.subarray(2, 15).every((octet) => octet === 0);
        const flags = ((address[1] ?? 0) < SCOPE_LINK_LOCAL ? 0 : LOADED) | (allNodes ? NOREPORT : 0);
        const fields = [String(dev.ifindex).padEnd(4), dev.name.padEnd(15), hex(address), String(users).padStart(5)];
        return `${fields.join(' ')} ${flags.toString(16).toUpperCase().padStart(8, '0')} 0\n`;
      }),
    )
    .join('');
}

/** `/proc/net/anycast6`. From net/ipv6/anycast.c:ac6_seq_show. */
export function procNetAnycast6(namespace: Net, addresses: Inet6Addresses): string {
  return namespace.devices
    .flatMap((dev) =>
      (addresses.device(dev)?.anycast ?? []).map(({ addr, users }) => `${String(dev.ifindex).padEnd(4)} ${dev.name.padEnd(15)} ${hex(addr)} ${String(users).padStart(5)}\n`),
    )
    .join('');
}
