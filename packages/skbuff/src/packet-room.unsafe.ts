import type { sk_buff, skb_shared_data } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import type { ReadonlyBytes } from './readonly-bytes.ts';

/**
 * Gives a packet data of its own.
 *
 * # Safety
 *
 * - `raw` is alive, and the caller's reference.
 *
 * @throws KernelError `ENOMEM`
 */
export function unshareUnsafe(raw: sk_buff): skb_shared_data {
  // SAFETY: the caller's duty.
  if (raw.kernel.skb_unclone(raw) < 0 || raw.head === null) throw new KernelError('ENOMEM', undefined, { op: 'skb_unclone' });
  return raw.head;
}

/** What a header holds, and all behind it. */
export function headerOf(raw: sk_buff, at: number): ReadonlyBytes {
  if (raw.head === null) return new Uint8Array(0);
  return raw.head.bytes.subarray(Math.min(at, raw.tail), raw.tail);
}

/** Where a header stands; throws for a place outside of the packet's room. */
export function headerAt(raw: sk_buff, offset: number): number {
  const headroom = raw.data - (raw.head?.start ?? 0);
  if (Number.isInteger(offset) && offset >= -headroom && offset <= raw.end - raw.data) return raw.data + offset;
  throw new RangeError(`header: expected an offset from ${String(-headroom)} to ${String(raw.end - raw.data)}, got ${String(offset)}`);
}

/** Throws a RangeError for anything but an integer from 0 to `most`. */
export function within(what: string, value: number, most: number, of: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`${what}: expected an integer from 0 to ${String(most)}, the ${of}, got ${String(value)}`);
}
