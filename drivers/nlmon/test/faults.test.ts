import { isKernelError, type ErrnoCode } from '@netdevkit/errno';
import type { RefusableCallback } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import { Rig, drain } from './rig.ts';

/**
 * The whole life of nlmon devices. Each step may fail with an errno and nothing else; what a failed step should have made,
 * later steps miss, and say so with an errno, too.
 *
 * @returns the errnos that steps failed with
 */
function live(rig: Rig): ErrnoCode[] {
  const codes: ErrnoCode[] = [];
  const step = (action: () => unknown): void => {
    try {
      action();
    } catch (error) {
      if (!isKernelError(error)) throw error;
      codes.push(error.code);
    }
  };
  const { ip, kernel } = rig;
  step(() => {
    using socket = rig.packets();
    step(() => {
      ip.link.add({ kind: 'nlmon' });
    });
    step(() => {
      ip.link.set('nlmon0', { up: true });
    });
    step(() => {
      using monitor = ip.monitor();
      expect(monitor).toBeDefined();
      ip.link.add({ kind: 'nlmon', name: 'second', up: true, mtu: 100 });
    });
    step(() => ip.link.list());
    step(() => {
      ip.link.set('second', { name: 'renamed', alias: 'the second', txQueueLen: 5, mtu: 4000 });
    });
    step(() => {
      ip.link.addAltNames('renamed', ['another-name-of-it']);
    });
    step(() => ip.stats.list());
    drain(socket);
  });
  step(() => {
    using other = kernel.createNamespace('other');
    using descriptor = other.open();
    step(() => {
      ip.link.set('renamed', { netns: { fd: descriptor.fd } });
    });
    const there = rig.client(other);
    step(() => {
      there.link.set('renamed', { up: true });
    });
    step(() => {
      there.link.delete('renamed');
    });
    there[Symbol.dispose]();
  });
  step(() => {
    ip.link.set('nlmon0', { up: false });
  });
  step(() => {
    ip.link.delete('nlmon0');
  });
  step(() => {
    kernel.rmmod('nlmon');
  });
  return codes;
}

describe('the life of nlmon', () => {
  it('has no failure when nothing fails', () => {
    using rig = new Rig();
    expect(live(rig)).toEqual([]);
  });

  it('is clean whichever allocation fails', () => {
    const counting = new Rig();
    const before = counting.kernel.faults.allocations;
    live(counting);
    const allocations = counting.kernel.faults.allocations - before;
    counting[Symbol.dispose]();
    expect(allocations).toBeGreaterThan(100);
    let felt = 0;
    for (let nth = 1; nth <= allocations; nth++) {
      // Closing the rig throws when anything is left over.
      using rig = new Rig();
      using fault = rig.kernel.faults.failAllocation({ nth });
      if (live(rig).length > 0) felt++;
      expect(fault.hits, `allocation ${String(nth)} did not happen`).toBe(1);
      fault[Symbol.dispose]();
      // The kernel is as good as new: the same life again, without a fault, has no failure.
      rig.ip[Symbol.dispose]();
      for (const { name } of rig.ip.link.list({ kind: 'nlmon' })) rig.ip.link.delete(name);
      if (rig.pinned !== undefined) rig.kernel.rmmod('nlmon');
      expect(live(rig), `after allocation ${String(nth)}`).toEqual([]);
    }
    // Some failures hide: a lost copy for a tap, a lost notification. Most do not.
    expect(felt).toBeGreaterThan(allocations / 4);
  });

  it('is clean when all memory is gone from some point on', () => {
    let rounds = 0;
    for (let hits = 1, nth = 1; hits > 0; nth++) {
      using rig = new Rig();
      using fault = rig.kernel.faults.failAllocation({ nth, times: 1_000_000 });
      live(rig);
      ({ hits } = fault);
      rounds++;
    }
    expect(rounds).toBeGreaterThan(50);
  });

  it.each<[RefusableCallback, ErrnoCode]>([
    ['ndo_open', 'EBUSY'],
    ['setup', 'ENOMEM'],
    ['validate', 'EPERM'],
    ['init_module', 'EIO'],
  ])('is clean when %s is refused with %s', (callback, code) => {
    using rig = new Rig();
    using fault = rig.kernel.faults.refuse(callback, code);
    const codes = live(rig);
    expect(fault.hits).toBeGreaterThan(0);
    // The kind of a module that cannot be loaded is unknown; everything else is told to the user.
    expect(codes).toContain(callback === 'init_module' ? 'EOPNOTSUPP' : code);
  });
});
