/** `MAX_SCHEDULE_TIMEOUT`: no end to waiting. */
export const FOREVER = 0x7fff_ffff_ffff_ffffn;
/** SOCK_TXREHASH_DEFAULT: not chosen yet. */
const TXREHASH_DEFAULT = 255;

/**
 * What the options of level SOL_SOCKET keep that steer nothing in the core, or that the face alone looks at: members and
 * flags of `struct sock` (include/net/sock.h).
 */
export class SockSettings {
  /** The options that are on: `SO_*` whose value is a truth. */
  readonly flags: Set<number> = new Set();
  /** Options whose value is a number, as they were set. */
  readonly numbers: Map<number, number> = new Map();
  /** SO_RCVTIMEO, in ticks of 4 ms. */
  receiveTimeout: bigint = FOREVER;
  /** SO_SNDTIMEO, in ticks. */
  sendTimeout: bigint = FOREVER;
  /** SO_LINGER: whether to, and for how many ticks. */
  lingers = false;
  lingerTime = 0n;
  /** SO_MAX_PACING_RATE. */
  pacingRate = 0xffff_ffff_ffff_ffffn;
  /** SO_TIMESTAMP and SO_TIMESTAMPNS: whether packets bring their time, in nanoseconds, in the layout with 64-bit times. */
  timestamps = false;
  timestampsNs = false;
  timestampsNew = false;
  /** SO_BINDTODEVICE and SO_BINDTOIFINDEX. */
  boundIfindex = 0;
  /** SO_BUF_LOCK: which buffers were set by the program. */
  bufferLocks = 0;
  /** SO_TXREHASH. */
  txrehash: number = TXREHASH_DEFAULT;
  /** SO_TXTIME. */
  txtimeClock = 0;
  txtimeFlags = 0;
}
