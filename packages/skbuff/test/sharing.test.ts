import { KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { fromRawOwnedUnsafe } from '../src/unsafe.ts';
import { Rig } from './rig.ts';

describe('clone', () => {
  it('is a second packet on the same data, settled by itself', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2, 3));
    expect(skb.isCloned).toBe(false);
    const twin = skb.clone();
    expect(rig.report.live).toBe(2);
    expect([skb.isCloned, twin.isCloned]).toEqual([true, true]);
    expect(twin.data().slice()).toEqual(Uint8Array.of(1, 2, 3));
    skb.consume();
    expect(rig.report).toEqual({ live: 1, consumed: 1, dropped: {} });
    expect(twin.isCloned).toBe(false);
    expect([...twin.data()]).toEqual([1, 2, 3]);
    twin.drop('NOMEM');
    expect(rig.report).toEqual({ live: 0, consumed: 1, dropped: { NOMEM: 1 } });
  });

  it('has what is known of the packet, but not its socket', () => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    raw.protocol = 16;
    raw.pkt_type = 6;
    raw.tstamp_sec = 7;
    let destroyed = 0;
    raw.destructor = () => void destroyed++;
    const skb = fromRawOwnedUnsafe(raw);
    const twin = skb.clone();
    expect([twin.protocol, twin.pktType, twin.timestamp, twin.headroom, twin.tailroom]).toEqual([16, 6, { sec: 7, nsec: 0 }, skb.headroom, skb.tailroom]);
    twin.consume();
    expect(destroyed).toBe(0);
    skb.consume();
    expect(destroyed).toBe(1);
  });

  it('throws ENOMEM when memory is short, and the packet stays as it was', () => {
    using rig = new Rig();
    const skb = rig.given();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'skb_clone' });
    expect(() => skb.clone()).toThrow(new KernelError('ENOMEM', undefined, { op: 'skb_clone' }));
    expect(fault.hits).toBe(1);
    expect([rig.report.live, skb.isCloned, skb.len]).toEqual([1, false, 4]);
    skb.consume();
  });
});

describe('copy', () => {
  it('is a second packet with its own data', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2, 3), 24);
    const twin = skb.copy();
    expect(rig.report.live).toBe(2);
    expect([skb.isCloned, twin.isCloned]).toEqual([false, false]);
    expect([twin.len, twin.headroom]).toEqual([3, 24]);
    twin.writable().fill(9);
    expect([...skb.data()]).toEqual([1, 2, 3]);
    expect([...twin.data()]).toEqual([9, 9, 9]);
    skb.consume();
    twin.consume();
  });

  it('throws ENOMEM when memory is short', () => {
    using rig = new Rig();
    const skb = rig.given();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'skb_copy' });
    expect(() => skb.copy()).toThrow(new KernelError('ENOMEM', undefined, { op: 'skb_copy' }));
    expect(fault.hits).toBe(1);
    expect(rig.report.live).toBe(1);
    skb.consume();
  });
});

describe('writable', () => {
  it('is the data itself when nobody shares it', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2));
    const before = rig.kernel.faults.allocations;
    skb.writable()[0] = 8;
    expect(rig.kernel.faults.allocations).toBe(before);
    expect([...skb.data()]).toEqual([8, 2]);
    skb.consume();
  });

  it.each(['the packet', 'its clone'])('leaves the other’s data alone when %s writes', (writer) => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2, 3), 8);
    const twin = skb.clone();
    const [writing, other] = writer === 'the packet' ? [skb, twin] : [twin, skb];
    const shown = other.data();
    writing.writable().fill(0xff);
    expect([...writing.data()]).toEqual([255, 255, 255]);
    expect([...other.data()]).toEqual([1, 2, 3]);
    expect([...shown]).toEqual([1, 2, 3]);
    expect([skb.isCloned, twin.isCloned]).toEqual([false, false]);
    expect([writing.len, writing.headroom, writing.tailroom]).toEqual([3, other.headroom, other.tailroom]);
    // The other is alone now: it writes in place.
    other.writable()[0] = 7;
    expect([writing.data()[0], other.data()[0]]).toEqual([255, 7]);
    skb.consume();
    twin.consume();
  });

  it('gives each of several clones data of its own', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(0));
    const twins = [skb.clone(), skb.clone(), skb.clone()];
    for (const [i, twin] of twins.entries()) twin.writable()[0] = i + 1;
    expect(twins.map((twin) => twin.data()[0])).toEqual([1, 2, 3]);
    expect(skb.data()[0]).toBe(0);
    for (const packet of [skb, ...twins]) packet.consume();
  });

  it('throws ENOMEM when memory is short, and nothing is changed', () => {
    using rig = new Rig();
    const skb = rig.given(Uint8Array.of(1, 2));
    const twin = skb.clone();
    using fault = rig.kernel.faults.failAllocation({ nth: 1 });
    expect(() => skb.writable()).toThrow(new KernelError('ENOMEM', undefined, { op: 'skb_unclone' }));
    expect(fault.hits).toBe(1);
    expect([skb.isCloned, twin.isCloned]).toEqual([true, true]);
    skb.writable()[0] = 9;
    expect([twin.data()[0], skb.data()[0]]).toEqual([1, 9]);
    skb.consume();
    twin.consume();
  });
});
