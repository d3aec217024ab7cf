import { describe, expect, it } from 'vitest';
import type { AbortSignalLike } from '../src/index.ts';

describe('AbortSignalLike', () => {
  it('is what the signals of the platform are', () => {
    const controller = new AbortController();
    const signal: AbortSignalLike = controller.signal;
    let heard = 0;
    const listener = (): void => {
      heard++;
    };
    signal.addEventListener('abort', listener, { once: true });
    signal.throwIfAborted();
    controller.abort(new Error('enough'));
    expect([heard, signal.aborted, signal.reason]).toEqual([1, true, new Error('enough')]);
    signal.removeEventListener('abort', listener);
  });
});
