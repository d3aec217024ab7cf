import { KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import type { ThisModule } from '../src/index.ts';
import { holdUnsafe, rawModuleUnsafe } from '../src/unsafe.ts';
import { LogKernel } from './rig.ts';

/** Every use of a handle. */
const USES: ReadonlyArray<readonly [string, (module: ThisModule) => unknown]> = [
  ['name', (module) => module.name],
  ['info', (module) => module.info('')],
  ['warn', (module) => module.warn('')],
  ['error', (module) => module.error('')],
  ['rawModuleUnsafe', (module) => rawModuleUnsafe(module)],
];

describe('ThisModule', () => {
  it('writes into the log of its kernel, under its name', () => {
    const kernel = new LogKernel();
    kernel.load((module) => {
      module.info('one');
      module.warn('two');
      module.error('three');
      return { [Symbol.dispose]: () => undefined };
    });
    expect(kernel.lines).toEqual([
      [6, 'sample: one'],
      [4, 'sample: two'],
      [3, 'sample: three'],
    ]);
  });

  it('leads to the raw module that is being loaded', () => {
    const kernel = new LogKernel();
    let seen: unknown;
    const { raw } = kernel.load((module) => {
      seen = rawModuleUnsafe(module);
      return { [Symbol.dispose]: () => undefined };
    });
    expect(seen).toBe(raw);
  });

  it.each(USES)('lives until exit has run: %s', (_, use) => {
    const kernel = new LogKernel();
    let kept: ThisModule | undefined;
    const { raw } = kernel.load((module) => {
      kept = module;
      return { [Symbol.dispose]: () => void use(module) };
    });
    if (kept === undefined) throw new Error('init was not called');
    const handle = kept;
    use(handle);
    kernel.unload(raw);
    const lines = kernel.lines.length;
    expect(kernel.lines.map(([, text]) => text)).not.toContainEqual(expect.stringContaining('threw'));
    expect(() => use(handle)).toThrow(new TypeError('ThisModule: used after the module was unloaded'));
    expect(kernel.lines).toHaveLength(lines);
  });

  it.each(USES)('is dead when init has failed: %s', (_, use) => {
    const kernel = new LogKernel();
    let kept: ThisModule | undefined;
    kernel.load((module) => {
      kept = module;
      throw new KernelError('EBUSY');
    });
    if (kept === undefined) throw new Error('init was not called');
    const handle = kept;
    expect(() => use(handle)).toThrow(TypeError);
    expect(kernel.lines).toEqual([]);
  });
});

describe('holdUnsafe', () => {
  /** Something that says when it ends. */
  function thing(name: string, calls: string[]): Disposable {
    return { [Symbol.dispose]: () => void calls.push(name) };
  }

  it.each(['init has failed', 'exit has run'])('ends what is left over when %s, the last first, with a warning', (when) => {
    const kernel = new LogKernel();
    const calls: string[] = [];
    const { raw } = kernel.load((module) => {
      for (const name of ['first', 'second', 'third']) {
        const letGo = holdUnsafe(module, thing(name, calls));
        if (name === 'second') letGo();
      }
      if (when === 'init has failed') throw new KernelError('EBUSY');
      return thing('exit', calls);
    });
    kernel.unload(raw);
    expect(calls).toEqual(when === 'init has failed' ? ['third', 'first'] : ['exit', 'third', 'first']);
    expect(kernel.lines).toEqual(new Array(2).fill([4, 'sample: left something registered, which goes now']));
  });

  it('ends nothing that exit has let go of', () => {
    const kernel = new LogKernel();
    const calls: string[] = [];
    const { raw } = kernel.load((module) => {
      const letGo = holdUnsafe(module, thing('held', calls));
      return { [Symbol.dispose]: letGo };
    });
    kernel.unload(raw);
    expect([calls, kernel.lines]).toEqual([[], []]);
  });
});
