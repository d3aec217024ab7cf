import { describe, expect, it } from 'vitest';
import { Failure, firstFailure } from '../src/failure.ts';

describe('firstFailure', () => {
  it('is what went wrong before the way out failed, too', () => {
    const first = new Failure('first');
    const thrown = ((): unknown => {
      try {
        using _third = { [Symbol.dispose]: (): never => { throw new Failure('third'); } };
        using _second = { [Symbol.dispose]: (): never => { throw new Failure('second'); } };
        throw first;
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).not.toBe(first);
    expect(firstFailure(thrown)).toBe(first);
    expect(firstFailure(first)).toBe(first);
    expect(firstFailure('text')).toBe('text');
  });
});
