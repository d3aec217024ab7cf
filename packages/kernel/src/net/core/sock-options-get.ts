import {
  AF_NETLINK,
  AF_PACKET,
  SO_ACCEPTCONN,
  SO_BINDTODEVICE,
  SO_BINDTOIFINDEX,
  SO_BPF_EXTENSIONS,
  SO_BROADCAST,
  SO_BSDCOMPAT,
  SO_BUF_LOCK,
  SO_BUSY_POLL,
  SO_COOKIE,
  SO_DEBUG,
  SO_DOMAIN,
  SO_DONTROUTE,
  SO_ERROR,
  SO_GET_FILTER,
  SO_INCOMING_CPU,
  SO_INCOMING_NAPI_ID,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_LOCK_FILTER,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_MEMINFO,
  SO_NETNS_COOKIE,
  SO_NOFCS,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PASSSEC,
  SO_PEEK_OFF,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SO_PEERPIDFD,
  SO_PREFER_BUSY_POLL,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVLOWAT,
  SO_RCVMARK,
  SO_RCVTIMEO_NEW,
  SO_RCVTIMEO_OLD,
  SO_RESERVE_MEM,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_SNDBUF,
  SO_SNDLOWAT,
  SO_SNDTIMEO_NEW,
  SO_SNDTIMEO_OLD,
  SO_TIMESTAMPING_NEW,
  SO_TIMESTAMPING_OLD,
  SO_TIMESTAMPNS_NEW,
  SO_TIMESTAMPNS_OLD,
  SO_TIMESTAMP_NEW,
  SO_TIMESTAMP_OLD,
  SO_TXREHASH,
  SO_TXTIME,
  SO_TYPE,
  SO_WIFI_STATUS,
  SO_ZEROCOPY,
  SK_MEMINFO_DROPS,
  SK_MEMINFO_RCVBUF,
  SK_MEMINFO_RMEM_ALLOC,
  SK_MEMINFO_SNDBUF,
  SK_MEMINFO_VARS,
  SKF_AD_MAX,
} from '@netdevkit/bindings';
import { IFNAMSIZ } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { encodeText } from '../../text.ts';
import { cut, intBytes, intValue, type OptionValue } from './sock-option-value.ts';
import { lingerBytes, timeoutBytes } from './sock-time.ts';
import type { Sock } from './sock.ts';

/** `sizeof(struct ucred)`: pid, uid, gid. */
const UCRED = 12;
const UINT_MAX = 0xffff_ffffn;

/** Options that are on or off. */
const FLAGS: ReadonlySet<number> = new Set([
  SO_DEBUG,
  SO_REUSEADDR,
  SO_DONTROUTE,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_OOBINLINE,
  SO_NO_CHECK,
  SO_PASSCRED,
  SO_PASSSEC,
  SO_PASSPIDFD,
  SO_RCVMARK,
  SO_RXQ_OVFL,
  SO_WIFI_STATUS,
  SO_NOFCS,
  SO_SELECT_ERR_QUEUE,
  SO_LOCK_FILTER,
  SO_PREFER_BUSY_POLL,
]);

/** Options that are numbers, and what they are before anybody sets them. */
const NUMBERS: ReadonlyMap<number, number> = new Map([
  [SO_PRIORITY, 0],
  [SO_MARK, 0],
  [SO_RCVLOWAT, 1],
  [SO_BUSY_POLL, 0],
  [SO_INCOMING_CPU, -1],
  // What follows nobody can set.
  [SO_SNDLOWAT, 1],
  [SO_REUSEPORT, 0],
  [SO_BSDCOMPAT, 0],
  [SO_ACCEPTCONN, 0],
  [SO_ZEROCOPY, 0],
  [SO_RESERVE_MEM, 0],
  [SO_INCOMING_NAPI_ID, 0],
  [SO_BPF_EXTENSIONS, SKF_AD_MAX],
]);

/**
 * `sk_getsockopt` (net/core/sock.c). Reading SO_ERROR takes the pending error.
 *
 * @param length - of the caller's buffer
 * @param peer - the address of the peer, for SO_PEERNAME; `null` for families that have none
 * @returns the value or a negative errno
 */
export function getSocketOption(sock: Sock, name: number, length: number, peer: Uint8Array | null = null): OptionValue | number {
  if (length < 0) return -errno.EINVAL;
  const { settings } = sock;
  if (FLAGS.has(name)) return intValue(settings.flags.has(name) ? 1 : 0, length);
  const number = settings.numbers.get(name) ?? NUMBERS.get(name);
  if (number !== undefined && NUMBERS.has(name)) return intValue(number, length);
  switch (name) {
    case SO_SNDBUF:
      return intValue(sock.sndbuf, length);
    case SO_RCVBUF:
      return intValue(sock.rcvbuf, length);
    case SO_ERROR:
      return intValue(sock.takeError(), length);
    case SO_TYPE:
      return intValue(sock.type, length);
    case SO_PROTOCOL:
      // From net/packet/af_packet.c:packet_create: what a packet socket is bound to stands elsewhere.
      return intValue(sock.family === AF_PACKET ? 0 : sock.protocol, length);
    case SO_DOMAIN:
      return intValue(sock.family, length);
    case SO_TIMESTAMP_OLD:
    case SO_TIMESTAMP_NEW:
    case SO_TIMESTAMPNS_OLD:
    case SO_TIMESTAMPNS_NEW:
      return intValue(timestamps(sock, name), length);
    case SO_TIMESTAMPING_OLD:
      return cut(timestamping(sock), length);
    case SO_TIMESTAMPING_NEW:
      return cut(settings.timestampsNew ? timestamping(sock) : new Uint8Array(8), length);
    case SO_RCVTIMEO_OLD:
    case SO_RCVTIMEO_NEW:
      return cut(timeoutBytes(settings.receiveTimeout), length);
    case SO_SNDTIMEO_OLD:
    case SO_SNDTIMEO_NEW:
      return cut(timeoutBytes(settings.sendTimeout), length);
    case SO_LINGER:
      return cut(lingerBytes(settings), length);
    case SO_MAX_PACING_RATE:
      if (length >= 8) return cut(u64Bytes(settings.pacingRate), length);
      return intValue(Number(settings.pacingRate < UINT_MAX ? settings.pacingRate : UINT_MAX), length);
    case SO_TXREHASH:
      return intValue(settings.txrehash, length);
    case SO_TXTIME:
      return cut(Uint8Array.of(...intBytes(settings.txtimeClock), ...intBytes(settings.txtimeFlags)), length);
    case SO_BUF_LOCK:
      return intValue(settings.bufferLocks, length);
    case SO_BINDTOIFINDEX:
      return intValue(settings.boundIfindex, length);
    case SO_BINDTODEVICE:
      return boundDevice(sock, length);
    case SO_GET_FILTER:
      return filterOf(sock, length);
    case SO_MEMINFO:
      return cut(memoryInfo(sock), length);
    case SO_COOKIE:
      return length < 8 ? -errno.EINVAL : cut(u64Bytes(BigInt(sock.cookie)), length);
    case SO_NETNS_COOKIE:
      return length === 8 ? cut(u64Bytes(BigInt(sock.namespace.cookie)), length) : -errno.EINVAL;
    case SO_PEERCRED: {
      // Sockets of these families have no peer: no process, and nobody's ids.
      const bytes = new Uint8Array(UCRED).fill(0xff, 4);
      return cut(bytes, length);
    }
    case SO_PEERPIDFD:
    case SO_PEERGROUPS:
      return -errno.ENODATA;
    case SO_PEERNAME:
      if (sock.family !== AF_NETLINK || peer === null) return -errno.ENOTCONN;
      return peer.length < length ? -errno.EINVAL : cut(peer, length);
    case SO_PEEK_OFF:
      return -errno.EOPNOTSUPP;
    default:
      return -errno.ENOPROTOOPT;
  }
}

function timestamps({ settings }: Sock, name: number): number {
  const { timestamps: on, timestampsNs: ns, timestampsNew: isNew } = settings;
  switch (name) {
    case SO_TIMESTAMP_OLD:
      return on && !isNew && !ns ? 1 : 0;
    case SO_TIMESTAMP_NEW:
      return on && isNew ? 1 : 0;
    case SO_TIMESTAMPNS_OLD:
      return ns && !isNew ? 1 : 0;
    default:
      return ns && isNew ? 1 : 0;
  }
}

/** `struct so_timestamping`. */
function timestamping({ timestamping: flags }: Sock): Uint8Array {
  return Uint8Array.of(...intBytes(flags), 0, 0, 0, 0);
}

/** `sock_getbindtodevice`. */
function boundDevice({ settings, namespace }: Sock, length: number): OptionValue | number {
  if (settings.boundIfindex === 0) return cut(new Uint8Array(0), length);
  if (length < IFNAMSIZ) return -errno.EINVAL;
  const dev = namespace.byIndex(settings.boundIfindex);
  return dev === undefined ? -errno.ENODEV : cut(encodeText(`${dev.name}\0`), length);
}

/** `sk_get_filter`: lengths are instructions here. A program asks with none to learn how many there are. */
function filterOf({ filter }: Sock, length: number): OptionValue | number {
  if (filter === null) return { bytes: new Uint8Array(0), length: 0 };
  if (length === 0) return { bytes: new Uint8Array(0), length: filter.length };
  return length < filter.length ? -errno.EINVAL : { bytes: filter.octets, length: filter.length };
}

/** `sk_get_meminfo`. */
export function memoryInfo(sock: Sock): Uint8Array {
  const bytes = new Uint8Array(SK_MEMINFO_VARS * 4);
  const put = (variable: number, value: number): void => {
    bytes.set(intBytes(value), variable * 4);
  };
  put(SK_MEMINFO_RMEM_ALLOC, sock.rmem);
  put(SK_MEMINFO_RCVBUF, sock.rcvbuf);
  put(SK_MEMINFO_SNDBUF, sock.sndbuf);
  put(SK_MEMINFO_DROPS, sock.drops);
  return bytes;
}

function u64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
