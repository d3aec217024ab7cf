import { isKernelError } from '@netdevkit/errno';
import { failure } from './request-error.ts';
import type { Request } from './request.ts';
import type { Requester } from './requester.ts';

/** How often what came meanwhile is deleted too: as often as iproute2 does. */
const ROUNDS = 10;

/** What says that something is gone already: with what it depended on, or by somebody else. */
const GONE = ['ENOENT', 'ESRCH', 'EADDRNOTAVAIL', 'ENODEV'] as const;

/**
 * Deletes what a list shows until it shows nothing.
 *
 * @param list - asks what there is
 * @param removal - the request that deletes an entry
 * @returns how many were deleted
 * @throws KernelError: one could not be deleted; `EINTR`: there were more each time
 */
export function flushed<T>(requester: Requester, list: () => readonly T[], removal: (entry: T) => Request<void>): number {
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const entries = list();
    if (entries.length === 0) return count;
    for (const outcome of requester.batch(entries.map(removal))) {
      if (outcome.ok) count++;
      else if (!GONE.some((code) => isKernelError(outcome.error, code))) throw outcome.error;
    }
  }
  throw failure('EINTR', `there were more each of ${String(ROUNDS)} times`, 'flush');
}
