import { KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { allocUnsafe, fromRawOwnedUnsafe } from '../src/unsafe.ts';
import { Rig } from './rig.ts';

describe('SkBuff', () => {
  it('says how long it is and what it holds', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(9, 8, 7));
    expect(skb.len).toBe(3);
    expect([...skb.data()]).toEqual([9, 8, 7]);
    skb.consume();
  });

  it('may be empty', () => {
    using rig = new Rig();
    const skb = rig.given(new Uint8Array(0));
    expect([skb.len, skb.data().length]).toEqual([0, 0]);
    expect(skb.writable()).toHaveLength(0);
    skb.consume();
  });

  it.each([0, 1, 600, 4000, 40_000, 200_000])('holds %i octets', (length) => {
    using rig = new Rig();
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    const skb = rig.made(bytes);
    expect(skb.len).toBe(length);
    expect(Buffer.compare(skb.data().slice(), bytes)).toBe(0);
    skb.consume();
  });

  it('says how much room there is around the data', () => {
    using rig = new Rig();
    const raw = rig.rawPacket(Uint8Array.of(1, 2, 3, 4), 40);
    const skb = fromRawOwnedUnsafe(raw);
    expect(skb.headroom).toBe(40);
    expect(skb.tailroom).toBe((raw.head?.size ?? 0) - 44);
    rig.raw.skb_push(raw, 10);
    rig.raw.skb_put(raw, 3);
    expect(skb.headroom).toBe(30);
    expect(skb.tailroom).toBe((raw.head?.size ?? 0) - 47);
    expect(skb.len).toBe(17);
    skb.consume();
  });

  it('says what it is and where it goes', () => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    raw.protocol = 16;
    raw.pkt_type = 7;
    const skb = fromRawOwnedUnsafe(raw);
    expect([skb.protocol, skb.pktType]).toEqual([16, 7]);
    skb.consume();
  });

  it('says when it was seen, if that is known', () => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    const skb = fromRawOwnedUnsafe(raw);
    expect(skb.timestamp).toBeUndefined();
    raw.tstamp_sec = 1_700_000_000;
    expect(skb.timestamp).toEqual({ sec: 1_700_000_000, nsec: 0 });
    raw.tstamp_sec = 0;
    raw.tstamp_nsec = 5;
    expect(skb.timestamp).toEqual({ sec: 0, nsec: 5 });
    skb.consume();
  });

  it('has no data when the raw side lost it', () => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    const skb = fromRawOwnedUnsafe(raw);
    const { head } = raw;
    raw.head = null;
    expect(skb.data()).toHaveLength(0);
    expect([skb.headroom, skb.isCloned]).toEqual([raw.data, false]);
    raw.head = head;
    skb.consume();
  });

  it('is told of to whoever asked only: without a socket txTimestamp does nothing', () => {
    using rig = new Rig();
    const skb = rig.given();
    skb.txTimestamp();
    expect(rig.report.live).toBe(1);
    expect(skb.timestamp).toBeUndefined();
    skb.consume();
  });
});

describe('data', () => {
  it('is a view: a slice is what stays', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2, 3, 4));
    const view = skb.data();
    const kept = view.slice(1, 3);
    skb.writable().set([7, 7, 7, 7]);
    expect([...view]).toEqual([7, 7, 7, 7]);
    expect([...kept]).toEqual([2, 3]);
    expect([...view.subarray(2)]).toEqual([7, 7]);
    expect([view.length, view[0], view.indexOf(7, 1)]).toEqual([4, 7, 1]);
    skb.consume();
  });
});

describe('allocUnsafe', () => {
  it('copies the octets', () => {
    using rig = new Rig();
    const bytes = Uint8Array.of(1, 2);
    const skb = rig.made(bytes);
    bytes.fill(0);
    expect([...skb.data()]).toEqual([1, 2]);
    skb.consume();
  });

  it('throws ENOMEM when memory is short', () => {
    using rig = new Rig();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    expect(() => allocUnsafe(rig.raw, new Uint8Array(1))).toThrow(new KernelError('ENOMEM', undefined, { op: 'alloc_skb' }));
    expect(fault.hits).toBe(1);
    expect(rig.report.live).toBe(0);
  });
});
