import { FilterError } from '@netdevkit/netlink';
import { UsageFailure } from '../failure.ts';

/**
 * Does what may find fault with an expression of the command line, and shows the place.
 *
 * @param option - that the expression was given for
 * @param act - what to do
 * @throws UsageFailure: the expression is none
 */
export async function explained<T>(option: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageFailure(`${option}: ${error.message}\n${error.pointer().replace(/^/gm, '  ')}`, error);
  }
}
