import { errno } from '@netdevkit/errno';
import { FOREVER, type SockSettings } from './sock-settings.ts';

/** CONFIG_HZ: ticks in a second, in which timeouts are kept. */
const HZ = 250n;
const USEC_PER_SEC = 1_000_000n;
/** `sizeof(struct timeval)`, whichever of the two layouts. */
const TIMEVAL = 16;
/** `sizeof(struct linger)`. */
const LINGER = 8;

/**
 * `sock_set_timeout`.
 *
 * @returns the timeout in ticks, or a negative errno
 */
export function parseTimeout(bytes: Uint8Array): bigint | number {
  if (bytes.length < TIMEVAL) return -errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const seconds = view.getBigInt64(0, true);
  const microseconds = view.getBigInt64(8, true);
  if (microseconds < 0n || microseconds >= USEC_PER_SEC) return -errno.EDOM;
  if (seconds < 0n) return 0n;
  if ((seconds === 0n && microseconds === 0n) || seconds >= FOREVER / HZ - 1n) return FOREVER;
  const tick = USEC_PER_SEC / HZ;
  return seconds * HZ + (microseconds + tick - 1n) / tick;
}

/** `sock_get_timeout`: a timeout in ticks as a `struct timeval`. */
export function timeoutBytes(ticks: bigint): Uint8Array {
  const bytes = new Uint8Array(TIMEVAL);
  if (ticks === FOREVER) return bytes;
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, ticks / HZ, true);
  view.setBigInt64(8, ((ticks % HZ) * USEC_PER_SEC) / HZ, true);
  return bytes;
}

/** SO_LINGER: 0 or a negative errno. */
export function setLinger(settings: SockSettings, bytes: Uint8Array): number {
  if (bytes.length < LINGER) return -errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  settings.lingers = view.getInt32(0, true) !== 0;
  if (!settings.lingers) return 0;
  const seconds = BigInt.asUintN(64, BigInt(view.getInt32(4, true)));
  settings.lingerTime = seconds >= FOREVER / HZ ? FOREVER : seconds * HZ;
  return 0;
}

/** SO_LINGER as a `struct linger`. */
export function lingerBytes({ lingers, lingerTime }: SockSettings): Uint8Array {
  const bytes = new Uint8Array(LINGER);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, lingers ? 1 : 0, true);
  view.setInt32(4, Number(BigInt.asIntN(32, lingerTime / HZ)), true);
  return bytes;
}

/** A timeout in milliseconds; `Infinity` for one that never ends. */
export function timeoutMilliseconds(ticks: bigint): number {
  return ticks === FOREVER ? Infinity : (Number(ticks) * 1000) / Number(HZ);
}
