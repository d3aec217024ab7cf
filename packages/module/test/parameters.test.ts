import { describe, expect, it } from 'vitest';
import { module, type kernel } from '@netdevkit/bindings/raw';
import { defineModule, type ParameterDefinitions } from '../src/index.ts';
import { imageOfUnsafe } from '../src/unsafe.ts';
import { DECLARED } from './rig.ts';

const PARAMETERS = {
  count: { type: 'int', default: 1, description: 'How many' },
  size: { type: 'uint', default: 64, description: 'How large' },
  debug: { type: 'bool', default: false, description: 'Whether to say more' },
  label: { type: 'charp', default: 'none', description: 'What to call it' },
} as const satisfies ParameterDefinitions;

/** Loads a module with words; gives what its init was told, or the errno, and what was logged. */
function load(words: string): { readonly values: unknown; readonly error: number; readonly log: string[] } {
  const log: string[] = [];
  // CAST: a module calls printk alone.
  const kernel = { printk: (_: number, text: string) => void log.push(text) } as unknown as kernel;
  let values: unknown;
  const image = imageOfUnsafe(
    defineModule({
      ...DECLARED,
      parameters: PARAMETERS,
      init: (_module, parameters) => {
        values = parameters;
        return { [Symbol.dispose]: () => undefined };
      },
    }),
  );
  return { error: image.init_module(new module(kernel, image), words), values, log };
}

const DEFAULTS = { count: 1, size: 64, debug: false, label: 'none' };

describe('parameters of a module', () => {
  it('have defaults', () => {
    expect(load('')).toEqual({ values: DEFAULTS, error: 0, log: [] });
    expect(load(' \t ')).toMatchObject({ values: DEFAULTS });
  });

  it.each<[string, Partial<Record<keyof typeof DEFAULTS, unknown>>]>([
    ['count=3', { count: 3 }],
    ['count=-2147483648', { count: -2_147_483_648 }],
    ['count=0x1F', { count: 31 }],
    ['count=010', { count: 8 }],
    ['count=1 count=2', { count: 2 }],
    ['size=4294967295', { size: 4_294_967_295 }],
    ['debug', { debug: true }],
    ['debug=Y', { debug: true }],
    ['debug=on', { debug: true }],
    ['debug=off debug=1', { debug: true }],
    ['debug=N', { debug: false }],
    ['label="two words" count=2', { label: 'two words', count: 2 }],
    ['"label=two words"', { label: 'two words' }],
    ['label=', { label: '' }],
    ['label=a=b', { label: 'a=b' }],
  ])('are read from %s', (words, values) => {
    expect(load(words)).toEqual({ values: { ...DEFAULTS, ...values }, error: 0, log: [] });
  });

  it.each(['count', 'count=', 'count=x', 'count=1x', 'count=2147483648', 'count=08', 'size=-1', 'debug=maybe', 'label'])('refuse %s with EINVAL, and say why', (words) => {
    const { error, values, log } = load(words);
    expect([error, values]).toEqual([-22, undefined]);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/invalid for parameter/);
  });

  it('that nobody knows are told of and ignored', () => {
    expect(load('other=1 count=2 constructor=3')).toEqual({
      values: { ...DEFAULTS, count: 2 },
      error: 0,
      log: ["sample: unknown parameter 'other' ignored", "sample: unknown parameter 'constructor' ignored"],
    });
  });

  it('take dashes for underscores', () => {
    const { log } = load('no-such=1');
    expect(log).toEqual(["sample: unknown parameter 'no-such' ignored"]);
  });

  it('want their quotes closed', () => {
    expect(load('label="x')).toMatchObject({ error: -28, values: undefined });
  });
});
