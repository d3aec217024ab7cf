import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock, type Timespec } from '../src/clock.ts';

describe('systemClock', () => {
  it('tells the time, in whole nanoseconds of a second', () => {
    const time: Timespec = { sec: 0, nsec: 0 };
    systemClock().now(time);
    expect(Math.abs(time.sec - Date.now() / 1000)).toBeLessThan(5);
    expect(Number.isInteger(time.sec)).toBe(true);
    expect(Number.isInteger(time.nsec)).toBe(true);
    expect(time.nsec).toBeGreaterThanOrEqual(0);
    expect(time.nsec).toBeLessThan(1e9);
  });

  it('never runs backwards', () => {
    const clock = systemClock();
    const before: Timespec = { sec: 0, nsec: 0 };
    const after: Timespec = { sec: 0, nsec: 0 };
    clock.now(before);
    for (let i = 0; i < 10_000; i++) {
      clock.now(after);
      expect(after.sec * 1e9 + after.nsec >= before.sec * 1e9 + before.nsec).toBe(true);
      Object.assign(before, after);
    }
  });
});

describe('ManualClock', () => {
  it('stands still until it is moved, and carries into the seconds', () => {
    const clock = new ManualClock(10, 999_999_999);
    const time: Timespec = { sec: 0, nsec: 0 };
    clock.now(time);
    expect(time).toEqual({ sec: 10, nsec: 999_999_999 });
    clock.advance(2_000_000_002);
    clock.now(time);
    expect(time).toEqual({ sec: 13, nsec: 1 });
  });
});
