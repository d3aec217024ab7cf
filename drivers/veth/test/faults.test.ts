import { isKernelError, type ErrnoCode } from '@netdevkit/errno';
import type { RefusableCallback } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

/**
 * The whole life of veth devices. Each step may fail with an errno and nothing else.
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
    using other = kernel.createNamespace('other');
    using descriptor = other.open();
    const there = rig.client(other);
    step(() => {
      rig.pair({ mtu: 2000 });
    });
    step(() => {
      ip.link.set('v0', { up: true });
    });
    step(() => {
      ip.link.set('v1', { netns: { fd: descriptor.fd } });
    });
    step(() => {
      there.link.set('v1', { up: true, address: '02:00:00:00:00:01' });
    });
    step(() => {
      using socket = rig.packets('v0');
      using receiver = rig.packets('v1', 3, other);
      step(() => socket.send(new Uint8Array(60)));
      receiver.receive();
    });
    step(() => ip.link.list());
    step(() => {
      rig.pair({ name: 'v2' }, { name: 'v3', netnsFd: descriptor.fd });
    });
    step(() => {
      there.link.delete('v1');
    });
    there[Symbol.dispose]();
  });
  step(() => {
    kernel.rmmod('veth');
  });
  return codes;
}

describe('the life of veth', () => {
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
    expect(allocations).toBeGreaterThan(20);
    let felt = 0;
    for (let nth = 1; nth <= allocations; nth++) {
      // Closing the rig throws when anything is left over.
      using rig = new Rig();
      using fault = rig.kernel.faults.failAllocation({ nth });
      if (live(rig).length > 0) felt++;
      expect(fault.hits, `allocation ${String(nth)} did not happen`).toBe(1);
    }
    expect(felt).toBeGreaterThan(allocations / 4);
  });

  it.each<[RefusableCallback, ErrnoCode]>([
    ['setup', 'ENOMEM'],
    ['validate', 'EPERM'],
    ['newlink', 'EPERM'],
    ['ndo_init', 'ENOMEM'],
    ['ndo_open', 'EBUSY'],
    ['ndo_set_mac_address', 'EBUSY'],
  ])('is clean when %s is refused with %s', (callback, errno) => {
    using rig = new Rig();
    using fault = rig.kernel.faults.refuse(callback, errno);
    expect(live(rig)).toContain(errno);
    expect(fault.hits).toBeGreaterThan(0);
  });
});
