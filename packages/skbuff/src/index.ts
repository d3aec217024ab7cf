/**
 * `struct sk_buff` with visible ownership.
 *
 * @packageDocumentation
 */

export { foldChecksum, partialChecksum, pseudoHeaderChecksum } from './checksum.ts';
export type { ReadonlyBytes } from './readonly-bytes.ts';
// Types alone: a driver is given packets, and gets outcomes from them; it can make neither.
export type { DropReason, SkBuff, SkbView, Timestamp } from './skbuff.unsafe.ts';
export type { TxOutcome } from './tx-outcome.ts';
