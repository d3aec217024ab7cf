import { ETH_P_ALL } from '@netdevkit/bindings';
import type { NetlinkSock } from '../../net/netlink/netlink-sock.ts';
import type { PacketSock } from '../../net/packet/packet-sock.ts';
import { pointer } from './format.ts';

/**
 * `/proc/net/netlink`. From net/netlink/af_netlink.c:netlink_native_seq_show. Unlike Linux, whose first column is the hash
 * of an address, it is the socket's number here.
 */
export function procNetNetlink(sockets: readonly NetlinkSock[]): string {
  const head = 'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';
  const lines = sockets.map((sock) =>
    [
      pointer(sock.inode),
      String(sock.protocol).padEnd(3),
      String(sock.portid).padEnd(10),
      (sock.groups?.[0] ?? 0).toString(16).padStart(8, '0'),
      String(sock.rmem).padEnd(8),
      '0'.padEnd(8),
      (sock.dump === null ? '0' : '1').padEnd(5),
      '2'.padEnd(8),
      String(sock.drops).padEnd(8),
      String(sock.inode).padEnd(8),
    ].join(' '),
  );
  return head + lines.map((line) => `${line}\n`).join('');
}

/** `/proc/net/packet`. From net/packet/af_packet.c:packet_seq_show. */
export function procNetPacket(sockets: readonly PacketSock[]): string {
  const head = 'sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n';
  const lines = sockets.map((sock) =>
    [
      pointer(sock.inode),
      '3'.padEnd(6),
      String(sock.type).padEnd(4),
      `${sock.num.toString(16).padStart(4, '0')}  `,
      String(sock.ifindex).padEnd(5),
      sock.running ? '1' : '0',
      String(sock.rmem).padEnd(6),
      String(sock.credentials.uid).padEnd(6),
      String(sock.inode).padEnd(6),
    ].join(' '),
  );
  return head + lines.map((line) => `${line}\n`).join('');
}

/** `/proc/net/ptype`: who gets packets. From net/core/net-procfs.c:ptype_seq_show. */
export function procNetPtype(sockets: readonly PacketSock[]): string {
  const lines = sockets
    .filter(({ running }) => running)
    .map(({ num, dev }) => `${num === ETH_P_ALL ? 'ALL ' : num.toString(16).padStart(4, '0')} ${(dev?.name ?? '').padEnd(8)} packet_rcv\n`);
  return `Type Device      Function\n${lines.join('')}`;
}
