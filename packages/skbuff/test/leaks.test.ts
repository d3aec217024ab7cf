import { LeakError } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import type { SkBuff } from '../src/index.ts';
import { Rig } from './rig.ts';

/** The error that a kernel is closed with. */
function closing(rig: Rig): LeakError {
  try {
    rig.kernel.close();
  } catch (error) {
    if (error instanceof LeakError) return error;
    throw error;
  }
  throw new Error('nothing was left over');
}

function makeAndForget(rig: Rig): SkBuff {
  return rig.made(new Uint8Array(77));
}

function cloneAndForget(skb: SkBuff): SkBuff {
  return skb.clone();
}

describe('a packet that is never settled', () => {
  it('fails the closing of a kernel that tracks leaks, which says where it was made', () => {
    const rig = new Rig();
    makeAndForget(rig);
    const error = closing(rig);
    expect(error.leaks).toMatchObject([{ what: 'skb', text: '77 octets' }]);
    expect(error.message).toContain('1 left over');
    expect(error.message).toContain('makeAndForget');
  });

  it('is named whether it was kept, cloned or copied', () => {
    const rig = new Rig();
    const skb = rig.given();
    cloneAndForget(skb);
    skb.copy();
    skb.keep();
    const error = closing(rig);
    expect(error.leaks).toHaveLength(3);
    expect(error.message).toContain('cloneAndForget');
  });

  it('is seen before the kernel is closed', () => {
    using rig = new Rig();
    const skb = makeAndForget(rig);
    expect(rig.kernel.leaks()).toMatchObject([{ what: 'skb', text: '77 octets' }]);
    skb.consume();
    expect(rig.kernel.leaks()).toEqual([]);
  });

  it('is counted without tracking', () => {
    const rig = new Rig({ trackLeaks: false });
    rig.given();
    rig.given();
    expect(rig.report.live).toBe(2);
    expect(rig.kernel.leaks()).toEqual([{ what: 'skb', text: '2 of them', origin: undefined }]);
    rig.kernel.close();
  });
});
