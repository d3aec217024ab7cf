import {
  SO_DOMAIN,
  SO_ERROR,
  SO_MEMINFO,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_TIMESTAMPING,
  SO_TYPE,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { SOCK_BUFFER, type Sock } from './sock.ts';

/** An option as `getsockopt` gives it. */
export interface OptionValue {
  /** What fitted the caller's buffer. */
  readonly bytes: Uint8Array;
  /** What is left in `optlen`, which for lists is the length that all of it would take. */
  readonly length: number;
}

/** `sizeof(int)`. */
const INT = 4;
const INT_MAX = 0x7fff_ffff;
/** TCP_SKB_MIN_TRUESIZE on 64-bit machines. */
const SOCK_MIN_RCVBUF = 2304;
const SOCK_MIN_SNDBUF = 2 * SOCK_MIN_RCVBUF;
/** SOF_TIMESTAMPING_MASK (include/uapi/linux/net_tstamp.h) of Linux 6.12. */
const SOF_TIMESTAMPING_MASK = 0x3ffff;
/** SK_MEMINFO_VARS (include/uapi/linux/sock_diag.h). */
const MEMINFO_VARS = 9;

/**
 * `sk_setsockopt` (net/core/sock.c): options of level SOL_SOCKET.
 *
 * @returns 0 or a negative errno
 */
export function setSocketOption(sock: Sock, name: number, bytes: Uint8Array): number {
  if (bytes.length < INT) return -errno.EINVAL;
  const value = readInt(bytes);
  switch (name) {
    case SO_SNDBUF:
      sock.sndbuf = doubled(Math.min(value >>> 0, SOCK_BUFFER), SOCK_MIN_SNDBUF);
      return 0;
    case SO_RCVBUF:
      sock.rcvbuf = doubled(Math.min(value >>> 0, SOCK_BUFFER), SOCK_MIN_RCVBUF);
      return 0;
    case SO_SNDBUFFORCE:
      if (!sock.credentials.netAdmin) return -errno.EPERM;
      sock.sndbuf = doubled(Math.max(value, 0), SOCK_MIN_SNDBUF);
      return 0;
    case SO_RCVBUFFORCE:
      if (!sock.credentials.netAdmin) return -errno.EPERM;
      sock.rcvbuf = doubled(Math.max(value, 0), SOCK_MIN_RCVBUF);
      return 0;
    case SO_TIMESTAMPING:
      if ((value & ~SOF_TIMESTAMPING_MASK) !== 0) return -errno.EINVAL;
      sock.timestamping = value;
      return 0;
    default:
      // SO_TYPE, SO_PROTOCOL, SO_DOMAIN and SO_ERROR are here too, as on Linux.
      return -errno.ENOPROTOOPT;
  }
}

/**
 * `sk_getsockopt` (net/core/sock.c). Reading SO_ERROR takes the pending error.
 *
 * @param length - of the caller's buffer
 * @returns the value or a negative errno
 */
export function getSocketOption(sock: Sock, name: number, length: number): OptionValue | number {
  if (length < 0) return -errno.EINVAL;
  switch (name) {
    case SO_SNDBUF:
      return intValue(sock.sndbuf, length);
    case SO_RCVBUF:
      return intValue(sock.rcvbuf, length);
    case SO_ERROR:
      return intValue(sock.takeError(), length);
    case SO_TIMESTAMPING:
      return intValue(sock.timestamping, length);
    case SO_TYPE:
      return intValue(sock.type, length);
    case SO_PROTOCOL:
      return intValue(sock.protocol, length);
    case SO_DOMAIN:
      return intValue(sock.family, length);
    case SO_MEMINFO:
      return cut(memoryInfo(sock), length);
    default:
      return -errno.ENOPROTOOPT;
  }
}

/** The `int` at the start of an option's value. */
export function readInt(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24);
}

/** An `int` as octets. */
export function intBytes(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** An `int` as the value of an option, cut where the caller's buffer is shorter. */
export function intValue(value: number, length: number): OptionValue {
  return cut(intBytes(value), length);
}

function cut(bytes: Uint8Array, length: number): OptionValue {
  const shown = bytes.subarray(0, length);
  return { bytes: shown, length: shown.length };
}

/** What is asked for counts double: the kernel's own records are charged to the socket too. */
function doubled(value: number, least: number): number {
  return Math.max(Math.min(value, INT_MAX >>> 1) * 2, least);
}

/** `sk_get_meminfo`. */
function memoryInfo(sock: Sock): Uint8Array {
  const bytes = new Uint8Array(MEMINFO_VARS * 4);
  const values = [sock.rmem, sock.rcvbuf, 0, sock.sndbuf, 0, 0, 0, 0, sock.drops];
  values.forEach((value, i) => {
    bytes.set(intBytes(value), i * 4);
  });
  return bytes;
}
