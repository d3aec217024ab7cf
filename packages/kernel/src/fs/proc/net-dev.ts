import type { AddressList } from '../../net/core/dev-addr-lists.ts';
import { devGetStats } from '../../net/core/dev-stats.ts';
import type { Net } from '../../net/core/net-namespace.ts';
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

/** `/proc/net/dev_mcast`. From net/core/net-procfs.c:dev_mc_seq_show. */
export function procNetDevMcast(namespace: Net, multicast: AddressList): string {
  return namespace.devices
    .flatMap((dev) =>
      multicast.of(dev).map(({ address, users, global }) => {
        const fields = [String(dev.ifindex).padEnd(4), dev.name.padEnd(15), String(users).padEnd(5), (global ? '1' : '0').padEnd(5)];
        return `${fields.join(' ')} ${hex(address)}\n`;
      }),
    )
    .join('');
}
