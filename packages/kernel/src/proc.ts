import type { LoadedModule } from './module.ts';
import { devGetStats } from './net/core/dev-stats.ts';
import type { Net } from './net/core/net-namespace.ts';
import type { NetlinkSocketInfo } from './net/netlink/netlink.ts';

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

/**
 * `/proc/net/netlink`. From net/netlink/af_netlink.c:netlink_native_seq_show. Unlike Linux, whose first and last columns
 * are an address and an inode number, these are numbers in the order of the lines.
 */
export function procNetNetlink(sockets: readonly NetlinkSocketInfo[]): string {
  const head = 'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';
  const lines = sockets.map((sock, at) =>
    [
      (at + 1).toString(16).padStart(16, '0'),
      String(sock.protocol).padEnd(3),
      String(sock.portid).padEnd(10),
      sock.groups.toString(16).padStart(8, '0'),
      String(sock.rmem).padEnd(8),
      '0'.padEnd(8),
      String(Number(sock.dumping)).padEnd(5),
      '2'.padEnd(8),
      String(sock.drops).padEnd(8),
      String(at + 1).padEnd(8),
    ].join(' '),
  );
  return head + lines.map((line) => `${line}\n`).join('');
}

/** `/proc/modules`, without sizes and addresses, which there are none of. */
export function procModules(modules: readonly LoadedModule[]): string {
  const states = { MODULE_STATE_LIVE: 'Live', MODULE_STATE_COMING: 'Loading', MODULE_STATE_GOING: 'Unloading' } as const;
  return modules.map(({ name, refcnt, state }) => `${name} 0 ${String(refcnt)} - ${states[state]} 0x0000000000000000\n`).join('');
}
