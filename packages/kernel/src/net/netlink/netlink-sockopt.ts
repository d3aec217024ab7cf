import {
  AF_NETLINK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_BROADCAST_ERROR,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NETLINK_LISTEN_ALL_NSID,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_NO_ENOBUFS,
  NETLINK_PKTINFO,
  SOL_NETLINK,
  SOL_SOCKET,
  sockaddr_nl,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { UserMemory } from '../../user-memory.ts';
import { intValue, readInt, type OptionValue } from '../core/sock-option-value.ts';
import { getSocketOption } from '../core/sock-options-get.ts';
import { setSocketOption } from '../core/sock-options.ts';
import type { NetlinkSock } from './netlink-sock.ts';
import type { NetlinkTable } from './netlink-table.ts';

/** `sizeof(int)`. */
const INT = 4;

/**
 * `netlink_setsockopt`, and `sk_setsockopt` for SOL_SOCKET.
 *
 * @param memory - where pointers in the value lead
 * @returns 0 or a negative errno
 */
export function setsockopt(
  sock: NetlinkSock,
  table: NetlinkTable,
  level: number,
  name: number,
  bytes: Uint8Array,
  faults: Faults,
  memory: UserMemory | null = null,
): number {
  if (level === SOL_SOCKET) return setSocketOption(sock, name, bytes, memory);
  if (level !== SOL_NETLINK) return -errno.ENOPROTOOPT;
  // From net/netlink/af_netlink.c:netlink_setsockopt: what is too short for an int counts as 0.
  const value = bytes.length < INT ? 0 : readInt(bytes) >>> 0;
  const on = value !== 0;
  switch (name) {
    case NETLINK_ADD_MEMBERSHIP:
    case NETLINK_DROP_MEMBERSHIP:
      return setMembership(sock, table, value, name === NETLINK_ADD_MEMBERSHIP, faults);
    case NETLINK_PKTINFO:
      sock.pktinfo = on;
      return 0;
    case NETLINK_BROADCAST_ERROR:
      sock.broadcastError = on;
      return 0;
    case NETLINK_NO_ENOBUFS:
      sock.noEnobufs = on;
      if (on) sock.congested = false;
      return 0;
    case NETLINK_LISTEN_ALL_NSID:
      if (!sock.credentials.netBroadcast) return -errno.EPERM;
      sock.listenAllNsid = on;
      return 0;
    case NETLINK_CAP_ACK:
      sock.capAck = on;
      return 0;
    case NETLINK_EXT_ACK:
      sock.extAck = on;
      return 0;
    case NETLINK_GET_STRICT_CHK:
      sock.strictCheck = on;
      return 0;
    default:
      return -errno.ENOPROTOOPT;
  }
}

/**
 * `netlink_getsockopt`, and `sk_getsockopt` for SOL_SOCKET.
 *
 * @param length - of the caller's buffer
 * @returns the value or a negative errno
 */
export function getsockopt(sock: NetlinkSock, level: number, name: number, length: number): OptionValue | number {
  if (level === SOL_SOCKET) return getSocketOption(sock, name, length, peerOf(sock));
  if (level !== SOL_NETLINK) return -errno.ENOPROTOOPT;
  if (length < 0) return -errno.EINVAL;
  if (name === NETLINK_LIST_MEMBERSHIPS) return listMemberships(sock, length);
  const flag = flagOf(sock, name);
  if (flag === undefined) return -errno.ENOPROTOOPT;
  return length < INT ? -errno.EINVAL : intValue(flag ? 1 : 0, length);
}

function flagOf(sock: NetlinkSock, name: number): boolean | undefined {
  switch (name) {
    case NETLINK_PKTINFO:
      return sock.pktinfo;
    case NETLINK_BROADCAST_ERROR:
      return sock.broadcastError;
    case NETLINK_NO_ENOBUFS:
      return sock.noEnobufs;
    case NETLINK_LISTEN_ALL_NSID:
      return sock.listenAllNsid;
    case NETLINK_CAP_ACK:
      return sock.capAck;
    case NETLINK_EXT_ACK:
      return sock.extAck;
    case NETLINK_GET_STRICT_CHK:
      return sock.strictCheck;
    default:
      return undefined;
  }
}

function setMembership(sock: NetlinkSock, table: NetlinkTable, group: number, add: boolean, faults: Faults): number {
  if (!table.nonrootRecv && !sock.credentials.netAdmin) return -errno.EPERM;
  let error = table.reallocGroups(sock, faults);
  if (error !== 0) return error;
  if (group === 0 || group > sock.ngroups) return -errno.EINVAL;
  if (add) {
    error = table.bind?.(sock.namespace, group, sock) ?? 0;
    if (error !== 0) return error;
  }
  table.setMember(sock, group, add);
  if (!add) table.unbind?.(sock.namespace, group);
  return 0;
}

/** The address that `getpeername` gives, as octets. */
function peerOf({ dstPortid, dstGroup }: NetlinkSock): Uint8Array {
  const bytes = new Uint8Array(sockaddr_nl.SIZE);
  const view = new DataView(bytes.buffer);
  sockaddr_nl.set_nl_family(view, 0, AF_NETLINK);
  sockaddr_nl.set_nl_pid(view, 0, dstPortid);
  sockaddr_nl.set_nl_groups(view, 0, dstGroup >= 1 && dstGroup <= 32 ? (1 << (dstGroup - 1)) >>> 0 : 0);
  return bytes;
}

/** Whole words that fit, and the length of all. */
function listMemberships(sock: NetlinkSock, length: number): OptionValue {
  const needed = Math.ceil(sock.ngroups / 32) * 4;
  const bytes = new Uint8Array(Math.min(needed, length - (length % 4)));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4) view.setUint32(at, sock.groups?.[at / 4] ?? 0, true);
  return { bytes, length: needed };
}
