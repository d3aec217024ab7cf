import { isKernelError } from '@netdevkit/errno';
import { kernelVersion } from '../src/index.ts';

/** Things that are done one after another. */
export interface Steps {
  /** A line for each of them: what came of it. */
  readonly all: string[];
  /** Does one. What gives nothing is `'done'`; an error is its message. */
  readonly step: (what: string, run: () => unknown) => void;
}

/**
 * Begins to do things that two kernels are compared by.
 *
 * @param text - of what came of a thing
 */
export function beginSteps(text: (result: unknown) => string): Steps {
  const all: string[] = [];
  const step = (what: string, run: () => unknown): void => {
    let result: unknown;
    try {
      result = run() ?? 'done';
    } catch (error) {
      if (!isKernelError(error)) throw error;
      result = error.message;
    }
    all.push(`${what}: ${text(result)}`);
  };
  return { all, step };
}

const { major, minor } = kernelVersion();

/** Whether this kernel is one that can be compared to the letter: older ones say some things in other words. */
export const isAlike: boolean = major > 6 || (major === 6 && minor >= 12);
