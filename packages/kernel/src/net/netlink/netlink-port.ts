import type { NetlinkSock } from './netlink-sock.ts';
import type { NetlinkTable } from './netlink-table.ts';

/** The highest of the port ids that are drawn by lot; they go down from there. */
const HIGHEST_DRAWN = -4097;
const S32_MIN = -0x8000_0000;

/**
 * `netlink_autobind`: the process id, or where that is taken a number drawn from -2³¹ to -4097, and downwards from it.
 *
 * @returns 0 or a negative errno
 */
export function autobind(table: NetlinkTable, sock: NetlinkSock, tgid: number, random: (below: number) => number): number {
  if (sock.bound) return 0;
  let portid = tgid;
  let rover = 0;
  while (table.lookup(sock.namespace, portid >>> 0) !== undefined) {
    if (rover === 0) rover = S32_MIN + random(-4096 - S32_MIN);
    else if (rover < S32_MIN) rover = HIGHEST_DRAWN;
    portid = rover--;
  }
  return table.insert(sock, portid >>> 0);
}
