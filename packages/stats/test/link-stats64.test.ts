import { rtnl_link_stats64 } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { readLinkStats64, writeLinkStats64, type LinkStats64 } from '../src/index.ts';

const COUNTERS = rtnl_link_stats64.SIZE / 8;

/** Counters that are all different. */
function filled(length: number = COUNTERS): BigUint64Array {
  return BigUint64Array.from({ length }, (_, i) => BigInt(i) + 1n);
}

/** C's name of a counter. */
function cName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

describe('readLinkStats64', () => {
  it('finds every counter where the UAPI struct has it', () => {
    const storage = filled();
    const view = new DataView(storage.buffer);
    const read = readLinkStats64(storage);
    expect(Object.keys(read)).toHaveLength(COUNTERS);
    for (const [name, value] of Object.entries(read)) {
      const accessor: unknown = Reflect.get(rtnl_link_stats64, cName(name));
      if (typeof accessor !== 'function') throw new Error(`rtnl_link_stats64 has no ${cName(name)}`);
      expect([name, value]).toEqual([name, accessor(view, 0)]);
    }
  });

  it('takes what a shorter struct lacks for 0', () => {
    expect(Object.values(readLinkStats64(new BigUint64Array(0)))).toEqual(new Array(COUNTERS).fill(0n));
    expect(readLinkStats64(filled(24))).toMatchObject({ rxNohandler: 24n, rxOtherhostDropped: 0n });
  });
});

describe('writeLinkStats64', () => {
  it('puts every counter where it was read from', () => {
    const storage = new BigUint64Array(COUNTERS);
    writeLinkStats64(storage, readLinkStats64(filled()));
    expect(storage).toEqual(filled());
  });

  it('leaves alone what is left out', () => {
    const storage = filled();
    writeLinkStats64(storage, { rxPackets: 0n, multicast: 77n });
    const expected = filled();
    expected[0] = 0n;
    expected[8] = 77n;
    expect(storage).toEqual(expected);
    writeLinkStats64(storage, {});
    expect(storage).toEqual(expected);
  });

  it('wraps at 64 bits, and knows nothing of other names', () => {
    const storage = new BigUint64Array(COUNTERS);
    // CAST: what a driver in JavaScript may return.
    writeLinkStats64(storage, { txErrors: 2n ** 64n + 3n, unknown: 9n } as Partial<LinkStats64>);
    expect(readLinkStats64(storage)).toEqual({ ...readLinkStats64(new BigUint64Array(COUNTERS)), txErrors: 3n });
  });

  it('refuses what is no bigint', () => {
    const storage = new BigUint64Array(COUNTERS);
    // CAST: what a driver in JavaScript may return.
    expect(() => writeLinkStats64(storage, { txErrors: 3 } as unknown as Partial<LinkStats64>)).toThrow(TypeError);
  });
});
