import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { Faults } from '../src/faults.ts';

describe('Faults', () => {
  it('lets everything pass while none is set, and counts', () => {
    const faults = new Faults();
    for (let i = 0; i < 5; i++) expect(faults.shouldFail('alloc_skb')).toBe(false);
    expect(faults.allocations).toBe(5);
    expect(faults.refusal('ndo_open')).toBe(0);
  });

  it('fails the nth allocation from now, once', () => {
    const faults = new Faults();
    faults.shouldFail('alloc_skb');
    using fault = faults.failAllocation({ nth: 2 });
    const results = [1, 2, 3].map(() => faults.shouldFail('alloc_skb'));
    expect(results).toEqual([false, true, false]);
    expect(fault.hits).toBe(1);
  });

  it('fails a run of allocations', () => {
    const faults = new Faults();
    using fault = faults.failAllocation({ nth: 1, times: 3 });
    expect([1, 2, 3, 4].map(() => faults.shouldFail('alloc_netdev'))).toEqual([true, true, true, false]);
    expect(fault.hits).toBe(3);
  });

  it('counts only the place it was set for', () => {
    const faults = new Faults();
    using fault = faults.failAllocation({ nth: 1, site: 'skb_clone' });
    expect(faults.shouldFail('alloc_skb')).toBe(false);
    expect(faults.shouldFail('skb_clone')).toBe(true);
    expect(fault.hits).toBe(1);
  });

  it('is over when it is disposed', () => {
    const faults = new Faults();
    faults.failAllocation({ nth: 1 })[Symbol.dispose]();
    faults.refuse('ndo_open', 'EBUSY')[Symbol.dispose]();
    expect(faults.shouldFail('alloc_skb')).toBe(false);
    expect(faults.refusal('ndo_open')).toBe(0);
  });

  it('refuses a callback as often as it was told', () => {
    const faults = new Faults();
    using fault = faults.refuse('ndo_open', 'EBUSY', 2);
    expect([1, 2, 3].map(() => faults.refusal('ndo_open'))).toEqual([-errno.EBUSY, -errno.EBUSY, 0]);
    expect(fault.hits).toBe(2);
  });

  it.each([0, -1, 1.5, Number.NaN])('does not take %s for a count', (nth) => {
    expect(() => new Faults().failAllocation({ nth })).toThrow(RangeError);
  });
});
