import { describe, expect, it } from 'vitest';
import { KernelError, errno, errnoName, errnoOf, fromResult, isKernelError, kernelError, strerror, toResult } from '../src/index.ts';

const unexpected = (error: unknown): never => {
  throw new Error('reported', { cause: error });
};

describe('KernelError', () => {
  it('carries code, errno, operation and extended acknowledgement', () => {
    const error = new KernelError('EINVAL', undefined, { op: 'RTM_NEWLINK', extack: { message: 'mtu less than device minimum' } });
    expect(error).toMatchObject({ code: 'EINVAL', errno: 22, op: 'RTM_NEWLINK', name: 'KernelError' });
    expect(error.message).toBe('RTM_NEWLINK: mtu less than device minimum (EINVAL)');
  });

  it('falls back to the text of the C library', () => {
    expect(new KernelError('ENODEV').message).toBe('No such device (ENODEV)');
  });

  it('keeps its cause', () => {
    const cause = new Error('why');
    expect(new KernelError('EIO', undefined, { cause }).cause).toBe(cause);
  });
});

describe('isKernelError', () => {
  it('knows an error of another copy of the package by its mark', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('@netdevkit/errno.KernelError'), { value: true });
    expect(isKernelError(foreign)).toBe(true);
  });

  it('matches a code', () => {
    const error = new KernelError('EBUSY');
    expect(isKernelError(error, 'EBUSY')).toBe(true);
    expect(isKernelError(error, 'ENODEV')).toBe(false);
  });

  it.each([undefined, null, 0, 'EBUSY', {}, new Error('EBUSY')])('refuses %s', (value) => {
    expect(isKernelError(value)).toBe(false);
  });
});

describe('toResult', () => {
  it('passes values on', () => {
    expect(toResult(0, 'op')).toBe(0);
    expect(toResult(7, 'op')).toBe(7);
  });

  it('throws the errno of a negative value', () => {
    expect(() => toResult(-errno.ENODEV, 'open')).toThrow(expect.objectContaining({ code: 'ENODEV', op: 'open' }));
  });

  it('turns a value that Linux does not define into EIO with its cause', () => {
    const error = kernelError(-4095, 'op');
    expect(error.code).toBe('EIO');
    expect(error.cause).toBeInstanceOf(RangeError);
  });
});

describe('fromResult', () => {
  it('gives 0 for nothing and the number for a number', () => {
    expect(fromResult(() => undefined, unexpected)).toBe(0);
    expect(fromResult(() => 16, unexpected)).toBe(16);
  });

  it('gives the negative errno of a KernelError, unreported', () => {
    const fail = (): never => {
      throw new KernelError('EBUSY');
    };
    expect(fromResult(fail, unexpected)).toBe(-errno.EBUSY);
  });

  it('reports anything else and gives -EIO', () => {
    const reported: unknown[] = [];
    const bug = new TypeError('bug');
    expect(errnoOf(bug, (error) => reported.push(error))).toBe(-errno.EIO);
    expect(reported).toEqual([bug]);
  });

  it('is undone by toResult for every errno', () => {
    for (const value of Object.values(errno)) {
      expect(fromResult(() => toResult(-value, 'op'), unexpected)).toBe(-value);
    }
  });
});

describe('errnoName', () => {
  it('takes either sign', () => {
    expect(errnoName(19)).toBe('ENODEV');
    expect(errnoName(-19)).toBe('ENODEV');
    expect(errnoName(4095)).toBeUndefined();
  });
});

describe('strerror', () => {
  it('says what the C library says', () => {
    expect(strerror(22)).toBe('Invalid argument');
    expect(strerror(-4095)).toBe('Unknown error 4095');
  });
});
