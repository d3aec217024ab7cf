/**
 * `struct sk_buff` with visible ownership.
 *
 * @packageDocumentation
 */

export type { ReadonlyBytes } from './readonly-bytes.ts';
export { SkBuff, type DropReason, type Timestamp } from './skbuff.unsafe.ts';
export { TxOutcome } from './tx-outcome.ts';
