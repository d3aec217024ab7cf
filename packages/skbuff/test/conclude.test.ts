import { NETDEV_TX_BUSY, NETDEV_TX_OK } from '@netdevkit/bindings/raw';
import { describe, expect, it } from 'vitest';
import type { SkBuff, TxOutcome } from '../src/index.ts';
import { concludeUnsafe, fromRawOwnedUnsafe, mendUnsafe } from '../src/unsafe.ts';
import { TxOutcome as Outcome } from '../src/tx-outcome.ts';
import { Rig } from './rig.ts';

/** What drivers do with the packet that they are given, and what is to become of it when the outcome is not of that. */
const DEEDS = {
  nothing: { act: () => undefined, text: 'did not settle its packet', dropped: true },
  consume: { act: (skb: SkBuff) => skb.consume(), text: 'settled its packet', dropped: false },
  keep: { act: (skb: SkBuff) => skb.keep(), text: 'kept its packet', dropped: false },
  busy: { act: (skb: SkBuff) => skb.busy(), text: 'gave back its packet', dropped: true },
} as const;

/** What they may return although they did something else: outcomes of other packets, and what is no outcome at all. */
const OTHERS: ReadonlyArray<readonly [string, unknown, string]> = [
  ['another packet’s end', Outcome.SETTLED, '"settled"'],
  ['another packet’s keeping', Outcome.KEPT, '"kept"'],
  ['another packet’s going back', Outcome.BUSY, '"busy"'],
  ['nothing', undefined, 'no outcome'],
  ['null', null, 'no outcome'],
  ['a number', 0, 'no outcome'],
  ['a look-alike', { what: 'settled' }, 'no outcome'],
  ['a promise', Promise.resolve(Outcome.SETTLED), 'no outcome'],
];

/** What is right for a deed, so that it is not among the wrong ones. */
const RIGHT: Readonly<Record<keyof typeof DEEDS, readonly unknown[]>> = {
  nothing: [],
  // A packet that was kept and then settled was kept.
  consume: [Outcome.SETTLED, Outcome.KEPT],
  keep: [Outcome.KEPT],
  busy: [Outcome.BUSY],
};

describe('concludeUnsafe', () => {
  it.each<readonly [string, (skb: SkBuff) => TxOutcome, number]>([
    ['consume', (skb) => skb.consume(), NETDEV_TX_OK],
    ['drop', (skb) => skb.drop('HDR_TRUNC'), NETDEV_TX_OK],
    ['keep', (skb) => skb.keep(), NETDEV_TX_OK],
    ['keep, then consume', (skb) => (skb.keep(), skb.consume()), NETDEV_TX_OK],
    ['busy', (skb) => skb.busy(), NETDEV_TX_BUSY],
  ])('accepts what %s gives', (_, act, result) => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    const skb = fromRawOwnedUnsafe(raw);
    expect(concludeUnsafe(skb, act(skb))).toBe(result);
    // Whoever has the packet now settles it: the core or the driver, for both of which the test stands in.
    if (rig.report.live > 0) rig.raw.consume_skb(raw);
  });

  it('accepts the keeping of a packet that was settled meanwhile', () => {
    using rig = new Rig();
    const skb = rig.given();
    const outcome = skb.keep();
    skb.consume();
    expect(concludeUnsafe(skb, outcome)).toBe(NETDEV_TX_OK);
  });
});

describe.each(Object.entries(DEEDS))('a driver that did: %s', (deed, { act, text, dropped }) => {
  // CAST: Object.entries gives the keys of DEEDS.
  const wrong = OTHERS.filter(([, returned]) => !RIGHT[deed as keyof typeof DEEDS].includes(returned));

  it.each(wrong)('and returned %s is told, and its packet accounted for', (_, returned, said) => {
    using rig = new Rig();
    const skb = rig.given();
    act(skb);
    const before = rig.report;
    expect(concludeUnsafe(skb, returned)).toBe(-1);
    expect(rig.report).toEqual(before);
    expect(mendUnsafe(skb, returned)).toBe(`returned ${said}, but ${text}`);
    if (deed === 'keep') {
      // The packet is the driver's, which said so to the packet itself; it is not taken away.
      expect(skb.len).toBe(4);
      skb.consume();
    }
    expect(rig.report.live).toBe(0);
    expect(rig.report.dropped).toEqual(dropped ? { NOT_SPECIFIED: 1 } : {});
    expect(() => skb.len).toThrow(TypeError);
  });
});

describe('the outcome of another packet', () => {
  it('does not pass for that of the given one, and neither packet is lost or freed twice', () => {
    using rig = new Rig();
    const kept = rig.given(Uint8Array.of(1));
    kept.keep();
    const given = rig.given(Uint8Array.of(2));
    const outcome = kept.consume();
    expect(concludeUnsafe(given, outcome)).toBe(-1);
    mendUnsafe(given, outcome);
    expect(rig.report).toEqual({ live: 0, consumed: 1, dropped: { NOT_SPECIFIED: 1 } });
    expect(rig.kernel.dmesg().filter(({ text }) => text.includes('use-after-free'))).toEqual([]);
  });

  it('cannot be that a clone went back', () => {
    using rig = new Rig();
    const given = rig.given();
    const twin = given.clone();
    expect(() => twin.busy()).toThrow(TypeError);
    twin.consume();
    given.consume();
  });
});

describe('TxOutcome', () => {
  it('knows its own', () => {
    using rig = new Rig();
    expect(Outcome.is(rig.given().consume())).toBe(true);
    for (const other of [undefined, null, 0, 'settled', {}, { what: 'settled' }, Object.create(Outcome.SETTLED)]) {
      expect(Outcome.is(other)).toBe(false);
    }
  });
});
