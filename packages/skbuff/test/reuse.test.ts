import type { sk_buff } from '@netdevkit/bindings/raw';
import { describe, expect, it } from 'vitest';
import type { SkBuff } from '../src/index.ts';
import { fromRawOwnedUnsafe } from '../src/unsafe.ts';
import { Rig } from './rig.ts';

/** How many records rest before the first of them is used again. */
const QUARANTINE = 256;

/** Runs packets through, as drivers that consume them do, and gives the records that were used. */
function run(rig: Rig, packets: number): Set<sk_buff> {
  const records = new Set<sk_buff>();
  for (let i = 0; i < packets; i++) {
    const raw = rig.rawPacket();
    records.add(raw);
    fromRawOwnedUnsafe(raw).consume();
  }
  return records;
}

/** A kernel that uses records again, as kernels outside of tests do. */
function recycling(): Rig {
  return new Rig({ trackLeaks: false });
}

describe('records', () => {
  it('are used again with their handles, so that a packet costs no garbage', () => {
    using rig = recycling();
    const handles = new Set<SkBuff>();
    for (let i = 0; i < 4 * QUARANTINE; i++) {
      const skb = rig.given();
      handles.add(skb);
      skb.consume();
    }
    expect(handles.size).toBeLessThanOrEqual(QUARANTINE + 2);
  });

  it('are never used again by a kernel that tracks leaks', () => {
    using rig = new Rig();
    expect(run(rig, 4 * QUARANTINE).size).toBe(4 * QUARANTINE);
  });
});

describe('a handle that outlived its packet', () => {
  it('meets a settled packet for as long as its record rests', () => {
    using rig = recycling();
    const stale = rig.given();
    stale.consume();
    for (let i = 0; i < QUARANTINE; i++) {
      run(rig, 1);
      expect(() => stale.len).toThrow(TypeError);
    }
  });

  it.each<readonly [string, (rig: Rig) => SkBuff, (skb: SkBuff) => unknown]>([
    ['kept, then consumed', (rig) => rig.given(), (skb) => [skb.keep(), skb.consume()]],
    ['kept, then dropped', (rig) => rig.given(), (skb) => [skb.keep(), skb.drop('NOMEM')]],
    ['made by its driver', (rig) => rig.made(), (skb) => skb.consume()],
    ['a clone', (rig) => cloneOf(rig), (skb) => skb.consume()],
    ['a copy', (rig) => copyOf(rig), (skb) => skb.drop('NOMEM')],
  ])('stays dead for good when it was %s: drivers may have stored it', (_, make, settle) => {
    using rig = recycling();
    run(rig, 2 * QUARANTINE);
    // More than one, so that whichever record is used next was one of theirs.
    const stale = Array.from({ length: QUARANTINE + 50 }, () => make(rig));
    for (const skb of stale) settle(skb);
    const given: SkBuff[] = [];
    for (let i = 0; i < 6 * QUARANTINE; i++) {
      const skb = rig.given();
      given.push(skb);
      for (const old of stale) if (old === skb) expect.unreachable('the handle serves another packet');
      skb.consume();
    }
    for (const skb of stale) expect(() => skb.len).toThrow(TypeError);
    expect(given).toHaveLength(6 * QUARANTINE);
  });

  it('is not the handle of the packet that its record serves next', () => {
    using rig = recycling();
    const raw = rig.rawPacket();
    const kept = fromRawOwnedUnsafe(raw);
    kept.keep();
    kept.consume();
    // Until the very record comes round again.
    let again = rig.rawPacket();
    for (let i = 0; again !== raw && i < 2 * QUARANTINE; i++) {
      rig.raw.consume_skb(again);
      again = rig.rawPacket();
    }
    expect(again).toBe(raw);
    const fresh = fromRawOwnedUnsafe(again);
    expect(fresh).not.toBe(kept);
    expect(fresh.len).toBe(4);
    expect(() => kept.len).toThrow(TypeError);
    expect(() => kept.consume()).toThrow(TypeError);
    fresh.consume();
    expect(rig.report.live).toBe(0);
  });
});

function cloneOf(rig: Rig): SkBuff {
  const skb = rig.given();
  const twin = skb.clone();
  skb.consume();
  return twin;
}

function copyOf(rig: Rig): SkBuff {
  const skb = rig.given();
  const twin = skb.copy();
  skb.consume();
  return twin;
}
