/**
 * Fixtures and matchers for vitest. Importing it adds the matchers to `expect`.
 *
 * @packageDocumentation
 */

import { isKernelError, type ErrnoCode } from '@netdevkit/errno';
import { expect, test, type TestAPI } from 'vitest';
import { readFrame, type Frame } from './frames/read.ts';
import { TestKernel, type TestKernelOptions } from './test-kernel.ts';

/** Parts of a frame: what is named must be there and equal, the rest may be anything. */
export type FramePattern = {
  readonly [K in keyof Frame]?: NonNullable<Frame[K]> extends Uint8Array ? Uint8Array : Partial<NonNullable<Frame[K]>>;
};

declare module 'vitest' {
  interface Matchers<R, T> {
    /**
     * That a function throws a `KernelError` of this code, whose extended acknowledgement says this, if it is given.
     *
     * @param code - such as `EBUSY`
     * @param message - what the kernel's text is, or what matches it
     */
    toThrowErrno: (code: ErrnoCode, message?: string | RegExp) => T extends Promise<unknown> ? Promise<R> : R;
    /** That octets are an Ethernet frame with these parts. */
    toMatchFrame: (pattern: FramePattern) => R;
  }
}

expect.extend({
  toThrowErrno(received: unknown, code: ErrnoCode, message?: string | RegExp) {
    if (typeof received !== 'function') throw new TypeError('toThrowErrno: expected a function');
    const { isNot, utils } = this;
    let thrown: unknown;
    try {
      Reflect.apply(received, undefined, []);
    } catch (error) {
      thrown = error;
    }
    const isCode = isKernelError(thrown, code);
    const said = isKernelError(thrown) ? thrown.extack?.message : undefined;
    const isText = message === undefined || (typeof message === 'string' ? said === message : said !== undefined && message.test(said));
    const wanted = message === undefined ? code : `${code} (${String(message)})`;
    return {
      pass: isCode && isText,
      message: () => `expected ${isNot ? 'anything but ' : ''}${utils.printExpected(wanted)} to be thrown, got ${isKernelError(thrown) && said !== undefined ? `${thrown.code} (${said})` : utils.printReceived(thrown)}`,
    };
  },

  toMatchFrame(received: unknown, pattern: FramePattern) {
    if (!(received instanceof Uint8Array)) throw new TypeError('toMatchFrame: expected a Uint8Array');
    const { equals, isNot, utils } = this;
    const frame = readFrame(received);
    return {
      pass: equals(frame, expect.objectContaining(partly(pattern))),
      message: () => `expected a frame ${isNot ? 'other than' : 'with'} ${utils.printExpected(pattern)}, got ${utils.printReceived(frame)}`,
    };
  },
});

/** A layer matches when what the pattern says of it does. */
function partly(pattern: FramePattern): Record<string, unknown> {
  const layers = Object.entries(pattern);
  return Object.fromEntries(layers.map(([name, layer]) => [name, layer instanceof Uint8Array ? layer : expect.objectContaining(layer)]));
}

/** What a test of {@link kernelTest} is given. */
export interface KernelFixtures {
  /** A kernel of the test's own; ending it fails the test when something is left over. */
  readonly kernel: TestKernel;
}

/**
 * `test` with a kernel of its own for each test.
 *
 * @param options - what it is made from, such as the driver under test
 * @example
 * ```ts sketch
 * const test = kernelTest({ modules: [nlmon] });
 *
 * test('is created by name', ({ kernel: { ip } }) => {
 *   ip.link.add({ kind: 'nlmon', name: 'tap0' });
 *   expect(() => ip.link.add({ kind: 'nlmon', name: 'tap0' })).toThrowErrno('EEXIST');
 * });
 * ```
 */
export function kernelTest(options: TestKernelOptions = {}): TestAPI<KernelFixtures> {
  return test.extend<KernelFixtures>({
    // vitest reads from the pattern of the first parameter that this needs no other fixture.
    kernel: async ({}, use) => {
      using kernel = new TestKernel(options);
      await use(kernel);
    },
  });
}
