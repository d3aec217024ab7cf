import { describe, expect, it } from 'vitest';
import { Replays } from '../src/replay.ts';

const call = { id: 1n, tid: 7, number: 46, instruction: 0x1000n, args: [512, 64, 0, 0, 0, 0] };

describe('Replays', () => {
  it('gives a result to the same call of the same thread, once', () => {
    const replays = new Replays(() => 0);
    replays.remember(call, 60);
    expect(replays.take({ ...call, tid: 8 })).toBeUndefined();
    expect(replays.take({ ...call, id: 2n })).toBe(60);
    expect(replays.take({ ...call, id: 3n })).toBeUndefined();
  });

  it.each([
    ['another number', { ...call, number: 44 }],
    ['another place', { ...call, instruction: 0x2000n }],
    ['another argument', { ...call, args: [512, 64, 1, 0, 0, 0] }],
  ])('forgets it when the thread makes %s', (_, other) => {
    const replays = new Replays(() => 0);
    replays.remember(call, 60);
    expect(replays.take(other)).toBeUndefined();
    expect(replays.take(call)).toBeUndefined();
  });

  it('forgets threads that do not come back', () => {
    let now = 0;
    const replays = new Replays(() => now);
    replays.remember(call, 60);
    now = 6000;
    expect(replays.take(call)).toBeUndefined();
    replays.remember(call, 60);
    now = 12_000;
    replays.remember({ ...call, tid: 9 }, 1);
    expect(replays.size).toBe(1);
  });
});
