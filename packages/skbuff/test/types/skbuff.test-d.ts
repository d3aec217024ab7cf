import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type { DropReason, ReadonlyBytes, SkBuff, Timestamp, TxOutcome } from '../../src/index.ts';

// Nobody makes packets and outcomes but the kit: the entry point of drivers has arithmetic alone.
expectTypeOf<keyof typeof api>().toEqualTypeOf<'foldChecksum' | 'partialChecksum' | 'pseudoHeaderChecksum'>();
// @ts-expect-error: an outcome comes from a packet
void api.TxOutcome;
// @ts-expect-error: a packet comes from the core
void api.SkBuff;
// @ts-expect-error: the raw side is not of this entry point
void api.fromRawOwnedUnsafe;
// @ts-expect-error: an outcome has a private part that nothing else has
export const forged: TxOutcome = { what: 'settled' };

export function uses(skb: SkBuff): void {
  expectTypeOf(skb.len).toEqualTypeOf<number>();
  expectTypeOf(skb.headroom).toEqualTypeOf<number>();
  expectTypeOf(skb.tailroom).toEqualTypeOf<number>();
  expectTypeOf(skb.protocol).toEqualTypeOf<number>();
  expectTypeOf(skb.pktType).toEqualTypeOf<number>();
  expectTypeOf(skb.timestamp).toEqualTypeOf<Timestamp | undefined>();
  expectTypeOf(skb.isCloned).toEqualTypeOf<boolean>();
  expectTypeOf(skb.clone()).toEqualTypeOf<SkBuff>();
  expectTypeOf(skb.copy()).toEqualTypeOf<SkBuff>();
  expectTypeOf(skb.consume()).toEqualTypeOf<TxOutcome>();
  expectTypeOf(skb.drop('NOMEM')).toEqualTypeOf<TxOutcome>();
  expectTypeOf(skb.busy()).toEqualTypeOf<TxOutcome>();
  expectTypeOf(skb.keep()).toEqualTypeOf<TxOutcome>();
  expectTypeOf(skb.writable()).toEqualTypeOf<Uint8Array>();
  expectTypeOf(skb.data()).toEqualTypeOf<ReadonlyBytes>();

  // Data that others may share is read-only.
  const octets = skb.data();
  // @ts-expect-error: writing takes writable()
  octets[0] = 1;
  // @ts-expect-error: writing takes writable()
  octets.set([1]);
  // @ts-expect-error: the buffer behind it is not shown
  void octets.buffer;
  // @ts-expect-error: a view of a read-only view is no other
  octets.subarray(0, 1)[0] = 1;
  expectTypeOf(octets.slice()).toEqualTypeOf<Uint8Array>();

  // A packet is what it is.
  // @ts-expect-error: no setter
  skb.protocol = 1;
  // @ts-expect-error: no setter
  skb.len = 1;
  // @ts-expect-error: no such reason
  skb.drop('BAD_LUCK');
  // @ts-expect-error: a packet that was consumed was not dropped
  skb.drop('CONSUMED');
  // @ts-expect-error: a drop has a reason
  skb.drop();
}

expectTypeOf<'NOMEM'>().toExtend<DropReason>();
expectTypeOf<Extract<DropReason, 'CONSUMED' | 'NOT_DROPPED_YET'>>().toEqualTypeOf<never>();
