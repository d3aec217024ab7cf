import { SKB_DROP_REASON } from '@netdevkit/bindings/raw';
import { describe, expect, it } from 'vitest';
import type { DropReason, SkBuff } from '../src/index.ts';
import { fromRawOwnedUnsafe } from '../src/unsafe.ts';
import { Rig, USES } from './rig.ts';

const SETTLED = new TypeError('SkBuff: used after it was settled');

/** Every reason that a drop may name. */
const REASONS = Object.keys(SKB_DROP_REASON).filter((reason): reason is DropReason => reason !== 'NOT_DROPPED_YET' && reason !== 'CONSUMED');

/** Every way in which a handle ends while its packet may live on. */
const ENDS: ReadonlyArray<readonly [string, (skb: SkBuff) => unknown]> = [
  ['consumed', (skb) => skb.consume()],
  ['dropped', (skb) => skb.drop('NOMEM')],
  ['kept, then consumed', (skb) => [skb.keep(), skb.consume()]],
  ['kept, then dropped', (skb) => [skb.keep(), skb.drop('FULL_RING')]],
];

describe('a packet', () => {
  it('is consumed: it reached its goal', () => {
    using rig = new Rig();
    const outcome = rig.given().consume();
    expect(outcome.what).toBe('settled');
    expect(rig.report).toEqual({ live: 0, consumed: 1, dropped: {} });
  });

  it.each(REASONS)('is dropped for %s, which is counted', (reason) => {
    using rig = new Rig();
    const outcome = rig.given().drop(reason);
    expect(outcome.what).toBe('settled');
    expect(rig.report).toEqual({ live: 0, consumed: 0, dropped: { [reason]: 1 } });
  });

  it('is kept, and lives until its driver settles it', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(5, 6));
    expect(skb.keep().what).toBe('kept');
    expect(skb.keep().what).toBe('kept');
    expect(rig.report).toEqual({ live: 1, consumed: 0, dropped: {} });
    expect([skb.len, ...skb.data()]).toEqual([2, 5, 6]);
    expect(skb.drop('QUEUE_PURGE').what).toBe('settled');
    expect(rig.report).toEqual({ live: 0, consumed: 0, dropped: { QUEUE_PURGE: 1 } });
  });

  it('cannot go back once it is kept, and stays the driver’s', () => {
    using rig = new Rig();
    const skb = rig.given();
    skb.keep();
    expect(() => skb.busy()).toThrow(new TypeError('SkBuff: only the packet that startXmit was given can go back to the core'));
    expect(rig.report.live).toBe(1);
    skb.consume();
    expect(rig.report).toEqual({ live: 0, consumed: 1, dropped: {} });
  });

  it('cannot go back when the driver made it', () => {
    using rig = new Rig();
    const given = rig.given();
    for (const own of [given.clone(), given.copy(), rig.made()]) {
      expect(() => own.busy()).toThrow(TypeError);
      expect(own.keep().what).toBe('kept');
      own.consume();
    }
    given.consume();
    expect(rig.report).toEqual({ live: 0, consumed: 4, dropped: {} });
  });
});

describe.each(ENDS)('a packet that was %s', (_, end) => {
  it.each(USES)('throws on %s', (_name, use) => {
    using rig = new Rig();
    const skb = rig.given();
    end(skb);
    const before = rig.report;
    expect(() => use(skb)).toThrow(SETTLED);
    expect(rig.report).toEqual(before);
  });
});

describe('a packet that was given back', () => {
  it.each(USES)('throws on %s, and is the core’s', (_name, use) => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    const skb = fromRawOwnedUnsafe(raw);
    expect(skb.busy().what).toBe('busy');
    expect(() => use(skb)).toThrow(SETTLED);
    expect([raw.users, raw.len]).toEqual([1, 4]);
    rig.raw.kfree_skb_reason(raw, 'QDISC_DROP');
    expect(rig.report).toEqual({ live: 0, consumed: 0, dropped: { QDISC_DROP: 1 } });
  });
});
