import {
  SO_ATTACH_BPF,
  SO_ATTACH_FILTER,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_ATTACH_REUSEPORT_EBPF,
  SO_BINDTODEVICE,
  SO_BINDTOIFINDEX,
  SO_BROADCAST,
  SO_BSDCOMPAT,
  SO_BUF_LOCK,
  SO_BUSY_POLL,
  SO_BUSY_POLL_BUDGET,
  SO_CNX_ADVICE,
  SO_DEBUG,
  SO_DETACH_FILTER,
  SO_DETACH_REUSEPORT_BPF,
  SO_DEVMEM_DONTNEED,
  SO_DONTROUTE,
  SO_INCOMING_CPU,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_LOCK_FILTER,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_NOFCS,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PASSSEC,
  SO_PEEK_OFF,
  SO_PREFER_BUSY_POLL,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
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
  SO_SNDBUFFORCE,
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
  SO_WIFI_STATUS,
  SO_ZEROCOPY,
} from '@netdevkit/bindings';
import { IFNAMSIZ } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { decodeCString } from '../../text.ts';
import type { UserMemory } from '../../user-memory.ts';
import { detachFilter, readFilter } from './sock-filter.ts';
import { readInt } from './sock-option-value.ts';
import { parseTimeout, setLinger } from './sock-time.ts';
import { SOCK_BUFFER, type Credentials, type Sock } from './sock.ts';

/** `sizeof(int)`. */
const INT = 4;
const INT_MAX = 0x7fff_ffff;
/** TCP_SKB_MIN_TRUESIZE on 64-bit machines. */
const SOCK_MIN_RCVBUF = 2304;
const SOCK_MIN_SNDBUF = 2 * SOCK_MIN_RCVBUF;
/** SOCK_SNDBUF_LOCK and SOCK_RCVBUF_LOCK: which buffers the program has set. */
const SNDBUF_LOCK = 1;
const RCVBUF_LOCK = 2;
/** SOF_TIMESTAMPING_MASK (include/uapi/linux/net_tstamp.h) of Linux 6.12, and flags of it that ask for others. */
const SOF_TIMESTAMPING_MASK = 0x3_ffff;
const OPT_ID = 1 << 7;
const OPT_TSONLY = 1 << 11;
const OPT_STATS = 1 << 12;
const BIND_PHC = 1 << 15;
const OPT_ID_TCP = 1 << 16;
/** Clocks of SO_TXTIME: CLOCK_REALTIME, CLOCK_MONOTONIC and CLOCK_TAI. */
const CLOCK_MONOTONIC = 1;
const TXTIME_CLOCKS = [0, CLOCK_MONOTONIC, 11];
/** The most that SO_RESERVE_MEM takes: a gibibyte. */
const RESERVE_MAX = 1 << 30;

/** Options that are on or off, and steer nothing here. */
const FLAGS: ReadonlySet<number> = new Set([
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
]);

/**
 * `sk_setsockopt` (net/core/sock.c): options of level SOL_SOCKET.
 *
 * @param memory - where the pointer of SO_ATTACH_FILTER leads
 * @returns 0 or a negative errno
 */
export function setSocketOption(sock: Sock, name: number, bytes: Uint8Array, memory: UserMemory | null = null): number {
  if (name === SO_BINDTODEVICE) return bindToDevice(sock, bytes);
  if (bytes.length < INT) return -errno.EINVAL;
  const value = readInt(bytes);
  const { settings, credentials } = sock;
  if (FLAGS.has(name)) return setFlag(sock, name, value);
  switch (name) {
    case SO_SNDBUF:
    case SO_RCVBUF:
    case SO_SNDBUFFORCE:
    case SO_RCVBUFFORCE:
      return setBuffer(sock, name, value);
    case SO_DEBUG:
      return value !== 0 && !credentials.netAdmin ? -errno.EACCES : setFlag(sock, name, value);
    case SO_REUSEPORT:
      return value === 0 ? 0 : -errno.EOPNOTSUPP;
    case SO_PRIORITY:
      return value < 0 || value > 6 ? privileged(sock, name, value) : setNumber(sock, name, value);
    case SO_MARK:
      return privileged(sock, name, value);
    case SO_INCOMING_CPU:
      return setNumber(sock, name, value);
    case SO_RCVLOWAT:
      return setNumber(sock, name, value < 0 ? INT_MAX : value || 1);
    case SO_BUSY_POLL:
      return value < 0 ? -errno.EINVAL : setNumber(sock, name, value);
    case SO_PREFER_BUSY_POLL:
      return value !== 0 && !credentials.netAdmin ? -errno.EPERM : setFlag(sock, name, value);
    case SO_BUSY_POLL_BUDGET:
      return setBusyPollBudget(sock, value);
    case SO_MAX_PACING_RATE:
      settings.pacingRate = pacingRate(bytes);
      return 0;
    case SO_TXREHASH:
      if (value < -1 || value > 1) return -errno.EINVAL;
      // From net/core/sysctl_net_core.c: txrehash is on by default.
      settings.txrehash = value === -1 ? 1 : value;
      return 0;
    case SO_TIMESTAMP_OLD:
    case SO_TIMESTAMP_NEW:
    case SO_TIMESTAMPNS_OLD:
    case SO_TIMESTAMPNS_NEW:
      return setTimestamps(sock, name, value !== 0);
    case SO_TIMESTAMPING_OLD:
    case SO_TIMESTAMPING_NEW:
      return setTimestamping(sock, name, value);
    case SO_RCVTIMEO_OLD:
    case SO_RCVTIMEO_NEW:
    case SO_SNDTIMEO_OLD:
    case SO_SNDTIMEO_NEW:
      return setTimeout(sock, name, bytes);
    case SO_LINGER:
      return setLinger(settings, bytes);
    case SO_ATTACH_FILTER: {
      const filter = readFilter(sock, bytes, memory);
      if (typeof filter === 'number') return filter;
      sock.filter = filter;
      return 0;
    }
    case SO_DETACH_FILTER:
      return detachFilter(sock);
    case SO_LOCK_FILTER:
      return settings.flags.has(name) && value === 0 ? -errno.EPERM : setFlag(sock, name, value);
    case SO_ATTACH_REUSEPORT_CBPF: {
      // The filter is looked at before it turns out that the socket belongs to no group.
      const filter = readFilter(sock, bytes, memory);
      return typeof filter === 'number' ? filter : -errno.EINVAL;
    }
    case SO_ATTACH_BPF:
    case SO_ATTACH_REUSEPORT_EBPF:
      // There are no BPF programs here whose descriptor this could be.
      if (bytes.length !== INT) return -errno.EINVAL;
      return settings.flags.has(SO_LOCK_FILTER) ? -errno.EPERM : -errno.EBADF;
    case SO_DETACH_REUSEPORT_BPF:
      return -errno.EINVAL;
    case SO_TXTIME:
      return setTxtime(sock, bytes);
    case SO_BINDTOIFINDEX:
      return bindToIndex(sock, value);
    case SO_BUF_LOCK:
      if ((value & ~(SNDBUF_LOCK | RCVBUF_LOCK)) !== 0) return -errno.EINVAL;
      settings.bufferLocks = value;
      return 0;
    case SO_RESERVE_MEM:
      return value < 0 || value > RESERVE_MAX ? -errno.EINVAL : -errno.EOPNOTSUPP;
    case SO_ZEROCOPY:
    case SO_PEEK_OFF:
      return -errno.EOPNOTSUPP;
    case SO_DEVMEM_DONTNEED:
      return -errno.EBADF;
    case SO_BSDCOMPAT:
    case SO_CNX_ADVICE:
      return 0;
    default:
      // SO_TYPE, SO_PROTOCOL, SO_DOMAIN and SO_ERROR are here too, as on Linux.
      return -errno.ENOPROTOOPT;
  }
}

function setFlag({ settings }: Sock, name: number, value: number): number {
  if (value === 0) settings.flags.delete(name);
  else settings.flags.add(name);
  return 0;
}

function setNumber({ settings }: Sock, name: number, value: number): number {
  settings.numbers.set(name, value);
  return 0;
}

function privileged(sock: Sock, name: number, value: number): number {
  return mayRaw(sock.credentials) || sock.credentials.netAdmin ? setNumber(sock, name, value) : -errno.EPERM;
}

/** CAP_NET_RAW. */
function mayRaw({ netRaw, netAdmin }: Credentials): boolean {
  return netRaw ?? netAdmin;
}

function setBuffer(sock: Sock, name: number, value: number): number {
  const forced = name === SO_SNDBUFFORCE || name === SO_RCVBUFFORCE;
  if (forced && !sock.credentials.netAdmin) return -errno.EPERM;
  const wanted = forced ? Math.max(value, 0) : Math.min(value >>> 0, SOCK_BUFFER);
  if (name === SO_SNDBUF || name === SO_SNDBUFFORCE) {
    sock.sndbuf = doubled(wanted, SOCK_MIN_SNDBUF);
    sock.settings.bufferLocks |= SNDBUF_LOCK;
  } else {
    sock.rcvbuf = doubled(wanted, SOCK_MIN_RCVBUF);
    sock.settings.bufferLocks |= RCVBUF_LOCK;
  }
  return 0;
}

/** What is asked for counts double: the kernel's own records are charged to the socket too. */
function doubled(value: number, least: number): number {
  return Math.max(Math.min(value, INT_MAX >>> 1) * 2, least);
}

function setBusyPollBudget(sock: Sock, value: number): number {
  const { settings, credentials } = sock;
  if (value > (settings.numbers.get(SO_BUSY_POLL_BUDGET) ?? 0) && !credentials.netAdmin) return -errno.EPERM;
  return value < 0 || value > 0xffff ? -errno.EINVAL : setNumber(sock, SO_BUSY_POLL_BUDGET, value);
}

/** An `int`, of which -1 is no limit, or an `unsigned long`. */
function pacingRate(bytes: Uint8Array): bigint {
  if (bytes.length >= 8) return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const value = readInt(bytes) >>> 0;
  return value === 0xffff_ffff ? 0xffff_ffff_ffff_ffffn : BigInt(value);
}

/** `sock_set_timestamp`. */
function setTimestamps({ settings }: Sock, name: number, on: boolean): number {
  settings.timestamps = on;
  settings.timestampsNs = on && (name === SO_TIMESTAMPNS_OLD || name === SO_TIMESTAMPNS_NEW);
  if (on) settings.timestampsNew = name === SO_TIMESTAMP_NEW || name === SO_TIMESTAMPNS_NEW;
  return 0;
}

/** `sock_set_timestamping`. The clock of the longer form is not looked at: no device here has one. */
function setTimestamping(sock: Sock, name: number, flags: number): number {
  if ((flags & ~SOF_TIMESTAMPING_MASK) !== 0) return -errno.EINVAL;
  if ((flags & OPT_ID_TCP) !== 0 && (flags & OPT_ID) === 0) return -errno.EINVAL;
  if ((flags & OPT_STATS) !== 0 && (flags & OPT_TSONLY) === 0) return -errno.EINVAL;
  const { settings, namespace } = sock;
  if ((flags & BIND_PHC) !== 0) {
    return namespace.byIndex(settings.boundIfindex) === undefined ? -errno.EOPNOTSUPP : -errno.EINVAL;
  }
  sock.timestamping = flags;
  settings.timestampsNew = name === SO_TIMESTAMPING_NEW;
  return 0;
}

function setTimeout({ settings }: Sock, name: number, bytes: Uint8Array): number {
  const timeout = parseTimeout(bytes);
  if (typeof timeout === 'number') return timeout;
  if (name === SO_RCVTIMEO_OLD || name === SO_RCVTIMEO_NEW) settings.receiveTimeout = timeout;
  else settings.sendTimeout = timeout;
  return 0;
}

function setTxtime({ settings, credentials }: Sock, bytes: Uint8Array): number {
  if (bytes.length !== 2 * INT) return -errno.EINVAL;
  const clock = readInt(bytes);
  const flags = readInt(bytes.subarray(INT)) >>> 0;
  if (flags > 3) return -errno.EINVAL;
  if (clock !== CLOCK_MONOTONIC && !credentials.netAdmin) return -errno.EPERM;
  if (!TXTIME_CLOCKS.includes(clock)) return -errno.EINVAL;
  settings.txtimeClock = clock;
  settings.txtimeFlags = flags;
  return 0;
}

/** `sock_setbindtodevice`: by name, none for any device. Sockets of these families are bound otherwise; it is kept only. */
function bindToDevice(sock: Sock, bytes: Uint8Array): number {
  const name = decodeCString(bytes.subarray(0, IFNAMSIZ - 1));
  if (name === '') return bindToIndex(sock, 0);
  const dev = name === null ? undefined : sock.namespace.byName(name);
  return dev === undefined ? -errno.ENODEV : bindToIndex(sock, dev.ifindex);
}

/** `sock_bindtoindex_locked`: who is bound may be bound elsewhere only by whoever may make raw sockets. */
function bindToIndex({ settings, credentials }: Sock, ifindex: number): number {
  if (settings.boundIfindex !== 0 && !mayRaw(credentials)) return -errno.EPERM;
  if (ifindex < 0) return -errno.EINVAL;
  settings.boundIfindex = ifindex;
  return 0;
}
