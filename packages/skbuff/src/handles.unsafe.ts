import type { kernel, sk_buff } from '@netdevkit/bindings/raw';
import { KernelError } from '@netdevkit/errno';
import { SkBuff, type SkbView } from './skbuff.unsafe.ts';
import { TxOutcome } from './tx-outcome.ts';

/**
 * Wraps an skb whose reference passes to the handle: one for `startXmit`, which may give it back.
 *
 * # Safety
 *
 * - `raw` is alive, and the caller's reference to it is given up.
 * - No other handle owns that reference.
 */
export function fromRawOwnedUnsafe(raw: sk_buff): SkBuff {
  return SkBuff.adopt(raw);
}

/**
 * Ends a transmission: checks that what the driver returned is what it did.
 *
 * # Safety
 *
 * - `skb` is the handle that the driver was given for this transmission.
 * - On `NETDEV_TX_BUSY` the reference is the caller's again; on a negative result {@link mendUnsafe} follows; otherwise the
 *   raw skb is not touched any more.
 *
 * @param outcome - what the driver returned
 * @returns `NETDEV_TX_OK`, `NETDEV_TX_BUSY`, or -1 when the two do not agree
 */
export function concludeUnsafe(skb: SkBuff, outcome: unknown): number {
  return SkBuff.conclude(skb, outcome);
}

/**
 * Settles a packet that a driver did not settle as it said, so that the books balance after its mistake.
 *
 * # Safety
 *
 * - {@link concludeUnsafe} has just given -1 for the same arguments.
 * - The raw skb is not touched any more.
 *
 * @returns what the driver did wrong
 */
export function mendUnsafe(skb: SkBuff, outcome: unknown): string {
  return SkBuff.mend(skb, outcome);
}

/**
 * Shows a packet to a callback, which cannot settle it nor keep looking at it.
 *
 * # Safety
 *
 * - `raw` is alive as long as `look` runs.
 */
export function lendUnsafe<R>(raw: sk_buff, look: (skb: SkbView) => R): R {
  return SkBuff.lend(raw, look);
}

/**
 * The raw skb behind a handle, whose reference stays the handle's.
 *
 * # Safety
 *
 * - The result is not kept, nor its reference ended.
 *
 * @throws TypeError when the packet was settled
 */
export function rawSkbUnsafe(skb: SkBuff): sk_buff {
  return SkBuff.rawOf(skb);
}

/**
 * Takes the raw skb out of a handle, which is settled with that. Consumes `skb`.
 *
 * # Safety
 *
 * - The reference is the caller's now, to end or to pass on.
 *
 * @throws TypeError when the packet was settled
 */
export function handOnUnsafe(skb: SkBuff): sk_buff {
  return SkBuff.handOn(skb);
}

/**
 * What became of a packet that was handed on, for `startXmit` to return.
 *
 * # Safety
 *
 * - {@link handOnUnsafe} took the skb, and whoever got it said `NET_RX_SUCCESS` (0) or dropped it (another number).
 */
export function handedOnUnsafe(result: number): TxOutcome {
  return result === 0 ? TxOutcome.SETTLED : TxOutcome.LOST;
}

/**
 * Wraps an skb whose reference passes to the handle, as a kept one.
 *
 * # Safety
 *
 * - `raw` is alive, and the caller's reference to it is given up.
 */
export function fromRawKeptUnsafe(raw: sk_buff): SkBuff {
  return SkBuff.adoptKept(raw);
}

/**
 * A new packet with a copy of some octets; the caller's, as a kept one is.
 *
 * # Safety
 *
 * - `kernel` is the one whose drivers get the packet.
 *
 * @throws KernelError `ENOMEM`
 */
export function allocUnsafe(kernel: kernel, bytes: Uint8Array): SkBuff {
  // SAFETY: alloc_skb has no condition; the skb is filled within the room that was asked for.
  const raw = kernel.alloc_skb(bytes.length);
  if (raw?.head == null) throw new KernelError('ENOMEM', undefined, { op: 'alloc_skb' });
  // SAFETY: as above.
  const at = kernel.skb_put(raw, bytes.length);
  raw.head.bytes.set(bytes, at);
  return SkBuff.adoptKept(raw);
}
