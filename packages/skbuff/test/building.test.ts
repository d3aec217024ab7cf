import { describe, expect, it } from 'vitest';
import type { SkBuff } from '../src/index.ts';
import { allocUnsafe, lendUnsafe } from '../src/unsafe.ts';
import { Rig } from './rig.ts';

const octets = (skb: SkBuff): number[] => [...skb.data()];
const noMemory: unknown = expect.objectContaining({ code: 'ENOMEM' });

/** A packet that is the test's, of four octets, with headroom. */
function packet(rig: Rig, headroom = 16): SkBuff {
  return rig.given(Uint8Array.of(1, 2, 3, 4), headroom);
}

describe('put, push, pull and trim', () => {
  it('move the ends of the data', () => {
    using rig = new Rig();
    const skb = packet(rig);
    const { tailroom } = skb;
    skb.put(Uint8Array.of(5, 6));
    skb.push(Uint8Array.of(0));
    expect(octets(skb)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([skb.len, skb.headroom, skb.tailroom]).toEqual([7, 15, tailroom - 2]);
    skb.pull(2);
    skb.trim(3);
    expect(octets(skb)).toEqual([2, 3, 4]);
    skb.consume();
  });

  it('add zeroes when they are told how many', () => {
    using rig = new Rig();
    const skb = packet(rig);
    skb.writable().fill(9);
    skb.trim(1);
    skb.pull(1);
    // What stood there before is not to be seen.
    skb.put(3);
    skb.push(2);
    expect(octets(skb)).toEqual([0, 0, 0, 0, 0]);
    skb.consume();
  });

  it.each<[string, (skb: SkBuff) => void]>([
    ['put beyond the tailroom', (skb) => void skb.put(skb.tailroom + 1)],
    ['put octets beyond the tailroom', (skb) => void skb.put(new Uint8Array(skb.tailroom + 1))],
    ['put less than nothing', (skb) => void skb.put(-1)],
    ['put half an octet', (skb) => void skb.put(0.5)],
    ['push beyond the headroom', (skb) => void skb.push(skb.headroom + 1)],
    ['push less than nothing', (skb) => void skb.push(-1)],
    ['pull more than there is', (skb) => void skb.pull(skb.len + 1)],
    ['pull less than nothing', (skb) => void skb.pull(-1)],
    ['trim to more than there is', (skb) => void skb.trim(skb.len + 1)],
    ['trim to NaN', (skb) => void skb.trim(Number.NaN)],
    ['reserve in a packet that is not empty', (skb) => void skb.reserve(1)],
    ['expand by too much', (skb) => void skb.expandHead(2 ** 25, 0)],
    ['expand by less than nothing', (skb) => void skb.expandHead(0, -1)],
    ['a protocol of 17 bits', (skb) => void skb.setProtocol(0x1_0000)],
    ['a priority of 33 bits', (skb) => void skb.setPriority(2 ** 32)],
    ['a negative mark', (skb) => void skb.setMark(-1)],
    ['a header before the memory', (skb) => void skb.setNetworkHeader(-skb.headroom - 1)],
    ['a header behind the memory', (skb) => void skb.setTransportHeader(skb.len + skb.tailroom + 1)],
    ['a checksum beyond the end', (skb) => void skb.checksum(0, skb.len + 1)],
    ['a checksum that ends before it starts', (skb) => void skb.checksum(3, 2)],
  ])('refuse what does not fit: %s', (_what, misuse) => {
    using rig = new Rig();
    const skb = packet(rig);
    expect(() => {
      misuse(skb);
    }).toThrow(RangeError);
    expect(octets(skb)).toEqual([1, 2, 3, 4]);
    expect([skb.protocol, skb.priority, skb.mark]).toEqual([0, 0, 0]);
    skb.consume();
  });

  it('leave an empty packet with headroom after reserve', () => {
    using rig = new Rig();
    const skb = allocUnsafe(rig.raw, new Uint8Array(0));
    const { tailroom } = skb;
    skb.reserve(20);
    expect([skb.headroom, skb.tailroom]).toEqual([20, tailroom - 20]);
    expect(() => {
      skb.reserve(tailroom);
    }).toThrow(RangeError);
    skb.consume();
  });
});

describe('data that others share', () => {
  it('is copied before put and push write to it', () => {
    using rig = new Rig();
    const skb = packet(rig);
    const twin = skb.clone();
    skb.put(Uint8Array.of(5));
    twin.put(Uint8Array.of(6));
    skb.push(Uint8Array.of(7));
    expect([octets(skb), octets(twin)]).toEqual([
      [7, 1, 2, 3, 4, 5],
      [1, 2, 3, 4, 6],
    ]);
    skb.consume();
    twin.consume();
  });

  it('is left alone when there is no memory for a copy', () => {
    using rig = new Rig();
    const skb = packet(rig);
    const twin = skb.clone();
    for (const write of [() => void skb.put(Uint8Array.of(5)), () => void skb.push(1), () => void skb.writable(), () => void skb.expandHead(100, 0)]) {
      using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'skb_copy' });
      expect(write).toThrow(noMemory);
      expect(fault.hits).toBe(1);
    }
    expect([octets(skb), octets(twin)]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    skb.consume();
    twin.consume();
  });

  it('needs no copy to be pulled or cut', () => {
    using rig = new Rig();
    const skb = packet(rig);
    const twin = skb.clone();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'skb_copy' });
    skb.pull(1);
    skb.trim(2);
    expect(fault.hits).toBe(0);
    expect([octets(skb), octets(twin)]).toEqual([
      [2, 3],
      [1, 2, 3, 4],
    ]);
    skb.consume();
    twin.consume();
  });
});

describe('expandHead', () => {
  it.each([
    [100, 0],
    [0, 5000],
    [40_000, 40_000],
    [0, 0],
  ])('makes %i octets of headroom and %i of tailroom, and keeps data and headers', (headroom, tailroom) => {
    using rig = new Rig();
    const skb = packet(rig);
    skb.setNetworkHeader(1);
    skb.setTransportHeader(3);
    const before = { headroom: skb.headroom, tailroom: skb.tailroom };
    skb.expandHead(headroom, tailroom);
    expect(skb.headroom).toBe(before.headroom + headroom);
    expect(skb.tailroom).toBeGreaterThanOrEqual(before.tailroom + tailroom);
    expect(octets(skb)).toEqual([1, 2, 3, 4]);
    expect([[...skb.networkHeader()], [...skb.transportHeader()]]).toEqual([[2, 3, 4], [4]]);
    skb.push(new Uint8Array(skb.headroom).fill(8));
    skb.consume();
    expect(rig.report.live).toBe(0);
  });
});

describe('headers', () => {
  it('stay where they are when they are pulled', () => {
    using rig = new Rig();
    const skb = packet(rig);
    skb.setMacHeader(0);
    skb.pull(2);
    skb.setNetworkHeader(0);
    skb.setTransportHeader(1);
    expect([[...skb.macHeader()], [...skb.networkHeader()], [...skb.transportHeader()]]).toEqual([[1, 2, 3, 4], [3, 4], [4]]);
    const copy = skb.copy();
    expect([[...copy.macHeader()], [...copy.transportHeader()]]).toEqual([[1, 2, 3, 4], [4]]);
    const twin = skb.clone();
    expect([...twin.macHeader()]).toEqual([1, 2, 3, 4]);
    twin.expandHead(9, 9);
    expect([...twin.macHeader()]).toEqual([1, 2, 3, 4]);
    skb.writable()[0] = 7;
    expect([[...skb.macHeader()], [...twin.macHeader()], [...copy.macHeader()]]).toEqual([[1, 2, 7, 4], [1, 2, 3, 4], [1, 2, 3, 4]]);
    for (const each of [skb, copy, twin]) each.consume();
  });

  it('behind the data are empty', () => {
    using rig = new Rig();
    const skb = packet(rig);
    skb.setTransportHeader(4);
    expect(skb.transportHeader()).toHaveLength(0);
    skb.setTransportHeader(6);
    expect(skb.transportHeader()).toHaveLength(0);
    skb.consume();
  });
});

describe('what is known of a packet', () => {
  it('is set, and goes along with clones and copies', () => {
    using rig = new Rig();
    const skb = packet(rig);
    skb.setProtocol(0x86dd);
    skb.setPriority(7);
    skb.setMark(0xffff_ffff);
    for (const other of [skb.clone(), skb.copy()]) {
      expect([other.protocol, other.priority, other.mark]).toEqual([0x86dd, 7, 0xffff_ffff]);
      other.consume();
    }
    skb.consume();
  });
});

describe('a packet that is lent', () => {
  it('can be looked at, nothing else, and only then', () => {
    using rig = new Rig();
    const raw = rig.rawPacket();
    let kept: { readonly len: number } | undefined;
    lendUnsafe(raw, (skb) => {
      kept = skb;
      expect([skb.len, skb.data()[0], skb.isCloned]).toEqual([4, 1, false]);
      // CAST: what a driver in JavaScript may do.
      const more = skb as SkBuff;
      for (const misuse of [() => more.consume(), () => more.keep(), () => more.busy(), () => more.clone(), () => more.copy(), () => more.writable(), () => void more.pull(1), () => void more.setMark(1)]) {
        expect(misuse).toThrow(/only be looked at/);
      }
    });
    expect(() => kept?.len).toThrow(/after it was settled/);
    rig.raw.consume_skb(raw);
  });
});
