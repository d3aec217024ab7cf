import { describe, expect, it } from 'vitest';
import { AttributeCursor } from '../src/index.ts';

describe('octets of more than four gigabytes', () => {
  it('are refused, and not read at wrong places', () => {
    // So many need not be had for this.
    const bytes = Object.defineProperty(new Uint8Array(8), 'length', { value: 2 ** 32 });
    expect(() => new AttributeCursor(bytes)).toThrow(new RangeError('expected at most 4294967295 octets at once, got 4294967296'));
    expect(() => {
      new AttributeCursor().reset(bytes);
    }).toThrow(RangeError);
  });
});
