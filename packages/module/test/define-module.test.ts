import { KernelError, errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { Module, defineModule } from '../src/index.ts';
import { imageOfUnsafe } from '../src/unsafe.ts';
import { DECLARED, LogKernel } from './rig.ts';

describe('defineModule', () => {
  it('gives a module that says what was declared', () => {
    const made = defineModule(DECLARED);
    expect(made).toBeInstanceOf(Module);
    expect({ ...imageOfUnsafe(made) }).toMatchObject({ name: 'sample', authors: ['One', 'Two'], license: 'MIT' });
    expect([made.name, made.authors, made.description, made.license, made.alias]).toEqual([
      'sample',
      ['One', 'Two'],
      'A sample',
      'MIT',
      ['sample-*', 'other'],
    ]);
  });

  it('keeps lists of its own', () => {
    const authors = ['One'];
    const alias = ['a'];
    const made = defineModule({ ...DECLARED, authors, alias });
    authors.push('Two');
    alias.push('b');
    expect([made.authors, made.alias]).toEqual([['One'], ['a']]);
  });

  it.each(['a', 'nlmon_rust', 'NLMON-2', 'x'.repeat(55)])('takes the name %j', (name) => {
    expect(defineModule({ ...DECLARED, name }).name).toBe(name);
  });

  it.each(['', 'x'.repeat(56), 'a b', 'a.b', 'ä', 'a\n', 'a/b'])('refuses the name %j', (name) => {
    expect(() => defineModule({ ...DECLARED, name })).toThrow(
      new TypeError(`name: expected 1 to 55 letters, digits, "_" or "-", got ${JSON.stringify(name)}`),
    );
  });

  it.each(['', 'a b', ' ', 'a\t'])('refuses the alias %j', (alias) => {
    expect(() => defineModule({ ...DECLARED, alias: ['fine', alias] })).toThrow(
      new TypeError(`alias: expected words without blanks, got ${JSON.stringify(alias)}`),
    );
  });

  it('needs no alias', () => {
    expect(defineModule({ ...DECLARED, alias: [] }).alias).toEqual([]);
  });
});

describe('init', () => {
  it('is given a handle on the module, and what it returns is disposed by exit, once', () => {
    const calls: string[] = [];
    const kernel = new LogKernel();
    const { raw, error } = kernel.load((module) => {
      calls.push(`init ${module.name}`);
      return { [Symbol.dispose]: () => void calls.push('exit') };
    });
    expect(error).toBe(0);
    expect(calls).toEqual(['init sample']);
    kernel.unload(raw);
    kernel.unload(raw);
    expect(calls).toEqual(['init sample', 'exit']);
    expect(raw.data).toBeNull();
    expect(kernel.lines).toEqual([]);
  });

  it('may return a function that can be disposed', () => {
    let disposed = 0;
    const kernel = new LogKernel();
    const own = Object.assign(() => undefined, { [Symbol.dispose]: () => void disposed++ });
    const { raw, error } = kernel.load(() => own);
    expect(error).toBe(0);
    kernel.unload(raw);
    expect(disposed).toBe(1);
  });

  it('refuses with an errno, without a word in the log; exit does not follow', () => {
    const kernel = new LogKernel();
    const { raw, error } = kernel.load(() => {
      throw new KernelError('ENODEV');
    });
    expect(error).toBe(-errno.ENODEV);
    expect(raw.data).toBeNull();
    kernel.unload(raw);
    expect(kernel.lines).toEqual([]);
  });

  it('gives EIO for any other throw, and the log says what was thrown', () => {
    const kernel = new LogKernel();
    const thrown = new RangeError('too far');
    expect(
      kernel.load(() => {
        throw thrown;
      }).error,
    ).toBe(-errno.EIO);
    expect(kernel.lines).toEqual([[3, `sample: init threw ${thrown.stack ?? ''}`]]);
    expect(
      kernel.load(() => {
        throw 'a string';
      }).error,
    ).toBe(-errno.EIO);
    expect(kernel.lines[1]).toEqual([3, 'sample: init threw a string']);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an object that cannot be disposed', {}],
    ['a property that is no function', { [Symbol.dispose]: 1 }],
    ['a promise', Promise.resolve({ [Symbol.dispose]: () => undefined })],
  ])('gives EIO when it returns %s', (_, returned) => {
    const kernel = new LogKernel();
    // CAST: what a driver in JavaScript may do.
    const init = (() => returned) as () => Disposable;
    const { raw, error } = kernel.load(init);
    expect(error).toBe(-errno.EIO);
    expect(raw.data).toBeNull();
    expect(kernel.lines).toEqual([[3, expect.stringContaining('init: expected something to dispose, got')]]);
  });

  it('is run anew, with a state of its own, in each kernel that loads the module', () => {
    const alive = new Set<number>();
    let made = 0;
    const init = (): Disposable => {
      const number = ++made;
      alive.add(number);
      return { [Symbol.dispose]: () => void alive.delete(number) };
    };
    const kernels = [new LogKernel(), new LogKernel()];
    const [first, second] = kernels.map((kernel) => kernel.load(init).raw);
    if (first === undefined || second === undefined) throw new Error('not loaded');
    kernels[0]?.unload(first);
    expect([...alive]).toEqual([2]);
    kernels[1]?.unload(second);
    expect([...alive]).toEqual([]);
  });
});

describe('exit', () => {
  it('cannot fail: what it throws is logged', () => {
    const kernel = new LogKernel();
    const thrown = new Error('stuck');
    const { raw } = kernel.load(() => ({
      [Symbol.dispose]: () => {
        throw thrown;
      },
    }));
    kernel.unload(raw);
    expect(kernel.lines).toEqual([[3, `sample: exit threw ${thrown.stack ?? ''}`]]);
    expect(raw.data).toBeNull();
  });
});
