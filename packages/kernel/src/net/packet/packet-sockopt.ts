import {
  PACKET_ADD_MEMBERSHIP,
  PACKET_AUXDATA,
  PACKET_DROP_MEMBERSHIP,
  PACKET_IGNORE_OUTGOING,
  PACKET_ORIGDEV,
  PACKET_QDISC_BYPASS,
  PACKET_STATISTICS,
  PACKET_TIMESTAMP,
  SOL_PACKET,
  SOL_SOCKET,
  packet_mreq,
  tpacket_stats,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { Rtnl } from '../core/rtnl.ts';
import { intValue, readInt, type OptionValue } from '../core/sock-option-value.ts';
import { getSocketOption } from '../core/sock-options-get.ts';
import { setSocketOption } from '../core/sock-options.ts';
import type { UserMemory } from '../../user-memory.ts';
import { addMembership, dropMembership, type DeviceRequests } from './packet-membership.ts';
import type { PacketSock } from './packet-sock.ts';
import type { PacketStatistics } from './packet-types.ts';

/** `sizeof(int)`. */
const INT = 4;

/** What {@link packetSetsockopt} stands on. */
export interface PacketOptionDeps {
  readonly devices: DeviceRequests;
  readonly rtnl: Rtnl;
  /** Where pointers in values lead. */
  readonly memory: UserMemory | null;
}

/**
 * `packet_setsockopt`, and `sk_setsockopt` for SOL_SOCKET. Unlike Linux there are no rings and no fanout: their options
 * answer -ENOPROTOOPT, as a kernel built without them does.
 *
 * @returns 0 or a negative errno
 */
export function packetSetsockopt(
  sock: PacketSock,
  level: number,
  name: number,
  bytes: Uint8Array,
  deps: PacketOptionDeps,
): number {
  if (level === SOL_SOCKET) return setSocketOption(sock, name, bytes, deps.memory);
  if (level !== SOL_PACKET) return -errno.ENOPROTOOPT;
  switch (name) {
    case PACKET_ADD_MEMBERSHIP:
    case PACKET_DROP_MEMBERSHIP:
      return setMembership(sock, name === PACKET_ADD_MEMBERSHIP, bytes, deps);
    case PACKET_AUXDATA:
      if (bytes.length < INT) return -errno.EINVAL;
      sock.auxdata = readInt(bytes) !== 0;
      return 0;
    case PACKET_ORIGDEV:
      if (bytes.length < INT) return -errno.EINVAL;
      sock.origdev = readInt(bytes) !== 0;
      return 0;
    case PACKET_IGNORE_OUTGOING: {
      const value = readInt(bytes);
      if (bytes.length !== INT || value < 0 || value > 1) return -errno.EINVAL;
      sock.ignoreOutgoing = value === 1;
      sock.updateOutgoing();
      return 0;
    }
    case PACKET_TIMESTAMP:
      if (bytes.length !== INT) return -errno.EINVAL;
      sock.timestampSource = readInt(bytes);
      return 0;
    case PACKET_QDISC_BYPASS:
      if (bytes.length !== INT) return -errno.EINVAL;
      sock.bypassesQdisc = readInt(bytes) !== 0;
      return 0;
    default:
      return -errno.ENOPROTOOPT;
  }
}

/**
 * `packet_getsockopt`, and `sk_getsockopt` for SOL_SOCKET. Reading PACKET_STATISTICS starts them afresh.
 *
 * @param length - of the caller's buffer
 */
export function packetGetsockopt(sock: PacketSock, level: number, name: number, length: number): OptionValue | number {
  if (level === SOL_SOCKET) return getSocketOption(sock, name, length);
  if (level !== SOL_PACKET) return -errno.ENOPROTOOPT;
  if (length < 0) return -errno.EINVAL;
  switch (name) {
    case PACKET_STATISTICS: {
      const { packets, drops } = takeStatistics(sock);
      const bytes = new Uint8Array(tpacket_stats.SIZE);
      const view = new DataView(bytes.buffer);
      tpacket_stats.set_tp_packets(view, 0, packets);
      tpacket_stats.set_tp_drops(view, 0, drops);
      const shown = bytes.subarray(0, length);
      return { bytes: shown, length: shown.length };
    }
    case PACKET_AUXDATA:
      return intValue(sock.auxdata ? 1 : 0, length);
    case PACKET_ORIGDEV:
      return intValue(sock.origdev ? 1 : 0, length);
    case PACKET_TIMESTAMP:
      return intValue(sock.timestampSource, length);
    case PACKET_QDISC_BYPASS:
      return intValue(sock.bypassesQdisc ? 1 : 0, length);
    case PACKET_IGNORE_OUTGOING:
      return intValue(sock.ignoreOutgoing ? 1 : 0, length);
    default:
      return -errno.ENOPROTOOPT;
  }
}

/** What was counted since the last time. */
export function takeStatistics(sock: PacketSock): PacketStatistics {
  const statistics = { packets: sock.packets + sock.tpDrops, drops: sock.tpDrops };
  sock.packets = 0;
  sock.tpDrops = 0;
  return statistics;
}

/** Reads a `struct packet_mreq`, whose address may be longer than the struct has room for. */
function setMembership(sock: PacketSock, add: boolean, bytes: Uint8Array, { devices, rtnl }: PacketOptionDeps): number {
  if (bytes.length < packet_mreq.SIZE) return -errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset } = packet_mreq.FIELDS.mr_address;
  const end = offset + packet_mreq.mr_alen(view, 0);
  if (bytes.length < end) return -errno.EINVAL;
  const wanted = {
    ifindex: packet_mreq.mr_ifindex(view, 0),
    type: packet_mreq.mr_type(view, 0),
    address: bytes.subarray(offset, end),
  };
  rtnl.lock();
  const error = add ? addMembership(sock, wanted, devices) : dropMembership(sock, wanted, devices);
  rtnl.unlock();
  return error;
}
